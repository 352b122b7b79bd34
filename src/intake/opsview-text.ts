/**
 * Undoes the escaping that the monitoring engine applies to LONGHOSTOUTPUT and LONGSERVICEOUTPUT: a backslash is
 * doubled and a line feed becomes the two characters `\n`. One scan from left to right, because replacing `\n` first
 * would break a path such as `C:\\new`. Real line feeds, which some versions send, stay as they are.
 */
export const decodeLongOutput = (text: string): string =>
  text.replace(/\\([\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : '\\'));

/** Text that any database and any page can hold: NUL and broken surrogates become the replacement character. */
export const storableText = (text: string): string => text.replaceAll('\0', '\u{FFFD}').toWellFormed();
