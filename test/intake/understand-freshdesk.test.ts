import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { understand } from '../../src/intake/understand.ts';
import { readFreshdeskHook, understandFreshdesk } from '../../src/intake/understand-freshdesk.ts';

describe('names a ticket', () => {
  test.each([
    // body, what is stored
    ['{"ticket_id":42}', { ticket_id: 42 }],
    ['{"ticket_id":"42"}', { ticket_id: 42 }],
    ['{"ticket_id":" 42 "}', { ticket_id: 42 }],
    ['{"ticket_id":999999999999999}', { ticket_id: 999_999_999_999_999 }],
    ['{"freshdesk_webhook":{"ticket_id":"42"}}', { ticket_id: 42 }],
    ['{"freshdesk_webhook":{"ticket_id":42,"triggered_event":"{ticket_action:created}"}}', { ticket_id: 42 }],
    ['{"ticket_id":42,"event":"updated"}', { ticket_id: 42, event: 'updated' }],
    ['{"ticket_id":42,"event":"doctor"}', { ticket_id: 42, event: 'doctor' }],
    ['{"ticket_id":42,"event":7}', { ticket_id: 42 }],
    ['{"ticket_id":42,"event":"a\\u0000b\\ud800"}', { ticket_id: 42, event: 'a\u{FFFD}b\u{FFFD}' }],
    [`{"ticket_id":42,"event":"${'e'.repeat(500)}"}`, { ticket_id: 42, event: 'e'.repeat(200) }],
    ['{"ticket_id":42,"ticket_subject":"card 4111 1111 1111 1111"}', { ticket_id: 42 }],
    ['{"ticket_id":42,"note":"\\"ticket_id\\": 7"}', { ticket_id: 42 }],
    // broken by placeholders that Freshdesk pastes as they are
    ['{"ticket_id":"42","subject":"the "big" one"}', { ticket_id: 42 }],
    ['{"ticket_id":42,"subject":"two\nlines"}', { ticket_id: 42 }],
    ['{"freshdesk_webhook": {"subject": "a\\", "ticket_id" : "42", ', { ticket_id: 42 }],
    ['{"ticket_id":42,"subject":"" "ticket_id": "42""}', { ticket_id: 42 }],
  ])('%s', (body, stored) => {
    const hook = readFreshdeskHook(body);
    expect(hook).toEqual({ kind: 'hint', stored: expect.any(String) });
    if (hook.kind !== 'hint') return;
    expect(JSON.parse(hook.stored)).toEqual(stored);
    expect(understand({ source: 'freshdesk', body: hook.stored, receivedAt: new Date(0) })).toEqual({
      event: { kind: 'ticket_hint', ticketId: stored.ticket_id },
    });
  });
});

describe('is parked', () => {
  test.each([
    ['{}', 'ticket_id_missing'],
    ['{"ticket_id":""}', 'ticket_id_missing'],
    ['{"ticket_id":"{{ticket.id}}"}', 'ticket_id_missing'],
    ['{"ticket_id":null}', 'ticket_id_missing'],
    ['{"ticket_id":0}', 'ticket_id_missing'],
    ['{"ticket_id":-42}', 'ticket_id_missing'],
    ['{"ticket_id":4.2}', 'ticket_id_missing'],
    ['{"ticket_id":"4 2"}', 'ticket_id_missing'],
    ['{"ticket_id":"0x2a"}', 'ticket_id_missing'],
    ['{"ticket_id":1e20}', 'ticket_id_missing'],
    ['{"ticket_id":"1234567890123456"}', 'ticket_id_missing'],
    ['{"ticket_id":[42]}', 'ticket_id_missing'],
    ['{"ticket_id":{"id":42}}', 'ticket_id_missing'],
    ['{"ticket_id":"","event":"doctor"}', 'ticket_id_missing'],
    ['{"__proto__":{"ticket_id":42}}', 'ticket_id_missing'],
    ['{"subject":"the "big" one"}', 'hook_unreadable'],
    ['{"ticket_id":"1234567890123456","subject":"the "big" one"}', 'hook_unreadable'],
    ['{"ticket_id":0,"subject":"the "big" one"}', 'hook_unreadable'],
    ['{"ticket_id":42,"subject":"my "ticket_id": 7"}', 'ticket_id_ambiguous'],
  ])('%s: %s', (body, rule) => {
    const hook = readFreshdeskHook(body);
    expect(hook).toMatchObject({ kind: 'parked', why: { rule } });
    if (hook.kind !== 'parked') return;
    expect(hook.stored).not.toContain('big');
    // Replayed from the console it is parked again and does no harm.
    expect(understandFreshdesk(JSON.parse(hook.stored))).toMatchObject({
      parked: { rule: 'ticket_id_missing' },
    });
  });
});

test.each([
  ['', 'malformed'],
  [' \n', 'malformed'],
  ['[]', 'malformed'],
  ['null', 'malformed'],
  ['42', 'malformed'],
  ['"42"', 'malformed'],
  ['{"event":"doctor"}', 'probe'],
  ['{"freshdesk_webhook":{"event":"doctor"}}', 'probe'],
])('%j is %s', (body, kind) => {
  expect(readFreshdeskHook(body)).toMatchObject({ kind });
});

test('whatever comes, it is answered at once and nothing of it but number and event is stored', () => {
  const secretWords = fc.constantFrom(
    '"ticket_id":',
    '"ticket_id": "',
    '{',
    '}',
    '"',
    '\\',
    'SECRET',
    '7',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(secretWords, { maxLength: 40 }), (parts) => {
      const hook = readFreshdeskHook(parts.join(''));
      if ('stored' in hook) expect(hook.stored).not.toContain('SECRET');
      if (hook.kind === 'hint') {
        expect(understandFreshdesk(JSON.parse(hook.stored))).toHaveProperty('event.ticketId');
      }
    }),
  );
});

test.each([
  ['blanks', `"ticket_id"${' '.repeat(262_000)}`],
  ['names', '"ticket_id":"'.repeat(20_000)],
  ['brackets', '['.repeat(262_000)],
  ['digits', `"ticket_id":${'1'.repeat(262_000)}`],
])('256 kB of %s take no time', (_, text) => {
  const began = performance.now();
  readFreshdeskHook(`x${text}`);
  expect(performance.now() - began).toBeLessThan(500);
});
