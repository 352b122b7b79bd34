import type { CheckState, StateType } from './check-event.ts';

/**
 * What we know of one Opsview object; a row exists from its first event on. It is an alert in the narrow sense while
 * `state` is not healthy.
 *
 * Units:   instants are UTC; `stateSince`, `healthySince` and `lastEventAt` by Opsview's clock, `badSince`, `joinedAt`
 *          and `missingSince` by ours.
 * Absent:  `badSince` only while unhealthy, `healthySince` only while healthy; `incidentId` is the incident that this
 *          object last belonged to, also after it was closed; `joinedAt` goes with it.
 */
export type Alert = Readonly<{
  host: string;
  /** Empty for the host itself. */
  check: string;
  state: CheckState;
  stateType: StateType;
  stateSince: Date;
  /**
   * When we learnt that it is bad. By our clock, so that a spool forwarded after an outage, or the first reading of a
   * site with a thousand old problems, counts as the storm of tickets that it would be.
   */
  badSince?: Date;
  healthySince?: Date;
  /** The newest `occurredAt` applied; an older event changes nothing. */
  lastEventAt: Date;
  inDowntime: boolean;
  isFlapping: boolean;
  isAcknowledged: boolean;
  output: string;
  longOutput: string;
  hostAlias?: string;
  hostAddress?: string;
  hostGroup?: string;
  hashtags: readonly string[];
  serviceId?: string;
  customerId?: string;
  incidentId?: string;
  joinedAt?: Date;
  /** Since when Opsview has not known this object; absent while it does. */
  missingSince?: Date;
}>;
