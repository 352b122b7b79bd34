import type { Alert } from './alert.ts';
import type { ObjectKey } from './check-event.ts';
import type { ChildLink } from './child-link.ts';
import type { Incident } from './incident.ts';
import type { Page } from './page.ts';
import type { TicketWish } from './ticket.ts';
import type { TakenOver } from './ticket-event.ts';

/** The rule's name, stable and greppable, and one plain sentence for people (promise P6). */
export type Why = Readonly<{ rule: string; sentence: string }>;

/** One line of an incident's history. `at` is UTC by our clock. */
export type TimelineEntry = Readonly<{ incidentId: string; at: Date; kind: TimelineKind } & Why>;

export type TimelineKind =
  | 'opened'
  | 'joined'
  | 'worsened'
  | 'improved'
  | 'recovered'
  | 'reopened'
  | 'acknowledged'
  | 'unacknowledged'
  | 'resolved'
  | 'proof_missing'
  | 'closed'
  | 'downtime'
  | 'flapping'
  | 'ignored'
  | 'ticket'
  | 'message'
  | 'opsview'
  | 'classified'
  | 'assigned'
  | 'linked'
  | 'people'
  | 'confirmation'
  | 'problem'
  | 'escalation';

/**
 * Timers of an incident; setting one of the same name replaces it.
 * - `soak`: the time healthy must hold has passed, read Opsview for proof
 * - `digest`: tell the ticket which alerts joined since the last note
 * - `confirm`: remind the reporter who was asked, or apply the rule for those who stay silent
 * - `repeat`: look whether this has happened too often lately
 * - `overdue`: a Problem should have been solved by now
 * - `escalation`: a ladder has to be looked at
 */
export const TIMER_NAMES = ['soak', 'digest', 'confirm', 'repeat', 'overdue', 'escalation'] as const;
export type TimerName = (typeof TIMER_NAMES)[number];
export type TimerChange =
  | Readonly<{ set: TimerName; incidentId: string; dueAt: Date; why: string }>
  | Readonly<{ cancel: TimerName; incidentId: string }>;

/** One intended outward message. `intent` is its identity: the same intent is never sent twice (promise P2). */
export type Command =
  | Readonly<{ kind: 'private_note'; incidentId: string; intent: string; html: string }>
  /** To the requester, by e-mail: the ticket's conversation that everybody sees. */
  | Readonly<{ kind: 'public_reply'; incidentId: string; intent: string; html: string }>
  /** Has Freshdesk show, as policy and account allow, that `childId` is a child of this one; or no longer. */
  | Readonly<{ kind: 'show_link'; incidentId: string; intent: string; childId: string }>
  | Readonly<{ kind: 'hide_link'; incidentId: string; intent: string; childId: string }>
  /** Looks for articles about these words and tells the ticket in a private note what it found. */
  | Readonly<{ kind: 'search_solutions'; incidentId: string; intent: string; words: string }>
  | Readonly<{ kind: 'draft_article'; incidentId: string; intent: string; title: string; html: string }>
  | Readonly<{ kind: 'acknowledge_alert'; incidentId: string; intent: string; object: ObjectKey }>
  | Readonly<{ kind: 'read_proof'; incidentId: string; intent: string }>;

/**
 * Everything that one event changes, and why, also when it changes nothing. Applied in one transaction.
 * `incidents` and `alerts` are whole new values; all lists may be empty.
 */
export type Decision = Readonly<{
  why: Why;
  /** The incident this decision is about, if any, also when it only stays as it is. */
  incidentId?: string;
  alerts: readonly Alert[];
  incidents: readonly Incident[];
  timeline: readonly TimelineEntry[];
  timers: readonly TimerChange[];
  tickets: readonly TicketWish[];
  commands: readonly Command[];
  pages: readonly Page[];
  links: readonly ChildLink[];
  /** Tickets of Freshdesk that have to be read, known here or not. */
  ticketsToRead: readonly number[];
  /** An issue's ticket is from now on this one, since people merged the old one into it. */
  ticketMoves: readonly Readonly<{ incidentId: string; ticketId: number }>[];
  /** What people changed that a rule had decided, for the report. */
  takenOver: readonly (TakenOver & Readonly<{ incidentId: string }>)[];
}>;
