import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { agentSets, CLOSED, callCount, flowsOn, OPEN, onlyTicket, RESOLVED, URGENT } from './flows.ts';

describe.each(databases)('what people change in Freshdesk is noticed unasked (%s)', (kind) => {
  const open = flowsOn(kind);

  async function opened(): Promise<TestWatchdesk> {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: OPEN });
    return desk;
  }
  const notesWith = (desk: TestWatchdesk, words: string): string[] =>
    desk.notes(1).filter((note) => note.includes(words));

  test('P3 a close by hand while the check is bad is set back within a turn, with what is missing', async () => {
    const desk = await opened();
    await agentSets(desk, 1, { status: CLOSED });
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: RESOLVED });
    expect(notesWith(desk, 'closed in Freshdesk and is set back to Resolved')).toHaveLength(1);
  });

  test('P5 a field that an agent changed is noted once, although Watchdesk wants nothing new', async () => {
    const desk = await opened();
    await agentSets(desk, 1, { priority: URGENT });
    await desk.advance(10 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ priority: URGENT });
    expect(notesWith(desk, 'Priority is “urgent” in Freshdesk')).toHaveLength(1);
  });

  test('P8 a look costs one call, and our own changes are no news', async () => {
    const desk = await opened();
    await desk.advance(5 * MINUTE);
    const reads = callCount(desk, 'GET', /^\/tickets\/1$/);
    const lists = callCount(desk, 'GET', /^\/tickets$/);
    await desk.advance(10 * MINUTE);
    expect(callCount(desk, 'GET', /^\/tickets\/1$/)).toBe(reads);
    expect(callCount(desk, 'GET', /^\/tickets$/)).toBe(lists + 10);
  });

  test('P4 what was changed while Freshdesk could not be listed for hours is found afterwards', async () => {
    const desk = await opened();
    desk.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 502,
      match: { method: 'GET', pathPattern: /^\/tickets$/ },
      times: Number.POSITIVE_INFINITY,
    });
    await agentSets(desk, 1, { status: RESOLVED });
    await desk.advance(3 * HOUR, 10 * MINUTE);
    expect(notesWith(desk, 'was resolved in Freshdesk')).toHaveLength(0);
    desk.sandbox.freshdesk.faults.clear();
    await desk.advance(2 * MINUTE);
    expect(notesWith(desk, 'was resolved in Freshdesk')).toHaveLength(1);
  });
});
