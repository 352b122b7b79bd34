import { TestClock } from 'pg-boss';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createJobLoop, RetryAt } from '../../src/engine/job-loop.ts';
import type { Database } from '../../src/store/database.ts';
import { type Queue, startQueue } from '../../src/store/queue.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, emptyTables, openTestDatabase } from '../support/database.ts';
import { MINUTE, manualClock } from '../support/manual-clock.ts';

describe.each(databases)('the job loop on %s', (kind) => {
  let database: Database;
  let queue: Queue;
  let close: () => Promise<void>;
  const databaseClock = new TestClock(manualClock().now());
  beforeAll(async () => {
    ({ database, close } = await openTestDatabase(kind));
    queue = await startQueue(database, { clock: databaseClock });
  });
  afterAll(async () => {
    await queue.stop();
    await close();
  });
  beforeEach(() => emptyTables(database));

  test.each([
    ['ahead of', 10 * MINUTE],
    ['behind', -10 * MINUTE],
  ])('P7 a wait is as long as it was meant when the database is minutes %s us', async (_, aheadMs) => {
    const clock = manualClock();
    await databaseClock.setTime(new Date(clock.now().getTime() + aheadMs));
    let tries = 0;
    const loop = createJobLoop({
      queueName: 'freshdesk',
      queue,
      concurrency: 1,
      clock,
      random: () => 0,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      async handle() {
        tries += 1;
        throw new RetryAt(new Date(clock.now().getTime() + MINUTE), 'not yet');
      },
      giveUp: async () => 'hold',
    });
    const pass = async (ms: number) => {
      clock.advance(ms);
      await databaseClock.setTime(databaseClock.now() + ms);
      await loop.drain();
      return tries;
    };
    await inTransaction(database, (tx) => queue.enqueue(tx, 'freshdesk', [{ key: 'a', data: {} }]));
    expect(await pass(0)).toBe(1);
    expect(await pass(MINUTE - 1)).toBe(1);
    expect(await pass(1)).toBe(2);
    await loop.stop();
  });
});
