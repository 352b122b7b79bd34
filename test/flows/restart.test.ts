import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, callCount, flowsOn, OPEN, onlyTicket, RESOLVED, rulesOfNewest } from './flows.ts';

describe.each(databases)('a restart (%s)', (kind) => {
  const open = flowsOn(kind);

  /** As after a kill: jobs were fetched, and whoever fetched them is no more. */
  async function dieHolding(desk: TestWatchdesk, queue: 'freshdesk' | 'opsview'): Promise<number> {
    const held = await desk.queue.fetch(queue, 10);
    await desk.restart();
    return held.length;
  }

  test('P1, P2 between any two steps: one ticket, each note once, and the close', async () => {
    const desk = await open();
    const step = async (ms: number) => {
      await desk.advance(ms);
      await desk.restart();
    };
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.restart(); // kept, not decided
    await step(5 * SECOND);
    await step(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await step(MINUTE);
    await step(5 * SECOND);
    desk.checks.setState('web01', 'HTTP', 'OK');
    for (let turn = 0; turn < 13; turn++) await step(MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect(desk.notes(1)).toHaveLength(3); // worse, recovered, closed
    expect(callCount(desk, 'POST', /^\/tickets$/)).toBe(1);
  });

  test('P1 with work in hand: what a killed process had fetched is done by the next', async () => {
    const desk = await open();
    desk.sandbox.freshdesk.faults.outage(true);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.sandbox.freshdesk.faults.outage(false);
    await desk.setClock(5 * MINUTE);
    expect(await dieHolding(desk, 'freshdesk')).toBe(1);
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(9 * MINUTE + 50 * SECOND);
    desk.sandbox.opsview.faults.outage(true);
    await desk.advance(20 * SECOND);
    desk.sandbox.opsview.faults.outage(false);
    await desk.setClock(5 * MINUTE);
    expect(await dieHolding(desk, 'opsview')).toBe(1); // the reading for the proof
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect(desk.notes(1)).toHaveLength(2);
  });

  test('P7 at the very instant at which a timer is due, and while it was due long ago: it fires once', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.settle();
    const [timer] = await desk.database.query(
      "SELECT due_at FROM timer WHERE fired_at IS NULL AND name = 'soak'",
    );
    const dueIn = new Date(String(timer?.due_at)).getTime() - desk.clock.now().getTime();
    expect(dueIn).toBe(10 * MINUTE);
    await desk.setClock(dueIn - 1);
    await desk.restart();
    await desk.settle();
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.setClock(1);
    await desk.restart();
    await desk.settle();
    await desk.restart();
    await desk.advance(MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const fired = await desk.database.query(
      `SELECT count(*)::int AS fired, bool_and(fired_at >= due_at) AS "isNeverEarly" FROM timer
        WHERE fired_at IS NOT NULL AND name = 'soak'`,
    );
    expect(fired).toEqual([{ fired: 1, isNeverEarly: true }]);

    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.settle();
    await desk.setClock(3 * HOUR); // off for three hours
    await desk.restart();
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect((await rulesOfNewest(desk)).filter((rule) => rule === 'proven_healthy')).toHaveLength(2);
  });

  test('P1 what was kept before the clock was set back by an hour is decided at once', async () => {
    const desk = await open();
    desk.deliverNotifications(false);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    for (const macros of desk.sent) await desk.deliver(macros);
    await desk.setClock(-HOUR);
    await desk.restart();
    await desk.settle();
    expect(onlyTicket(desk).status).toBe(OPEN);
    const waiting = await desk.database.query("SELECT source FROM delivery WHERE status = 'waiting'");
    expect(waiting).toEqual([]);
  });
});
