// Reads for the overview and for one incident's page: a fixed number of statements each, every one with a key or a LIMIT.
import { z } from 'zod';
import { CHECK_STATES } from '../model/check-event.ts';
import type { TimerName } from '../model/decision.ts';
import { INCIDENT_STATUSES } from '../model/incident.ts';
import { PRIORITIES, TICKET_TYPES } from '../model/priority.ts';
import { EscalationJson } from './escalation-row.ts';
import { Prisma } from './generated/client.ts';
import { parseRows } from './rows.ts';
import type { TxOrClient } from './transaction.ts';

/** A null column is an absent field, never an undefined one. */
export type Row<Schema extends z.ZodType> = Readonly<{
  [Field in keyof z.output<Schema>]: Exclude<z.output<Schema>[Field], undefined>;
}>;
export const read = <Schema extends z.ZodType>(schema: Schema, rows: unknown) =>
  parseRows(schema, rows) as unknown as Row<Schema>[];

/** Absent members do not narrow; `text` is part of the title, host or check, or a whole reference such as `WD-42`. */
export type OpenFilter = Readonly<{
  status?: string;
  priority?: string;
  type?: string;
  customerId?: string;
  text?: string;
}>;

const LineRow = z.object({
  number: z.int(),
  status: z.enum(INCIDENT_STATUSES),
  type: z.enum(TICKET_TYPES),
  origin: z.enum(['alert', 'ticket', 'watchdesk']),
  priority: z.enum(PRIORITIES),
  title: z.string(),
  customerId: z.string().optional(),
  serviceId: z.string().optional(),
  badAlertCount: z.int(),
  alertCount: z.int(),
  startedAt: z.date(),
  closedAt: z.date().optional(),
  reopenCount: z.int(),
  owner: z.string().optional(),
  reporter: z.string().optional(),
  childCount: z.int(),
  parentNumber: z.int().optional(),
  isAsked: z.boolean(),
  isGateStopped: z.boolean(),
  isReplyUnclear: z.boolean(),
  hasTicket: z.boolean(),
  ticketNumber: z.string().optional(),
  stuck: z.string().optional(),
  timerName: z
    .string()
    .transform((name) => name as TimerName)
    .optional(),
  timerDueAt: z.date().optional(),
  timerWhy: z.string().optional(),
  escalation: EscalationJson.optional(),
});
export type LineRow = Row<typeof LineRow>;

const BY_PRIORITY = Prisma.raw(`array_position(ARRAY['urgent', 'high', 'medium', 'low'], i.priority)`);
/** How many of the newest incidents are looked through for the ones closed lately. */
const CLOSED_AMONG = 200;

/**
 * The few incidents of `chosen` with their ticket and next timer; `chosen` bounds and `order` sorts them. Counting repeats
 * is no step of an incident, so its timer is never the next one.
 */
async function lines(tx: TxOrClient, chosen: Prisma.Sql, order: Prisma.Sql): Promise<LineRow[]> {
  const rows = await tx.$queryRaw`
    SELECT i.number, i.status, i.type, i.origin, i.priority, i.title, i.customer_id AS "customerId", i.service_id AS "serviceId",
      i.bad_alert_count AS "badAlertCount", i.alert_count AS "alertCount", i.started_at AS "startedAt",
      i.closed_at AS "closedAt", i.reopen_count AS "reopenCount",
      coalesce(i.owner, (SELECT a.name FROM desk_agent a
        WHERE a.id::text = coalesce(i.desk->>'responderId', i.desk->>'assignedAgentId'))) AS owner,
      coalesce(i.reporter->>'name', i.reporter->>'email') AS reporter, i.child_count AS "childCount",
      m.number AS "parentNumber",
      (i.desk ? 'confirmation' AND (i.desk#>>'{confirmation,round}')::int = i.reopen_count
        AND i.desk#>'{confirmation,answer}' IS NULL) AS "isAsked",
      coalesce(i.desk#>'{gate,stoppedAt}' IS NOT NULL, false) AS "isGateStopped",
      (i.desk ? 'unclearReplyId') AS "isReplyUnclear",
      t.incident_id IS NOT NULL AS "hasTicket", t.freshdesk_id::text AS "ticketNumber", t.stuck,
      i.escalation, n.name AS "timerName", n.due_at AS "timerDueAt", n.why AS "timerWhy"
    FROM (${chosen}) i
    LEFT JOIN ticket t ON t.incident_id = i.id
    LEFT JOIN incident m ON m.id = i.parent_id
    LEFT JOIN LATERAL (
      SELECT name, due_at, why FROM timer
      WHERE incident_id = i.id AND fired_at IS NULL AND cancelled_at IS NULL AND name <> 'repeat' ORDER BY due_at LIMIT 1
    ) n ON true
    ORDER BY ${order}`;
  return read(LineRow, rows);
}

/** `%`, `_` and `\` in what a person typed stand for themselves. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

function matches(filter: OpenFilter): Prisma.Sql {
  const { status, priority, type, customerId, text } = filter;
  const wanted = [
    ...(status ? [Prisma.sql`i.status = ${status}`] : []),
    ...(priority ? [Prisma.sql`i.priority = ${priority}`] : []),
    ...(type ? [Prisma.sql`i.type = ${type}`] : []),
    ...(customerId ? [Prisma.sql`i.customer_id = ${customerId}`] : []),
    ...(text
      ? [
          Prisma.sql`(i.title ILIKE ${containing(text)} OR i.cause_host ILIKE ${containing(text)}
            OR i.cause_check ILIKE ${containing(text)} OR i.reporter->>'name' ILIKE ${containing(text)}
            OR i.reporter->>'email' ILIKE ${containing(text)} OR 'wd-' || i.number = ${text.toLowerCase()})`,
        ]
      : []),
  ];
  return wanted.length === 0 ? Prisma.sql`true` : Prisma.join(wanted, ' AND ');
}

/** Open incidents that match, the most pressing first, then the oldest. */
export const openLines = (tx: TxOrClient, filter: OpenFilter, limit: number): Promise<LineRow[]> =>
  lines(
    tx,
    Prisma.sql`SELECT * FROM incident i WHERE i.status <> 'closed' AND ${matches(filter)}
      ORDER BY ${BY_PRIORITY}, i.started_at, i.number LIMIT ${limit}`,
    Prisma.sql`${BY_PRIORITY}, i.started_at, i.number`,
  );

/** Of the newest incidents those that are closed, the last closed first. */
export const closedLines = (tx: TxOrClient, limit: number): Promise<LineRow[]> =>
  lines(
    tx,
    Prisma.sql`SELECT * FROM (SELECT * FROM incident ORDER BY number DESC LIMIT ${CLOSED_AMONG}) newest
      WHERE status = 'closed' ORDER BY closed_at DESC LIMIT ${limit}`,
    Prisma.sql`i.closed_at DESC`,
  );

export const lineOf = async (tx: TxOrClient, number: number): Promise<LineRow | undefined> =>
  (await lines(tx, Prisma.sql`SELECT * FROM incident WHERE number = ${number}`, Prisma.sql`i.number`))[0];

const CountRow = z.object({
  priority: z.enum(PRIORITIES),
  type: z.enum(TICKET_TYPES),
  customerId: z.string().optional(),
  count: z.int(),
  matching: z.int(),
});

/** Open incidents per priority, type and customer, and how many of each match. */
export async function countOpenLines(
  tx: TxOrClient,
  filter: OpenFilter,
): Promise<readonly Row<typeof CountRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT i.priority, i.type, i.customer_id AS "customerId", count(*)::int AS count,
      (count(*) FILTER (WHERE ${matches(filter)}))::int AS matching
    FROM incident i WHERE i.status <> 'closed' GROUP BY 1, 2, 3`;
  return read(CountRow, rows);
}

const AlertRow = z.object({
  host: z.string(),
  check: z.string(),
  state: z.enum(CHECK_STATES),
  stateSince: z.date(),
  inDowntime: z.boolean(),
  isFlapping: z.boolean(),
  isAcknowledged: z.boolean(),
  output: z.string(),
});

/** Members of an incident, the worst first, then the oldest. */
export async function alertLines(
  tx: TxOrClient,
  incidentId: string,
  limit: number,
): Promise<readonly Row<typeof AlertRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT host, "check", state, state_since AS "stateSince", in_downtime AS "inDowntime",
      is_flapping AS "isFlapping", is_acknowledged AS "isAcknowledged", output
    FROM alert WHERE incident_id = ${incidentId}::uuid
    ORDER BY CASE WHEN state IN ('DOWN', 'CRITICAL') THEN 0 WHEN state IN ('UNREACHABLE', 'UNKNOWN') THEN 1
      WHEN state = 'WARNING' THEN 2 ELSE 3 END, state_since, host, "check"
    LIMIT ${limit}`;
  return read(AlertRow, rows);
}

const MessageRow = z.object({
  id: z.string(),
  kind: z.string(),
  sequence: z.int(),
  createdAt: z.date(),
  startedAt: z.date().optional(),
  doneAt: z.date().optional(),
  deadAt: z.date().optional(),
  attemptCount: z.int(),
  lastError: z.string().optional(),
});

/** Messages of an incident, the newest first. Its sequence counts from 1, so the first tells how many there are. */
export async function messageLines(
  tx: TxOrClient,
  incidentId: string,
  limit: number,
): Promise<readonly Row<typeof MessageRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT id, kind, sequence, created_at AS "createdAt", started_at AS "startedAt", done_at AS "doneAt",
      dead_at AS "deadAt", attempt_count AS "attemptCount", last_error AS "lastError"
    FROM command WHERE incident_id = ${incidentId}::uuid ORDER BY sequence DESC LIMIT ${limit}`;
  return read(MessageRow, rows);
}

const PendingRow = z.object({
  name: z.string().transform((name) => name as TimerName),
  dueAt: z.date(),
  why: z.string(),
});

export async function pendingTimers(
  tx: TxOrClient,
  incidentId: string,
): Promise<readonly Row<typeof PendingRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT name, due_at AS "dueAt", why FROM timer
    WHERE incident_id = ${incidentId}::uuid AND fired_at IS NULL AND cancelled_at IS NULL ORDER BY due_at LIMIT 20`;
  return read(PendingRow, rows);
}

const CountOnly = z.object({ count: z.int() });

export async function countTimeline(tx: TxOrClient, incidentId: string): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM timeline_entry WHERE incident_id = ${incidentId}::uuid`;
  return read(CountOnly, rows)[0]?.count ?? 0;
}
