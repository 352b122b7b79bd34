import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcileTicket } from '../../src/incidents/reconcile-ticket.ts';
import type { TicketFields, TicketStatus } from '../../src/model/ticket.ts';

const fields = (given: Partial<TicketFields> = {}): TicketFields => ({
  subject: '[WD-1] web01 HTTP is CRITICAL',
  status: 'open',
  priority: 'high',
  type: 'Incident',
  tags: ['watchdesk', 'wd-1'],
  ...given,
});

describe('fields', () => {
  test.each([
    // field        wanted     written    seen        sent       theirs
    ['as wanted', { priority: 'high' }, { priority: 'high' }, { priority: 'high' }, {}, []],
    ['we raise it', { priority: 'urgent' }, {}, {}, { priority: 'urgent' }, []],
    ['a person lowered it', {}, {}, { priority: 'low' }, {}, ['priority']],
    ['a person did as we would', { priority: 'urgent' }, {}, { priority: 'urgent' }, {}, []],
    ['no wish for a group', {}, {}, { groupId: 7 }, {}, []],
    ['a person moved it to another group', { groupId: 5 }, { groupId: 5 }, { groupId: 7 }, {}, ['groupId']],
    [
      'a person rewrote the subject',
      { subject: 'new' },
      { subject: 'old' },
      { subject: 'mine' },
      {},
      ['subject'],
    ],
    ['Freshdesk trimmed the subject', { subject: 'new ' }, { subject: 'new ' }, { subject: 'new' }, {}, []],
  ] satisfies [
    string,
    Partial<TicketFields>,
    Partial<TicketFields>,
    Partial<TicketFields>,
    object,
    string[],
  ][])('P5 %s', (_, wanted, written, seen, send, theirs) => {
    const result = reconcileTicket({
      wanted: fields(wanted),
      written: fields(written),
      seen: fields(seen),
      peopleOwn: [],
    });
    expect(result.send).toEqual(send);
    expect(result.peopleOwn).toEqual(theirs);
    expect(result.notices).toHaveLength(theirs.length);
  });

  test('P5 what is theirs is told once and never sent again', () => {
    const first = reconcileTicket({
      wanted: fields(),
      written: fields(),
      seen: fields({ priority: 'low' }),
      peopleOwn: [],
    });
    expect(first.notices[0]).toMatch(/priority.*“high”/);
    const next = reconcileTicket({
      wanted: fields({ priority: 'urgent' }),
      written: first.written,
      seen: fields({ priority: 'low' }),
      peopleOwn: first.peopleOwn,
    });
    expect(next).toMatchObject({ send: {}, notices: [], peopleOwn: ['priority'] });
  });

  test('what Freshdesk set while creating is theirs without a word', () => {
    const seen = fields({ type: 'Problem', groupId: 9 });
    const result = reconcileTicket({
      wanted: fields({ groupId: 5 }),
      written: fields({ groupId: 5 }),
      seen,
      peopleOwn: [],
      isFirstSight: true,
    });
    expect(result).toMatchObject({ send: {}, notices: [], peopleOwn: ['type', 'groupId'] });
  });

  test('an update whose answer was lost is not mistaken for a person', () => {
    const lost = { priority: 'high' } as const;
    const before = fields({ priority: 'low' });
    const same = reconcileTicket({
      wanted: fields(lost),
      written: before,
      seen: fields(lost),
      peopleOwn: [],
    });
    expect(same).toMatchObject({ send: {}, peopleOwn: [], written: lost });
    const wanted = fields({ priority: 'urgent' });
    const moved = reconcileTicket({
      wanted,
      written: before,
      seen: fields(lost),
      peopleOwn: [],
      attempted: [lost, { status: 'resolved' }],
    });
    expect(moved).toMatchObject({ send: { priority: 'urgent' }, peopleOwn: [] });
  });

  test('tags are added, never taken away', () => {
    const seen = fields({ tags: ['vip', 'watchdesk'] });
    expect(reconcileTicket({ wanted: fields(), written: fields(), seen, peopleOwn: [] }).send).toEqual({
      tags: ['vip', 'watchdesk', 'wd-1'],
    });
  });
});

describe('status', () => {
  test.each([
    // wanted   written     seen        told   sent   told then  notices
    ['open', 'open', 'open', false, false, false, 0],
    ['open', 'open', 'pending', false, false, false, 0],
    ['open', 'open', 'other', false, false, false, 0],
    ['open', 'open', 'resolved', false, false, true, 1],
    ['open', 'open', 'resolved', true, false, true, 0],
    ['open', 'open', 'closed', false, true, true, 1],
    ['open', 'open', 'closed', true, false, true, 0],
    ['resolved', 'resolved', 'open', false, false, true, 1],
    ['resolved', 'resolved', 'closed', false, true, true, 1],
    ['closed', 'closed', 'open', false, false, true, 1],
    ['resolved', 'open', 'open', false, true, false, 0],
    ['resolved', 'open', 'pending', true, true, false, 0],
    ['resolved', 'open', 'resolved', true, false, false, 0],
    ['resolved', 'open', 'closed', false, false, true, 0],
    ['closed', 'resolved', 'resolved', false, true, false, 0],
    ['closed', 'resolved', 'open', true, true, false, 0],
    ['closed', 'resolved', 'closed', true, false, false, 0],
    ['open', 'resolved', 'resolved', false, true, false, 0],
    ['open', 'resolved', 'closed', true, true, false, 0],
    ['open', 'closed', 'closed', false, true, false, 0],
    ['open', 'resolved', 'pending', false, false, false, 0],
  ] satisfies [TicketStatus, TicketStatus, TicketStatus, boolean, boolean, boolean, number][])(
    'P3 P4 P5 want %s, wrote %s, see %s (told: %s): sent %s',
    (wanted, written, seen, wasTold, sent, isTold, notices) => {
      const result = reconcileTicket({
        wanted: fields({ status: wanted }),
        written: fields({ status: written }),
        seen: fields({ status: seen }),
        peopleOwn: wasTold ? ['status'] : [],
      });
      expect(result.send).toEqual(sent ? { status: wanted } : {});
      expect(result.peopleOwn).toEqual(isTold ? ['status'] : []);
      expect(result.notices).toHaveLength(notices);
      expect(result.written.status).toBe(wanted);
    },
  );
});

test('P5 once sent and seen, a second look sends and says nothing', () => {
  const some = fc.record({
    subject: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom<TicketStatus>('open', 'pending', 'resolved', 'closed', 'other'),
    priority: fc.constantFrom('low', 'medium', 'high', 'urgent'),
    type: fc.constantFrom('Incident', 'Problem', undefined),
    tags: fc.subarray(['watchdesk', 'wd-1', 'vip']),
  });
  const ours = some.map(
    (one): TicketFields => ({
      ...one,
      status: one.status === 'pending' || one.status === 'other' ? 'open' : one.status,
    }),
  );
  fc.assert(
    fc.property(ours, ours, some, (wanted, written, shown) => {
      const first = reconcileTicket({ wanted, written, seen: shown, peopleOwn: [] });
      const seen = { ...shown, ...first.send };
      const second = reconcileTicket({ wanted, written: first.written, seen, peopleOwn: first.peopleOwn });
      expect(second).toMatchObject({ send: {}, notices: [], peopleOwn: first.peopleOwn });
    }),
  );
});
