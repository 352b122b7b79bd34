import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isSameTicket,
  type Reconciliation,
  reconcileTicket,
  type TicketComparison,
} from '../../src/incidents/reconcile-ticket.ts';
import type { DeskFieldValues } from '../../src/model/desk-field.ts';
import type { TicketFields, TicketStatus } from '../../src/model/ticket.ts';
import { minutes, NOON } from './world.ts';

const fields = (given: Partial<TicketFields> = {}): TicketFields => ({
  subject: '[WD-1] web01 HTTP is CRITICAL',
  status: 'open',
  priority: 'high',
  type: 'Incident',
  tags: ['watchdesk', 'wd-1'],
  ...given,
});

type Given = Partial<Omit<TicketComparison, 'wanted' | 'written' | 'seen'>> &
  Partial<Record<'wanted' | 'written' | 'seen', Partial<TicketFields>>>;

const reconciled = ({ wanted, written, seen, ...given }: Given = {}): Reconciliation =>
  reconcileTicket({
    wanted: fields(wanted),
    written: fields(written),
    seen: fields(seen),
    peopleOwn: {},
    now: NOON,
    ...given,
  });

const theirs = ({ peopleOwn }: Reconciliation): string[] => Object.keys(peopleOwn);

describe('fields', () => {
  test.each([
    // field                      wanted                     written                     seen                sent    theirs
    ['as wanted', { priority: 'high' }, { priority: 'high' }, { priority: 'high' }, {}, []],
    ['we raise it', { priority: 'urgent' }, {}, {}, { priority: 'urgent' }, []],
    ['a person lowered it', {}, {}, { priority: 'low' }, {}, ['priority']],
    ['a person did as we would', { priority: 'urgent' }, {}, { priority: 'urgent' }, {}, []],
    ['no wish for a group', {}, {}, { groupId: 7 }, {}, []],
    ['no wish for a subject', { subject: '' }, { subject: '' }, { subject: 'Help' }, {}, []],
    ['a person moved it to another group', { groupId: 5 }, { groupId: 5 }, { groupId: 7 }, {}, ['groupId']],
    ['a person took it', { responderId: 5 }, { responderId: 5 }, { responderId: 7 }, {}, ['responderId']],
    ['a person rewrote it', { subject: 'new' }, { subject: 'old' }, { subject: 'mine' }, {}, ['subject']],
    ['Freshdesk trimmed the subject', { subject: 'new ' }, { subject: 'new ' }, { subject: 'new' }, {}, []],
  ] satisfies [
    string,
    Partial<TicketFields>,
    Partial<TicketFields>,
    Partial<TicketFields>,
    object,
    string[],
  ][])('P5 %s', (_, wanted, written, seen, send, own) => {
    const result = reconciled({ wanted, written, seen });
    expect(result.send).toEqual(send);
    expect(theirs(result)).toEqual(own);
    expect(result.takenOver.map(({ field }) => field)).toEqual(own);
  });

  test('P5 what is theirs is told once, with the rule that wanted otherwise, and never sent again', () => {
    const seen = { priority: 'low' } as const;
    const first = reconciled({ seen, rules: { priority: 'priority_matrix' } });
    expect(first.takenOver).toEqual([
      { field: 'priority', rule: 'priority_matrix', wanted: 'high', chosen: 'low' },
    ]);
    expect(first.peopleOwn).toEqual({ priority: NOON });
    const { written, peopleOwn } = first;
    expect(reconciled({ wanted: { priority: 'urgent' }, written, seen, peopleOwn })).toMatchObject({
      send: {},
      takenOver: [],
      peopleOwn: { priority: NOON },
    });
  });

  test.each([
    ['kept for ever', {}, {}, ['priority']],
    ['not long enough ago', { keepForMs: minutes(61) }, {}, ['priority']],
    ['long enough ago', { keepForMs: minutes(60) }, { priority: 'high' }, []],
    ['released by a reopening', { isReleased: true }, { priority: 'high' }, []],
  ] as const)('P5 taken over an hour ago: %s', (_, given, send, own) => {
    const peopleOwn = { priority: new Date(NOON.getTime() - minutes(60)) };
    const result = reconciled({ seen: { priority: 'low' }, peopleOwn, ...given });
    expect(result).toMatchObject({ send, takenOver: [] });
    expect(theirs(result)).toEqual(own);
  });

  test('what Freshdesk set while creating is theirs without a word', () => {
    const given = { wanted: { groupId: 5 }, written: { groupId: 5 }, seen: { type: 'Problem', groupId: 9 } };
    const result = reconciled({ ...(given as Given), isFirstSight: true });
    expect(result).toMatchObject({ send: {}, takenOver: [] });
    expect(theirs(result)).toEqual(['type', 'groupId']);
  });

  test('an update whose answer was lost is not mistaken for a person', () => {
    const lost = { priority: 'high' } as const;
    const same = reconciled({ wanted: lost, written: { priority: 'low' }, seen: lost });
    expect(same).toMatchObject({ send: {}, peopleOwn: {}, written: lost });
    const moved = reconciled({
      wanted: { priority: 'urgent' },
      written: { priority: 'low' },
      seen: lost,
      attempted: [lost, { status: 'resolved' }],
    });
    expect(moved).toMatchObject({ send: { priority: 'urgent' }, peopleOwn: {} });
  });

  test('tags are added to those of people, never taken away', () => {
    const seen = { tags: ['vip', 'watchdesk'] };
    expect(reconciled({ seen, written: { tags: [] } }).send).toEqual({ tags: ['vip', 'watchdesk', 'wd-1'] });
  });

  test('P5 a tag that was written and taken away is not put back', () => {
    expect(reconciled({ seen: { tags: ['vip'] } }).send).toEqual({});
  });
});

describe('custom fields', () => {
  test.each([
    // case                    wanted                 written               seen                    sent                 theirs
    ['as wanted', { state: 'DOWN' }, { state: 'DOWN' }, { state: 'DOWN' }, undefined, []],
    ['it changed', { state: 'UP' }, { state: 'DOWN' }, { state: 'DOWN' }, { state: 'UP' }, []],
    ['new in the account', { state: 'UP' }, {}, {}, { state: 'UP' }, []],
    ['to be emptied', { state: null }, { state: 'UP' }, { state: 'UP' }, { state: null }, []],
    ['empty as wanted', { state: null }, {}, { state: null }, undefined, []],
    ['a person wrote', { state: 'UP' }, { state: 'DOWN' }, { state: 'x' }, undefined, ['custom.state']],
    ['what agents fill in', {}, {}, { workaround: 'Yes' }, undefined, []],
  ] satisfies [
    string,
    DeskFieldValues,
    DeskFieldValues,
    DeskFieldValues,
    DeskFieldValues | undefined,
    string[],
  ][])('P5 %s', (_, wanted, written, seen, sent, own) => {
    const result = reconciled({
      wanted: { custom: wanted },
      written: { custom: written },
      seen: { custom: seen },
    });
    expect(result.send.custom).toEqual(sent);
    expect(theirs(result)).toEqual(own);
  });
});

describe('status', () => {
  test.each([
    // asserted    wanted      seen        sent
    ['no', 'open', 'resolved', false],
    ['no', 'open', 'closed', false],
    ['no', 'resolved', 'open', false],
    ['no', 'closed', 'resolved', false],
    ['yes', 'open', 'pending', false],
    ['yes', 'open', 'other', false],
    ['yes', 'open', 'resolved', true],
    ['yes', 'open', 'closed', true],
    ['yes', 'resolved', 'open', true],
    ['yes', 'resolved', 'pending', true],
    ['yes', 'resolved', 'other', true],
    ['yes', 'resolved', 'resolved', false],
    ['yes', 'resolved', 'closed', false],
    ['yes', 'closed', 'open', true],
    ['yes', 'closed', 'resolved', true],
    ['yes', 'closed', 'closed', false],
    ['set_back', 'resolved', 'closed', true],
    ['set_back', 'resolved', 'resolved', false],
    ['set_back', 'closed', 'open', true],
  ] satisfies ['yes' | 'no' | 'set_back', TicketStatus, TicketStatus, boolean][])(
    'P3 P5 asserted: %s, want %s, see %s: sent %s',
    (assertsStatus, wanted, seen, sent) => {
      const result = reconciled({ wanted: { status: wanted }, seen: { status: seen }, assertsStatus });
      expect(result.send).toEqual(sent ? { status: wanted } : {});
      expect(result).toMatchObject({ peopleOwn: {}, takenOver: [] });
    },
  );
});

describe('any ticket', () => {
  const custom: fc.Arbitrary<DeskFieldValues> = fc.dictionary(
    fc.constantFrom('state', 'host', 'proof'),
    fc.constantFrom('a', 'b', null),
  );
  const some: fc.Arbitrary<TicketFields> = fc.record({
    subject: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom<TicketStatus>('open', 'pending', 'resolved', 'closed', 'other'),
    priority: fc.constantFrom('low', 'medium', 'high', 'urgent'),
    type: fc.constantFrom('Incident', 'Problem', undefined),
    tags: fc.subarray(['watchdesk', 'wd-1', 'vip']),
    custom,
  });
  const ours = some.map(
    (one): TicketFields => ({
      ...one,
      status: one.status === 'pending' || one.status === 'other' ? 'open' : one.status,
    }),
  );
  const asserted = fc.constantFrom('yes', 'no', 'set_back' as const);

  test('P5 once sent and seen, a second look sends and says nothing', () => {
    fc.assert(
      fc.property(ours, ours, some, asserted, (wanted, written, shown, assertsStatus) => {
        const first = reconcileTicket({
          wanted,
          written,
          seen: shown,
          peopleOwn: {},
          now: NOON,
          assertsStatus,
        });
        const { send, peopleOwn } = first;
        const seen = { ...shown, ...send, custom: { ...shown.custom, ...send.custom } };
        const second = reconcileTicket({ wanted, written: first.written, seen, peopleOwn, now: NOON });
        expect(second).toMatchObject({ send: {}, takenOver: [], peopleOwn });
      }),
    );
  });

  test('is the same ticket as itself, whatever the order of its tags, and not one with another status', () => {
    fc.assert(
      fc.property(some, (ticket) => {
        expect(isSameTicket(ticket, { ...ticket, tags: ticket.tags.toReversed() })).toBe(true);
        const status = ticket.status === 'open' ? 'closed' : 'open';
        expect(isSameTicket(ticket, { ...ticket, status })).toBe(false);
      }),
    );
  });
});
