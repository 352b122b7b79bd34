import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openPostgresql } from '../../src/store/postgresql.ts';
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
    'P4 statements whose packets a network swallows end, and later ones get connections of their own',
    async () => {
      const network = await startNetwork(place.options.databaseUrl ?? '');
      const keepAlive = vi.spyOn(net.Socket.prototype, 'setKeepAlive');
      const statementTimeoutMs = 300;
      const other = await openPostgresql({
        databaseUrl: network.databaseUrl,
        applicationName: 'test',
        statementTimeoutMs,
      });
      await Promise.all([other.ping(), other.prisma.$queryRaw`SELECT 1`]);
      expect(keepAlive.mock.calls.length).toBeGreaterThan(1);
      for (const call of keepAlive.mock.calls) expect(call).toEqual([true, 10_000]);
      keepAlive.mockRestore();
      let inside = 0;
      const swallowed = inTransaction(other, async (tx) => {
        if (++inside === 1) network.swallow();
        await tx.$executeRaw`SELECT 1`;
      });
      await expect(swallowed).rejects.toThrow();
      await expect(other.ping()).rejects.toThrow('timeout');
      network.deliver();
      await Promise.all(Array.from({ length: 3 }, () => other.ping()));
      await inTransaction(other, (tx) => tx.$executeRaw`SELECT 1`);
      // A migration may take longer.
      const rows = await other.onOneConnection((connection) =>
        connection.query('SELECT pg_sleep(0.6), 7 AS n'),
      );
      expect(rows).toMatchObject([{ n: 7 }]);
      await other.close();
      await network.close();
    },
  );

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

/** A way to the server that can swallow what is sent on the connections it has by then, like a firewall that forgot. */
async function startNetwork(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].map((each) => each.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  let isSwallowing = false;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.on('connection', (near) => {
    if (isSwallowing) near.unpipe().resume();
  });
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    databaseUrl: url.toString(),
    swallow() {
      isSwallowing = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    deliver() {
      isSwallowing = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
