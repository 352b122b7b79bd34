import { describe, expect, test } from 'vitest';
import { PLAN_LIMITS, withoutReserve } from '../../src/connectors/freshdesk/call-limits.ts';
import { databases } from '../support/database.ts';
import { workAnHour } from '../support/desk-hour.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import { flowsOn } from './flows.ts';

describe.each(databases)('a busy help desk (%s)', (kind) => {
  const open = flowsOn(kind);

  test('100 updates in six minutes stay far inside the Growth plan, and each is decided within seconds', {
    timeout: 120_000,
  }, async () => {
    const desk = await open({ isServed: true, plan: 'growth' });
    const load = { tickets: 20, updates: 100, withinMs: 6 * MINUTE, stepMs: 5 * SECOND };
    const { calls, fullest, refused, decidedAfterMs } = await workAnHour(desk, load);
    const { all, ...kinds } = withoutReserve(PLAN_LIMITS.growth, 0.2);
    expect(refused).toBe(0);
    expect(fullest.total).toBeLessThanOrEqual(all);
    for (const one of ['create', 'update', 'list'] as const)
      expect(fullest[one]).toBeLessThanOrEqual(kinds[one]);
    expect(calls).toBeLessThanOrEqual(4.5 * load.updates);
    expect(decidedAfterMs.filter((ms) => ms === undefined)).toEqual([]);
    expect(Math.max(...decidedAfterMs.map((ms) => ms ?? Number.POSITIVE_INFINITY))).toBeLessThanOrEqual(
      15 * SECOND,
    );
  });
});
