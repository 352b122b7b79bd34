import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/policy/schema.ts';
import { minutes } from '../world.ts';
import { event, readOk, recovery } from '../world-with.ts';
import { DeskTicket } from './desk-ticket.ts';
import { deskPolicy, deskWorld, noteOf, rulesTold } from './desk-world.ts';

const HOURS = minutes(60);
const RECORD = { confirmed_by: 'Ann', confirmed_how: 'Phone', confirmed_on: null };

const reported = (policy: Policy = deskPolicy()) => new DeskTicket(deskWorld(policy)).raise();

/** Reported, and an alert of the same service belongs to it. */
function monitored(policy?: Policy): DeskTicket {
  const ticket = reported(policy);
  ticket.world.pass(minutes(1)).tell(event(ticket.world, { host: 'shop1', check: 'HTTP' }));
  expect(ticket.issue).toMatchObject({ memberCount: 1, badAlertCount: 1 });
  ticket.sync();
  return ticket;
}

const heal = ({ world }: DeskTicket) =>
  world.pass(minutes(1)).tell(event(world, { host: 'shop1', check: 'HTTP', ...recovery }));

/** Opsview shows it healthy for long enough, and is read. */
function prove(ticket: DeskTicket): void {
  const { world } = ticket;
  const since = new Date(world.now);
  world.pass(minutes(40)).fireTimers();
  const read = event(world, { host: 'shop1', check: 'HTTP', ...readOk, stateSince: since });
  world.tell(world.proof(ticket.issue, [read]));
  ticket.sync();
}

describe('P3 an incident that somebody reported', () => {
  test('closed by hand is set back to Resolved, told what is missing, and its reporter is asked', () => {
    const ticket = reported();
    ticket.world.pass(minutes(5));
    ticket.set('closed');
    expect(ticket.status).toBe('resolved');
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [], desk: { gate: { rounds: 1 } } });
    const intent = `set_back:${ticket.issue.desk.gate?.firstAt.getTime()}:1`;
    expect(noteOf(ticket.world, intent)).toMatch(/has not confirmed.*“Restored: confirmed by”/s);
    expect(ticket.world.intents('public_reply')).toEqual(['confirm:0']);
  });

  test.each([
    // what people do before or with the close                                     rule
    [
      'the reporter says yes',
      (one: DeskTicket) => one.say('It works again, thank you'),
      'reporter_confirmed',
    ],
    ['an agent records who confirmed it', (one: DeskTicket) => one.set('open', RECORD), 'agent_recorded'],
  ])('closes when %s and the ticket is closed by hand', (_, before, rule) => {
    const ticket = reported();
    before(ticket);
    ticket.world.pass(minutes(5));
    if (ticket.issue.status !== 'closed') ticket.set('closed');
    expect(ticket.issue).toMatchObject({ status: 'closed' });
    expect(ticket.status).toBe('closed');
    expect(rulesTold(ticket.world, ticket.issue)).toContain(`closed: ${rule}`);
    expect(ticket.issue.desk.gate).toBeUndefined();
  });

  test('who confirmed it may be filled in with the very click that closes', () => {
    const ticket = reported();
    ticket.set('closed', RECORD);
    expect(ticket.issue).toMatchObject({ status: 'closed', proofs: [{ kind: 'agent_record', who: 'Ann' }] });
    expect(ticket.world.intents('public_reply')).toEqual([]);
  });

  test('the same entry does not confirm the next restoration', () => {
    const ticket = reported();
    ticket.set('closed', RECORD);
    ticket.world.pass(minutes(5));
    ticket.set('open');
    expect(ticket.issue).toMatchObject({ status: 'new', proofs: [], reopenCount: 1 });
    ticket.world.pass(minutes(5));
    ticket.set('closed');
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [] });
    ticket.world.pass(minutes(5));
    ticket.set('resolved', { ...RECORD, confirmed_on: '2026-03-02' });
    expect(ticket.issue.status).toBe('closed');
  });

  test('ping-pong with a rule of Freshdesk ends after the policy’s rounds, loudly, and begins anew a day later', () => {
    const ticket = reported();
    for (let round = 0; round < 5; round++) {
      ticket.world.pass(minutes(1));
      ticket.set('closed');
    }
    expect(ticket.status).toBe('closed');
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [], desk: { gate: { rounds: 3 } } });
    const { gate } = ticket.issue.desk;
    expect(noteOf(ticket.world, `gate_stopped:${gate?.firstAt.getTime()}`)).toContain('set back 3 times');
    expect(ticket.world.intents().filter((one) => one.startsWith('set_back'))).toHaveLength(3);
    ticket.set('open');
    ticket.world.pass(25 * HOURS);
    ticket.set('closed');
    expect(ticket.status).toBe('resolved');
  });

  test('a rule that opens and closes in turns is stopped as well', () => {
    const ticket = reported();
    for (let round = 0; round < 8; round++) {
      ticket.world.pass(minutes(1));
      ticket.set(round % 2 === 0 ? 'closed' : 'open');
    }
    expect(ticket.world.intents().filter((one) => one.startsWith('set_back'))).toHaveLength(3);
    expect(ticket.issue.desk.gate?.stoppedAt).toBeDefined();
  });

  test('the same reading twice is one close, and an older reading is none', () => {
    const ticket = reported();
    ticket.world.pass(minutes(5));
    ticket.fields = { ...ticket.fields, status: 'closed' };
    const news = ticket.news();
    if (news === undefined) throw new Error('no news');
    const once = ticket.world.deliver(news);
    expect(once[0]?.why.rule).toBe('closed_by_person');
    const { version } = ticket.issue;
    ticket.world.deliver(news, { ...news, readAt: new Date(news.readAt.getTime() - 1) });
    expect(ticket.issue).toMatchObject({ version, desk: { gate: { rounds: 1 } } });
  });

  test('what has to be written down is asked for, and closes when it is', () => {
    const ticket = reported(
      deskPolicy({ closing: { resolution: { require: ['code', 'text'], from_priority: 'low' } } }),
    );
    ticket.say('It works again');
    expect(ticket.issue.status).toBe('resolved');
    expect(ticket.status).toBe('resolved');
    ticket.world.pass(minutes(1));
    ticket.set('closed', { resolution_code: 'Fixed' });
    expect(ticket.status).toBe('resolved');
    const intent = `set_back:${ticket.issue.desk.gate?.firstAt.getTime()}:1`;
    expect(noteOf(ticket.world, intent)).toMatch(/“Resolution” is empty/);
    ticket.world.pass(minutes(1));
    ticket.set('resolved', { resolution_text: 'Restarted the queue' });
    expect(ticket.issue.status).toBe('closed');
  });

  test('a workaround opens a Problem, so that the fix is not forgotten', () => {
    const ticket = reported();
    ticket.set('resolved', { resolution_kind: 'Workaround' });
    ticket.say('It works again');
    expect(ticket.issue.status).toBe('closed');
    const problem = ticket.world.incidents.get(ticket.issue.desk.followUpId ?? '');
    expect(problem).toMatchObject({ type: 'Problem', status: 'new' });
  });
});

describe('P3 with alerts', () => {
  test('resolved by an agent while they are bad: left as set, said once, and resolved with the last recovery', () => {
    const ticket = monitored();
    ticket.world.pass(minutes(1));
    ticket.set('resolved');
    expect(ticket.status).toBe('resolved');
    expect(ticket.issue.status).toBe('new');
    expect(noteOf(ticket.world, 'resolved_while_bad:0')).toContain('shop1 HTTP');
    heal(ticket);
    ticket.sync();
    expect(ticket.issue.status).toBe('resolved');
    expect(ticket.world.intents('public_reply')).toContain('confirm:0');
  });

  test('closed while they are bad: set back, and neither resolved nor asked', () => {
    const ticket = monitored();
    ticket.world.pass(minutes(1));
    ticket.set('closed');
    expect(ticket.status).toBe('resolved');
    expect(ticket.issue.status).toBe('new');
    expect(ticket.world.intents('public_reply')).not.toContain('confirm:0');
  });

  test.each([
    ['monitoring first', [prove, (one: DeskTicket) => one.say('works again')]],
    ['the reporter first', [(one: DeskTicket) => one.say('works again'), prove]],
  ] as const)('both are needed: %s', (_, [first, second]) => {
    const ticket = monitored();
    heal(ticket);
    ticket.sync();
    first(ticket);
    expect(ticket.issue).toMatchObject({ status: 'resolved' });
    expect(ticket.issue.proofs).toHaveLength(1);
    second(ticket);
    expect(ticket.issue.status).toBe('closed');
    expect(ticket.status).toBe('closed');
  });

  test('one of both is enough where policy says so', () => {
    const needs = [{ origin: 'ticket', proof: 'either' }];
    const ticket = monitored(deskPolicy({ closing: { needs } }));
    heal(ticket);
    ticket.sync();
    ticket.say('works again');
    expect(ticket.issue.status).toBe('closed');
  });

  test('what was proven before it flapped is proven no longer', () => {
    const ticket = monitored();
    heal(ticket);
    prove(ticket);
    const { world } = ticket;
    const object = { host: 'shop1', check: 'HTTP', state: 'OK' } as const;
    world.pass(minutes(1)).tell(event(world, { ...object, happening: 'flapping_started' }));
    world.pass(minutes(1)).tell(event(world, { ...object, happening: 'flapping_stopped' }));
    ticket.say('works again');
    expect(ticket.issue.status).toBe('resolved');
    prove(ticket);
    expect(ticket.issue.status).toBe('closed');
  });

  test('reopened by an agent: no soak, and what was healthy all along does not resolve it again', () => {
    const ticket = monitored();
    heal(ticket);
    ticket.sync();
    ticket.world.pass(minutes(1));
    ticket.set('open');
    expect(ticket.issue).toMatchObject({ status: 'new', reopenCount: 1 });
    expect([...ticket.world.timers.values()].map(({ name }) => name)).not.toContain('soak');
    ticket.world.pass(minutes(1)).tell(event(ticket.world, { host: 'shop1', check: 'HTTP', ...recovery }));
    expect(ticket.issue.status).toBe('new');
    ticket.set('resolved');
    expect(ticket.issue.status).toBe('resolved');
    expect([...ticket.world.timers.values()].map(({ name }) => name)).toContain('soak');
  });
});

test('P3 P4 what Opsview knows no more closes on an agent’s record, and not without', () => {
  const world = deskWorld();
  world.tell(event(world, { host: 'shop1', check: 'HTTP' }));
  world.createTickets();
  const ticket = new DeskTicket(world, 1_000);
  ticket.fields = { ...ticket.fields, type: 'Incident' };
  ticket.sync();
  const missing = [{ host: 'shop1', check: 'HTTP' }];
  world.pass(minutes(5));
  world.deliver({ kind: 'read_back', purpose: 'sweep', readAt: world.now, objects: [], missing });
  ticket.set('closed');
  expect([ticket.status, ticket.issue.status]).toEqual(['resolved', 'new']);
  world.pass(minutes(5));
  ticket.set('closed', RECORD);
  expect(ticket.issue).toMatchObject({ status: 'closed', proofs: [{ kind: 'agent_record' }] });
});

describe('what is no incident', () => {
  test.each(['Question', 'Feature Request', 'Problem'] as const)('a %s is where its ticket is', (type) => {
    const ticket = new DeskTicket(deskWorld()).raise({ type });
    for (const [status, then] of [
      ['resolved', 'resolved'],
      ['open', 'new'],
      ['closed', 'closed'],
      ['pending', 'new'],
    ] as const) {
      ticket.world.pass(minutes(1));
      ticket.set(status);
      expect(ticket.issue.status).toBe(then);
      expect(ticket.status).toBe(status);
    }
    expect(ticket.world.intents('public_reply')).toEqual([]);
  });
});

test('P5 a status that is none of ours changes nothing', () => {
  const ticket = reported();
  for (const status of ['pending', 'other', 'open'] as const) {
    ticket.world.pass(minutes(1));
    ticket.set(status);
    expect(ticket.status).toBe(status);
    expect(ticket.issue).toMatchObject({ status: 'new', reopenCount: 0 });
  }
});

test('P3 a parent waits for its children where policy says so', () => {
  const ticket = reported(deskPolicy({ closing: { children: 'all_closed' } }));
  const incident = ticket.world.incidents.get(ticket.issue.id);
  if (incident === undefined) throw new Error('no issue');
  ticket.world.incidents.set(incident.id, { ...incident, childCount: 1, openChildCount: 1 });
  ticket.say('works again');
  expect(ticket.issue.status).toBe('resolved');
  ticket.world.pass(minutes(1));
  ticket.set('closed');
  const intent = `set_back:${ticket.issue.desk.gate?.firstAt.getTime()}:1`;
  expect(noteOf(ticket.world, intent)).toContain('one linked ticket is not closed');
});
