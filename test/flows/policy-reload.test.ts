import { describe, expect, test } from 'vitest';
import { listParked, replayParked } from '../../src/store/deliveries.ts';
import { databases } from '../support/database.ts';
import { MINUTE } from '../support/manual-clock.ts';
import { CLOSED, errorsOf, flowsOn, HIGH, LOW, OPEN, onlyTicket, ticketAbout } from './flows.ts';

describe.each(databases)('a policy that changes, and deliveries that cannot be decided (%s)', (kind) => {
  const open = flowsOn(kind);

  test('a new policy counts from the next decision on; open incidents run on under it', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(MINUTE);
    const [before] = await desk.incidents();
    expect(onlyTicket(desk).priority).toBe(LOW);
    desk.usePolicy({
      services: { shop: { name: 'Shop', criticality: 'high', match: [{ host: 'web*' }] } },
      closing: { soak: { low: '2m', medium: '2m', high: '2m', urgent: '2m' } },
      alerts: { open_from: ['DOWN', 'CRITICAL'] },
    });
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ priority: LOW, status: OPEN }); // nothing happened to it
    desk.checks.setState('db01', 'Backup', 'WARNING');
    await desk.advance(2 * MINUTE);
    expect(desk.tickets()).toHaveLength(1);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).priority).toBeGreaterThanOrEqual(HIGH);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(4 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const versions = await desk.database.query('SELECT DISTINCT policy_version FROM timeline_entry');
    expect(versions).toHaveLength(2);
    expect(before?.policyVersion).toBeDefined();
  });

  test('an owner, a group and a service that the new policy no longer has leave open incidents as they are', async () => {
    const desk = await open({
      policy: {
        teams: { platform: { name: 'Platform', freshdesk_group_id: 158018300002 } },
        customers: { acme: { name: 'Acme' } },
        services: {
          shop: {
            name: 'Shop',
            customers: ['acme'],
            owner: 'platform',
            criticality: 'medium',
            match: [{ host: 'web*' }],
          },
        },
      },
    });
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(MINUTE);
    expect(onlyTicket(desk).group_id).toBe(158018300002);
    desk.usePolicy({});
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ group_id: 158018300002, priority: HIGH });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(15 * MINUTE, 3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('P1 what is not understood is parked with its reason and shown; replayed, it is asked again', async () => {
    const desk = await open();
    await desk.deliver({
      NAGIOS_HOSTNAME: 'web01',
      NAGIOS_NOTIFICATIONTYPE: 'NEWKIND',
      NAGIOS_HOSTSTATE: 'DOWN',
    });
    await desk.keep({
      source: 'opsview',
      deliveryId: 'not-json',
      body: '{"macros":',
      receivedAt: desk.clock.now(),
    });
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(MINUTE);
    expect(onlyTicket(desk).subject).toContain('db01 Backup');
    const parked = await listParked(desk.database.prisma, 10);
    expect(parked.map(({ why }) => why.rule).sort()).toEqual(['json_unreadable', 'kind_unknown']);
    for (const { seq } of parked)
      expect(await replayParked(desk.database.prisma, seq, desk.clock.now())).toBe(true);
    expect(await listParked(desk.database.prisma, 10)).toEqual([]);
    await desk.settle();
    expect(await listParked(desk.database.prisma, 10)).toHaveLength(2);
    expect(desk.tickets()).toHaveLength(1);
  });

  test('P1 an event that the database refuses never holds up the others; once it is taken, it is decided', async () => {
    const desk = await open();
    await desk.database.query("ALTER TABLE alert ADD CONSTRAINT poisoned CHECK (host <> 'web02')");
    try {
      for (const host of ['web01', 'web02', 'db01', 'app01']) desk.checks.setState(host, '', 'DOWN');
      await desk.settle();
      expect(desk.tickets()).toHaveLength(3);
      desk.checks.setState('gw01', '', 'DOWN');
      await desk.advance(5 * MINUTE);
      expect(desk.tickets()).toHaveLength(4);
      const errors = errorsOf(desk);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThan(60);
      expect(errors.every((error) => error.includes('could not be decided'))).toBe(true);
    } finally {
      await desk.database.query('ALTER TABLE alert DROP CONSTRAINT poisoned');
    }
    await desk.advance(6 * MINUTE);
    expect(ticketAbout(desk, 'host web02 is DOWN').status).toBe(OPEN);
    const left = await desk.database.query(
      "SELECT count(*)::int AS waiting FROM delivery WHERE status = 'waiting'",
    );
    expect(left).toEqual([{ waiting: 0 }]);
  });

  test('P7 a timer whose incident the database refuses to change stays due and holds up no other', async () => {
    const desk = await open();
    for (const host of ['web01', 'db01']) {
      desk.checks.setState(host, '', 'DOWN');
      await desk.settle();
    }
    await desk.advance(2 * MINUTE);
    await desk.database.query(
      "ALTER TABLE timeline_entry ADD CONSTRAINT poisoned CHECK (rule <> 'proven_healthy' OR sentence NOT LIKE '%WD-1 %')",
    );
    try {
      for (const host of ['web01', 'db01']) desk.checks.setState(host, '', 'UP');
      await desk.advance(15 * MINUTE);
      expect(desk.tickets().map(({ status }) => status === CLOSED)).toEqual([false, true]);
      expect(errorsOf(desk).length).toBeGreaterThan(0);
    } finally {
      await desk.database.query('ALTER TABLE timeline_entry DROP CONSTRAINT poisoned');
    }
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, CLOSED]);
  });
});
