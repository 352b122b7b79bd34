import { z } from 'zod';
import { TIMER_NAMES, type TimerChange, type TimerName } from '../model/decision.ts';
import { Prisma } from './generated/client.ts';
import { lastOfEach, parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

/** A pending timer. `dueAt` is the promise, `tryAfter` our next try; they differ after a try that failed. */
export type Timer = Readonly<{
  id: bigint;
  incidentId: string;
  name: TimerName;
  why: string;
  dueAt: Date;
  tryAfter: Date;
  attemptCount: number;
}>;

const Row = z.object({
  id: z.bigint(),
  incidentId: z.string(),
  name: z.enum(TIMER_NAMES),
  why: z.string(),
  dueAt: z.date(),
  tryAfter: z.date(),
  attemptCount: z.int(),
});

const SELECTED = Prisma.raw(`t.id, t.incident_id AS "incidentId", t.name, t.why, t.due_at AS "dueAt",
  t.try_after AS "tryAfter", t.attempt_count AS "attemptCount"`);
const PENDING = Prisma.raw('t.fired_at IS NULL AND t.cancelled_at IS NULL');

/** Applies the changes in their order: of several for one incident and name, the last counts. */
export async function applyTimerChanges(
  tx: TxOrClient,
  changes: readonly TimerChange[],
  now: Date,
): Promise<void> {
  const final = lastOfEach(changes, (change) => `${change.incidentId} ${nameOf(change)}`);
  const sets = final.filter((change) => 'set' in change);
  const cancels = final.filter((change) => 'cancel' in change);
  if (cancels.length > 0) {
    await tx.$executeRaw`
      UPDATE timer t SET cancelled_at = ${now}
      FROM ${recordset(cancels, '"incidentId" uuid, cancel text')}
      WHERE t.incident_id = r."incidentId" AND t.name = r.cancel AND ${PENDING}`;
  }
  if (sets.length > 0) {
    await tx.$executeRaw`
      INSERT INTO timer (incident_id, name, why, due_at, try_after)
      SELECT r."incidentId", r.set, r.why, r."dueAt", r."dueAt"
      FROM ${recordset(sets, '"incidentId" uuid, set text, why text, "dueAt" timestamptz')}
      ORDER BY r."incidentId", r.set
      ON CONFLICT (incident_id, name) WHERE fired_at IS NULL AND cancelled_at IS NULL
      DO UPDATE SET why = EXCLUDED.why, due_at = EXCLUDED.due_at, try_after = EXCLUDED.try_after, attempt_count = 0`;
  }
}

const nameOf = (change: TimerChange): TimerName => ('set' in change ? change.set : change.cancel);

/**
 * Where the last claim found work. Entries below it are mostly dead ones that a snapshot held open elsewhere keeps in
 * the index; looking above it first, and below only when that was not enough, keeps claims fast all the same.
 */
export type LowWaterMark = { tryAfter?: Date };

/** Up to `limit` timers due at `now`, longest overdue first, locked until `tx` ends; those locked by others are left out. */
export async function claimDueTimers(
  tx: Tx,
  now: Date,
  limit: number,
  mark: LowWaterMark = {},
): Promise<readonly Timer[]> {
  const claim = async (range: Prisma.Sql, atMost: number) =>
    parseRows(
      Row,
      await tx.$queryRaw`
        SELECT ${SELECTED} FROM timer t WHERE ${PENDING} AND t.try_after <= ${now} ${range}
        ORDER BY t.try_after, t.id LIMIT ${atMost} FOR UPDATE SKIP LOCKED`,
    );
  const from = mark.tryAfter;
  const above = await claim(
    from === undefined ? Prisma.empty : Prisma.sql`AND t.try_after >= ${from}`,
    limit,
  );
  const below =
    from === undefined || above.length === limit
      ? []
      : await claim(Prisma.sql`AND t.try_after < ${from}`, limit - above.length);
  const lowest = above[0]?.tryAfter;
  if (lowest !== undefined) mark.tryAfter = lowest;
  return [...below, ...above];
}

/** As fired; a timer that was meanwhile set to another instant stays pending. */
export async function markFired(tx: TxOrClient, timers: readonly Timer[], now: Date): Promise<void> {
  if (timers.length === 0) return;
  const records = timers.map(({ id, dueAt }) => ({ id: id.toString(), dueAt }));
  await tx.$executeRaw`
    UPDATE timer t SET fired_at = ${now}
    FROM ${recordset(records, 'id bigint, "dueAt" timestamptz')}
    WHERE t.id = r.id AND t.due_at = r."dueAt" AND ${PENDING}`;
}

/** After a try that failed: `dueAt` stays, the next try is at `until`. */
export async function postponeTimer(tx: TxOrClient, id: bigint, until: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE timer t SET try_after = ${until}, attempt_count = attempt_count + 1 WHERE t.id = ${id} AND ${PENDING}`;
}

/** When the next try is, to sleep until then; undefined when no timer is pending. */
export async function nextDueAt(tx: TxOrClient): Promise<Date | undefined> {
  const rows = await tx.$queryRaw`
    SELECT t.try_after AS "tryAfter" FROM timer t WHERE ${PENDING} ORDER BY t.try_after, t.id LIMIT 1`;
  return parseRows(z.object({ tryAfter: z.date() }), rows)[0]?.tryAfter;
}

/** What these incidents wait for, soonest first. */
export async function listPending(tx: TxOrClient, incidentIds: readonly string[]): Promise<readonly Timer[]> {
  if (incidentIds.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT ${SELECTED} FROM timer t WHERE t.incident_id = ANY(${[...incidentIds]}::uuid[]) AND ${PENDING}
    ORDER BY t.due_at, t.id`;
  return parseRows(Row, rows);
}

/** Makes the timer `escalation` of every open incident due now: of those with ladders, or of all. Returns how many. */
export function lookAtLadders(
  tx: TxOrClient,
  { now, hasLadders }: Readonly<{ now: Date; hasLadders: boolean }>,
): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO timer (incident_id, name, why, due_at, try_after)
    SELECT id, 'escalation', 'Another policy is in force.', ${now}, ${now} FROM incident
    WHERE status <> 'closed' AND (${hasLadders} OR escalation IS NOT NULL)
    ORDER BY id
    ON CONFLICT (incident_id, name) WHERE fired_at IS NULL AND cancelled_at IS NULL
    DO UPDATE SET due_at = least(timer.due_at, EXCLUDED.due_at), try_after = least(timer.try_after, EXCLUDED.try_after)`;
}

/** Deletes up to `limit` that fired or were cancelled before `before`. Returns how many, to go on while it equals `limit`. */
export function forgetOldTimers(tx: TxOrClient, before: Date, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM timer WHERE id IN (
      SELECT id FROM timer WHERE fired_at < ${before} OR cancelled_at < ${before} LIMIT ${limit}
    )`;
}
