import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { startWatchdesk } from '../src/main.ts';
import { systemClock } from '../src/model/clock.ts';
import { readSettings } from '../src/settings.ts';
import { openDatabase } from '../src/store/database.ts';
import { startQueue } from '../src/store/queue.ts';
import { inTransaction } from '../src/store/transaction.ts';
import { testPlace } from './support/database.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const log = { debug() {}, info() {}, warn() {}, error() {} };

function settingsFor(env: Readonly<Record<string, string | undefined>>) {
  const read = readSettings(env, () => '');
  if ('faults' in read) throw new Error(read.faults.join());
  return read.settings;
}

test('a start that fails at its last step leaves nothing listening', async () => {
  const { options, remove } = await testPlace('postgresql');
  try {
    const database = await openDatabase(options);
    const queue = await startQueue(database);
    await inTransaction(database, (tx) => queue.enqueue(tx, 'freshdesk', [{ key: 'one', data: {} }]));
    await queue.fetch('freshdesk', 1);
    await queue.stop();
    // The engine's first step takes over what another process left.
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''refused''; END'`,
    );
    await database.query(
      'CREATE TRIGGER refuse BEFORE UPDATE ON pgboss.job FOR EACH ROW EXECUTE FUNCTION refuse()',
    );
    await database.close();
    const port = await freePort();
    const env = { PORT: String(port), DATABASE_URL: options.databaseUrl, DATA_DIR: options.dataDir };
    await expect(startWatchdesk({ settings: settingsFor(env), clock: systemClock, log })).rejects.toThrow(
      'refused',
    );
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
  } finally {
    await remove();
  }
});

test('chats and telephones find where to tell what people answered', async () => {
  const { options, remove } = await testPlace('postgresql');
  try {
    const port = await freePort();
    const env = { PORT: String(port), DATABASE_URL: options.databaseUrl, DATA_DIR: options.dataDir };
    const { url, stop } = await startWatchdesk({ settings: settingsFor(env), clock: systemClock, log });
    const body = new URLSearchParams({ payload: '{}' });
    const paths = ['slack', 'twilio/sms', 'twilio/voice/5f0c7f1e-0000-4000-8000-000000000000'];
    const answers = paths.map((path) => fetch(`${url}/webhooks/${path}`, { method: 'POST', body }));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    await stop();
    expect(statuses).toEqual([401, 401, 401]); // there, and not signed
  } finally {
    await remove();
  }
});
