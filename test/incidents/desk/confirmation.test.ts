import { describe, expect, test } from 'vitest';
import type { PersonAction } from '../../../src/model/person-event.ts';
import type { Policy } from '../../../src/policy/schema.ts';
import { minutes } from '../world.ts';
import { DeskTicket } from './desk-ticket.ts';
import { deskPolicy, deskWorld, noteOf, rulesTold } from './desk-world.ts';

const DAY = minutes(24 * 60);

const resolved = (policy: Policy = deskPolicy(), given = {}) => {
  const ticket = new DeskTicket(deskWorld(policy)).raise();
  ticket.world.pass(minutes(5));
  ticket.set('resolved', given);
  return ticket;
};

const tell = (ticket: DeskTicket, action: PersonAction) => {
  const decision = ticket.world.tell({ kind: 'person', at: ticket.world.now, action });
  ticket.sync();
  return decision;
};

const answer = (ticket: DeskTicket, said: 'yes' | 'no', round = ticket.issue.reopenCount, words = '') =>
  tell(ticket, { do: 'confirm', incidentId: ticket.issue.id, round, answer: said, words });

const replies = ({ world }: DeskTicket) => world.intents('public_reply');
const htmlOf = ({ world }: DeskTicket, intent: string) =>
  [...world.commands.values()].flatMap((one) =>
    one.kind === 'public_reply' && one.intent === intent ? [one.html] : [],
  )[0];
/** Days pass, and what is due then is fired. */
const wait = (ticket: DeskTicket, days: number) => {
  ticket.world.pass(days * DAY).fireTimers();
  ticket.sync();
};

describe('the question', () => {
  test('is asked once a round, with a link for each answer and what was done', () => {
    const ticket = resolved(deskPolicy(), { resolution_text: 'We restarted the queue.' });
    expect(replies(ticket)).toEqual(['confirm:0']);
    const html = htmlOf(ticket, 'confirm:0');
    for (const said of [`confirm/${ticket.issue.id}-0-yes`, `confirm/${ticket.issue.id}-0-no`, 'restarted'])
      expect(html).toContain(said);
    ticket.world.pass(minutes(1));
    ticket.set('open');
    ticket.set('resolved');
    expect(replies(ticket)).toEqual(['confirm:0', 'confirm:1']);
  });

  test('is asked of nobody where the reporter is not known', () => {
    const world = deskWorld();
    const ticket = new DeskTicket(world).raise();
    const { reporter: _nobody, ...issue } = ticket.issue;
    world.incidents.set(issue.id, issue);
    ticket.set('resolved');
    expect(ticket.issue.status).toBe('resolved');
    expect(replies(ticket)).toEqual([]);
  });

  test('is asked also when the ticket was resolved before it was seen', () => {
    const ticket = new DeskTicket(deskWorld()).raise({ status: 'resolved' });
    expect(ticket.issue.status).toBe('resolved');
    expect(replies(ticket)).toEqual(['confirm:0']);
  });
});

describe('P3 the answer by link', () => {
  test('yes closes, with the reporter’s words as proof', () => {
    const ticket = resolved();
    expect(answer(ticket, 'yes', 0, 'All good').why.rule).toBe('reporter_confirmed');
    expect(ticket.issue).toMatchObject({
      status: 'closed',
      proofs: [{ kind: 'reporter_link', words: 'All good', who: 'Ann Archer' }],
    });
    expect(ticket.status).toBe('closed');
    expect([...ticket.world.timers.values()].map(({ name }) => name)).not.toContain('confirm');
  });

  test('no reopens with the reporter’s words, and what was proven or asked before counts no more', () => {
    const ticket = resolved();
    expect(answer(ticket, 'no', 0, 'Still <b>down</b>').why.rule).toBe('reporter_says_no');
    expect(ticket.issue).toMatchObject({ status: 'new', reopenCount: 1, proofs: [] });
    expect(ticket.status).toBe('open');
    expect(noteOf(ticket.world, 'answer_no:0')).toContain('Still &lt;b&gt;down&lt;/b&gt;');
  });

  test.each([
    // what happened before                                        the answer   round  status then
    ['the same answer was given', ['yes'], 'yes', 0, 'closed'],
    ['the other answer was given', ['yes'], 'no', 0, 'closed'],
    ['it was reopened by a no', ['no'], 'yes', 0, 'new'],
    ['it was reopened by a no', ['no'], 'no', 0, 'new'],
  ] as const)('is kept but counts for nothing when %s: %s', (_, before, said, round, status) => {
    const ticket = resolved();
    for (const one of before) answer(ticket, one, 0);
    const { reopenCount } = ticket.issue;
    expect(answer(ticket, said, round).why.rule).toBe('answer_ignored');
    expect(ticket.issue).toMatchObject({ status, reopenCount });
    expect(rulesTold(ticket.world, ticket.issue).at(-1)).toBe('confirmation: answer_ignored');
  });

  test('no after a silent close reopens it', () => {
    const ticket = resolved();
    for (const days of [1, 2, 4]) wait(ticket, days);
    expect(ticket.issue.status).toBe('closed');
    answer(ticket, 'no', 0);
    expect(ticket.issue).toMatchObject({ status: 'new', reopenCount: 1 });
    expect(ticket.status).toBe('open');
  });
});

describe('the silent reporter', () => {
  test('P3 is nobody whom the question has not reached: refused or late, the time begins anew', () => {
    const ticket = resolved();
    const { world, issue } = ticket;
    world.unsentReplies = [{ incidentId: issue.id, intent: 'confirm:0' }];
    for (let day = 0; day < 30; day++) wait(ticket, 1);
    expect(replies(ticket)).toEqual(['confirm:0']);
    expect(ticket.issue.status).toBe('resolved');
    expect(noteOf(world, 'question_not_sent:0')).toContain('has not reached Freshdesk');
    world.unsentReplies = [{ incidentId: issue.id, intent: 'passed:7' }];
    for (let day = 0; day < 30; day++) wait(ticket, 1);
    expect(replies(ticket).slice(1)).toEqual([
      'confirm:0:reminder:1',
      'confirm:0:reminder:2',
      'closed_silent:0',
    ]);
    expect(ticket.issue.status).toBe('closed');
  });

  test('P3 P7 is reminded twice, then the ticket is closed and says so', () => {
    const ticket = resolved();
    const steps = [1, 2, 4].map((days) => {
      wait(ticket, days);
      return replies(ticket).at(-1);
    });
    expect(steps).toEqual(['confirm:0:reminder:1', 'confirm:0:reminder:2', 'closed_silent:0']);
    expect(ticket.issue).toMatchObject({ status: 'closed', proofs: [{ kind: 'silence', reminders: 2 }] });
    expect(noteOf(ticket.world, 'closed:0')).toContain('was reminded 2 times and did not answer');
    expect(ticket.status).toBe('closed');
  });

  test('P7 after an outage of weeks no two steps come at once', () => {
    const ticket = resolved();
    wait(ticket, 30);
    ticket.world.fireTimers();
    expect(replies(ticket)).toEqual(['confirm:0', 'confirm:0:reminder:1']);
    wait(ticket, 1.9);
    expect(replies(ticket)).toHaveLength(2);
    wait(ticket, 0.1);
    expect(replies(ticket).at(-1)).toBe('confirm:0:reminder:2');
    wait(ticket, 3.9);
    expect(ticket.issue.status).toBe('resolved');
    wait(ticket, 0.1);
    expect(ticket.issue.status).toBe('closed');
  });

  test.each([
    ['policy leaves it to an agent', { when_silent: 'ask_agent' }],
    ['nobody was ever reminded', { remind_after: [] }],
    ['the only reminder would come after silence', { remind_after: ['8d'] }],
  ])('P3 is left to a person where %s', (_, reporter) => {
    const ticket = resolved(deskPolicy({ closing: { reporter } }));
    for (let day = 0; day < 9; day++) wait(ticket, 1);
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [] });
    expect(noteOf(ticket.world, 'silent:0')).toContain('Please ask');
    expect(replies(ticket)).not.toContain('closed_silent:0');
  });

  test.each([
    ['answered', (one: DeskTicket) => answer(one, 'yes')],
    ['saw it reopened', (one: DeskTicket) => one.set('open')],
    ['has the ticket in the trash', (one: DeskTicket) => Object.assign(one, { gone: 'deleted' }).sync()],
  ])('P7 is not reminded who %s', (_, before) => {
    const ticket = resolved();
    before(ticket);
    for (const days of [1, 2, 4]) wait(ticket, days);
    expect(replies(ticket)).toEqual(['confirm:0']);
  });
});

describe('P3 the agent’s record', () => {
  const record = (ticket: DeskTicket, given: object = {}) =>
    tell(ticket, {
      do: 'record_confirmation',
      incidentId: ticket.issue.id,
      who: 'Ann Archer',
      how: 'Phone',
      when: ticket.world.now,
      by: 'Jo Moss',
      ...given,
    });

  test('closes what is resolved', () => {
    const ticket = resolved();
    record(ticket);
    expect(ticket.issue).toMatchObject({
      status: 'closed',
      proofs: [{ kind: 'agent_record', who: 'Ann Archer', how: 'Phone', by: 'Jo Moss' }],
    });
  });

  test('waits until the agent resolves, and then nobody is asked', () => {
    const ticket = new DeskTicket(deskWorld()).raise();
    record(ticket);
    expect(ticket.issue.status).toBe('new');
    ticket.world.pass(minutes(1));
    ticket.set('resolved');
    expect(ticket.issue.status).toBe('closed');
    expect(replies(ticket)).toEqual([]);
  });

  test.each([
    ['nobody', { who: ' ' }],
    ['in no way', { how: '' }],
  ])('needs who and how: %s', (_, given) => {
    const ticket = resolved();
    expect(record(ticket, given).why.rule).toBe('record_ignored');
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [] });
  });

  test('cannot lie in the future', () => {
    const ticket = resolved();
    record(ticket, { when: new Date(ticket.world.now.getTime() + DAY) });
    expect(ticket.issue.proofs).toMatchObject([{ when: ticket.world.now }]);
  });
});
