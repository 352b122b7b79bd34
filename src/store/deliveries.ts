import { z } from 'zod';
import type { Why } from '../model/decision.ts';
import type { DeliverySource, NewDelivery } from '../model/delivery.ts';
import { Prisma } from './generated/client.ts';
import { parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

/** Told after each commit of deliveries, on PostgreSQL; see `Database.listen`. */
export const DELIVERY_CHANNEL = 'watchdesk_delivery';

const Row = z.object({
  seq: z.bigint(),
  source: z.string().transform((source) => source as DeliverySource),
  deliveryId: z.string(),
  body: z.string(),
  receivedAt: z.date(),
  attemptCount: z.int(),
});
/** One row of the inbox. `seq` grows with gaps; what was sent after another's answer has the higher one. */
export type Delivery = Readonly<z.output<typeof Row>>;

const SELECTED =
  Prisma.raw(`d.seq, d.source, d.delivery_id AS "deliveryId", d.body, d.received_at AS "receivedAt",
  d.attempt_count AS "attemptCount"`);

/**
 * Where the last claim found work; see LowWaterMark of timers. Deliveries that were numbered earlier may still be
 * committed later, so what lies below is looked at as soon as the rest is not enough to fill a claim.
 */
export type DeliveryMark = { seq?: bigint };

/**
 * Up to `limit` waiting deliveries, oldest first, locked until `tx` ends; those locked by others are left out. One that was
 * never tried is due whatever the clock of the process that kept it said.
 */
export async function claimDeliveries(
  tx: Tx,
  now: Date,
  limit: number,
  mark: DeliveryMark = {},
): Promise<readonly Delivery[]> {
  const claim = async (range: Prisma.Sql, atMost: number) =>
    parseRows(
      Row,
      await tx.$queryRaw`
        SELECT ${SELECTED} FROM delivery d WHERE d.status = 'waiting' AND (d.attempt_count = 0 OR d.try_after <= ${now}) ${range}
        ORDER BY d.seq LIMIT ${atMost} FOR UPDATE SKIP LOCKED`,
    );
  const from = mark.seq;
  const above = await claim(from === undefined ? Prisma.empty : Prisma.sql`AND d.seq >= ${from}`, limit);
  const below =
    from === undefined || above.length === limit
      ? []
      : await claim(Prisma.sql`AND d.seq < ${from}`, limit - above.length);
  const lowest = above[0]?.seq;
  if (lowest !== undefined) mark.seq = lowest;
  return [...below, ...above];
}

/** Keeps deliveries of our own with what led to them, in one transaction; one whose id is there already is left alone. */
export async function keepWithin(tx: Tx, given: readonly NewDelivery[]): Promise<void> {
  if (given.length === 0) return;
  const columns = 'source text, "deliveryId" text, body text, "receivedAt" timestamptz';
  await tx.$executeRaw`
    INSERT INTO delivery (source, delivery_id, body, received_at, try_after)
    SELECT r.source, r."deliveryId", r.body, r."receivedAt", r."receivedAt" FROM ${recordset(given, columns)}
    ON CONFLICT DO NOTHING`;
}

export type DecidedDelivery = Readonly<{ seq: bigint; why: Why; incidentId?: string }>;

export async function markDecided(
  tx: TxOrClient,
  decided: readonly DecidedDelivery[],
  now: Date,
): Promise<void> {
  if (decided.length === 0) return;
  const records = decided.map(({ seq, why, incidentId }) => ({ seq: seq.toString(), ...why, incidentId }));
  await tx.$executeRaw`
    UPDATE delivery d SET status = 'decided', decided_at = ${now}, rule = r.rule, sentence = r.sentence,
      incident_id = r."incidentId"
    FROM ${recordset(records, 'seq bigint, rule text, sentence text, "incidentId" uuid')} WHERE d.seq = r.seq`;
}

/** Not understood: kept and shown with the reason, and not decided until a person replays them. */
export async function parkDeliveries(
  tx: TxOrClient,
  parked: readonly Readonly<{ seq: bigint; why: Why }>[],
): Promise<void> {
  if (parked.length === 0) return;
  const records = parked.map(({ seq, why }) => ({ seq: seq.toString(), ...why }));
  await tx.$executeRaw`
    UPDATE delivery d SET status = 'parked', rule = r.rule, sentence = r.sentence
    FROM ${recordset(records, 'seq bigint, rule text, sentence text')} WHERE d.seq = r.seq`;
}

/** After a fault of ours: tried again from `until` on. */
export async function postponeDeliveries(
  tx: TxOrClient,
  postponed: readonly Readonly<{ seq: bigint; until: Date }>[],
): Promise<void> {
  if (postponed.length === 0) return;
  const records = postponed.map(({ seq, until }) => ({ seq: seq.toString(), until }));
  await tx.$executeRaw`
    UPDATE delivery d SET try_after = r.until, attempt_count = d.attempt_count + 1
    FROM ${recordset(records, 'seq bigint, until timestamptz')} WHERE d.seq = r.seq AND d.status = 'waiting'`;
}

const COUNTED_MAX = 100_000;

/** How many wait, counted up to 100,000, and since when the oldest does. */
export async function countWaiting(
  tx: TxOrClient,
): Promise<Readonly<{ waiting: number; oldestReceivedAt?: Date }>> {
  const rows = await tx.$queryRaw`
    SELECT (SELECT count(*)::int FROM (
        SELECT 1 FROM delivery WHERE status = 'waiting' LIMIT ${COUNTED_MAX}
      ) AS counted) AS waiting,
      (SELECT received_at FROM delivery WHERE status = 'waiting' ORDER BY seq LIMIT 1) AS "oldestReceivedAt"`;
  const counted = z.object({ waiting: z.int(), oldestReceivedAt: z.date().optional() });
  const { waiting = 0, oldestReceivedAt } = parseRows(counted, rows)[0] ?? {};
  return { waiting, ...(oldestReceivedAt && { oldestReceivedAt }) };
}

/** When the newest delivery of this source came; undefined when none is kept. */
export async function lastReceived(tx: TxOrClient, source: DeliverySource): Promise<Date | undefined> {
  const newest = await tx.delivery.findFirst({
    where: { source },
    orderBy: { seq: 'desc' },
    select: { receivedAt: true },
  });
  return newest?.receivedAt;
}

export type ParkedDelivery = Delivery & Readonly<{ why: Why }>;

/** The newest first. */
export async function listParked(tx: TxOrClient, limit: number): Promise<readonly ParkedDelivery[]> {
  const rows = await tx.$queryRaw`
    SELECT ${SELECTED}, coalesce(d.rule, '') AS rule, coalesce(d.sentence, '') AS sentence
    FROM delivery d WHERE d.status = 'parked' ORDER BY d.seq DESC LIMIT ${limit}`;
  return parseRows(Row.extend({ rule: z.string(), sentence: z.string() }), rows).map(
    ({ rule, sentence, ...delivery }) => ({ ...delivery, why: { rule, sentence } }),
  );
}

/** Puts a parked one back into the inbox. False when it is not parked (any more). */
export async function replayParked(tx: TxOrClient, seq: bigint, now: Date): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE delivery SET status = 'waiting', try_after = ${now}, attempt_count = 0, rule = NULL, sentence = NULL
    WHERE seq = ${seq} AND status = 'parked'`;
  return changed === 1;
}

/**
 * Deletes up to `limit` that were decided before `before`; a resend of a forgotten one would be decided again.
 * Returns how many, to go on while it equals `limit`.
 */
export function forgetOldDeliveries(tx: TxOrClient, before: Date, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM delivery WHERE seq IN (
      SELECT seq FROM delivery WHERE status = 'decided' AND decided_at < ${before} ORDER BY decided_at LIMIT ${limit}
    )`;
}
