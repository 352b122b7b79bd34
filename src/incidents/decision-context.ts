import type { ObjectKey } from '../model/check-event.ts';
import type { DeskField } from '../model/desk-field.ts';
import type { Incident } from '../model/incident.ts';

export type ConfirmLink = Readonly<{
  incidentId: string;
  round: number;
  answer: 'yes' | 'no';
  ticketId: number;
  /** The reporter's contact number in Freshdesk, as text: whoever else the ticket goes to later cannot use the link. */
  reporter: string;
  expiresAt: Date;
}>;

export type AcknowledgeLink = Readonly<{
  incidentId: string;
  ladder?: string;
  person: string;
  expiresAt: Date;
}>;

export type StopLink = Readonly<{
  incidentId: string;
  ladder: string;
  run: number;
  person: string;
  expiresAt: Date;
}>;

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
  /** Custom fields that the account's tickets have; empty when `setup freshdesk` was never run. */
  deskFields: ReadonlySet<DeskField>;
  /** When Watchdesk began to look after tickets that people raise: older ones are left alone. */
  watchesTicketsSince: Date;
  /** Addresses for texts; undefined where there is nothing to link to. */
  links: Readonly<{
    /** Signed link by which the reporter answers; of one round, one answer and one reporter. */
    confirmUrl(asked: ConfirmLink): string;
    /** Signed link by which an agent accepts or declines a suggested link. */
    linkUrl(
      asked: Readonly<{ parentId: string; childId: string; answer: 'accept' | 'decline'; expiresAt: Date }>,
    ): string;
    /** Signed link by which `person` (a recipient, see Told) says: I have it; with `ladder` of that ladder alone. */
    acknowledgeUrl(asked: AcknowledgeLink): string;
    /** Signed link by which `person` stops the Director's rung of this run of a ladder. */
    stopUrl(asked: StopLink): string;
    /** An article's page in Freshdesk's Solutions. */
    articleUrl(articleId: number): string;
    /** A ticket's page in Freshdesk. */
    ticketUrl(ticketId: number): string;
    watchdeskUrl(incident: Pick<Incident, 'id' | 'number'>): string | undefined;
    opsviewUrl(object: ObjectKey): string | undefined;
  }>;
}>;
