import { describe, expect, test } from 'vitest';
import { escalate } from '../../src/escalation/escalate.ts';
import type { Page } from '../../src/model/page.ts';
import { EscalationJson } from '../../src/store/escalation-row.ts';
import { ACK, ladderPolicy } from '../escalation/ladder-policy.ts';
import { aMessage, aTicketEvent } from '../support/ticket-event.ts';
import { anAgent } from './desk/desk-world.ts';
import { EscalationWorld } from './escalation-world.ts';

/** A Wednesday morning. */
const MORNING = new Date('2026-12-16T09:00:00Z');
const [onCall] = ACK.rungs;

const DUTY = {
  name: 'Tell the customer',
  kind: 'duty',
  watches: 'accept',
  rungs: [
    { name: 'Asked', after: '0s', tell: [{ person: 'jo' }] },
    { name: 'Called', after: '30m', tell: [{ person: 'jo' }], channels: ['voice'] },
    { name: 'Stand-in', after: '60m', tell: [{ stand_in: 'told' }] },
  ],
};
const RELATIONSHIP = {
  name: 'Customer is unhappy',
  kind: 'relationship',
  watches: 'trigger',
  starts_on: ['button', 'vip', 'second_reopen', 'missed_update'],
  rungs: [
    { name: 'Account', after: '0s', tell: [{ role: 'manager' }] },
    { name: 'Account again', after: '60m', tell: [{ role: 'manager' }] },
  ],
};
const OUTSIDE = {
  customer: {
    name: 'Customer',
    kind: 'customer',
    watches: 'level',
    rungs: [1, 2].map((level) => ({
      name: `Customer ${level}`,
      at_level: level,
      tell: [{ customer_level: level }],
    })),
  },
  vendor: {
    name: 'Vendor',
    kind: 'vendor',
    watches: 'resolution',
    rungs: [{ name: 'Vendor', after: '20m', tell: [{ vendor: true }] }],
  },
};
const PROGRESS = {
  name: 'No progress',
  kind: 'technical',
  watches: 'progress',
  rungs: [
    { name: 'Meeting', after: '45m', tell: [{ team: 'owner' }], meeting: 'bridge', ask_estimate: true },
  ],
};

const opened = (ladders: object, more: object = {}) =>
  new EscalationWorld(ladderPolicy(ladders, more), { at: MORNING }).alert();

describe('several ladders at once', () => {
  test('each is stopped for its own reason', () => {
    const world = opened({ ack: { ...ACK, rungs: [onCall] }, unhappy: RELATIONSHIP });
    const { id: incidentId } = world.incident;
    expect(world.act({ do: 'escalate', incidentId, reason: 'They called.', by: 'Pat' })).toBe(
      'escalated_by_person',
    );
    expect(world.told).toEqual(['Account dana sms']);
    world.wait(20);
    expect(world.acknowledge('Dana Keller', 'dana', 'unhappy')).toBe('ladder_acknowledged');
    expect(world.incident.status).toBe('new');
    const states = () => world.incident.escalation?.ladders.map(({ ladder, state }) => `${ladder} ${state}`);
    expect(states()).toEqual(['ack running', 'unhappy ended']);
    world.acknowledge('Jo Moss', 'jo');
    expect(states()).toEqual(['ack paused', 'unhappy ended']);
    expect(world.wait(50).told).toEqual(['Account dana sms', 'On call jo telegram']);
    world.act({ do: 'escalate', incidentId, reason: 'Again.', by: 'Pat' });
    expect(world.told.at(-1)).toBe('Account dana sms');
  });

  test('a customer’s escalation goes on when it works again, and ends with the incident', () => {
    const world = opened({ unhappy: RELATIONSHIP });
    world.act({ do: 'escalate', incidentId: world.incident.id, reason: 'They called.', by: 'Pat' });
    world.wait(1).alert({ happening: 'recovery', state: 'OK' });
    expect(world.incident.status).toBe('resolved');
    expect(world.wait(60).told).toEqual(['Account dana sms', 'Account again dana sms']);
  });

  test('customer and vendor are told in their turn, in texts for those outside', () => {
    const world = opened({ ack: ACK, ...OUTSIDE }).wait(31);
    expect(world.told).toEqual([
      'On call jo telegram',
      'customer customer:acme:0 email',
      'vendor vendor:telecom email',
      'Team jo telegram',
      'Team sam telegram',
      'customer customer:acme:1 email',
    ]);
    for (const { kind, content } of world.pages)
      if (kind === 'customer') expect(JSON.stringify(content)).not.toMatch(/shop01|Jo Moss/);
  });
});

describe('triggers', () => {
  test.each([
    ['button', true],
    ['words', false],
  ])('a button where a ladder starts on %s', (kind, begins) => {
    const world = opened({ unhappy: { ...RELATIONSHIP, starts_on: [kind] } });
    const rule = world.act({
      do: 'escalate',
      incidentId: world.incident.id,
      reason: 'They called.',
      by: 'Pat',
    });
    expect(rule).toBe(begins ? 'escalated_by_person' : 'escalated_in_vain');
    expect(world.told).toEqual(begins ? ['Account dana sms'] : []);
  });

  test('a button where the ladder is not for the incident says so', () => {
    const world = opened({ unhappy: { ...RELATIONSHIP, when: { vip: true } } });
    const { id: incidentId } = world.incident;
    const action = { do: 'escalate', incidentId, reason: 'They called.', by: 'Pat' } as const;
    expect(world.world.tell({ kind: 'person', at: world.world.now, action }).why).toEqual({
      rule: 'escalated_in_vain',
      sentence: 'Pat escalates WD-1, but “Customer is unhappy” is not for it, since its customer is no VIP.',
    });
  });

  test.each([
    [['vip'], []],
    [['vip', 'words'], ['Account again dana sms']],
  ])('a ladder that begins on %s, when it works again', (starts_on, told) => {
    const acme = { name: 'Acme Retail', vip: true };
    const [, again] = RELATIONSHIP.rungs;
    const unhappy = { ...RELATIONSHIP, starts_on, rungs: [again] };
    const world = opened({ unhappy }, { customers: { acme } }).wait(1);
    world.alert({ happening: 'recovery', state: 'OK' });
    expect(world.wait(90).told).toEqual(told);
  });

  test('a VIP’s incident, and the second reopening', () => {
    const acme = { name: 'Acme Retail', vip: true };
    const world = opened({ unhappy: RELATIONSHIP }, { customers: { acme } });
    expect(world.incident.escalation?.triggers.map(({ id }) => id)).toEqual(['vip:0']);
    const other = opened({ unhappy: RELATIONSHIP });
    for (let round = 0; round < 2; round++)
      other.wait(1).alert({ happening: 'recovery', state: 'OK' }).wait(1).alert();
    expect(other.incident.escalation?.triggers.map(({ id }) => id)).toEqual(['reopen:2']);
    expect(other.told).toEqual(['Account dana sms']);
  });

  test('an update to the reporter that is overdue', () => {
    const world = new EscalationWorld(ladderPolicy({ unhappy: RELATIONSHIP }), { at: MORNING });
    world.world.deliver(aTicketEvent({ readAt: MORNING, fields: { type: 'Incident', priority: 'urgent' } }));
    const due = world.incident.desk.nextUpdateDueAt ?? MORNING;
    const count = (due.getTime() - MORNING.getTime()) / 60_000 + 30;
    expect(world.wait(count - 1).told).toEqual([]);
    expect(world.wait(1).told).toEqual(['Account dana sms']);
    expect(world.sentence('trigger_missed_update')).toContain('should have heard by');
  });
});

describe('duties', () => {
  test('asked, phoned after 30 min, the stand-in added after 60', () => {
    expect(opened({ duty: DUTY }).wait(61).told).toEqual([
      'Asked jo telegram',
      'Called jo voice',
      'Stand-in sam telegram',
    ]);
  });

  test('whoever accepts ends it; who only takes the incident does not', () => {
    const world = opened({ duty: DUTY }).wait(1);
    world.acknowledge('Sam Ode', 'sam');
    expect(world.wait(30).told).toEqual(['Asked jo telegram', 'Called jo voice']);
    world.acknowledge('Jo Moss', 'jo', 'duty');
    expect(world.wait(90).told).toEqual(['Asked jo telegram', 'Called jo voice']);
    expect(world.sentence('ladder_acknowledged')).toBe(
      'Jo Moss acknowledged “Tell the customer” of WD-1 by Telegram.',
    );
  });
});

describe('progress', () => {
  test('silence for 45 min calls people together and asks the owner for an estimate', () => {
    const world = opened({ progress: PROGRESS }).wait(60);
    expect(world.told).toEqual([]);
    world.acknowledge('Jo Moss', 'jo');
    expect(world.wait(44).told).toEqual([]);
    expect(world.wait(1).told.toSorted()).toEqual([
      'estimate jo telegram',
      'meeting jo telegram',
      'meeting sam telegram',
    ]);
    expect(world.world.intents('private_note').filter((intent) => intent.includes('estimate'))).toHaveLength(
      1,
    );
    expect(world.pages.find(({ kind }) => kind === 'meeting')?.content.links.meeting).toBe(
      'https://meet.example/bridge',
    );
  });

  test('a sign of work begins it anew, quietly while nobody was told', () => {
    const world = opened({ progress: PROGRESS });
    world.acknowledge('Jo Moss', 'jo');
    world.wait(40);
    world.acknowledge('Jo Moss', 'jo');
    expect(world.wait(44).told).toEqual([]);
    expect(world.incident.escalation?.ladders).toHaveLength(1);
    world.wait(1);
    world.acknowledge('Jo Moss', 'jo');
    expect(world.incident.escalation?.ladders.map(({ run, state }) => [run, state])).toEqual([
      [1, 'ended'],
      [2, 'running'],
    ]);
    expect(world.wait(45).told.filter((one) => one === 'meeting jo telegram')).toHaveLength(2);
  });
});

describe('in Freshdesk', () => {
  const response = {
    name: 'First answer',
    kind: 'technical',
    watches: 'response',
    calendar: 'office',
    target: '1h',
    rungs: [
      { name: 'Half', after: '50%', tell: [{ on_call: 'owner' }] },
      { name: 'Late', after: '100%', tell: [{ manager: 'team' }] },
    ],
  };
  const reported = () => {
    const world = new EscalationWorld(ladderPolicy({ ack: ACK, response }), { at: MORNING });
    world.world.agents = [
      anAgent({ name: 'Jo M.', email: 'JO@acme-it.example' }),
      anAgent({ id: 72, name: 'Dana Keller', email: 'x@elsewhere.example' }),
    ];
    const event = { fields: { type: 'Incident' as const, priority: 'urgent' as const } };
    world.world.deliver(aTicketEvent({ readAt: world.world.now, ...event }));
    return world;
  };
  const read = (world: EscalationWorld, given: Parameters<typeof aTicketEvent>[0]) =>
    world.world.tell(
      aTicketEvent({
        readAt: world.world.now,
        createdAt: MORNING,
        ...given,
        fields: { type: 'Incident', priority: 'urgent', ...given?.fields },
      }),
    );

  test('whoever is given the ticket has it: by e-mail address, else by name; and another one after that', () => {
    const world = reported().wait(16);
    read(world, { fields: { responderId: 71 } });
    expect(world.incident.escalation?.acknowledged).toMatchObject({
      by: 'Jo M.',
      person: 'jo',
      via: 'freshdesk',
    });
    expect(world.wait(13).told).toEqual(['On call jo telegram']);
    read(world, { fields: { responderId: 72 } });
    expect(world.incident.escalation?.acknowledged).toMatchObject({ by: 'Dana Keller', person: 'dana' });
    expect(world.told).toEqual(['On call jo telegram']);
  });

  test('the first public reply takes it and answers the reporter; taken away, the ladder goes on', () => {
    const world = reported().wait(16);
    read(world, { messages: [aMessage({ id: 5, at: world.world.now })] });
    expect(world.incident.escalation?.ladders.map(({ ladder, state }) => `${ladder} ${state}`)).toEqual([
      'ack paused',
      'response ended',
    ]);
    expect(world.wait(40).told).toEqual(['On call jo telegram']);
  });

  test('an answer is due within the office’s hour', () => {
    expect(reported().wait(61).told).toContain('Late dana sms');
    const night = new EscalationWorld(ladderPolicy({ response }), { at: new Date('2026-12-16T16:40:00Z') });
    night.world.deliver(
      aTicketEvent({ readAt: night.world.now, fields: { type: 'Incident', priority: 'urgent' } }),
    );
    expect(night.incident.escalation?.lookAt).toEqual(new Date('2026-12-17T08:10:00Z'));
  });
});

test('resolved between due and fire: nobody is told', () => {
  const world = opened({ ack: ACK }).wait(14);
  world.world.pass(120_000);
  world.alert({ happening: 'recovery', state: 'OK' });
  expect(world.wait(60).told).toEqual([]);
  expect([...world.world.timers.keys()].some((name) => name.endsWith('escalation'))).toBe(false);
});

test('a timer that fires too early, or twice, changes nothing', () => {
  const world = opened({ ack: ACK }).wait(5);
  const { incident } = world;
  world.world.timers.set(`${incident.id} escalation`, {
    incidentId: incident.id,
    name: 'escalation',
    dueAt: world.world.now,
  });
  const [decision] = world.world.fireTimers();
  expect(decision?.why.rule).toBe('timer_not_needed');
  expect(decision?.incidents).toEqual([]);
  expect(world.world.timers.get(`${incident.id} escalation`)?.dueAt).toEqual(incident.escalation?.lookAt);
});

test('a new policy tells nobody at once of incidents that are older', () => {
  const world = opened({}).wait(600);
  expect(world.incident.escalation).toBeUndefined();
  world.world.policy = ladderPolicy({ ...OUTSIDE, ack: ACK });
  world.world.timers.set(`${world.incident.id} escalation`, {
    incidentId: world.incident.id,
    name: 'escalation',
    dueAt: world.world.now,
  });
  expect(world.wait(15).told).toEqual([]);
  expect(world.wait(2).told).toEqual(['On call jo telegram', 'customer customer:acme:0 email']);
});

test('a priority for which the ladder is not ends it; raised again, it begins anew', () => {
  const world = opened({ ack: { ...ACK, when: { priority: ['urgent', 'high'] } } });
  const change = (priority: 'low' | 'high') => {
    const before = world.incident;
    const policy = world.world.policy;
    const links = world.world.context.links;
    const made = escalate({ before, incident: { ...before, priority }, policy, now: world.world.now, links });
    if (made) world.world.incidents.set(before.id, made.incident);
    return made?.incident.escalation?.ladders.map(({ run, state, endedWhy }) => [run, state, endedWhy]);
  };
  expect(change('low')).toEqual([
    [1, 'ended', 'It is not for WD-1 any more, since its priority is low now.'],
  ]);
  expect(change('high')?.at(-1)).toEqual([2, 'running', undefined]);
});

test('what an incident remembers survives being stored', () => {
  const world = opened({ ack: ACK, duty: DUTY, unhappy: RELATIONSHIP, ...OUTSIDE });
  world.act({ do: 'escalate', incidentId: world.incident.id, reason: 'They called.', by: 'Pat' });
  world.wait(75);
  world.acknowledge('Jo Moss', 'jo');
  const { escalation } = world.incident;
  expect(EscalationJson.parse(JSON.parse(JSON.stringify(escalation)))).toEqual(escalation);
});

test('without ladders nothing is looked at, whatever changes', () => {
  const world = opened({});
  world.alert({ happening: 'recovery', state: 'OK' });
  expect(world.incident.escalation).toBeUndefined();
  expect(world.rules).toEqual([]);
});

describe('before the next step', () => {
  const held = ({ holdUntil }: Page) => (holdUntil === undefined ? 'delivered' : 'unknown');

  test('a message that is held until working hours is not repeated before it left', () => {
    const rungs = [{ ...onCall, hold_until: 'office', repeat: { every: '10m', at_most: 3 } }];
    const policy = ladderPolicy({ ack: { ...ACK, rungs, last: undefined } });
    const world = new EscalationWorld(policy, {
      at: new Date('2026-12-16T06:00:00Z'),
      arrives: held,
    }).alert();
    expect(world.wait(119).told).toEqual(['On call jo telegram']);
    // At eight it leaves, and nothing is heard of it: the next channel, and ten minutes later the same again.
    expect(world.wait(10).told).toEqual(['On call jo telegram', 'On call jo sms']);
    expect(world.wait(1).told.at(-1)).toBe('On call jo telegram');
  });

  test('who works at night is told again although the vendor’s message is held', () => {
    const tell = [{ on_call: 'owner' }, { vendor: true }];
    const rungs = [{ ...onCall, tell, repeat: { every: '10m', at_most: 2 } }];
    const telecom = {
      name: 'Acme Telecom',
      contract: 'C-1',
      email: 'support@telecom.example',
      hours: 'office',
    };
    const policy = ladderPolicy({ ack: { ...ACK, rungs, last: undefined } }, { vendors: { telecom } });
    const world = new EscalationWorld(policy, {
      at: new Date('2026-12-16T06:00:00Z'),
      arrives: held,
    }).alert();
    expect(world.wait(60).told).toEqual([
      ...['On call jo telegram', 'vendor vendor:telecom email'],
      ...['On call jo telegram', 'On call jo telegram'],
    ]);
  });

  test('one that waits for such a message is said to come with it', () => {
    const rungs = [
      { ...onCall, hold_until: 'office' },
      { ...onCall, name: 'Next', after: '30m' },
    ];
    const policy = ladderPolicy({ ack: { ...ACK, rungs } });
    const world = new EscalationWorld(policy, {
      at: new Date('2026-12-16T06:00:00Z'),
      arrives: held,
    }).alert();
    expect(world.wait(15).sentence('rung_told')).toContain('Next: “Next”, Wed 08:00 (UTC).');
    expect(world.wait(60).told).toEqual(['On call jo telegram']);
  });

  test('acknowledged by somebody in a room', () => {
    const rungs = [
      { name: 'Room', after: '5m', tell: [{ room: 'ops' }], before_next: 'acknowledged' },
      { name: 'Next', after: '30m', tell: [{ person: 'dana' }] },
    ];
    const solve = { name: 'Not solved', kind: 'technical', watches: 'resolution', rungs };
    expect(opened({ solve }).wait(60).told).toEqual(['Room room:ops slack']);
    const world = opened({ solve }).wait(6);
    world.acknowledge('Sam Ode', 'sam');
    expect(world.wait(24).told).toEqual(['Room room:ops slack', 'Next dana sms']);
  });
});
