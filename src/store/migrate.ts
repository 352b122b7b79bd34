import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connection, Database } from './database.ts';

const MIGRATIONS_DIR = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const MIGRATION_LOCK = 0x57444b02; // "WDK", 2

/** Prisma's own table, column by column, so that its command line tools agree about what was applied. */
const CREATE_LOG = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

type Migration = Readonly<{ name: string; sql: string; checksum: string }>;

/** The database cannot be brought up to date; the message says why and what to do. Nothing was half applied. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Brings the tables up to date: applies each migration once, in order, each in a transaction of its own. Processes
 * that start together wait for one another. Returns the names of those applied now.
 */
export function migrate(database: Database, directory = MIGRATIONS_DIR): Promise<readonly string[]> {
  const migrations = readMigrations(directory);
  return database.onOneConnection(async (connection) => {
    await connection.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await connection.execute(CREATE_LOG);
      const pending = await pendingOf(migrations, connection);
      for (const migration of pending) await apply(migration, connection);
      return pending.map(({ name }) => name);
    } finally {
      await connection.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  });
}

/** Names of those that are still to be applied; changes nothing, and throws where `migrate` would. */
export function pendingMigrations(
  database: Database,
  directory = MIGRATIONS_DIR,
): Promise<readonly string[]> {
  const migrations = readMigrations(directory);
  return database.onOneConnection(async (connection) => {
    const [log] = await connection.query(`SELECT to_regclass('_prisma_migrations')::text AS name`);
    const pending = log?.name === null ? migrations : await pendingOf(migrations, connection);
    return pending.map(({ name }) => name);
  });
}

function readMigrations(directory: string): readonly Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => {
      const bytes = readFileSync(join(directory, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}

async function pendingOf(
  migrations: readonly Migration[],
  connection: Connection,
): Promise<readonly Migration[]> {
  const log = await connection.query(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of log) {
    const migration = known.get(String(name));
    if (migration === undefined) {
      throw new MigrationError(
        `The database has the migration ${String(name)}, which this version of Watchdesk does not know: it was used ` +
          `by a newer version. Start that version, or restore the backup made before the upgrade.`,
      );
    }
    if (finished !== true) {
      throw new MigrationError(
        `The migration ${migration.name} failed half-way in another tool. Repair the tables by hand, then mark it ` +
          `with "prisma migrate resolve", and start again.`,
      );
    }
    if (checksum !== migration.checksum) {
      throw new MigrationError(
        `The migration ${migration.name} was changed after it had been applied to this database. Put back the ` +
          `original prisma/migrations/${migration.name}/migration.sql and write the change as a new migration.`,
      );
    }
  }
  const applied = new Set(log.map(({ name }) => String(name)));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(migration: Migration, connection: Connection): Promise<void> {
  await connection.execute('BEGIN');
  try {
    await connection.execute(migration.sql);
    await connection.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK');
    throw new MigrationError(
      `The migration ${migration.name} failed and was taken back: ${String(error)}. The database is as it was before; ` +
        `run the previous version of Watchdesk until this is solved.`,
      { cause: error },
    );
  }
}
