import { z } from 'zod';
import { CHANNELS, type ChannelName } from '../model/escalation.ts';
import { PAGE_KINDS, type Page } from '../model/page.ts';
import { PRIORITIES } from '../model/priority.ts';
import { Prisma } from './generated/client.ts';
import { lockKeys } from './lock-keys.ts';
import { parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

const instant = z.coerce.date();

const Content = z.object({
  subject: z.string(),
  sentence: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  ask: z.string(),
  history: z.array(z.object({ at: instant, text: z.string() })),
  links: z.object({
    acknowledge: z.string().exactOptional(),
    stop: z.string().exactOptional(),
    watchdesk: z.string().exactOptional(),
    ticket: z.string().exactOptional(),
    meeting: z.string().exactOptional(),
  }),
  hasState: z.boolean(),
});

const Payload = z.object({
  intent: z.string(),
  kind: z.enum(PAGE_KINDS),
  incidentId: z.string().exactOptional(),
  reference: z.string().exactOptional(),
  ladder: z.string().exactOptional(),
  run: z.int().exactOptional(),
  rung: z.string().exactOptional(),
  level: z.int().exactOptional(),
  recipient: z.string(),
  recipientName: z.string(),
  channel: z.enum(CHANNELS),
  address: z.string(),
  timeZone: z.string(),
  priority: z.enum(PRIORITIES),
  content: Content,
  holdUntil: instant.exactOptional(),
}) satisfies z.ZodType<Page>;

const Row = z.object({
  id: z.string(),
  payload: Payload,
  createdAt: z.date(),
  tryAfter: z.date(),
  startedAt: z.date().optional(),
  attemptCount: z.int(),
  bundleId: z.string().optional(),
  acceptedAt: z.date().optional(),
  deliveredAt: z.date().optional(),
  failedAt: z.date().optional(),
  failure: z.string().optional(),
  externalId: z.string().optional(),
});

/**
 * One page. Absent: `startedAt` unless a try is under way or its outcome unknown; `acceptedAt`, `deliveredAt`, `failedAt`
 * until that happened; `bundleId` until it left.
 */
export type PageRow = Readonly<z.output<typeof Row>>;

const SELECTED = Prisma.raw(`p.id, p.payload, p.created_at AS "createdAt", p.try_after AS "tryAfter",
  p.started_at AS "startedAt", p.attempt_count AS "attemptCount", p.bundle_id AS "bundleId",
  p.accepted_at AS "acceptedAt", p.delivered_at AS "deliveredAt", p.failed_at AS "failedAt", p.failure,
  p.external_id AS "externalId"`);
const OPEN = Prisma.raw('p.delivered_at IS NULL AND p.failed_at IS NULL');

/** Adds those whose intent is new for their incident. Returns how many: the others were there before and are sent once. */
export async function add(
  tx: TxOrClient,
  pages: readonly Readonly<{ id: string; page: Page }>[],
  now: Date,
): Promise<number> {
  if (pages.length === 0) return 0;
  const records = pages.map(({ id, page }) => ({
    id,
    incidentId: page.incidentId,
    intent: page.intent,
    kind: page.kind,
    recipient: page.recipient,
    channel: page.channel,
    address: page.address,
    payload: page,
    tryAfter: page.holdUntil !== undefined && page.holdUntil > now ? page.holdUntil : now,
  }));
  const columns =
    'id uuid, "incidentId" uuid, intent text, kind text, recipient text, channel text, address text, payload jsonb, "tryAfter" timestamptz';
  return await tx.$executeRaw`
    INSERT INTO page (id, incident_id, intent, kind, recipient, channel, address, payload, created_at, try_after)
    SELECT r.id, r."incidentId", r.intent, r.kind, r.recipient, r.channel, r.address, r.payload, ${now}, r."tryAfter"
    FROM ${recordset(records, columns)}
    ON CONFLICT DO NOTHING`;
}

/**
 * The page that waits longest at `now`, locked until `tx` ends, with its address: no other process sends there meanwhile.
 * Undefined when none is due; pages whose address another process holds are left to it.
 */
export async function claimDue(tx: Tx, now: Date): Promise<PageRow | undefined> {
  const [first] = parseRows(
    Row,
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM page p WHERE ${OPEN} AND p.try_after <= ${now}
      ORDER BY p.try_after, p.id LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  if (first === undefined) return undefined;
  await lockKeys(tx, [`page:${first.payload.channel}:${first.payload.address}`]);
  return first;
}

/** Pages to the same address that are due and were not tried yet, locked, oldest first. */
export async function claimCompanions(
  tx: Tx,
  { payload: { channel, address } }: PageRow,
  { now, kinds, limit }: Readonly<{ now: Date; kinds: readonly string[]; limit: number }>,
): Promise<readonly PageRow[]> {
  return parseRows(
    Row,
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM page p
      WHERE ${OPEN} AND p.channel = ${channel} AND p.address = ${address} AND p.try_after <= ${now}
        AND p.started_at IS NULL AND p.accepted_at IS NULL AND p.kind = ANY(${[...kinds]}::text[])
      ORDER BY p.created_at, p.id LIMIT ${limit} FOR UPDATE`,
  );
}

/** When a message last left for this address; undefined when none did since `since`. */
export async function lastLeftAt(
  tx: TxOrClient,
  { channel, address }: Pick<Page, 'channel' | 'address'>,
  { since, kinds }: Readonly<{ since: Date; kinds: readonly string[] }>,
): Promise<Date | undefined> {
  const rows = await tx.$queryRaw`
    SELECT max(p.started_at) AS at FROM page p
    WHERE p.channel = ${channel} AND p.address = ${address} AND p.started_at > ${since}
      AND p.bundle_id IS NOT NULL AND p.kind = ANY(${[...kinds]}::text[])`;
  return parseRows(z.object({ at: z.date().optional() }), rows)[0]?.at;
}

/** Those that left, or are about to, in one message, in its order. */
export async function ofBundle(tx: TxOrClient, bundleId: string): Promise<readonly PageRow[]> {
  const rows = await tx.$queryRaw`SELECT ${SELECTED} FROM page p WHERE p.bundle_id = ${bundleId}::uuid`;
  return parseRows(Row, rows).toSorted(messageOrder);
}

/** The most urgent first, then the oldest: people answer by the number that a message gives an incident. */
export const messageOrder = (a: PageRow, b: PageRow): number =>
  PRIORITIES.indexOf(b.payload.priority) - PRIORITIES.indexOf(a.payload.priority) ||
  a.createdAt.getTime() - b.createdAt.getTime() ||
  (a.id < b.id ? -1 : 1);

/** A try begins: until one of the functions below its outcome is unknown, and nobody looks before `until`. */
export async function markStarted(
  tx: TxOrClient,
  ids: readonly string[],
  { now, until, bundleId }: Readonly<{ now: Date; until: Date; bundleId: string }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE page SET started_at = ${now}, attempt_count = attempt_count + 1, try_after = ${until}, bundle_id = ${bundleId}::uuid
    WHERE id = ANY(${[...ids]}::uuid[])`;
}

/** Looked at again at `until`. With `didNotLeave` the last try certainly did not happen. */
export async function postpone(
  tx: TxOrClient,
  ids: readonly string[],
  { until, didNotLeave = false }: Readonly<{ until: Date; didNotLeave?: boolean }>,
): Promise<void> {
  const started = didNotLeave ? Prisma.sql`, started_at = NULL, bundle_id = NULL` : Prisma.empty;
  await tx.$executeRaw`
    UPDATE page SET try_after = ${until} ${started} WHERE id = ANY(${[...ids]}::uuid[])
      AND delivered_at IS NULL AND failed_at IS NULL`;
}

/** The other side took it; what became of it is asked at `until`. */
export async function markAccepted(
  tx: TxOrClient,
  ids: readonly string[],
  { now, until, externalId }: Readonly<{ now: Date; until: Date; externalId: string }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE page SET accepted_at = ${now}, try_after = ${until}, external_id = ${externalId}
    WHERE id = ANY(${[...ids]}::uuid[]) AND delivered_at IS NULL AND failed_at IS NULL`;
}

/** Returns those that had no outcome before. `externalId` stays what it was when it is undefined. */
export async function markDelivered(
  tx: TxOrClient,
  ids: readonly string[],
  { now, externalId }: Readonly<{ now: Date; externalId?: string | undefined }>,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE page SET delivered_at = ${now}, external_id = coalesce(${externalId ?? null}, external_id)
    WHERE id = ANY(${[...ids]}::uuid[]) AND delivered_at IS NULL AND failed_at IS NULL RETURNING id`;
  return rows.map(({ id }) => id);
}

/** Returns those that had no outcome before. */
export async function markFailed(
  tx: TxOrClient,
  ids: readonly string[],
  { now, failure }: Readonly<{ now: Date; failure: string }>,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE page SET failed_at = ${now}, failure = ${failure}
    WHERE id = ANY(${[...ids]}::uuid[]) AND delivered_at IS NULL AND failed_at IS NULL RETURNING id`;
  return rows.map(({ id }) => id);
}

/** What the other side calls the newest message that told this address of the incident; undefined when none did. */
export async function earlierMessage(
  tx: TxOrClient,
  { incidentId, channel, address }: Pick<Page, 'incidentId' | 'channel' | 'address'>,
  before: Date,
): Promise<string | undefined> {
  if (incidentId === undefined) return undefined;
  const rows = await tx.$queryRaw`
    SELECT p.external_id AS "externalId" FROM page p
    WHERE p.incident_id = ${incidentId}::uuid AND p.channel = ${channel} AND p.address = ${address}
      AND p.external_id IS NOT NULL AND p.kind <> 'status' AND p.created_at <= ${before}
    ORDER BY p.created_at DESC, p.id LIMIT 1`;
  return parseRows(z.object({ externalId: z.string() }), rows)[0]?.externalId;
}

/** Sent to this address since then and not answered: of incidents that are not resolved; the newest first. */
export async function sentTo(
  tx: TxOrClient,
  { channel, address, since }: Readonly<{ channel: ChannelName; address: string; since: Date }>,
): Promise<readonly PageRow[]> {
  return parseRows(
    Row,
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM page p JOIN incident i ON i.id = p.incident_id
      WHERE p.channel = ${channel} AND p.address = ${address} AND p.created_at >= ${since} AND p.bundle_id IS NOT NULL
        AND i.status IN ('new', 'acknowledged') AND p.kind <> 'status'
      ORDER BY p.created_at DESC, p.id`,
  );
}

/** The newest pages, of one incident or to one recipient where that is asked for. */
export async function listRecent(
  tx: TxOrClient,
  {
    limit,
    incidentId,
    recipient,
  }: Readonly<{ limit: number; incidentId?: string | undefined; recipient?: string | undefined }>,
): Promise<readonly PageRow[]> {
  const ofIncident =
    incidentId === undefined ? Prisma.empty : Prisma.sql`AND p.incident_id = ${incidentId}::uuid`;
  const toRecipient = recipient === undefined ? Prisma.empty : Prisma.sql`AND p.recipient = ${recipient}`;
  return parseRows(
    Row,
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM page p WHERE true ${ofIncident} ${toRecipient}
      ORDER BY p.created_at DESC, p.id LIMIT ${limit}`,
  );
}

/** To be tried again, once; false when it had not failed. */
export async function resend(tx: TxOrClient, id: string, now: Date): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE page SET failed_at = NULL, failure = NULL, started_at = NULL, bundle_id = NULL, accepted_at = NULL,
      created_at = ${now}, try_after = ${now}
    WHERE id = ${id}::uuid AND failed_at IS NOT NULL`;
  return changed === 1;
}

/** Pages that have no outcome yet. */
export async function countWaiting(tx: TxOrClient): Promise<number> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS n FROM page p WHERE ${OPEN}`;
  return parseRows(z.object({ n: z.int() }), rows)[0]?.n ?? 0;
}

/** Deletes up to `limit` that were done before `before`, of incidents closed before then or of none. */
export function forgetOldPages(tx: TxOrClient, before: Date, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM page WHERE id IN (
      SELECT p.id FROM page p LEFT JOIN incident i ON i.id = p.incident_id
      WHERE p.created_at < ${before} AND NOT (${OPEN}) AND (i.id IS NULL OR (i.status = 'closed' AND i.closed_at < ${before}))
      LIMIT ${limit}
    )`;
}
