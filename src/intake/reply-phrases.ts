import type { Policy } from '../policy/schema.ts';
import { FILLERS, HEDGES, NEGATORS } from './reply-grammar.ts';
import { phraseWords, type Token } from './reply-tokens.ts';

export type PhraseKind = 'yes' | 'no' | 'thanks';
type Phrase = Readonly<{ kind: PhraseKind; words: readonly string[]; text: string }>;
/** `at` and `end` are positions among the words of a sentence; `end` is behind the last. */
export type Found = Phrase & Readonly<{ at: number; end: number }>;

const FILLERS_SKIPPED_MAX = 2;

export type PhraseIndex = ReadonlyMap<string, readonly Phrase[]>;
const indexes = new WeakMap<Policy['closing']['phrases'], PhraseIndex>();

/** Phrases by their first word, the longest first; made once per policy. */
export function phrasesOf(policy: Policy): PhraseIndex {
  const { phrases } = policy.closing;
  const known = indexes.get(phrases);
  if (known) return known;
  const index = new Map<string, Phrase[]>();
  for (const kind of ['no', 'yes', 'thanks'] as const)
    for (const text of phrases[kind]) {
      const words = phraseWords(text);
      const [first] = words;
      if (first !== undefined) index.set(first, [...(index.get(first) ?? []), { kind, words, text }]);
    }
  for (const list of index.values()) list.sort((a, b) => b.words.length - a.words.length);
  indexes.set(phrases, index);
  return index;
}

/** The phrases in a sentence from left to right, none within another. */
export function findPhrases(tokens: readonly Token[], phrases: PhraseIndex): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const candidates = phrases.get(tokens[at]?.word ?? '') ?? [];
    for (const phrase of candidates) {
      const end = endOf(phrase.words, tokens, at);
      if (end === undefined) continue;
      found.push({ ...phrase, at, end });
      at = end - 1;
      break;
    }
  }
  return found;
}

/** Where the phrase that begins at `at` ends, or undefined: fillers may stand between its words. */
function endOf(words: readonly string[], tokens: readonly Token[], at: number): number | undefined {
  let next = at;
  for (const [position, word] of words.entries()) {
    let skipped = 0;
    while (
      position > 0 &&
      tokens[next]?.word !== word &&
      skipped < FILLERS_SKIPPED_MAX &&
      canSkip(tokens[next])
    ) {
      next++;
      skipped++;
    }
    if (tokens[next]?.word !== word) return undefined;
    next++;
  }
  return next;
}

const canSkip = (token: Token | undefined): boolean =>
  token !== undefined && FILLERS.has(token.word) && !HEDGES.has(token.word) && !NEGATORS.has(token.word);
