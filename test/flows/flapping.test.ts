import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/sandbox/freshdesk/state.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, flowsOn, hosts, OPEN, onlyTicket, RESOLVED, rulesOfNewest } from './flows.ts';

const recorded = (name: string): Record<string, string> => {
  const path = new URL(`../fixtures/opsview/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { macros: Record<string, string> }).macros;
};
const statusChanges = (ticket: Ticket): number =>
  ticket.activities.filter(({ what }) => what.includes('set status')).length;

describe.each(databases)('a flapping check (%s)', (kind) => {
  const open = flowsOn(kind);

  async function stopFlappingWith(desk: TestWatchdesk, state: string) {
    while (desk.sandbox.opsview.state.object('app01', 'Job queue')?.state !== state) {
      await desk.advance(5 * SECOND, 5 * SECOND);
    }
    desk.checks.stopFlapping('app01', 'Job queue');
    await desk.settle();
  }

  test('P3 has one ticket whose status does not swing; it recovers when it stops OK, and soaks from then', async () => {
    const desk = await open();
    desk.checks.setState('app01', 'Job queue', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.startFlapping('app01', 'Job queue');
    await desk.advance(20 * MINUTE, 2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: OPEN });
    expect(statusChanges(onlyTicket(desk))).toBe(0);
    await stopFlappingWith(desk, 'OK');
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    expect(await rulesOfNewest(desk)).toContain('flapping_stopped_healthy');
    await desk.advance(9 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('P3 that begins to flap while it soaks is not closed until it was steady for the whole soak', async () => {
    const desk = await open();
    desk.checks.setState('app01', 'Job queue', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('app01', 'Job queue', 'OK');
    await desk.advance(3 * MINUTE);
    desk.checks.startFlapping('app01', 'Job queue');
    const before = statusChanges(onlyTicket(desk));
    await desk.advance(30 * MINUTE, 2 * MINUTE);
    expect(onlyTicket(desk).status).not.toBe(CLOSED);
    expect(statusChanges(onlyTicket(desk)) - before).toBeLessThanOrEqual(1); // the proof may find it bad, once
    await stopFlappingWith(desk, 'OK');
    await desk.advance(9 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(4 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('that stops bad gets, or keeps, its one ticket', async () => {
    const desk = await open();
    desk.checks.startFlapping('app01', 'Job queue');
    await desk.advance(3 * MINUTE, 45 * SECOND);
    await stopFlappingWith(desk, 'CRITICAL');
    await desk.advance(5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.checks.setState('app01', 'Job queue', 'OK');
    await desk.advance(15 * MINUTE, 3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('as recorded: START opens nothing by itself, STOP with OK recovers the ticket that its problem had', async () => {
    const problem = recorded('service-problem-warning-full');
    const start = recorded('service-flapping-start-full');
    const stop = recorded('service-flapping-stop-ok-full');
    const host = start.NAGIOS_HOSTNAME ?? '';
    const check = start.NAGIOS_SERVICEDESC ?? '';
    const inventory = hosts([host], [check]);
    const alone = await open({ sandbox: { opsview: { inventory } } });
    await alone.deliver(start);
    await alone.settle();
    expect(alone.tickets()).toEqual([]);

    const desk = await open({ sandbox: { opsview: { inventory } } });
    desk.clock.set(new Date(Number(problem.NAGIOS_TIMET) * SECOND));
    await desk.setClock(SECOND);
    const about = { NAGIOS_HOSTNAME: host, NAGIOS_SERVICEDESC: check };
    desk.checks.setState(host, check, 'WARNING', undefined, { mode: 'silent' });
    await desk.deliver({ ...problem, ...about });
    await desk.settle();
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.clock.set(new Date(Number(start.NAGIOS_TIMET) * SECOND));
    await desk.setClock(SECOND);
    await desk.deliver(start);
    await desk.settle();
    desk.clock.set(new Date(Number(stop.NAGIOS_TIMET) * SECOND));
    await desk.setClock(SECOND);
    desk.checks.setState(host, check, 'OK', undefined, { mode: 'silent' });
    await desk.deliver(stop);
    await desk.settle();
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(40 * MINUTE, 4 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });
});
