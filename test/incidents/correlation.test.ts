import { describe, expect, test } from 'vitest';
import { lockKeysFor } from '../../src/incidents/lookups.ts';
import type { CheckEvent } from '../../src/model/check-event.ts';
import { aCheckEvent } from '../support/check-event.ts';
import { aPolicy } from '../support/policy.ts';
import { minutes, seconds, World } from './world.ts';

const event = (world: World, given: Partial<CheckEvent> = {}): CheckEvent =>
  aCheckEvent({ occurredAt: world.now, ...given });
const hostDown = { check: '', state: 'DOWN' } as const;
const services = {
  customers: { acme: { name: 'Acme' }, beta: { name: 'Beta' } },
  services: {
    shop: { name: 'Shop', customers: ['acme'], criticality: 'high', match: [{ host: 'shop*' }] },
    mail: { name: 'Mail', customers: ['beta'], match: [{ host: 'mail*' }] },
  },
} as const;

describe('host and service checks', () => {
  test('a host that is down absorbs its checks; its recovery does not recover them', () => {
    const world = new World();
    world.tell(event(world, hostDown));
    expect(world.pass(minutes(30)).tell(event(world)).why.rule).toBe('host_down_absorbs_services');
    expect(world.only()).toMatchObject({ badAlertCount: 2, memberCount: 2, title: 'host web01 is DOWN' });
    world.pass(minutes(1)).tell(event(world, { happening: 'recovery', check: '', state: 'UP' }));
    expect(world.only()).toMatchObject({ status: 'new', badAlertCount: 1 });
    world.pass(minutes(1)).tell(event(world, { happening: 'recovery', state: 'OK' }));
    expect(world.only().status).toBe('resolved');
  });

  test('not where the policy says otherwise', () => {
    const world = new World(aPolicy({ alerts: { host_down_absorbs_services: false, group: [] } }));
    world.tell(event(world, hostDown));
    expect(world.tell(event(world)).why.rule).toBe('own_incident');
  });

  test('a host that goes down after its checks becomes the cause of their incident', () => {
    const world = new World();
    world.tell(event(world));
    expect(world.pass(minutes(2)).tell(event(world, hostDown)).why.rule).toBe('host_takes_over');
    expect(world.only()).toMatchObject({
      cause: { host: 'web01', check: '' },
      title: 'host web01 is DOWN',
      alertCount: 2,
    });
    expect(world.tickets.get(world.only().id)?.fields.subject).toBe('[WD-1] host web01 is DOWN');
  });

  test('but not of one that is older than the window', () => {
    const world = new World();
    world.tell(event(world));
    world.pass(minutes(11)).tell(event(world, hostDown));
    expect(world.incidents.size).toBe(2);
  });
});

describe('grouping', () => {
  test('joins once enough of a service are bad, and never across customers', () => {
    const world = new World(
      aPolicy({
        ...services,
        alerts: {
          group: [
            { by: 'service', at_least: 3, within: '10m' },
            { by: 'host_group', at_least: 2, within: '10m' },
          ],
        },
      }),
    );
    const rules = ['shop1', 'shop2', 'shop3', 'mail1'].map(
      (host, index) =>
        world.pass(seconds(10)).tell(event(world, { host, hostGroup: index < 2 ? `g${index}` : 'all' })).why
          .rule,
    );
    expect(rules).toEqual(['own_incident', 'own_incident', 'group_by_service', 'own_incident']);
    const later = world.pass(seconds(1)).tell(event(world, { host: 'plain', hostGroup: 'all' }));
    expect(later.why.rule).toBe('group_by_host_group');
    expect(world.incidents.size).toBe(3);
  });

  test('within one batch as well as one after another, with one digest and no note for each', () => {
    const world = new World();
    world.deliver(...['A', 'B', 'C', 'D'].map((check) => event(world, { check })));
    expect(world.only()).toMatchObject({ alertCount: 4, undigestedCount: 3 });
    expect(world.intents('private_note')).toEqual([]);
    world.pass(minutes(1)).fireTimers();
    const [note] = [...world.commands.values()].filter(({ kind }) => kind === 'private_note');
    expect(note).toMatchObject({ html: expect.stringContaining('3 alerts joined WD-1') });
    expect(note).toMatchObject({ html: expect.not.stringContaining('web01 A') });
    expect(world.only().undigestedCount).toBe(0);
    expect(world.timers.size).toBe(0);
  });

  test('an alert that joins while the others soak reopens the incident', () => {
    const world = new World();
    world.deliver(event(world, { check: 'A' }), event(world, { check: 'B' }));
    world
      .pass(minutes(1))
      .deliver(...['A', 'B'].map((check) => event(world, { check, happening: 'recovery', state: 'OK' })));
    expect(world.only().status).toBe('resolved');
    world.pass(minutes(1)).deliver(event(world, { check: 'C' }), event(world, { check: 'D' }));
    expect(world.incidents.size).toBe(2);
    world.pass(seconds(1)).tell(event(world, { check: 'A' }));
    expect([...world.incidents.values()][0]).toMatchObject({ status: 'new', reopenCount: 1 });
  });
});

describe('storm', () => {
  const policy = aPolicy({
    ...services,
    alerts: { group: [], storm: { alerts: 3, within: '1m', urgent_max: 1 } },
  });

  test('one incident per customer collects it, but a few Urgent get their own; thousands cost no more', () => {
    const world = new World(policy);
    world.deliver(...Array.from({ length: 2000 }, (_, n) => event(world, { host: `mail${n}` })));
    expect(world.incidents.size).toBe(4);
    const storm = [...world.incidents.values()].find(({ stormKey }) => stormKey === 'storm:beta');
    expect(storm).toMatchObject({ alertCount: 1997, undigestedCount: 1996, customerId: 'beta' });
    world.deliver(
      event(world, { host: 'shop1' }),
      event(world, { host: 'shop2' }),
      event(world, { host: 'plain' }),
    );
    expect([...world.incidents.values()].map(({ stormKey }) => stormKey ?? 'own')).toEqual([
      'own',
      'own',
      'own',
      'storm:beta',
      'own',
      'storm:acme',
      'storm:none',
    ]);
    expect(world.wishes).toHaveLength(7);
    world.pass(minutes(1)).fireTimers();
    expect(world.commands.size).toBe(7 + 1);
    expect(world.timeline.length).toBeLessThan(70);
  });

  test('alerts that come late together count as the storm that they are', () => {
    const world = new World(policy).pass(minutes(120));
    const late = (n: number) => new Date(world.now.getTime() - minutes(n));
    world.deliver(
      ...Array.from({ length: 60 }, (_, n) =>
        event(world, { host: `h${n}`, occurredAt: late(n), stateSince: late(n) }),
      ),
    );
    expect(world.incidents.size).toBe(4);
  });

  /** Each object had an incident of its own, which was proven and closed. */
  function closedOnesOf(hosts: readonly string[]): World {
    const world = new World(policy);
    for (const host of hosts) {
      world.pass(minutes(2)).tell(event(world, { host }));
      world.pass(minutes(1)).tell(event(world, { host, happening: 'recovery', state: 'OK' }));
    }
    world.pass(minutes(40)).fireTimers();
    for (const incident of world.incidents.values()) {
      const host = incident.cause?.host ?? '';
      world.tell(world.proof(incident, [event(world, { host, happening: 'read_back', state: 'OK' })]));
    }
    return world;
  }

  test('reopens none of the incidents closed lately: what comes once it is on joins it', () => {
    const hosts = Array.from({ length: 12 }, (_, n) => `mail${n}`);
    const world = closedOnesOf(hosts);
    expect(new Set([...world.incidents.values()].map(({ status }) => status))).toEqual(new Set(['closed']));
    const wishes = world.wishes.length;
    const rules = world.deliver(...hosts.map((host) => event(world, { host }))).map(({ why }) => why.rule);
    expect(rules).toEqual([...Array(3).fill('reopen_within'), ...Array(9).fill('storm')]);
    expect([...world.incidents.values()].filter(({ reopenCount }) => reopenCount > 0)).toHaveLength(3);
    expect([...world.incidents.values()].at(-1)).toMatchObject({ stormKey: 'storm:beta', memberCount: 9 });
    expect(world.wishes.length - wishes).toBe(4);
    const again = world.pass(seconds(10)).tell(event(world, { host: 'mail1', state: 'WARNING' }));
    expect(again.why.rule).toBe('improved'); // where it is open it stays
  });

  test('but as many Urgent ones as may have their own are reopened', () => {
    const hosts = ['mail0', 'mail1', 'mail2', 'shop0', 'shop1', 'shop2'];
    const world = closedOnesOf(hosts);
    const rules = world.deliver(...hosts.map((host) => event(world, { host }))).map(({ why }) => why.rule);
    expect(rules).toEqual([...Array(4).fill('reopen_within'), 'storm', 'storm']);
  });

  test('once closed it collects no more; a member that fails alone reopens it, and another storm is another incident', () => {
    const world = new World(policy);
    const all = Array.from({ length: 5 }, (_, n) => `h${n}`);
    world.deliver(...all.map((host) => event(world, { host })));
    world
      .pass(minutes(1))
      .deliver(...all.map((host) => event(world, { host, happening: 'recovery', state: 'OK' })));
    world.pass(minutes(40)).fireTimers();
    const storm = [...world.incidents.values()].find(({ stormKey }) => stormKey !== undefined);
    if (!storm) throw new Error('no storm');
    world.tell(
      world.proof(
        storm,
        ['h3', 'h4'].map((host) => event(world, { host, happening: 'read_back', state: 'OK' })),
      ),
    );
    expect(world.incidents.get(storm.id)?.status).toBe('closed');
    world.deliver(...['h3', 'n0', 'n1', 'n2', 'n3', 'h4'].map((host) => event(world, { host })));
    expect(world.incidents.get(storm.id)).toMatchObject({ status: 'new', memberCount: 2 });
    expect(world.incidents.get(storm.id)?.stormKey).toBeUndefined();
    const second = [...world.incidents.values()].at(-1);
    expect(second).toMatchObject({ stormKey: 'storm:none', memberCount: 2, cause: { host: 'n2' } });
  });
});

test('batches lock what they could collide on and nothing else', () => {
  const policy = aPolicy(services);
  const keys = (given: Partial<CheckEvent>, newlyBadCount = 0) =>
    lockKeysFor([aCheckEvent(given)], policy, { known: () => undefined, newlyBadCount });
  expect(keys({ happening: 'recovery', state: 'OK', host: 'shop1' })).toEqual(['host:shop1']);
  expect(keys({ host: 'shop1' })).toEqual(['host:shop1', 'service:shop']);
  expect(keys({ host: 'web1', hostGroup: 'all' })).toEqual(['group:all', 'host:web1']);
  expect(keys({ host: 'web1' }, 30)).toEqual(['host:web1', 'storm:none']);
});
