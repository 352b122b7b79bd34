import { z } from 'zod';
import type { ChannelName } from '../model/escalation.ts';
import type { Page } from '../model/page.ts';
import { Prisma } from './generated/client.ts';
import { messageOrder, OPEN_PAGE, PAGE_COLUMNS, type PageRow, pageRows } from './page-row.ts';
import { parseRows, recordset } from './rows.ts';
import type { TxOrClient } from './transaction.ts';

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

/** Those that left, or are about to, in one message, in its order. */
export async function ofBundle(tx: TxOrClient, bundleId: string): Promise<readonly PageRow[]> {
  const rows = await tx.$queryRaw`SELECT ${PAGE_COLUMNS} FROM page p WHERE p.bundle_id = ${bundleId}::uuid`;
  return pageRows(rows).toSorted(messageOrder);
}

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

/**
 * One more try of what may have arrived; when it began first stays, since that is what is looked for. False when another
 * process has it by now: its `lease`, until which nobody else looks, has ended.
 */
export async function restart(
  tx: TxOrClient,
  ids: readonly string[],
  { lease, until }: Readonly<{ lease: Date; until: Date }>,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE page p SET attempt_count = attempt_count + 1, try_after = ${until}
    WHERE id = ANY(${[...ids]}::uuid[]) AND try_after = ${lease} AND ${OPEN_PAGE}`;
  return changed > 0;
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

/** Sent to this address since then and not answered: of incidents that are not resolved; the newest first. */
export async function sentTo(
  tx: TxOrClient,
  { channel, address, since }: Readonly<{ channel: ChannelName; address: string; since: Date }>,
): Promise<readonly PageRow[]> {
  return pageRows(
    await tx.$queryRaw`
      SELECT ${PAGE_COLUMNS} FROM page p JOIN incident i ON i.id = p.incident_id
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
  return pageRows(
    await tx.$queryRaw`
      SELECT ${PAGE_COLUMNS} FROM page p WHERE true ${ofIncident} ${toRecipient}
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
  const rows = await tx.$queryRaw`SELECT count(*)::int AS n FROM page p WHERE ${OPEN_PAGE}`;
  return parseRows(z.object({ n: z.int() }), rows)[0]?.n ?? 0;
}

/** Deletes up to `limit` that were done before `before`, of incidents closed before then or of none. */
export function forgetOldPages(tx: TxOrClient, before: Date, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM page WHERE id IN (
      SELECT p.id FROM page p LEFT JOIN incident i ON i.id = p.incident_id
      WHERE p.created_at < ${before} AND NOT (${OPEN_PAGE}) AND (i.id IS NULL OR (i.status = 'closed' AND i.closed_at < ${before}))
      LIMIT ${limit}
    )`;
}
