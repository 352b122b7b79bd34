import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { MigrationError, migrate } from '../../src/store/migrate.ts';
import { databases, openTestDatabase, type TestPlace } from '../support/database.ts';
import { missingMigration } from '../support/schema-engine.ts';

const original = new URL('../../prisma/migrations', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'watchdesk-migrations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the real migrations with further ones, or with one changed. */
function migrationsWith(name: string, extra: Readonly<Record<string, string>>): string {
  const directory = join(folder, name);
  cpSync(original, directory, { recursive: true });
  for (const [migration, sql] of Object.entries(extra)) {
    mkdirSync(join(directory, migration), { recursive: true });
    writeFileSync(join(directory, migration, 'migration.sql'), sql);
  }
  return directory;
}

describe.each(databases)('migrations on %s', (kind) => {
  let database: Database;
  let place: TestPlace;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, place, close } = await openTestDatabase(kind));
  });
  afterAll(() => close());

  test('an up-to-date database has nothing to apply', async () =>
    expect(await migrate(database)).toEqual([]));

  test('a new migration is applied once, and recorded as Prisma does', async () => {
    const directory = migrationsWith(`new-${kind}`, {
      '29990101000000_new': 'CREATE TABLE something (a int);',
    });
    expect(await migrate(database, directory)).toEqual(['29990101000000_new']);
    expect(await migrate(database, directory)).toEqual([]);
    const [row] = await database.query(`SELECT * FROM _prisma_migrations WHERE migration_name LIKE '2999%'`);
    expect(row).toMatchObject({
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      applied_steps_count: 1,
      finished_at: expect.any(Date),
    });
    await expect(migrate(database)).rejects.toThrow(/29990101000000_new.*newer version/);
    await database.query(`DELETE FROM _prisma_migrations WHERE migration_name LIKE '2999%'`);
  });

  test('a migration that fails leaves nothing behind and stops the start', async () => {
    const directory = migrationsWith(`bad-${kind}`, {
      '29990101000000_bad': 'CREATE TABLE half (a int); SELECT 1 / 0;',
    });
    await expect(migrate(database, directory)).rejects.toThrow(MigrationError);
    await expect(database.query('SELECT * FROM half')).rejects.toThrow(/half/);
    expect(await migrate(database)).toEqual([]);
  });

  test('a migration that was changed after it was applied stops the start', async () => {
    const directory = migrationsWith(`changed-${kind}`, { '20261121000000_tables': '-- something else' });
    await expect(migrate(database, directory)).rejects.toThrow(/20261121000000_tables was changed/);
  });

  test('a migration that another tool left half-way stops the start', async () => {
    await database.query(`UPDATE _prisma_migrations SET finished_at = NULL`);
    await expect(migrate(database)).rejects.toThrow(/failed half-way/);
    await database.query(`UPDATE _prisma_migrations SET finished_at = now()`);
  });

  test.runIf(kind === 'postgresql')(
    'two processes that start at once apply each migration once',
    async () => {
      const second = await openDatabase(place.options);
      const directory = migrationsWith('two', {
        '29990101000000_slow': 'CREATE TABLE slow (a int); SELECT pg_sleep(0.2);',
      });
      const applied = await Promise.all([migrate(database, directory), migrate(second, directory)]);
      expect(applied.flat()).toEqual(['29990101000000_slow']);
      await second.close();
    },
  );

  test.runIf(kind === 'postgresql')('schema.prisma and the migrations describe the same tables', async () =>
    expect(await missingMigration(place.options.databaseUrl ?? '')).toBeUndefined(),
  );
});
