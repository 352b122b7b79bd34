import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger, REDACTED, redactor } from '../../src/logging.ts';

const KEY = 'fd-Key/with+odd"chars';
const PASSWORD = 'p@ss wörd 123';

function startLog(changes: Partial<Parameters<typeof createLogger>[0]> = {}) {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const clock = { now: () => new Date('2026-11-20T17:40:00.000Z') };
  const log = createLogger({
    level: 'info',
    clock,
    secrets: [KEY, PASSWORD],
    isPretty: false,
    stream,
    ...changes,
  });
  return {
    log,
    text: () => text,
    lines: () =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

test('one JSON line per entry, with the names under which decisions are found', () => {
  const { log, lines } = startLog();
  log.info('Decided', {
    incidentId: 'i-1',
    eventId: '42',
    reason: 'first_failure',
    at: 'x',
    level: 7,
    message: 'm',
  });
  log.debug('not at this level');
  log.error('A person should act', {});
  expect(lines()).toEqual([
    {
      at: '2026-11-20T17:40:00.000Z',
      level: 'info',
      message: 'Decided',
      incidentId: 'i-1',
      eventId: '42',
      reason: 'first_failure',
      fact_at: 'x',
      fact_level: 7,
      fact_message: 'm',
    },
    { at: '2026-11-20T17:40:00.000Z', level: 'error', message: 'A person should act' },
  ]);
});

test('for a terminal it is one line of text that cannot control it', () => {
  const { log, text } = startLog({ isPretty: true });
  log.warn('Parked \u001b[2J\nINFO forged', { host: 'web01', facts: { a: 1 } });
  expect(text()).toBe('17:40:00 WARN  Parked  [2J INFO forged host=web01 facts={"a":1}\n');
});

describe('P10', () => {
  const deep = (value: unknown) => ({ a: [{ b: new Map([['c', new Set([value])]]) }] });

  test.each([
    ['in the sentence', KEY, {}],
    ['as a fact', 'x', { said: KEY }],
    ['inside a longer text', 'x', { url: `https://x/?key=${KEY}&y` }],
    ['escaped in an address', 'x', { url: `https://x/?key=${encodeURIComponent(PASSWORD)}` }],
    ['as Basic authentication', 'x', { header: `Basic ${Buffer.from(`${KEY}:X`).toString('base64')}` }],
    ['inside JSON text', 'x', { body: JSON.stringify({ k: KEY }) }],
    ['deep inside', 'x', deep(`is ${PASSWORD}`)],
    ['as a key', 'x', { [KEY]: 1 }],
    ['in an error', 'x', { error: new Error(`no: ${KEY}`) }],
    ['in the cause of an error', 'x', { error: new Error('no', { cause: new TypeError(PASSWORD) }) }],
    ['in what an error carries', 'x', { error: Object.assign(new Error('no'), { config: { auth: KEY } }) }],
  ])('a secret is not logged: %s', (_, message, meta) => {
    const { log, text } = startLog();
    log.error(message, meta);
    expect(text()).toContain(REDACTED);
    for (const spelling of [KEY, PASSWORD, encodeURIComponent(PASSWORD), JSON.stringify(KEY).slice(1, -1)]) {
      expect(text()).not.toContain(spelling);
    }
    expect(text()).not.toContain(Buffer.from(`${KEY}:X`).toString('base64'));
  });

  test.each([
    'Authorization',
    'proxy-authorization',
    'X-Watchdesk-Signature',
    'set-cookie',
    'apiKey',
    'api_key',
    'consolePassword',
    'METRICS_TOKEN',
    'webhookSecret',
  ])('whatever stands under %s is not logged', (name) => {
    const { log, text } = startLog();
    log.info('x', { request: { headers: { [name]: ['anything at all'] } } });
    expect(text()).toContain(`"${name}":"${REDACTED}"`);
    expect(text()).not.toContain('anything');
  });

  test('whatever holds the secret, its line does not', () => {
    const clean = redactor(['s3cret-text']);
    const holder = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant('s3cret-text'),
        fc.string().map((text) => `${text}s3cret-text${text}`),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    })).value;
    fc.assert(fc.property(holder, (value) => !JSON.stringify(clean({ value })).includes('s3cret-text')));
  });
});

test('what is no secret is left alone, cycles and odd values do no harm', () => {
  const { log, lines } = startLog();
  const circle: Record<string, unknown> = { name: 'circle' };
  circle.self = circle;
  log.info('x', {
    circle,
    twice: [circle.name, circle.name],
    when: new Date(0),
    never: new Date(Number.NaN),
    big: 2n ** 64n,
    bytes: Buffer.from('abc'),
    call: () => 1,
    nothing: null,
    hidden: undefined,
    count: 3,
  });
  expect(lines()[0]).toMatchObject({
    circle: { name: 'circle', self: '[circular]' },
    twice: ['circle', 'circle'],
    when: '1970-01-01T00:00:00.000Z',
    never: 'invalid date',
    big: '18446744073709551616',
    bytes: '[3 bytes]',
    call: '[function]',
    nothing: null,
    count: 3,
  });
});

test('a huge text is cut and says so', () => {
  const { log, lines } = startLog();
  log.info('x', { output: 'y'.repeat(100_000) });
  expect(lines()[0].output).toMatch(/^y{8000}… \(100000 characters\)$/);
});
