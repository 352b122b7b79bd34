import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallKind, createCallBudget } from '../../../src/connectors/freshdesk/call-budget.ts';
import { PLAN_LIMITS } from '../../../src/connectors/freshdesk/call-limits.ts';
import { createBudgetStore } from '../../../src/store/api-budget.ts';
import { type DatabaseKind, databases, openTestDatabase } from '../../support/database.ts';
import { MINUTE, manualClock, SECOND } from '../../support/manual-clock.ts';

describe.each(databases)('P8 on the %s database', (kind: DatabaseKind) => {
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    opened = await openTestDatabase(kind);
  });
  afterAll(() => opened.close());

  const clock = manualClock();
  const budgetOf = (account: string) =>
    createCallBudget({
      store: createBudgetStore(opened.database),
      account,
      limits: PLAN_LIMITS.growth,
      clock,
      random: () => 0,
    });

  test('two processes that call at once share one count, minute after minute', async () => {
    const [one, two] = [budgetOf('shared'), budgetOf('shared')];
    const storm = async (call: CallKind, count: number): Promise<number> => {
      const all = Array.from({ length: count }, (_, n) => (n % 2 === 0 ? one : two).take(call));
      return (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length;
    };
    expect(await storm('create', 100)).toBe(64);
    expect(await storm('other', 150)).toBe(160 - 64);
    expect(await storm('list', 10)).toBe(0);
    clock.advance(MINUTE);
    expect(await storm('list', 30)).toBe(16);
    expect(await storm('create', 100)).toBe(64);
  });

  test('a 429 that one process met holds the other back, to the millisecond', async () => {
    const [one, two] = [budgetOf('blocked'), budgetOf('blocked')];
    await one.refused('other', { 'retry-after': '20' });
    await expect(two.take('create')).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 20 * SECOND,
    });
    clock.advance(20 * SECOND - 1);
    await expect(two.take('create')).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 1 });
    clock.advance(1);
    await two.take('create');
  });
});
