import { expect, test } from 'vitest';
import { readOpsviewEnvelope } from '../../src/intake/opsview-envelope.ts';

const good = {
  version: 1,
  id: '7A3A8A46-3c43-4e3b-b0b1-0f5a4f2f3c11',
  sent_at: '2026-11-20T17:38:01.250+01:00',
  macros: { NAGIOS_HOSTNAME: 'web01' },
};

test('extra keys are tolerated and the id has one spelling', () => {
  expect(readOpsviewEnvelope({ ...good, script: '0.1', deep: [[[]]] })).toEqual({
    envelope: { ...good, id: good.id.toLowerCase() },
  });
});

test.each([
  [{ ...good, version: 2 }, 'version must be 1'],
  [{ ...good, id: 'x' }, 'id must be a UUID'],
  [{ ...good, id: { $ne: null } }, 'id must be a UUID'],
  [{ ...good, sent_at: 'yesterday' }, 'sent_at must be an ISO 8601 date and time with a time zone'],
  [{ ...good, sent_at: '2026-11-20T17:38:01' }, 'sent_at must be an ISO 8601 date and time with a time zone'],
  [{ ...good, macros: ['a'] }, 'macros must be an object whose values are all texts'],
  [{ ...good, macros: { NAGIOS_HOSTNAME: 1 } }, 'macros must be an object whose values are all texts'],
  [{ ...good, macros: null }, 'macros must be an object whose values are all texts'],
  [[good], 'the body must be a JSON object'],
  ['text', 'the body must be a JSON object'],
])('refused: %j', (body, fault) => {
  expect(readOpsviewEnvelope(body)).toEqual({ faults: [fault] });
});

test('every fault is named at once', () => {
  expect(readOpsviewEnvelope({})).toMatchObject({ faults: { length: 4 } });
});
