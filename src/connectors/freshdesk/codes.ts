import {
  PRIORITIES,
  type Priority,
  type ShownTicketType,
  TICKET_TYPES,
  type TicketType,
} from '../../model/priority.ts';
import type { TicketStatus } from '../../model/ticket.ts';
import type { TicketSource } from '../../model/ticket-event.ts';

/**
 * Freshdesk's numbers and names for our words.
 *
 * Absent:  a status number in none of the lists is `other`: waiting or custom, open, not ours to interpret. The API does
 *          not tell which custom statuses count as done; an account that has such lists them under `alsoResolved` or
 *          `alsoClosed`. Ticket types are texts that an account may rename.
 * Source:  2 to 5 and 1 to 4 are documented and recorded; 6 and up differ per account.
 */
export type FreshdeskCodes = Readonly<{
  status: Readonly<Record<Exclude<TicketStatus, 'other'>, number>>;
  alsoResolved: readonly number[];
  alsoClosed: readonly number[];
  priority: Readonly<Record<Priority, number>>;
  type: Readonly<Record<TicketType, string>>;
  /** A source number that is not here counts as `other`. */
  source: Readonly<Record<number, TicketSource>>;
}>;

export const STOCK_CODES: FreshdeskCodes = {
  status: { open: 2, pending: 3, resolved: 4, closed: 5 },
  alsoResolved: [],
  alsoClosed: [],
  priority: { low: 1, medium: 2, high: 3, urgent: 4 },
  type: {
    Question: 'Question',
    'Feature Request': 'Feature Request',
    Incident: 'Incident',
    Problem: 'Problem',
  },
  source: {
    1: 'email',
    2: 'portal',
    3: 'phone',
    7: 'chat',
    9: 'feedback_widget',
    10: 'outbound_email',
    15: 'chat',
    16: 'feedback_widget',
    21: 'chat',
  },
};

/** Undefined for `other`, which can be seen but not written. */
export const statusCode = (codes: FreshdeskCodes, status: TicketStatus): number | undefined =>
  status === 'other' ? undefined : codes.status[status];

export function statusOfCode(codes: FreshdeskCodes, code: number): TicketStatus {
  if (code === codes.status.open) return 'open';
  if (code === codes.status.pending) return 'pending';
  if (code === codes.status.resolved || codes.alsoResolved.includes(code)) return 'resolved';
  if (code === codes.status.closed || codes.alsoClosed.includes(code)) return 'closed';
  return 'other';
}

/** A priority that we do not know counts as low, Freshdesk's own default. */
export const priorityOfCode = (codes: FreshdeskCodes, code: number): Priority =>
  PRIORITIES.find((priority) => codes.priority[priority] === code) ?? 'low';

/** Undefined when the ticket has no type; `other` for one that is not ours, such as Refund. */
export const typeOfName = (codes: FreshdeskCodes, name: string | null): ShownTicketType | undefined =>
  name === null || name === ''
    ? undefined
    : (TICKET_TYPES.find((type) => codes.type[type] === name) ?? 'other');

export const sourceOfCode = (codes: FreshdeskCodes, code: number | null | undefined): TicketSource =>
  codes.source[code ?? 0] ?? 'other';
