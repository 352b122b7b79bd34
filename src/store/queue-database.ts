import type pg from 'pg';
import type { Db as BossDatabase } from 'pg-boss';

/** What pg-boss wants to have run on every connection: nothing, except when a test moves its time. */
export type SessionStatements = { current: readonly string[] };

/** pg-boss on the pool that everything else uses, so that connections stay few. */
export function bossDatabase(pool: pg.Pool, sessionStatements: SessionStatements): BossDatabase {
  return {
    executeSql: async (sql, values) => {
      const result: pg.QueryResult | pg.QueryResult[] = await pool.query(sql, values);
      // Several statements in one text give several results; pg-boss wants all their rows.
      return { rows: Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows };
    },
    setSessionStatements: async (statements) => {
      sessionStatements.current = statements;
      const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
      for (const client of clients) {
        for (const statement of statements) await client.query(statement);
        client.release();
      }
    },
  };
}
