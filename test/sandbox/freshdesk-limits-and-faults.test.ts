import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebhookCall } from '../../src/sandbox/freshdesk/settings.ts';
import { aTicket, sandboxAt } from './support.ts';

const MINUTE = 60_000;
let at: Awaited<ReturnType<typeof sandboxAt>>;
let hooks: WebhookCall[];
let hookStatus: number;
let folder: string;
const started = (): ReturnType<typeof sandboxAt> =>
  sandboxAt('2026-03-02T09:00:00Z', {
    freshdesk: {
      persistPath: join(folder, 'freshdesk.json'),
      onWebhook: async (call) => {
        hooks.push(call);
        return hookStatus;
      },
    },
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchdesk-sandbox-'));
  hooks = [];
  hookStatus = 202;
  at = await started();
});
afterEach(async () => {
  await at.sandbox.close();
  rmSync(folder, { recursive: true });
});

test('the minute is a fixed window from the first call on, told as decimals, and failed calls cost too', async () => {
  at.sandbox.freshdesk.settings.limits = { total: 3, create: 3, update: 3, list: 3 };
  const first = await at.freshdesk('GET', '/agents/me');
  expect(first.headers.get('x-ratelimit-total')).toBe('3.0');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('2.0');
  expect(first.headers.get('x-ratelimit-used-currentrequest')).toBe('1');
  at.clock.advance(20_000);
  await at.freshdesk('GET', '/nothing');
  await at.freshdesk('POST', '/tickets', {});
  const refused = await at.freshdesk('GET', '/agents/me');
  expect(refused).toMatchObject({ status: 429, body: { message: expect.any(String) } });
  expect(refused.headers.get('retry-after')).toBe('40');
  at.clock.advance(40_000);
  expect((await at.freshdesk('GET', '/agents/me')).headers.get('x-ratelimit-remaining')).toBe('2.0');
  expect(at.sandbox.freshdesk.state.minutes).toMatchObject([{ total: 3, refused: 1 }, { total: 1 }]);
});

test.each([
  ['create', 'POST', '/tickets'],
  ['update', 'PUT', '/tickets/1'],
  ['list', 'GET', '/tickets'],
] as const)('the limit for %s trips while the headers still show calls left', async (kind, method, path) => {
  await at.freshdesk('POST', '/tickets', aTicket);
  at.clock.advance(MINUTE);
  at.sandbox.freshdesk.settings.limits = { total: 100, create: 9, update: 9, list: 9, [kind]: 1 };
  const body = kind === 'list' ? undefined : kind === 'create' ? aTicket : { status: 3 };
  expect((await at.freshdesk(method, path, body)).status).toBeLessThan(300);
  const refused = await at.freshdesk(method, path, body);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('99.0');
});

test('each include of a list costs two more calls', async () => {
  const answer = await at.freshdesk('GET', '/tickets?include=stats,requester');
  expect(answer.headers.get('x-ratelimit-used-currentrequest')).toBe('5');
});

test('fault cut_before: the connection breaks and no ticket exists', async () => {
  at.sandbox.freshdesk.faults.next({
    kind: 'cut_before',
    match: { method: 'POST', pathPattern: /^\/tickets$/ },
  });
  await expect(at.freshdesk('POST', '/tickets', aTicket)).rejects.toThrow('fetch failed');
  expect(at.sandbox.freshdesk.state.data.tickets).toHaveLength(0);
  expect((await at.freshdesk('POST', '/tickets', aTicket)).status).toBe(201);
});

test('fault cut_after: the ticket exists although the answer was lost', async () => {
  at.sandbox.freshdesk.faults.next({ kind: 'cut_after', match: { method: 'POST' } });
  expect((await at.freshdesk('GET', '/agents/me')).status).toBe(200);
  await expect(at.freshdesk('POST', '/tickets', aTicket)).rejects.toThrow('fetch failed');
  expect(at.sandbox.freshdesk.state.data.tickets).toHaveLength(1);
});

test('faults with a status, an HTML page and a delay; times and clear', async () => {
  const { faults } = at.sandbox.freshdesk;
  faults.next({
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '7' },
    body: { message: 'no' },
    times: 2,
  });
  faults.next({ kind: 'html_502', times: Number.POSITIVE_INFINITY });
  const first = await at.freshdesk('GET', '/agents/me');
  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
  expect((await at.freshdesk('GET', '/agents/me')).status).toBe(429);
  const html = await at.freshdesk('GET', '/agents/me');
  expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
  faults.clear();
  faults.next({ kind: 'slow', ms: 60 });
  const before = performance.now();
  expect((await at.freshdesk('GET', '/agents/me')).status).toBe(200);
  expect(performance.now() - before).toBeGreaterThan(55);
});

test('an outage cuts every call until it ends; refused connections reach nobody', async () => {
  at.sandbox.freshdesk.faults.outage(true);
  await expect(at.freshdesk('GET', '/agents/me')).rejects.toThrow('fetch failed');
  at.sandbox.freshdesk.faults.outage(false);
  expect((await at.freshdesk('GET', '/agents/me')).status).toBe(200);
  await at.sandbox.refuseConnections(true);
  await expect(at.freshdesk('GET', '/agents/me')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await at.sandbox.refuseConnections(false);
  expect((await at.freshdesk('GET', '/agents/me')).status).toBe(200);
});

test('a restart finds tickets, notes, the search index and what was still to be done', async () => {
  await at.freshdesk('POST', '/tickets', { ...aTicket, tags: ['keep'] });
  await at.freshdesk('POST', '/tickets/1/notes', { body: 'note' });
  // No close: what was answered must be on disk already.
  const again = await started();
  try {
    expect(await again.json('GET', '/tickets/1/conversations')).toHaveLength(1);
    again.clock.advance(2 * MINUTE);
    expect((await again.json('GET', '/tickets/1')).due_by).not.toBeNull();
    const query = encodeURIComponent(`"tag:'keep'"`);
    expect(await again.json('GET', `/search/tickets?query=${query}`)).toMatchObject({ total: 1 });
    expect(await again.json('POST', '/tickets', aTicket)).toMatchObject({ id: 2 });
  } finally {
    await again.sandbox.close();
  }
});

test('automation calls the webhook after a create settled and for API updates, with the number and a secret header', async () => {
  const { freshdesk } = at.sandbox;
  freshdesk.settings.webhook = { url: 'http://127.0.0.1:9/webhooks/freshdesk', secret: 's3cret' };
  await at.freshdesk('POST', '/tickets', { ...aTicket, subject: '"quoted" \\ {{ticket.id}}' });
  await freshdesk.tick();
  expect(hooks).toEqual([]);
  at.clock.advance(1000);
  await freshdesk.tick();
  await at.freshdesk('PUT', '/tickets/1', { status: 3 });
  await at.freshdesk('POST', '/tickets/1/notes', { body: 'x' });
  await freshdesk.tick();
  expect(hooks.map(({ body }) => JSON.parse(body))).toEqual([
    { ticket_id: '1', event: 'ticket_created' },
    { ticket_id: '1', event: 'ticket_updated' },
    { ticket_id: '1', event: 'ticket_updated' },
  ]);
  expect(hooks[0]?.headers).toMatchObject({
    'x-watchdesk-secret': 's3cret',
    'content-type': 'application/json',
  });
});

test('a failed webhook is tried again after 5, 30 and 60 minutes, then dropped', async () => {
  const { freshdesk } = at.sandbox;
  await at.freshdesk('POST', '/tickets', aTicket);
  at.clock.advance(1000);
  await freshdesk.tick();
  freshdesk.settings.webhook = { url: 'http://127.0.0.1:9/', secret: 's' };
  hookStatus = 503;
  await at.freshdesk('PUT', '/tickets/1', { status: 3 });
  await freshdesk.tick();
  for (const [minutes, calls] of [
    [4, 1],
    [1, 2],
    [29, 2],
    [1, 3],
    [60, 4],
    [600, 4],
  ] as const) {
    at.clock.advance(minutes * MINUTE);
    await freshdesk.tick();
    expect(hooks).toHaveLength(calls);
  }
});
