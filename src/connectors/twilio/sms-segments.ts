/**
 * How a text message is carried: in segments of 140 bytes, in the GSM alphabet where every character is in it, else in
 * UCS-2. Source: 3GPP TS 23.038 (alphabet) and 23.040 (segments; the header of each costs 6 bytes).
 */
export type SmsSize = Readonly<{ encoding: 'gsm' | 'ucs2'; segments: number }>;

const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Two septets each: an escape and another. */
const GSM_EXTENDED = '^{}\\[~]|€\f';

const WIDTHS: ReadonlyMap<string, number> = new Map([
  ...[...GSM].map((character): [string, number] => [character, 1]),
  ...[...GSM_EXTENDED].map((character): [string, number] => [character, 2]),
]);

/** Units that one segment holds: septets or UTF-16 units; fewer when there are several. */
const ROOM = { gsm: { one: 160, each: 153 }, ucs2: { one: 70, each: 67 } } as const;

/** Pure. An empty text is one segment. A character of two units never stands in two segments. */
export function smsSize(text: string): SmsSize {
  const characters = [...text];
  const isGsm = characters.every((character) => WIDTHS.has(character));
  const encoding = isGsm ? 'gsm' : 'ucs2';
  const widthOf = (character: string): number => (isGsm ? (WIDTHS.get(character) ?? 1) : character.length);
  const { one, each } = ROOM[encoding];
  const total = characters.reduce((sum, character) => sum + widthOf(character), 0);
  if (total <= one) return { encoding, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const character of characters) {
    const width = widthOf(character);
    if (used + width > each) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return { encoding, segments };
}

const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\t': ' ',
  '→': '->',
  '•': '-',
  '×': 'x',
  '`': "'",
};
const TYPOGRAPHY = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');
// biome-ignore lint/suspicious/noControlCharactersInRegex: what no telephone shows
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Typographic characters as plain ones: one dash would more than halve what a segment holds. */
export const smsPlain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(TYPOGRAPHY, (character) => PLAIN[character] ?? character)
    .replaceAll(UNSEEN, ' ');
