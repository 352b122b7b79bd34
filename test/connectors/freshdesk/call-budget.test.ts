import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectorError } from '../../../src/connectors/connector-error.ts';
import {
  type BudgetStore,
  type CallBudgetParts,
  type CallKind,
  createCallBudget,
} from '../../../src/connectors/freshdesk/call-budget.ts';
import {
  limitsForTotal,
  PLAN_LIMITS,
  withoutReserve,
} from '../../../src/connectors/freshdesk/call-limits.ts';
import { memoryBudgetStore } from '../../fakes/memory-budget-store.ts';
import { MINUTE, manualClock, SECOND } from '../../support/manual-clock.ts';

const ACCOUNT = 'acme.freshdesk.com';

function aBudget(parts: Partial<CallBudgetParts> = {}) {
  const clock = manualClock();
  const store = memoryBudgetStore();
  return {
    clock,
    store,
    budget: createCallBudget({ store, account: ACCOUNT, clock, random: () => 0, ...parts }),
  };
}

const outcome = (taking: Promise<void>): Promise<'taken' | ConnectorError> =>
  taking.then(
    () => 'taken' as const,
    (error: ConnectorError) => error,
  );

async function takeAll(budget: { take(kind: CallKind): Promise<void> }, kind: CallKind): Promise<number> {
  for (let taken = 0; ; taken += 1) {
    if ((await outcome(budget.take(kind))) !== 'taken') return taken;
  }
}

describe('P8 calls are bounded', () => {
  test.each([
    ['trial', 'other', 40],
    ['growth', 'create', 64],
    ['growth', 'update', 64],
    ['growth', 'list', 16],
    ['growth', 'other', 160],
    ['pro', 'list', 80],
    ['enterprise', 'other', 560],
  ] as const)('%s leaves a fifth of its %s calls to others: %i a minute', async (plan, kind, expected) => {
    const { budget } = aBudget({ limits: PLAN_LIMITS[plan] });
    expect(await takeAll(budget, kind)).toBe(expected);
  });

  test('refusal says when, without waiting, and the next minute gives anew', async () => {
    const { budget, clock } = aBudget({ limits: PLAN_LIMITS.growth });
    await budget.take('list');
    clock.advance(20 * SECOND);
    expect(await takeAll(budget, 'list')).toBe(15);
    expect(await outcome(budget.take('list'))).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 40 * SECOND,
      message: expect.stringContaining(ACCOUNT),
    });
    clock.advance(40 * SECOND);
    expect(await outcome(budget.take('list'))).toBe('taken');
  });

  test('no list calls left does not use up what creating needs', async () => {
    const { budget } = aBudget({ limits: PLAN_LIMITS.growth });
    await takeAll(budget, 'list');
    for (let n = 0; n < 500; n += 1) await outcome(budget.take('list'));
    expect(await takeAll(budget, 'create')).toBe(64);
  });

  test('two processes with many callers share one count', async () => {
    const store = memoryBudgetStore();
    const clock = manualClock();
    const limits = PLAN_LIMITS.growth;
    const budgets = [1, 2].map(() => createCallBudget({ store, account: ACCOUNT, limits, clock }));
    const kinds = ['create', 'update', 'other'] as const;
    const all = await Promise.all(
      Array.from({ length: 600 }, (_, n) =>
        outcome((budgets[n % 2] ?? budgets[0])?.take(kinds[n % 3] ?? 'other') as Promise<void>),
      ),
    );
    expect(all.filter((one) => one === 'taken')).toHaveLength(160);
  });

  test('accounts do not share', async () => {
    const store = memoryBudgetStore();
    const { budget, clock } = aBudget({ store, limits: PLAN_LIMITS.growth });
    await takeAll(budget, 'other');
    const other = createCallBudget({
      store,
      account: 'other.freshdesk.com',
      limits: PLAN_LIMITS.growth,
      clock,
    });
    expect(await outcome(other.take('other'))).toBe('taken');
  });

  test('in any order of kinds and pauses no minute of the store holds more than the limits', async () => {
    const step = fc.record({
      kind: fc.constantFrom<CallKind>('create', 'update', 'list', 'other'),
      afterMs: fc.nat(3000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
        const spent: { bucket: string; at: number }[] = [];
        const inner = memoryBudgetStore();
        const store: BudgetStore = {
          ...inner,
          spend: async (bucket, rule) => {
            const answer = await inner.spend(bucket, rule);
            if (answer.granted) spent.push({ bucket, at: rule.now.getTime() });
            return answer;
          },
        };
        const { budget, clock } = aBudget({ store, limits: { all: 10, create: 5, update: 4, list: 2 } });
        for (const { kind, afterMs } of steps) {
          clock.advance(afterMs);
          await outcome(budget.take(kind));
        }
        const first = spent[0]?.at ?? 0;
        const most = { all: 8, create: 4, update: 3, list: 1 };
        for (const [bucket, limit] of Object.entries(most)) {
          const times = spent.filter((one) => one.bucket.endsWith(`:${bucket}`)).map(({ at }) => at);
          // Windows begin with a call: any span shorter than one window touches at most two of them.
          for (const from of times) {
            expect(times.filter((at) => at >= from && at < from + MINUTE).length).toBeLessThanOrEqual(
              2 * limit,
            );
          }
          expect(times.filter((at) => at < first + MINUTE).length).toBeLessThanOrEqual(2 * limit);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('learning from answers', () => {
  test('the limit of the account is learnt from the decimal total', async () => {
    const { budget } = aBudget();
    expect(budget.state().limits.all).toBe(40);
    await budget.observe({ 'x-ratelimit-total': '400.0', 'x-ratelimit-remaining': '399.0' });
    expect(budget.state()).toMatchObject({
      limits: { all: 320, create: 128, list: 80 },
      freshdeskTotal: 400,
    });
  });

  test('limits of the settings stand', async () => {
    const { budget } = aBudget({ limits: PLAN_LIMITS.growth });
    await budget.observe({ 'x-ratelimit-total': '700.0', 'x-ratelimit-remaining': '699.0' });
    expect(budget.state().limits.all).toBe(160);
  });

  test('when other apps eat into the reserve we stop for a while', async () => {
    const { budget, clock } = aBudget({ limits: PLAN_LIMITS.growth });
    await budget.observe({ 'x-ratelimit-total': '200.0', 'x-ratelimit-remaining': '40.0' });
    expect(await outcome(budget.take('other'))).toBe('taken');
    await budget.observe({ 'x-ratelimit-total': '200.0', 'x-ratelimit-remaining': '39.0' });
    expect(await outcome(budget.take('create'))).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 15 * SECOND,
    });
    clock.advance(15 * SECOND);
    expect(await outcome(budget.take('create'))).toBe('taken');
  });

  test('without headers nothing is learnt', async () => {
    const { budget } = aBudget();
    await budget.observe({ 'x-ratelimit-total': 'many' });
    expect(await outcome(budget.take('other'))).toBe('taken');
    expect(budget.state()).toMatchObject({ freshdeskTotal: undefined, limits: { all: 40 } });
  });

  test.each([
    [50, PLAN_LIMITS.trial],
    [700, PLAN_LIMITS.enterprise],
    [300, { all: 300, create: 120, update: 120, list: 30 }],
    [1000, { all: 1000, create: 400, update: 400, list: 250 }],
    [5000, { all: 83, create: 83, update: 83, list: 20 }], // old plans count by the hour
  ])('a total of %i', (total, limits) => expect(limitsForTotal(total)).toEqual(limits));

  test('no limit ever falls to zero, and no share exceeds the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, reserve) => {
          const ours = withoutReserve(limitsForTotal(total), reserve);
          for (const calls of Object.values(ours))
            expect(calls >= 1 && calls <= Math.max(total, 1)).toBe(true);
        },
      ),
    );
  });
});

describe('after a 429', () => {
  test('everything waits for Retry-After and jitter', async () => {
    const { budget, clock } = aBudget({ limits: PLAN_LIMITS.growth, random: () => 0.5 });
    expect(await budget.refused('create', { 'retry-after': '30', 'x-ratelimit-remaining': '0.0' })).toBe(
      33 * SECOND,
    );
    expect(await outcome(budget.take('other'))).toMatchObject({ retryAfterMs: 33 * SECOND });
    clock.advance(33 * SECOND);
    expect(await outcome(budget.take('other'))).toBe('taken');
  });

  test('a limit of its own that tripped does not stop the others', async () => {
    const { budget } = aBudget({ limits: PLAN_LIMITS.growth });
    await budget.refused('list', { 'retry-after': '30', 'x-ratelimit-remaining': '120.0' });
    expect(await outcome(budget.take('list'))).toMatchObject({ kind: 'rate_limited' });
    expect(await outcome(budget.take('create'))).toBe('taken');
  });

  test('without Retry-After a whole window passes', async () => {
    const { budget } = aBudget();
    expect(await budget.refused('other', {})).toBe(MINUTE);
    expect(budget.state()).toMatchObject({ refused: { other: 1 }, blockedUntil: { all: expect.any(Date) } });
  });

  test('jitter stays within a fifth', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 3000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (seconds, random) => {
          const { budget } = aBudget({ random: () => random });
          const ms = await budget.refused('other', { 'retry-after': String(seconds) });
          expect(ms >= seconds * 1000 && ms <= seconds * 1200).toBe(true);
        },
      ),
    );
  });
});
