import type { ObjectKey } from '../model/check-event.ts';
import type { Incident } from '../model/incident.ts';

/**
 * What a decision needs from outside besides records and policy.
 *
 * Shape: `newId` gives UUIDs and `nextNumber` unused incident numbers, both prepared by the caller, so that the same
 *        context makes the same decision. A number that was taken and not used leaves a gap, which does no harm.
 */
export type DecisionContext = Readonly<{
  /** UTC, by our clock. */
  now: Date;
  newId(): string;
  nextNumber(): number;
  /** Opsview user that Watchdesk acknowledges with: what it acknowledges is our own echo. */
  ownOpsviewUser?: string;
  /** Addresses for texts; undefined where there is nothing to link to. */
  links: Readonly<{
    watchdeskUrl(incident: Pick<Incident, 'id' | 'number'>): string | undefined;
    opsviewUrl(object: ObjectKey): string | undefined;
  }>;
}>;
