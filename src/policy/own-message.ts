import { allReporterTexts } from './reporter-texts.ts';
import type { Policy } from './schema.ts';

/** So many words in a row, the same as in a text of ours, are no chance: a line may be wrapped in the middle. */
const WORDS_IN_A_ROW = 6;
/** A sentence of ours is recognised as a whole when it has so many words beside its values. */
const WORDS_OF_A_SENTENCE = 3;
/** Our sentences are shorter, and a pattern never has to be tried on a page of text. */
const LINE_LENGTH_MAX = 1_000;

/**
 * Whether a line is of a message that Watchdesk wrote to a reporter: mail programs may quote it without any mark, and our
 * words are not to be taken for the reporter's. The answers that our links offer do not count, since people use them too.
 */
export function isOwnMessage(line: string, policy: Policy): boolean {
  const own = ownOf(policy);
  const words = wordsOf(line.slice(0, LINE_LENGTH_MAX));
  if (words.length < WORDS_OF_A_SENTENCE) return false;
  const spaced = words.join(' ');
  return runs(words).some((run) => own.runs.has(run)) || own.sentences.some((one) => one.test(spaced));
}

type Own = Readonly<{ runs: ReadonlySet<string>; sentences: readonly RegExp[] }>;
const known = new WeakMap<Policy['closing'], Own>();

function ownOf(policy: Policy): Own {
  const made = known.get(policy.closing) ?? readOwn(policy);
  known.set(policy.closing, made);
  return made;
}

function readOwn(policy: Policy): Own {
  const paragraphs = allReporterTexts(policy).flatMap((text) =>
    text
      .replace(/<a\b[^>]*>.*?<\/a>/gis, '\n')
      .replace(/\{\{(?:[#/]|else\b)[^{}]*\}\}/g, '\n')
      .split(/<[^>]*>|\n/)
      .map((paragraph) => paragraph.split(/\{\{[^{}]*\}\}/).map(wordsOf)),
  );
  const sentences = paragraphs
    .filter((parts) => parts.flat().length >= WORDS_OF_A_SENTENCE)
    .map((parts) => parts.map((words) => words.join(' ')).join('.*'));
  return {
    runs: new Set(paragraphs.flatMap((parts) => parts.flatMap(runs))),
    sentences: [...new Set(sentences)].map((one) => new RegExp(`^${one.replaceAll('.*', ' ?.* ?')}$`, 'u')),
  };
}

/** Letters and digits alone, so a pattern made of them needs no escaping. */
const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const runs = (words: readonly string[]): readonly string[] =>
  words.slice(WORDS_IN_A_ROW - 1).map((_, index) => words.slice(index, index + WORDS_IN_A_ROW).join(' '));
