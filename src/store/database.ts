import type { Db as BossDatabase } from 'pg-boss';
import { openEmbedded } from './embedded.ts';
import type { PrismaClient } from './generated/client.ts';
import { openPostgresql } from './postgresql.ts';

export type Row = Readonly<Record<string, unknown>>;

/**
 * One database, the same for everything above: embedded PGlite in a directory, or a PostgreSQL server.
 *
 * Careful:  embedded has a single connection. Inside a transaction use only its `tx`: anything asked of the database
 *           itself would wait for that transaction to end.
 */
export type Database = Readonly<{
  kind: 'embedded' | 'postgresql';
  /** Differs between all that have the database open, so that a process can tell its own notifications. */
  openedAs: string;
  prisma: PrismaClient;
  /** One statement without Prisma, for the hottest paths. Rows are not checked. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /** Several statements on one connection, as text and without parameters. */
  onOneConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** How many statements can run at the same time. */
  parallelStatements: number;
  /** What pg-boss runs on. */
  boss: Readonly<{ db: BossDatabase; backend: 'postgres' | 'pglite' }>;
  /** Tells all processes on this database; `payload` stays below 8,000 bytes. */
  notify(channel: string, payload: string): Promise<void>;
  /**
   * Calls back on each notify. After a lost connection it calls once with the empty text: something may have been
   * missed. Returns the end of listening.
   */
  listen(channel: string, onNotification: (payload: string) => void): Promise<() => Promise<void>>;
  /**
   * Runs `work` if no other Watchdesk process has this database open, and keeps others from opening it meanwhile.
   * False, and nothing done, when there is another.
   */
  claimAlone(work: () => Promise<void>): Promise<boolean>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}>;

export type Connection = Readonly<{
  /** Any number of statements in one text. */
  execute(sql: string): Promise<void>;
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
}>;

export type DatabaseOptions = Readonly<{
  /** `postgresql://…`; undefined means the embedded database in `<dataDir>/db`. */
  databaseUrl?: string;
  dataDir: string;
  applicationName?: string;
}>;

/**
 * Opens the database; tables come from `migrate`.
 * Throws with a message for the operator when the server cannot be reached or another process uses the directory.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDir, applicationName = 'watchdesk' } = options;
  return databaseUrl === undefined ? openEmbedded(dataDir) : openPostgresql({ databaseUrl, applicationName });
}
