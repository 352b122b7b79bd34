import { describe, expect, test } from 'vitest';
import { PROOF_ASKED_AGAIN_MS } from '../../src/incidents/decide-timer.ts';
import type { CheckEvent } from '../../src/model/check-event.ts';
import { aCheckEvent } from '../support/check-event.ts';
import { minutes, NOON, seconds, World } from './world.ts';

const key = { host: 'web01', check: 'HTTP' };
const event = (world: World, given: Partial<CheckEvent> = {}): CheckEvent =>
  aCheckEvent({ occurredAt: world.now, ...given });
const read = (world: World, given: Partial<CheckEvent> = {}): CheckEvent =>
  event(world, {
    happening: 'read_back',
    state: 'OK',
    isFlapping: false,
    inDowntime: false,
    isAcknowledged: false,
    ...given,
  });
const soakDue = (world: World) => [...world.timers.values()].find(({ name }) => name === 'soak')?.dueAt;

/** web01 HTTP failed at noon and recovered at 12:01; High, so it soaks for ten minutes. */
function soaking(): World {
  const world = new World();
  world.tell(event(world));
  world.pass(minutes(1)).tell(event(world, { happening: 'recovery', state: 'OK' }));
  return world;
}

describe('proof', () => {
  test('P3 P7 after the soak Opsview is asked once, and a good answer closes with its proof', () => {
    const world = soaking();
    expect(soakDue(world)).toEqual(new Date(NOON.getTime() + minutes(11)));
    expect(
      world
        .pass(minutes(10) - 1)
        .fireTimers()
        .map(({ why }) => why.rule),
    ).not.toContain('proof_asked');
    expect(world.pass(1).fireTimers()[0]?.why.rule).toBe('proof_asked');
    expect(soakDue(world)).toEqual(new Date(world.now.getTime() + PROOF_ASKED_AGAIN_MS));
    expect(world.tell(world.proof(world.only(), [read(world)])).why.rule).toBe('proven_healthy');
    expect(world.only()).toMatchObject({
      status: 'closed',
      closedAt: world.now,
      proofs: [
        {
          kind: 'monitoring',
          readAt: world.now,
          soakMs: minutes(10),
          objects: [{ ...key, state: 'OK' }],
        },
      ],
    });
    expect(soakDue(world)).toBeUndefined();
    expect(world.tickets.get(world.only().id)?.fields.status).toBe('closed');
    expect(world.intents('private_note')).toEqual(['recovered:0', 'closed:0']);
  });

  test.each([
    // what was read ten minutes after the recovery                   rule                status
    ['flapping', { isFlapping: true }, 'proof_unsteady', 'resolved'],
    ['bad', { state: 'CRITICAL' }, 'proof_not_needed', 'new'],
    ['bad and flapping', { state: 'CRITICAL', isFlapping: true }, 'proof_found_bad', 'new'],
    ['bad in downtime', { state: 'CRITICAL', inDowntime: true }, 'proof_unsteady', 'resolved'],
    ['SOFT', { stateType: 'SOFT', state: 'CRITICAL' }, 'proof_unsteady', 'resolved'],
    [
      'bad in between, unnoticed',
      { stateSince: new Date(NOON.getTime() + minutes(9)) },
      'proof_too_early',
      'resolved',
    ],
  ] satisfies [string, Partial<CheckEvent>, string, string][])(
    'P3 %s does not close',
    (_, given, rule, status) => {
      const world = soaking();
      world.pass(minutes(10)).fireTimers();
      expect(world.tell(world.proof(world.only(), [read(world, given)])).why.rule).toBe(rule);
      expect(world.only().status).toBe(status);
      expect(soakDue(world) !== undefined).toBe(status === 'resolved');
    },
  );

  test('P3 a reading from before the object failed and recovered once more does not close', () => {
    const world = soaking();
    world.pass(minutes(10)).fireTimers();
    const old = world.proof(world.only(), [read(world)]);
    world.pass(seconds(2)).tell(event(world));
    world.pass(seconds(2)).tell(event(world, { happening: 'recovery', state: 'OK' }));
    expect(world.tell(old).why.rule).toBe('proof_too_early');
  });

  test('P3 a reading that leaves a member out does not close', () => {
    const world = new World();
    world.deliver(event(world), event(world, { check: 'TLS' }));
    world
      .pass(minutes(1))
      .deliver(
        ...['HTTP', 'TLS'].map((check) => event(world, { check, happening: 'recovery', state: 'OK' })),
      );
    world.pass(minutes(10)).fireTimers();
    expect(world.tell(world.proof(world.only(), [read(world)])).why.rule).toBe('proof_incomplete');
    expect(world.tell(world.proof(world.only(), [read(world), read(world, { check: 'TLS' })])).why.rule).toBe(
      'proven_healthy',
    );
  });

  test('P4 an object that Opsview no longer knows is told once, read hourly, and never closes silently', () => {
    const world = soaking();
    for (let hour = 0; hour < 3; hour++) {
      world.pass(minutes(60)).fireTimers();
      expect(world.tell(world.proof(world.only(), [], [key])).why.rule).toBe('proof_missing');
      expect(soakDue(world)).toEqual(new Date(world.now.getTime() + minutes(60)));
    }
    expect(world.intents('private_note').filter((intent) => intent.startsWith('proof_missing'))).toHaveLength(
      1,
    );
    expect(world.timeline.filter(({ kind }) => kind === 'proof_missing')).toHaveLength(1);
    world.pass(minutes(60)).fireTimers();
    expect(world.tell(world.proof(world.only(), [read(world)])).why.rule).toBe('proven_healthy');
  });

  test('P4 an unanswered question is asked again', () => {
    const world = soaking();
    world.pass(minutes(10)).fireTimers();
    world.pass(PROOF_ASKED_AGAIN_MS).fireTimers();
    expect(world.intents('read_proof')).toHaveLength(2);
  });

  test('P7 a timer that is no longer needed says so and does nothing', () => {
    const world = soaking();
    const timer = { incidentId: world.only().id, name: 'soak' as const, dueAt: world.now };
    world.tell(event(world, { stateSince: world.now, occurredAt: new Date(world.now.getTime() + 1_000) }));
    world.timers.set('left over', timer);
    expect(world.fireTimers()[0]?.why.rule).toBe('timer_not_needed');
    expect(world.intents('read_proof')).toEqual([]);
  });
});

describe('sweep', () => {
  const sweep = (world: World, ...objects: CheckEvent[]) =>
    world.deliver({ kind: 'read_back', purpose: 'sweep', readAt: world.now, objects, missing: [] });

  test('what is known makes no decision but one that says so', () => {
    const world = new World();
    world.tell(event(world));
    const decisions = sweep(world, read(world, { state: 'CRITICAL' }), read(world, { host: 'web02' }));
    expect(decisions).toMatchObject([{ why: { rule: 'read_back_agrees' }, alerts: [], incidents: [] }]);
  });

  test('P4 finds a recovery and a problem that were never notified', () => {
    const world = new World();
    world.tell(event(world));
    const decisions = sweep(
      world.pass(minutes(5)),
      read(world),
      read(world, { host: 'db01', state: 'CRITICAL' }),
    );
    expect(decisions.map(({ why }) => why.rule)).toEqual(['recovery_read_back', 'own_incident']);
    expect([...world.incidents.values()].map(({ status }) => status)).toEqual(['resolved', 'new']);
  });
});
