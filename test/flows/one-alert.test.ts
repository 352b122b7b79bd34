import { beforeEach, describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, flowsOn, OPEN, RESOLVED, onlyTicket as theTicket } from './flows.ts';

describe.each(databases)('the way of one alert (%s)', (kind) => {
  const open = flowsOn(kind);
  let desk: TestWatchdesk;
  beforeEach(async () => {
    desk = await open();
  });

  const onlyTicket = () => theTicket(desk);

  test('P2 an alert told to two contacts becomes one ticket that says what is broken, how bad and why', async () => {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL', 'CRITICAL - Socket timeout after 10 seconds');
    await desk.settle();
    const ticket = onlyTicket();
    expect(ticket).toMatchObject({ status: OPEN, type: 'Incident' });
    expect(ticket.subject).toContain('web01');
    expect(ticket.description).toContain('Socket timeout after 10 seconds');
    expect(ticket.description).toContain('WD-1');
    expect(ticket.tags).toContain('watchdesk');
  });

  test('Opsview is acknowledged with the ticket number, and the echo changes nothing', async () => {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(5 * MINUTE);
    const object = desk.sandbox.opsview.state.object('web01', 'HTTP');
    expect(JSON.stringify(object)).toContain(`Freshdesk #${onlyTicket().id} (WD-1, Watchdesk)`);
    const [incident] = await desk.incidents();
    expect(incident).toMatchObject({ status: 'new' });
    expect(incident?.owner).toBeUndefined();
  });

  test('P3 recovery resolves, and only a reading that shows the whole soak closes', async () => {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.settle();
    expect(onlyTicket().status).toBe(RESOLVED);
    await desk.advance(4 * MINUTE);
    expect(onlyTicket().status).toBe(RESOLVED);
    await desk.advance(40 * MINUTE);
    expect(onlyTicket().status).toBe(CLOSED);
    const [incident] = await desk.incidents();
    expect(incident?.proofs).toMatchObject([
      { kind: 'monitoring', objects: [{ host: 'web01', check: 'HTTP', state: 'OK' }] },
    ]);
    expect(desk.notes(onlyTicket().id).length).toBe(2); // recovered; closed, with the proof
  });

  test('P4 a recovery that Opsview never told is found by the read-back, soaks and closes', async () => {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK', undefined, { mode: 'silent' });
    await desk.advance(90 * SECOND);
    expect(onlyTicket().status).toBe(RESOLVED);
    await desk.advance(40 * MINUTE);
    expect(onlyTicket().status).toBe(CLOSED);
  });

  test('P4 a problem that Opsview never told gets its ticket from the read-back', async () => {
    desk.checks.setState('web02', 'HTTP', 'CRITICAL', undefined, { mode: 'silent' });
    await desk.advance(90 * SECOND);
    expect(onlyTicket().subject).toContain('web02');
  });

  test('P3 a RECOVERY that Opsview contradicts does not close', async () => {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    await desk.advance(MINUTE);
    const [problem] = await desk.incidents();
    await desk.deliver({
      NAGIOS_NOTIFICATIONTYPE: 'RECOVERY',
      NAGIOS_HOSTNAME: 'web01',
      NAGIOS_SERVICEDESC: 'HTTP',
      NAGIOS_SERVICESTATE: 'OK',
      NAGIOS_SERVICESTATETYPE: 'HARD',
      NAGIOS_HOSTSTATE: 'UP',
      NAGIOS_TIMET: String(desk.clock.now().getTime() / 1000),
    });
    await desk.settle();
    await desk.advance(60 * MINUTE);
    expect(onlyTicket().status).toBe(OPEN);
    expect(await desk.rules(problem?.id ?? '')).toContain('contradicted');
  });

  test('P3 healthy for one minute and then bad again reopens the same ticket', async () => {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    expect(onlyTicket().status).toBe(OPEN);
    await desk.advance(60 * MINUTE);
    expect(onlyTicket().status).toBe(OPEN);
  });

  test('a worsening check raises the priority; an easing one never lowers it', async () => {
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.settle();
    const before = onlyTicket().priority;
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL'); // acknowledged, so Opsview is silent: the read-back finds it
    await desk.advance(2 * MINUTE);
    const raised = onlyTicket().priority;
    expect(raised).toBeGreaterThan(before);
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket().priority).toBe(raised);
  });
});
