import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  anAlert,
  arrivedPerHost,
  finished,
  NOTIFY,
  PYTHON,
  problem,
  Receiver,
  run,
  Site,
  stopEverything,
  until,
} from './support.ts';

let receiver: Receiver;
let site: Site;
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.listen();
  site = new Site(receiver.url, { retry_max: '0.3', timeout: '0.5' });
});
afterEach(async () => {
  stopEverything();
  await receiver.close();
  site.remove();
});

/** `count` alerts spread over `hosts` hosts, numbered per host from 0. */
const alerts = (count: number, hosts: number) =>
  Array.from({ length: count }, (_, index) => anAlert(`host${index % hosts}`, Math.floor(index / hosts)));

const inOrder = (count: number, hosts: number) =>
  new Map(
    Array.from({ length: hosts }, (_, host) => [
      `host${host}`,
      Array.from({ length: Math.ceil((count - host) / hosts) }, (_, number) => number),
    ]),
  );

describe.skipIf(PYTHON === undefined)('notify_watchdesk --forward', () => {
  test('P1 while Watchdesk is away alerts wait; when it is back all arrive, in order per object', async () => {
    await receiver.close();
    for (const macros of alerts(12, 3)) expect((await site.notify(macros)).code).toBe(0);
    const forwarding = finished(site.forward());
    await until(async () => String((await site.status()).last_error).includes('refused'));
    expect(await site.status()).toMatchObject({ waiting: 12, last_success_at: null });
    expect(Number((await site.status()).oldest_seconds)).toBeGreaterThan(0);
    await receiver.listen();
    expect(await forwarding).toMatchObject({ code: 0 });
    expect(arrivedPerHost(receiver.received)).toEqual(inOrder(12, 3));
    expect(await site.status()).toMatchObject({ waiting: 0, last_success_at: expect.any(String) });
  });

  test('P1 P2 kill -9 in the middle of 200 alerts: nothing is lost, a repetition has the same id', async () => {
    const ids = site.fill(alerts(200, 10));
    receiver.reply = () => ({ status: 202, afterMs: 5 });
    for (const killedAfter of [30, 90, 150]) {
      const forwarder = site.forward();
      await until(() => receiver.received.length >= killedAfter);
      forwarder.kill('SIGKILL');
      await finished(forwarder);
    }
    expect((await site.drain()).code).toBe(0);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set(ids));
    expect(arrivedPerHost(receiver.received)).toEqual(inOrder(200, 10));
    expect(receiver.received.length).toBeLessThanOrEqual(200 + 3 * 4); // only those under way may repeat
    expect(site.files('queue')).toEqual([]);
  });

  test('SIGTERM lets what is under way end, so nothing is sent twice', async () => {
    site.fill(alerts(100, 10));
    receiver.reply = () => ({ status: 202, afterMs: 20 });
    const forwarder = site.forward('--stay');
    await until(() => receiver.received.length >= 10);
    const end = finished(forwarder);
    forwarder.kill('SIGTERM');
    expect((await end).code).toBe(0);
    await site.drain();
    expect(receiver.received).toHaveLength(100);
  });

  test('2,000 alerts drain fast over a few connections, one at a time per object', async () => {
    site.fill(alerts(2000, 100));
    const { code, ms } = await site.drain();
    expect(code).toBe(0);
    expect(arrivedPerHost(receiver.received)).toEqual(inOrder(2000, 100));
    expect(receiver.maxAtOncePerObject).toBe(1);
    expect(receiver.maxAtOnce).toBeGreaterThan(1);
    expect(receiver.maxAtOnce).toBeLessThanOrEqual(4);
    expect(ms).toBeLessThan(15_000);
  });

  test('a waiting forwarder sends a new alert at once', async () => {
    const forwarder = site.forward('--stay');
    await until(
      async () =>
        (await site.status().catch(() => ({ forwarder_pid: null }))).forwarder_pid === forwarder.pid,
    );
    const startedAt = performance.now();
    await site.notify(anAlert('web01', 1));
    await until(() => receiver.received.length === 1);
    expect(performance.now() - startedAt).toBeLessThan(1500); // it looks by itself only every 2 s
  });

  test('only one forwarder works on a spool; a second one says so and ends', async () => {
    const first = site.forward('--stay');
    await until(
      async () => (await site.status().catch(() => ({ forwarder_pid: null }))).forwarder_pid === first.pid,
    );
    const second = await site.drain();
    expect(second).toMatchObject({ code: 0 });
    expect(second.stderr).toContain(`process ${first.pid}`);
  });

  test.each([
    [400, 'malformed'],
    [413, 'too large'],
    [415, 'not JSON'],
  ])(
    '%i: set aside with the answer, the next alert goes on, and it can be sent again',
    async (status, title) => {
      receiver.reply = ({ macros }) =>
        macros.NAGIOS_NOTIFICATIONNUMBER === '0' ? problem(status, title) : { status: 202 };
      const ids = site.fill(alerts(2, 1));
      expect((await site.drain()).code).toBe(0);
      expect(receiver.received.map(({ id }) => id)).toEqual(ids);
      expect(await site.status()).toMatchObject({ waiting: 0, rejected: 1 });
      const [answer = '', kept = ''] = site.files('rejected');
      expect(readFileSync(join(site.spool, 'rejected', answer), 'utf8')).toContain(title);
      expect(kept).toMatch(/\.json$/);

      receiver.reply = () => ({ status: 202 });
      const again = await run([NOTIFY, '--config', site.config, '--retry-rejected']);
      expect(again).toMatchObject({ code: 0, stdout: '1 alerts are in the queue again\n' });
      await site.drain();
      expect(receiver.received.at(-1)?.id).toBe(ids[0]);
      expect(site.files('rejected')).toEqual([]);
    },
  );

  test('422: Watchdesk has parked it, so it is done', async () => {
    receiver.reply = () => problem(422, 'not understood and parked');
    site.fill(alerts(3, 1));
    await site.drain();
    expect(receiver.received).toHaveLength(3);
    expect(await site.status()).toMatchObject({ waiting: 0, rejected: 0 });
  });

  test('P1 401: kept and tried slowly; a corrected secret is taken up without a restart', async () => {
    site.configure({ url: receiver.url, retry_max: '0.4', secret: 'wrong' });
    receiver.reply = ({ verified }) => (verified ? { status: 202 } : problem(401, 'signature not verified'));
    const ids = site.fill(alerts(4, 2));
    const forwarder = site.forward();
    const end = finished(forwarder);
    await until(() => receiver.received.length >= 3);
    const status = await site.status();
    expect(status).toMatchObject({ waiting: 4, rejected: 0 });
    expect(status.last_error).toContain('OPSVIEW_WEBHOOK_SECRET');
    site.configure({ url: receiver.url, retry_max: '0.4' });
    expect(await end).toMatchObject({ code: 0 });
    const accepted = receiver.received.filter(({ verified }) => verified).map(({ id }) => id);
    expect([...accepted].sort()).toEqual([...ids].sort());
    expect((await end).stderr).not.toContain('wrong');
  });

  test.each([
    ['503 cannot store', problem(503, 'cannot store')],
    ['500', { status: 500 }],
    ['429', problem(429, 'slow down')],
    ['404 of a wrong address', { status: 404 }],
    ['200 of something that is not Watchdesk', { status: 200, body: '<h1>Welcome</h1>' }],
    ['301', { status: 301, headers: { location: 'https://elsewhere.example/' } }],
    [
      '400 of a proxy',
      { status: 400, headers: { 'content-type': 'text/html' }, body: 'plain HTTP to HTTPS' },
    ],
    ['no answer in time', { status: 202, afterMs: 700 }],
  ])('P1 %s: nothing is given up, the order stays', async (_, reply) => {
    let failures = 2;
    receiver.reply = () => (failures-- > 0 ? reply : { status: 202 });
    const ids = site.fill(alerts(6, 1));
    expect((await site.drain()).code).toBe(0);
    const heads = receiver.received.slice(0, 3).map(({ id }) => id);
    expect(heads).toEqual([ids[0], ids[0], ids[0]]);
    expect(receiver.received.slice(3).map(({ id }) => id)).toEqual(ids.slice(1));
    expect(await site.status()).toMatchObject({ waiting: 0, rejected: 0 });
  });

  test('while the server fails, tries become rare: one at a time, ever later', async () => {
    site.configure({ url: receiver.url, retry_max: '30' });
    site.fill(alerts(400, 100));
    receiver.reply = () => problem(503, 'cannot store');
    const forwarder = site.forward();
    const startedAt = performance.now();
    await until(() => performance.now() - startedAt > 3000);
    // Up to four at first, then after at least 0.25, 0.5, 1 and 2 s.
    expect(receiver.received.length).toBeGreaterThanOrEqual(4);
    expect(receiver.received.length).toBeLessThanOrEqual(4 + 3);
    forwarder.kill('SIGKILL');
  });

  test('Retry-After is kept', async () => {
    let failures = 1;
    receiver.reply = () =>
      failures-- > 0 ? { ...problem(429, 'slow'), headers: { 'retry-after': '1' } } : { status: 202 };
    site.fill(alerts(1, 1));
    await site.drain();
    const [first, second] = receiver.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(950);
  });

  test('an alert on which the server always fails does not stop those of other objects', async () => {
    receiver.reply = ({ macros }) => ({ status: macros.NAGIOS_HOSTNAME === 'host0' ? 500 : 202 });
    site.fill(alerts(40, 4));
    const forwarder = site.forward();
    await until(() => site.files('queue').length === 10);
    expect(arrivedPerHost(receiver.received).get('host3')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    forwarder.kill('SIGKILL');
  });

  test('P1 a filling spool lets repetitions go, never a change of state or the latest word', async () => {
    site.configure({ url: receiver.url, spool_max_files: '10', retry_max: '1' });
    await receiver.close();
    const states = ['WARNING', 'CRITICAL', 'CRITICAL', 'CRITICAL', 'CRITICAL', 'CRITICAL'];
    site.fill([
      ...states.map((NAGIOS_SERVICESTATE, number) => anAlert('web01', number, { NAGIOS_SERVICESTATE })),
      anAlert('web01', 6, { NAGIOS_NOTIFICATIONTYPE: 'RECOVERY', NAGIOS_SERVICESTATE: 'OK' }),
      anAlert('web01', 7),
      anAlert('web02', 8),
    ]);
    const end = finished(site.forward());
    await until(() => site.files('queue').length === 5);
    expect(await site.status()).toMatchObject({ compacted: 4, waiting: 5 });
    await receiver.listen();
    expect((await end).stderr).toContain('4 repeated notifications');
    expect(arrivedPerHost(receiver.received)).toEqual(
      new Map([
        ['web01', [0, 5, 6, 7]],
        ['web02', [8]],
      ]),
    );
  });

  test('P1 what a killed writer left behind is sent when whole, and dropped when it never was an alert', async () => {
    site.fill([]);
    const old = String((Date.now() - 120_000) * 1000).padStart(16, '0');
    const body = JSON.stringify({
      version: 1,
      id: '6f1c1d0e-0000-4000-8000-000000000000',
      macros: anAlert('a', 7),
    });
    writeFileSync(join(site.spool, 'tmp', `${old}-0000001-000-00000000-9.json`), body);
    writeFileSync(join(site.spool, 'tmp', `${old}-0000002-000-00000000-9.json`), body.slice(0, 30));
    await site.drain();
    expect(arrivedPerHost(receiver.received)).toEqual(new Map([['a', [7]]]));
    expect(site.files('tmp')).toEqual([]);
  });

  test('a damaged spool file is set aside and holds up nothing', async () => {
    site.fill(alerts(2, 1));
    writeFileSync(join(site.spool, 'queue', '0000000000000001-0000001-000-00000000-4.json'), '{"ve');
    await site.drain();
    expect(receiver.received).toHaveLength(2);
    expect(await site.status()).toMatchObject({ waiting: 0, rejected: 1 });
  });

  test('with settings that cannot work it says every fault with its remedy and ends', async () => {
    site.configure({
      url: 'http://watchdesk.example.com',
      secret: '',
      ca_file: '/nowhere.pem',
      timeout: '-1',
    });
    const { code, stderr } = await site.drain();
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(4);
    for (const word of ['timeout', 'secret_file', 'ca_file', 'https://']) expect(stderr).toContain(word);
  });
});
