import type { Alert } from './alert.ts';
import type { ObjectKey } from './check-event.ts';
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
  /** How many incidents of priority Urgent were opened at or after `since`, counted up to `atMost`. */
  urgentOpened(query: Readonly<{ since: Date; atMost: number }>): number;
}>;

/** `host` means the host of the incident's `cause`. */
export type IncidentLink =
  | Readonly<{ host: string }>
  | Readonly<{ serviceId: string }>
  | Readonly<{ hostGroup: string }>
  | Readonly<{ stormKey: string }>;

/** A storm's incident may have thousands of members; notes and pages list at most this many. */
export const MEMBERS_LISTED_MAX = 50;
