/**
 * A word of a reply. `word` has no accents and no capitals; `clause` counts within the sentence; `isName` tells that it
 * was written with a capital.
 */
export type Token = Readonly<{ word: string; clause: number; isName: boolean }>;
export type Sentence = Readonly<{ tokens: readonly Token[]; isQuestion: boolean; endsLine: boolean }>;

/** Words that are written in several ways, or that mean something else with an accent. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[’‘`´]/g, "'"],
  [/(?<!\p{L})s[ií](?=\s*(?:[,.!]|$))|(?<!\p{L})s[íì](?!\p{L})/giu, 'sii'],
  [/\bcan'?t\b|\bcannot\b/gi, 'can not'],
  [/\bwon't\b/gi, 'will not'],
  [/n't\b/gi, ' not'],
  [/\b(do|does|did|is|are|was|were|has|have|could|would|should)nt\b/gi, '$1 not'],
  [/\b(it|that)'?s\b/gi, '$1 is'],
  [/\b(?:heute|guten|seit) morgen\b/gi, 'heute'],
  [/\besta ma[ñn]ana\b/gi, 'hoy'],
  [/\bfor now\b|\bfor the moment\b/gi, 'temporarily'],
  [/ß/g, 'ss'],
];
/** `laeuft` is `läuft`; the same is done to phrases, so no other word is lost by it. */
const UMLAUTS = /(?<=[a-z])([aou])e(?=[a-z])/g;
const CLAUSE_WORDS = new Set([
  'and',
  'und',
  'et',
  'y',
  'e',
  'en',
  'but',
  'aber',
  'mais',
  'pero',
  'ma',
  'maar',
]);

/** Sentences of a text, in words. A line that goes on with a small letter belongs to the sentence before. */
export function readSentences(text: string): readonly Sentence[] {
  const spelt = SPELLINGS.reduce((all, [from, to]) => all.replace(from, to), text).replace(
    /\n(?=\p{Ll})/gu,
    ' ',
  );
  const sentences: Sentence[] = [];
  for (const [, words = '', end = ''] of spelt.matchAll(/([^.!?;\n…]*)([.!?;\n…]*)/gu)) {
    const tokens = readTokens(words);
    const isQuestion = end.includes('?');
    if (tokens.length > 0 || isQuestion)
      sentences.push({ tokens, isQuestion, endsLine: end === '' || end.includes('\n') });
  }
  return sentences;
}

function readTokens(text: string): readonly Token[] {
  let clause = 0;
  const tokens: Token[] = [];
  for (const [found] of text.matchAll(/[\p{L}\p{N}\p{M}]+|[,:()–—]| - /gu)) {
    if (!/^[\p{L}\p{N}]/u.test(found)) {
      clause++;
      continue;
    }
    const word = fold(found);
    if (CLAUSE_WORDS.has(word)) clause++;
    tokens.push({ word, clause, isName: /^\p{Lu}/u.test(found) });
  }
  return tokens;
}

/** The words of a phrase from policy, in the same spelling. */
export const phraseWords = (phrase: string): readonly string[] =>
  readSentences(phrase).flatMap(({ tokens }) => tokens.map(({ word }) => word));

const fold = (word: string): string =>
  word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(UMLAUTS, '$1');
