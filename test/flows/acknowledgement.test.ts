import { describe, expect, test } from 'vitest';
import { SANDBOX_OPSVIEW_LOGIN } from '../../src/sandbox/sandbox.ts';
import { databases } from '../support/database.ts';
import { MINUTE } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, flowsOn, OPEN, onlyTicket, rulesOfNewest } from './flows.ts';

const BACKUP = { host: 'db01', check: 'Backup' };

describe.each(databases)('an acknowledgement in Opsview (%s)', (kind) => {
  const open = flowsOn(kind);
  const incidentOf = async (desk: TestWatchdesk) => (await desk.incidents())[0];

  test('by a person acknowledges the incident and names its owner; the ticket stays open', async () => {
    const desk = await open();
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.acknowledge(BACKUP, { author: 'jane.doe', comment: 'on it' });
    await desk.settle();
    expect(await incidentOf(desk)).toMatchObject({ status: 'acknowledged', owner: 'jane.doe' });
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.checks.setState('db01', 'Backup', 'OK');
    await desk.advance(15 * MINUTE, 3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect(await incidentOf(desk)).toMatchObject({ owner: 'jane.doe' });
  });

  test('P4 by a person that nobody was told of is found by the read-back, with its owner', async () => {
    const desk = await open({ policy: { alerts: { acknowledge_in_opsview: 'never' } } });
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.acknowledge(BACKUP, { author: 'jane.doe', comment: 'on it', notify: false });
    await desk.advance(2 * MINUTE);
    expect(await incidentOf(desk)).toMatchObject({ status: 'acknowledged', owner: 'jane.doe' });
  });

  test('that is taken back is noted once, and not put there again by Watchdesk', async () => {
    const desk = await open();
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(desk.sandbox.opsview.state.object('db01', 'Backup')?.acknowledgement).not.toBeNull();
    desk.checks.unacknowledge('db01', 'Backup');
    await desk.advance(10 * MINUTE, 2 * MINUTE);
    const rules = await rulesOfNewest(desk);
    expect(rules.filter((rule) => rule === 'unacknowledged')).toHaveLength(1);
    expect(desk.sandbox.opsview.state.object('db01', 'Backup')?.acknowledgement).toBeNull();
    expect(onlyTicket(desk).status).toBe(OPEN);
  });

  test('P5 of our own is recognised when it comes back, by the user or by what it says, and changes nothing', async () => {
    const desk = await open();
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    const comment = desk.sandbox.opsview.state.object('db01', 'Backup')?.acknowledgement?.comment ?? '';
    expect(comment).toContain('WD-1');
    desk.checks.acknowledge(BACKUP, { author: SANDBOX_OPSVIEW_LOGIN.username, comment, notify: true });
    desk.checks.acknowledge(BACKUP, { author: 'shared.user', comment, notify: true });
    await desk.advance(2 * MINUTE);
    const incident = await incidentOf(desk);
    expect(incident).toMatchObject({ status: 'new' });
    expect(incident?.owner).toBeUndefined();
  });

  test('is never made where the policy says never; Opsview goes on repeating, which costs no call', async () => {
    const desk = await open({ policy: { alerts: { acknowledge_in_opsview: 'never' } } });
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    // Reading Freshdesk goes on at its own pace, whatever Opsview repeats.
    const writes = () => desk.calls().filter((call) => !call.startsWith('GET')).length;
    const before = writes();
    await desk.advance(60 * MINUTE, 5 * MINUTE);
    expect(
      desk.sandbox.opsview.state.calls.filter(({ method, path }) => method === 'POST' && path !== '/login'),
    ).toEqual([]);
    expect(desk.sandbox.opsview.state.object('db01', 'Backup')?.notificationNumber).toBeGreaterThan(3);
    expect(writes()).toBe(before);
    const readings = desk.calls().filter((call) => call.startsWith('GET /tickets/'));
    expect(readings.length).toBeLessThan(10);
  });
});
