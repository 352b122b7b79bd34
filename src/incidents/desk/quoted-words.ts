const QUOTE_LENGTH_MAX = 500;

/** ` (“It works again”)`: what people wrote, on one line and cut where it would fill a page; empty when there is nothing. */
export function quotedWords(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim().toWellFormed();
  if (line === '') return '';
  return ` (“${line.length <= QUOTE_LENGTH_MAX ? line : `${line.slice(0, QUOTE_LENGTH_MAX).toWellFormed()}…`}”)`;
}
