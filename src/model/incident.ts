import type { ObjectKey } from './check-event.ts';
import type { DeskState } from './desk-state.ts';
import type { EscalationState } from './escalation.ts';
import type { Impact, Priority, TicketType, Urgency } from './priority.ts';
import type { Requester } from './ticket-event.ts';

export const INCIDENT_STATUSES = ['new', 'acknowledged', 'resolved', 'closed'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/**
 * Why an issue may close (promise P3).
 * - `monitoring`: what was read, when, and how long everything had to be healthy
 * - `reporter_link`, `reporter_reply`: the reporter's own yes, by the signed link or in words
 * - `agent_record`: an agent says who confirmed, how and when
 * - `silence`: the reporter was asked and reminded as policy says and did not answer; never without having been told so
 * - `withdrawn`: nothing is left to prove, since the ticket is spam, was deleted, or was merged into another that is
 *   watched in its place; or it is no incident
 */
export type Proof =
  | Readonly<{
      kind: 'monitoring';
      readAt: Date;
      /** How long every object had to be healthy, ms. */
      soakMs: number;
      objects: readonly Readonly<{ host: string; check: string; state: string; healthySince: Date }>[];
    }>
  | Readonly<{ kind: 'reporter_link' | 'reporter_reply'; at: Date; who: string; words: string }>
  | Readonly<{ kind: 'agent_record'; at: Date; who: string; how: string; when: Date; by: string }>
  | Readonly<{ kind: 'silence'; at: Date; askedAt: Date; reminders: number }>
  | Readonly<{ kind: 'withdrawn'; at: Date; why: string }>;

/**
 * An issue, most often of type Incident: our aggregate, with one ticket of its own and any number of alerts. One that
 * reports what another is about is linked to that as its child and still has its own ticket, reporter and proof.
 *
 * Shape:   immutable; a change makes a new one with `version + 1`.
 * Units:   instants are UTC by our clock, except `startedAt` (Opsview's or Freshdesk's).
 * Absent:  an instant that has not happened is undefined.
 */
export type Incident = Readonly<{
  /** UUID. */
  id: string;
  /** Counts from 1; `WD-42` is how people name it. */
  number: number;
  version: number;
  status: IncidentStatus;
  type: TicketType;
  title: string;
  /** Who told of it first: monitoring, somebody in Freshdesk, or Watchdesk itself, as for a Problem. */
  origin: 'alert' | 'ticket' | 'watchdesk';
  /**
   * The object it began with; a host that goes down takes this over from its service checks. Undefined while no alert
   * belongs to it.
   */
  cause?: ObjectKey;
  /** The issue that this one is a report of. */
  parentId?: string;
  /** Linked children that are not closed, and all that are linked now. */
  openChildCount: number;
  childCount: number;
  reporter?: Requester;
  category?: string;
  subCategory?: string;
  /** What its ticket and its people told. */
  desk: DeskState;
  /** Undefined until a ladder, a trigger or an acknowledgement concerned it. */
  escalation?: EscalationState;
  serviceId?: string;
  customerId?: string;
  hostGroup?: string;
  /** `storm:<customer or none>` for the one incident that collects a storm. */
  stormKey?: string;
  impact: Impact;
  urgency: Urgency;
  priority: Priority;
  /** Name of the policy rule that set the priority, and its sentence. */
  priorityRule: string;
  priorityWhy: string;
  assignmentGroup?: string;
  /** Who has it, as told by whoever acknowledged. */
  owner?: string;
  /** Members that are unhealthy or flapping now; kept right also after closing. */
  badAlertCount: number;
  /** All that ever joined, the first included. */
  alertCount: number;
  /** Those that belong to it now: one leaves when it opens or joins another incident after this one was closed. */
  memberCount: number;
  /** Joined since the ticket was last told; a `digest` timer is pending while it is above 0. */
  undigestedCount: number;
  /** When the first alert went bad, by Opsview's clock, or the ticket was made, by Freshdesk's. */
  startedAt: Date;
  openedAt: Date;
  acknowledgedAt?: Date;
  resolvedAt?: Date;
  closedAt?: Date;
  reopenCount: number;
  /** The newest instant an alert joined, for grouping windows. */
  lastJoinedAt: Date;
  /** Reference of the earlier incident of the same object when its reopen window had passed. */
  previousNumber?: number;
  /** All that was proven since it was opened or reopened last; which of them are needed is policy's. */
  proofs: readonly Proof[];
  policyVersion: string;
}>;

/** `WD-42`. */
export const incidentReference = (incident: Pick<Incident, 'number'>): string => `WD-${incident.number}`;

export const isActive = (incident: Pick<Incident, 'status'>): boolean =>
  incident.status === 'new' || incident.status === 'acknowledged';
