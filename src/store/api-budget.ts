import { z } from 'zod';
import type { Database } from './database.ts';
import { parseRows } from './rows.ts';

export type Spent = Readonly<{ granted: true; left: number }> | Readonly<{ granted: false; retryAt: Date }>;

const SpentRow = z.object({ used: z.int().optional(), retryAt: z.date().optional() });
const BudgetRow = z.object({
  bucket: z.string(),
  windowStart: z.date(),
  used: z.int(),
  blockedUntil: z.date().optional(),
});

/** A bucket's running window. `used` counts calls since `windowStart`. */
export type BudgetRow = Readonly<z.output<typeof BudgetRow>>;

/**
 * Counts calls per bucket, shared by every process. A window begins with the first call after the last one passed.
 * `now` comes from the caller's clock; processes whose clocks differ by seconds share the window of the earliest. A window
 * that begins in the future, further than its own length, is from before a clock was set back and counts as over.
 */
export function createBudgetStore(database: Pick<Database, 'query'>) {
  return {
    /** Takes one call, or says when there is one again. One statement, so that two processes never share a call. */
    async spend(
      bucket: string,
      { limit, windowMs, now }: Readonly<{ limit: number; windowMs: number; now: Date }>,
    ): Promise<Spent> {
      const rows = await database.query(SPEND, [bucket, now.toISOString(), limit, windowMs]);
      const { used, retryAt } = parseRows(SpentRow, rows)[0] ?? {};
      if (used !== undefined) return { granted: true, left: limit - used };
      return { granted: false, retryAt: retryAt ?? new Date(now.getTime() + windowMs) };
    },

    /** The other side told us to wait: nothing is granted before `until`. A longer wait told before stays. */
    async block(bucket: string, until: Date): Promise<void> {
      await database.query(
        `INSERT INTO api_budget AS b (bucket, window_start, used, blocked_until) VALUES ($1, $2::timestamptz, 0, $2)
         ON CONFLICT (bucket) DO UPDATE SET blocked_until = greatest(b.blocked_until, EXCLUDED.blocked_until)`,
        [bucket, until.toISOString()],
      );
    },

    /** For the overview and for metrics. */
    async readBudgets(): Promise<readonly BudgetRow[]> {
      const rows = await database.query(
        `SELECT bucket, window_start AS "windowStart", used, blocked_until AS "blockedUntil"
         FROM api_budget ORDER BY bucket LIMIT 1000`,
      );
      return parseRows(BudgetRow, rows);
    },
  };
}

const IS_OVER = `(b.window_start + $4::int * interval '1 ms' <= $2::timestamptz
  OR b.window_start - $4::int * interval '1 ms' > $2::timestamptz)`;

/** $1 bucket, $2 now, $3 limit, $4 window in ms. */
const SPEND = `
  WITH spent AS (
    INSERT INTO api_budget AS b (bucket, window_start, used)
    SELECT $1, $2::timestamptz, 1 WHERE $3::int > 0
    ON CONFLICT (bucket) DO UPDATE SET
      used = CASE WHEN ${IS_OVER} THEN 1 ELSE b.used + 1 END,
      window_start = CASE WHEN ${IS_OVER} THEN $2::timestamptz ELSE b.window_start END,
      blocked_until = NULL
    WHERE (b.blocked_until IS NULL OR b.blocked_until <= $2::timestamptz)
      AND (${IS_OVER} OR b.used < $3::int)
    RETURNING used
  )
  SELECT used, NULL::timestamptz AS "retryAt" FROM spent
  UNION ALL
  SELECT NULL, greatest(
    b.blocked_until,
    CASE WHEN b.used >= $3::int THEN b.window_start + $4::int * interval '1 ms' END
  )
  FROM api_budget b WHERE b.bucket = $1 AND NOT EXISTS (SELECT 1 FROM spent)`;
