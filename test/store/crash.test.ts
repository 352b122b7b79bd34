import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { databases, type TestPlace, testPlace } from '../support/database.ts';

const child = new URL('./keep-until-killed.ts', import.meta.url).pathname;

describe.each(databases)('killed on %s', (kind) => {
  let place: TestPlace;
  beforeAll(async () => {
    place = await testPlace(kind);
  });
  afterAll(() => place.remove());

  /** Runs a process that keeps deliveries, kills it after `count` answers, and returns all answers it had given. */
  async function keepUntilKilled(run: number, count: number): Promise<string[]> {
    const running = spawn(process.execPath, [child, JSON.stringify(place.options), String(run)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told: string[] = [];
    const ended = new Promise<void>((resolve) => running.once('close', () => resolve()));
    for await (const line of createInterface(running.stdout)) {
      told.push(line);
      if (told.length === count) running.kill('SIGKILL');
    }
    await ended;
    return told;
  }

  test('P1 every delivery that was answered is there after kill -9', { timeout: 60_000 }, async () => {
    const told: string[] = [];
    for (const [run, count] of [25, 300].entries()) told.push(...(await keepUntilKilled(run, count)));
    const database = await openDatabase(place.options);
    try {
      const rows = await database.query('SELECT delivery_id FROM delivery');
      const stored = new Set(rows.map(({ delivery_id }) => delivery_id));
      expect(told.length).toBeGreaterThanOrEqual(325);
      expect(told.filter((id) => !stored.has(id))).toEqual([]);
      expect(await database.query(`SELECT count(DISTINCT delivery_id)::int AS n FROM delivery`)).toEqual([
        { n: rows.length },
      ]);
    } finally {
      await database.close();
    }
  });

  test.runIf(kind === 'embedded')(
    'a second process is kept off the directory, and told what to do',
    async () => {
      const first = await openDatabase(place.options);
      const lockFile = `${place.options.dataDir}/db.lock`;
      await expect(openDatabase(place.options)).rejects.toThrow(
        new RegExp(
          `${place.options.dataDir}/db is in use by process ${process.pid} on .*DATABASE_URL.*delete .*db.lock`,
        ),
      );
      await first.close();
      expect(existsSync(lockFile)).toBe(false);
      await (await openDatabase(place.options)).close();
    },
  );
});

test('a server that does not answer is named without its password', async () => {
  const opening = openDatabase({ databaseUrl: 'postgresql://me:secret@127.0.0.1:1/watchdesk', dataDir: '.' });
  const message = await opening.then(() => '', String);
  expect(message).toMatch(/127\.0\.0\.1:1\/watchdesk does not answer.*DATABASE_URL/);
  expect(message).not.toMatch(/secret/);
});
