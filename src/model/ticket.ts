import type { DeskFieldValues } from './desk-field.ts';
import type { IncidentStatus } from './incident.ts';
import type { Priority, ShownTicketType } from './priority.ts';

/** Where a Freshdesk ticket stands. `other` is any custom or waiting status: open, but not ours to interpret. */
export const TICKET_STATUSES = ['open', 'pending', 'resolved', 'closed', 'other'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** Done in Freshdesk's sense: resolved or closed; every other status is work under way. */
export const isDone = (status: TicketStatus): boolean => status === 'resolved' || status === 'closed';

/**
 * The fields of a ticket that Watchdesk keeps right, in our words; the connector translates both ways.
 * Used for what we want, what we last wrote and what we last saw, so that the three can be compared field by field.
 *
 * Absent:  `groupId` and `responderId` undefined mean "no wish" in a wish and "none set" in what was seen. `custom` holds
 *          the fields that the account has: in a wish only those that Watchdesk writes; undefined like empty.
 */
export type TicketFields = Readonly<{
  subject: string;
  status: TicketStatus;
  priority: Priority;
  /** Undefined: none. `other` is seen and never written. */
  type: ShownTicketType | undefined;
  /** Freshdesk group. */
  groupId?: number;
  /** Freshdesk agent who has it. */
  responderId?: number;
  tags: readonly string[];
  custom?: DeskFieldValues;
}>;

/** Resolved means restored and awaiting proof; closed means the proof held. */
export function wantedTicketStatus(status: IncidentStatus): TicketStatus {
  return status === 'resolved' || status === 'closed' ? status : 'open';
}

/**
 * Wanted state of an issue's ticket.
 *
 * `descriptionHtml` and `requesterEmail` count when it is created; the description is empty in every wish but the first,
 * which means: as it is.
 *
 * The status is no lasting wish, since people move it as part of their work: it is asserted once for each `statusTurn`
 * that is higher than the one last written. `isSetBack` asserts it on a ticket that a person closed, too.
 */
export type TicketWish = Readonly<{
  incidentId: string;
  fields: TicketFields;
  descriptionHtml: string;
  requesterEmail: string;
  statusTurn: number;
  isSetBack: boolean;
  /** Grows when the incident is reopened: what people took over before is free again, where policy says so. */
  round: number;
  /** The rule that decided a field, for the report of what people change. */
  rules: Readonly<Record<string, string>>;
  /** The ticket was there first: somebody reported it in Freshdesk. Only in the first wish. */
  adopts?: Readonly<{
    freshdeskId: number;
    seen: TicketFields;
    peopleOwn: readonly string[];
    /** What was read with it: the next reading goes on from there. */
    lastMessageId?: number;
    messageCount?: number;
    updatedAt?: Date;
  }>;
}>;
