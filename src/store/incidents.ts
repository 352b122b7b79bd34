import { z } from 'zod';
import { INCIDENT_STATUSES, type Incident } from '../model/incident.ts';
import { LEVELS, PRIORITIES, TICKET_TYPES } from '../model/priority.ts';
import type { IncidentLink } from '../model/records.ts';
import { Prisma } from './generated/client.ts';
import { parseRows, recordset } from './rows.ts';
import { LostRaceError, type Tx, type TxOrClient } from './transaction.ts';

const Proof = z.object({
  kind: z.literal('monitoring'),
  readAt: z.coerce.date(),
  soakMs: z.number(),
  objects: z.array(
    z.object({ host: z.string(), check: z.string(), state: z.string(), healthySince: z.coerce.date() }),
  ),
});

const IncidentRow = z
  .object({
    id: z.string(),
    number: z.int(),
    version: z.int(),
    status: z.enum(INCIDENT_STATUSES),
    type: z.enum(TICKET_TYPES),
    title: z.string(),
    causeHost: z.string(),
    causeCheck: z.string(),
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
    proof: Proof.optional(),
    policyVersion: z.string(),
  })
  .transform(({ causeHost, causeCheck, ...rest }) => ({
    ...rest,
    cause: { host: causeHost, check: causeCheck },
  }));

/** Column, its type, and the field it holds. */
const COLUMNS = [
  ['id', 'uuid', 'id'],
  ['number', 'int', 'number'],
  ['version', 'int', 'version'],
  ['status', 'text', 'status'],
  ['type', 'text', 'type'],
  ['title', 'text', 'title'],
  ['cause_host', 'text', 'causeHost'],
  ['cause_check', 'text', 'causeCheck'],
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
  ['proof', 'jsonb', 'proof'],
  ['policy_version', 'text', 'policyVersion'],
] as const;

const SELECTED = Prisma.raw(COLUMNS.map(([column, , field]) => `i.${column} AS "${field}"`).join(', '));
const INSERTED = Prisma.raw(COLUMNS.map(([column]) => column).join(', '));
const RECORD = COLUMNS.map(([, type, field]) => `"${field}" ${type}`).join(', ');
const RECORD_FIELDS = Prisma.raw(COLUMNS.map(([, , field]) => `r."${field}"`).join(', '));
const REPLACED = Prisma.raw(
  COLUMNS.slice(2)
    .map(([column]) => `${column} = EXCLUDED.${column}`)
    .join(', '),
);

const parse = (rows: unknown): readonly Incident[] => parseRows(IncidentRow, rows) as Incident[];

/** Locked until `tx` ends, in one order everywhere; ids that do not exist are left out. */
export async function lockIncidents(tx: Tx, ids: readonly string[]): Promise<readonly Incident[]> {
  if (ids.length === 0) return [];
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i WHERE i.id = ANY(${[...ids]}::uuid[]) ORDER BY i.id FOR UPDATE`,
  );
}

/** Locked until `tx` ends; undefined when it does not exist, or at once when another transaction holds it. */
export async function tryLockIncident(tx: Tx, id: string): Promise<Incident | undefined> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i WHERE i.id = ${id}::uuid FOR UPDATE SKIP LOCKED`,
  )[0];
}

export async function loadIncidents(tx: TxOrClient, ids: readonly string[]): Promise<readonly Incident[]> {
  if (ids.length === 0) return [];
  return parse(await tx.$queryRaw`SELECT ${SELECTED} FROM incident i WHERE i.id = ANY(${[...ids]}::uuid[])`);
}

const LINK_COLUMNS = {
  host: 'cause_host',
  serviceId: 'service_id',
  hostGroup: 'host_group',
  stormKey: 'storm_key',
} as const;

/** Incidents that are not closed and match any of the links, each once, oldest first. Not locked. */
export async function loadOpenIncidents(
  tx: TxOrClient,
  links: readonly IncidentLink[],
): Promise<readonly Incident[]> {
  if (links.length === 0) return [];
  const valuesOf = (kind: keyof typeof LINK_COLUMNS) => [
    ...new Set(
      links
        .map((link) => (link as Readonly<Record<string, string>>)[kind])
        .filter((value) => value !== undefined),
    ),
  ];
  const matching = (kind: keyof typeof LINK_COLUMNS) =>
    Prisma.sql`SELECT id FROM incident
      WHERE status <> 'closed' AND ${Prisma.raw(LINK_COLUMNS[kind])} = ANY(${valuesOf(kind)}::text[])`;
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i
      WHERE i.id IN (
        ${matching('host')} UNION ${matching('serviceId')} UNION ${matching('hostGroup')} UNION ${matching('stormKey')}
      )
      ORDER BY i.opened_at, i.number`,
  );
}

/** An incident as it shall be, and the version it was loaded at; undefined for a new one. */
export type IncidentChange = Readonly<{ incident: Incident; loadedVersion: number | undefined }>;

/**
 * Whole new values, each incident once: a new one is inserted, another replaces the version that was loaded.
 * Throws LostRaceError when someone else has written since: load and decide again.
 */
export async function saveIncidents(tx: Tx, changes: readonly IncidentChange[]): Promise<void> {
  if (changes.length === 0) return;
  const records = changes.map(({ incident: { cause, ...incident }, loadedVersion }) => ({
    ...incident,
    causeHost: cause.host,
    causeCheck: cause.check,
    replaces: loadedVersion ?? 0,
  }));
  const saved = await tx.$queryRaw<{ id: string }[]>`
    WITH wanted AS MATERIALIZED (SELECT * FROM ${recordset(records, `${RECORD}, replaces int`)})
    INSERT INTO incident AS i (${INSERTED})
    SELECT ${RECORD_FIELDS} FROM wanted r
    WHERE r.replaces = 0 OR EXISTS (SELECT 1 FROM incident old WHERE old.id = r.id)
    ORDER BY r.id
    ON CONFLICT (id) DO UPDATE SET ${REPLACED}
    WHERE i.version = (SELECT wanted.replaces FROM wanted WHERE wanted.id = i.id)
    RETURNING id`;
  if (saved.length === records.length) return;
  const written = new Set(saved.map(({ id }) => id));
  const lost = records.filter(({ id }) => !written.has(id)).map(({ number }) => `WD-${number}`);
  throw new LostRaceError(`Changed by another process since it was loaded: ${lost.join(', ')}`);
}

/** `count` numbers that nobody else gets; a number whose incident is not saved stays unused. */
export async function nextIncidentNumbers(tx: TxOrClient, count: number): Promise<readonly number[]> {
  if (count === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT nextval('incident_number_seq')::int AS number FROM generate_series(1, ${count}::int)`;
  return parseRows(z.object({ number: z.int() }), rows).map(({ number }) => number);
}

/** Not closed, the most urgent first, then the oldest. */
export async function listOpen(
  tx: TxOrClient,
  page: Readonly<{ limit: number; offset?: number }>,
): Promise<readonly Incident[]> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i WHERE i.status <> 'closed'
      ORDER BY array_position(ARRAY['urgent', 'high', 'medium', 'low'], i.priority), i.opened_at, i.number
      LIMIT ${page.limit} OFFSET ${page.offset ?? 0}`,
  );
}

/** The newest, in whatever state. */
export async function listNewest(tx: TxOrClient, limit: number): Promise<readonly Incident[]> {
  return parse(await tx.$queryRaw`SELECT ${SELECTED} FROM incident i ORDER BY i.number DESC LIMIT ${limit}`);
}

export async function findByNumber(tx: TxOrClient, number: number): Promise<Incident | undefined> {
  return parse(await tx.$queryRaw`SELECT ${SELECTED} FROM incident i WHERE i.number = ${number}`)[0];
}

/** How many are not closed, by status. */
export async function countOpen(tx: TxOrClient): Promise<Readonly<Record<string, number>>> {
  const rows = await tx.$queryRaw`
    SELECT status, count(*)::int AS n FROM incident WHERE status <> 'closed' GROUP BY status`;
  return Object.fromEntries(
    parseRows(z.object({ status: z.string(), n: z.int() }), rows).map(({ status, n }) => [status, n]),
  );
}

/** How many Urgent ones were opened at or after `since`, counted up to `atMost`. */
export async function countUrgentOpened(
  tx: TxOrClient,
  { since, atMost }: Readonly<{ since: Date; atMost: number }>,
): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS n FROM (
      SELECT 1 FROM incident WHERE priority = 'urgent' AND opened_at >= ${since} LIMIT ${atMost}
    ) AS hits`;
  return parseRows(z.object({ n: z.int() }), rows)[0]?.n ?? 0;
}
