import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import { CLOSED, flowsOn, OPEN, onlyTicket, rulesOfNewest } from './flows.ts';

const HOST = { host: 'mail01', check: '' };

describe.each(databases)('a planned downtime (%s)', (kind) => {
  const open = flowsOn(kind);

  test('opens nothing for what breaks and mends inside it', async () => {
    const desk = await open();
    desk.checks.startDowntime(HOST, { durationMs: 30 * MINUTE });
    await desk.advance(MINUTE);
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    desk.checks.setState('mail01', 'Mail queue', 'WARNING');
    await desk.advance(10 * MINUTE, 2 * MINUTE);
    desk.checks.setState('mail01', 'SMTP', 'OK');
    desk.checks.setState('mail01', 'Mail queue', 'OK');
    await desk.advance(40 * MINUTE, 4 * MINUTE);
    expect(desk.tickets()).toEqual([]);
  });

  test('that ends with something bad opens its ticket then', async () => {
    const desk = await open();
    desk.checks.startDowntime(HOST, { durationMs: 10 * MINUTE });
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    await desk.advance(9 * MINUTE, 3 * MINUTE);
    expect(desk.tickets()).toEqual([]);
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk).subject).toContain('mail01 SMTP is CRITICAL');
  });

  test('P4 that ends unheard, with a problem unheard, opens its ticket by the read-back', async () => {
    const desk = await open();
    desk.checks.startDowntime(HOST, { durationMs: 5 * MINUTE });
    await desk.settle();
    desk.deliverNotifications(false);
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(desk.tickets()).toEqual([]);
    await desk.advance(4 * MINUTE);
    expect(onlyTicket(desk).subject).toContain('mail01 SMTP is CRITICAL');
  });

  test('that is cancelled counts no more', async () => {
    const desk = await open();
    desk.checks.startDowntime(HOST, { durationMs: 600 * MINUTE });
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(desk.tickets()).toEqual([]);
    desk.checks.cancelDowntime('mail01', '');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).subject).toContain('mail01 SMTP is CRITICAL');
  });

  test('that begins over an open incident is told in its history; the ticket stays open, and closes when healthy', async () => {
    const desk = await open();
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.startDowntime({ host: 'mail01', check: 'SMTP' }, { durationMs: 10 * MINUTE });
    await desk.advance(5 * MINUTE, 90 * SECOND);
    expect(onlyTicket(desk).status).toBe(OPEN);
    expect(await rulesOfNewest(desk)).toContain('downtime_started');
    await desk.advance(7 * MINUTE, 90 * SECOND);
    expect(await rulesOfNewest(desk)).toContain('downtime_ended');
    desk.checks.setState('mail01', 'SMTP', 'OK');
    await desk.advance(15 * MINUTE, 3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });
});
