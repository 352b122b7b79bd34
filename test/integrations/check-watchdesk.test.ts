import { appendFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anAlert, CHECK, PYTHON, run, Site, stopEverything } from './support.ts';

const figures = {
  inbox_waiting: 3,
  inbox_oldest_seconds: 1.5,
  timers_late_seconds: 0,
  outbox_waiting: 2,
  outbox_dead: 0,
};
const ready = { status: 'ready', checks: { database: { ok: true, detail: 'answers in 2 ms' } }, figures };

let server: Server;
let url: string;
let answer: { status: number; body: string; afterMs?: number };
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer((req, res) => {
    asked.push(req.url ?? '');
    const location = { location: 'https://elsewhere.example/' };
    setTimeout(() => res.writeHead(answer.status, location).end(answer.body), answer.afterMs ?? 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  stopEverything();
  server.closeAllConnections();
  server.close();
});

const check = (...args: readonly string[]) => run([CHECK, ...args]);
const says = (status: number, body: unknown) => {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

describe.skipIf(PYTHON === undefined)('check_watchdesk', () => {
  test('ready: OK with performance data', async () => {
    says(200, ready);
    const { code, stdout, stderr } = await check('-u', `${url}/`);
    expect(stdout).toMatch(
      /^WATCHDESK OK - ready, 3 alerts wait \| time=\d+\.\d+s inbox_waiting=3 inbox_oldest=1\.500s;60;300 timers_late=0s;60;300 outbox_waiting=2 outbox_dead=0\n$/,
    );
    expect({ code, stderr, asked }).toEqual({ code: 0, stderr: '', asked: ['/readyz'] });
  });

  test.each([
    // figures that differ                 options                        code  words
    [{ inbox_oldest_seconds: 61 }, [], 1, 'waits for 61 s'],
    [{ inbox_oldest_seconds: 301 }, [], 2, 'waits for 301 s'],
    [{ inbox_oldest_seconds: 301 }, ['-w', '400', '-c', '500'], 0, 'ready'],
    [{ timers_late_seconds: 90 }, [], 1, 'timers are 90 s late'],
    [{ timers_late_seconds: 400, outbox_dead: 2 }, [], 2, '2 messages could not be sent'],
    [{ outbox_dead: 1 }, [], 1, '1 messages could not be sent'],
  ] as const)('%j %j: state %i, %s', async (differing, options, code, words) => {
    says(200, { ...ready, figures: { ...figures, ...differing } });
    const result = await check('-u', url, ...options);
    expect(result.stdout).toContain(words);
    expect(result.code).toBe(code);
  });

  test('not ready: CRITICAL with what failed, on one line and without a stray bar', async () => {
    const checks = {
      database: { ok: false, detail: 'refused |\nsecond line' },
      freshdesk: { ok: true, detail: '' },
    };
    says(503, { ...ready, status: 'not_ready', checks });
    const { code, stdout } = await check('-u', url);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^WATCHDESK CRITICAL - not ready \(database: refused \/ second line\) \| time=[^|]*\n$/,
    );
  });

  test('not ready because the figures could not be read: CRITICAL all the same; a helpdesk away: WARNING', async () => {
    const checks = { figures: { ok: false, detail: 'no answer' } };
    says(503, { status: 'not_ready', checks, figures: null });
    expect(await check('-u', url)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('not ready (figures: no answer)'),
    });
    says(200, { ...ready, checks: { freshdesk: { ok: false, detail: 'no answer since 5 min' } } });
    expect(await check('-u', url)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('WARNING - freshdesk: no answer since 5 min |'),
    });
  });

  test('no answer, a late answer: CRITICAL; something else answers: UNKNOWN', async () => {
    says(200, '<h1>It works</h1>');
    expect(await check('-u', url)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('WATCHDESK UNKNOWN'),
    });
    says(302, '');
    expect((await check('-u', url)).code).toBe(3);
    answer = { status: 200, body: JSON.stringify(ready), afterMs: 2000 };
    expect(await check('-u', url, '-t', '0.2')).toMatchObject({ code: 2, stderr: '' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await check('-u', url)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('does not answer'),
    });
  });

  test('wrong use: UNKNOWN with the reason on one line', async () => {
    for (const args of [[], ['-u', 'ftp://x'], ['-w', 'x', '-u', url], ['--spool', '/nowhere']]) {
      const { code, stdout, stderr } = await check(...args);
      expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
      expect(stdout).toMatch(/^WATCHDESK UNKNOWN - .*\n$/);
    }
  });

  test('the spool: its age, what was refused and what was lost', async () => {
    says(200, ready);
    const site = new Site(url);
    try {
      await site.notify(anAlert('web01', 1));
      const fresh = await check('-u', url, '--spool', site.spool);
      expect(fresh.stdout).toMatch(
        /^WATCHDESK OK - ready, 3 alerts wait; spool: 1 alerts wait \|.* spool_waiting=1 spool_oldest=/,
      );
      expect(fresh.code).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect((await check('--spool', site.spool, '--spool-warning', '0.05')).code).toBe(1);
      const old = ['--spool-warning', '0.01', '--spool-critical', '0.05'];
      expect((await check('--spool', site.spool, ...old)).code).toBe(2);
      appendFileSync(join(site.spool, 'rejected', 'x.json'), '');
      expect((await check('--spool', site.spool)).stdout).toContain('WARNING - spool: 1 alerts were refused');
      appendFileSync(join(site.spool, 'overflow'), 'one\ntwo\n');
      expect((await check('--spool', site.spool)).stdout).toContain('2 alerts were lost');
    } finally {
      site.remove();
    }
  });
});
