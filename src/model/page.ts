import type { ChannelName } from './escalation.ts';
import type { Priority } from './priority.ts';

/**
 * What a page is for.
 * - `escalation`: a rung tells somebody; `director`: the Director's rung; `last`: the catch-all after the last rung
 * - `announcement`: the Director will be told unless somebody stops it
 * - `meeting`: people are called together; `estimate`: the owner is asked how long it will take
 * - `customer`, `vendor`: somebody outside is informed; the text says nothing that is ours alone
 * - `fault`: the policy's owner is told that a rung had nobody in it
 * - `status`: earlier messages about the incident are brought up to date (acknowledged, resolved); disturbs nobody
 * - `handover`: a shift begins; `test`: somebody tries the channel
 */
export const PAGE_KINDS = [
  'escalation',
  'director',
  'last',
  'announcement',
  'meeting',
  'estimate',
  'customer',
  'vendor',
  'fault',
  'status',
  'handover',
  'test',
] as const;
export type PageKind = (typeof PAGE_KINDS)[number];

/**
 * What a page says, as plain text for every channel to put in its own form: nothing in it is HTML, and what monitoring or
 * customers wrote is untrusted.
 *
 * Absent: a link that makes no sense for the recipient; `state` unless a one-page state goes along.
 */
export type PageContent = Readonly<{
  /** One line, such as `WD-42 Urgent: web01 is DOWN`. */
  subject: string;
  /** Why this person is told, one plain sentence. */
  sentence: string;
  /** Name and value, the most important first: who is hit, since when, what was tried, who has it, next update. */
  facts: readonly Readonly<{ label: string; value: string }>[];
  /** What is asked of the reader, one plain sentence; empty when nothing is. */
  ask: string;
  /** Newest last. */
  history: readonly Readonly<{ at: Date; text: string }>[];
  links: Readonly<{
    /** Signed; opens a page with a button. */
    acknowledge?: string;
    /** Signed; stops the Director's rung, with a reason. */
    stop?: string;
    watchdesk?: string;
    ticket?: string;
    /** Dial-in or room of a meeting. */
    meeting?: string;
  }>;
  /** A one-page state is attached where the channel can. */
  hasState: boolean;
}>;

/**
 * One message to one recipient by one channel. `intent` is its identity within its incident: the same one never leaves
 * twice (promise P2).
 *
 * Absent: `incidentId`, `reference` for what is about no incident; `ladder`, `run`, `rung`, `level` unless a rung tells it;
 *         `holdUntil` unless it waits for working hours.
 */
export type Page = Readonly<{
  intent: string;
  kind: PageKind;
  incidentId?: string;
  /** `WD-42`. */
  reference?: string;
  ladder?: string;
  /** Which run of the ladder, so that a page is not sent any more once that is over. */
  run?: number;
  rung?: string;
  level?: number;
  /** See Told. */
  recipient: string;
  recipientName: string;
  channel: ChannelName;
  /** Where the channel reaches the recipient: an e-mail address, a number as +41791234567, a chat's id, a room's name. */
  address: string;
  /** IANA zone in which the recipient reads times. */
  timeZone: string;
  priority: Priority;
  content: PageContent;
  holdUntil?: Date;
}>;

/** What became of a page, told by the channel. `why` is empty when it was delivered. */
export type PageEvent = Readonly<{
  kind: 'page';
  incidentId: string;
  intent: string;
  outcome: 'delivered' | 'failed';
  why: string;
  at: Date;
}>;
