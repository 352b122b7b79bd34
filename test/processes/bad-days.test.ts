import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { DatabaseKind } from '../support/database.ts';
import { startPostgres } from '../support/postgres-server.ts';
import {
  alertSender,
  CONSOLE_PASSWORD,
  envelope,
  type Macros,
  openSite,
  post,
  QUICK_POLICY,
  type Running,
  runToEnd,
  SECRETS,
  type Site,
  until,
} from '../support/process.ts';

const OPEN = 2;
const RESOLVED = 4;
const CLOSED = 5;

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A site whose notifications go to whichever process runs; the last one started. */
async function openDay(kind: DatabaseKind, options: Parameters<typeof openSite>[1] = {}) {
  let running: Running | undefined;
  const sender = alertSender(() => (running && !running.isGone() ? [running.url] : []));
  const site = await openSite(kind, { ...options, send: sender.send });
  closers.push(() => sender.close(), site.close);
  return {
    site,
    sender,
    checks: site.sandbox.opsview.checks,
    tickets: () => site.sandbox.freshdesk.state.data.tickets,
    start: async (changes?: Parameters<Site['start']>[0]) => {
      running = await site.start(changes);
      return running;
    },
  };
}

const statusIs = (day: Awaited<ReturnType<typeof openDay>>, status: number, ms?: number) =>
  until(() => day.tickets().length === 1 && day.tickets()[0]?.status === status, {
    what: `the ticket has status ${status}`,
    ...(ms === undefined ? {} : { ms }),
  });

async function overview(url: string): Promise<string> {
  const signIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ password: CONSOLE_PASSWORD }),
  });
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  return await (await fetch(url, { headers: { cookie } })).text();
}

const anAlert = (host: string): Macros => {
  const now = String(Math.floor(Date.now() / 1000));
  return {
    NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
    NAGIOS_NOTIFICATIONNUMBER: '1',
    NAGIOS_HOSTNAME: host,
    NAGIOS_SERVICEDESC: 'HTTP',
    NAGIOS_SERVICESTATE: 'CRITICAL',
    NAGIOS_SERVICESTATETYPE: 'HARD',
    NAGIOS_SERVICEOUTPUT: 'connection refused',
    NAGIOS_TIMET: now,
    NAGIOS_LASTSERVICECHECK: now,
  };
};

describe('the other sides', { timeout: 300_000 }, () => {
  test('P1 P10 a wrong Freshdesk key loses nothing, is told, and is mended by a restart with the right one', async () => {
    const day = await openDay('postgresql');
    const wrong = 'a key that is not right';
    const first = await day.start({ FRESHDESK_API_KEY: wrong });
    day.checks.setState('web01', 'HTTP', 'CRITICAL');
    await day.sender.idle();
    await until(async () => (await first.readyz()).body.checks.freshdesk?.ok === false, {
      what: '/readyz tells',
    });
    const { status, body } = await first.readyz();
    expect(status).toBe(200); // alerts are taken in all the same
    expect(body.checks.freshdesk?.detail).toContain('refuses our key');
    const page = await overview(first.url);
    expect(page).toContain('not reachable');
    expect(page).toContain('it refuses our key or user');
    expect(first.log.some(({ level, message }) => level === 'error' && /Freshdesk/.test(message))).toBe(true);
    expect(await first.stop()).toBe(0);
    for (const secret of [...SECRETS, wrong]) expect(first.output() + page).not.toContain(secret);

    await day.start();
    await statusIs(day, OPEN, 30_000); // less than a refused process rests
  });

  test('P2 P4 an outage of Freshdesk ends in one ticket with all its notes in order', async () => {
    const day = await openDay('postgresql');
    const { faults, state } = day.site.sandbox.freshdesk;
    const running = await day.start();
    faults.outage(true);
    day.checks.setState('web01', 'HTTP', 'WARNING', 'WARNING - slow');
    await wait(1_000);
    day.checks.setState('web01', 'HTTP', 'CRITICAL', 'CRITICAL - refused');
    await until(async () => (await running.readyz()).body.checks.freshdesk?.ok === false, {
      what: '/readyz tells',
    });
    await wait(1_500);
    expect(day.tickets()).toHaveLength(0);
    faults.outage(false);
    await statusIs(day, OPEN);
    const [ticket] = day.tickets();
    expect(ticket).toMatchObject({ priority: 3 });
    expect(ticket?.description).toContain('WARNING - slow');
    await until(() => state.conversations(ticket?.id ?? 0).length > 0, { what: 'the worsening is told' });
    expect(state.conversations(ticket?.id ?? 0).map(({ body }) => body)).toEqual([
      expect.stringContaining('CRITICAL - refused'),
    ]);
    await until(async () => (await running.readyz()).body.checks.freshdesk?.ok, {
      what: '/readyz is content again',
    });
  });

  test('P3 while Opsview is away nothing closes; back again, the proof is read', async () => {
    const day = await openDay('postgresql');
    const running = await day.start();
    day.checks.setState('web01', 'HTTP', 'CRITICAL');
    await statusIs(day, OPEN);
    await until(() => day.site.sandbox.opsview.state.object('web01', 'HTTP')?.acknowledgement, {
      what: 'acknowledged',
    });
    await wait(1_100); // Opsview dates by whole seconds: the recovery is younger than every reading of the problem
    day.site.sandbox.opsview.faults.outage(true);
    day.checks.setState('web01', 'HTTP', 'OK');
    await statusIs(day, RESOLVED);
    await until(async () => (await running.readyz()).body.checks.opsview?.ok === false, {
      what: '/readyz tells',
    });
    await wait(4_000); // twice the soak
    await statusIs(day, RESOLVED);
    day.site.sandbox.opsview.faults.outage(false);
    await statusIs(day, CLOSED);
  });
});

describe('the database', { timeout: 300_000 }, () => {
  test('P1 away at the start it is named, without the password; restarted, alerts are refused with 503 and none is lost', async () => {
    const server = await startPostgres({ durable: false });
    closers.push(() => server.stop());
    const folder = mkdtempSync(join(tmpdir(), 'watchdesk-away-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const place = {
      options: { databaseUrl: server.url('postgres'), dataDir: folder },
      remove: async () => {},
    };
    const day = await openDay('postgresql', { place });

    await server.pause();
    const { code, stderr } = await runToEnd(day.site.env, folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The database at 127\.0\.0\.1:\d+\/postgres does not answer: .*Check DATABASE_URL/,
    );
    expect(stderr).not.toContain('watchdesk:watchdesk');

    await server.resume();
    const running = await day.start();
    day.checks.setState('web01', 'HTTP', 'CRITICAL');
    await statusIs(day, OPEN);
    await server.pause();
    expect(await post(running.url, envelope(anAlert('gone01')))).toBe(503);
    day.checks.setState('web02', 'HTTP', 'CRITICAL');
    await until(async () => (await running.readyz()).status === 503, { what: '/readyz tells' });
    await wait(1_000);
    expect(running.isGone()).toBe(false);
    await server.resume();
    await until(() => day.tickets().length === 2, { what: 'the alert of the meantime has its ticket' });
    await until(async () => (await running.readyz()).status === 200, { what: '/readyz is content again' });
    day.checks.setState('web01', 'HTTP', 'OK');
    day.checks.setState('web02', 'HTTP', 'OK');
    await until(() => day.tickets().every(({ status }) => status === CLOSED), { what: 'both close' });
    expect(day.sender.answers).toContain(503);
    expect(await running.stop()).toBe(0);
  });

  test('P1 on a full disk the embedded database answers 503, and all comes back once there is room', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'watchdesk-full-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], { stdio: 'pipe' });
    } catch {
      rmSync(folder, { recursive: true });
      context.skip('no file system may be mounted here');
    }
    closers.push(() => {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    });
    const data = join(folder, 'data');
    mkdirSync(data);
    const day = await openDay('embedded', { place: { options: { dataDir: data }, remove: async () => {} } });
    let running = await day.start();
    day.checks.setState('web01', 'HTTP', 'CRITICAL');
    await statusIs(day, OPEN);

    const ballast = join(folder, 'ballast');
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    const answers: number[] = [];
    const accepted: string[] = [];
    // Room inside the files that are there already is used up first.
    for (let n = 0; n < 400 && !answers.includes(503); n++) {
      const host = `full${n}`;
      const status = await post(
        running.url,
        envelope({ ...anAlert(host), NAGIOS_LONGSERVICEOUTPUT: 'x'.repeat(100_000) }),
      );
      answers.push(status);
      if (status === 202) accepted.push(host);
    }
    expect(new Set(answers)).toEqual(new Set([202, 503]));
    day.checks.setState('web02', 'HTTP', 'CRITICAL'); // kept by the sender meanwhile
    await wait(1_000);
    rmSync(ballast);
    const isBack = await until(async () => (await post(running.url, envelope(anAlert('room01')))) === 202, {
      ms: 15_000,
      everyMs: 500,
      what: 'alerts are kept again',
    }).catch(() => false);
    console.log(
      `full disk: ${accepted.length} kept before, back ${isBack ? 'by itself' : 'after a restart'}`,
    );
    if (!isBack) {
      await running.kill();
      running = await day.start();
    }
    expect(isBack).toBe(true);
    await until(() => day.tickets().some(({ subject }) => subject.includes('web02')), {
      what: 'the kept alert arrives',
    });
    await until(
      () => accepted.every((host) => day.tickets().some(({ subject }) => subject.includes(`${host} `))),
      {
        ms: 40_000,
        what: 'every accepted alert has its ticket',
      },
    );
    await running.kill();
    await day.start(); // the files are whole
  });
});

describe('starting, stopping, reloading', { timeout: 300_000 }, () => {
  test('wrong settings: exit code 1 and one line per fault, without a secret', async () => {
    const { code, stderr, stdout } = await runToEnd(
      {
        PATH: process.env.PATH,
        PORT: '99999',
        FRESHDESK_URL: 'http://acme.example.com',
        FRESHDESK_API_KEY: 'very-secret-key',
        OPSVIEW_WEBHOOK_SECRET: 'short',
        CONSOLE_PASSWORD: 'tiny',
        FRESHDESK_KEY: 'x',
        CALL_TIMEOUT_SECONDS: '0',
      },
      tmpdir(),
    );
    expect(code).toBe(1);
    const lines = stderr.trim().split('\n');
    console.log(stderr);
    for (const name of [
      'PORT',
      'FRESHDESK_URL',
      'OPSVIEW_URL',
      'OPSVIEW_USERNAME',
      'OPSVIEW_PASSWORD',
      'CONSOLE_PASSWORD',
      'CALL_TIMEOUT_SECONDS',
    ]) {
      expect(lines.filter((line) => line.startsWith(`${name} `))).toHaveLength(1);
    }
    expect(lines.filter((line) => line.startsWith('OPSVIEW_WEBHOOK_SECRET '))).toHaveLength(1);
    expect(stdout + stderr).not.toMatch(/very-secret-key|short$|tiny$/m);
  });

  test('a port in use is named, with exit code 1, and the database is let go', async () => {
    const { site } = await openDay('embedded');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runToEnd({ ...site.env, PORT: String(port) }, site.folder);
    expect([code, stderr.trim()]).toEqual([
      1,
      `PORT ${port} on 127.0.0.1 is in use by another process; set PORT to a free one.`,
    ]);
    await site.start();
    const second = await runToEnd(site.env, site.folder);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/is in use by process \d+/);
  });

  test.each(['postgresql', 'embedded'] as const)(
    'P1 SIGTERM under load ends in good order and no 202 is lost (%s)',
    async (kind) => {
      const day = await openDay(kind, { policy: { ...QUICK_POLICY, read_back: { every: '1h' } } });
      const running = await day.start();
      const accepted: string[] = [];
      const statuses: number[] = [];
      let isOver = false;
      let next = 0;
      const posting = Array.from({ length: 16 }, async () => {
        while (!isOver) {
          const host = `load${next++}`;
          const status = await post(running.url, envelope(anAlert(host))).catch(() => 0);
          statuses.push(status);
          if (status === 202) accepted.push(host);
          if (status === 0) await wait(10);
        }
      });
      await until(() => accepted.length >= 50, { what: 'the load flows' });
      const at = performance.now();
      const code = await running.stop();
      const tookMs = performance.now() - at;
      isOver = true;
      await Promise.all(posting);
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(5_000);
      expect([...new Set(statuses)].sort()).toEqual([0, 202]);
      const kept = await day.site.inDatabase((database) => database.query('SELECT body FROM delivery'));
      const hosts = new Set(kept.map(({ body }) => JSON.parse(String(body)).macros?.NAGIOS_HOSTNAME));
      expect(accepted.filter((host) => !hosts.has(host))).toEqual([]);
      expect(running.log.at(-1)?.message).toBe('Watchdesk has stopped');
      expect(running.log.filter(({ level }) => level === 'error')).toEqual([]);
      console.log(`${kind}: ${accepted.length} accepted, stopped in ${Math.round(tookMs)} ms`);
    },
  );

  test('SIGHUP puts a good policy in force; one with faults changes nothing and is told with its line', async () => {
    const day = await openDay('postgresql');
    const running = await day.start();
    const told = (text: string) =>
      until(() => running.log.find(({ message }) => message.includes(text)), { what: text });
    day.site.usePolicy({ ...QUICK_POLICY, defaults: { impact: 'high' } });
    running.signal('SIGHUP');
    const { policy } = await told('read again and is in force');
    day.checks.setState('web01', 'HTTP', 'CRITICAL');
    await statusIs(day, OPEN);
    expect(day.tickets()[0]?.priority).toBe(4); // high impact makes it Urgent

    day.site.usePolicy('version: 1\nclosing: { soak: { urgent: "soon" } }\n');
    running.signal('SIGHUP');
    const broken = await told('the one in force stays');
    expect(JSON.stringify(broken.faults)).toMatch(/policy\.yaml:2.*soon|policy\.yaml:2/);
    day.checks.setState('web02', 'HTTP', 'CRITICAL');
    await until(() => day.tickets().length === 2, { what: 'it goes on deciding' });
    expect(day.tickets()[1]?.priority).toBe(4);
    const [incident] = await day.site.inDatabase((database) =>
      database.query('SELECT policy_version FROM incident ORDER BY number DESC LIMIT 1'),
    );
    expect(incident?.policy_version).toBe(policy);
    expect(await running.stop()).toBe(0);
  });
});
