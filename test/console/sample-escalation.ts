import type { EscalationFacts, Pages, RotationDays } from '../../src/console/escalation-view.ts';

/** A Saturday at 09:21 UTC; as in sample-data.ts. */
const NOW = new Date('2026-11-21T09:21:30.000Z');
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const HOUR = 60;
const DAY = 24 * HOUR;

export const PEOPLE = ['Dana Ott', 'Jo Moss', 'Priya Nair'];
export const NOTHING: EscalationFacts = { level: 0, ladders: [], people: PEOPLE };

/** The Director is announced; two rungs were told, one way failed; another ladder is over. */
export const ESCALATION: EscalationFacts = {
  level: 2,
  next: { name: 'Director', level: 3, at: minutesAgo(-8) },
  people: PEOPLE,
  ladders: [
    {
      ...{ ladder: 'unattended', name: 'Nobody takes it', kind: 'technical', run: 1, round: 1 },
      ...{ state: 'running', startedAt: minutesAgo(46), why: 'Nobody has taken WD-142.' },
      counted: [{ from: minutesAgo(46) }],
      rungs: [
        {
          ...{ rung: 'On call', level: 1, round: 1, dueAt: minutesAgo(41), at: minutesAgo(41) },
          told: [
            {
              ...{ recipient: 'jo', name: 'Jo Moss', channels: ['telegram', 'sms'] },
              attempts: [
                {
                  ...{ channel: 'telegram', intent: 'a', at: minutesAgo(41), outcome: 'failed' },
                  ...{ outcomeAt: minutesAgo(41), why: 'the bot was blocked by the user' },
                },
                {
                  ...{ channel: 'sms', intent: 'b', at: minutesAgo(41), outcome: 'delivered' },
                  outcomeAt: minutesAgo(40),
                },
              ],
            },
            {
              ...{ recipient: 'room:ops', name: 'Operations', channels: ['slack'] },
              attempts: [{ channel: 'slack', intent: 'c', at: minutesAgo(41) }],
            },
          ],
        },
        {
          ...{ rung: 'Team lead', level: 2, round: 2, dueAt: minutesAgo(12), at: minutesAgo(12), told: [] },
          nobodyWhy: 'the team Platform has no manager',
        },
      ],
      director: { rung: 'Director', announcedAt: minutesAgo(2), firesAt: minutesAgo(-8) },
      next: { name: 'Director', level: 3, at: minutesAgo(-8), why: 'announced; anybody told can stop it' },
    },
    {
      ...{ ladder: 'customer-news', name: 'Customer is informed', kind: 'duty', run: 2, round: 1 },
      ...{ state: 'paused', startedAt: minutesAgo(30), why: 'The customer has to be informed.' },
      counted: [{ from: minutesAgo(30), to: minutesAgo(10) }],
      resumesAt: minutesAgo(-50),
      acknowledged: { by: 'Dana Ott', person: 'dana', via: 'telegram', at: minutesAgo(10) },
      rungs: [],
      lastToldAt: minutesAgo(15),
    },
    {
      ...{ ladder: 'response', name: 'First answer', kind: 'technical', run: 1, round: 1 },
      ...{ state: 'ended', startedAt: minutesAgo(46), endedAt: minutesAgo(20), rungs: [] },
      ...{ why: 'Somebody waits.', endedWhy: 'The reporter was answered.' },
      counted: [{ from: minutesAgo(46), to: minutesAgo(20) }],
    },
  ],
};

const FROM = new Date('2026-11-20T23:00:00.000Z');
const inDays = (days: number, hours = 9): Date =>
  new Date(FROM.getTime() + (days * DAY + hours * HOUR) * 60_000);

export const ROTATIONS: readonly RotationDays[] = [
  {
    ...{ id: 'platform', name: 'Platform on call', timeZone: 'Europe/Zurich' },
    ...{ from: FROM, to: inDays(14, 0), feed: '/on-call/platform.ics?key=x' },
    days: Array.from({ length: 14 }, (_, day) => inDays(day, 0)),
    turns: [
      { from: FROM, to: inDays(2), person: 'jo', name: 'Jo Moss', why: 'turn' },
      {
        from: inDays(2),
        to: inDays(5),
        person: 'dana',
        name: 'Dana Ott',
        why: 'stands in for Priya Nair (Holidays)',
      },
      { from: inDays(5), to: inDays(6) },
      { from: inDays(6), to: inDays(9), person: 'priya', name: 'Priya Nair', why: 'turn' },
      {
        from: inDays(9),
        to: inDays(14, 0),
        person: 'jo',
        name: 'Jo Moss',
        why: 'Override: swapped with Dana',
      },
    ],
    now: { from: FROM, to: inDays(2), person: 'jo', name: 'Jo Moss', why: 'turn' },
    next: { from: inDays(2), to: inDays(5), person: 'dana', name: 'Dana Ott', why: 'turn' },
  },
  {
    ...{ id: 'empty', name: 'Nobody yet', timeZone: 'UTC', from: FROM, to: inDays(14, 0) },
    days: Array.from({ length: 14 }, (_, day) => inDays(day, 0)),
    turns: [{ from: FROM, to: inDays(14, 0) }],
  },
];

export const PAGE_ID = '0198f0aa-3333-7222-8333-444455556666';

export const PAGES: Pages = {
  filter: {},
  isCut: false,
  recipients: [
    { recipient: 'dana', name: 'Dana Ott' },
    { recipient: 'jo', name: 'Jo Moss' },
    { recipient: 'room:ops', name: 'Operations' },
  ],
  items: [
    {
      ...{ id: '0198f0aa-3333-7222-8333-444455556661', kind: 'announcement', incidentNumber: 142 },
      ...{ recipient: 'jo', name: 'Jo Moss', channel: 'sms', state: 'waiting', attemptCount: 0 },
      ...{ subject: 'WD-142 Urgent: db-prod-01 is DOWN', at: minutesAgo(-38), createdAt: minutesAgo(2) },
    },
    {
      ...{ id: '0198f0aa-3333-7222-8333-444455556662', kind: 'escalation', incidentNumber: 142 },
      ...{ recipient: 'room:ops', name: 'Operations', channel: 'slack', state: 'accepted', attemptCount: 1 },
      ...{ subject: 'WD-142 Urgent: db-prod-01 is DOWN', at: minutesAgo(41), createdAt: minutesAgo(41) },
    },
    {
      ...{ id: '0198f0aa-3333-7222-8333-444455556663', kind: 'escalation', incidentNumber: 142 },
      ...{ recipient: 'jo', name: 'Jo Moss', channel: 'sms', state: 'delivered', attemptCount: 1 },
      ...{ subject: 'WD-142 Urgent: db-prod-01 is DOWN', at: minutesAgo(40), createdAt: minutesAgo(41) },
    },
    {
      ...{ id: PAGE_ID, kind: 'escalation', incidentNumber: 142, recipient: 'jo', name: 'Jo Moss' },
      ...{
        channel: 'telegram',
        state: 'failed',
        attemptCount: 2,
        why: 'rejected: the bot was blocked by the user',
      },
      ...{ subject: 'WD-142 Urgent: db-prod-01 is DOWN', at: minutesAgo(41), createdAt: minutesAgo(41) },
    },
    {
      ...{ id: '0198f0aa-3333-7222-8333-444455556664', kind: 'handover', recipient: 'jo', name: 'Jo Moss' },
      ...{
        channel: 'email',
        state: 'delivered',
        attemptCount: 1,
        subject: 'You are on call: Platform on call',
      },
      ...{ at: minutesAgo(1500), createdAt: minutesAgo(1500) },
    },
  ],
};
