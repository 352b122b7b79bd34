import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  anAlert,
  CONFIG_EXAMPLE,
  finished,
  NOTIFY,
  PYTHON,
  Receiver,
  run,
  Site,
  stopEverything,
  UNIT,
  until,
} from './support.ts';

const fixtures = join(import.meta.dirname, '../fixtures/opsview');
const BODY_BYTES_MAX = 256 * 1024;

let receiver: Receiver;
let site: Site;
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.listen();
  site = new Site(receiver.url);
});
afterEach(async () => {
  stopEverything();
  await receiver.close();
  site.remove();
});

describe.skipIf(PYTHON === undefined)('notify_watchdesk keeps an alert', () => {
  const recorded = readdirSync(fixtures).filter((name) => name.endsWith('.json'));

  test('P1 every recorded alert arrives as it was, signed and in order', async () => {
    const alerts = recorded.map(
      (name): Record<string, string> => JSON.parse(readFileSync(join(fixtures, name), 'utf8')).macros,
    );
    for (const macros of alerts) {
      expect(await site.notify({ ...macros, PATH_TO_NOWHERE: 'not for Watchdesk' })).toMatchObject({
        code: 0,
        stdout: '',
        stderr: '',
      });
    }
    expect((await site.drain()).code).toBe(0);

    expect(alerts.length).toBeGreaterThan(10);
    const byId = new Map(receiver.received.map(({ id, macros }) => [id, macros]));
    expect([...byId.values()]).toHaveLength(alerts.length);
    expect([...byId.values()]).toEqual(expect.arrayContaining(alerts));
    expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    for (const { id, sentAt } of receiver.received) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(new Date(sentAt).toISOString()).toBe(sentAt);
      expect(Math.abs(Date.parse(sentAt) - Date.now())).toBeLessThan(20_000);
    }
  });

  test('bytes that are not UTF-8 are taken as Latin-1, value by value; line feeds and control characters survive', async () => {
    const script = `
      export NAGIOS_HOSTNAME=web01 NAGIOS_SERVICEDESC="$(printf 'caf\\303\\251')" NAGIOS_SERVICEOUTPUT="$(printf 'caf\\351 \\200')"
      export NAGIOS_LONGSERVICEOUTPUT="$(printf 'one\\ntwo\\ttab \\033[1m \\177 \\355\\240\\200.')"
      exec "$0" -IS "$@"`;
    const child = spawn('sh', ['-c', script, PYTHON ?? '', NOTIFY, '--config', site.config], {
      env: { PATH: process.env.PATH ?? '' },
    });
    expect(await finished(child)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await site.drain();
    expect(receiver.received[0]?.macros).toEqual({
      NAGIOS_HOSTNAME: 'web01',
      NAGIOS_SERVICEDESC: 'café',
      NAGIOS_SERVICEOUTPUT: 'café \u0080',
      NAGIOS_LONGSERVICEOUTPUT: 'one\ntwo\ttab \u001b[1m \u007f \u00ed\u00a0\u0080.',
    });
  });

  test('20 kB of output survive whole; more than fits is cut at its end, with a mark, longest values first', async () => {
    const long = `${'line with "quotes" \\n and ü\t'.repeat(760)}end`;
    const huge = '🔥"'.repeat(24_000); // 120 kB of UTF-8 each, more once it is JSON: near the limit of Linux
    await site.notify(anAlert('web01', 1, { NAGIOS_LONGSERVICEOUTPUT: long }));
    await site.notify(
      anAlert('web02', 1, {
        NAGIOS_LONGSERVICEOUTPUT: huge,
        NAGIOS_LONGHOSTOUTPUT: huge,
        NAGIOS_HOSTOUTPUT: long,
      }),
    );
    await site.drain();
    const [whole, shortened] = ['web01', 'web02'].map((host) =>
      receiver.received.find(({ macros }) => macros.NAGIOS_HOSTNAME === host),
    );
    expect(long.length).toBeGreaterThan(20_000);
    expect(whole?.macros.NAGIOS_LONGSERVICEOUTPUT).toBe(long);
    expect(shortened?.raw.length).toBeLessThan(BODY_BYTES_MAX - 8 * 1024);
    expect(shortened?.raw.length).toBeGreaterThan(230 * 1024);
    expect(shortened?.macros.NAGIOS_HOSTOUTPUT).toBe(long);
    expect(shortened?.macros.NAGIOS_LONGSERVICEOUTPUT).toMatch(
      /^(🔥"){9000,}🔥? … \[cut by notify_watchdesk.*\]$/u,
    );
  });

  test('a business service alert has only OPSVIEW variables, and they arrive', async () => {
    const macros = { OPSVIEW_OBJECTTYPE: 'bsmservice', OPSVIEW_NAME: 'Shop', OPSVIEW_STATETEXT: 'OFFLINE' };
    await site.notify(macros);
    await site.drain();
    expect(receiver.received[0]?.macros).toEqual(macros);
  });

  test('P10 custom variables that hold passwords stay on the machine; files are for their owner only', async () => {
    await site.notify(
      anAlert('web01', 1, { NAGIOS__HOSTSNMP_COMMUNITY: 'public!', NAGIOS__HOSTSITE: 'London' }),
    );
    const [name = ''] = site.files('queue');
    const kept = readFileSync(join(site.spool, 'queue', name), 'utf8');
    expect(kept).toContain('London');
    expect(kept).not.toContain('public!');
    expect(kept).not.toContain(receiver.url);
    expect(statSync(join(site.spool, 'queue', name)).mode & 0o777).toBe(0o600);
    for (const part of ['queue', 'tmp', 'rejected'])
      expect(statSync(join(site.spool, part)).mode & 0o777).toBe(0o700);
  });

  test('it ends within milliseconds, also when Watchdesk does not answer', async () => {
    receiver.reply = () => ({ status: 202, afterMs: 5000 });
    site.configure({ url: receiver.url, forwarder: 'auto' });
    const bare = await median(() => run(['-c', 'pass']));
    const script = await median((number) => site.notify(anAlert('web01', number)));
    // Most of it is the start of Python; the bound leaves room for a busy machine, and is far below 5 s.
    expect(script).toBeLessThan(bare + 250);
  });

  test('P1 60 at once lose nothing, and one forwarder sends them all', async () => {
    site.configure({ url: receiver.url, forwarder: 'auto', idle_exit: '2' });
    const ends = await Promise.all(
      Array.from({ length: 60 }, (_, index) => site.notify(anAlert(`host${index % 20}`, index))),
    );
    expect(ends.every(({ code, stdout, stderr }) => code === 0 && stdout + stderr === '')).toBe(true);
    await until(
      () => new Set(receiver.received.map(({ id }) => id)).size === 60 && !site.files('queue').length,
    );
    expect(receiver.received).toHaveLength(60); // two forwarders would have sent some twice
    expect(receiver.maxAtOncePerObject).toBe(1);
    expect(await site.status()).toMatchObject({ waiting: 0, overflow: 0, rejected: 0 });
    expect(await site.status()).toMatchObject({ forwarder_pid: expect.any(Number) });
  });

  test('a forwarder that a notification started ends when idle, and the next notification starts another', async () => {
    site.configure({ url: receiver.url, forwarder: 'auto', idle_exit: '0.2' });
    for (const number of [1, 2]) {
      await site.notify(anAlert('web01', number));
      await until(() => receiver.received.length === number);
      await until(async () => (await site.status()).forwarder_pid === null);
    }
    expect(readdirSync(site.spool)).not.toContain('overflow');
  });

  test('P1 a full spool refuses the new alert, says so with exit 1, and status counts it', async () => {
    site.configure({ url: receiver.url, spool_max_files: '3' });
    for (const number of [1, 2, 3])
      expect((await site.notify(anAlert(`web0${number}`, number))).code).toBe(0);
    expect(await site.notify(anAlert('web04', 4))).toMatchObject({ code: 1, stdout: '', stderr: '' });
    expect(site.files('queue')).toHaveLength(3);
    expect(site.files('tmp')).toHaveLength(0);
    expect(readFileSync(join(site.spool, 'overflow'), 'utf8')).toMatch(
      /^\S+Z PROBLEM web04 HTTP CRITICAL\n$/,
    );
    expect(await site.status()).toMatchObject({ waiting: 3, overflow: 1 });
    await site.drain();
    expect((await site.notify(anAlert('web04', 5))).code).toBe(0);
  });

  test('bounds by bytes hold as well', async () => {
    site.configure({ url: receiver.url, spool_max_bytes: '3000' });
    const big = { NAGIOS_SERVICEOUTPUT: 'x'.repeat(2000) };
    expect((await site.notify(anAlert('web01', 1, big))).code).toBe(0);
    expect((await site.notify(anAlert('web02', 2, big))).code).toBe(0);
    expect((await site.notify(anAlert('web03', 3, big))).code).toBe(1);
  });

  test('P1 broken settings do not cost an alert; a spool that cannot be written does, with exit 1', async () => {
    site.configure({ url: 'nonsense', spool_max_files: 'many', colour: 'blue' });
    expect(await site.notify(anAlert('web01', 1))).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(site.files('queue')).toHaveLength(1);
    writeFileSync(join(site.folder, 'file'), '');
    site.configure({ url: receiver.url, spool: join(site.folder, 'file/spool') });
    expect(await site.notify(anAlert('web01', 2))).toMatchObject({ code: 1, stdout: '', stderr: '' });
  });

  test('arguments that it does not know do not cost an alert; without any alert it explains itself', async () => {
    const odd = await run([NOTIFY, '--config', site.config, '-x'], anAlert('web01', 1));
    expect(odd).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(site.files('queue')).toHaveLength(1);
    const none = await run([NOTIFY, '--config', site.config]);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('--forward');
  });

  test('settings also come from the environment, which wins', async () => {
    mkdirSync(join(site.folder, 'other'), { mode: 0o700 });
    await run([NOTIFY], {
      ...anAlert('web01', 1),
      WATCHDESK_CONFIG: site.config,
      WATCHDESK_SPOOL: join(site.folder, 'other'),
    });
    expect(readdirSync(join(site.folder, 'other/queue'))).toHaveLength(1);
  });

  test('the scripts stay within Python 3.6, and the example and the unit name what exists', async () => {
    const check = `import ast,sys
for path in sys.argv[1:]: ast.parse(open(path, encoding='utf-8').read(), feature_version=(3, 6))`;
    const { code, stderr } = await run(['-c', check, NOTIFY, NOTIFY.replace('notify_', 'check_')]);
    if (!stderr.includes('feature_version')) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const source = readFileSync(NOTIFY, 'utf8');
    for (const [, name = ''] of readFileSync(CONFIG_EXAMPLE, 'utf8').matchAll(/^(?:# )?(\w+) = /gm))
      expect(source).toContain(`'${name}': '`);
    expect(readFileSync(UNIT, 'utf8')).toContain('notify_watchdesk --forward --stay\n');
  });
});

async function median(call: (number: number) => Promise<{ ms: number }>): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < 5; number++) times.push((await call(number)).ms);
  return times.sort((one, other) => one - other)[2] ?? Number.NaN;
}
