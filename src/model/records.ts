import type { Alert } from './alert.ts';
import type { ObjectKey } from './check-event.ts';
import type { ChildLink } from './child-link.ts';
import type { DeskAgent } from './desk-agent.ts';
import type { Incident } from './incident.ts';

/**
 * What a decision may look at. The engine loads it for a batch of events and applies each decision to it before the
 * next event is decided, so it always shows the state as if the earlier ones were already committed.
 */
export type Records = Readonly<{
  alert(key: ObjectKey): Alert | undefined;
  incident(id: string): Incident | undefined;
  /** Incidents that are not closed and match any of the given links, oldest first. */
  openIncidents(link: IncidentLink): readonly Incident[];
  /**
   * Alerts whose `incidentId` is this one, newest `joinedAt` first. Complete for up to MEMBERS_LISTED_MAX; beyond, at
   * least the newest that many: use the incident's counters.
   */
  members(incidentId: string): readonly Alert[];
  /** How many objects have been bad since `since` or later within the given link (counted up to `atMost`), `except` left out. */
  newlyBad(
    query: Readonly<{ link: IncidentLink | 'any'; since: Date; atMost: number; except: ObjectKey }>,
  ): number;
  /** The issue whose ticket has this number in Freshdesk. */
  incidentOfTicket(ticketId: number): Incident | undefined;
  /** Freshdesk's number of the ticket; undefined until that exists. */
  ticketOf(incidentId: string): number | undefined;
  /** Whether this tag names a ticket that Watchdesk has created, or is creating. */
  isOwnTag(tag: string): boolean;
  /** Links of which the issue is parent or child, suggested and declined ones included. Their issues are loaded too. */
  links(incidentId: string): readonly ChildLink[];
  /**
   * Incidents that a new ticket may be a report of: not closed, nobody's child, the newest CANDIDATES_MAX; those of other
   * customers too.
   */
  candidates(): readonly Incident[];
  /** Freshdesk's agents, for assignment; empty when policy assigns nobody or they were not read yet. */
  agents(): readonly DeskAgent[];
  /**
   * Intents of public replies of the that have not reached its ticket, also those given up; known to timers alone.
   */
  unsentReplies(incidentId: string): readonly string[];
  /** How many incidents like this one were opened at or after `since`, itself included. */
  alike(query: Readonly<{ incident: Incident; since: Date }>): number;
  /** How many incidents of priority Urgent were opened at or after `since`, counted up to `atMost`. */
  urgentOpened(query: Readonly<{ since: Date; atMost: number }>): number;
}>;

/**
 * `host` means the host of the incident's `cause`; `reportedServiceId` the service of one that people reported and that is
 * not linked to another.
 */
export type IncidentLink =
  | Readonly<{ host: string }>
  | Readonly<{ serviceId: string }>
  | Readonly<{ reportedServiceId: string }>
  | Readonly<{ hostGroup: string }>
  | Readonly<{ stormKey: string }>;

/** A storm's incident may have thousands of members; notes and pages list at most this many. */
export const MEMBERS_LISTED_MAX = 50;

/** Newer reports are more likely about newer incidents; matching looks at no more than this many. */
export const CANDIDATES_MAX = 300;
