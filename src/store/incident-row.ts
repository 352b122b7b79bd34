import { z } from 'zod';
import type { AskedField } from '../model/desk-field.ts';
import type { DeskState } from '../model/desk-state.ts';
import { INCIDENT_STATUSES, type Incident, type Proof } from '../model/incident.ts';
import { LEVELS, PRIORITIES, TICKET_TYPES } from '../model/priority.ts';
import { TICKET_STATUSES } from '../model/ticket.ts';
import { type OwnedField, type Requester, TICKET_SOURCES } from '../model/ticket-event.ts';
import { EscalationJson } from './escalation-row.ts';

/** How an incident is stored: its columns, and what its JSON columns hold. */

const date = z.coerce.date();

const ProofJson = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('monitoring'),
    readAt: date,
    soakMs: z.number(),
    objects: z.array(
      z.object({ host: z.string(), check: z.string(), state: z.string(), healthySince: date }),
    ),
  }),
  z.object({
    kind: z.enum(['reporter_link', 'reporter_reply']),
    at: date,
    who: z.string(),
    words: z.string(),
  }),
  z.object({
    kind: z.literal('agent_record'),
    at: date,
    who: z.string(),
    how: z.string(),
    when: date,
    by: z.string(),
  }),
  z.object({ kind: z.literal('silence'), at: date, askedAt: date, reminders: z.int() }),
  z.object({ kind: z.literal('withdrawn'), at: date, why: z.string() }),
]) satisfies z.ZodType<Proof>;

const Reporter = z.object({
  id: z.int(),
  email: z.string().exactOptional(),
  name: z.string().exactOptional(),
  language: z.string().exactOptional(),
}) satisfies z.ZodType<Requester>;

const asked = z.string().transform((field) => field as AskedField);
const owned = z.string().transform((field) => field as OwnedField);

const Desk = z.object({
  statusTurn: z.int(),
  asserted: z.enum(TICKET_STATUSES).exactOptional(),
  ticketStatus: z.enum(TICKET_STATUSES).exactOptional(),
  ticketReadAt: date.exactOptional(),
  ticketSource: z.enum(TICKET_SOURCES).exactOptional(),
  subject: z.string().exactOptional(),
  text: z.string().exactOptional(),
  companyName: z.string().exactOptional(),
  responderId: z.number().exactOptional(),
  assignedAgentId: z.number().exactOptional(),
  assignedAt: date.exactOptional(),
  assignmentRule: z.string().exactOptional(),
  typeRule: z.string().exactOptional(),
  typeConfidence: z.number().exactOptional(),
  isTypeGuess: z.boolean().exactOptional(),
  peopleSet: z.array(owned).exactOptional(),
  peopleSetAt: date.exactOptional(),
  answers: z
    .record(z.string(), z.union([z.string(), z.boolean()]))
    .transform((answers) => answers as NonNullable<DeskState['answers']>)
    .exactOptional(),
  asked: z.array(asked).exactOptional(),
  lastMessageId: z.number().exactOptional(),
  lastWorkAt: date.exactOptional(),
  lastUpdateAt: date.exactOptional(),
  nextUpdateDueAt: date.exactOptional(),
  confirmation: z
    .object({
      round: z.int(),
      askedAt: date,
      remindedCount: z.int(),
      answer: z
        .object({
          said: z.enum(['yes', 'no']),
          via: z.enum(['link', 'reply', 'agent']),
          at: date,
          words: z.string(),
        })
        .exactOptional(),
      silentAt: date.exactOptional(),
    })
    .exactOptional(),
  recordTaken: z.string().exactOptional(),
  unclearReplyId: z.number().exactOptional(),
  putBack: z.object({ round: z.int(), count: z.int() }).exactOptional(),
  gate: z.object({ rounds: z.int(), firstAt: date, stoppedAt: date.exactOptional() }).exactOptional(),
  problemId: z.string().exactOptional(),
  followUpId: z.string().exactOptional(),
  openedForId: z.string().exactOptional(),
  dueAt: date.exactOptional(),
  overdueToldAt: date.exactOptional(),
  repeatToldAt: date.exactOptional(),
  isTicketMoved: z.literal(true).exactOptional(),
  goneWhy: z.enum(['spam', 'deleted', 'merged']).exactOptional(),
}) satisfies z.ZodType<DeskState>;

export const IncidentRow = z
  .object({
    id: z.string(),
    number: z.int(),
    version: z.int(),
    status: z.enum(INCIDENT_STATUSES),
    type: z.enum(TICKET_TYPES),
    title: z.string(),
    origin: z.enum(['alert', 'ticket', 'watchdesk']),
    causeHost: z.string().optional(),
    causeCheck: z.string().optional(),
    parentId: z.string().optional(),
    childCount: z.int(),
    openChildCount: z.int(),
    reporter: Reporter.optional(),
    category: z.string().optional(),
    subCategory: z.string().optional(),
    desk: Desk,
    serviceId: z.string().optional(),
    customerId: z.string().optional(),
    hostGroup: z.string().optional(),
    stormKey: z.string().optional(),
    impact: z.enum(LEVELS),
    urgency: z.enum(LEVELS),
    priority: z.enum(PRIORITIES),
    priorityRule: z.string(),
    priorityWhy: z.string(),
    assignmentGroup: z.string().optional(),
    owner: z.string().optional(),
    badAlertCount: z.int(),
    alertCount: z.int(),
    memberCount: z.int(),
    undigestedCount: z.int(),
    startedAt: z.date(),
    openedAt: z.date(),
    acknowledgedAt: z.date().optional(),
    resolvedAt: z.date().optional(),
    closedAt: z.date().optional(),
    reopenCount: z.int(),
    lastJoinedAt: z.date(),
    previousNumber: z.int().optional(),
    proofs: z.array(ProofJson),
    escalation: EscalationJson.optional(),
    policyVersion: z.string(),
  })
  .transform(({ causeHost, causeCheck, ...rest }) => ({
    ...rest,
    ...(causeHost === undefined || causeCheck === undefined
      ? {}
      : { cause: { host: causeHost, check: causeCheck } }),
  }));

/** Column, its type, and the field it holds; the first two never change. */
export const INCIDENT_COLUMNS = [
  ['id', 'uuid', 'id'],
  ['number', 'int', 'number'],
  ['version', 'int', 'version'],
  ['status', 'text', 'status'],
  ['type', 'text', 'type'],
  ['title', 'text', 'title'],
  ['origin', 'text', 'origin'],
  ['cause_host', 'text', 'causeHost'],
  ['cause_check', 'text', 'causeCheck'],
  ['parent_id', 'uuid', 'parentId'],
  ['child_count', 'int', 'childCount'],
  ['open_child_count', 'int', 'openChildCount'],
  ['reporter', 'jsonb', 'reporter'],
  ['category', 'text', 'category'],
  ['sub_category', 'text', 'subCategory'],
  ['desk', 'jsonb', 'desk'],
  ['service_id', 'text', 'serviceId'],
  ['customer_id', 'text', 'customerId'],
  ['host_group', 'text', 'hostGroup'],
  ['storm_key', 'text', 'stormKey'],
  ['impact', 'text', 'impact'],
  ['urgency', 'text', 'urgency'],
  ['priority', 'text', 'priority'],
  ['priority_rule', 'text', 'priorityRule'],
  ['priority_why', 'text', 'priorityWhy'],
  ['assignment_group', 'text', 'assignmentGroup'],
  ['owner', 'text', 'owner'],
  ['bad_alert_count', 'int', 'badAlertCount'],
  ['alert_count', 'int', 'alertCount'],
  ['member_count', 'int', 'memberCount'],
  ['undigested_count', 'int', 'undigestedCount'],
  ['started_at', 'timestamptz', 'startedAt'],
  ['opened_at', 'timestamptz', 'openedAt'],
  ['acknowledged_at', 'timestamptz', 'acknowledgedAt'],
  ['resolved_at', 'timestamptz', 'resolvedAt'],
  ['closed_at', 'timestamptz', 'closedAt'],
  ['reopen_count', 'int', 'reopenCount'],
  ['last_joined_at', 'timestamptz', 'lastJoinedAt'],
  ['previous_number', 'int', 'previousNumber'],
  ['proofs', 'jsonb', 'proofs'],
  ['escalation', 'jsonb', 'escalation'],
  ['policy_version', 'text', 'policyVersion'],
] as const;

/** An incident as the fields of its columns. */
export const incidentRecord = ({ cause, ...incident }: Incident) => ({
  ...incident,
  ...(cause === undefined ? {} : { causeHost: cause.host, causeCheck: cause.check }),
});
