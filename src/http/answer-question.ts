import type { PersonAction } from '../model/person-event.ts';
import type { AskPage, ToldPage } from './answer-page-view.ts';

/** One that a genuine link may still answer. */
export type Question = Readonly<{
  /** The signed one; a form that says something else is refused. */
  answer: string;
  ask: AskPage;
  thanks: ToldPage;
  /** This very answer was recorded before. */
  isAnswered: boolean;
  /** The same for the same answer given once, so that a second click is a duplicate. */
  deliveryId(at: Date): string;
  action(words: string): PersonAction;
  /** Said on the page when it is sent without words; absent where they are a free choice. */
  needsWords?: string;
}>;

/** Nothing is left to ask: what is so instead. */
export type Settled = Readonly<{ settled: ToldPage }>;

/** `unknown` is also said of what exists, to whoever has no right to it; `over`: too late; `answered`: otherwise, before. */
export type Refusal = 'unknown' | 'over' | 'answered';
/** Absent: `known` when the language of the person is not known either. */
export type Refused = Readonly<{ refused: Refusal; known?: string }>;
