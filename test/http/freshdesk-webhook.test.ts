import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAILED_ATTEMPTS_PER_MINUTE_MAX, WEBHOOK_BODY_BYTES_MAX } from '../../src/http/webhook-answers.ts';
import { FRESHDESK_SECRET, NOW, sendRaw, startApp } from './harness.ts';

type Running = Awaited<ReturnType<typeof startApp>>;
let running: Running;
beforeEach(async () => {
  running = await startApp();
});
afterEach(async () => {
  await running.stop();
});

const hint = '{"ticket_id":"42","event":"updated"}';

describe('a good webhook', () => {
  test.each([
    [hint, { ticket_id: 42, event: 'updated' }],
    ['{"freshdesk_webhook":{"ticket_id":42,"ticket_subject":"My card 4111"}}', { ticket_id: 42 }],
    ['{"ticket_id":"42","subject":"the "big" one"}', { ticket_id: 42 }],
  ])('%s is kept, without anything that we do not need', async (text, stored) => {
    const answer = await running.postHook(text, { 'Content-Type': 'application/json; charset=utf-8' });
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'kept' } });
    expect(running.kept).toEqual([
      {
        source: 'freshdesk',
        deliveryId: answer.body.id,
        body: expect.any(String),
        receivedAt: NOW,
      },
    ]);
    expect(JSON.parse(running.kept[0]?.body ?? '')).toEqual(stored);
  });

  test('P4 the same body again is no repetition: the ticket may have changed since', async () => {
    const [first, second] = [await running.postHook(hint), await running.postHook(hint)];
    expect([first.body.outcome, second.body.outcome]).toEqual(['kept', 'kept']);
    expect(first.body.id).not.toBe(second.body.id);
  });

  test('P1 is answered only after it was stored', async () => {
    const asked = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<'kept'>();
    const slow = await startApp({
      keep: () => {
        asked.resolve();
        return stored.promise;
      },
    });
    let isAnswered = false;
    const answer = slow.postHook(hint).then((got) => {
      isAnswered = true;
      return got;
    });
    await asked.promise;
    await fetch(`${slow.url}/healthz`); // the server had every chance to write an answer too early
    expect(isAnswered).toBe(false);
    stored.resolve('kept');
    expect(await answer).toMatchObject({ status: 202 });
    await slow.stop();
  });

  test('the probe of the doctor is answered and not stored', async () => {
    expect(await running.postHook('{"event":"doctor"}')).toMatchObject({
      status: 202,
      body: { outcome: 'probe' },
    });
    expect(await running.postHook('{"event":"doctor"}', { 'X-Watchdesk-Secret': 'guess' })).toMatchObject({
      status: 401,
    });
    expect(running.kept).toEqual([]);
  });

  test('is never throttled, not even while others fail from the same address', async () => {
    for (let i = 0; i <= FAILED_ATTEMPTS_PER_MINUTE_MAX; i += 1)
      await running.postHook(hint, { 'X-Watchdesk-Secret': 'guess' });
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => (await running.postHook(hint)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
  });
});

describe('P10 the secret', () => {
  test.each([
    ['none', ''],
    ['another', 'the-secret-of-somebody'],
    ['a beginning of it', FRESHDESK_SECRET.slice(0, -1)],
    ['more than it', `${FRESHDESK_SECRET}x`],
    ['in capitals', FRESHDESK_SECRET.toUpperCase()],
    ['twice', `${FRESHDESK_SECRET}, ${FRESHDESK_SECRET}`],
  ])('refused with 401: %s', async (_, secret) => {
    const answer = await running.postHook(hint, { 'X-Watchdesk-Secret': secret });
    expect(answer).toMatchObject({
      status: 401,
      body: {
        type: 'urn:watchdesk:problem:not-verified',
        remedy: expect.stringMatching(/FRESHDESK_WEBHOOK_SECRET/),
      },
    });
    expect(JSON.stringify(answer.body)).not.toContain(FRESHDESK_SECRET);
    expect(running.kept).toEqual([]);
  });

  test('while it is being changed the one before is accepted too, and no third', async () => {
    const changing = await startApp({ freshdeskSecrets: ['the-new-secret', FRESHDESK_SECRET] });
    const statusWith = async (secret: string) =>
      (await changing.postHook(hint, { 'X-Watchdesk-Secret': secret })).status;
    expect(await statusWith('the-new-secret')).toBe(202);
    expect(await statusWith(FRESHDESK_SECRET)).toBe(202);
    expect(await statusWith('the-oldest-secret')).toBe(401);
    await changing.stop();
  });

  test('is checked before the body is read', async () => {
    const head = [
      'POST /webhooks/freshdesk HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'X-Watchdesk-Secret: guess',
      'Content-Length: 100000',
      '',
      '',
    ].join('\r\n');
    expect(await sendRaw(running.port, [head])).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('is not set: 503 that names the setting, whatever was sent', async () => {
    const off = await startApp({ freshdeskSecrets: [] });
    for (const secret of ['', 'undefined', FRESHDESK_SECRET]) {
      expect(await off.postHook(hint, { 'X-Watchdesk-Secret': secret })).toMatchObject({
        status: 503,
        body: {
          type: 'urn:watchdesk:problem:not-configured',
          detail: expect.stringMatching(/^FRESHDESK_WEBHOOK_SECRET is not set/),
        },
      });
    }
    expect(off.kept).toEqual([]);
    await off.stop();
  });

  test('guessing it is answered 429 after a while, per address', async () => {
    const proxied = await startApp({ trustProxy: 1 });
    const guess = (from: string) =>
      proxied.postHook(hint, { 'X-Watchdesk-Secret': 'guess', 'X-Forwarded-For': from });
    for (let i = 0; i < FAILED_ATTEMPTS_PER_MINUTE_MAX; i += 1)
      expect((await guess('192.0.2.1')).status).toBe(401);
    const limited = await guess('192.0.2.1');
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('60');
    expect((await guess('192.0.2.2')).status).toBe(401);
    await proxied.stop();
  });
});

describe('bad input', () => {
  test.each([
    ['', 'The body is empty.'],
    ['[]', 'The body must be a JSON object.'],
    ['42', 'The body must be a JSON object.'],
    [`${'['.repeat(60_000)}${']'.repeat(60_000)}`, 'The body must be a JSON object.'],
  ])('refused with 400: %.20s', async (text, detail) => {
    expect(await running.postHook(text)).toMatchObject({
      status: 400,
      body: { type: 'urn:watchdesk:problem:malformed', detail },
    });
    expect(running.kept).toEqual([]);
  });

  test.each([
    ['{"event":"updated"}', 'ticket_id_missing'],
    ['{"ticket_id":"{{ticket.id}}"}', 'ticket_id_missing'],
    ['{"subject":"the "big" one"}', 'hook_unreadable'],
    ['{"ticket_id":42,"subject":"my "ticket_id": 7"}', 'ticket_id_ambiguous'],
    ['['.repeat(200_000), 'hook_unreadable'],
  ])('P1 kept, parked and answered 422: %.50s', async (text, rule) => {
    const answer = await running.postHook(text);
    expect(answer).toMatchObject({
      status: 422,
      body: { type: 'urn:watchdesk:problem:not-understood', outcome: 'parked', rule },
    });
    expect(running.kept).toMatchObject([
      {
        source: 'freshdesk',
        deliveryId: answer.body.id,
        body: expect.not.stringMatching(/big|my/),
        parked: { rule, sentence: answer.body.detail },
      },
    ]);
  });

  test('a rule with a mistake parks one row, however often it fires', async () => {
    for (let i = 0; i < 5; i += 1) expect((await running.postHook('{"event":"updated"}')).status).toBe(422);
    expect(running.kept).toHaveLength(1);
    expect(running.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('larger than 256 kB is refused with 413, exactly 256 kB is not', async () => {
    const withLength = (bytes: number) => hint.replace('updated', 'u'.repeat(bytes - hint.length + 7));
    expect(await running.postHook(withLength(WEBHOOK_BODY_BYTES_MAX + 1))).toMatchObject({ status: 413 });
    expect(running.kept).toEqual([]);
    expect(await running.postHook(withLength(WEBHOOK_BODY_BYTES_MAX))).toMatchObject({ status: 202 });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'text/xml', ''])(
    'refused with 415: %s',
    async (type) => {
      expect(await running.postHook(hint, { 'Content-Type': type })).toMatchObject({
        status: 415,
        body: { type: 'urn:watchdesk:problem:not-json' },
      });
    },
  );

  test('a compressed body is refused with 415', async () => {
    expect(await running.postHook(gzipSync(hint), { 'Content-Encoding': 'gzip' })).toMatchObject({
      status: 415,
    });
  });

  test('other methods are told which one is right', async () => {
    const answer = await fetch(`${running.url}/webhooks/freshdesk`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

test('P1 when it cannot be stored it is 503, Freshdesk tries again, and the log says so once a minute', async () => {
  const broken = await startApp({ keep: () => Promise.reject(new Error('password=hunter2')) });
  for (let i = 0; i < 3; i += 1) {
    const answer = await broken.postHook(hint);
    expect(answer).toMatchObject({ status: 503, body: { type: 'urn:watchdesk:problem:not-stored' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  }
  expect(broken.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  await broken.stop();
});
