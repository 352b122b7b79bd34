import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewDelivery } from '../../src/model/delivery.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import {
  claimDeliveries,
  countWaiting,
  DELIVERY_CHANNEL,
  type DeliveryMark,
  forgetOldDeliveries,
  listParked,
  markDecided,
  parkDeliveries,
  postponeDeliveries,
  replayParked,
} from '../../src/store/deliveries.ts';
import { createKeeper, StoreBusyError } from '../../src/store/keeper.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases, emptyTables, openTestDatabase, type TestPlace } from '../support/database.ts';

const now = new Date('2026-03-02T09:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const delivery = (id: string, extra: Partial<NewDelivery> = {}): NewDelivery => ({
  source: 'opsview',
  deliveryId: id,
  body: `{"id":"${id}"}`,
  receivedAt: now,
  ...extra,
});
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const why = { rule: 'test', sentence: 'Because.' };

describe.each(databases)('the inbox on %s', (kind) => {
  let database: Database;
  let place: TestPlace;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ database, place, close } = await openTestDatabase(kind));
  });
  afterAll(() => close());
  beforeEach(() => emptyTables(database));

  const rows = () => database.query('SELECT * FROM delivery ORDER BY seq');
  const claimAll = (mark?: DeliveryMark) =>
    inTransaction(database, (tx) => claimDeliveries(tx, later(3_600_000), 1000, mark));

  test('P1 what was kept is there, unchanged', async () => {
    const { keep } = createKeeper(database);
    const bodies = numbers(300).map((n) => `{"n":${n},"text":"ä \\u0000 ' ; {\\"a\\"} \u{1F600} , NULL"}`);
    await Promise.all(bodies.map((body, n) => keep(delivery(`d${n}`, { body }))));
    expect(new Set((await claimAll()).map(({ body }) => body))).toEqual(new Set(bodies));
  });

  test('what was sent after an answer is decided after what was answered', async () => {
    const { keep } = createKeeper(database);
    for (const wave of numbers(15)) await Promise.all(numbers(20).map((n) => keep(delivery(`${wave}-${n}`))));
    const waves = (await claimAll()).map(({ deliveryId }) => Number.parseInt(deliveryId, 10));
    expect(waves).toEqual(waves.toSorted((a, b) => a - b));
  });

  test('P2 a delivery id is kept once, also when its copies come together', async () => {
    const { keep } = createKeeper(database);
    const copies = await Promise.all(numbers(50).map(() => keep(delivery('same'))));
    expect(copies.filter((outcome) => outcome === 'kept')).toHaveLength(1);
    expect(await keep(delivery('same'))).toBe('duplicate');
    expect(await keep(delivery('same', { source: 'freshdesk' }))).toBe('kept');
  });

  test('P2 an event told to several contacts is kept once', async () => {
    const { keep } = createKeeper(database);
    const told = await Promise.all(
      numbers(20).map((n) => keep(delivery(`contact${n}`, { eventKey: 'event' }))),
    );
    expect(told.filter((outcome) => outcome === 'kept')).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
  });

  test('P1 one delivery that cannot be stored does not take its neighbours with it', async () => {
    const { keep } = createKeeper(database);
    const outcomes = await Promise.allSettled(
      numbers(20).map((n) => keep(delivery(`d${n}`, n === 7 ? { body: 'NUL \0' } : {}))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      numbers(20).map((n) => (n === 7 ? 'rejected' : 'fulfilled')),
    );
    expect(await rows()).toHaveLength(19);
  });

  test('when too many wait, the sender is told to come again', async () => {
    const { keep, drain } = createKeeper(database, { waitingMax: 10 });
    const outcomes = await Promise.allSettled(numbers(100).map((n) => keep(delivery(`d${n}`))));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(StoreBusyError);
    await drain();
    expect(await rows()).toHaveLength(100 - refused.length);
    expect(await keep(delivery('after'))).toBe('kept');
  });

  test('listeners hear of new deliveries and not of duplicates', async () => {
    const keeper = createKeeper(database);
    let heard = 0;
    keeper.onKept(() => heard++);
    await keeper.keep(delivery('new'));
    await keeper.keep(delivery('new'));
    expect(heard).toBe(1);
  });

  test.runIf(kind === 'postgresql')(
    'P2 a storm of copies through several processes is kept once',
    async () => {
      const others = await Promise.all([openDatabase(place.options), openDatabase(place.options)]);
      const keepers = [database, ...others].map((each) => createKeeper(each));
      const outcomes = await Promise.all(
        numbers(3000).map((n) => {
          const event = (n * 7919) % 200; // the same events, in another order for each keeper
          const keeper = keepers[n % keepers.length];
          return keeper?.keep(delivery(`${event}-${n % 5}`, { eventKey: `event${event}` }));
        }),
      );
      expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(200);
      expect(await rows()).toHaveLength(200);
      await Promise.all(others.map((other) => other.close()));
    },
  );

  test.runIf(kind === 'postgresql')('other processes are told', async () => {
    const other = await openDatabase(place.options);
    const told = new Promise<void>((resolve) => void other.listen(DELIVERY_CHANNEL, () => resolve()));
    await other.ping();
    await createKeeper(database).keep(delivery('new'));
    await told;
    await other.close();
  });

  test.runIf(kind === 'postgresql')('two who claim at once never get the same row', async () => {
    const { keep } = createKeeper(database);
    await Promise.all(numbers(500).map((n) => keep(delivery(`d${n}`))));
    const seen: bigint[] = [];
    const worker = async () => {
      for (;;) {
        const count = await inTransaction(database, async (tx) => {
          const claimed = await claimDeliveries(tx, now, 20);
          await markDecided(
            tx,
            claimed.map(({ seq }) => ({ seq, why })),
            now,
          );
          seen.push(...claimed.map(({ seq }) => seq));
          return claimed.length;
        });
        if (count === 0) return;
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    expect(seen).toHaveLength(500);
    expect(new Set(seen).size).toBe(500);
  });

  test('a row decided, parked or postponed is not claimed; a parked one can be replayed', async () => {
    const { keep } = createKeeper(database);
    for (const n of numbers(4)) await keep(delivery(`d${n}`));
    await keep(delivery('unreadable', { parked: why }));
    const [first, second, third] = await claimAll();
    const incidentId = '00000000-0000-4000-8000-000000000001';
    await markDecided(database.prisma, [{ seq: first?.seq ?? 0n, why, incidentId }], now);
    await parkDeliveries(database.prisma, [{ seq: second?.seq ?? 0n, why }]);
    await postponeDeliveries(database.prisma, [{ seq: third?.seq ?? 0n, until: later(60_000) }]);
    const claim = (at: Date) => inTransaction(database, (tx) => claimDeliveries(tx, at, 10));
    expect((await claim(now)).map(({ deliveryId }) => deliveryId)).toEqual(['d3']);
    expect(
      (await claim(later(60_000))).map(({ deliveryId, attemptCount }) => [deliveryId, attemptCount]),
    ).toEqual([
      ['d2', 1],
      ['d3', 0],
    ]);
    expect(
      (await listParked(database.prisma, 10)).map(({ deliveryId, why: told }) => [deliveryId, told]),
    ).toEqual([
      ['unreadable', why],
      ['d1', why],
    ]);
    expect(await replayParked(database.prisma, second?.seq ?? 0n, now)).toBe(true);
    expect(await replayParked(database.prisma, second?.seq ?? 0n, now)).toBe(false);
    expect((await claim(now)).map(({ deliveryId }) => deliveryId)).toEqual(['d1', 'd3']);
    expect(await countWaiting(database.prisma)).toEqual({ waiting: 3, oldestReceivedAt: now });
    const [decided] = await rows();
    expect(decided).toMatchObject({
      status: 'decided',
      rule: 'test',
      sentence: 'Because.',
      incident_id: incidentId,
    });
  });

  test('P1 a low-water mark never hides a delivery that was committed late', async () => {
    const { keep } = createKeeper(database);
    for (const n of numbers(3)) await keep(delivery(`d${n}`));
    const mark: DeliveryMark = { seq: 1000n };
    expect(await claimAll(mark)).toHaveLength(3);
    mark.seq = 2n;
    expect(await claimAll(mark)).toHaveLength(3);
  });

  test('deliveries decided long ago are forgotten, waiting and parked ones never', async () => {
    const { keep } = createKeeper(database);
    for (const n of numbers(5)) await keep(delivery(`d${n}`));
    const [first, second, third] = await claimAll();
    await markDecided(
      database.prisma,
      [first, second].map((row) => ({ seq: row?.seq ?? 0n, why })),
      now,
    );
    await parkDeliveries(database.prisma, [{ seq: third?.seq ?? 0n, why }]);
    expect(await forgetOldDeliveries(database.prisma, now, 10)).toBe(0);
    expect(await forgetOldDeliveries(database.prisma, later(1), 1)).toBe(1);
    expect(await forgetOldDeliveries(database.prisma, later(1), 10)).toBe(1);
    expect(await rows()).toHaveLength(3);
  });
});
