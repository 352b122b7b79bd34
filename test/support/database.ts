import { randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/store/database.ts';

/** For `describe.each(databases)`: every test of the store and the engine runs on both. */
export const databases = ['embedded', 'postgresql'] as const;
export type DatabaseKind = (typeof databases)[number];

async function ask<Answer>(kind: DatabaseKind): Promise<Answer> {
  const response = await fetch(`${inject('databaseDesk')}/${kind}`);
  if (!response.ok) throw new Error(`No ${kind} database for tests: ${await response.text()}`);
  return (await response.json()) as Answer;
}

export type TestPlace = Readonly<{
  /** For `openDatabase`, also in another process. */
  options: DatabaseOptions;
  /** Drops it; whatever has it open is closed before. */
  remove(): Promise<void>;
}>;

/** A migrated database of its own that nobody has opened yet: for tests of several processes, and of restarts. */
export async function testPlace(kind: DatabaseKind): Promise<TestPlace> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  if (kind === 'embedded') {
    const { template } = await ask<{ template: string }>('embedded');
    const dataDir = join(dirname(template), name); // goes with the template, if nobody removes it before
    cpSync(template, dataDir, { recursive: true });
    return { options: { dataDir }, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
  }
  const dataDir = join(tmpdir(), name);
  const { url } = await ask<{ url: string }>('postgresql');
  const admin = async (sql: string) => {
    const database = await openDatabase({ databaseUrl: url.replace(/template$/, 'postgres'), dataDir });
    await database.query(sql).finally(database.close);
  };
  await admin(`CREATE DATABASE ${name} TEMPLATE template STRATEGY file_copy`);
  return {
    options: { databaseUrl: url.replace(/template$/, name), dataDir },
    remove: async () => {
      await admin(`DROP DATABASE ${name} WITH (FORCE)`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A migrated, empty database of its own: in `beforeAll`, with `close` in `afterAll`. A few milliseconds on
 * PostgreSQL, about a second embedded.
 */
export async function openTestDatabase(
  kind: DatabaseKind,
): Promise<Readonly<{ database: Database; place: TestPlace; close(): Promise<void> }>> {
  const place = await testPlace(kind);
  const database = await openDatabase(place.options);
  return {
    database,
    place,
    close: async () => {
      await database.close();
      await place.remove();
    },
  };
}

const TABLES =
  'delivery, alert, incident, timeline_entry, timer, ticket, ticket_intake, ticket_link, people_change, desk_agent, command, page, ' +
  'api_budget, policy_version, memo';

/** Empties all of Watchdesk's own tables and the queues, between the tests of one file. */
export async function emptyTables(database: Database): Promise<void> {
  await database.query(`TRUNCATE ${TABLES} RESTART IDENTITY`);
  await database.query('DELETE FROM pgboss.job');
}
