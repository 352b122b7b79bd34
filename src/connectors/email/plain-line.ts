// Control characters, and the signs that turn the direction of what follows, could make a line say something else.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they end here
const TRICKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Text of others on one line: nothing in it can begin a header, a line or a paragraph of its own. */
export const plainLine = (text: string): string =>
  text.toWellFormed().replaceAll(TRICKS, ' ').replaceAll(/ {2,}/g, ' ').trim();
