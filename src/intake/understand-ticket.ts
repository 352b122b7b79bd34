import { z } from 'zod';
import { DESK_FIELD_KEYS, type DeskField, type DeskFieldValue } from '../model/desk-field.ts';
import { PRIORITIES, SHOWN_TICKET_TYPES } from '../model/priority.ts';
import { TICKET_STATUSES } from '../model/ticket.ts';
import { TICKET_SOURCES, type TicketEvent } from '../model/ticket-event.ts';
import { inboxJson, instant, unreadable } from './inbox-json.ts';
import type { Understood } from './understood.ts';

// Written by serialiseTicket below, perhaps by an earlier release: unknown keys are dropped.
const custom = z
  .record(z.string(), z.union([z.string(), z.boolean(), z.null()]))
  .transform((values): Partial<Record<DeskField, DeskFieldValue>> => {
    const known: Partial<Record<DeskField, DeskFieldValue>> = {};
    for (const key of DESK_FIELD_KEYS) {
      const value = values[key];
      if (value !== undefined) known[key] = value;
    }
    return known;
  });

const fields = z
  .object({
    subject: z.string(),
    status: z.enum(TICKET_STATUSES),
    priority: z.enum(PRIORITIES),
    // JSON leaves out what is undefined.
    type: z.enum(SHOWN_TICKET_TYPES).optional(),
    groupId: z.int().exactOptional(),
    responderId: z.int().exactOptional(),
    tags: z.array(z.string()),
    custom: custom.exactOptional(),
  })
  .transform((read) => ({ ...read, type: read.type }));

const message = z.object({
  id: z.int(),
  at: instant,
  author: z.enum(['requester', 'agent', 'watchdesk', 'other']),
  authorId: z.int().exactOptional(),
  isPrivate: z.boolean(),
  text: z.string(),
  html: z.string(),
});

const takenOver = z.object({
  field: z.union([
    z.enum(['subject', 'priority', 'type', 'groupId', 'responderId']),
    z.templateLiteral(['custom.', z.string()]),
  ]),
  rule: z.string(),
  wanted: z.string(),
  chosen: z.string(),
});

const refused = z.object({
  field: z.enum(['groupId', 'responderId']),
  wanted: z.int(),
  reason: z.string(),
});

const Ticket = z.object({
  kind: z.literal('ticket'),
  ticketId: z.int().positive(),
  fields,
  before: fields.exactOptional(),
  descriptionText: z.string(),
  requester: z
    .object({
      id: z.int(),
      email: z.string().exactOptional(),
      name: z.string().exactOptional(),
      language: z.string().exactOptional(),
    })
    .exactOptional(),
  company: z.object({ id: z.int(), name: z.string() }).exactOptional(),
  source: z.enum(TICKET_SOURCES),
  isSpam: z.boolean(),
  isDeleted: z.boolean(),
  mergedInto: z.int().exactOptional(),
  messages: z.array(message),
  takenOver: z.array(takenOver),
  refused: z.array(refused).exactOptional(),
  createdAt: instant,
  updatedAt: instant,
  readAt: instant,
});

/** A ticket that we read from Freshdesk, for the inbox; `understandTicket` reads it again. */
export const serialiseTicket = (event: TicketEvent): string => inboxJson(event);

export function understandTicket(body: unknown): Understood<TicketEvent> {
  const read = Ticket.safeParse(body);
  return read.success ? { event: read.data } : unreadable('ticket_unreadable', 'a ticket', read.error);
}
