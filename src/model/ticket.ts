import type { IncidentStatus } from './incident.ts';
import type { Priority, TicketType } from './priority.ts';

/** Where a Freshdesk ticket stands. `other` is any custom or waiting status: open, but not ours to interpret. */
export type TicketStatus = 'open' | 'pending' | 'resolved' | 'closed' | 'other';

/**
 * The fields of a ticket that Watchdesk keeps right, in our words; the connector translates both ways.
 * Used for what we want, what we last wrote and what we last saw, so that the three can be compared field by field.
 *
 * Absent:  `groupId` undefined means "no wish" in a wish and "none set" in what was seen.
 */
export type TicketFields = Readonly<{
  subject: string;
  status: TicketStatus;
  priority: Priority;
  type: TicketType | undefined;
  /** Freshdesk group. */
  groupId?: number;
  tags: readonly string[];
}>;

/** Resolved means restored and awaiting proof; closed means the proof held. */
export function wantedTicketStatus(status: IncidentStatus): TicketStatus {
  return status === 'resolved' || status === 'closed' ? status : 'open';
}

/**
 * Wanted state of an incident's main ticket. `descriptionHtml` and `requesterEmail` count when it is created; the
 * description is empty in every wish but the first, which means: as it is.
 */
export type TicketWish = Readonly<{
  incidentId: string;
  fields: TicketFields;
  descriptionHtml: string;
  requesterEmail: string;
}>;
