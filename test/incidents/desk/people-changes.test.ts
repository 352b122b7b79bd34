import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRIORITIES, TICKET_TYPES } from '../../../src/model/priority.ts';
import type { TicketFields } from '../../../src/model/ticket.ts';
import type { TakenOver, TicketEvent } from '../../../src/model/ticket-event.ts';
import { aMessage, aTicketEvent } from '../../support/ticket-event.ts';
import { minutes, type World } from '../world.ts';
import { event as aCheck } from '../world-with.ts';
import { deskPolicy, deskWorld, issueOf, nextReading, noteOf, rulesTold } from './desk-world.ts';

function adopted(fields: Partial<TicketFields> = {}): World {
  const world = deskWorld();
  world.tell(aTicketEvent({ fields }));
  return world.pass(minutes(5));
}

const took = (field: TakenOver['field'], chosen: string, wanted = 'x', rule = 'some_rule'): TakenOver => ({
  field,
  rule,
  wanted,
  chosen,
});

describe('P5 what people take over', () => {
  test.each([
    [
      'priority',
      took('priority', 'low', 'high'),
      { priority: 'low', priorityRule: 'set_by_person' },
      'Priority is “low” in Freshdesk; Watchdesk would have set “high” (rule: some_rule).',
    ],
    [
      'group',
      took('groupId', '902', '901'),
      { assignmentGroup: 'network' },
      'Group is “Network” in Freshdesk; Watchdesk would have set “Operations”',
    ],
    [
      'group that is no team',
      took('groupId', '5', '901'),
      { assignmentGroup: undefined },
      'Group is “group 5”',
    ],
    ['no group', took('groupId', '', '901'), { assignmentGroup: undefined }, 'Group is “none”'],
    [
      'agent',
      took('responderId', '72', '71'),
      {},
      'Agent is “Tina Lang” in Freshdesk; Watchdesk would have set “Jo Moss”',
    ],
    ['own field', took('custom.impact', 'huge', 'high'), {}, 'Impact is “huge” in Freshdesk'],
    ['subject', took('subject', 'a', 'b'), {}, 'Subject is “a” in Freshdesk'],
  ] as const)('%s: into the issue, its history, the report, and one note', (_, one, expected, said) => {
    const world = adopted();
    world.tell(nextReading(world, { takenOver: [one] }));
    const issue = issueOf(world);
    expect({ ...issue, assignmentGroup: issue.assignmentGroup }).toMatchObject(expected);
    expect(issue.desk.peopleSet).toEqual([one.field]);
    expect(rulesTold(world, issue)).toContain('people: some_rule');
    expect(noteOf(world, `people:${world.now.getTime()}`)).toContain(said);
    expect(world.takenOver).toEqual([{ ...one, incidentId: issue.id }]);
  });

  test('several at once are one note; told again they are nothing new', () => {
    const world = adopted();
    const takenOver = [took('priority', 'low'), took('groupId', '902')];
    const reading = nextReading(world, { takenOver, fields: { priority: 'low', groupId: 902 } });
    world.tell(reading);
    const before = issueOf(world);
    world.tell(reading);
    world.pass(minutes(1)).tell({ ...reading, readAt: world.now });
    expect(world.intents('private_note').filter((one) => one.startsWith('people:'))).toHaveLength(1);
    expect(world.takenOver).toHaveLength(2);
    expect({ ...issueOf(world), version: 0, desk: { ...issueOf(world).desk, ticketReadAt: 0 } }).toEqual({
      ...before,
      version: 0,
      desk: { ...before.desk, ticketReadAt: 0 },
    });
  });

  test('a priority that people lowered is raised by nothing, and followed when they change it', () => {
    const world = adopted();
    world.tell(nextReading(world, { takenOver: [took('priority', 'low')], fields: { priority: 'low' } }));
    const answers = { affected: 'Everybody', security: 'Yes' };
    world.pass(minutes(1)).tell(nextReading(world, { fields: { priority: 'low', custom: answers } }));
    expect(issueOf(world)).toMatchObject({ priority: 'low', impact: 'high', urgency: 'high' });
    world.pass(minutes(1)).tell(nextReading(world, { fields: { priority: 'medium', custom: answers } }));
    expect(issueOf(world)).toMatchObject({ priority: 'medium', priorityRule: 'set_by_person' });
    expect(world.takenOver).toHaveLength(1);
  });

  test('an alert’s incident keeps the priority that people set when it grows worse, until it is reopened', () => {
    const world = deskWorld();
    const alert = { host: 'shop1', check: 'HTTP' };
    world.tell(aCheck(world, { ...alert, state: 'WARNING' }));
    world.createTickets();
    const ticketId = world.ticketNumbers.get(world.only().id) ?? 0;
    const reading = nextReading(world, {
      ticketId,
      takenOver: [took('priority', 'low')],
    });
    world.pass(minutes(1)).tell(reading);
    world.pass(minutes(1)).tell(aCheck(world, { ...alert, state: 'CRITICAL' }));
    expect(world.only()).toMatchObject({ priority: 'low', urgency: 'high' });
  });

  test('a priority is free again after the time that policy gives', () => {
    const keeping = deskWorld(deskPolicy({ tickets: { people: { keep_for: '1h' } } }));
    keeping.tell(aTicketEvent());
    keeping.pass(minutes(1)).tell(nextReading(keeping, { takenOver: [took('priority', 'low')] }));
    const answers = { affected: 'Everybody' };
    keeping.pass(minutes(59)).tell(nextReading(keeping, { fields: { custom: answers } }));
    expect(issueOf(keeping).priority).toBe('low');
    keeping
      .pass(minutes(1))
      .tell(nextReading(keeping, { fields: { custom: { ...answers, security: 'Yes' } } }));
    expect(issueOf(keeping)).toMatchObject({ priority: 'urgent', priorityRule: 'priority_matrix' });
  });

  test('the reporter of what becomes more urgent hears sooner', () => {
    const world = adopted();
    const opened = issueOf(world).openedAt.getTime();
    expect(issueOf(world).desk.nextUpdateDueAt?.getTime()).toBe(opened + minutes(240));
    world.tell(nextReading(world, { fields: { custom: { affected: 'Everybody' } } }));
    expect(issueOf(world)).toMatchObject({ priority: 'urgent' });
    expect(issueOf(world).desk.nextUpdateDueAt?.getTime()).toBe(opened + minutes(60));
  });

  test('an older reading undoes nothing', () => {
    const world = adopted();
    const older = nextReading(world, { fields: { priority: 'high' } });
    world
      .pass(minutes(1))
      .tell(nextReading(world, { takenOver: [took('priority', 'low')], fields: { priority: 'low' } }));
    world.pass(minutes(1)).tell(nextReading(world, { fields: { priority: 'low', status: 'pending' } }));
    expect(world.tell(older).why.rule).toBe('old_reading');
    expect(issueOf(world).priority).toBe('low');
  });

  test('a group set where nothing was wished for is followed without a note', () => {
    const world = deskWorld(
      deskPolicy({
        teams: {
          operations: { name: 'Operations', members: ['jo'] },
          network: { name: 'Network', freshdesk_group_id: 902 },
        },
      }),
    );
    world.tell(aTicketEvent());
    const notes = world.intents('private_note').length;
    world.pass(minutes(1)).tell(nextReading(world, { fields: { groupId: 902 } }));
    expect(issueOf(world).assignmentGroup).toBe('network');
    expect(rulesTold(world, issueOf(world))).toContain('people: group_set');
    expect(world.intents('private_note')).toHaveLength(notes);
  });
});

describe('who has the ticket', () => {
  test('an agent who takes it acknowledges, another is the owner then, and none is nobody', () => {
    const world = adopted();
    world.tell(nextReading(world, { fields: { responderId: 71 } }));
    expect(issueOf(world)).toMatchObject({
      status: 'acknowledged',
      owner: 'Jo Moss',
      acknowledgedAt: world.now,
    });
    const since = world.now;
    world.pass(minutes(1)).tell(nextReading(world, { fields: { responderId: 99 } }));
    expect(issueOf(world)).toMatchObject({ owner: 'agent 99', acknowledgedAt: since });
    world.pass(minutes(1)).tell(nextReading(world));
    expect(issueOf(world)).toMatchObject({ status: 'new' });
    expect(issueOf(world).owner).toBeUndefined();
    expect(rulesTold(world, issueOf(world)).slice(-3)).toEqual([
      'acknowledged: agent_set',
      'acknowledged: agent_set',
      'unacknowledged: agent_removed',
    ]);
  });

  test('our own choice acknowledges nothing; a person who takes it over does', () => {
    const world = deskWorld(deskPolicy({ tickets: { assignment: { method: 'round_robin' } } }));
    world.tell(aTicketEvent());
    expect(issueOf(world).desk.assignedAgentId).toBe(71);
    world.pass(minutes(1)).tell(nextReading(world, { fields: { responderId: 71 } }));
    expect(issueOf(world)).toMatchObject({ status: 'new', desk: { responderId: 71 } });
    const takenOver = [took('responderId', '72', '71')];
    world.pass(minutes(1)).tell(nextReading(world, { fields: { responderId: 72 }, takenOver }));
    expect(issueOf(world)).toMatchObject({ status: 'acknowledged', owner: 'Tina Lang' });
    expect(world.tickets.get(issueOf(world).id)?.fields.responderId).toBeUndefined();
  });

  test('the first public reply of an agent acknowledges; notes and our own do not', () => {
    const world = adopted();
    const none = [
      aMessage({ id: 1, isPrivate: true }),
      aMessage({ id: 2, author: 'watchdesk' }),
      aMessage({ id: 3, author: 'other' }),
    ];
    world.tell(nextReading(world, { messages: none }));
    expect(issueOf(world).status).toBe('new');
    world.pass(minutes(1)).tell(nextReading(world, { messages: [...none, aMessage({ id: 4 })] }));
    expect(issueOf(world)).toMatchObject({
      status: 'acknowledged',
      owner: 'Jo Moss',
      desk: { lastMessageId: 4 },
    });
  });

  test('an agent who answered keeps it when the ticket’s other agent is removed', () => {
    const world = adopted();
    world.tell(nextReading(world, { messages: [aMessage({ id: 4 })] }));
    world.pass(minutes(1)).tell(nextReading(world, { fields: { responderId: 72 } }));
    world.pass(minutes(1)).tell(nextReading(world));
    expect(issueOf(world).owner).toBeUndefined();
  });
});

describe('the type as people choose it', () => {
  test('Question becomes Incident: priority by the matrix, questions, repeats', () => {
    const world = adopted({ subject: 'How do I change my address?', type: 'Question' });
    expect(issueOf(world)).toMatchObject({ type: 'Question', priority: 'low' });
    world.tell(nextReading(world, { fields: { type: 'Incident' } }));
    expect(issueOf(world)).toMatchObject({
      type: 'Incident',
      desk: { typeRule: 'chosen_by_person' },
    });
    expect(issueOf(world).priority).not.toBe('low');
    expect(world.timers.has(`${issueOf(world).id} repeat`)).toBe(true);
    expect(world.intents('private_note').some((one) => one.startsWith('questions:'))).toBe(true);
    expect(issueOf(world).desk.nextUpdateDueAt).toBeDefined();
  });

  test('not the priority that people own', () => {
    const world = adopted({ type: 'Question', priority: 'urgent' });
    world.tell(nextReading(world, { fields: { type: 'Incident', priority: 'urgent' } }));
    expect(issueOf(world)).toMatchObject({
      type: 'Incident',
      priority: 'urgent',
      priorityRule: 'set_by_person',
    });
  });

  test('Incident becomes Question: Low, nothing to prove, no reminder of updates', () => {
    const world = adopted();
    const takenOver = [took('type', 'Question', 'Incident')];
    world.tell(nextReading(world, { takenOver, fields: { type: 'Question' } }));
    const issue = issueOf(world);
    expect(issue).toMatchObject({ type: 'Question', priority: 'low', priorityRule: 'questions_are_low' });
    expect(issue.desk.nextUpdateDueAt).toBeUndefined();
    expect(world.timers.has(`${issue.id} repeat`)).toBe(false);
    expect(world.takenOver).toHaveLength(1);
    world.pass(minutes(1)).tell(nextReading(world, { takenOver, fields: { type: 'Question' } }));
    expect(rulesTold(world, issue).filter((one) => one === 'classified: chosen_by_person')).toHaveLength(1);
  });

  test('a guess is settled by the person who was asked, also by agreeing', () => {
    const world = deskWorld();
    world.tell(aTicketEvent({ fields: { subject: 'Hello' }, descriptionText: 'Please see the attachment.' }));
    const guess = issueOf(world).type;
    world.pass(minutes(1)).tell(nextReading(world));
    expect(issueOf(world).desk.isTypeGuess).toBe(true);
    world.pass(minutes(1)).tell(nextReading(world, { fields: { type: guess } }));
    expect(issueOf(world).desk.isTypeGuess).toBeUndefined();
    expect(world.tickets.get(issueOf(world).id)?.fields.type).toBe(guess);
    world.pass(minutes(1)).tell(nextReading(world, { fields: { type: 'Feature Request' } }));
    expect(issueOf(world).type).toBe('Feature Request');
  });

  test('what alerts belong to stays an incident, which is said once', () => {
    const world = deskWorld();
    world.tell(aCheck(world));
    world.createTickets();
    const ticketId = world.ticketNumbers.get(world.only().id) ?? 0;
    const takenOver = [took('type', 'Question', 'Incident')];
    for (let round = 0; round < 3; round++) {
      const base = nextReading(world, {
        ticketId,
        takenOver,
      });
      world
        .pass(minutes(1))
        .tell({ ...base, readAt: world.now, fields: { ...base.fields, type: 'Question' } });
    }
    expect(world.only()).toMatchObject({ type: 'Incident' });
    expect(rulesTold(world, world.only()).filter((one) => one === 'people: incident_by_alerts')).toHaveLength(
      1,
    );
    expect(noteOf(world, 'type_kept:0')).toContain('handled as an incident all the same');
  });

  test('what was resolved as a question has its reporter asked once it is an incident', () => {
    const world = adopted({ type: 'Question' });
    const before = nextReading(world).fields;
    world.tell(nextReading(world, { before, fields: { status: 'resolved' } }));
    expect(issueOf(world)).toMatchObject({ type: 'Question', status: 'resolved' });
    expect(issueOf(world).desk.confirmation).toBeUndefined();
    const resolved = { ...before, status: 'resolved' } as const;
    world
      .pass(minutes(1))
      .tell(nextReading(world, { before: resolved, fields: { type: 'Incident', status: 'resolved' } }));
    expect(issueOf(world)).toMatchObject({ type: 'Incident', status: 'resolved' });
    expect(issueOf(world).desk.confirmation).toBeDefined();
  });

  test('what is closed only gets its type', () => {
    const world = adopted({ type: 'Question' });
    const before = nextReading(world).fields;
    world.tell(nextReading(world, { before, fields: { status: 'closed' } }));
    const closed = { ...before, status: 'closed' } as const;
    world
      .pass(minutes(1))
      .tell(nextReading(world, { before: closed, fields: { type: 'Incident', status: 'closed' } }));
    expect(issueOf(world)).toMatchObject({ type: 'Incident', status: 'closed', priority: 'low' });
    expect(world.timers.size).toBe(0);
  });

  test('a report that turns out to be a question is linked no more', () => {
    const world = adopted();
    world.tell(
      aTicketEvent({ ticketId: 8, readAt: world.now, requester: { id: 502, email: 'bob@acme.example' } }),
    );
    expect(issueOf(world, 8).parentId).toBe(issueOf(world).id);
    const takenOver = [took('type', 'Question', 'Incident')];
    world.pass(minutes(1)).tell(nextReading(world, { ticketId: 8, takenOver }));
    expect(issueOf(world, 8)).toMatchObject({ type: 'Question', priority: 'low' });
    expect(issueOf(world, 8).parentId).toBeUndefined();
    expect(issueOf(world)).toMatchObject({ childCount: 0, openChildCount: 0 });
    expect([...world.links.values()].map(({ state }) => state)).toEqual(['unlinked']);
  });

  test('a type that is no type of ours, or none, changes nothing but that it is people’s', () => {
    const world = adopted();
    world.tell(
      nextReading(world, { takenOver: [took('type', '', 'Incident')], fields: { type: undefined } }),
    );
    expect(issueOf(world)).toMatchObject({ type: 'Incident', desk: { peopleSet: ['type'] } });
  });
});

describe('readings in any order', () => {
  test('whatever people do, each reading twice is as once, and late ones change nothing', () => {
    const fields = fc.record({
      priority: fc.constantFrom(...PRIORITIES),
      type: fc.constantFrom(...TICKET_TYPES, undefined),
      group: fc.constantFrom(undefined, 901, 902, 5),
      agent: fc.constantFrom(undefined, 71, 72),
      affected: fc.constantFrom(null, 'One person', 'Everybody'),
      isTakenOver: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fields, { minLength: 1, maxLength: 6 }), (steps) => {
        const [once, twice] = [adopted(), adopted()];
        const late: TicketEvent[] = [];
        for (const { priority, type, group, agent, affected, isTakenOver } of steps) {
          const reading = nextReading(once, {
            fields: {
              priority,
              type,
              custom: { affected },
              ...(group === undefined ? {} : { groupId: group }),
              ...(agent === undefined ? {} : { responderId: agent }),
            },
            takenOver: isTakenOver ? [took('priority', priority), took('type', type ?? '')] : [],
          });
          once.tell(reading);
          twice.tell(reading);
          twice.tell(reading);
          for (const one of late) twice.tell(one);
          late.push(reading);
          for (const world of [once, twice]) world.pass(minutes(1));
          expect(told(twice)).toEqual(told(once));
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** Everything that people would see of it. */
const told = (world: World) => ({
  ...issueOf(world),
  version: 0,
  desk: { ...issueOf(world).desk, ticketReadAt: undefined },
  timeline: world.timeline.map(({ rule, sentence }) => [rule, sentence]),
  commands: [...world.commands.keys()],
  takenOver: world.takenOver,
});
