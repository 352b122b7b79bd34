import { expect, test } from 'vitest';
import { ACK, ladderPolicy } from './ladder-policy.ts';
import { anIncident } from './northwind.ts';
import { MINUTE, SimulatedIncident } from './simulated-incident.ts';

const INCIDENTS = 10_000;
const HOURS = 5;

/** The same numbers in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const [onCall, team, manager, director] = ACK.rungs;
const URGENT = { when: { priority: ['urgent'] } };

const POLICIES = [
  ladderPolicy({ ack: ACK }),
  // Shorter, a rung less, one with another name.
  ladderPolicy({
    ack: {
      ...ACK,
      rungs: [
        { ...onCall, after: '10m' },
        { ...manager, name: 'Lead', after: '25m' },
        { ...director, after: '50m' },
      ],
    },
  }),
  ladderPolicy({
    ack: {
      ...ACK,
      ...URGENT,
      acknowledged_for: '20m',
      rungs: [{ ...onCall, repeat: { every: '6m', at_most: 2 } }, team, director],
    },
  }),
  ladderPolicy({
    ack: {
      ...ACK,
      calendar: 'office',
      rungs: ACK.rungs.map((rung) => ({ ...rung, before_next: 'nothing' })),
    },
  }),
  ladderPolicy({
    ack: ACK,
    solve: {
      name: 'Not solved',
      kind: 'technical',
      watches: 'resolution',
      target: '2h',
      rungs: [
        {
          name: 'Half',
          after: '50%',
          tell: [{ on_call: 'owner' }],
          before_next: 'acknowledged',
          wait_at_most: '20m',
        },
        { name: 'Nearly', after: '75%', tell: [{ manager: 'team' }] },
        {
          name: 'Director',
          level: 5,
          after: '100%',
          tell: [{ role: 'director' }],
          director: true,
          stop_within: '5m',
        },
      ],
    },
  }),
  ladderPolicy({ ack: { ...ACK, rungs: ACK.rungs.map((rung) => ({ ...rung, before_next: 'nothing' })) } }),
  // Nobody in a rung: the Director is withheld.
  ladderPolicy({
    ack: { ...ACK, rungs: [onCall, { ...team, tell: [{ team: 'nobody' }] }, manager, director] },
  }),
];

test('P2 P7 P9 10,000 incidents: no rung twice, early or missed, and the Director never before the others', () => {
  const begun = process.cpuUsage();
  const sums: Record<string, number> = {};
  const faults: string[] = [];
  const add = (counts: Readonly<Record<string, number>>) => {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  };
  for (let seed = 1; seed <= INCIDENTS; seed++) {
    const random = randomFrom(seed);
    const at = Date.parse('2026-11-20T15:00:00Z') + Math.floor(random() * 20 * 60) * MINUTE;
    const policy = POLICIES[seed % POLICIES.length];
    if (policy === undefined) throw new Error('no policy');
    const opened = new Date(at);
    const simulated = new SimulatedIncident({ policy, random, at });
    simulated.run({
      opened: anIncident({
        id: `incident-${seed}`,
        version: 0,
        assignmentGroup: 'operations',
        openedAt: opened,
        startedAt: opened,
      }),
      until: at + HOURS * 60 * MINUTE,
      reactions: Math.floor(random() * 6),
      policies: POLICIES,
    });
    faults.push(...simulated.oracle.faults.map((fault) => `incident ${seed}: ${fault}`));
    add(simulated.counts);
    add(simulated.oracle.counts);
    if (faults.length > 20) break;
  }
  const { user, system } = process.cpuUsage(begun);
  console.log(
    `${INCIDENTS} incidents in ${((user + system) / 1e6).toFixed(1)} s of CPU: ${JSON.stringify(sums)}`,
  );
  expect(faults).toEqual([]);
  for (const name of [
    'rungs',
    'again',
    'repeats',
    'directors',
    'fallbacks',
    'nobody',
    'last',
    'lost',
    'stale',
  ])
    expect(sums[name], name).toBeGreaterThan(0);
}, 120_000);
