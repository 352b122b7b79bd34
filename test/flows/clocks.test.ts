import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { CLOSED, flowsOn, OPEN, onlyTicket, RESOLVED, rulesOfNewest } from './flows.ts';

describe.each(databases)('clocks that do not agree (%s)', (kind) => {
  const open = flowsOn(kind);

  // Whose clock it is is decided before anything is stored: the other differences are tried on one database.
  const differences: [string, number][] = [
    ['ten minutes ahead', 10 * MINUTE],
    ['ten minutes behind', -10 * MINUTE],
    ['two hours behind', -2 * HOUR],
  ];
  describe.each(kind === 'postgresql' ? differences : differences.slice(0, 1))(
    "Opsview's clock %s",
    (_, opsviewAheadMs) => {
      test('P3, P4 told and unheard recoveries both resolve, nothing closes early, and everything closes', async () => {
        const desk = await open({ opsviewAheadMs });
        await desk.advance(MINUTE);
        desk.checks.setState('web01', 'HTTP', 'CRITICAL');
        desk.checks.setState('db01', 'Backup', 'CRITICAL');
        await desk.advance(3 * MINUTE);
        expect(desk.tickets()).toHaveLength(2);
        desk.checks.setState('web01', 'HTTP', 'OK');
        desk.checks.setState('db01', 'Backup', 'OK', undefined, { mode: 'silent' });
        await desk.advance(90 * SECOND, 30 * SECOND);
        expect(desk.tickets().map(({ status }) => status)).toEqual([RESOLVED, RESOLVED]);
        await desk.advance(8 * MINUTE);
        expect(desk.tickets().map(({ status }) => status)).toEqual([RESOLVED, RESOLVED]);
        await desk.advance(5 * MINUTE);
        expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, CLOSED]);
        for (const { id } of await desk.incidents()) {
          expect(await desk.rules(id)).not.toContain('soak_restarted');
        }
      });

      test('a notification that follows a reading counts at once', async () => {
        const desk = await open({ opsviewAheadMs });
        await desk.advance(MINUTE);
        desk.checks.setState('web01', 'HTTP', 'CRITICAL', undefined, { mode: 'silent' });
        await desk.advance(2 * MINUTE);
        desk.checks.setState('web01', 'HTTP', 'OK', undefined, { mode: 'silent' });
        await desk.advance(2 * MINUTE);
        expect(onlyTicket(desk).status).toBe(RESOLVED);
        await desk.advance(30 * SECOND, 30 * SECOND);
        desk.checks.setState('web01', 'HTTP', 'CRITICAL');
        await desk.settle();
        expect(onlyTicket(desk).status).toBe(OPEN);
      });

      test('P3 healthy for a minute and bad again does not close', async () => {
        const desk = await open({ opsviewAheadMs });
        await desk.advance(MINUTE);
        desk.checks.setState('web01', 'HTTP', 'CRITICAL');
        await desk.advance(2 * MINUTE);
        desk.checks.setState('web01', 'HTTP', 'OK');
        await desk.advance(MINUTE);
        desk.checks.setState('web01', 'HTTP', 'CRITICAL', undefined, { mode: 'silent' });
        await desk.advance(20 * MINUTE, 2 * MINUTE);
        expect(onlyTicket(desk).status).toBe(OPEN);
      });
    },
  );

  test('P7 our clock is set back by an hour while it soaks: no early close, no second one, and reading goes on', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(5 * MINUTE);
    await desk.setClock(-HOUR);
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    await desk.advance(45 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const rules = await rulesOfNewest(desk);
    expect(rules.filter((rule) => rule === 'proven_healthy')).toHaveLength(1);
    expect(desk.notes(1)).toHaveLength(2);
  });

  test('P4 our clock is set back by an hour: what breaks then, unheard, is found within minutes', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    await desk.setClock(-HOUR);
    desk.checks.setState('db01', 'Backup', 'CRITICAL', undefined, { mode: 'silent' });
    await desk.advance(5 * MINUTE);
    expect(desk.tickets()).toHaveLength(2);
  });

  test('P8 our clock is set back by an hour: the call budget neither stops nor overflows', async () => {
    const desk = await open({ plan: 'trial' });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    await desk.setClock(-HOUR);
    for (const check of ['PostgreSQL', 'Backup', 'Replication lag']) {
      desk.checks.setState('db01', check, 'CRITICAL');
      await desk.advance(MINUTE);
    }
    for (const [host, check] of [
      ['app01', 'Java heap'],
      ['gw01', 'Temperature'],
      ['mail01', 'SMTP'],
      ['web02', 'HTTP'],
    ] as const) {
      for (let turn = 0; turn < 3; turn++) {
        desk.checks.setState(host, check, 'CRITICAL');
        await desk.advance(MINUTE);
        desk.checks.setState(host, check, 'OK');
        await desk.advance(MINUTE);
      }
    }
    expect(desk.tickets()).toHaveLength(6);
    expect(
      desk
        .tickets()
        .slice(2)
        .map(({ status }) => status),
    ).toEqual([CLOSED, CLOSED, RESOLVED, RESOLVED]);
  });

  test('P7 our clock jumps ahead by a day: what is due fires once', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.settle();
    await desk.setClock(24 * HOUR);
    await desk.advance(5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect((await rulesOfNewest(desk)).filter((rule) => rule === 'proven_healthy')).toHaveLength(1);
    expect(desk.notes(1)).toHaveLength(2);
  });
});
