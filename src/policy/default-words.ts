import { DUTCH } from './words/dutch.ts';
import { ENGLISH } from './words/english.ts';
import { FRENCH } from './words/french.ts';
import { GERMAN } from './words/german.ts';
import { ITALIAN } from './words/italian.ts';
import { SPANISH } from './words/spanish.ts';
import type { WordLists } from './words/word-list.ts';

const LANGUAGES = [ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, DUTCH];
const all = (kind: keyof WordLists): readonly string[] => [
  ...new Set(LANGUAGES.flatMap((lists) => lists[kind])),
];

/**
 * Built-in words by which a ticket's type is weighed, in all languages at once, since one ticket may mix them; used where
 * a policy gives none of its own.
 */
export const DEFAULT_WORDS: WordLists = {
  incident: all('incident'),
  question: all('question'),
  feature_request: all('feature_request'),
  security: all('security'),
  urgent: all('urgent'),
};
