import { describe, expect, test } from 'vitest';
import { describeLadders, firstStep, levelReached } from '../../src/escalation/describe-ladders.ts';
import { onCallOverview } from '../../src/escalation/on-call-overview.ts';
import { personNamed } from '../../src/escalation/person-named.ts';
import { type LadderRun, NO_ESCALATION } from '../../src/model/escalation.ts';
import { aPolicy } from '../support/policy.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);

const POLICY = aPolicy({
  people: {
    dana: { name: 'Dana Ott', email: 'dana@example.com' },
    jo: { name: 'Jo Moss', email: 'jo@example.com' },
  },
  rotations: {
    nights: {
      name: 'Nights',
      time_zone: 'UTC',
      layers: [
        { people: ['jo', 'dana'], shift: 'daily', starts: '2026-11-20T09:00', ends: '2026-11-23T09:00' },
      ],
    },
  },
  ladders: {
    unattended: {
      name: 'Nobody takes it',
      kind: 'technical',
      watches: 'acknowledge',
      rungs: [
        { name: 'On call', after: '5m', tell: [{ person: 'jo' }] },
        { name: 'Team lead', after: '30m', tell: [{ person: 'dana' }] },
      ],
      last: { after: '30m', person: 'dana' },
    },
  },
});

const run = (changes: Partial<LadderRun> = {}): LadderRun => ({
  ...{ ladder: 'unattended', kind: 'technical', run: 1, round: 1, state: 'running', why: 'Nobody took it.' },
  ...{ startedAt: minutes(-10), counted: [{ from: minutes(-10) }], rungs: [] },
  ...changes,
});
const rung = (name: string, level: number, at: Date) => ({
  rung: name,
  level,
  round: 1,
  dueAt: at,
  at,
  told: [],
});
const described = (...ladders: LadderRun[]) =>
  describeLadders({ priority: 'urgent', escalation: { ...NO_ESCALATION, ladders } }, POLICY, NOW);

describe('what comes next', () => {
  test('the rung that falls due, pauses left out', () => {
    const rungs = [rung('On call', 1, minutes(-5))];
    expect(described(run({ rungs }))[0]).toMatchObject({
      name: 'Nobody takes it',
      next: { name: 'Team lead', level: 2, at: minutes(20) },
    });
    const counted = [{ from: minutes(-60), to: minutes(-50) }, { from: minutes(-5) }];
    expect(described(run({ rungs, counted }))[0]?.next?.at).toEqual(minutes(15));
  });

  test('after a rest the rung told last, never the catch-all and not what the policy knows no more', () => {
    const rested = { state: 'paused', resumesAt: minutes(50) } as const;
    const told = [rung('On call', 1, minutes(-9)), rung('Director', 3, minutes(-5))];
    expect(described(run({ ...rested, rungs: told }))[0]?.next).toMatchObject({
      name: 'On call',
      level: 1,
      at: minutes(50),
    });
    expect(described(run({ ...rested, rungs: [] }))[0]?.next).toMatchObject({ name: 'On call' });
  });

  test('nothing for a ladder that is over or gone from the policy', () => {
    expect(described(run({ state: 'ended' }))[0]).not.toHaveProperty('next');
    expect(described(run({ ladder: 'gone' }))[0]).toMatchObject({ name: 'gone' });
    expect(described(run({ ladder: 'gone' }))[0]).not.toHaveProperty('next');
  });

  test('of several the first; levels of those that are not over', () => {
    const early = run({ rungs: [], startedAt: minutes(-2), counted: [{ from: minutes(-2) }] });
    const late = run({ rungs: [rung('On call', 1, minutes(-5))] });
    const over = run({ state: 'ended', rungs: [rung('Team lead', 2, minutes(-5))] });
    const ladders = described(over, late, early);
    expect(ladders.map(({ state }) => state)).toEqual(['running', 'running', 'ended']);
    expect(firstStep(ladders)).toMatchObject({ name: 'On call', at: minutes(3) });
    expect(levelReached(ladders)).toBe(1);
    expect(levelReached([])).toBe(0);
    expect(describeLadders({ priority: 'low' }, POLICY, NOW)).toEqual([]);
  });
});

test('on call: now, next, and every gap', () => {
  const from = new Date('2026-11-19T09:00:00Z');
  const to = new Date('2026-11-25T09:00:00Z');
  const [nights] = onCallOverview(POLICY, { now: NOW, from, to });
  expect(nights).toMatchObject({ id: 'nights', now: { person: 'dana' }, next: { name: 'Jo Moss' } });
  expect(nights?.turns.map(({ person }) => person)).toEqual([undefined, 'jo', 'dana', 'jo', undefined]);
  const ends = nights?.turns.map((turn) => turn.to);
  expect(nights?.turns.slice(1).map((turn) => turn.from)).toEqual(ends?.slice(0, -1));
  expect(
    onCallOverview(POLICY, { now: to, from: to, to: minutes(10_000), only: 'nights' })[0],
  ).not.toHaveProperty('now');
  expect(onCallOverview(POLICY, { now: NOW, from, to, only: 'other' })).toEqual([]);
});

test.each([
  ['dana', 'dana'],
  [' DANA OTT ', 'dana'],
  ['jo@example.com', 'jo'],
  ['Ott', undefined],
  ['', undefined],
])('“%s” is %s', (by, key) => expect(personNamed(POLICY, by)?.key).toBe(key));
