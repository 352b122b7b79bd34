import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE } from '../support/manual-clock.ts';
import { CLOSED, errorsOf, flowsOn, OPEN, onlyTicket, RESOLVED } from './flows.ts';

describe.each(databases)('Opsview in trouble (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P3 away: a recovery that it told resolves, nothing closes; P4 back again: it is read and closes', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.sandbox.opsview.faults.outage(true);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(HOUR, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    desk.sandbox.opsview.faults.outage(false);
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect(desk.notes(1)).toHaveLength(2);
  });

  test('P4 away while something breaks and something mends, all unheard: both are found when it is back', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.sandbox.opsview.faults.outage(true);
    desk.deliverNotifications(false);
    desk.checks.setState('web01', 'HTTP', 'OK');
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.sandbox.opsview.faults.outage(false);
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, OPEN]);
  });

  test('its token expires: it is asked for a new one and nothing is missed', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL', undefined, { mode: 'silent' });
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.sandbox.opsview.expireTokens();
    desk.checks.setState('web01', 'HTTP', 'OK', undefined, { mode: 'silent' });
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    desk.sandbox.opsview.expireTokens();
    await desk.advance(12 * MINUTE, 3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect(desk.sandbox.opsview.state.calls.filter(({ path }) => path === '/login').length).toBe(3);
  });

  test('an acknowledgement whose answer was lost is made once; one that Opsview refuses holds up nothing else', async () => {
    const desk = await open();
    const acknowledge = { method: 'POST', pathPattern: /^\/acknowledge/ };
    desk.sandbox.opsview.faults.next({ kind: 'cut_after', match: acknowledge });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(desk.sandbox.opsview.state.object('web01', 'HTTP')?.acknowledgement?.comment).toContain('WD-1');
    desk.sandbox.opsview.faults.next({
      kind: 'status',
      status: 400,
      body: { message: 'Error validating parameters' },
      match: acknowledge,
      times: Number.POSITIVE_INFINITY,
    });
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(4 * MINUTE); // tried thrice, since it might have changed just then
    expect(errorsOf(desk)).toHaveLength(1);
    desk.checks.setState('db01', 'Backup', 'OK');
    await desk.advance(15 * MINUTE, 3 * MINUTE);
    expect(desk.tickets().map(({ status }) => status)).toEqual([OPEN, CLOSED]);
  });

  test('away for hours: of all the readings wanted for a proof only the last is made', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.sandbox.opsview.faults.outage(true);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(3 * HOUR, 5 * MINUTE);
    const asked = 'SELECT count(*)::int AS n FROM command WHERE kind = $1';
    const [wanted] = await desk.database.query(asked, ['read_proof']);
    expect(wanted).toEqual({ n: 12 });
    desk.sandbox.opsview.faults.outage(false);
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const made = "SELECT count(*)::int AS n FROM delivery WHERE delivery_id LIKE 'proof:%'";
    expect(await desk.database.query(made, [])).toEqual([{ n: 1 }]);
    expect(await desk.database.query(`${asked} AND done_at IS NULL`, ['read_proof'])).toEqual([{ n: 0 }]);
  });

  test('P4 an acknowledgement that keeps failing does not hold up the proof', async () => {
    const desk = await open();
    for (let n = 0; n < 60; n++) {
      desk.sandbox.opsview.faults.next({
        kind: 'status',
        status: 503,
        body: { message: 'try again' },
        match: { method: 'POST', pathPattern: /^\/acknowledge/ },
      });
    }
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    const waiting = `SELECT start_after - pgboss.job_now() > interval '1 second' AS waits FROM pgboss.job
      WHERE name = 'opsview' AND state = 'retry'`;
    expect(await desk.database.query(waiting, [])).toHaveLength(1);
    await desk.database.query(
      `UPDATE pgboss.job SET start_after = start_after + interval '1 day' WHERE name = 'opsview' AND state = 'retry'`,
      [],
    );
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });
});
