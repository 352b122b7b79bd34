import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, openTestDatabase, type TestPlace } from '../support/database.ts';

describe.each(databases)('the database on %s', (kind) => {
  let database: Database;
  let place: TestPlace;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, place, close } = await openTestDatabase(kind));
  });
  afterAll(() => close());

  test('it answers, speaks UTC on every connection, and keeps instants to the millisecond', async () => {
    await database.ping();
    const zones = await Promise.all(Array.from({ length: 10 }, () => database.query('SHOW TimeZone')));
    for (const [row] of zones) expect(Object.values(row ?? {})).toEqual(['UTC']);
    const instant = new Date('2026-10-25T00:30:00.123Z');
    await inTransaction(database, async (tx) => {
      const [row] = await tx.$queryRaw<{ at: Date }[]>`SELECT ${instant}::timestamptz AS at`;
      expect(row?.at).toEqual(instant);
    });
  });

  test('whoever listens hears what is told, until they stop', async () => {
    const heard: string[] = [];
    const stop = await database.listen('watchdesk_test', (payload) => heard.push(payload));
    await database.notify('watchdesk_test', 'one');
    await expect.poll(() => heard).toEqual(['one']);
    await stop();
    await database.notify('watchdesk_test', 'two');
    const again: string[] = [];
    await database.listen('watchdesk_test', (payload) => again.push(payload));
    await database.notify('watchdesk_test', 'three');
    await expect.poll(() => again).toContain('three');
    expect(heard).toEqual(['one']);
  });

  test('many transactions at once are all carried out', async () => {
    await database.query('CREATE TABLE counter (n int)');
    await database.query('INSERT INTO counter VALUES (0)');
    await Promise.all(
      Array.from({ length: 60 }, () =>
        inTransaction(database, (tx) => tx.$executeRaw`UPDATE counter SET n = n + 1`),
      ),
    );
    expect(await database.query('SELECT n FROM counter')).toEqual([{ n: 60 }]);
  });

  test.runIf(kind === 'postgresql')(
    'P4 connections that break come back, and listeners learn that they may have missed something',
    async () => {
      const other = await openDatabase(place.options);
      const heard: string[] = [];
      await other.listen('watchdesk_test', (payload) => heard.push(payload));
      await other.ping();
      await database.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['']);
      await expect
        .poll(() => other.ping().then(() => 'answers', String), { timeout: 10_000 })
        .toBe('answers');
      await database.notify('watchdesk_test', 'again');
      await expect.poll(() => heard).toEqual(['', 'again']);
      await expect.poll(() => database.claimAlone(async () => {}).catch(() => 'reconnecting')).toBe(false);
      await other.close();
    },
  );
});
