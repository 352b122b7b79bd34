import type { Database } from './database.ts';

/** `done` grows whenever something was done; `due` names the loops that may find something to do. */
export type WorkWaiting = Readonly<{ done: number; due: ReadonlySet<unknown> }>;

/** Asks once for all loops what each of them would find by asking for itself, in a transaction of its own. */
export async function workWaiting(database: Pick<Database, 'query'>, now: Date): Promise<WorkWaiting> {
  const [row] = await database.query(
    `SELECT (SELECT count(*) FROM delivery WHERE status <> 'waiting') + (SELECT count(*) FROM timer WHERE fired_at IS NOT NULL)
       + (SELECT coalesce(sum(attempt_count), 0) + count(*) FILTER (WHERE delivered_at IS NOT NULL OR failed_at IS NOT NULL) FROM page)
       + (SELECT coalesce(sum(retry_count), 0) + count(*) FILTER (WHERE state IN ('completed', 'failed')) FROM pgboss.job) AS done,
     ARRAY(
       SELECT 'inbox' WHERE EXISTS (
         SELECT FROM delivery WHERE status = 'waiting' AND (attempt_count = 0 OR try_after <= $1::timestamptz))
       UNION ALL SELECT 'timer' WHERE EXISTS (
         SELECT FROM timer WHERE fired_at IS NULL AND cancelled_at IS NULL AND try_after <= $1::timestamptz)
       UNION ALL SELECT 'message' WHERE EXISTS (
         SELECT FROM page WHERE delivered_at IS NULL AND failed_at IS NULL AND (try_after <= $1::timestamptz OR created_at > $1::timestamptz))
       UNION ALL SELECT DISTINCT name FROM pgboss.job WHERE state < 'active' AND start_after <= pgboss.job_now()
     ) AS due`,
    [now.toISOString()],
  );
  return { done: Number(row?.done ?? 0), due: new Set(Array.isArray(row?.due) ? row.due : []) };
}
