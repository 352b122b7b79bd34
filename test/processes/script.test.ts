import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CheckState } from '../../src/model/check-event.ts';
import { INVENTORY } from '../../src/sandbox/opsview/inventory.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { finished, NOTIFY, PYTHON, Site as Spool, stopEverything } from '../integrations/support.ts';
import {
  freePort,
  type Macros,
  openSite,
  QUICK_POLICY,
  type Running,
  type Site,
  until,
  WEBHOOK_SECRET,
} from '../support/process.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/opsview');
const OPEN = 2;
const RESOLVED = 4;
const CLOSED = 5;
const LOW = 1;
const HIGH = 3;

/** What the recordings are about and the stand-in does not monitor yet. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  web01: ['Odd output'],
  app01: ['Planned work', 'Flappy'],
};
const inventory = INVENTORY.map((host) => ({
  ...host,
  checks: [...host.checks, ...(MORE[host.name] ?? []).map((name) => ({ name, okOutput: 'OK' }))],
}));

let site: Site;
let database: Database;
let running: Running;
let port: string;
const spools: Spool[] = [];
beforeAll(async () => {
  port = String(await freePort());
  site = await openSite('postgresql', {
    // Only what the script tells counts here, and the proof at the end.
    policy: { ...QUICK_POLICY, read_back: { every: '1h' } },
    sandbox: { opsview: { inventory } },
  });
  running = await site.start({ PORT: port });
  database = await openDatabase(site.place.options);
});
afterEach(stopEverything);
afterAll(async () => {
  for (const spool of spools) spool.remove();
  await database.close();
  await site.close();
});

/** The script as on an Opsview machine, which starts its forwarder by itself. */
function openSpool(): Spool {
  const settings = { secret: WEBHOOK_SECRET, forwarder: 'auto', retry_max: '1', idle_exit: '1' };
  const spool = new Spool(`http://127.0.0.1:${port}`, settings);
  spools.push(spool);
  return spool;
}

const decidedCount = async (): Promise<number> => {
  const rows = await database.query(
    `SELECT count(*)::int AS n FROM delivery WHERE source = 'opsview' AND status <> 'waiting'`,
  );
  return Number(rows[0]?.n);
};
const tickets = () => site.sandbox.freshdesk.state.data.tickets;
const ticketAbout = (text: string) => tickets().findLast(({ subject }) => subject.includes(text));
const notesOf = (id: number) => site.sandbox.freshdesk.state.conversations(id).map(({ body }) => body);

function problem(host: string, number: number, more: Macros = {}): Macros {
  const now = String(Math.floor(Date.now() / 1000));
  return {
    NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
    NAGIOS_NOTIFICATIONNUMBER: String(number),
    NAGIOS_HOSTNAME: host,
    NAGIOS_SERVICEDESC: 'HTTP',
    NAGIOS_SERVICESTATE: 'CRITICAL',
    NAGIOS_SERVICESTATETYPE: 'HARD',
    NAGIOS_SERVICEOUTPUT: `attempt ${number}`,
    NAGIOS_TIMET: now,
    NAGIOS_LASTSERVICECHECK: now,
    NAGIOS_LASTSERVICESTATECHANGE: now,
    NAGIOS_CONTACTNAME: 'watchdesk/01',
    ...more,
  };
}

/** As if it had been recorded just now: every instant in it is moved by the same time. */
function recording(name: string): Readonly<{ at: number; macros: Macros }> {
  const { recorded_at: at, macros } = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'));
  const shift = Math.floor(Date.now() / 1000) - Math.floor(at);
  const moved = (value: string): string =>
    /^17951\d{5}$/.test(value) ? String(Number(value) + shift) : value;
  return {
    at,
    macros: Object.fromEntries(Object.entries<string>(macros).map(([key, value]) => [key, moved(value)])),
  };
}

type Expected = Readonly<{
  about: string;
  ticket: Readonly<{ status: number; priority: number }> | 'none';
  note?: string;
}>;

/** In the order of recording: what is in Freshdesk once the alert has been dealt with. */
const RECORDED: Readonly<Record<string, Expected>> = {
  'service-problem-warning-full': { about: 'web01 Disk: /var/log', ticket: { status: OPEN, priority: LOW } },
  'service-flapping-start-full': { about: 'app01 Flappy', ticket: 'none' },
  'service-problem-worsened-full': {
    about: 'web01 Disk: /var/log',
    ticket: { status: OPEN, priority: HIGH },
    note: 'DISK CRITICAL - free space',
  },
  'service-flapping-stop-ok-full': { about: 'app01 Flappy', ticket: 'none' },
  'service-downtime-start': { about: 'app01 Planned work', ticket: 'none' },
  'host-problem-down': { about: 'db01', ticket: { status: OPEN, priority: HIGH } },
  'service-problem-critical': { about: 'web01 HTTP is', ticket: { status: OPEN, priority: HIGH } },
  'service-problem-odd-output': { about: 'web01 Odd output', ticket: { status: OPEN, priority: HIGH } },
  'service-acknowledgement': { about: 'web01 HTTPS certificate', ticket: 'none' },
  'service-recovery': { about: 'web01 HTTP is', ticket: { status: RESOLVED, priority: HIGH } },
  'host-acknowledgement': { about: 'db01', ticket: { status: OPEN, priority: HIGH } },
  'host-recovery': { about: 'db01', ticket: { status: RESOLVED, priority: HIGH } },
};

describe.skipIf(PYTHON === undefined)('through the notification script to a real process', () => {
  test('every recorded alert ends in the right ticket state, and what recovered closes on proof', {
    timeout: 300_000,
  }, async () => {
    const names = readdirSync(FIXTURES).flatMap((name) =>
      name.endsWith('.json') ? [name.slice(0, -5)] : [],
    );
    expect(names.toSorted((a, b) => recording(a).at - recording(b).at)).toEqual(Object.keys(RECORDED));
    const spool = openSpool();
    // The first reading of Opsview is over: from now on only notifications tell.
    const readBacks = () => site.sandbox.opsview.state.calls.filter(({ path }) => path === '/status/service');
    await until(() => readBacks().length > 0, { what: 'Opsview was read for the first time' });
    await wait(500);
    for (const [name, { about, ticket, note }] of Object.entries(RECORDED)) {
      await wait(1_100); // recordings are told in whole seconds, and these are to follow each other
      const { macros } = recording(name);
      const host = macros.NAGIOS_HOSTNAME ?? '';
      const check = macros.NAGIOS_SERVICEDESC ?? '';
      const state = (check === '' ? macros.NAGIOS_HOSTSTATE : macros.NAGIOS_SERVICESTATE) as CheckState;
      site.sandbox.opsview.checks.setState(host, check, state, undefined, { mode: 'silent' });
      const before = await decidedCount();
      expect((await spool.notify(macros)).code).toBe(0);
      await until(async () => (await decidedCount()) > before, { what: `${name} is decided` });
      if (ticket === 'none') {
        await wait(300);
        expect([name, ticketAbout(about)?.subject]).toEqual([name, undefined]);
        continue;
      }
      const isThere = () => {
        const found = ticketAbout(about);
        const isNoted =
          note === undefined || (found && notesOf(found.id).some((body) => body.includes(note)));
        // The soak is short here: what is resolved may be proven and closed before anybody looks.
        const statuses = ticket.status === RESOLVED ? [RESOLVED, CLOSED] : [ticket.status];
        const isRight = found && statuses.includes(found.status) && found.priority === ticket.priority;
        return isRight && isNoted;
      };
      // A new ticket is read again after five seconds before it is written to.
      await until(isThere, { ms: 60_000, what: `${name} makes ${JSON.stringify(ticket)}` }).catch(
        (error: unknown) => {
          throw new Error(`${error}; it is ${JSON.stringify(ticketAbout(about))}`);
        },
      );
    }
    for (const about of ['web01 HTTP is', 'db01']) {
      await until(() => ticketAbout(about)?.status === CLOSED, { what: `${about} is closed on proof` });
    }
    expect(
      tickets()
        .map(({ subject, status }) => `${subject.replace(/^\[.*?\] /, '')}: ${status}`)
        .sort(),
    ).toEqual([
      'host db01 is DOWN: 5',
      'web01 Disk: /var/log is CRITICAL: 2',
      'web01 HTTP is CRITICAL: 5',
      'web01 Odd output is CRITICAL: 2',
    ]);
  });

  test('odd output of the recording is in the ticket as text', async () => {
    const html = ticketAbout('web01 Odd output')?.description ?? '';
    for (const text of [
      '&lt;script&gt;alert(1)&lt;/script&gt;',
      '100% of %s and %20, $HOME $USER1$',
      'naïve café — 数据库 🔥',
      'C:\\temp\\new',
      '$(id)',
      'long line 2: path C:\\temp\\new and a literal \\n inside\n',
      '50% done',
      'after an empty line: ünïcode ✓',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toMatch(/<script|<b>bold|<b>html/);
  });

  test('bytes that are not UTF-8, 20 kB of long output and semicolons arrive, safely escaped', async () => {
    const long = Array.from(
      { length: 400 },
      (_, n) => `line ${n} <i>&amp;</i> "50%"; ${'x'.repeat(20)}`,
    ).join('\\n');
    expect(long.length).toBeGreaterThan(20_000);
    const spool = openSpool();
    // Only a shell can put bytes into an environment that are no text.
    const script = `export NAGIOS_SERVICEOUTPUT="$(printf 'caf\\351 \\374ber <img src=x onerror=alert(1)>; \\200 100%%')"; exec "$0" -IS "$1" --config "$2"`;
    const child = spawn('sh', ['-c', script, PYTHON ?? '', NOTIFY, spool.config], {
      env: { PATH: process.env.PATH ?? '', ...problem('odd01', 1, { NAGIOS_LONGSERVICEOUTPUT: long }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect((await finished(child)).code).toBe(0);
    const ticket = await until(() => ticketAbout('odd01'), { what: 'the ticket is there' });
    expect(ticket.description).toContain('café über &lt;img src=x onerror=alert(1)&gt;; ');
    expect(ticket.description).toContain('100%');
    expect(ticket.description).toContain('line 0 &lt;i&gt;&amp;amp;&lt;/i&gt;');
    expect(ticket.description).toContain('line 399 &lt;i&gt;');
    expect(ticket.description).not.toMatch(/<img|<i>/);
  });

  test('P2 one problem told to two contacts at once makes one ticket', async () => {
    const spool = openSpool();
    const contacts = ['watchdesk/01default', 'watchdesk/02nights'];
    const before = await decidedCount();
    const macros = problem('twice01', 1);
    await Promise.all(contacts.map((name) => spool.notify({ ...macros, NAGIOS_CONTACTNAME: name })));
    await until(() => ticketAbout('twice01'), { what: 'the ticket is there' });
    await until(() => spool.files('queue').length === 0, { what: 'both were accepted' });
    await wait(500);
    expect(tickets().filter(({ subject }) => subject.includes('twice01'))).toHaveLength(1);
    expect(await decidedCount()).toBe(before + 1);
  });

  test('P1 60 scripts at once lose nothing', { timeout: 300_000 }, async () => {
    const spool = openSpool();
    const hosts = Array.from({ length: 60 }, (_, n) => `many${String(n).padStart(2, '0')}`);
    const ended = await Promise.all(hosts.map((host) => spool.notify(problem(host, 1))));
    expect(ended.map(({ code }) => code)).toEqual(hosts.map(() => 0));
    await until(() => hosts.every((host) => ticketAbout(host)), {
      ms: 45_000,
      what: 'every host has its ticket',
    });
    expect(tickets().filter(({ subject }) => subject.includes('many'))).toHaveLength(60);
    expect(spool.files('rejected')).toEqual([]);
  });

  test('P1 with Watchdesk stopped alerts wait in the spool, and arrive in order after its start', {
    timeout: 300_000,
  }, async () => {
    expect(await running.stop()).toBe(0);
    const spool = openSpool();
    const hosts = ['wait01', 'wait02', 'wait03'];
    for (let number = 1; number <= 4; number++) {
      for (const host of hosts) expect((await spool.notify(problem(host, number))).code).toBe(0);
    }
    expect(spool.files('queue')).toHaveLength(12);
    await wait(1_000); // it is tried, and refused
    expect(spool.files('queue')).toHaveLength(12);
    running = await site.start({ PORT: port });
    await until(() => spool.files('queue').length === 0, { what: 'the spool is empty' });
    await until(() => hosts.every((host) => ticketAbout(host)), { what: 'every host has its ticket' });
    const rows = await database.query(`SELECT body FROM delivery WHERE body LIKE '%"wait0%' ORDER BY seq`);
    const arrived = rows.map(({ body }) => JSON.parse(String(body)).macros);
    for (const host of hosts) {
      const numbers = arrived
        .filter((one) => one.NAGIOS_HOSTNAME === host)
        .map((one) => one.NAGIOS_NOTIFICATIONNUMBER);
      expect(numbers).toEqual(['1', '2', '3', '4']);
    }
    expect(tickets().filter(({ subject }) => subject.includes('wait0'))).toHaveLength(3);
  });
});
