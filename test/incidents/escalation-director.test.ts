import { describe, expect, test } from 'vitest';
import type { Page } from '../../src/model/page.ts';
import { ACK, ladderPolicy } from '../escalation/ladder-policy.ts';
import { EscalationWorld } from './escalation-world.ts';

/** A Saturday. */
const NIGHT = new Date('2026-11-21T02:00:00Z');
const [onCall, team, manager, director] = ACK.rungs;

type Arrives = ConstructorParameters<typeof EscalationWorld>[1]['arrives'];

const opened = (ladder: object, arrives?: Arrives) =>
  new EscalationWorld(ladderPolicy({ ack: { ...ACK, ...ladder } }), {
    at: NIGHT,
    ...(arrives && { arrives }),
  }).alert();

/** Another policy comes into force, and the ladders are looked at. */
function reload({ world, incident }: EscalationWorld, ladder: object): void {
  world.policy = ladderPolicy({ ack: { ...ACK, ...ladder } });
  world.timers.set(`${incident.id} escalation`, {
    incidentId: incident.id,
    name: 'escalation',
    dueAt: world.now,
  });
}

const directors = ({ pages }: EscalationWorld) => pages.filter(({ kind }) => kind === 'director');

describe('P9 a policy that changes under a ladder', () => {
  test('the Director is not told again because a rung put below moves his level', () => {
    const last = { ...director, level: undefined };
    const world = opened({ rungs: [onCall, manager, last] }).wait(75);
    expect(directors(world)).toHaveLength(1);
    reload(world, { rungs: [onCall, { ...team, after: '20m' }, manager, last] });
    expect(directors(world.wait(60))).toHaveLength(1);
  });

  test('a rung that changed places is not left out before the Director', () => {
    const world = opened({}).wait(20);
    reload(world, {
      rungs: [{ ...team, after: '15m' }, { ...onCall, after: '30m' }, manager, director],
    });
    expect(world.wait(60).told).toEqual([
      'On call jo telegram',
      'Manager dana sms',
      'Team jo telegram',
      'Team sam telegram',
      ...['jo telegram', 'dana sms', 'sam telegram'].map((to) => `announcement ${to}`),
      'director max email',
    ]);
  });

  test('rungs that are only called otherwise are not told again before the Director', () => {
    const world = opened({}).wait(50);
    reload(world, { rungs: [{ ...onCall, name: 'First' }, { ...team, name: 'All' }, manager, director] });
    expect(world.wait(22).told.filter((one) => /^(First|All)/.test(one))).toEqual([]);
    expect(directors(world)).toHaveLength(1);
  });
});

describe('P9 the Director waits', () => {
  test('for a lower rung that is repeated while nothing has arrived yet, and nobody looks all the time', () => {
    let isMute = false;
    const world = opened(
      { rungs: [{ ...onCall, repeat: { every: '50m', at_most: 3 } }, director] },
      ({ kind }) => (kind === 'announcement' ? 'delivered' : isMute ? 'unknown' : 'failed'),
    ).wait(62);
    isMute = true;
    for (let minute = 0; minute < 60; minute++) {
      const { lookAt } = world.wait(1).incident.escalation ?? {};
      expect(lookAt === undefined || lookAt > world.world.now, `${lookAt?.toISOString()}`).toBe(true);
    }
    expect(directors(world).length).toBeGreaterThan(0);
  });

  test('until Monday morning for a lower rung that is held until then, which the note says', () => {
    const rungs = [onCall, { ...manager, hold_until: 'office', before_next: 'nothing' }, director];
    const arrives = ({ holdUntil }: Page) => (holdUntil ? 'unknown' : 'delivered');
    const world = opened({ rungs }, arrives).wait(46);
    expect(world.world.timeline.at(-1)?.sentence).toContain(
      'Next: “Director”, announced Mon 08:00 (UTC) and told 10 min later.',
    );
    expect(world.wait(60).told).toEqual(['On call jo telegram', 'Manager dana sms']);
  });
});

describe('P9 between the announcement and the Director', () => {
  test('taken, then silent: what comes next is told by the time it is by then', () => {
    const world = opened({}).wait(65);
    world.acknowledge('Jo Moss', 'jo');
    world.wait(60);
    expect(world.sentence('rung_told_again')).toContain(
      'Next: “Director”, announced Sat 04:05 (UTC) and told 10 min later.',
    );
    const [, again] = world.pages.filter(({ rung, kind }) => rung === 'Manager' && kind === 'escalation');
    expect(again?.content.facts).toContainEqual({
      label: 'Next step',
      value: expect.stringContaining('Sat 04:15'),
    });
  });

  test('lowered to a priority that the ladder is not for: the Director is not told, which those in chats see', () => {
    const world = opened({ when: { priority: 'high' } }).wait(62);
    const { incident } = world;
    world.world.incidents.set(incident.id, { ...incident, priority: 'low' });
    reload(world, { when: { priority: 'high' } });
    expect(directors(world.wait(60))).toEqual([]);
    const status = [...world.world.pages.values()].filter(({ kind }) => kind === 'status');
    expect(status.map(({ recipient, content }) => `${recipient}: ${content.sentence}`)).toEqual(
      ['jo', 'sam'].map(
        (to) =>
          `${to}: The Director is not told now. It is not for WD-1 any more, since its priority is low now.`,
      ),
    );
  });
});

describe('P9 once per incident and level', () => {
  const solve = {
    name: 'Not solved',
    kind: 'technical',
    watches: 'resolution',
    target: '2h',
    rungs: [
      { name: 'Half', after: '50%', tell: [{ on_call: 'owner' }] },
      { ...director, after: '100%' },
    ],
  };
  const two = (given: object) =>
    new EscalationWorld(ladderPolicy({ ack: ACK, solve: { ...solve, ...given } }), { at: NIGHT }).alert();

  test('whichever of two ladders comes first tells the Director, and the other one says so', () => {
    const world = two({}).wait(200);
    expect(directors(world)).toHaveLength(1);
    expect(world.sentence('director_knows')).toBe(
      'The Director is not told again by level 5 “Director” of “Not solved”: Max Fox knows since Sat 03:10 (UTC) by “Nobody takes it”.',
    );
    expect(
      world.pages.filter(({ kind, recipient }) => kind === 'announcement' && recipient === 'max'),
    ).toEqual([]);
  });

  test('announced by both: the second is withdrawn', () => {
    const world = two({ target: '65m' }).wait(200);
    expect(directors(world)).toHaveLength(1);
    expect(world.rules.filter((rule) => rule === 'director_announced')).toHaveLength(2);
    expect(world.rules).toContain('director_knows');
  });

  test('another level, or another person of the same level, is told as well, by no announcement to the Director', () => {
    const world = two({ rungs: [solve.rungs[0], { ...director, level: 6, after: '100%' }] }).wait(200);
    expect(directors(world).map(({ level }) => level)).toEqual([5, 6]);
    expect(
      world.pages.filter(({ kind, recipient }) => kind === 'announcement' && recipient === 'max'),
    ).toEqual([]);
    const other = two({ rungs: [solve.rungs[0], { ...director, after: '100%', tell: [{ person: 'pat' }] }] });
    expect(directors(other.wait(200)).map(({ recipient }) => recipient)).toEqual(['max', 'pat']);
  });
});
