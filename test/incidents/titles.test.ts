import { describe, expect, test } from 'vitest';
import { aPolicy } from '../support/policy.ts';
import { minutes, seconds, World } from './world.ts';
import { event } from './world-with.ts';

const policy = aPolicy({
  customers: { acme: { name: 'Acme' } },
  services: {
    shop: { name: 'Shop', customers: ['acme'], criticality: 'high', match: [{ host: 'web*' }] },
  },
  alerts: {
    open_from: ['DOWN', 'UNREACHABLE', 'CRITICAL', 'WARNING', 'UNKNOWN'],
    group: [{ by: 'service', at_least: 2, within: '10m' }],
  },
});
const certificate = { host: 'web02', check: 'HTTPS certificate', state: 'WARNING' } as const;
const http = { host: 'web01', check: 'HTTP', state: 'CRITICAL' } as const;
const subjects = (world: World) => world.wishes.map(({ fields }) => fields.subject.replace(/^.*?: /, ''));

describe('the title of an incident of several alerts', () => {
  test('is about the alert that made it more urgent, and tells at the digest how many others there are', () => {
    const world = new World(policy);
    world.tell(event(world, certificate));
    world.pass(seconds(10)).tell(event(world, http));
    expect(world.only()).toMatchObject({
      cause: { host: 'web01', check: 'HTTP' },
      title: 'web01 HTTP is CRITICAL',
    });
    for (const host of ['web03', 'web04']) world.pass(seconds(5)).tell(event(world, { ...http, host }));
    expect(subjects(world)).toEqual(['web02 HTTPS certificate is WARNING', 'web01 HTTP is CRITICAL']);
    world.pass(minutes(1)).fireTimers();
    expect(subjects(world).slice(2)).toEqual(['web01 HTTP is CRITICAL and 3 more']);
    expect(world.intents('private_note')).toHaveLength(1);
  });

  test('changes when one of the others worsens so that it is more urgent, and at a reopen', () => {
    const world = new World(policy);
    world.deliver(event(world, certificate), event(world, { ...http, state: 'WARNING' }));
    world.pass(minutes(1)).fireTimers();
    expect(world.only().title).toBe('web02 HTTPS certificate is WARNING and 1 more');
    world.pass(seconds(5)).tell(event(world, http));
    expect(world.only()).toMatchObject({
      title: 'web01 HTTP is CRITICAL and 1 more',
      cause: { host: 'web01' },
    });
    const recovered = { happening: 'recovery', state: 'OK' } as const;
    world.pass(seconds(5)).tell(event(world, { ...http, ...recovered }));
    world.tell(event(world, { ...certificate, ...recovered }));
    expect(world.only().status).toBe('resolved');
    world.pass(seconds(5)).tell(event(world, certificate));
    expect(world.only()).toMatchObject({ status: 'new', title: 'web01 HTTP is CRITICAL and 1 more' });
  });

  test('stays about a host that is down', () => {
    const world = new World(policy);
    world.tell(event(world, { host: 'web01', check: '', state: 'UNREACHABLE' }));
    world.pass(seconds(5)).tell(event(world, { ...http, host: 'web02' }));
    world.pass(minutes(2)).fireTimers();
    expect(world.only().title).toBe('host web01 is UNREACHABLE and 1 more');
  });

  test('of a storm stays, also when a worse alert joins', () => {
    const world = new World(
      aPolicy({ alerts: { group: [], storm: { alerts: 2, within: '1m', urgent_max: 0 } } }),
    );
    for (const host of ['z', 'a', 'b']) world.tell(event(world, { host, state: 'UNKNOWN' }));
    for (const host of ['c', 'd']) world.tell(event(world, { host }));
    world.pass(minutes(2)).fireTimers();
    expect([...world.incidents.values()].at(-1)?.title).toBe('Alert storm, first b HTTP is UNKNOWN');
  });
});
