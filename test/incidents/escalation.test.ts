import { describe, expect, test } from 'vitest';
import { LADDER_RUNS_KEPT } from '../../src/model/escalation.ts';
import { ACK, ladderPolicy } from '../escalation/ladder-policy.ts';
import { EscalationWorld } from './escalation-world.ts';

/** Friday night in the office's week; a holiday makes no difference to a ladder that counts always. */
const NIGHT = new Date('2026-12-25T01:00:00Z');
const [onCall, team, manager, director] = ACK.rungs;

const nobodyReacts = (
  count: number,
  given: Partial<ConstructorParameters<typeof EscalationWorld>[1]> = {},
  policy = ladderPolicy({ ack: ACK }),
) => new EscalationWorld(policy, { at: NIGHT, ...given }).alert().wait(count);

describe('nobody reacts', () => {
  test('up to the Director and the catch-all, each on time and once', () => {
    const world = nobodyReacts(150);
    expect(world.told).toEqual([
      'On call jo telegram',
      'Team jo telegram',
      'Team sam telegram',
      'Manager dana sms',
      'announcement jo telegram',
      'announcement sam telegram',
      'announcement dana sms',
      'director max email',
      'last dana sms',
    ]);
    expect(
      world.incident.escalation?.ladders[0]?.rungs.map(({ at }) => (at.getTime() - NIGHT.getTime()) / 60_000),
    ).toEqual([15, 30, 45, 70, 100]);
    expect(world.incident.escalation?.directorsTold).toEqual(['ack:5']);
    expect(world.incident.escalation?.lookAt).toBeUndefined();
    expect(world.field).toMatchObject({ escalation: 'Level 5: Director (02:10)' });
  });

  test('every step says who, by what, why and what comes next', () => {
    const world = nobodyReacts(71);
    expect(world.rules).toEqual([
      'ladder_begun',
      'rung_told',
      'rung_told',
      'rung_told',
      'director_announced',
      'rung_told',
    ]);
    expect(world.sentence('ladder_begun')).toBe(
      'Escalation of WD-1 begins: “Nobody takes it”. Next: “On call”, Fri 01:15 (UTC).',
    );
    expect(world.sentence('rung_told')).toBe(
      'Nobody has taken WD-1 for 15 min, so level 1 “On call” of “Nobody takes it” is told: Jo Moss by Telegram message. Next: “Team”, Fri 01:30 (UTC).',
    );
    expect(world.sentence('director_announced')).toContain(
      'the Director, is told Fri 02:10 (UTC) unless somebody stops it.',
    );
    expect(
      world.world.intents('private_note').filter((intent) => intent.startsWith('escalation:')),
    ).toHaveLength(5);
  });

  test('the ticket shows the next step from the beginning', () => {
    expect(nobodyReacts(0).field).toMatchObject({ escalation: null, next_step: '01:15 On call' });
    expect(nobodyReacts(16).field).toMatchObject({
      escalation: 'Level 1: On call (01:15)',
      next_step: '01:30 Team',
    });
  });
});

describe('somebody acknowledges', () => {
  test.each([
    [5, []],
    [20, ['On call jo telegram']],
    [50, ['On call jo telegram', 'Team jo telegram', 'Team sam telegram', 'Manager dana sms']],
    [
      65,
      [
        'On call jo telegram',
        'Team jo telegram',
        'Team sam telegram',
        'Manager dana sms',
        'announcement jo telegram',
        'announcement sam telegram',
        'announcement dana sms',
      ],
    ],
  ])('after %i min: nobody else is told', (count, told) => {
    const world = nobodyReacts(count);
    expect(world.acknowledge('Jo Moss', 'jo')).toBe('acknowledged');
    world.wait(59);
    expect(world.told).toEqual(told);
    expect(world.incident).toMatchObject({ status: 'acknowledged', owner: 'Jo Moss' });
    expect(world.field).toMatchObject({ escalation: 'acknowledged by Jo Moss by Telegram' });
  });

  test('and is silent: the last rung is told again, then the rest of the time is counted, and the Director announced anew', () => {
    const world = nobodyReacts(65);
    world.acknowledge('Jo Moss', 'jo');
    world.wait(60);
    expect(world.told.filter((one) => one === 'Manager dana sms')).toHaveLength(2);
    expect(world.sentence('rung_told_again')).toContain(
      'Jo Moss has it, as said by Telegram, but nothing was seen of WD-1 for 1 h',
    );
    world.wait(20);
    expect(world.told.filter((one) => one.startsWith('director'))).toEqual(['director max email']);
    expect(world.rules.filter((rule) => rule === 'director_announced')).toHaveLength(2);
  });

  test('messages in chats are brought up to date', () => {
    const world = nobodyReacts(31);
    world.acknowledge('Jo Moss', 'jo');
    const status = [...world.world.pages.values()].filter(({ kind }) => kind === 'status');
    expect(status.map(({ recipient, channel }) => `${recipient} ${channel}`)).toEqual([
      'jo telegram',
      'sam telegram',
    ]);
    expect(status[0]?.content.sentence).toBe('Jo Moss has it, as said by Telegram.');
  });

  test('somebody else takes it over: told, and the owner changes', () => {
    const world = nobodyReacts(20);
    world.acknowledge('Jo Moss', 'jo');
    world.wait(30);
    expect(world.acknowledge('Dana Keller', 'dana')).toBe('acknowledged_again');
    expect(world.incident.owner).toBe('Dana Keller');
    expect(world.sentence('acknowledged_again')).toBe(
      'Dana Keller acknowledged WD-1 by Telegram; until now Jo Moss had it.',
    );
    world.wait(59);
    expect(world.told).toEqual(['On call jo telegram']);
    world.wait(1);
    expect(world.told.at(-1)).toBe('On call jo telegram');
  });

  test('in Opsview: the person of that name', () => {
    const world = nobodyReacts(20);
    world.alert({ happening: 'acknowledged', author: 'Sam Ode' });
    expect(world.incident.escalation?.acknowledged).toMatchObject({
      by: 'Sam Ode',
      person: 'sam',
      via: 'opsview',
    });
    expect(world.wait(59).told).toEqual(['On call jo telegram']);
  });

  test('after it is over: nothing changes', () => {
    const world = nobodyReacts(20);
    world.alert({ happening: 'recovery', state: 'OK' });
    expect(world.acknowledge('Jo Moss', 'jo')).toBe('acknowledged_too_late');
    expect(world.acknowledge('Jo Moss', 'jo', 'ack')).toBe('acknowledged_too_late');
    expect(world.wait(120).told).toEqual(['On call jo telegram']);
  });
});

describe('the Director', () => {
  test('is stopped by a person, with the reason, and the catch-all is told later', () => {
    const world = nobodyReacts(62);
    const { id: incidentId } = world.incident;
    expect(world.act({ do: 'stop_director', incidentId, ladder: 'ack', reason: 'We know.', by: 'Jo' })).toBe(
      'director_stopped',
    );
    expect(world.act({ do: 'stop_director', incidentId, ladder: 'ack', reason: 'We know.', by: 'Sam' })).toBe(
      'stop_too_late',
    );
    world.wait(60);
    expect(world.told.filter((one) => one.startsWith('director'))).toEqual([]);
    expect(world.told.at(-1)).toBe('last dana sms');
  });

  test('waits while it is not known whether a lower rung arrived, and no longer than until that is a failure', () => {
    const world = nobodyReacts(90, {
      arrives: ({ recipient }) => (recipient === 'dana' ? 'unknown' : 'delivered'),
    });
    // Dana is tried by text message at 45, by mail at 47 min; nothing is heard of the latter for 30 min.
    expect(world.rules.filter((rule) => rule === 'director_announced')).toHaveLength(1);
    const announcedAt = world.incident.escalation?.ladders[0]?.director?.announcedAt;
    expect(announcedAt).toEqual(new Date(NIGHT.getTime() + 77 * 60_000));
    expect(world.told.filter((one) => one.startsWith('director'))).toEqual(['director max email']);
  });

  test('is told although all lower messages failed, for that is recorded', () => {
    const world = nobodyReacts(80, {
      arrives: ({ kind }) => (kind === 'escalation' ? 'failed' : 'delivered'),
    });
    expect(world.told.filter((one) => one.startsWith('On call'))).toEqual([
      'On call jo telegram',
      'On call jo sms',
      'On call jo email',
    ]);
    expect(world.rules.filter((rule) => rule === 'rung_unreached')).toHaveLength(3);
    expect(world.told).toContain('director max email');
  });

  test('is withheld when a rung has nobody in it: its owner and the catch-all are told, the other rungs go on', () => {
    const policy = ladderPolicy({
      ack: { ...ACK, rungs: [onCall, { ...team, tell: [{ team: 'nobody' }] }, manager, director] },
    });
    const world = nobodyReacts(120, {}, policy);
    expect(world.told).toEqual([
      'On call jo telegram',
      'fault pat email',
      'last dana sms',
      'Manager dana sms',
    ]);
    expect(world.sentence('rung_nobody')).toContain(
      'The Director is not told by this ladder, since level 2 “Team” had nobody in it.',
    );
  });

  test('is told once per incident, also after it was reopened', () => {
    const world = nobodyReacts(75);
    world.alert({ happening: 'recovery', state: 'OK' });
    world.wait(1).alert();
    world.wait(200);
    expect(world.incident.escalation?.ladders.map(({ run, state }) => [run, state])).toEqual([
      [1, 'ended'],
      [2, 'running'],
    ]);
    expect(world.told.filter((one) => one.startsWith('director'))).toHaveLength(1);
    expect(world.told.filter((one) => one.startsWith('On call'))).toHaveLength(2);
    expect(world.told.at(-1)).toBe('last dana sms');
  });

  test('whose message did not leave, since nobody needed it just then, is announced anew', () => {
    const world = nobodyReacts(70, {
      arrives: ({ kind }) => (kind === 'director' ? 'unknown' : 'delivered'),
    });
    const intent = world.pages.find(({ kind }) => kind === 'director')?.intent ?? '';
    world.acknowledge('Jo Moss', 'jo');
    const { id: incidentId } = world.incident;
    world.world.deliver({
      kind: 'page',
      incidentId,
      intent,
      outcome: 'failed',
      why: 'Jo Moss has WD-1: no longer needed.',
      at: world.world.now,
    });
    expect(world.incident.escalation?.directorsTold).toEqual([]);
    world.wait(72);
    expect(world.told.filter((one) => one === 'director max email')).toHaveLength(2);
  });
});

describe('channels', () => {
  test('the next one when one fails, at once; when nothing is heard, after two minutes; and late news changes nothing', () => {
    const failing = nobodyReacts(15, {
      arrives: ({ channel }) => (channel === 'telegram' ? 'failed' : 'delivered'),
    });
    expect(failing.told).toEqual(['On call jo telegram', 'On call jo sms']);
    expect(failing.sentence('told_by_next_channel')).toBe(
      'Jo Moss is told about WD-1 by text message as well, because of the Telegram message: The number is not in service.',
    );
    const silent = nobodyReacts(16, {
      arrives: ({ channel }) => (channel === 'telegram' ? 'unknown' : 'delivered'),
    });
    expect(silent.told).toEqual(['On call jo telegram']);
    expect(silent.wait(1).told).toEqual(['On call jo telegram', 'On call jo sms']);
    const { id: incidentId } = silent.incident;
    const intent = silent.pages[0]?.intent ?? '';
    const late = {
      kind: 'page' as const,
      incidentId,
      intent,
      outcome: 'delivered' as const,
      why: '',
      at: silent.world.now,
    };
    expect(silent.world.tell(late).why.rule).toBe('page_delivered');
    expect(silent.world.tell(late).why.rule).toBe('page_outcome_known');
    expect(silent.world.tell({ ...late, outcome: 'failed', why: 'x' }).why.rule).toBe('page_outcome_known');
  });
});

describe('the policy is reloaded while a ladder runs', () => {
  test.each([
    ['longer', [onCall, { ...team, after: '40m' }, manager], 39, ['On call jo telegram']],
    [
      'shorter',
      [onCall, { ...team, after: '21m' }],
      21,
      ['On call jo telegram', 'Team jo telegram', 'Team sam telegram'],
    ],
    ['a rung removed', [onCall, manager], 45, ['On call jo telegram', 'Manager dana sms']],
    ['a rung below', [{ ...team, name: 'New', after: '5m' }, onCall, manager], 44, ['On call jo telegram']],
    [
      'all renamed',
      [
        { ...onCall, name: 'First' },
        { ...team, name: 'Second' },
      ],
      30,
      ['On call jo telegram', 'Second jo telegram', 'Second sam telegram'],
    ],
  ])('%s', (_name, rungs, until, told) => {
    const world = nobodyReacts(20);
    world.world.policy = ladderPolicy({ ack: { ...ACK, rungs, last: undefined } });
    world.world.timers.set(`${world.incident.id} escalation`, {
      incidentId: world.incident.id,
      name: 'escalation',
      dueAt: world.world.now,
    });
    world.wait(until - 20);
    expect(world.told).toEqual(told);
  });

  test('the ladder is gone: it ends, which the timeline says', () => {
    const world = nobodyReacts(20);
    world.world.policy = ladderPolicy({});
    world.wait(60);
    expect(world.told).toEqual(['On call jo telegram']);
    expect(world.sentence('ladder_ended')).toBe('“ack” of WD-1 is over: The policy has it no more.');
    expect(world.incident.escalation?.lookAt).toBeUndefined();
  });
});

describe('clocks', () => {
  test('that jump back tell nothing twice and nothing early', () => {
    const world = nobodyReacts(31);
    world.world.pass(-25 * 60_000);
    world.wait(38);
    expect(world.told).toEqual(['On call jo telegram', 'Team jo telegram', 'Team sam telegram']);
    expect(world.wait(1).told.at(-1)).toBe('Manager dana sms');
  });

  test('that jump ahead catch up in order, one rung after the other', () => {
    const world = nobodyReacts(1);
    world.world.pass(120 * 60_000);
    world.wait(1);
    expect(world.incident.escalation?.ladders[0]?.rungs.map(({ rung }) => rung)).toEqual([
      'On call',
      'Team',
      'Manager',
    ]);
    expect(world.rules.at(-1)).toBe('director_announced');
  });

  test('that change inside a rung: working time is what the clocks on the wall show', () => {
    // Sunday 25 October 2026, 03:00 in Zurich is 02:00 again at 01:00 UTC; the weekend is working time there.
    const policy = ladderPolicy({ ack: { ...ACK, calendar: 'zurich', rungs: [{ ...onCall, after: '3h' }] } });
    const world = new EscalationWorld(policy, { at: new Date('2026-10-25T00:00:00Z') }).alert().wait(179);
    expect(world.told).toEqual([]);
    expect(world.wait(1).told).toEqual(['On call jo telegram']);
  });
});

test('a repeated rung is told again so many times, then the next', () => {
  const policy = ladderPolicy({
    ack: {
      ...ACK,
      rungs: [{ ...onCall, repeat: { every: '4m', at_most: 2 } }, team],
      last: { after: '5m', person: 'dana' },
    },
  });
  const world = nobodyReacts(40, {}, policy);
  expect(world.told).toEqual([
    'On call jo telegram',
    'On call jo telegram',
    'On call jo telegram',
    'Team jo telegram',
    'Team sam telegram',
    'last dana sms',
  ]);
  // Three times the same in the ticket would help nobody.
  expect(world.world.intents('private_note').filter((intent) => intent.includes('On call'))).toHaveLength(1);
});

test('what an incident remembers is bounded, however often it is reopened', () => {
  const world = nobodyReacts(0);
  for (let round = 0; round < 40; round++) {
    world.wait(1).alert({ happening: 'recovery', state: 'OK' });
    world.wait(1).alert();
  }
  const { ladders } = world.incident.escalation ?? {};
  expect(ladders).toHaveLength(LADDER_RUNS_KEPT);
  expect(ladders?.at(-1)?.run).toBe(41);
});
