import { z } from 'zod';
import type { Incident } from '../model/incident.ts';
import type { IncidentLink } from '../model/records.ts';
import { Prisma } from './generated/client.ts';
import { INCIDENT_COLUMNS, IncidentRow, incidentRecord } from './incident-row.ts';
import { parseRows, recordset } from './rows.ts';
import { LostRaceError, type Tx, type TxOrClient } from './transaction.ts';

const SELECTED = Prisma.raw(
  INCIDENT_COLUMNS.map(([column, , field]) => `i.${column} AS "${field}"`).join(', '),
);
const INSERTED = Prisma.raw(INCIDENT_COLUMNS.map(([column]) => column).join(', '));
const RECORD = INCIDENT_COLUMNS.map(([, type, field]) => `"${field}" ${type}`).join(', ');
const RECORD_FIELDS = Prisma.raw(INCIDENT_COLUMNS.map(([, , field]) => `r."${field}"`).join(', '));
const REPLACED = Prisma.raw(
  INCIDENT_COLUMNS.slice(2)
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

/** Locked until `tx` ends; those that do not exist, or that another transaction holds, are left out at once. */
export async function tryLockIncidents(tx: Tx, ids: readonly string[]): Promise<readonly Incident[]> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i WHERE i.id = ANY(${[...ids]}::uuid[]) ORDER BY i.id
      FOR UPDATE SKIP LOCKED`,
  );
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
  reportedServiceId: 'service_id',
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
  const reported = Prisma.sql`AND origin = 'ticket' AND type = 'Incident' AND parent_id IS NULL`;
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i
      WHERE i.id IN (
        ${matching('host')} UNION ${matching('serviceId')} UNION ${matching('hostGroup')} UNION ${matching('stormKey')}
        UNION ${matching('reportedServiceId')} ${reported}
      )
      ORDER BY i.opened_at, i.number`,
  );
}

/** Those that a new ticket may be a report of; see Records.candidates. The newest first; not locked. */
export async function loadCandidates(tx: TxOrClient, limit: number): Promise<readonly Incident[]> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i WHERE status <> 'closed' AND type = 'Incident' AND parent_id IS NULL
      ORDER BY i.opened_at DESC LIMIT ${limit}`,
  );
}

/** How many incidents were opened for the same cause, or else the same service and category, at or after `since`. */
export async function countAlike(tx: TxOrClient, incident: Incident, since: Date): Promise<number> {
  const { cause, serviceId, category } = incident;
  if (cause === undefined && serviceId === undefined && category === undefined) return 1;
  const alike =
    cause === undefined
      ? Prisma.sql`service_id IS NOT DISTINCT FROM ${serviceId ?? null} AND category IS NOT DISTINCT FROM ${category ?? null}
          AND cause_host IS NULL AND type = ${incident.type} AND customer_id IS NOT DISTINCT FROM ${incident.customerId ?? null}`
      : Prisma.sql`cause_host = ${cause.host} AND cause_check = ${cause.check}`;
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS n FROM incident
    WHERE ${alike} AND opened_at >= ${since} AND parent_id IS NULL`;
  return parseRows(z.object({ n: z.int() }), rows)[0]?.n ?? 0;
}

/** An incident as it shall be, and the version it was loaded at; undefined for a new one. */
export type IncidentChange = Readonly<{ incident: Incident; loadedVersion: number | undefined }>;

/**
 * Whole new values, each incident once: a new one is inserted, another replaces the version that was loaded.
 * Throws LostRaceError when someone else has written since: load and decide again.
 */
export async function saveIncidents(tx: Tx, changes: readonly IncidentChange[]): Promise<void> {
  if (changes.length === 0) return;
  const records = changes.map(({ incident, loadedVersion }) => ({
    ...incidentRecord(incident),
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
