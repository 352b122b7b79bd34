import type { PageContent } from '../model/page.ts';
import {
  ASK_MAX,
  FACTS_MAX,
  HISTORY_ENTRIES_MAX,
  HISTORY_TEXT_MAX,
  LABEL_MAX,
  plainLine,
  SENTENCE_MAX,
  SUBJECT_MAX,
  VALUE_MAX,
} from './plain-line.ts';

/** What a page says before it is bounded; what is left out is empty. */
export type Draft = Pick<PageContent, 'subject' | 'sentence' | 'facts'> &
  Partial<Pick<PageContent, 'ask' | 'links' | 'history' | 'hasState'>>;

/** Every text one line and within its bounds. Facts without a value and history before the newest entries are left out. */
export function bounded({
  subject,
  sentence,
  facts,
  ask = '',
  links = {},
  history = [],
  hasState = false,
}: Draft): PageContent {
  return {
    subject: plainLine(subject, SUBJECT_MAX),
    sentence: plainLine(sentence, SENTENCE_MAX),
    facts: facts
      .map(({ label, value }) => ({
        label: plainLine(label, LABEL_MAX),
        value: plainLine(value, VALUE_MAX),
      }))
      .filter(({ value }) => value !== '')
      .slice(0, FACTS_MAX),
    ask: plainLine(ask, ASK_MAX),
    history: history
      .slice(-HISTORY_ENTRIES_MAX)
      .map(({ at, text }) => ({ at, text: plainLine(text, HISTORY_TEXT_MAX) })),
    links,
    hasState,
  };
}
