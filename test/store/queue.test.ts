import { TestClock } from 'pg-boss';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { EXPIRE_SECONDS, type NewJob, type Queue, startQueue } from '../../src/store/queue.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, emptyTables, openTestDatabase, type TestPlace } from '../support/database.ts';

const start = new Date('2026-03-02T09:00:00Z');
const job = (key: string, n: number, priority = 0): NewJob => ({ key, data: { n }, priority });

describe.each(databases)('the queue on %s', (kind) => {
  let database: Database;
  let place: TestPlace;
  let queue: Queue;
  let close: () => Promise<void>;
  const clock = new TestClock(start);
  beforeAll(async () => {
    ({ database, place, close } = await openTestDatabase(kind));
    queue = await startQueue(database, { clock });
  });
  afterAll(async () => {
    await queue.stop();
    await close();
  });
  beforeEach(() => emptyTables(database));

  const enqueue = (...jobs: NewJob[]) =>
    inTransaction(database, (tx) => queue.enqueue(tx, 'freshdesk', jobs));
  const fetch = (limit = 10) => queue.fetch('freshdesk', limit);
  /** In no order: it is the choice that is ordered, not the answer. */
  const fetched = async (limit = 10) => (await fetch(limit)).map(({ data }) => Number(data.n)).toSorted();
  const first = async () => {
    const [one] = await fetch(1);
    if (one === undefined) throw new Error('nothing to fetch');
    return one;
  };

  test('a job exists if and only if its transaction was committed', async () => {
    const undone = inTransaction(database, async (tx) => {
      await queue.enqueue(tx, 'freshdesk', [job('a', 1)]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await fetched()).toEqual([]);
    await enqueue(job('a', 1));
    expect(await fetched()).toEqual([1]);
  });

  test('jobs of one key come one at a time in their order, of one batch and of several', async () => {
    await enqueue(...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => job('a', n)));
    await enqueue(job('a', 8), job('b', 100), job('a', 9));
    const order: unknown[] = [];
    for (;;) {
      const jobs = await fetch();
      if (jobs.length === 0) break;
      expect(jobs.filter(({ data }) => data.n !== 100)).toHaveLength(1);
      for (const each of jobs) {
        if (each.data.n !== 100) order.push(each.data.n);
        await queue.complete(each);
      }
    }
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.runIf(kind === 'postgresql')(
    'the order of a key is that of its commits, not of when transactions began',
    async () => {
      let began = () => {};
      const hasBegun = new Promise<void>((resolve) => {
        began = resolve;
      });
      let goOn = () => {};
      const mayGoOn = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const early = inTransaction(database, async (tx) => {
        await tx.$executeRaw`SELECT 1`;
        began();
        await mayGoOn;
        await queue.enqueue(tx, 'freshdesk', [job('a', 2)]);
      });
      await hasBegun;
      await enqueue(job('a', 1));
      goOn();
      await early;
      const one = await first();
      await queue.complete(one);
      expect([one.data.n, ...(await fetched())]).toEqual([1, 2]);
    },
  );

  test('P7 a job that failed is fetched again exactly at its instant, and its key waits for it', async () => {
    await enqueue(job('a', 1), job('a', 2), job('b', 3));
    const one = await first();
    await queue.failFor(one, 60_000, 'busy');
    expect(await fetched()).toEqual([3]);
    await clock.setTime(clock.now() + 59_999);
    expect(await fetched()).toEqual([]);
    await clock.setTime(clock.now() + 1);
    const again = await first();
    expect(again).toMatchObject({ id: one.id, data: { n: 1 }, retryCount: 1 });
    expect(await fetched()).toEqual([]);
    await queue.complete(again);
    expect(await fetched()).toEqual([2]);
  });

  test('a job of higher priority overtakes other keys, never its own', async () => {
    await enqueue(job('a', 1), job('b', 2), job('a', 3, 30), job('c', 4, 20));
    expect(await fetched(1)).toEqual([4]);
    expect(await fetched(10)).toEqual([1, 2]);
  });

  test('a job given up holds its key until it is replayed', async () => {
    await enqueue(job('a', 1), job('a', 2));
    await queue.deadLetter(await first(), 'rejected: no such field');
    expect(await fetched()).toEqual([]);
    const [dead] = await queue.listDead(10);
    expect(dead).toMatchObject({
      queue: 'freshdesk',
      key: 'a',
      data: { n: 1 },
      reason: 'rejected: no such field',
    });
    if (dead === undefined) return;
    await queue.replay(dead);
    expect(await queue.listDead(10)).toEqual([]);
    const again = await first();
    expect(again.data).toEqual({ n: 1 });
    await queue.failFor(again, 0, 'once more');
    await queue.complete(await first());
    expect(await fetched()).toEqual([2]);
  });

  test('a job given up can be dropped, and its successors go on', async () => {
    await enqueue(job('a', 1), job('a', 2));
    await queue.deadLetter(await first(), 'rejected');
    const [dead] = await queue.listDead(10);
    if (dead !== undefined) await queue.discard(dead);
    expect(await fetched()).toEqual([2]);
  });

  test('P1 what a killed process left active is released at the next start', async () => {
    await enqueue(job('a', 1), job('a', 2), job('b', 3));
    expect(await fetched()).toEqual([1, 3]);
    expect(await fetched()).toEqual([]);
    expect(await queue.releaseActive()).toBe(2);
    expect(await fetched()).toEqual([1, 3]);
  });

  test('what waits for another try is tried at once after a start', async () => {
    await enqueue(job('a', 1), job('a', 2));
    await queue.failFor(await first(), 300, 'away');
    expect(await fetched()).toEqual([]);
    expect(await queue.releaseActive()).toBe(1);
    expect(await fetched()).toEqual([1]);
  });

  test('P1 what a vanished process held is fetched again after it expired; its late answer changes nothing', async () => {
    await enqueue(job('a', 1), job('a', 2));
    const held = await first();
    await clock.tick((EXPIRE_SECONDS + 62) * 1000);
    const taken = await first();
    expect(taken).toMatchObject({ id: held.id, retryCount: 1 });
    await queue.complete(held);
    expect(await fetched()).toEqual([]);
    await queue.failFor(held, 0, 'late');
    expect(await fetched()).toEqual([]);
    await queue.complete(taken);
    expect(await fetched()).toEqual([2]);
  });

  test('figures tell what is ready, delayed, active and dead', async () => {
    await enqueue(job('a', 1), job('b', 2), job('c', 3), job('d', 4));
    const [one, two, three] = await fetch(3);
    if (!one || !two || !three) throw new Error('not fetched');
    await queue.failFor(two, 60_000, 'busy');
    await queue.deadLetter(three, 'rejected');
    expect(await queue.figures()).toMatchObject([
      { queue: 'freshdesk', ready: 1, delayed: 1, active: 1, dead: 1 },
      { queue: 'opsview', ready: 0, delayed: 0, active: 0, dead: 0, oldestReadyMs: 0 },
    ]);
  });

  test.runIf(kind === 'postgresql')('P2 two processes never fetch the same job', async () => {
    const other = await openDatabase(place.options);
    const second = await startQueue(other, { clock: new TestClock(start) });
    await enqueue(...Array.from({ length: 200 }, (_, n) => job(`key${n % 40}`, n)));
    const seen: unknown[] = [];
    const work = async (each: Queue) => {
      for (let misses = 0; misses < 5; ) {
        const jobs = await each.fetch('freshdesk', 7);
        misses = jobs.length === 0 ? misses + 1 : 0;
        for (const one of jobs) {
          seen.push(one.data.n);
          await each.complete(one);
        }
      }
    };
    await Promise.all([work(queue), work(second)]);
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
    await second.stop();
    await other.close();
  });

  test('claiming to be alone', async () => {
    let released = -1;
    expect(
      await database.claimAlone(async () => {
        released = await queue.releaseActive();
      }),
    ).toBe(true);
    expect(released).toBe(0);
    if (kind === 'embedded') return;
    const other = await openDatabase(place.options);
    expect(await other.claimAlone(async () => {})).toBe(false);
    expect(await database.claimAlone(async () => {})).toBe(false);
    await other.close();
    await expect.poll(() => database.claimAlone(async () => {})).toBe(true);
  });
});
