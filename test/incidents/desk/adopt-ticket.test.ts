import { describe, expect, test } from 'vitest';
import { aMessage, aTicketEvent } from '../../support/ticket-event.ts';
import { minutes, NOON } from '../world.ts';
import { deskPolicy, deskWorld, issueOf, noteOf, OPERATIONS_GROUP, rulesTold } from './desk-world.ts';

describe('a ticket that is left alone, with the reason', () => {
  test.each([
    ['spam', { isSpam: true }, 'ticket_spam'],
    ['deleted', { isDeleted: true }, 'ticket_deleted'],
    ['merged', { mergedInto: 3 }, 'ticket_merged'],
    ['a closed question', { fields: { status: 'closed', type: 'Question' } }, 'ticket_already_closed'],
    ['older than Watchdesk', { createdAt: new Date(NOON.getTime() - minutes(61)) }, 'ticket_too_old'],
    ['an agent’s mail to outside', { source: 'outbound_email' }, 'outbound_ticket'],
  ] as const)('%s', (_, given, rule) => {
    const world = deskWorld();
    world.watchesTicketsSince = new Date(NOON.getTime() - minutes(60));
    const { requester, ...event } = aTicketEvent(given);
    const decision = world.tell(rule === 'outbound_ticket' || !requester ? event : { ...event, requester });
    expect(decision.why.rule).toBe(rule);
    expect(decision.why.sentence).toContain('Ticket #7 is left alone, since ');
    expect([world.incidents.size, world.commands.size, world.wishes.length]).toEqual([0, 0, 0]);
  });

  test('P3 but not an incident: one that was closed before it was seen is set back until it is proven', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { status: 'closed' } }));
    expect(issueOf(world)).toMatchObject({ status: 'resolved', desk: { gate: { rounds: 1 } } });
    expect(world.wishes.at(-1)).toMatchObject({ fields: { status: 'resolved' }, isSetBack: true });
    expect(world.intents('public_reply')).toEqual(['confirm:0']);
  });

  test('every ticket, when policy has it off', () => {
    const world = deskWorld(deskPolicy({ tickets: { handle: false } }));
    expect(world.tell(aTicketEvent()).why.rule).toBe('tickets_not_handled');
    expect(world.incidents.size).toBe(0);
  });

  test('one that Watchdesk makes itself, but not one that only carries such a tag', () => {
    const world = deskWorld();
    world.tell(aTicketEvent());
    const tag = world.wishes[0]?.fields.tags.find((one) => one.startsWith('wd-')) ?? '';
    expect(world.tell(aTicketEvent({ ticketId: 8, fields: { tags: ['watchdesk', tag] } })).why.rule).toBe(
      'own_ticket',
    );
    const alike = aTicketEvent({ ticketId: 9, fields: { tags: ['watchdesk', 'wd-00000000000000000000'] } });
    expect(world.tell(alike).why.rule).toBe('ticket_adopted');
  });
});

describe('a ticket that becomes an issue', () => {
  test('has type, priority, group, and the reasons in its history and in one note', () => {
    const world = deskWorld();
    world.tell(aTicketEvent());
    const issue = issueOf(world);
    expect(issue).toMatchObject({
      origin: 'ticket',
      type: 'Incident',
      status: 'new',
      title: 'The web shop does not load',
      serviceId: 'webshop',
      customerId: 'acme',
      reporter: { id: 501 },
      assignmentGroup: 'operations',
      startedAt: NOON,
    });
    expect(issue.desk).toMatchObject({ ticketStatus: 'open', ticketSource: 'email' });
    expect(issue.desk.text).toContain('Since this morning');
    const wish = world.tickets.get(issue.id);
    expect(wish).toMatchObject({
      fields: {
        subject: '',
        status: 'open',
        type: 'Incident',
        groupId: OPERATIONS_GROUP,
        priority: issue.priority,
      },
      adopts: { freshdeskId: 7, peopleOwn: [], messageCount: 0 },
    });
    expect(rulesTold(world, issue)).toEqual([
      'opened: ticket_adopted',
      `classified: ${issue.desk.typeRule}`,
      `classified: ${issue.priorityRule}`,
      'assigned: service_owner',
    ]);
    const note = noteOf(world, 'triage');
    for (const said of [
      'of type Incident',
      `Priority ${issue.priority}: ${issue.priorityWhy}`,
      'Web shop belongs to Operations',
      'How many people are affected?',
      'Is security or data at risk?',
    ])
      expect(note).toContain(said);
    expect(issue.desk.asked).toContain('security');
    expect(world.intents('search_solutions')).toEqual(['solutions']);
    expect(world.timers.get(`${issue.id} repeat`)?.dueAt).toEqual(new Date(NOON.getTime() + minutes(1)));
  });

  test('two readings of one new ticket in one batch are one issue', () => {
    const world = deskWorld();
    const [first, second] = world.deliver(aTicketEvent(), aTicketEvent());
    expect([first?.why.rule, second?.why.rule]).toEqual(['ticket_adopted', 'ticket_unchanged']);
    expect(world.incidents.size).toBe(1);
  });

  test('the same reading again changes nothing', () => {
    const world = deskWorld();
    world.tell(aTicketEvent());
    const [before, timeline, commands] = [issueOf(world), world.timeline.length, world.commands.size];
    world.pass(minutes(1)).tell(aTicketEvent());
    expect({ ...issueOf(world), version: 1 }).toEqual({ ...before, version: 1 });
    expect([world.timeline.length, world.commands.size]).toEqual([timeline, commands]);
  });

  test.each([
    ['type', { type: 'Question' }, { type: 'Question', priority: 'low' }, ['type']],
    [
      'priority above Freshdesk’s default',
      { priority: 'medium' },
      { priority: 'medium', priorityRule: 'set_by_person' },
      ['priority'],
    ],
    ['group', { groupId: 902 }, { assignmentGroup: 'network' }, ['groupId']],
    ['a group that policy does not know', { groupId: 5 }, { assignmentGroup: undefined }, ['groupId']],
    [
      'agent',
      { responderId: 71 },
      { status: 'acknowledged', owner: 'Jo Moss', assignmentGroup: undefined },
      ['responderId'],
    ],
  ] as const)('P5 keeps the %s that people chose before', (_, fields, expected, owned) => {
    const world = deskWorld(deskPolicy({ tickets: { assignment: { method: 'round_robin' } } }));
    world.tell(aTicketEvent({ fields }));
    const issue = issueOf(world);
    expect({ ...issue, assignmentGroup: issue.assignmentGroup }).toMatchObject(expected);
    expect(issue.desk.peopleSet).toEqual(owned);
    expect(world.tickets.get(issue.id)?.adopts?.peopleOwn).toEqual(owned);
    if (owned[0] !== 'type') expect(issue.desk.assignedAgentId === undefined).toBe(owned[0] !== 'priority');
  });

  test('Low is Freshdesk’s default and may be raised', () => {
    const world = deskWorld();
    world.tell(aTicketEvent());
    expect(issueOf(world).priority).not.toBe('low');
    expect(issueOf(world).desk.peopleSet).toBeUndefined();
  });

  test('a type that is only guessed is not set: the note asks for it', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { subject: 'Hello' }, descriptionText: 'Please see the attachment.' }));
    const issue = issueOf(world);
    expect(issue.desk.isTypeGuess).toBe(true);
    expect(world.tickets.get(issue.id)?.fields.type).toBeUndefined();
    expect(noteOf(world, 'triage')).toContain('please choose the type');
  });

  test('a ticket without a subject or a requester is one, too', () => {
    const world = deskWorld();
    const { requester: _requester, ...event } = aTicketEvent({ fields: { subject: ' ' } });
    world.tell(event);
    expect(issueOf(world)).toMatchObject({ title: '(no subject)' });
    expect(issueOf(world).reporter).toBeUndefined();
  });

  test('one that an agent answered already is acknowledged', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ messages: [aMessage({ id: 40, authorId: 72 })] }));
    expect(issueOf(world)).toMatchObject({ status: 'acknowledged', owner: 'Tina Lang' });
    expect(issueOf(world).desk).toMatchObject({ lastMessageId: 40, lastUpdateAt: NOON });
    expect(world.tickets.get(issueOf(world).id)?.adopts).toMatchObject({
      lastMessageId: 40,
      messageCount: 1,
    });
  });

  test('one that is resolved at first sight is adopted, and the rules of closing hold', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { status: 'resolved' } }));
    expect(issueOf(world)).toMatchObject({ status: 'resolved', desk: { ticketStatus: 'resolved' } });
    expect(issueOf(world).desk.confirmation).toBeDefined();
    expect(issueOf(world).assignmentGroup).toBeUndefined();
    expect(world.intents('search_solutions')).toEqual([]);
  });

  test('an agent is chosen by policy, and the next ticket of the same batch goes to the other', () => {
    const policy = deskPolicy({
      teams: {
        operations: { name: 'Operations', members: ['jo', 'tina'], freshdesk_group_id: OPERATIONS_GROUP },
      },
      tickets: { assignment: { method: 'least_busy' } },
    });
    const world = deskWorld(policy);
    const other = aTicketEvent({
      ticketId: 8,
      fields: { subject: 'Printer on the third floor is broken' },
      descriptionText: 'It does not print.',
    });
    world.deliver(aTicketEvent(), other);
    const agents = [issueOf(world), issueOf(world, 8)].map(({ desk }) => desk.assignedAgentId);
    expect(agents.toSorted()).toEqual([71, 72]);
    expect(issueOf(world)).toMatchObject({ status: 'new' });
    expect(issueOf(world).owner).toBeUndefined();
  });

  test('questions are asked only where the ticket has fields for the answers', () => {
    const world = deskWorld();
    world.deskFields = new Set(['security']);
    world.tell(aTicketEvent());
    expect(noteOf(world, 'triage')).toContain('Is security or data at risk?');
    expect(noteOf(world, 'triage')).not.toContain('How many people are affected?');
    expect(issueOf(world).desk.asked).toEqual(['security']);
  });

  test('by when the reporter should hear again follows the priority', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { priority: 'urgent' } }));
    expect(issueOf(world).desk.nextUpdateDueAt).toEqual(new Date(NOON.getTime() + minutes(60)));
    const calm = deskWorld();
    calm.tell(aTicketEvent({ fields: { type: 'Question' } }));
    expect(issueOf(calm).desk.nextUpdateDueAt).toBeUndefined();
  });

  test('P10 what customers wrote is escaped in the note', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { subject: '<img src=x onerror=alert(1)> broken' } }));
    expect(noteOf(world, 'triage')).not.toContain('<img');
  });
});
