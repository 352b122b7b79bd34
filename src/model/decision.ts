import type { Alert } from './alert.ts';
import type { ObjectKey } from './check-event.ts';
import type { Incident } from './incident.ts';
import type { TicketWish } from './ticket.ts';

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
  | 'opsview';

/**
 * Timers of an incident; setting one of the same name replaces it.
 * - `soak`: the time healthy must hold has passed, read Opsview for proof
 * - `digest`: tell the ticket which alerts joined since the last note
 */
export type TimerName = 'soak' | 'digest';
export type TimerChange =
  | Readonly<{ set: TimerName; incidentId: string; dueAt: Date; why: string }>
  | Readonly<{ cancel: TimerName; incidentId: string }>;

/** One intended outward message. `intent` is its identity: the same intent is never sent twice (promise P2). */
export type Command =
  | Readonly<{ kind: 'private_note'; incidentId: string; intent: string; html: string }>
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
}>;
