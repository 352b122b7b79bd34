import type { ObjectKey } from './check-event.ts';
import type { Impact, Priority, TicketType, Urgency } from './priority.ts';

export const INCIDENT_STATUSES = ['new', 'acknowledged', 'resolved', 'closed'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** Why an incident may close: what was read, when, and the rule that accepted it (promise P3). */
export type Proof = Readonly<{
  kind: 'monitoring';
  readAt: Date;
  /** How long every object had to be healthy, ms. */
  soakMs: number;
  objects: readonly Readonly<{ host: string; check: string; state: string; healthySince: Date }>[];
}>;

/**
 * An issue of type Incident: our aggregate, with one main ticket and any number of alerts.
 *
 * Shape:   immutable; a change makes a new one with `version + 1`.
 * Units:   instants are UTC by our clock, except `startedAt` (Opsview's).
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
  /** The object it began with; a host that goes down takes this over from its service checks. */
  cause: ObjectKey;
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
  /** When the first alert went bad, by Opsview's clock. */
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
  proof?: Proof;
  policyVersion: string;
}>;

/** `WD-42`. */
export const incidentReference = (incident: Pick<Incident, 'number'>): string => `WD-${incident.number}`;

export const isActive = (incident: Pick<Incident, 'status'>): boolean =>
  incident.status === 'new' || incident.status === 'acknowledged';
