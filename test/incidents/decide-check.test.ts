import { describe, expect, test } from 'vitest';
import { ticketTag } from '../../src/incidents/ticket-text.ts';
import { aPolicy } from '../support/policy.ts';
import { minutes, NOON, seconds, World } from './world.ts';
import { at, event, readCritical, readOk, recovery, worldWith } from './world-with.ts';

describe('a new incident', () => {
  test('wishes for one ticket that is found by its tag, and says so in Opsview', () => {
    const world = worldWith('new');
    const incident = world.only();
    const wish = world.tickets.get(incident.id);
    expect(wish?.fields).toMatchObject({
      subject: '[WD-1] web01 HTTP is CRITICAL',
      status: 'open',
      priority: 'high',
      type: 'Incident',
      tags: ['watchdesk', 'wd-00000000000070008000'],
    });
    expect(wish?.fields.custom).toMatchObject({
      reference: 'WD-1',
      host: 'web01',
      proof: 'missing: monitoring',
    });
    expect(wish?.descriptionHtml).toContain('connection refused');
    expect(wish?.requesterEmail).toBe('monitoring@example.com');
    expect(ticketTag(incident)).toHaveLength(23);
    expect(world.intents()).toEqual(['ack:web01::HTTP:0']);
    expect(world.timeline.map(({ kind }) => kind)).toEqual(['opened']);
    expect(world.timeline[0]?.sentence).toContain('priority matrix');
  });

  test('what a plugin says cannot become markup in the ticket', () => {
    const world = new World();
    world.tell(event(world, { output: '<script>alert(1)</script>', longOutput: '<img src=x>' }));
    const html = world.tickets.get(world.only().id)?.descriptionHtml ?? '';
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<img');
  });

  test('names the earlier incident once its reopen window has passed', () => {
    const world = worldWith('closed');
    world.pass(minutes(60 * 25)).tell(event(world));
    const [first, second] = [...world.incidents.values()];
    expect(first).toMatchObject({ status: 'closed', memberCount: 0, alertCount: 1, badAlertCount: 0 });
    expect(second).toMatchObject({ status: 'new', previousNumber: first?.number });
    expect(world.tickets.get(second?.id ?? '')?.descriptionHtml).toContain('WD-1');
  });

  test('opens on a warning only where the policy says so', () => {
    const world = new World(aPolicy({ alerts: { open_from: ['DOWN', 'CRITICAL'] } }));
    expect(world.tell(event(world, { state: 'WARNING' })).why.rule).toBe('open_from');
    expect(world.pass(minutes(1)).tell(event(world)).why.rule).toBe('own_incident');
    expect(world.pass(minutes(1)).tell(event(world, { state: 'WARNING' })).why.rule).toBe('improved');
    world.pass(minutes(1)).tell(event(world, recovery));
    expect(world.pass(minutes(1)).tell(event(world, { state: 'WARNING' })).why.rule).toBe('failed_again');
  });

  test('is not acknowledged in Opsview where the policy says never', () => {
    const world = new World(aPolicy({ alerts: { acknowledge_in_opsview: 'never' } }));
    world.tell(event(world));
    expect(world.intents()).toEqual([]);
  });
});

describe('order of events', () => {
  test('P2 the same problem told again and again opens one incident and one acknowledgement', () => {
    const world = new World();
    for (let count = 0; count < 3; count++) world.tell(event(world));
    world.deliver(event(world), event(world, { occurredAt: at(seconds(1)) }));
    expect(world.only()).toMatchObject({ status: 'new', badAlertCount: 1, alertCount: 1, version: 1 });
    expect(world.intents()).toEqual(['ack:web01::HTTP:0']);
  });

  test('an older event changes nothing', () => {
    const world = worldWith('resolved');
    const decision = world.pass(minutes(1)).tell(event(world, { occurredAt: at(seconds(10)) }));
    expect(decision).toMatchObject({ why: { rule: 'stale' }, alerts: [], incidents: [] });
  });

  test('a recovery that overtook its problem wins, by when its state began', () => {
    const world = new World();
    world.tell(event(world, { ...recovery, stateSince: NOON }));
    expect(world.tell(event(world, { stateSince: at(-seconds(40)) })).why.rule).toBe('stale');
    expect(world.incidents.size).toBe(0);
  });

  test.each([
    ['a recovery whose state began later counts', at(-seconds(40)), NOON, 'recovered'],
    ['a recovery that cannot be told from its problem does not hide it', NOON, NOON, 'stale'],
  ])('within one second %s', (_, problemSince, recoverySince, rule) => {
    const world = new World();
    world.tell(event(world, { stateSince: problemSince }));
    expect(world.tell(event(world, { ...recovery, stateSince: recoverySince })).why.rule).toBe(rule);
  });

  test('within one second flapping stops and the problem is told: both count', () => {
    const world = new World();
    world.tell(event(world, { happening: 'flapping_started', occurredAt: at(-seconds(60)) }));
    world.tell(event(world, { happening: 'flapping_stopped' }));
    expect(world.tell(event(world)).why.rule).toBe('already_open');
    expect(world.only().status).toBe('new');
  });

  test('a late acknowledgement still counts while its problem lasts, and not after', () => {
    const world = worldWith('new');
    world.pass(minutes(15)).tell(event(world));
    const late = event(world, { happening: 'acknowledged', author: 'jane', occurredAt: at(minutes(2)) });
    expect(world.tell(late).why.rule).toBe('acknowledged');
    const recovered = worldWith('resolved');
    expect(recovered.tell({ ...late, occurredAt: at(seconds(20)) }).why.rule).toBe('stale');
  });

  test('our own clock in a reading does not make the next notification look old', () => {
    const world = worldWith('new');
    const ahead = { occurredAt: at(minutes(5)), stateSince: at(minutes(1)) };
    world.tell(event(world, { ...readOk, ...ahead }));
    expect(world.tell(event(world, { occurredAt: at(minutes(2)) })).why.rule).toBe('failed_again');
  });
});

describe('severity', () => {
  test('worsening raises the priority and is told once; improvement never lowers it', () => {
    const world = new World();
    world.tell(event(world, { state: 'WARNING' }));
    expect(world.only()).toMatchObject({ priority: 'low', title: 'web01 HTTP is WARNING' });
    for (const state of ['CRITICAL', 'WARNING', 'CRITICAL', 'WARNING'] as const) {
      world.pass(minutes(1)).tell(event(world, { state }));
    }
    expect(world.only()).toMatchObject({ priority: 'high', urgency: 'high', status: 'new' });
    expect(world.intents('private_note')).toEqual(['worsened:medium:high:high']);
    expect(world.timeline.map(({ kind }) => kind)).toEqual([
      'opened',
      'worsened',
      'improved',
      'worsened',
      'improved',
    ]);
  });
});

describe('downtime and flapping', () => {
  test('bad in downtime opens once downtime is over and it is still bad', () => {
    const world = new World();
    world.tell(event(world, { happening: 'downtime_started', state: 'OK' }));
    world.pass(minutes(5)).tell(event(world, { ...readCritical, inDowntime: true }));
    expect(world.pass(minutes(5)).tell(event(world, { happening: 'downtime_ended' })).why.rule).toBe(
      'downtime_ended',
    );
    expect(world.incidents.size).toBe(0);
    expect(world.pass(minutes(1)).tell(event(world, readCritical)).why.rule).toBe('own_incident');
  });

  test('an incident that is open when downtime begins says so and stays', () => {
    const world = worldWith('new');
    world.pass(minutes(1)).tell(event(world, { happening: 'downtime_started', author: 'jane' }));
    world.pass(minutes(1)).tell(event(world, { happening: 'downtime_ended' }));
    expect(world.only().status).toBe('new');
    expect(world.timeline.filter(({ kind }) => kind === 'downtime').map(({ sentence }) => sentence)).toEqual([
      'Downtime of web01 HTTP began (jane); WD-1 stays open.',
      'Downtime of web01 HTTP ended.',
    ]);
  });

  test('while flapping, swings change no status; a healthy end is a recovery, a bad end a problem', () => {
    const world = worldWith('new');
    world.pass(minutes(1)).tell(event(world, { happening: 'flapping_started', state: 'OK' }));
    for (const read of [readOk, readCritical, readOk]) {
      world.pass(minutes(1)).tell(event(world, { ...read, isFlapping: true }));
    }
    expect(world.only()).toMatchObject({ status: 'new', badAlertCount: 1 });
    world.pass(minutes(1)).tell(event(world, { happening: 'flapping_stopped', state: 'OK' }));
    expect(world.only()).toMatchObject({ status: 'resolved', badAlertCount: 0 });
    world.pass(minutes(1)).tell(event(world, { happening: 'flapping_started', state: 'OK' }));
    world.pass(minutes(1)).tell(event(world, { happening: 'flapping_stopped', state: 'CRITICAL' }));
    expect(world.only()).toMatchObject({ status: 'new', reopenCount: 1 });
  });

  test('flapping opens at most one incident', () => {
    const world = new World();
    world.tell(event(world, { happening: 'flapping_started' }));
    for (let count = 1; count < 6; count++) {
      world.pass(minutes(1)).tell(event(world, count % 2 ? {} : recovery));
    }
    expect(world.only()).toMatchObject({ status: 'new', reopenCount: 0 });
  });
});

/** Without the one by which it is looked whether this happens often. */
const timerNames = (world: World) =>
  [...world.timers.values()].map(({ name }) => name).filter((name) => name !== 'repeat');

describe('failing again', () => {
  test('goes back to its owner, cancels the soak, tells the ticket and counts', () => {
    const world = worldWith('acknowledged');
    world.pass(minutes(1)).tell(event(world, recovery));
    expect(timerNames(world)).toEqual(['soak']);
    world.pass(minutes(1)).tell(event(world));
    expect(world.only()).toMatchObject({ status: 'acknowledged', owner: 'jane.doe', reopenCount: 1 });
    expect(world.only().resolvedAt).toBeUndefined();
    expect(timerNames(world)).toEqual([]);
    expect(world.intents('private_note')).toEqual(['recovered:0', 'reopened:1']);
    expect(world.intents('acknowledge_alert')).toEqual(['ack:web01::HTTP:0', 'ack:web01::HTTP:1']);
  });

  test('after the close it is the same ticket, open again', () => {
    const world = worldWith('closed');
    expect(world.tickets.get(world.only().id)?.fields.status).toBe('closed');
    world.pass(minutes(5)).tell(event(world));
    expect(world.only().proofs).toEqual([]);
    expect(world.tickets.get(world.only().id)?.fields.status).toBe('open');
    expect(world.tickets.get(world.only().id)?.descriptionHtml).toContain('web01');
  });
});

describe('people in Opsview', () => {
  test('P4 who acknowledged without a notification is found by the reading', () => {
    const world = worldWith('new');
    world.pass(minutes(1));
    const acknowledged = { ...readCritical, isAcknowledged: true, author: 'jane.doe', comment: 'on it' };
    expect(world.tell(event(world, acknowledged)).why.rule).toBe('acknowledged');
    expect(world.only()).toMatchObject({ status: 'acknowledged', owner: 'jane.doe' });
    world.pass(minutes(1));
    expect(world.tell(event(world, acknowledged)).why.rule).toBe('read_back_agrees');
  });

  test('our own acknowledgement, when read, makes nobody the owner', () => {
    const world = worldWith('new');
    world.pass(minutes(1));
    const own = {
      ...readCritical,
      isAcknowledged: true,
      author: 'jo',
      comment: 'Freshdesk #1 (WD-1, Watchdesk)',
    };
    expect(world.tell(event(world, own)).why.rule).toBe('own_acknowledgement');
    expect(world.only()).toMatchObject({ status: 'new' });
  });

  test('what people had in hand before Watchdesk came opens nothing, until it is nobody’s any more', () => {
    const world = worldWith('none');
    const inHand = { ...readCritical, isAcknowledged: true, author: 'jane.doe' };
    expect(world.tell(event(world, inHand)).why.rule).toBe('acknowledged_before');
    expect(world.incidents.size).toBe(0);
    world.pass(minutes(1));
    world.tell(event(world, readCritical));
    expect(world.only()).toMatchObject({ status: 'new' });
  });

  test('whoever acknowledges owns the incident; its lapse is told', () => {
    const world = worldWith('acknowledged');
    expect(world.only()).toMatchObject({ owner: 'jane.doe', acknowledgedAt: at(seconds(30)) });
    world.pass(minutes(5)).tell(event(world, readCritical));
    expect(world.timeline.at(-1)).toMatchObject({ kind: 'unacknowledged' });
    expect(world.alert({ host: 'web01', check: 'HTTP' }).isAcknowledged).toBe(false);
  });

  test('a message reaches the ticket of an open incident', () => {
    const world = worldWith('new');
    world
      .pass(minutes(1))
      .tell(event(world, { happening: 'custom', author: 'jane', comment: 'call <b>me</b>' }));
    const note = [...world.commands.values()].find(({ kind }) => kind === 'private_note');
    expect(note).toMatchObject({ html: expect.stringContaining('call &lt;b&gt;me&lt;/b&gt;') });
  });
});
