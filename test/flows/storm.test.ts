import { describe, expect, test } from 'vitest';
import { PLAN_LIMITS, withoutReserve } from '../../src/connectors/freshdesk/call-limits.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, flowsOn, hosts, URGENT } from './flows.ts';

const CHECKS = ['CPU', 'Memory', 'Disk', 'Load', 'Ping'];
const ACME = Array.from({ length: 60 }, (_, index) => `acme-${index}`);
const BETA = Array.from({ length: 59 }, (_, index) => `beta-${index}`);
const PAY = 'pay-1';
const ALL = [...ACME, ...BETA, PAY];

const POLICY = {
  customers: { acme: { name: 'Acme' }, beta: { name: 'Beta' } },
  services: {
    payroll: { name: 'Payroll', customers: ['beta'], criticality: 'high', match: [{ host: 'pay-*' }] },
    acme: { name: 'Acme farm', customers: ['acme'], criticality: 'medium', match: [{ host: 'acme-*' }] },
    beta: { name: 'Beta farm', customers: ['beta'], criticality: 'medium', match: [{ host: 'beta-*' }] },
  },
  // Without grouping by service, which would make one ticket of each farm: the storm is what is tried here.
  alerts: {
    group: [{ by: 'host', at_least: 2, within: '10m' }],
    storm: { alerts: 60, within: '1m', urgent_max: 10 },
  },
};
const STORM_ALERTS = 60;
const URGENT_MAX = 10;
const CUSTOMERS = 2;

// On PostgreSQL only: which database it is cannot matter for what is counted here, and embedded it takes a minute.
describe('P8 a storm of 600 alerts over 120 hosts on the smallest plan', () => {
  const open = flowsOn('postgresql');

  /** Ten seconds for every hundred alerts; whatever is due is done in between. */
  async function breakAll(desk: TestWatchdesk): Promise<void> {
    const objects = CHECKS.flatMap((check) => ALL.map((host) => ({ host, check })));
    const rest = objects.filter(({ host, check }) => host !== PAY || check !== 'CPU');
    rest.splice(300, 0, { host: PAY, check: 'CPU' }); // the Urgent one, in the middle
    for (const [index, { host, check }] of rest.entries()) {
      desk.checks.setState(host, check, 'CRITICAL');
      if (index % 100 === 99) await desk.advance(10 * SECOND, 10 * SECOND);
    }
    await desk.settle();
  }

  test('few tickets, calls within the budget, the Urgent one first, no customer mixed, all closed at the end', async () => {
    const desk = await open({
      policy: POLICY,
      plan: 'trial',
      sandbox: { opsview: { inventory: hosts(ALL, CHECKS), settings: { contacts: ['watchdesk/one'] } } },
    });
    await breakAll(desk);
    const urgentBrokeAt = desk.clock.now().getTime() - 30 * SECOND;
    await desk.advance(10 * MINUTE);
    const tickets = desk.tickets();
    expect(tickets.length).toBeLessThanOrEqual(STORM_ALERTS + CUSTOMERS + URGENT_MAX);
    expect(tickets.length).toBeGreaterThan(45); // more than a minute's calls
    const bad = await desk.database.query(
      `SELECT count(*)::int AS alerts, count(incident_id)::int AS "inIncidents" FROM alert WHERE bad_since IS NOT NULL`,
    );
    expect(bad).toEqual([{ alerts: 600, inIncidents: 600 }]);
    const mixed = await desk.database.query(
      'SELECT incident_id FROM alert GROUP BY incident_id HAVING count(DISTINCT customer_id) > 1',
    );
    expect(mixed).toEqual([]);

    const urgent = tickets.find(({ priority, subject }) => priority === URGENT && subject.includes(PAY));
    if (!urgent) throw new Error('The Urgent alert has no ticket');
    const createdLater = tickets.filter(({ created_at }) => created_at > urgent.created_at);
    const waited = Date.parse(urgent.created_at) - urgentBrokeAt;
    expect(waited).toBeLessThanOrEqual(70 * SECOND); // at most until the next minute's calls
    expect(createdLater.length).toBeGreaterThan(5); // that had waited for longer

    const ours = withoutReserve(PLAN_LIMITS.trial, 0.2).all;
    const { minutes, calls } = desk.sandbox.freshdesk.state;
    expect(Math.max(...minutes.map(({ total }) => total))).toBeLessThanOrEqual(ours);
    expect(minutes.every(({ refused }) => refused === 0)).toBe(true);
    expect(calls.length).toBeLessThan(tickets.length * 12);

    for (const host of ALL) for (const check of CHECKS) desk.checks.setState(host, check, 'OK');
    await desk.advance(HOUR, 5 * MINUTE);
    expect(
      desk
        .tickets()
        .filter(({ status }) => status !== CLOSED)
        .map(({ subject }) => subject),
    ).toEqual([]);
    expect(Math.max(...minutes.map(({ total }) => total))).toBeLessThanOrEqual(ours);
    expect(
      (await desk.incidents()).every(({ status, proofs }) => status === 'closed' && proofs.length === 1),
    ).toBe(true);
  }, 120_000);
});
