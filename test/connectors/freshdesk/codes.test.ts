import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONNECTOR_ERROR_KINDS, ConnectorError } from '../../../src/connectors/connector-error.ts';
import {
  priorityOfCode,
  STOCK_CODES,
  statusCode,
  statusOfCode,
  typeOfName,
} from '../../../src/connectors/freshdesk/codes.ts';
import { parseRateHeaders } from '../../../src/connectors/freshdesk/rate-headers.ts';
import { choicesOf } from '../../../src/connectors/freshdesk/read-ticket-fields.ts';
import {
  checkedBody,
  createBody,
  fieldsToWire,
  STOCK_TEXT_LIMITS,
  TicketWire,
  ticketFromWire,
  updateBody,
} from '../../../src/connectors/freshdesk/ticket-wire.ts';
import { PRIORITIES, TICKET_TYPES } from '../../../src/model/priority.ts';
import type { TicketFields } from '../../../src/model/ticket.ts';

const now = new Date('2026-03-02T09:00:00Z');
const anyFields: fc.Arbitrary<TicketFields> = fc.record({
  subject: fc.string({ minLength: 1, maxLength: 255 }),
  status: fc.constantFrom('open', 'pending', 'resolved', 'closed'),
  priority: fc.constantFrom(...PRIORITIES),
  type: fc.constantFrom(...TICKET_TYPES),
  groupId: fc.integer({ min: 1, max: 999_999_999_999_999 }),
  tags: fc.array(fc.string({ minLength: 1, maxLength: 32 })),
});

describe('codes', () => {
  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const body = checkedBody(
          createBody(STOCK_TEXT_LIMITS),
          { ...fieldsToWire(STOCK_CODES, fields), email: 'ops@example.com', description: '<p>x</p>' },
          'create a ticket',
        );
        const ticket = ticketFromWire(STOCK_CODES, TicketWire.parse({ id: 1, ...body }), now);
        expect(ticket.fields).toEqual(fields);
      }),
    );
  });

  test('every number is a status, and only the stock ones are ours', () => {
    fc.assert(
      fc.property(fc.integer(), (code) => {
        const status = statusOfCode(STOCK_CODES, code);
        if (status !== 'other') expect(statusCode(STOCK_CODES, status)).toBe(code);
        else expect([2, 3, 4, 5]).not.toContain(code);
      }),
    );
  });

  test.each([
    [2, 'open'],
    [3, 'pending'],
    [4, 'resolved'],
    [5, 'closed'],
    [6, 'other'], // waiting on customer: numbers above 4 are not all done
    [7, 'other'],
    [8, 'other'],
    [9000, 'other'],
  ] as const)('status %i is %s', (code, status) => expect(statusOfCode(STOCK_CODES, code)).toBe(status));

  test('an account may name its custom statuses that are done, and its own type names', () => {
    const codes = {
      ...STOCK_CODES,
      alsoResolved: [12],
      alsoClosed: [13],
      type: { ...STOCK_CODES.type, Incident: 'Störung' },
    };
    expect([12, 13, 14].map((code) => statusOfCode(codes, code))).toEqual(['resolved', 'closed', 'other']);
    expect(fieldsToWire(codes, { type: 'Incident' })).toEqual({ type: 'Störung' });
    expect(typeOfName(codes, 'Störung')).toBe('Incident');
  });

  test('unknown priorities are low, unknown types are none', () => {
    expect(priorityOfCode(STOCK_CODES, 7)).toBe('low');
    expect(typeOfName(STOCK_CODES, 'Refund')).toBe('other');
    expect(typeOfName(STOCK_CODES, null)).toBeUndefined();
  });
});

describe('strict on the way out', () => {
  test('only what changes is sent', () => {
    expect(fieldsToWire(STOCK_CODES, {})).toEqual({});
    expect(fieldsToWire(STOCK_CODES, { status: 'resolved', type: undefined })).toEqual({ status: 4 });
  });

  test('a status that is not ours cannot be written', () =>
    expect(() => fieldsToWire(STOCK_CODES, { status: 'other' })).toThrow(ConnectorError));

  test.each([
    ['subject', { subject: 'x'.repeat(256) }],
    ['subject', { subject: '' }],
    ['tags.1', { tags: ['a', 'x'.repeat(33)] }],
    ['group_id', { group_id: 0 }],
    ['status', { status: '2' }],
    ['', { description_text: 'x' }],
  ])('field "%s" of %j is refused before it costs a call', (field, body) => {
    try {
      checkedBody(updateBody(STOCK_TEXT_LIMITS), body, 'update ticket 1');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ kind: 'rejected', fieldErrors: [{ field }] });
    }
  });
});

describe('lenient on the way in', () => {
  test('an answer with id and status alone is a ticket', () =>
    expect(ticketFromWire(STOCK_CODES, TicketWire.parse({ id: 7, status: 2 }), now)).toEqual({
      id: 7,
      fields: { subject: '', status: 'open', priority: 'low', type: undefined, tags: [] },
      isDeleted: false,
      isSpam: false,
      createdAt: now,
      updatedAt: now,
    }));

  test('whatever the other keys hold, it is read', () => {
    const keys =
      'subject priority type group_id tags responder_id requester_id deleted spam created_at updated_at';
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys.split(' ')), fc.jsonValue()), (rest) => {
        const ticket = ticketFromWire(STOCK_CODES, TicketWire.parse({ ...rest, id: 7, status: 2 }), now);
        expect(Number.isNaN(ticket.updatedAt.getTime())).toBe(false);
        expect(PRIORITIES).toContain(ticket.fields.priority);
      }),
    );
  });

  test('four shapes of choices', () => {
    expect(choicesOf(['Question', 'Incident'])).toEqual([{ label: 'Question' }, { label: 'Incident' }]);
    expect(choicesOf({ '2': ['Open', 'Being Processed'] })).toEqual([{ label: 'Open', code: 2 }]);
    expect(choicesOf({ Low: 1, Urgent: 4 })).toEqual([
      { label: 'Low', code: 1 },
      { label: 'Urgent', code: 4 },
    ]);
    expect(choicesOf({ Hardware: { Laptop: ['A', 'B'] } })).toEqual([{ label: 'Hardware' }]);
    expect(choicesOf(undefined)).toEqual([]);
  });
});

describe('rate headers', () => {
  test.each([
    ['50.0', 50],
    ['8.9', 8],
    ['0.0', 0],
    [' 200 ', 200],
    ['-1.0', undefined],
    ['NaN', undefined],
    ['1e9', undefined],
    ['', undefined],
  ])('%o is %o', (text, value) =>
    expect(parseRateHeaders({ 'x-ratelimit-remaining': text }).remaining).toBe(value),
  );

  test('whatever is sent gives a whole number of calls or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
        const { total } = parseRateHeaders({ 'x-ratelimit-total': text });
        if (total !== undefined) expect(Number.isSafeInteger(total) && total >= 0).toBe(true);
      }),
    );
  });

  test('every decimal count is read as its whole part', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.nat(9), (whole, tenth) => {
        expect(parseRateHeaders({ 'x-ratelimit-total': `${whole}.${tenth}` }).total).toBe(whole);
      }),
    );
  });
});

test('the kinds of errors are those that the engine acts on', () =>
  expect(CONNECTOR_ERROR_KINDS).toEqual([
    'not_sent',
    'outcome_unknown',
    'rate_limited',
    'unauthorised',
    'not_found',
    'rejected',
    'unexpected_response',
  ]));
