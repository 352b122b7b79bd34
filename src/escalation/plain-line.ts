/** Texts of pages: one line each, bounded, and nothing in them that a terminal, a chat or a mail header would obey. */

/** In characters as people count them. */
export const SUBJECT_MAX = 150;
export const SENTENCE_MAX = 500;
export const LABEL_MAX = 40;
export const VALUE_MAX = 400;
export const ASK_MAX = 300;
export const HISTORY_TEXT_MAX = 300;
export const HISTORY_ENTRIES_MAX = 30;
export const FACTS_MAX = 25;

/** Control and format characters (also those that turn the direction of writing), line and paragraph separators. */
const NOT_PLAIN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Most texts are plain already, which is seen at once. */
const PERHAPS_NOT_PLAIN = /[^\x20-\x7e]| {2}|^ | $/;

/** Untrusted text as one plain line of at most `max` characters, with an ellipsis where something is missing. */
export function plainLine(text: string, max: number): string {
  if (text.length <= max && !PERHAPS_NOT_PLAIN.test(text)) return text;
  const line = text.toWellFormed().replace(NOT_PLAIN, ' ').replace(/\s+/g, ' ').trim();
  if (line.length <= max) return line;
  // What is far too long need not be taken apart to know that.
  const characters = [...line.slice(0, 2 * max + 2)];
  return characters.length <= max
    ? line
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** Sentences that follow each other, those that are empty left out. */
export const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part.trim() !== '').join(' ');

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
