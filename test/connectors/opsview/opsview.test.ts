import express from 'express';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { opsviewComment } from '../../../src/connectors/opsview/acknowledge.ts';
import { createOpsview, type Opsview } from '../../../src/connectors/opsview/opsview.ts';
import { eventOf, StatusWire } from '../../../src/connectors/opsview/status-wire.ts';
import type { ObjectKey } from '../../../src/model/check-event.ts';
import { isHealthy } from '../../../src/model/check-event.ts';
import { createSandboxOpsview, type SandboxOpsview } from '../../../src/sandbox/opsview/sandbox-opsview.ts';
import { type FakeServer, startHttpServer } from '../../fakes/http-server.ts';
import { HOUR, type ManualClock, MINUTE, manualClock, SECOND } from '../../support/manual-clock.ts';
import { SERVICE_LIST } from './fixtures.ts';

const ACCESS = { username: 'watchdesk', password: 'pw-very-secret' };
const plan = (name: string, ...checks: string[]) => ({
  name,
  alias: `alias of ${name}`,
  ip: '127.0.0.11',
  hostGroup: 'Web Servers',
  hashtags: [],
  checks: checks.map((check) => ({ name: check, okOutput: `${check} OK` })),
});

let clock: ManualClock;
let sandbox: SandboxOpsview;
let server: FakeServer;
let opsview: Opsview;

beforeEach(async () => {
  clock = manualClock();
  sandbox = createSandboxOpsview({
    clock,
    ...ACCESS,
    inventory: [
      plan('web01', 'HTTP', 'Disk: /var/log', 'C_U'),
      plan('web_1', 'HTTP', 'CPU', 'C_U'),
      plan('db01', 'PostgreSQL', 'http'),
    ],
    send: () => {},
  });
  const app = express();
  app.use('/sandbox/opsview', sandbox.router);
  server = await startHttpServer(app);
  opsview = createOpsview({ url: `${server.url}/sandbox/opsview/rest/`, ...ACCESS, clock });
});
afterEach(async () => {
  sandbox.close();
  await server.close();
});

const logins = (): number => sandbox.state.calls.filter(({ path }) => path === '/login').length;
const names = (events: readonly { host: string; check: string; state: string }[]): string[] =>
  events.map(({ host, check, state }) => `${host}/${check} ${state}`);

describe('reading', () => {
  test('the state of services and hosts, healthy ones too, in the order asked for', async () => {
    sandbox.checks.setState('web01', 'HTTP', 'CRITICAL', 'Connection refused');
    clock.advance(5 * MINUTE);
    const { objects, missing } = await opsview.readObjects([
      { host: 'db01', check: '' },
      { host: 'web01', check: 'HTTP' },
      { host: 'web01', check: 'Disk: /var/log' },
      { host: 'web01', check: 'HTTP' },
      { host: 'gone', check: 'HTTP' },
      { host: 'gone', check: '' },
    ]);
    expect(names(objects)).toEqual(['db01/ UP', 'web01/HTTP CRITICAL', 'web01/Disk: /var/log OK']);
    expect(missing).toEqual([
      { host: 'gone', check: 'HTTP' },
      { host: 'gone', check: '' },
    ]);
    expect(objects[1]).toMatchObject({
      kind: 'check',
      happening: 'read_back',
      stateType: 'HARD',
      output: 'Connection refused',
      hostAlias: 'alias of web01',
      hostGroup: 'Web Servers',
      isFlapping: false,
      isAcknowledged: false,
      inDowntime: false,
      stateSince: new Date(clock.now().getTime() - 5 * MINUTE),
      occurredAt: clock.now(),
    });
  });

  test('names are exact: wildcards and case in them match nothing else', async () => {
    const { objects, missing } = await opsview.readObjects([
      { host: 'web_1', check: 'HTTP' },
      { host: 'web_1', check: '' },
      { host: 'web01', check: 'C_U' },
      { host: 'w%', check: 'HTTP' },
      { host: 'WEB01', check: 'http' },
      { host: 'web0_', check: '' },
    ]);
    expect(names(objects)).toEqual(['web_1/HTTP OK', 'web_1/ UP', 'web01/C_U OK']);
    expect(missing.map(({ host }) => host)).toEqual(['w%', 'WEB01', 'web0_']);
  });

  test('nothing asked is nothing called', async () => {
    expect(await opsview.readObjects([])).toEqual({ objects: [], missing: [] });
    expect(sandbox.state.calls).toHaveLength(0);
  });

  test('downtime, flapping and acknowledgement are told', async () => {
    sandbox.checks.setState('web01', 'HTTP', 'CRITICAL');
    sandbox.checks.acknowledge({ host: 'web01', check: 'HTTP' }, { author: 'jane.doe', comment: 'on it' });
    sandbox.checks.startFlapping('db01', 'PostgreSQL');
    sandbox.checks.startDowntime({ host: 'web_1', check: '' }, { durationMs: HOUR });
    const { objects } = await opsview.readObjects([
      { host: 'web01', check: 'HTTP' },
      { host: 'db01', check: 'PostgreSQL' },
      { host: 'web_1', check: 'HTTP' },
    ]);
    expect(objects).toMatchObject([
      { isAcknowledged: true, author: 'jane.doe', comment: 'on it', isFlapping: false, inDowntime: false },
      { isAcknowledged: false, isFlapping: true, inDowntime: false },
      { isAcknowledged: false, isFlapping: false, inDowntime: true },
    ]);
  });

  test('everything unhealthy, hosts first, also behind a host that is down', async () => {
    sandbox.checks.setState('db01', '', 'DOWN');
    sandbox.checks.setState('db01', 'PostgreSQL', 'CRITICAL');
    sandbox.checks.setState('web01', 'HTTP', 'WARNING');
    sandbox.checks.acknowledge({ host: 'web01', check: 'HTTP' }, { author: 'jane.doe', comment: 'on it' });
    expect(names(await opsview.readUnhealthy())).toEqual([
      'db01/ DOWN',
      'web01/HTTP WARNING',
      'db01/PostgreSQL CRITICAL',
      'db01/http CRITICAL',
    ]);
  });

  test('version and time zone', async () =>
    expect(await opsview.readInfo()).toEqual({ version: '6.10.0', timezone: 'UTC' }));
});

describe('acknowledging', () => {
  const HTTP = { host: 'web01', check: 'HTTP' };
  const isAcknowledged = async (object: ObjectKey) =>
    (await opsview.readObjects([object])).objects[0]?.isAcknowledged;

  test('one service check, without a notification, seen a little later', async () => {
    sandbox.checks.setState('web01', 'HTTP', 'CRITICAL');
    await opsview.acknowledge(HTTP, 'Freshdesk #4711; <Jane>\r\nDoe');
    expect(await isAcknowledged(HTTP)).toBe(false);
    clock.advance(5 * SECOND);
    expect(await isAcknowledged(HTTP)).toBe(true);
    expect(sandbox.state.object('web01', 'HTTP')?.acknowledgement).toMatchObject({
      author: ACCESS.username,
      comment: 'Freshdesk #4711 Jane Doe',
      sticky: true,
    });
  });

  test('a host, also one whose name is a pattern for others', async () => {
    for (const host of ['web01', 'web_1']) sandbox.checks.setState(host, '', 'DOWN');
    await opsview.acknowledge({ host: 'web_1', check: '' }, 'Freshdesk #1');
    clock.advance(5 * SECOND);
    expect(await isAcknowledged({ host: 'web_1', check: '' })).toBe(true);
    expect(await isAcknowledged({ host: 'web01', check: '' })).toBe(false);
  });

  test.each([
    { host: 'gone', check: '' },
    { host: 'go_ne', check: '' },
    { host: 'gone', check: 'HTTP' },
  ])('what Opsview does not know is not found: %j', (object) =>
    expect(opsview.acknowledge(object, 'Freshdesk #1')).rejects.toMatchObject({ kind: 'not_found' }),
  );

  test('a comment keeps no character that Opsview would strip', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab;<> \r\n\t\v\u0085\u2028é😀') }), (comment) => {
        expect(opsviewComment(`a${comment}b`)).not.toMatch(/[;<>\r\n\u2028\u2029]/);
      }),
    );
  });
});

describe('the token', () => {
  test('is asked for once, also by calls that begin together, and renewed once when it has expired', async () => {
    await Promise.all(Array.from({ length: 8 }, () => opsview.readInfo()));
    expect(logins()).toBe(1);
    sandbox.expireTokens();
    await Promise.all(Array.from({ length: 8 }, () => opsview.readInfo()));
    expect(logins()).toBe(2);
    clock.advance(2 * HOUR);
    await opsview.readUnhealthy();
    expect(logins()).toBe(3);
  });

  test('a wrong password is unauthorised and not tried again by itself', async () => {
    const stranger = createOpsview({
      url: `${server.url}/sandbox/opsview`,
      ...ACCESS,
      password: 'wrong',
      clock,
    });
    await expect(stranger.readInfo()).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringContaining('OPSVIEW_PASSWORD'),
    });
    expect(logins()).toBe(1);
  });

  test('a failed login does not spoil the next call', async () => {
    sandbox.faults.next({ kind: 'cut_before' });
    // The login may have happened, the call that needed it did not.
    await expect(opsview.readInfo()).rejects.toMatchObject({ kind: 'not_sent' });
    expect(await opsview.readInfo()).toMatchObject({ version: '6.10.0' });
  });
});

describe('lenient reading', () => {
  const host = StatusWire.parse(SERVICE_LIST).list[0];
  const service = host?.services?.[0];
  const now = new Date('2026-03-02T09:00:00Z');

  test('whatever the other keys hold, a state is read; what is not known is never healthy', () => {
    const keys =
      'state_type output current_check_attempt state_duration downtime acknowledged flapping acknowledged_author';
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys.split(' ')), fc.jsonValue()),
        fc.oneof(fc.constantFrom('ok', 'OK', 'pending', '', 'up'), fc.string()),
        (rest, state) => {
          const [wire] = StatusWire.parse({
            list: [{ name: 'h', state: 'up', services: [{ ...rest, name: 's', state }] }],
          }).list;
          if (!wire?.services?.[0]) return expect.unreachable();
          const event = eventOf(wire, wire.services[0], now);
          if (state.trim().toLowerCase() !== 'ok') expect(isHealthy(event.state)).toBe(false);
          if (event.stateSince) expect(event.stateSince.getTime()).toBeLessThanOrEqual(now.getTime());
        },
      ),
    );
  });

  test('the reference answer', () => {
    if (!host || !service) return expect.unreachable();
    expect(eventOf(host, service, now)).toEqual({
      kind: 'check',
      happening: 'read_back',
      host: 'web01',
      check: 'HTTP',
      state: 'CRITICAL',
      stateType: 'HARD',
      checkAttempt: 3,
      inDowntime: true,
      isFlapping: true,
      isAcknowledged: true,
      author: 'watchdesk',
      comment: 'Freshdesk #4711',
      output: 'Connection refused',
      longOutput: 'second line\nthird <b>',
      hostAlias: 'Web server 1 (production)',
      hostAddress: '127.0.0.11',
      hostGroup: 'Web Servers',
      hashtags: [],
      stateSince: new Date('2026-03-02T08:55:00Z'),
      occurredAt: now,
    });
    const disk = host.services?.[1];
    expect(disk && eventOf(host, disk, now)).toMatchObject({
      state: 'OK',
      stateType: 'SOFT',
      checkAttempt: 1,
      inDowntime: false,
      isFlapping: false,
      isAcknowledged: false,
      stateSince: new Date('2026-03-02T08:59:00Z'),
    });
  });

  test('a duration longer than any monitoring is no duration', () => {
    const sinceOf = (state_duration: string) => {
      const [wire] = StatusWire.parse({ list: [{ name: 'web01', state: 'UP', state_duration }] }).list;
      return wire && eventOf(wire, undefined, now).stateSince;
    };
    expect(sinceOf('1500000000')).toEqual(new Date(now.getTime() - 1_500_000_000_000));
    expect(sinceOf('1772442000')).toBeUndefined(); // since 1970
    expect(sinceOf('999999999999')).toBeUndefined(); // PostgreSQL has no such year
  });
});
