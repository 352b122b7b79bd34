import { randomUUID } from 'node:crypto';
import { type Clock as BossClock, fromPrisma, PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Database } from './database.ts';
import { parseRows } from './rows.ts';
import { inTransaction, type Tx } from './transaction.ts';

/** One queue per system on the other side. */
export const QUEUE_NAMES = ['freshdesk', 'opsview'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export type NewJob = Readonly<{
  data: Readonly<Record<string, unknown>>;
  /** Jobs of one key are done one at a time, in the order in which they were enqueued. */
  key: string;
  /** The highest first among keys. Default 0. */
  priority?: number;
  /** Not before this much later, ms: what else comes for the same work meanwhile needs no job of its own. */
  waitMs?: number;
}>;

/** A job that this process holds until it settles it, or until it expires. */
export type QueuedJob<Data = Readonly<Record<string, unknown>>> = Readonly<{
  id: string;
  queue: QueueName;
  data: Data;
  /** Tries before this one. */
  retryCount: number;
}>;

export type DeadJob = QueuedJob & Readonly<{ key: string; diedAt: Date; reason: string }>;
/** `ready` could be fetched now or as soon as their key is free; `oldestReadyMs` is how long the oldest has waited. */
export type QueueFigures = Readonly<{
  queue: QueueName;
  ready: number;
  delayed: number;
  active: number;
  dead: number;
  oldestReadyMs: number;
}>;

/** Longer than any job takes; after it a job whose process vanished is fetched again. */
export const EXPIRE_SECONDS = 90;
const RETRY_LIMIT = 1_000_000_000; // when to give up is decided by what went wrong, never by counting
const WAIT_SECONDS_MAX = 10 * 365 * 24 * 3600; // pg-boss deletes what waited longer
const KEEP_DONE_SECONDS = 3600;

export type Queue = Awaited<ReturnType<typeof startQueue>>;

/** Starts pg-boss on this database. `clock` is its TestClock in tests; `onError` hears of failing maintenance. */
export async function startQueue(
  database: Database,
  {
    clock,
    expireSeconds = EXPIRE_SECONDS,
    onError = () => undefined,
  }: Readonly<{ clock?: BossClock; expireSeconds?: number; onError?: (error: Error) => void }> = {},
) {
  const lookForExpiredSeconds = Math.min(30, Math.ceil(expireSeconds / 3));
  const boss = new PgBoss({
    ...database.boss,
    ...(clock && { clock }),
    schedule: false,
    superviseIntervalSeconds: lookForExpiredSeconds,
    monitorIntervalSeconds: lookForExpiredSeconds, // finds the jobs that expired
    maintenanceIntervalSeconds: 600, // deletes those done
  });
  boss.on('error', onError);
  await boss.start();
  for (const name of QUEUE_NAMES) await createQueue(boss, name, expireSeconds);

  return {
    /** Committed with `tx`: a job exists if and only if what it is about does. */
    async enqueue(tx: Tx, queue: QueueName, jobs: readonly NewJob[]): Promise<void> {
      if (jobs.length === 0) return;
      const rows = jobs.map(({ data, key, priority = 0, waitMs }) => ({
        id: randomUUID(),
        data,
        singletonKey: key,
        priority,
        ...(waitMs === undefined ? {} : { startAfter: waitMs / 1000 }),
      }));
      await boss.insert(queue, rows, { db: fromPrisma(tx) });
      // pg-boss dates a job by the beginning of its transaction, so a transaction that began early and waited for a key
      // would come before the one it waited for, and jobs of one transaction would come in any order. Whoever enqueues
      // holds what the key stands for: dated by now, and after all that the key has, they keep their order.
      const ids = rows.map(({ id }) => id);
      await tx.$executeRaw`
        UPDATE pgboss.job j SET created_on = greatest(j.created_on, (SELECT clock_timestamp()), (
            SELECT max(before.created_on) FROM pgboss.job before
            WHERE before.name = ${queue} AND before.singleton_key = j.singleton_key AND before.state = 'created'
              AND before.id <> ALL(${ids}::uuid[])
          )) + given.position * interval '1 microsecond'
        FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS given(id, position)
        WHERE j.name = ${queue} AND j.id = given.id`;
    },

    /** Up to `limit` jobs, one per key at most, whose key has no job active, in retry or dead. */
    async fetch(queue: QueueName, limit: number): Promise<readonly QueuedJob[]> {
      const jobs = await boss.fetch<QueuedJob['data']>(queue, { batchSize: limit });
      return jobs.map(({ id, data, retryCount }) => ({ id, queue, data, retryCount }));
    },

    /** Done. Nothing happens when the job expired and was fetched by another meanwhile. */
    async complete({ queue, id, retryCount }: QueuedJob): Promise<void> {
      await boss.complete(queue, { id, retryCount });
    },

    /**
     * To be fetched again in `waitMs`, at once when that is past; its key waits for it. A time span, since the queue
     * goes by the database's clock, which may be minutes away from ours.
     */
    async failFor({ queue, id, retryCount }: QueuedJob, waitMs: number, reason: string): Promise<void> {
      const waitSeconds = Math.min(Math.max(waitMs / 1000, 0), WAIT_SECONDS_MAX);
      await inTransaction(database, async (tx) => {
        const db = fromPrisma(tx);
        await boss.fail(queue, { id, retryCount }, { reason }, { db });
        await boss.update(queue, undefined, { id, startAfter: `${waitSeconds.toFixed(3)} seconds`, db });
      });
    },

    /** Given up: it stays where it is and its key waits, until `replay` or `discard`. */
    async deadLetter({ queue, id, retryCount }: QueuedJob, reason: string): Promise<void> {
      await inTransaction(database, async (tx) => {
        await tx.$executeRaw`
          UPDATE pgboss.job SET retry_limit = retry_count, deletion_seconds = 0
          WHERE name = ${queue} AND id = ${id}::uuid AND state = 'active' AND retry_count = ${retryCount}`;
        await boss.fail(queue, { id, retryCount }, { reason }, { db: fromPrisma(tx) });
      });
    },

    /** Those given up, the newest first. */
    async listDead(limit: number): Promise<readonly DeadJob[]> {
      const rows = await database.query(
        `SELECT id, name AS queue, data, retry_count AS "retryCount", singleton_key AS key, completed_on AS "diedAt",
           coalesce(output ->> 'reason', '') AS reason
         FROM pgboss.job WHERE name = ANY($1::text[]) AND state = 'failed' ORDER BY completed_on DESC LIMIT $2::int`,
        [[...QUEUE_NAMES], limit],
      );
      return parseRows(DeadRow, rows);
    },

    /** A job given up is tried again at once, ahead of what waits behind it. */
    async replay({ queue, id }: Pick<QueuedJob, 'queue' | 'id'>): Promise<void> {
      await inTransaction(database, async (tx) => {
        await boss.retry(queue, id, { db: fromPrisma(tx) });
        await tx.$executeRaw`
          UPDATE pgboss.job SET retry_limit = ${RETRY_LIMIT}, deletion_seconds = ${KEEP_DONE_SECONDS},
            start_after = pgboss.job_now()
          WHERE name = ${queue} AND id = ${id}::uuid AND state = 'retry'`;
      });
    },

    /** A job given up is dropped; what waits behind it goes on. */
    async discard({ queue, id }: Pick<QueuedJob, 'queue' | 'id'>): Promise<void> {
      await boss.deleteJob(queue, id);
    },

    /**
     * Makes every job that a killed process left active fetchable at once, and those that wait for another try: after a
     * start nobody waits for what an earlier process had found. Only inside `Database.claimAlone`: a living process would
     * see its jobs done twice. Returns how many.
     */
    async releaseActive(): Promise<number> {
      const rows = await database.query(
        `UPDATE pgboss.job SET state = 'retry', start_after = pgboss.job_now(), heartbeat_on = NULL
         WHERE name = ANY($1::text[])
           AND (state = 'active' OR (state = 'retry' AND start_after > pgboss.job_now())) RETURNING id`,
        [[...QUEUE_NAMES]],
      );
      return rows.length;
    },

    async figures(): Promise<readonly QueueFigures[]> {
      const rows = await database.query(FIGURES, [[...QUEUE_NAMES]]);
      return parseRows(FiguresRow, rows);
    },

    /** The jobs fetched by this process must be settled before. */
    stop: () => boss.stop({ graceful: false, close: false }),
  };
}

async function createQueue(boss: PgBoss, name: QueueName, expireInSeconds: number): Promise<void> {
  const options = {
    expireInSeconds,
    retryLimit: RETRY_LIMIT,
    retryDelay: 1,
    retentionSeconds: WAIT_SECONDS_MAX,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
  };
  await boss.createQueue(name, { ...options, policy: 'key_strict_fifo' });
  await boss.updateQueue(name, options); // what an earlier version created
  // pg-boss reads a queue's definition when it first meets it, on a connection of its own: not inside a transaction,
  // where the embedded database has no other connection to read it on.
  await boss.findJobs(name, { id: '00000000-0000-0000-0000-000000000000' });
}

const DeadRow = z.object({
  id: z.string(),
  queue: z.enum(QUEUE_NAMES),
  data: z.record(z.string(), z.unknown()),
  retryCount: z.int(),
  key: z.string(),
  diedAt: z.date(),
  reason: z.string(),
});

const FiguresRow = z.object({
  queue: z.enum(QUEUE_NAMES),
  ready: z.int(),
  delayed: z.int(),
  active: z.int(),
  dead: z.int(),
  oldestReadyMs: z.number(),
});

const FIGURES = `
  SELECT given.queue,
    count(*) FILTER (WHERE j.state < 'active' AND j.start_after <= pgboss.job_now())::int AS ready,
    count(*) FILTER (WHERE j.state < 'active' AND j.start_after > pgboss.job_now())::int AS delayed,
    count(*) FILTER (WHERE j.state = 'active')::int AS active,
    count(*) FILTER (WHERE j.state = 'failed')::int AS dead,
    coalesce(extract(epoch FROM pgboss.job_now()
      - min(j.created_on) FILTER (WHERE j.state < 'active' AND j.start_after <= pgboss.job_now())) * 1000, 0)::float8
      AS "oldestReadyMs"
  FROM unnest($1::text[]) AS given(queue)
  LEFT JOIN pgboss.job j ON j.name = given.queue AND j.state IN ('created', 'retry', 'active', 'failed')
  GROUP BY given.queue ORDER BY given.queue`;
