import {
  childFaults,
  detach,
  makeChild,
  makeRelated,
  openChildFaults,
  relatedFaults,
  requireAssociations,
  trackerFaults,
  withKnownKeys,
} from './associations.ts';
import { changed } from './automation.ts';
import { type Body, type BodyRules, checkBody } from './body-rules.ts';
import { customFieldFaults } from './custom-field-faults.ts';
import { findOrCreateContact } from './people.ts';
import type { FieldFault } from './refusal.ts';
import { storedHtml, textOf } from './sanitise.ts';
import type { Ticket } from './state.ts';
import { codes, isDone, PRIORITY_LABELS, SOURCE_LABELS, STATUS_LABELS, TYPES } from './vocabulary.ts';
import { type Actor, later, nowOf, takeId, touch, type World } from './world.ts';

const COMMON: BodyRules = {
  subject: { type: 'String', lengthMax: 255 },
  description: { type: 'String' },
  status: { type: 'Integer', oneOf: codes(STATUS_LABELS) },
  priority: { type: 'Integer', oneOf: codes(PRIORITY_LABELS) },
  source: { type: 'Integer', oneOf: codes(SOURCE_LABELS) },
  type: { type: 'String', nullable: true, oneOf: TYPES },
  requester_id: { type: 'Integer' },
  email: { type: 'String', format: 'email' },
  phone: { type: 'String' },
  name: { type: 'String' },
  unique_external_id: { type: 'String' },
  responder_id: { type: 'Integer', nullable: true },
  group_id: { type: 'Integer', nullable: true },
  company_id: { type: 'Integer', nullable: true },
  product_id: { type: 'Integer', nullable: true },
  email_config_id: { type: 'Integer', nullable: true },
  due_by: { type: 'DateTime' },
  fr_due_by: { type: 'DateTime' },
  custom_fields: { type: 'Hash' },
  tags: { type: 'Array of String', lengthMax: 32 },
  parent_id: { type: 'Integer', nullable: true },
  related_ticket_ids: { type: 'Array of Integer' },
};

const CREATE: BodyRules = {
  ...COMMON,
  subject: { type: 'String', required: true, lengthMax: 255 },
  description: { type: 'String', required: true },
  cc_emails: { type: 'Array of String' },
  lookup_parameter: { type: 'String' },
};

const UPDATE: BodyRules = {
  ...COMMON,
  association_type: { type: 'Integer' },
  tracker_id: { type: 'Integer', nullable: true },
  skip_close_notification: { type: 'Boolean' },
};

/** `POST /tickets`. Deadlines and creation rules follow later, see `settle`. Throws a Refusal naming every fault. */
export function createTicket(world: World, input: unknown, actor: Actor): Ticket {
  const body = checkBody(input, CREATE, [...requesterFaults(input), ...referenceFaults(world, input)]);
  const now = nowOf(world);
  const parentId = body.parent_id as number | null | undefined;
  const relatedIds = body.related_ticket_ids as number[] | undefined;
  if (parentId != null || relatedIds) requireAssociations(world);
  checkBody(body, CREATE, [
    ...(parentId == null ? [] : childFaults(world, parentId)),
    ...(relatedIds ? relatedFaults(world, relatedIds, 0) : []),
  ]);
  const description = storedHtml(body.description as string);
  const ticket: Ticket = {
    id: takeId(world, 'nextTicketId'),
    subject: body.subject as string,
    description,
    description_text: textOf(description),
    status: 2,
    priority: 1,
    source: 2,
    type: null,
    requester_id: requesterId(world, body),
    responder_id: null,
    group_id: null,
    company_id: null,
    product_id: null,
    email_config_id: null,
    cc_emails: (body.cc_emails as string[] | undefined) ?? [],
    fwd_emails: [],
    reply_cc_emails: (body.cc_emails as string[] | undefined) ?? [],
    ticket_cc_emails: (body.cc_emails as string[] | undefined) ?? [],
    ticket_bcc_emails: [],
    spam: false,
    deleted: false,
    due_by: null,
    fr_due_by: null,
    is_escalated: false,
    fr_escalated: false,
    custom_fields: Object.fromEntries(world.data.customFields.map(({ name }) => [name, null])),
    tags: [],
    association_type: null,
    associated_tickets_list: [],
    created_at: now,
    updated_at: now,
    stats: {
      agent_responded_at: null,
      requester_responded_at: null,
      first_responded_at: null,
      status_updated_at: now,
      reopened_at: null,
      resolved_at: null,
      closed_at: null,
      pending_since: null,
    },
    activities: [],
  };
  const requester = world.data.contacts.find(({ id }) => id === ticket.requester_id);
  ticket.company_id = requester?.company_id ?? null;
  setPlainFields(ticket, body);
  if (ticket.status !== 2) stampStatus(ticket, 2, now);
  world.data.tickets.push(ticket);
  if (parentId != null) makeChild(world, parentId, ticket);
  for (const related of world.data.tickets.filter(({ id }) => relatedIds?.includes(id))) {
    makeRelated(world, ticket.id, related);
  }
  touch(world, ticket, actor, 'created the ticket');
  later(world, world.settings.settleDelayMs, { kind: 'settle', ticketId: ticket.id });
  return ticket;
}

/** `PUT /tickets/{id}`: only what is sent changes. Throws a Refusal naming every fault. */
export function updateTicket(world: World, ticket: Ticket, given: unknown, actor: Actor): Ticket {
  const input = withKnownKeys(world, given);
  const body = checkBody(input, UPDATE, [
    ...referenceFaults(world, input),
    ...openChildFaults(world, ticket, (input as Body | null)?.status),
  ]);
  associate(world, ticket, body);
  const before = structuredClone(ticket);
  if (body.description !== undefined) {
    ticket.description = storedHtml(body.description as string);
    ticket.description_text = textOf(ticket.description);
  }
  if (body.requester_id !== undefined || body.email !== undefined)
    ticket.requester_id = requesterId(world, body);
  setPlainFields(ticket, body);
  if (ticket.status !== before.status) stampStatus(ticket, before.status, nowOf(world));
  changed(world, ticket, actor, changesInWords(before, ticket));
  return ticket;
}

const PLAIN_FIELDS = (
  'subject status priority source type responder_id group_id company_id product_id email_config_id ' +
  'due_by fr_due_by tags'
).split(' ');

function setPlainFields(ticket: Ticket, body: Body): void {
  for (const field of PLAIN_FIELDS) {
    if (body[field] !== undefined) Object.assign(ticket, { [field]: body[field] });
  }
  if (body.custom_fields !== undefined) Object.assign(ticket.custom_fields, body.custom_fields);
}

function associate(world: World, ticket: Ticket, body: Body): void {
  const { parent_id: parentId, tracker_id: trackerId, related_ticket_ids: relatedIds } = body;
  if (parentId === undefined && trackerId === undefined && relatedIds === undefined) return;
  requireAssociations(world);
  const newIds = ((relatedIds ?? []) as number[]).filter(
    (id) => id !== ticket.id && !ticket.associated_tickets_list.includes(id),
  );
  checkBody(body, UPDATE, [
    ...(typeof parentId === 'number' ? childFaults(world, parentId, ticket) : []),
    ...(typeof trackerId === 'number'
      ? [
          ...trackerFaults(world, trackerId),
          ...relatedFaults(world, [ticket.id], membersCount(world, trackerId)),
        ]
      : []),
    ...(relatedIds ? trackerFaults(world, ticket.id) : []),
    ...(relatedIds ? relatedFaults(world, newIds, ticket.associated_tickets_list.length) : []),
  ]);
  if (parentId === null || trackerId === null) detach(world, ticket);
  if (typeof parentId === 'number') makeChild(world, parentId, ticket);
  if (typeof trackerId === 'number') makeRelated(world, trackerId, ticket);
  for (const related of world.data.tickets.filter(({ id }) => newIds.includes(id))) {
    makeRelated(world, ticket.id, related);
  }
}

const membersCount = (world: World, trackerId: number): number =>
  world.data.tickets.find(({ id }) => id === trackerId)?.associated_tickets_list.length ?? 0;

function stampStatus(ticket: Ticket, before: number, now: string): void {
  const { stats } = ticket;
  stats.status_updated_at = now;
  if (isDone(before) && !isDone(ticket.status)) {
    stats.reopened_at = now;
    stats.resolved_at = null;
    stats.closed_at = null;
  }
  if (isDone(ticket.status)) stats.resolved_at ??= now;
  if (ticket.status === 5) stats.closed_at = now;
  stats.pending_since = ticket.status === 3 ? now : null;
}

function requesterFaults(input: unknown): FieldFault[] {
  const body = (input ?? {}) as Body;
  const known = ['requester_id', 'email', 'phone', 'unique_external_id'];
  if (known.some((field) => body[field] !== undefined)) return [];
  const message = `One of the following is mandatory: ${known.join(', ')}`;
  return [{ field: 'requester_id', message, code: 'missing_field' }];
}

function requesterId(world: World, body: Body): number {
  if (body.requester_id !== undefined) return body.requester_id as number;
  const { email, phone, name, unique_external_id: external } = body as Record<string, string | undefined>;
  return findOrCreateContact(world, {
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined && external === undefined ? {} : { phone: (phone ?? external) as string }),
    ...(name === undefined ? {} : { name }),
  }).id;
}

/** Ids that name nobody, and custom fields that do not exist or get a wrong type. */
function referenceFaults(world: World, input: unknown): FieldFault[] {
  const body = (input ?? {}) as Body;
  const { agents, groups, contacts, companies } = world.data;
  const places = [
    ['responder_id', 'agent', agents.filter(({ deactivated }) => !deactivated)],
    ['group_id', 'group', groups],
    ['company_id', 'company', companies],
    ['requester_id', 'contact', [...contacts, ...agents]],
  ] as const;
  const unknownIds = places.flatMap(([field, word, all]) => {
    const id = body[field];
    if (typeof id !== 'number' || all.some((one) => one.id === id)) return [];
    return [{ field, message: `There is no ${word} matching the given ${field}`, code: 'invalid_value' }];
  });
  return [...unknownIds, ...customFieldFaults(world, body.custom_fields)];
}

function changesInWords(before: Ticket, after: Ticket): string {
  const labels = { status: STATUS_LABELS, priority: PRIORITY_LABELS };
  const changed = PLAIN_FIELDS.filter(
    (field) => JSON.stringify(before[field as keyof Ticket]) !== JSON.stringify(after[field as keyof Ticket]),
  ).map((field) => {
    const value = after[field as keyof Ticket];
    const label = labels[field as keyof typeof labels]?.[value as number] ?? JSON.stringify(value);
    return `set ${field.replaceAll('_', ' ')} to ${label}`;
  });
  if (before.description !== after.description) changed.push('changed the description');
  if (JSON.stringify(before.custom_fields) !== JSON.stringify(after.custom_fields)) {
    changed.push('changed custom fields');
  }
  return changed.length === 0 ? 'changed nothing' : changed.join(', ');
}
