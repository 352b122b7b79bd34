import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { understand } from '../../src/intake/understand.ts';
import { serialisePerson } from '../../src/intake/understand-person.ts';
import { serialiseTicket } from '../../src/intake/understand-ticket.ts';
import { DESK_FIELD_KEYS } from '../../src/model/desk-field.ts';
import type { PersonAction, PersonEvent } from '../../src/model/person-event.ts';
import { PRIORITIES, TICKET_TYPES } from '../../src/model/priority.ts';
import { TICKET_STATUSES } from '../../src/model/ticket.ts';
import { TICKET_SOURCES, type TicketEvent } from '../../src/model/ticket-event.ts';

const receivedAt = new Date('2026-11-20T17:40:00.000Z');
const instant = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') });
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0') && value.isWellFormed());
const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const fields: fc.Arbitrary<TicketEvent['fields']> = fc.record(
  {
    subject: text,
    status: fc.constantFrom(...TICKET_STATUSES),
    priority: fc.constantFrom(...PRIORITIES),
    type: fc.option(fc.constantFrom(...TICKET_TYPES), { nil: undefined }),
    groupId: number,
    responderId: number,
    tags: fc.array(text),
    custom: fc.dictionary(
      fc.constantFrom(...DESK_FIELD_KEYS),
      fc.oneof(text, fc.boolean(), fc.constant(null)),
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: ['subject', 'status', 'priority', 'type', 'tags'] },
);
const message = fc.record(
  {
    id: number,
    at: instant,
    author: fc.constantFrom('requester', 'agent', 'watchdesk', 'other'),
    authorId: number,
    isPrivate: fc.boolean(),
    text,
    html: text,
  },
  { requiredKeys: ['id', 'at', 'author', 'isPrivate', 'text', 'html'] },
);
const ticket: fc.Arbitrary<TicketEvent> = fc.record(
  {
    kind: fc.constant('ticket' as const),
    ticketId: number,
    fields,
    descriptionText: text,
    requester: fc.record({ id: number, email: text, name: text, language: text }, { requiredKeys: ['id'] }),
    company: fc.record({ id: number, name: text }),
    source: fc.constantFrom(...TICKET_SOURCES),
    isSpam: fc.boolean(),
    isDeleted: fc.boolean(),
    mergedInto: number,
    messages: fc.array(message, { maxLength: 3 }),
    takenOver: fc.array(
      fc.record({
        field: fc.constantFrom('subject', 'priority', 'type', 'groupId', 'responderId', 'custom.impact'),
        rule: text,
        wanted: text,
        chosen: text,
      }),
      { maxLength: 3 },
    ),
    createdAt: instant,
    updatedAt: instant,
    readAt: instant,
  },
  {
    requiredKeys: [
      'kind',
      'ticketId',
      'fields',
      'descriptionText',
      'source',
      'isSpam',
      'isDeleted',
      'messages',
      'takenOver',
      'createdAt',
      'updatedAt',
      'readAt',
    ],
  },
);

const action: fc.Arbitrary<PersonAction> = fc.oneof(
  fc.record({
    do: fc.constant('confirm' as const),
    incidentId: fc.uuid(),
    round: fc.nat(),
    answer: fc.constantFrom('yes', 'no'),
    words: text,
  }),
  fc.record({
    do: fc.constant('record_confirmation' as const),
    incidentId: fc.uuid(),
    who: text,
    how: text,
    when: instant,
    by: text,
  }),
  fc.record({
    do: fc.constant('link' as const),
    parentId: fc.uuid(),
    childId: fc.uuid(),
    answer: fc.constantFrom('accept', 'decline'),
    by: text,
  }),
  fc.record({ do: fc.constant('unlink' as const), childId: fc.uuid(), by: text }),
  fc.record({ do: fc.constant('create_problem' as const), incidentId: fc.uuid(), what: text, by: text }),
  fc.record({ do: fc.constant('draft_article' as const), incidentId: fc.uuid(), by: text }),
);
const person: fc.Arbitrary<PersonEvent> = fc.record({
  kind: fc.constant('person' as const),
  at: instant,
  action,
});

test('a ticket that was read comes out of the inbox as it went in', () => {
  fc.assert(
    fc.property(ticket, (event) => {
      expect(understand({ source: 'read_back', body: serialiseTicket(event), receivedAt })).toEqual({
        event,
      });
    }),
  );
});

test('what a person told comes out of the inbox as it went in', () => {
  fc.assert(
    fc.property(person, (event) => {
      expect(understand({ source: 'person', body: serialisePerson(event), receivedAt })).toEqual({ event });
    }),
  );
});

const aTicket: TicketEvent = {
  kind: 'ticket',
  ticketId: 7,
  fields: { subject: 'a\0b', status: 'open', priority: 'low', type: undefined, tags: [] },
  descriptionText: 'broken \ud800',
  source: 'email',
  isSpam: false,
  isDeleted: false,
  messages: [],
  takenOver: [],
  createdAt: receivedAt,
  updatedAt: receivedAt,
  readAt: receivedAt,
};

test('text that no database can hold is replaced', () => {
  expect(understand({ source: 'read_back', body: serialiseTicket(aTicket), receivedAt })).toMatchObject({
    event: { fields: { subject: 'a\u{FFFD}b' }, descriptionText: 'broken \u{FFFD}' },
  });
  const told: PersonEvent = {
    kind: 'person',
    at: receivedAt,
    action: { do: 'confirm', incidentId: 'i', round: 0, answer: 'no', words: 'still\0broken' },
  };
  expect(understand({ source: 'person', body: serialisePerson(told), receivedAt })).toMatchObject({
    event: { action: { words: 'still\u{FFFD}broken' } },
  });
});

describe('of another release', () => {
  const wire: Record<string, unknown> = JSON.parse(serialiseTicket({ ...aTicket, descriptionText: 'x' }));
  const read = (changes: Record<string, unknown>) =>
    understand({ source: 'read_back', body: JSON.stringify({ ...wire, ...changes }), receivedAt });

  test('unknown keys are dropped, unknown custom fields too', () => {
    const fields = { ...aTicket.fields, mood: 'bad', custom: { impact: 'high', colour: 'red' } };
    expect(read({ fields, mood: 'bad' })).toEqual({
      event: {
        ...aTicket,
        descriptionText: 'x',
        fields: { ...aTicket.fields, custom: { impact: 'high' } },
      },
    });
  });

  test.each([
    [{ createdAt: 'yesterday' }, 'createdAt'],
    [{ ticketId: '7' }, 'ticketId'],
    [{ fields: { ...aTicket.fields, status: 'purple' } }, 'fields.status'],
    [{ takenOver: [{ field: 'colour', rule: '', wanted: '', chosen: '' }] }, 'takenOver.0.field'],
  ])('%j is parked and named, its values are not told', (changes, field) => {
    expect(read(changes)).toEqual({
      parked: { rule: 'ticket_unreadable', sentence: `Not a ticket: ${field} cannot be read.` },
    });
  });

  test.each([
    '{}',
    '{"kind":"person","at":"2026-11-20T17:40:00.000Z","action":{"do":"dance"}}',
    '{"kind":"person","action":{"do":"unlink","childId":"c","by":"b"}}',
  ])('from a person: %s is parked', (body) => {
    expect(understand({ source: 'person', body, receivedAt })).toMatchObject({
      parked: { rule: 'person_unreadable' },
    });
  });
});
