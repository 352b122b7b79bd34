import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import { CLOSED, flowsOn, OPEN, onlyTicket, RESOLVED, rulesOfNewest } from './flows.ts';

const WHOLE_SOAK = 12 * MINUTE;

describe.each(databases)('a host that goes down (%s)', (kind) => {
  const open = flowsOn(kind);

  test('takes its service checks along: one ticket, whose note lists those that joined', async () => {
    const desk = await open();
    desk.checks.setState('web01', '', 'DOWN');
    await desk.settle();
    expect(onlyTicket(desk).subject).toContain('host web01 is DOWN');
    await desk.advance(4 * MINUTE); // Opsview says nothing of the services: the read-back finds them
    const notes = desk.notes(onlyTicket(desk).id);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('4 alerts joined');
    for (const check of ['HTTP', 'HTTPS certificate', 'Disk: /var/log', 'Unix Load Average']) {
      expect(notes[0]).toContain(`web01 ${check}`);
    }
    const [incident] = await desk.incidents();
    expect(incident).toMatchObject({ status: 'new', memberCount: 5, badAlertCount: 5 });
    expect(await rulesOfNewest(desk)).not.toContain('acknowledged_by_nobody_named'); // it was Watchdesk itself
  });

  test('P4 comes back with services whose recovery nobody tells: they are read, soak and close', async () => {
    const desk = await open();
    desk.checks.setState('web01', '', 'DOWN');
    await desk.advance(3 * MINUTE);
    desk.checks.setState('web01', '', 'UP');
    await desk.settle();
    expect(onlyTicket(desk).status).toBe(OPEN); // the host alone does not speak for its services
    await desk.advance(90 * SECOND);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(WHOLE_SOAK);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const [incident] = await desk.incidents();
    expect(incident?.proofs).toMatchObject([{ kind: 'monitoring', objects: { length: 5 } }]);
  });

  test('P3 comes back, but a service that stays bad keeps the ticket open', async () => {
    const desk = await open();
    desk.checks.setState('web01', '', 'DOWN');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL', 'CRITICAL - the web server itself is gone');
    desk.checks.setState('web01', '', 'UP');
    await desk.advance(30 * MINUTE, 2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(30 * MINUTE, 2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('after one of its services broke becomes the cause and the title of the same ticket', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    expect(onlyTicket(desk).subject).toContain('web01 HTTP is CRITICAL');
    desk.checks.setState('web01', '', 'DOWN');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).subject).toContain('host web01 is DOWN');
    const [incident] = await desk.incidents();
    expect(incident).toMatchObject({ number: 1, cause: { host: 'web01', check: '' } });
    expect(await rulesOfNewest(desk)).toContain('host_takes_over');
  });

  test('P4 leaves a service SOFT OK, as Opsview does until its next check: that counts as healthy and closes', async () => {
    const desk = await open();
    desk.checks.setState('web01', '', 'DOWN');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', '', 'UP');
    const soft = desk.sandbox.opsview.state.object('web01', 'HTTP');
    if (!soft) throw new Error('no such check');
    soft.stateType = 'SOFT';
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(WHOLE_SOAK);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });
});
