import fc from 'fast-check';
import { expect, test } from 'vitest';
import { understand } from '../../src/intake/understand.ts';
import { serialiseReadBack } from '../../src/intake/understand-read-back.ts';
import type { CheckEvent, ReadBackEvent } from '../../src/model/check-event.ts';

const receivedAt = new Date('2026-11-20T17:40:00.000Z');

const instant = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') });
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0') && value.isWellFormed());
const check: fc.Arbitrary<CheckEvent> = fc.record(
  {
    kind: fc.constant('check' as const),
    happening: fc.constant('read_back' as const),
    host: text,
    check: text,
    state: fc.constantFrom('UP', 'DOWN', 'OK', 'CRITICAL'),
    stateType: fc.constantFrom('SOFT', 'HARD'),
    checkAttempt: fc.nat(),
    inDowntime: fc.boolean(),
    isFlapping: fc.boolean(),
    isAcknowledged: fc.boolean(),
    author: text,
    comment: text,
    output: text,
    longOutput: text,
    hostAlias: text,
    hostAddress: text,
    hostGroup: text,
    hashtags: fc.array(text),
    stateSince: instant,
    occurredAt: instant,
  },
  {
    requiredKeys: [
      'kind',
      'happening',
      'host',
      'check',
      'state',
      'stateType',
      'output',
      'longOutput',
      'hashtags',
      'occurredAt',
    ],
  },
);
const readBack: fc.Arbitrary<ReadBackEvent> = fc.record(
  {
    kind: fc.constant('read_back' as const),
    purpose: fc.constantFrom('proof', 'sweep'),
    incidentId: fc.uuid(),
    readAt: instant,
    objects: fc.array(check, { maxLength: 3 }),
    missing: fc.array(fc.record({ host: text, check: text }), { maxLength: 3 }),
  },
  { requiredKeys: ['kind', 'purpose', 'readAt', 'objects', 'missing'] },
);

test('what we read back comes out of the inbox as it went in', () => {
  fc.assert(
    fc.property(readBack, (event) => {
      const body = serialiseReadBack(event);
      expect(understand({ source: 'read_back', body, receivedAt })).toEqual({ event });
    }),
  );
});

test('a read-back with a NUL in its output can be stored', () => {
  const event: ReadBackEvent = {
    kind: 'read_back',
    purpose: 'sweep',
    readAt: receivedAt,
    objects: [],
    missing: [{ host: 'a\0b', check: '' }],
  };
  expect(JSON.parse(serialiseReadBack(event)).missing).toEqual([{ host: 'a\u{FFFD}b', check: '' }]);
});

test.each([
  ['opsview', '{', 'json_unreadable'],
  ['opsview', '[]', 'envelope_unreadable'],
  ['read_back', '{"kind":"read_back"}', 'read_back_unreadable'],
  ['read_back', '{"kind":"ticket"}', 'ticket_unreadable'],
  ['freshdesk', '{}', 'ticket_id_missing'],
  ['person', 'null', 'person_unreadable'],
  ['carrier pigeon', '{}', 'source_unknown'],
])('from %s: %s is parked as %s', (source, body, rule) => {
  expect(understand({ source, body, receivedAt })).toMatchObject({ parked: { rule } });
});

test('whatever is in the inbox, it is understood or parked', () => {
  const body = fc.oneof(fc.string(), fc.json(), fc.constant(`${'['.repeat(100_000)}${']'.repeat(100_000)}`));
  fc.assert(
    fc.property(fc.constantFrom('opsview', 'freshdesk', 'read_back', 'person'), body, (source, text) => {
      expect(understand({ source, body: text, receivedAt })).toHaveProperty('parked.rule');
    }),
  );
});
