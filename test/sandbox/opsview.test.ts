import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerOf, type Json, opsviewCaller, sandboxAt } from './support.ts';

const MINUTE = 60_000;
let at: Awaited<ReturnType<typeof sandboxAt>>;
let call: Awaited<ReturnType<typeof opsviewCaller>>;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z');
  call = await opsviewCaller(at.sandbox);
});
afterEach(() => at.sandbox.close());

const names = (answer: Json): string[] =>
  answer.list.flatMap((host: Json) => host.services.map((one: Json) => `${host.name}::${one.name}`));

test('a wrong login is 401 with a message; /rest needs none; everything else a token', async () => {
  const json = { accept: 'application/json', 'content-type': 'application/json' };
  const post = (body: object): Promise<Response> =>
    fetch(`${at.sandbox.opsviewUrl}/rest/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(body),
    });
  const wrong = await answerOf(await post({ username: 'watchdesk', password: 'no' }));
  expect(wrong).toMatchObject({ status: 401, body: { message: expect.any(String) } });
  const version = await answerOf(await fetch(`${at.sandbox.opsviewUrl}/rest`, { headers: json }));
  expect(version).toMatchObject({ status: 200, body: { api_version: '5.005005' } });
  const none = await answerOf(await fetch(`${at.sandbox.opsviewUrl}/rest/info`, { headers: json }));
  expect(none).toMatchObject({ status: 401, body: { message: expect.any(String) } });
  expect((await call('GET', '/info')).body).toMatchObject({ server_timezone: 'UTC' });
});

test('a token lives an hour from its last use', async () => {
  at.clock.advance(59 * MINUTE);
  expect((await call('GET', '/info')).status).toBe(200);
  at.clock.advance(59 * MINUTE);
  expect((await call('GET', '/info')).status).toBe(200);
  at.clock.advance(60 * MINUTE);
  expect((await call('GET', '/info')).status).toBe(401);
});

test('without Accept JSON the answer is Perl', async () => {
  const perl = await call('GET', '/info', undefined, { accept: '*/*' });
  expect(perl.text).toMatch(/^\$VAR1 = \{'opsview_version' => '6\.10\.0',/);
});

test('a bad service: words in lower case, numbers as texts, false keys absent', async () => {
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL', 'HTTP CRITICAL - refused');
  at.clock.advance(7000);
  const { body } = await call('GET', '/status/service?hs=web01::HTTP');
  const [host] = (body as Json).list;
  expect(host).toMatchObject({ name: 'web01', state: 'up', hostgroup: 'Web Servers', downtime: '0' });
  expect(host.services[0]).toMatchObject({
    name: 'HTTP',
    state: 'critical',
    state_type: 'hard',
    unhandled: '1',
    output: 'HTTP CRITICAL - refused',
    state_duration: '7',
    current_check_attempt: '3',
  });
  for (const key of ['acknowledged', 'flapping', 'comments'])
    expect(host.services[0]).not.toHaveProperty(key);
});

test.each([
  ['host=web%25', 8],
  ['host=web0_', 8],
  ['host=WEB01', 4],
  ['servicename=Disk%25', 4],
  ['hs=web01::HTTP&hs=db01::Backup', 2],
  ['hs=web01::HTT_', 0],
  ['hostgroupname=Database%20Servers', 4],
  ['keyword=payroll', 8],
  ['state=2', 2],
  ['state=1&state=2', 3],
  ['state=2&state_type=0', 1],
  ['filter=unhandled', 3],
  ['filter=handled', 0],
  ['', 24],
])('service filter "%s" gives %i', async (query, count) => {
  const { checks } = at.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL');
  checks.setState('db01', 'Backup', 'WARNING');
  checks.setState('app01', 'Job queue', 'CRITICAL', 'late', { mode: 'soft_first' });
  const { body } = await call('GET', `/status/service?${query}`);
  expect(names(body)).toHaveLength(count);
  expect((body as Json).summary.total).toBe(String(count));
});

test('rows=0 leaves the list out; includehosts brings a down host; the host list takes exact names', async () => {
  at.sandbox.opsview.checks.setState('gw01', '', 'DOWN');
  expect((await call('GET', '/status/service?rows=0')).body).not.toHaveProperty('list');
  const withHosts = (await call('GET', '/status/service?state=1&includehosts=1&host_state=1')).body as Json;
  expect(withHosts.list.map((one: Json) => [one.name, one.state, one.unhandled])).toEqual([
    ['gw01', 'down', '1'],
  ]);
  const down = (await call('GET', '/status/host?host_state=1&host_state=2')).body as Json;
  expect(down.list.map((one: Json) => one.name)).toEqual(['gw01']);
  expect(((await call('GET', '/status/host?host=gw0_')).body as Json).list).toEqual([]);
  expect(names((await call('GET', '/status/service?filter=unhandled')).body)).toEqual([]);
});

test('detail answers in capitals and numbers', async () => {
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL');
  expect((await call('GET', '/detail?hs=web01::HTTP')).body).toMatchObject({
    object: { hostname: 'web01', servicename: 'HTTP', state: 'CRITICAL', state_type: 1, acknowledged: 0 },
  });
  expect((await call('GET', '/detail?hs=web01::None')).status).toBe(404);
});

test('an acknowledgement shows a second later, says who, and is silent unless notify is on', async () => {
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL');
  at.sent.length = 0;
  const path = '/acknowledge?svc.hs=web01%3A%3AHTTP';
  const answer = await call('POST', path, { comment: 'Freshdesk #4711; <b>', notify: 0, sticky: 1 });
  expect(answer.body).toMatchObject({
    summary: { num_hosts: '0', num_services: '1' },
    list: { services: [{ hostname: 'web01', servicename: 'HTTP' }] },
  });
  const status = '/status/service?hs=web01::HTTP&includehandleddetails=1';
  const service = async (): Promise<Json> => ((await call('GET', status)).body as Json).list[0].services[0];
  expect(await service()).not.toHaveProperty('acknowledged');
  at.clock.advance(1000);
  expect(await service()).toMatchObject({
    acknowledged: '1',
    unhandled: '0',
    acknowledged_author: 'watchdesk',
    acknowledged_comment: 'Freshdesk #4711 b',
  });
  expect(at.sent).toEqual([]);
  await call('POST', path, { comment: 'again', notify: 1 });
  at.clock.advance(1000);
  at.sandbox.opsview.tick();
  expect(at.sent.map((macros) => macros.NAGIOS_NOTIFICATIONTYPE)).toEqual([
    'ACKNOWLEDGEMENT',
    'ACKNOWLEDGEMENT',
  ]);
  expect(at.sent[0]).toMatchObject({ NAGIOS_SERVICEACKAUTHOR: 'watchdesk', NAGIOS_NOTIFICATIONNUMBER: '1' });
  expect((await call('DELETE', path)).status).toBe(200);
  at.clock.advance(1000);
  expect(await service()).not.toHaveProperty('acknowledged');
});

test.each([
  ['no selector', '/acknowledge', 'No objects chosen'],
  ['an object that is OK', '/acknowledge?svc.hs=web01::HTTP', 'No objects chosen'],
  ['an unknown object', '/acknowledge?hst.hostname=nowhere', 'No objects chosen'],
])('acknowledging %s is an error with a message', async (_name, path, message) => {
  const answer = await call('POST', path, { comment: 'x' });
  expect(answer.status).toBe(400);
  expect((answer.body as Json).message).toContain(message);
});

test('a plain host selector acknowledges the host, a service one the service', async () => {
  at.sandbox.opsview.checks.setState('gw01', '', 'DOWN');
  expect((await call('GET', '/acknowledge?host=gw01')).body).toMatchObject({ summary: { num_hosts: '1' } });
  expect((await call('POST', '/acknowledge?hst.hostname=gw01', { comment: 'x' })).body).toMatchObject({
    summary: { num_hosts: '1', num_services: '0' },
  });
});

test('downtime by REST is announced, shows as running, holds alerts back and ends by the clock', async () => {
  const made = await call('POST', '/downtime?svc.hs=web01::HTTP', { comment: 'Patch', duration: '30m' });
  expect(made.status).toBe(200);
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL');
  const { body } = await call('GET', '/status/service?hs=web01::HTTP');
  expect((body as Json).list[0].services[0]).toMatchObject({
    downtime: '2',
    downtime_comment: 'Patch',
    unhandled: '0',
  });
  expect((await call('GET', '/downtime')).body).toMatchObject({ summary: { num_services: '1' } });
  at.clock.advance(30 * MINUTE);
  at.sandbox.opsview.tick();
  at.clock.advance(5000);
  at.sandbox.opsview.tick();
  expect(at.sent.map((macros) => macros.NAGIOS_NOTIFICATIONTYPE)).toEqual(
    ['DOWNTIMESTART', 'DOWNTIMEEND', 'PROBLEM'].flatMap((type) => [type, type]),
  );
  expect((await call('POST', '/downtime?svc.hs=web01::HTTP', { duration: '1h' })).status).toBe(400);
});

test('the event list has state changes and acknowledgements, newest first', async () => {
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL');
  await call('POST', '/acknowledge?svc.hs=web01::HTTP', { comment: 'x' });
  at.clock.advance(1000);
  const { list, summary } = (await call('GET', '/event?host=web01')).body as Json;
  expect(list.map((one: Json) => [one.eventtype, one.state])).toEqual([
    ['1', 'critical'],
    ['0', 'critical'],
  ]);
  expect(summary.maxeventid).toBe(list[0].eventid);
});

test('notifications carry only variables that Opsview exports, with the texts of the recorded alerts', async () => {
  const folder = new URL('../fixtures/opsview/', import.meta.url);
  const recorded = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.includes('-full'))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).macros as Record<string, string>);
  const known = new Set(recorded.flatMap((macros) => Object.keys(macros ?? {})));
  const { checks } = at.sandbox.opsview;
  checks.setState('db01', '', 'DOWN');
  checks.setState('db01', '', 'UP');
  checks.setState('web01', 'HTTP', 'CRITICAL', 'a;b', { longOutput: 'C:\\temp\nline 2' });
  checks.acknowledge({ host: 'web01', check: 'HTTP' }, { author: 'jane.doe', comment: 'x' });
  checks.startDowntime({ host: 'web01', check: '' }, { durationMs: 1000 });
  // HOSTACKAUTHOR and the like appear with hosts only; LAST…UNKNOWN is not exported at all.
  const unknown = at.sent.flatMap((macros) => Object.keys(macros)).filter((name) => !known.has(name));
  expect([...new Set(unknown)]).toEqual([]);
  const problem = at.sent.find((macros) => macros.NAGIOS_SERVICEDESC === 'HTTP');
  expect(problem).toMatchObject({
    NAGIOS_SERVICEOUTPUT: 'a:b',
    NAGIOS_LONGSERVICEOUTPUT: 'C:\\\\temp\\nline 2',
    NAGIOS_TIMET: '1772442000',
    NAGIOS_LONGDATETIME: 'Mon Mar 02 09:00:00 UTC 2026',
  });
  expect(at.sent.find((macros) => macros.NAGIOS_HOSTSTATE === 'DOWN')).toMatchObject({
    NAGIOS_SERVICEDESC: '',
  });
});

test('a restart finds the states, acknowledgements and downtimes again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-sandbox-'));
  const options = { opsview: { persistPath: join(folder, 'opsview.json') } };
  const first = await sandboxAt('2026-03-02T09:00:00Z', options);
  const { checks } = first.sandbox.opsview;
  checks.setState('web01', 'HTTP', 'CRITICAL', 'down');
  checks.acknowledge({ host: 'web01', check: 'HTTP' }, { author: 'jane.doe', comment: 'x' });
  const second = await sandboxAt('2026-03-02T09:00:00Z', options);
  expect(second.sandbox.opsview.state.object('web01', 'HTTP')).toMatchObject({
    state: 'CRITICAL',
    output: 'down',
    acknowledgement: { author: 'jane.doe' },
    notificationNumber: 1,
  });
  await first.sandbox.close();
  await second.sandbox.close();
  rmSync(folder, { recursive: true });
});
