/**
 * One sentence, ready to be searched: folded words (letter case, accents, ß and umlauts in any spelling are ignored) in
 * their order, and how it was said.
 */
export type Sentence = Readonly<{ words: readonly string[]; isQuestion: boolean; isShouted: boolean }>;

/** Where a phrase was found in a sentence: `[from, to)` counts words; `weight` how many words of it are no placeholder. */
export type WordHit = Readonly<{ phrase: string; from: number; to: number; weight: number }>;

/** More is quoted logs and pasted pages; what a ticket is about stands before. */
const TEXT_CHARACTERS_MAX = 8_000;
/** How many words `...` in a phrase may stand for. */
const GAP_WORDS_MAX = 5;

const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', ı: 'i' };
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłı]/g, (letter) => LETTERS[letter] ?? letter)
    // `fuer` and `für` are one word; both sides are folded alike, so that `queue` stays itself.
    .replace(/([aou])e/g, '$1');

/** `l'accès` is two words, `can't` is one. */
const ELISION =
  /(?<![\p{L}\p{N}])(j|l|d|n|s|m|t|c|qu|dell|nell|all|sull|dall|un)['’´`](?=[\p{L}\p{N}\s]|$)/giu;
const WORD = /[\p{L}\p{N}*]+/gu;

/** Folded words; a `*` stays, since phrases may hold one. */
const wordsOf = (text: string): string[] =>
  fold(text.replace(ELISION, '$1 ').replace(/['’´`]/g, '')).match(WORD) ?? [];

/** Words without sentences, for names and tags. */
export const foldedWords = (text: string): readonly string[] =>
  wordsOf(text).map((word) => word.replaceAll('*', ''));

export function sentencesOf(text: string): readonly Sentence[] {
  return (
    text
      .slice(0, TEXT_CHARACTERS_MAX)
      .replaceAll('\r', '')
      // A mail program broke the line in the middle of a sentence.
      .replace(/(?<=[^\s.!?:])\n(?=\p{Ll})/gu, ' ')
      .split(/\n+|(?<=[.!?…]["'”»)\]]*)\s+/u)
      .map((part) => ({ part: part.trim(), words: foldedWords(part).filter((word) => word !== '') }))
      .filter(({ words }) => words.length > 0)
      .map(({ part, words }) => ({
        words,
        isQuestion: /^¿|\?[!?"'”»)\]\s]*$/.test(part),
        isShouted: isShouted(part),
      }))
  );
}

function isShouted(part: string): boolean {
  const letters = part.match(/\p{L}/gu) ?? [];
  return (
    letters.length >= 8 && letters.filter((letter) => /\p{Lu}/u.test(letter)).length >= letters.length * 0.8
  );
}

type Part = Readonly<{ text: string; anyBefore: boolean; anyAfter: boolean; afterGap: boolean }>;
type Phrase = Readonly<{ phrase: string; parts: readonly Part[]; weight: number }>;

/** Phrases of a policy, prepared for many searches. */
export type WordFinder = (sentence: Sentence) => readonly WordHit[];

/**
 * Finds phrases as whole words. In a phrase `*` at the beginning or end of a word stands for any letters, a `*` alone for
 * one word, and ` ... ` for up to five words. Phrases without any letter are never found.
 */
export function wordFinder(phrases: readonly string[]): WordFinder {
  const compiled = phrases.map(compile).filter(({ parts }) => parts.length > 0);
  const byFirst = Map.groupBy(compiled, ({ parts }) => literalOf(parts[0]));
  return ({ words }) =>
    words.flatMap((word, from) => {
      const candidates = [...(byFirst.get(word) ?? []), ...(byFirst.get(undefined) ?? [])];
      return candidates.flatMap(({ phrase, parts, weight }) => {
        const to = endOf(parts, words, from);
        return to === undefined ? [] : [{ phrase, from, to, weight }];
      });
    });
}

const literalOf = (part: Part | undefined): string | undefined =>
  part === undefined || part.anyBefore || part.anyAfter ? undefined : part.text;

function compile(phrase: string): Phrase {
  const pieces = phrase.split(/\s*(?:\.\.\.|…)\s*/);
  const parts = pieces.flatMap((piece, index) =>
    wordsOf(piece).map((word, position) => ({
      text: word.replaceAll('*', ''),
      anyBefore: word.startsWith('*'),
      anyAfter: word.endsWith('*'),
      afterGap: index > 0 && position === 0,
    })),
  );
  const weight = parts.filter(({ text }) => text !== '').length;
  return { phrase, parts: weight === 0 ? [] : parts, weight };
}

/** The word after the last one of the phrase, undefined when the phrase does not stand at `at`. */
function endOf(parts: readonly Part[], words: readonly string[], at: number): number | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return at;
  const gap = part.afterGap ? GAP_WORDS_MAX : 0;
  for (let position = at; position <= at + gap && position < words.length; position++) {
    if (!fits(part, words[position] ?? '')) continue;
    const end = endOf(rest, words, position + 1);
    if (end !== undefined) return end;
  }
  return undefined;
}

function fits({ text, anyBefore, anyAfter }: Part, word: string): boolean {
  if (anyBefore && anyAfter) return word.includes(text);
  if (anyBefore) return word.endsWith(text);
  return anyAfter ? word.startsWith(text) : word === text;
}

const FINDERS = new WeakMap<readonly string[], WordFinder>();

/** The same as `wordFinder`, made once for a list that lives as long as its policy. */
export function finderFor(phrases: readonly string[]): WordFinder {
  const known = FINDERS.get(phrases) ?? wordFinder(phrases);
  FINDERS.set(phrases, known);
  return known;
}
