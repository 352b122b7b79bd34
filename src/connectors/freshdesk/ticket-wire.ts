import { z } from 'zod';
import type { TicketFields } from '../../model/ticket.ts';
import { ConnectorError } from '../connector-error.ts';
import { type FreshdeskCodes, priorityOfCode, statusCode, statusOfCode, typeOfName } from './codes.ts';
import { customFromWire, customToWire, type DeskFieldNames } from './custom-fields.ts';
import type { FreshdeskCall } from './freshdesk.ts';

/**
 * A ticket as Freshdesk has it, in our words.
 *
 * Units:   instants are UTC by Freshdesk's clock, whole seconds.
 * Absent:  `fields.responderId`: nobody has it. `fields.type` undefined: none. `fields.custom`
 *          when no name of a field of ours is known. A missing instant is taken from the other one, else it is the time
 *          of reading.
 * Caution: for about a second after creation, Freshdesk's own rules may still change group, type and agent.
 */
export type FreshdeskTicket = Readonly<{
  id: number;
  fields: TicketFields;
  requesterId?: number;
  isDeleted: boolean;
  isSpam: boolean;
  updatedAt: Date;
  createdAt: Date;
}>;

const id = z.int().positive();
const optionalId = id.nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const instant = z.iso.datetime({ offset: true }).nullish().catch(null);

/** What we read of a ticket, no more: keys differ between calls and plans. Without id and status it is not a ticket. */
export const TicketWire = z.object({
  id,
  status: z.int(),
  subject: z.string().nullish().catch(null),
  priority: z.int().nullish().catch(null),
  type: z.string().nullish().catch(null),
  group_id: optionalId,
  tags: z.array(z.string()).nullish().catch(null),
  responder_id: optionalId,
  requester_id: optionalId,
  custom_fields: z.record(z.string(), z.unknown()).nullish().catch(null),
  deleted: flag,
  spam: flag,
  created_at: instant,
  updated_at: instant,
});
export type TicketWire = z.infer<typeof TicketWire>;

const NO_NAMES: DeskFieldNames = new Map();

/** The ticket of an answer. */
export const ticketOf = (
  { codes, clock, deskFieldNames }: FreshdeskCall,
  wire: TicketWire,
): FreshdeskTicket => ticketFromWire(codes, wire, clock.now(), deskFieldNames());

export function ticketFromWire(
  codes: FreshdeskCodes,
  wire: TicketWire,
  now: Date,
  names: DeskFieldNames = NO_NAMES,
): FreshdeskTicket {
  const at = (text: string | null | undefined): Date | undefined => (text ? new Date(text) : undefined);
  return {
    id: wire.id,
    fields: {
      subject: wire.subject ?? '',
      status: statusOfCode(codes, wire.status),
      priority: priorityOfCode(codes, wire.priority ?? codes.priority.low),
      type: typeOfName(codes, wire.type ?? null),
      ...(wire.group_id ? { groupId: wire.group_id } : {}),
      ...(wire.responder_id ? { responderId: wire.responder_id } : {}),
      tags: wire.tags ?? [],
      ...(names.size > 0 && wire.custom_fields ? { custom: customFromWire(names, wire.custom_fields) } : {}),
    },
    ...(wire.requester_id ? { requesterId: wire.requester_id } : {}),
    isDeleted: wire.deleted ?? false,
    isSpam: wire.spam ?? false,
    updatedAt: at(wire.updated_at) ?? at(wire.created_at) ?? now,
    createdAt: at(wire.created_at) ?? at(wire.updated_at) ?? now,
  };
}

/** Longest texts that Freshdesk takes. Remembered, not seen in any recording: hence a setting of the connector. */
export type TextLimits = Readonly<{
  subjectCharsMax: number;
  tagCharsMax: number;
  /** Of a custom field with one line. */
  customTextCharsMax: number;
}>;
export const STOCK_TEXT_LIMITS: TextLimits = {
  subjectCharsMax: 255,
  tagCharsMax: 32,
  customTextCharsMax: 255,
};

const fieldSchemas = ({ subjectCharsMax, tagCharsMax }: TextLimits) => ({
  subject: z.string().min(1).max(subjectCharsMax),
  status: z.int().min(2),
  priority: z.int().min(1),
  type: z.string().min(1).optional(),
  group_id: id.optional(),
  responder_id: id.optional(),
  custom_fields: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])).optional(),
  tags: z.array(z.string().min(1).max(tagCharsMax)),
});

/** Strict on the way out: Freshdesk refuses a whole request for one unknown key or wrong type. */
export const createBody = (limits: TextLimits) =>
  z.strictObject({ ...fieldSchemas(limits), email: z.email(), description: z.string().min(1) });
export const updateBody = (limits: TextLimits) => z.strictObject(fieldSchemas(limits)).partial();

type CustomWriting = Readonly<{ names?: DeskFieldNames; limits?: TextLimits }>;

/** Our fields as Freshdesk's keys; absent ones stay absent, so an update sends differences only. */
export function fieldsToWire(
  codes: FreshdeskCodes,
  fields: Partial<TicketFields>,
  { names = NO_NAMES, limits = STOCK_TEXT_LIMITS }: CustomWriting = {},
): Record<string, unknown> {
  const { subject, status, priority, type, groupId, responderId, tags, custom } = fields;
  const customWire = customToWire(names, custom ?? {}, limits);
  if (type === 'other') {
    throw new ConnectorError('rejected', 'A ticket type of the account’s own can be seen but not set');
  }
  if (status === 'other') {
    throw new ConnectorError(
      'rejected',
      'The ticket status "other" can be seen but not set: name a status of ours',
    );
  }
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(status === undefined ? {} : { status: statusCode(codes, status) }),
    ...(priority === undefined ? {} : { priority: codes.priority[priority] }),
    ...(type === undefined ? {} : { type: codes.type[type] }),
    ...(groupId === undefined ? {} : { group_id: groupId }),
    ...(responderId === undefined ? {} : { responder_id: responderId }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
    ...(Object.keys(customWire).length === 0 ? {} : { custom_fields: customWire }),
  };
}

/** Checks a body before it costs a call. Errors: `rejected` with one field error per fault. */
export function checkedBody<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fieldErrors = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
    code: issue.code,
  }));
  const faults = fieldErrors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new ConnectorError('rejected', `Not asked Freshdesk to ${what}, it would refuse: ${faults}`, {
    fieldErrors,
  });
}
