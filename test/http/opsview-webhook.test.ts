import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAILED_ATTEMPTS_PER_MINUTE_MAX, WEBHOOK_BODY_BYTES_MAX } from '../../src/http/webhook-answers.ts';
import { envelope, hmac, macros, NOW, SECRET, sendRaw, signed, startApp } from './harness.ts';

type Running = Awaited<ReturnType<typeof startApp>>;
let running: Running;
beforeEach(async () => {
  running = await startApp();
});
afterEach(async () => {
  await running.stop();
});

/** After whatever happened: nothing kept that should not be, and a good alert still gets through. */
async function expectUnharmed({ kept, post }: Running, keptBefore = 0) {
  expect(kept).toHaveLength(keptBefore);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  const good = await post(JSON.stringify(envelope()));
  expect(good).toMatchObject({ status: 202, body: { outcome: 'kept' } });
}

describe('a good alert', () => {
  test('is kept as it came and answered 202', async () => {
    const sent = envelope({ extra: { anything: [1] } });
    const text = JSON.stringify(sent);
    const answer = await running.post(text, { 'Content-Type': 'application/json; charset=utf-8' });
    expect(answer).toMatchObject({ status: 202, body: { id: sent.id, outcome: 'kept' } });
    expect(running.kept).toEqual([
      {
        source: 'opsview',
        deliveryId: sent.id,
        eventKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        body: text,
        receivedAt: NOW,
      },
    ]);
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
    const answer = slow.post(JSON.stringify(envelope())).then((got) => {
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

  test('P2 sent again, or told to a second contact, is a duplicate', async () => {
    const first = JSON.stringify(envelope());
    expect(await running.post(first)).toMatchObject({ status: 202, body: { outcome: 'kept' } });
    expect(await running.post(first)).toMatchObject({ status: 202, body: { outcome: 'duplicate' } });
    const toAnother = envelope({ macros: { ...macros, NAGIOS_CONTACTNAME: 'night/02shift' } });
    expect(await running.post(JSON.stringify(toAnother))).toMatchObject({
      status: 202,
      body: { outcome: 'duplicate' },
    });
    expect(running.kept).toHaveLength(1);
  });

  test('is never throttled, not even while others fail from the same address', async () => {
    const text = JSON.stringify(envelope());
    for (let i = 0; i <= FAILED_ATTEMPTS_PER_MINUTE_MAX; i += 1)
      await running.post(text, { 'X-Watchdesk-Signature': 'x' });
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await running.post(JSON.stringify(envelope()))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
  });
});

describe('signature', () => {
  const text = JSON.stringify(envelope());
  const seconds = String(NOW.getTime() / 1000);
  const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
  const old = 'the-secret-that-was-before';

  test.each([
    ['none', '', /no X-Watchdesk-Signature|cannot be read/],
    ['nonsense', 'hello', /cannot be read/],
    ['no time', `v1=${hmac(text, seconds)}`, /cannot be read/],
    ['two times', `t=${seconds},t=${seconds},v1=${hmac(text, seconds)}`, /cannot be read/],
    ['time in words', `t=now,v1=${hmac(text, 'now')}`, /cannot be read/],
    ['half a signature', `t=${seconds},v1=${hmac(text, seconds).slice(0, 32)}`, /cannot be read/],
    ['only another scheme', `t=${seconds},v0=${hmac(text, seconds)}`, /cannot be read/],
    ['five signatures', `t=${seconds}${`,v1=${hmac(text, seconds)}`.repeat(5)}`, /cannot be read/],
    ['wrong secret', signed(text, NOW, 'another-secret-of-someone'), /does not fit/],
    ['empty secret', signed(text, NOW, ''), /does not fit/],
    ['of another body', signed(`${text} `), /does not fit/],
    ['of another time', signed(text).replace(seconds, String(Number(seconds) + 1)), /does not fit/],
    ['six minutes old', signed(text, minutes(-6)), /360 s in the past.*300 s are allowed/],
    ['six minutes ahead', signed(text, minutes(6)), /360 s in the future/],
    ['of the year 5138', signed(text, new Date(99_999_999_999_000)), /in the future/],
  ])('refused with 401: %s', async (_, signature, detail) => {
    const answer = await running.post(text, { 'X-Watchdesk-Signature': signature });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: 'urn:watchdesk:problem:not-verified',
      title: 'Not verified',
      status: 401,
      detail: expect.stringMatching(detail),
      remedy: expect.any(String),
    });
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    await expectUnharmed(running);
  });

  test.each([
    ['five minutes old', signed(text, minutes(-5))],
    ['five minutes ahead', signed(text, minutes(5))],
    ['in capitals, with blanks', `t=${seconds}, v1=${hmac(text, seconds).toUpperCase()}`],
    ['beside a newer scheme', `t=${seconds},v2=abc,v1=${hmac(text, seconds)}`],
    ['by the old secret as well', `t=${seconds},v1=${hmac(text, seconds, old)},v1=${hmac(text, seconds)}`],
  ])('accepted: %s', async (_, signature) => {
    expect(await running.post(text, { 'X-Watchdesk-Signature': signature })).toMatchObject({ status: 202 });
  });

  test('while the secret is being changed the one before is accepted too', async () => {
    const changing = await startApp({ opsviewSecrets: [SECRET, old] });
    for (const secret of [SECRET, old]) {
      const answer = await changing.post(text, { 'X-Watchdesk-Signature': signed(text, NOW, secret) });
      expect(answer.status).toBe(202);
    }
    await changing.stop();
  });

  test('a captured request is worth nothing after five minutes, and a duplicate before', async () => {
    const signature = signed(text);
    const replay = () => running.post(text, { 'X-Watchdesk-Signature': signature });
    expect(await replay()).toMatchObject({ status: 202, body: { outcome: 'kept' } });
    expect(await replay()).toMatchObject({ status: 202, body: { outcome: 'duplicate' } });
    running.time.now = new Date(NOW.getTime() + 301_000);
    expect(await replay()).toMatchObject({ status: 401 });
    expect(running.kept).toHaveLength(1);
  });

  test('without any secret nothing is accepted', async () => {
    const open = await startApp({ opsviewSecrets: [] });
    expect(await open.post(text)).toMatchObject({ status: 401 });
    await open.stop();
  });

  test('guessing is answered 429 after a while, per address', async () => {
    const proxied = await startApp({ trustProxy: 1 });
    const guess = (from: string) =>
      proxied.post(text, { 'X-Watchdesk-Signature': signed(text, NOW, 'guess'), 'X-Forwarded-For': from });
    const statuses: number[] = [];
    for (let i = 0; i < FAILED_ATTEMPTS_PER_MINUTE_MAX + 1; i += 1)
      statuses.push((await guess('192.0.2.1')).status);
    expect(statuses.slice(0, -1).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    const limited = await guess('192.0.2.1');
    expect(limited.headers.get('retry-after')).toBe('60');
    expect(limited.body).toMatchObject({ type: 'urn:watchdesk:problem:too-many-attempts' });
    expect((await guess('192.0.2.2')).status).toBe(401);
    await proxied.stop();
  });
});

describe('bad input', () => {
  test.each([
    ['not JSON', '{"version":1,', 'The body is not JSON.'],
    ['nothing', '', 'The body is not JSON.'],
    ['a NUL', '{"version":1}\0', 'The body is not JSON.'],
    ['an array', '[]', 'the body must be a JSON object.'],
    ['null', 'null', 'the body must be a JSON object.'],
    ['deep arrays', '['.repeat(60_000) + ']'.repeat(60_000), 'the body must be a JSON object.'],
    ['deep arrays never closed', '['.repeat(200_000), 'The body is not JSON.'],
    ['deep objects', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`, 'version must be 1; '],
    ['another version', JSON.stringify(envelope({ version: 2 })), 'version must be 1.'],
    ['version as text', JSON.stringify(envelope({ version: '1' })), 'version must be 1.'],
    ['no UUID', JSON.stringify(envelope({ id: "1'; DROP TABLE delivery; --" })), 'id must be a UUID.'],
    [
      'numbers as macros',
      JSON.stringify(envelope({ macros: { ...macros, NAGIOS_TIMET: 1 } })),
      'macros must be',
    ],
    [
      'nested macros',
      JSON.stringify(envelope({ macros: { NAGIOS_HOSTNAME: { $gt: '' } } })),
      'macros must be',
    ],
    ['list as macros', JSON.stringify(envelope({ macros: ['NAGIOS_HOSTNAME'] })), 'macros must be'],
    ['no date', JSON.stringify(envelope({ sent_at: 1795196279 })), 'sent_at must be'],
    [
      'prototype as envelope',
      '{"__proto__":{"version":1,"polluted":1},"constructor":{"polluted":1}}',
      'version must be',
    ],
  ])('refused with 400: %s', async (_, text, detail) => {
    const answer = await running.post(text);
    expect(answer).toMatchObject({ status: 400, body: { type: 'urn:watchdesk:problem:malformed' } });
    expect(answer.body.detail).toContain(detail);
    await expectUnharmed(running);
  });

  test('prototype keys among good ones do nothing', async () => {
    const text = JSON.stringify(envelope()).replace(
      '"macros":{',
      '"__proto__":{"polluted":1},"macros":{"__proto__":"x","constructor":"y","hasOwnProperty":"z",',
    );
    expect(await running.post(text)).toMatchObject({ status: 202 });
    expect(running.kept).toHaveLength(1);
    await running.stop();
    running = await startApp();
    await expectUnharmed(running);
  });

  test('bytes that are not UTF-8 are kept as replacement characters', async () => {
    const text = JSON.stringify(envelope({ macros: { ...macros, NAGIOS_SERVICEOUTPUT: 'caf?' } }));
    const latin1 = Buffer.from(text.replace('caf?', 'café'), 'latin1');
    expect(await running.post(latin1)).toMatchObject({ status: 202 });
    expect(running.kept[0]?.body).toBe(text.replace('caf?', 'caf\u{FFFD}'));
  });

  test.each([
    ['unknown state', { NAGIOS_SERVICESTATE: 'PURPLE' }, 'state_unknown'],
    ['unknown kind', { NAGIOS_NOTIFICATIONTYPE: 'PARTY' }, 'kind_unknown'],
    ['no host', { NAGIOS_HOSTNAME: '' }, 'host_missing'],
    ['a name of 10 kB', { NAGIOS_HOSTNAME: 'x'.repeat(10_000) }, 'name_impossible'],
    [
      'a business service',
      { OPSVIEW_NAME: 'Web shop', OPSVIEW_STATETEXT: 'OFFLINE' },
      'business_service_alert',
    ],
  ])('P1 kept, parked and answered 422: %s', async (_, changes, rule) => {
    const sent = envelope({ macros: { ...macros, ...changes } });
    const answer = await running.post(JSON.stringify(sent));
    expect(answer).toMatchObject({
      status: 422,
      body: { type: 'urn:watchdesk:problem:not-understood', id: sent.id, outcome: 'parked', rule },
    });
    expect(running.kept).toMatchObject([
      { deliveryId: sent.id, parked: { rule, sentence: answer.body.detail } },
    ]);
    await running.stop();
    running = await startApp();
    await expectUnharmed(running);
  });

  test('a time far ahead is kept; the event is dated by our clock', async () => {
    const sent = envelope({
      macros: { ...macros, NAGIOS_TIMET: '99999999999', NAGIOS_LASTSERVICECHECK: '99999999999' },
    });
    expect(await running.post(JSON.stringify(sent))).toMatchObject({
      status: 202,
      body: { outcome: 'kept' },
    });
  });

  test('larger than 256 kB is refused with 413, exactly 256 kB is not', async () => {
    const withLength = (bytes: number) => {
      const text = JSON.stringify(envelope({ padding: '' }));
      return text.replace('"padding":""', `"padding":"${'x'.repeat(bytes - text.length)}"`);
    };
    expect(await running.post(withLength(WEBHOOK_BODY_BYTES_MAX + 1))).toMatchObject({
      status: 413,
      body: { type: 'urn:watchdesk:problem:too-large', detail: 'The body is larger than 262144 bytes.' },
    });
    await expectUnharmed(running);
    await running.stop();
    running = await startApp();
    expect(await running.post(withLength(WEBHOOK_BODY_BYTES_MAX))).toMatchObject({ status: 202 });
  });

  const head = (text: string, ...lines: string[]) =>
    [
      'POST /webhooks/opsview HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      `X-Watchdesk-Signature: ${signed(text)}`,
      ...lines,
      '',
      '',
    ].join('\r\n');

  test('10 MB announced is refused before they are sent', async () => {
    const answer = await sendRaw(running.port, [head('', 'Content-Length: 10485760')]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await expectUnharmed(running);
  });

  test('10 MB in chunks without a length are refused when they grow too large', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 0x20);
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]);
    const answer = await sendRaw(running.port, [
      head('', 'Transfer-Encoding: chunked'),
      ...Array.from({ length: 10 }, () => chunk),
      '0\r\n\r\n',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await expectUnharmed(running);
  });

  test('a good alert in chunks without a length is kept', async () => {
    const text = JSON.stringify(envelope());
    const chunks = [...text].map((character) => `1\r\n${character}\r\n`);
    const answer = await sendRaw(running.port, [
      head(text, 'Transfer-Encoding: chunked'),
      ...chunks,
      '0\r\n\r\n',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect(running.kept).toHaveLength(1);
  });

  test('a body that ends too early keeps nothing', async () => {
    await sendRaw(running.port, [head('{}', 'Content-Length: 500'), '{}'], 100);
    await expectUnharmed(running);
  });

  test('length and chunks in one request, and lines that are not HTTP, are refused with 400', async () => {
    const smuggled = head('{}', 'Content-Length: 2', 'Transfer-Encoding: chunked');
    expect(await sendRaw(running.port, [smuggled, '0\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(running.port, ['\u0016\u0003\u0001 hello\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400 /);
    await expectUnharmed(running);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=utf-7',
  ])('content type %s is refused with 415', async (type) => {
    const answer = await running.post(JSON.stringify(envelope()), { 'Content-Type': type });
    expect(answer).toMatchObject({ status: 415, body: { type: 'urn:watchdesk:problem:not-json' } });
    await expectUnharmed(running);
  });

  test('compressed bodies are refused with 415, a bomb is never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(WEBHOOK_BODY_BYTES_MAX);
    for (const encoding of ['gzip', 'deflate', 'br']) {
      expect(await running.post(bomb, { 'Content-Encoding': encoding })).toMatchObject({ status: 415 });
    }
    await expectUnharmed(running);
  });

  test('other methods are refused with 405', async () => {
    const answer = await fetch(`${running.url}/webhooks/opsview`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('P1 when it cannot be stored', () => {
  test('the sender is asked to try again, and the log says so once a minute', async () => {
    const failing = await startApp({ keep: () => Promise.reject(new Error('connection refused')) });
    for (let i = 0; i < 3; i += 1) {
      const answer = await failing.post(JSON.stringify(envelope()));
      expect(answer).toMatchObject({ status: 503, body: { type: 'urn:watchdesk:problem:not-stored' } });
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(JSON.stringify(answer.body)).not.toContain('connection refused');
    }
    expect(failing.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
    failing.time.now = new Date(NOW.getTime() + 60_000);
    const text = JSON.stringify(envelope());
    await failing.post(text, { 'X-Watchdesk-Signature': signed(text, failing.time.now) });
    expect(failing.logged.filter(({ level }) => level === 'error')).toHaveLength(2);
    await failing.stop();
  });
});

test('what was received is counted', async () => {
  const text = JSON.stringify(envelope());
  await running.post(text);
  await running.post(text);
  await running.post(text, { 'X-Watchdesk-Signature': 'x' });
  await running.post(JSON.stringify(envelope({ macros: { ...macros, NAGIOS_SERVICESTATE: 'PURPLE' } })));
  const figures = await (await fetch(`${running.url}/metrics`)).text();
  for (const line of [
    'watchdesk_deliveries_total{source="opsview",outcome="kept"} 2',
    'watchdesk_deliveries_total{source="opsview",outcome="duplicate"} 1',
    'watchdesk_deliveries_refused_total{source="opsview",status="401"} 1',
    'watchdesk_deliveries_parked_total{source="opsview",rule="state_unknown"} 1',
  ]) {
    expect(figures).toContain(line);
  }
});
