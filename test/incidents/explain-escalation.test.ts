import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { explainQuestion } from '../../src/cli/explain.ts';
import { escalationScript } from '../../src/escalation/escalation-script.ts';
import { explainEscalation, explainEscalationJson } from '../../src/incidents/explain-escalation.ts';
import { anIncident, NORTHWIND } from '../escalation/northwind.ts';
import { aPolicy, policyText } from '../support/policy.ts';

const CHRISTMAS = new Date('2026-12-25T02:00:00Z');
const DOWN = { host: 'shop01', check: '', state: 'DOWN', hashtags: [] } as const;
const lines = (policy: string, question: Parameters<typeof explainEscalation>[0] = DOWN) =>
  explainEscalation(question, aPolicy(policy), CHRISTMAS)
    .split('\n')
    .map((line) => line.trim());

test('who would be told, when and by what, if nobody reacts: up to the Director and the catch-all', () =>
  expect(lines(NORTHWIND)).toEqual([
    'host shop01 is DOWN from Fri 25 Dec 2026 03:00 (Europe/Zurich) on, and nobody reacts:',
    'priority urgent, team Platform',
    '',
    'Fri 25 Dec 03:15  level 1, “Nobody takes it”, On call: Sam Ode by email',
    'Fri 25 Dec 03:30  level 2, “Nobody takes it”, Bridge: Jo Moss (called together) by email',
    'Fri 25 Dec 03:30  level 2, “Nobody takes it”, Bridge: Sam Ode (called together) by email',
    'Fri 25 Dec 04:00  level 3, “Nobody takes it”, Director: Sam Ode (told that the Director is next) by email',
    'Fri 25 Dec 04:00  level 3, “Nobody takes it”, Director: Jo Moss (told that the Director is next) by email',
    'Fri 25 Dec 04:00  level 3, “Nobody takes it”, Director: Dana Keller (told that the Director is next) by email',
    'Fri 25 Dec 04:10  level 3, “Nobody takes it”, Director: Dana Keller (the Director) by email',
    'Fri 25 Dec 04:40  level 3, “Nobody takes it”, Catch-all: Dana Keller (the catch-all) by email',
  ]));

test('a rung that is repeated says so, and short ladders show the seconds', () => {
  const short = NORTHWIND.replace(
    '{ name: On call, after: 15m, tell: [{ on_call: owner }] }',
    '{ name: On call, after: 10s, tell: [{ on_call: owner }], repeat: { every: 45s, at_most: 1 } }',
  );
  expect(lines(short).slice(3, 6)).toEqual([
    'Fri 25 Dec 03:00:10  level 1, “Nobody takes it”, On call: Sam Ode by email',
    'Fri 25 Dec 03:00:55  level 1, “Nobody takes it”, On call again: Sam Ode by email',
    'Fri 25 Dec 03:30:00  level 2, “Nobody takes it”, Bridge: Jo Moss (called together) by email',
  ]);
});

test('the channels that would be tried are in their order, and messages that wait say until when', () => {
  const held = NORTHWIND.replace(
    '{ name: On call, after: 15m, tell: [{ on_call: owner }] }',
    '{ name: On call, after: 15m, tell: [{ person: jo }], channels: [telegram, sms], hold_until: office }',
  );
  const told = lines(held);
  expect(told).toContain(
    'Fri 25 Dec 03:15  level 1, “Nobody takes it”, On call: Jo Moss by telegram, else sms, held until Fri 25 Dec 08:00',
  );
  // The Director waits for what is held, and is told after all.
  const director = told.findIndex((line) => line.includes('Dana Keller (the Director)'));
  expect(told[director]).toMatch(/^Fri 25 Dec 0[89]:/);
});

test('a rung with nobody in it: whose policy it is and the catch-all are told, the Director is not', () => {
  const told = lines(NORTHWIND.replace('{ on_call: owner }', '{ on_call: over }'));
  expect(told).toContainEqual(
    expect.stringContaining('On call: nobody: Nobody is on call in rotations.over at Fri 03:15'),
  );
  expect(told).toContainEqual(
    expect.stringMatching(/^Fri 25 Dec 03:15 .*Jo Moss \(told of the fault in the policy\)/),
  );
  expect(told).toContainEqual(expect.stringMatching(/^Fri 25 Dec 03:15 .*Dana Keller \(the catch-all\)/));
  expect(told.join('\n')).not.toContain('(the Director)');
});

test('repeats are told so many times', () => {
  const repeated = NORTHWIND.replace(
    '{ name: On call, after: 15m,',
    '{ name: On call, after: 15m, repeat: { every: 5m, at_most: 2 },',
  );
  const calls = lines(repeated).filter((line) => line.includes(', On call'));
  expect(calls.map((line) => line.slice(0, 16))).toEqual([
    'Fri 25 Dec 03:15',
    'Fri 25 Dec 03:20',
    'Fri 25 Dec 03:25',
  ]);
});

test('customers and vendors of the service are in it', () => {
  const more = `${NORTHWIND}
  outside:
    name: Outside
    kind: vendor
    watches: resolution
    rungs:
      - { name: Vendor, after: 0s, tell: [{ vendor: true }] }
      - { name: Customer, after: 0s, tell: [{ customer_level: 3 }] }
`;
  expect(lines(more)).toEqual(
    expect.arrayContaining([
      'Fri 25 Dec 03:00  level 1, “Outside”, Vendor: Acme Telecom (the vendor) by email, else voice, held until Fri 25 Dec 08:00',
      expect.stringMatching(/“Outside”, Customer: Ann Roe \(the customer\) by email, else voice$/),
    ]),
  );
});

test.each([
  ['without ladders', '{}', 'nobody would be told: the policy has no ladders (docs/escalation.md)'],
  ['where nothing is opened', 'alerts: { open_from: [CRITICAL] }', 'Nothing is opened: host shop01 is DOWN'],
])('%s: %s', (_, policy, text) => expect(lines(policy).join('\n')).toContain(text));

test('for programs the same as JSON', () => {
  const all: unknown = JSON.parse(explainEscalationJson(DOWN, aPolicy(NORTHWIND), CHRISTMAS));
  expect(all).toMatchObject({
    when: '2026-12-25T02:00:00.000Z',
    timeZone: 'Europe/Zurich',
    opens: true,
    priority: 'urgent',
    service: 'shop',
    isCut: false,
  });
  expect(all).toHaveProperty('steps.0', {
    at: '2026-12-25T02:15:00.000Z',
    local: 'Fri 25 Dec 2026 03:15 (Europe/Zurich)',
    kind: 'escalation',
    ladder: 'ack',
    rung: 'On call',
    level: 1,
    told: { recipient: 'sam', name: 'Sam Ode', channels: ['email'] },
  });
  expect(
    JSON.parse(explainEscalationJson(DOWN, aPolicy('alerts: { open_from: [CRITICAL] }'), CHRISTMAS)),
  ).toMatchObject({
    opens: false,
    steps: [],
  });
});

test('whenever it begins, also while clocks change, rungs are told when they are due, in order, and it ends', () => {
  const policy = aPolicy(NORTHWIND.replace('starts: 2026-11-16T09:00', 'starts: 2026-01-05T09:00'));
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2026-10-20'), max: new Date('2027-04-05'), noInvalidDate: true }),
      (now) => {
        const incident = anIncident({ startedAt: now, openedAt: now, lastJoinedAt: now });
        const { steps, isCut } = escalationScript({ incident, policy, now });
        expect(isCut).toBe(false);
        const minutesOf = (kind: string) => [
          ...new Set(
            steps
              .filter((step) => step.kind === kind)
              .map(({ at }) => (at.getTime() - now.getTime()) / 60_000),
          ),
        ];
        expect(minutesOf('escalation')).toEqual([15]);
        expect(minutesOf('meeting')).toEqual([30]);
        expect(minutesOf('announcement')).toEqual([60]);
        expect(minutesOf('director')).toEqual([70]);
        expect(minutesOf('last')).toEqual([100]);
      },
    ),
    { numRuns: 60 },
  );
});

describe('watchdesk explain --when', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-explain-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const policy = join(folder, 'policy.yaml');
  writeFileSync(policy, policyText(NORTHWIND));
  const ask = (given: object) =>
    explainQuestion(
      { host: 'shop01', state: 'down', hashtag: [], policy, ...given },
      new Date('2026-11-21T12:00:00Z'),
    );

  test.each(['2026-12-25T03:00', '2026-12-25 03:00', '2026-12-25T02:00Z', '2026-12-24T21:00-05:00'])(
    '%s is by the clocks of the policy, or an instant',
    async (when) =>
      expect(await ask({ when })).toMatchObject({
        isGood: true,
        text: expect.stringContaining('from Fri 25 Dec 2026 03:00 (Europe/Zurich) on'),
      }),
  );

  test('as JSON', async () => {
    const { text } = await ask({ when: '2026-12-25T03:00', json: true });
    expect(JSON.parse(text)).toMatchObject({ when: '2026-12-25T02:00:00.000Z', opens: true });
  });

  test.each([
    [{ when: 'tomorrow' }, '--when tomorrow is no time: give one such as 2026-12-25T03:00'],
    [{ when: '2026-13-25T03:00Z' }, '--when 2026-13-25T03:00Z is no time: give one such as 2026-12-25T03:00'],
    [{ json: true }, '--json goes with --when.'],
    [
      { when: '2026-12-25T03:00', ticket: 'a.json', host: undefined, state: undefined },
      '--when goes with --host and --state, not with --ticket.',
    ],
  ])('%j: %s', async (given, message) =>
    expect(await ask(given)).toMatchObject({ isGood: false, text: expect.stringContaining(message) }),
  );
});
