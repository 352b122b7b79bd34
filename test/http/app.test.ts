import { Router } from 'express';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Figures } from '../../src/http/health.ts';
import { startServer } from '../../src/http/server.ts';
import { startApp } from './harness.ts';

const figures: Figures = {
  inbox_waiting: 3,
  inbox_oldest_seconds: 1.5,
  timers_late_seconds: 0,
  outbox_waiting: 2,
  outbox_dead: 1,
};
const good = { isEssential: true, run: async () => ({ ok: true, detail: 'answers' }) };
const bad = { isEssential: true, run: async () => ({ ok: false, detail: 'does not answer' }) };

type Running = Awaited<ReturnType<typeof startApp>>;
let running: Running | undefined;
const start = async (changes: Parameters<typeof startApp>[0] = {}) => {
  running = await startApp(changes);
  return running;
};
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe('health', () => {
  test('/healthz says that the process is alive, also when nothing else is', async () => {
    const { url } = await start({ probes: { database: bad } });
    await supertest(url).get('/healthz').expect(200, { status: 'ok' });
  });

  test('/readyz is 200 with figures when what is essential works', async () => {
    const { url } = await start({
      probes: { database: good, freshdesk: { ...bad, isEssential: false } },
      figures: async () => figures,
    });
    await supertest(url)
      .get('/readyz')
      .expect(200, {
        status: 'ready',
        checks: {
          database: { ok: true, detail: 'answers' },
          freshdesk: { ok: false, detail: 'does not answer' },
          figures: { ok: true, detail: 'Queues and timers were read.' },
        },
        figures,
      });
  });

  test('/readyz is 503 when something essential does not', async () => {
    const { url } = await start({ probes: { database: bad, freshdesk: good } });
    const answer = await supertest(url).get('/readyz').expect(503);
    expect(answer.body).toMatchObject({ status: 'not_ready', checks: { database: { ok: false } } });
  });

  test('P10 a check that throws is not ready, and what it threw is for the log only', async () => {
    const thrown = () => Promise.reject(new Error('password=hunter2'));
    const { url, logged } = await start({
      probes: { database: { isEssential: true, run: thrown } },
      figures: thrown,
    });
    const answer = await supertest(url).get('/readyz').expect(503);
    expect(answer.body).toMatchObject({
      checks: { database: { ok: false }, figures: { ok: false } },
      figures: null,
    });
    expect(answer.text).not.toContain('hunter2');
    expect(logged).toHaveLength(2);
  });

  test('asking often looks once at a time', async () => {
    let looks = 0;
    const gate = Promise.withResolvers<{ ok: boolean; detail: string }>();
    const looking = Promise.withResolvers<void>();
    const run = () => {
      looks += 1;
      looking.resolve();
      return gate.promise;
    };
    const { url } = await start({ probes: { database: { isEssential: true, run } } });
    const answers = Array.from({ length: 20 }, () => fetch(`${url}/readyz`));
    await looking.promise;
    await fetch(`${url}/healthz`);
    gate.resolve({ ok: true, detail: 'answers' });
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    expect(looks).toBeLessThan(20);
  });
});

describe('metrics', () => {
  test('are shown to this machine, in the format of Prometheus', async () => {
    const { url, metrics } = await start({
      refreshMetrics: async () => running?.metrics.queueDepth('inbox', 7),
    });
    metrics.decided('first_failure');
    metrics.timerLateness(1_200);
    metrics.connectorCall('freshdesk', 'create_ticket', 'rate_limited');
    metrics.budgetLeft('create', 12);
    metrics.queueAge('inbox', 2_500);
    const answer = await supertest(url)
      .get('/metrics')
      .expect(200)
      .expect('Content-Type', /^text\/plain; version=0\.0\.4/);
    for (const line of [
      'watchdesk_decisions_total{rule="first_failure"} 1',
      'watchdesk_timer_lateness_seconds_bucket{le="5"} 1',
      'watchdesk_connector_calls_total{connector="freshdesk",kind="create_ticket",outcome="rate_limited"} 1',
      'watchdesk_api_budget_left{bucket="create"} 12',
      'watchdesk_queue_depth{queue="inbox"} 7',
      'watchdesk_queue_oldest_seconds{queue="inbox"} 2.5',
      'process_resident_memory_bytes ',
    ]) {
      expect(answer.text).toContain(line);
    }
  });

  test.each([
    // headers, token set, status
    [{}, undefined, 200],
    [{ 'X-Forwarded-For': '192.0.2.1' }, undefined, 403],
    [{ Forwarded: 'for=192.0.2.1' }, undefined, 403],
    [{ 'X-Forwarded-For': '192.0.2.1', Authorization: 'Bearer ' }, undefined, 403],
    [{ 'X-Forwarded-For': '192.0.2.1', Authorization: 'Bearer undefined' }, undefined, 403],
    [
      { 'X-Forwarded-For': '192.0.2.1', Authorization: 'Bearer the-token-of-metrics' },
      'the-token-of-metrics',
      200,
    ],
    [
      { 'X-Forwarded-For': '192.0.2.1', Authorization: 'Bearer the-token-of-metricz' },
      'the-token-of-metrics',
      403,
    ],
    [
      { 'X-Forwarded-For': '192.0.2.1', Authorization: 'Basic the-token-of-metrics' },
      'the-token-of-metrics',
      403,
    ],
  ])('%j with token %s: %i', async (headers, metricsToken, status) => {
    const { url } = await start(metricsToken === undefined ? {} : { metricsToken });
    await supertest(url)
      .get('/metrics')
      .set(headers as Record<string, string>)
      .expect(status);
  });
});

describe('every answer', () => {
  beforeEach(async () => {
    const pages = Router();
    pages.get('/page', (_req, res) => void res.send('<p>page</p>'));
    pages.get('/fails', () => {
      throw new Error('SELECT password FROM people');
    });
    pages.get('/address', (req, res) => void res.send(req.ip));
    await start({ routers: [pages] });
  });

  test('of a page forbids inline scripts, framing and foreign sources, and does not name the server', async () => {
    const { headers } = await supertest(running?.url ?? '')
      .get('/page')
      .expect(200);
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('upgrade-insecure-requests'); // would break a sandbox without TLS
  });

  test('to a wrong address is a problem document', async () => {
    const answer = await supertest(running?.url ?? '')
      .get('/nothing')
      .expect(404);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:watchdesk:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: expect.any(String),
      remedy: expect.any(String),
      instance: `urn:uuid:${answer.headers['x-request-id']}`,
    });
  });

  test('to an address that cannot be decoded is 400', async () => {
    const answer = await fetch(`${running?.url}/page/%E0%A4%A`);
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('P10 to our own failure tells a request id, and the error only to the log', async () => {
    const answer = await supertest(running?.url ?? '')
      .get('/fails')
      .expect(500);
    expect(answer.text).not.toContain('SELECT');
    expect(running?.logged).toMatchObject([
      { level: 'error', meta: { path: '/fails', requestId: answer.headers['x-request-id'] } },
    ]);
  });

  test('believes no forwarding header unless a proxy is configured', async () => {
    const ask = async (url: string) =>
      (await supertest(url).get('/address').set('X-Forwarded-For', '192.0.2.7')).text;
    expect(await ask(running?.url ?? '')).toBe('127.0.0.1');
    await running?.stop();
    const pages = Router();
    pages.get('/address', (req, res) => void res.send(req.ip));
    const { url } = await start({ trustProxy: ['loopback'], routers: [pages] });
    expect(await ask(url)).toBe('192.0.2.7');
  });

  test('wrong methods are told which one is right', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const answer = await supertest(running?.url ?? '')
        .post(path)
        .expect(405);
      expect(answer.headers.allow).toBe('GET');
    }
  });
});

describe('server', () => {
  test('a port in use is told with the remedy', async () => {
    const { app, port } = await start();
    await expect(startServer(app, { host: '127.0.0.1', port })).rejects.toThrow(
      `PORT ${port} on 127.0.0.1 is in use by another process; set PORT to a free one.`,
    );
    await expect(startServer(app, { host: '192.0.2.1', port: 0 })).rejects.toThrow(
      /HOST 192\.0\.2\.1 is not an address/,
    );
  });

  test('P1 stopping lets the answer under way out', async () => {
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const pages = Router();
    pages.get('/slow', async (_req, res) => {
      asked.resolve();
      await gate.promise;
      res.send('done');
    });
    const { url, stop } = await start({ routers: [pages] });
    const answer = fetch(`${url}/slow`);
    await asked.promise;
    const stopped = stop();
    gate.resolve();
    expect(await (await answer).text()).toBe('done');
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
