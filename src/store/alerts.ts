import { z } from 'zod';
import type { Alert } from '../model/alert.ts';
import { CHECK_STATES, type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { Records } from '../model/records.ts';
import { Prisma } from './generated/client.ts';
import { lastOfEach, parseRows, recordset } from './rows.ts';
import type { TxOrClient } from './transaction.ts';

const AlertRow = z.object({
  host: z.string(),
  check: z.string(),
  state: z.enum(CHECK_STATES),
  stateType: z.enum(['SOFT', 'HARD']),
  stateSince: z.date(),
  badSince: z.date().optional(),
  healthySince: z.date().optional(),
  lastEventAt: z.date(),
  inDowntime: z.boolean(),
  isFlapping: z.boolean(),
  isAcknowledged: z.boolean(),
  output: z.string(),
  longOutput: z.string(),
  hostAlias: z.string().optional(),
  hostAddress: z.string().optional(),
  hostGroup: z.string().optional(),
  hashtags: z.array(z.string()),
  serviceId: z.string().optional(),
  customerId: z.string().optional(),
  incidentId: z.string().optional(),
  joinedAt: z.date().optional(),
  missingSince: z.date().optional(),
});

/** Column, its type, and the field it holds. */
const COLUMNS = [
  ['host', 'text', 'host'],
  ['"check"', 'text', 'check'],
  ['state', 'text', 'state'],
  ['state_type', 'text', 'stateType'],
  ['state_since', 'timestamptz', 'stateSince'],
  ['bad_since', 'timestamptz', 'badSince'],
  ['healthy_since', 'timestamptz', 'healthySince'],
  ['last_event_at', 'timestamptz', 'lastEventAt'],
  ['in_downtime', 'boolean', 'inDowntime'],
  ['is_flapping', 'boolean', 'isFlapping'],
  ['is_acknowledged', 'boolean', 'isAcknowledged'],
  ['output', 'text', 'output'],
  ['long_output', 'text', 'longOutput'],
  ['host_alias', 'text', 'hostAlias'],
  ['host_address', 'text', 'hostAddress'],
  ['host_group', 'text', 'hostGroup'],
  ['hashtags', 'text[]', 'hashtags'],
  ['service_id', 'text', 'serviceId'],
  ['customer_id', 'text', 'customerId'],
  ['incident_id', 'uuid', 'incidentId'],
  ['joined_at', 'timestamptz', 'joinedAt'],
  ['missing_since', 'timestamptz', 'missingSince'],
] as const satisfies readonly (readonly [string, string, keyof Alert])[];

const SELECTED = Prisma.raw(COLUMNS.map(([column, , field]) => `a.${column} AS "${field}"`).join(', '));
const INSERTED = Prisma.raw(COLUMNS.map(([column]) => column).join(', '));
const RECORD = COLUMNS.map(([, type, field]) => `"${field}" ${type}`).join(', ');
const RECORD_FIELDS = Prisma.raw(COLUMNS.map(([, , field]) => `r."${field}"`).join(', '));
const REPLACED = Prisma.raw(
  COLUMNS.slice(2)
    .map(([column]) => `${column} = EXCLUDED.${column}`)
    .join(', '),
);
const KEY_RECORD = 'host text, "check" text';

/** Those that are known, in no order. */
export async function loadAlerts(tx: TxOrClient, keys: readonly ObjectKey[]): Promise<readonly Alert[]> {
  if (keys.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT ${SELECTED} FROM ${recordset(lastOfEach(keys, objectKeyText), KEY_RECORD)}
    JOIN alert a ON a.host = r.host AND a."check" = r."check"`;
  return parseRows(AlertRow, rows) as Alert[];
}

/** Whole new values; the last of one object counts. */
export async function saveAlerts(tx: TxOrClient, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO alert (${INSERTED})
    SELECT ${RECORD_FIELDS} FROM ${recordset(lastOfEach(alerts, objectKeyText), RECORD)} ORDER BY r.host, r."check"
    ON CONFLICT (host, "check") DO UPDATE SET ${REPLACED}`;
}

export type NewlyBadQuery = Parameters<Records['newlyBad']>[0];

/** One count for each query, in their order, each stopping at its `atMost`. */
export async function countNewlyBad(
  tx: TxOrClient,
  queries: readonly NewlyBadQuery[],
): Promise<readonly number[]> {
  if (queries.length === 0) return [];
  const records = queries.map(({ link, since, atMost, except }, index) => {
    const [kind, value] = link === 'any' ? ['any', ''] : (Object.entries(link)[0] ?? ['none', '']);
    return { index, kind, value, since, atMost, host: except.host, check: except.check };
  });
  const columns =
    'index int, kind text, value text, since timestamptz, "atMost" int, host text, "check" text';
  const found = (kind: string, condition: string) =>
    Prisma.raw(`SELECT 1 FROM alert a
      WHERE r.kind = '${kind}' AND ${condition} AND a.bad_since >= r.since
        AND (a.host <> r.host OR a."check" <> r."check")`);
  const rows = await tx.$queryRaw`
    SELECT counted.n FROM ${recordset(records, columns)}
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS n FROM (
        ${found('any', 'true')} UNION ALL
        ${found('host', 'a.host = r.value')} UNION ALL
        ${found('serviceId', 'a.service_id = r.value')} UNION ALL
        ${found('hostGroup', 'a.host_group = r.value')} UNION ALL
        ${found('stormKey', `a.customer_id IS NOT DISTINCT FROM nullif(substr(r.value, 7), 'none')`)}
        LIMIT r."atMost"
      ) AS hits
    ) AS counted
    ORDER BY r.index`;
  return parseRows(z.object({ n: z.int() }), rows).map(({ n }) => n);
}

/** For each incident up to `limit` of its members, those that joined last first. */
export async function membersOf(
  tx: TxOrClient,
  incidentIds: readonly string[],
  limit: number,
): Promise<readonly Alert[]> {
  if (incidentIds.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT ${SELECTED} FROM unnest(${[...new Set(incidentIds)]}::uuid[]) AS wanted(id)
    CROSS JOIN LATERAL (
      SELECT * FROM alert WHERE alert.incident_id = wanted.id ORDER BY joined_at DESC LIMIT ${limit}
    ) AS a`;
  return parseRows(AlertRow, rows) as Alert[];
}

export async function allMemberKeys(tx: TxOrClient, incidentId: string): Promise<readonly ObjectKey[]> {
  const rows = await tx.$queryRaw`
    SELECT host, "check" FROM alert WHERE incident_id = ${incidentId}::uuid ORDER BY host, "check"`;
  return parseRows(z.object({ host: z.string(), check: z.string() }), rows);
}

/** All that are not healthy, for the look at everything; at most `limit`. */
export async function unhealthyKeys(tx: TxOrClient, limit: number): Promise<readonly ObjectKey[]> {
  const rows = await tx.$queryRaw`
    SELECT host, "check" FROM alert WHERE bad_since IS NOT NULL ORDER BY bad_since LIMIT ${limit}`;
  return parseRows(z.object({ host: z.string(), check: z.string() }), rows);
}
