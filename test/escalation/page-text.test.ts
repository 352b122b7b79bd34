import { describe, expect, test } from 'vitest';
import { handoverContent } from '../../src/escalation/handover-text.ts';
import { type IncidentPageKind, type PageGiven, pageContent } from '../../src/escalation/page-text.ts';
import { plainLine } from '../../src/escalation/plain-line.ts';
import { recipientOf } from '../../src/escalation/recipient.ts';
import { testContent } from '../../src/escalation/test-text.ts';
import { clockText, lastingText, timeText } from '../../src/escalation/time-text.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { PageContent } from '../../src/model/page.ts';
import { anAlert, anIncident, aRun, type Changes, changed, NIGHT, northwind, told } from './northwind.ts';

const policy = northwind();
const rungNamed = (name: string) => policy.ladders.ack?.rungs.find((rung) => rung.name === name);
const toldJo = aRun({
  rungs: [
    {
      rung: 'On call',
      level: 1,
      round: 1,
      dueAt: NIGHT,
      at: NIGHT,
      told: [
        told('jo', 'Jo Moss', {
          attempts: [
            { channel: 'telegram', intent: 'a', at: NIGHT, outcome: 'failed', why: 'blocked' },
            { channel: 'sms', intent: 'b', at: NIGHT, outcome: 'delivered' },
          ],
        }),
      ],
    },
  ],
});
const LINKS = {
  acknowledge: 'https://w.example/ack/1',
  stop: 'https://w.example/stop/1',
  watchdesk: 'https://w.example/incidents/42',
  ticket: 'https://desk.example/a/tickets/9',
};

function given(whom: string, changes: Changes<PageGiven> = {}): PageGiven {
  const recipient = recipientOf(policy, whom);
  if (recipient === undefined) throw new Error(`The policy does not know ${whom}.`);
  const base: PageGiven = {
    incident: anIncident(),
    policy,
    now: NIGHT,
    run: aRun(),
    recipient,
    sentence: 'Nobody has taken it for 15 min.',
    links: LINKS,
    history: [{ at: NIGHT, text: 'It was opened.' }],
    cause: anAlert(),
  };
  return changed(base, changes);
}

/** As a reader sees it, top to bottom. */
const shown = ({ subject, sentence, facts, ask }: PageContent): readonly string[] => [
  subject,
  sentence,
  ...facts.map(({ label, value }) => `${label}: ${value}`),
  ask,
];

const reported = (changes: Changes<Incident> = {}): Incident =>
  anIncident({
    origin: 'ticket',
    title: 'Checkout shows an error',
    badAlertCount: 0,
    reporter: { id: 1, name: 'Pat' },
    childCount: 2,
    desk: {
      statusTurn: 0,
      subject: 'Checkout shows an error',
      text: 'Since tonight nobody can pay.',
      nextUpdateDueAt: new Date('2026-11-21T02:00:00Z'),
    },
    ...changes,
  });

test('a colleague woken at night reads who, what, why and what is asked', () => {
  const content = pageContent(
    'escalation',
    given('jo', {
      recipient: { ...given('jo').recipient, why: 'are on call (Platform on call)' },
      nextStep: { at: new Date('2026-11-21T01:46:00Z'), name: 'Bridge' },
    }),
  );
  expect(shown(content)).toEqual([
    'WD-42 Urgent: host shop01 is DOWN',
    'Nobody has taken it for 15 min. You are told because you are on call (Platform on call).',
    'What: host shop01 is DOWN: CRITICAL - Host Unreachable (10.0.0.7)',
    'Who is hit: Web shop (criticality high); Acme Retail (VIP); nobody has reported it yet',
    'Since: Sat 02:16 (Europe/Zurich), for 15 min',
    'Who has it: nobody yet (Platform)',
    'Next step: Sat 02:46 (Europe/Zurich): Bridge',
    'Say that you have it, then look at it.',
  ]);
  expect(Object.keys(content.links)).toEqual(['acknowledge', 'watchdesk', 'ticket']);
});

test('times are those of the reader', () =>
  expect(pageContent('escalation', given('sam')).facts[2]?.value).toBe(
    'Fri 20:16 (America/New_York), for 15 min',
  ));

test('the Director reads in 20 seconds what, who, since when, what was tried, who has it, what is asked, next update', () => {
  const content = pageContent(
    'director',
    given('dana', { incident: reported(), run: toldJo, cause: undefined }),
  );
  expect(shown(content)).toEqual([
    'WD-42 Urgent, for your decision: Checkout shows an error',
    'Nobody has taken it for 15 min.',
    'What: Checkout shows an error: Since tonight nobody can pay.',
    'Who is hit: Web shop (criticality high); Acme Retail (VIP); 3 people reported it',
    'Since: Sat 02:16 (Europe/Zurich), for 15 min',
    'Tried: 02:31 On call: Jo Moss (Telegram message failed, text message delivered)',
    'Who has it: nobody yet (Platform)',
    'Next update: to the reporter by Sat 03:00 (Europe/Zurich)',
    'Nobody has it. Please say that you have read this, and name somebody who takes it now.',
  ]);
  expect(content.hasState).toBe(true);
  expect(content.links.stop).toBeUndefined();
  expect(shown(content).join(' ').split(' ').length).toBeLessThan(110);
});

test('the announcement names the Director, the time and how to stop it', () => {
  const run = aRun({
    director: { rung: 'Director', announcedAt: NIGHT, firesAt: new Date('2026-11-21T02:15:00Z') },
  });
  const content = pageContent('announcement', given('jo', { run, rung: rungNamed('Director') }));
  expect(content.subject).toBe(
    'WD-42 Urgent, the Director (Dana Keller) will be told at 03:15: host shop01 is DOWN',
  );
  expect(content.sentence).toMatch(
    /^The Director \(Dana Keller\) will be told at Sat 03:15 \(Europe\/Zurich\) unless somebody stops it\./,
  );
  expect(content.ask).toContain('stop it with a reason');
  expect(content.links.stop).toBe(LINKS.stop);
});

test('people called together get link and dial-in', () => {
  const content = pageContent('meeting', given('jo', { rung: rungNamed('Bridge') }));
  expect(content.subject).toBe('WD-42 Urgent, join Incident bridge: host shop01 is DOWN');
  expect(content.links.meeting).toBe('https://meet.example/bridge');
  expect(content.facts[0]).toEqual({ label: 'Dial in', value: '+41445550000, code 77' });
  expect(content.ask).toBe('Join Incident bridge now.');
});

test('a fault tells where in the policy and what follows', () => {
  const content = pageContent('fault', given('jo', { rung: rungNamed('On call') }));
  expect(content.subject).toBe(
    'WD-42 Urgent, fault in the policy: “On call” of “Nobody takes it” has nobody in it',
  );
  expect(content.facts.slice(0, 3)).toEqual([
    { label: 'Where', value: 'ladders.ack.rungs[0]' },
    { label: 'Policy', value: expect.stringContaining(policy.hash) },
    {
      label: 'What follows',
      value: 'Dana Keller is told at once, as the catch-all; the Director is not told by this ladder',
    },
  ]);
});

test.each<[IncidentPageKind, Partial<Incident>, string, string]>([
  ['last', {}, 'WD-42 Urgent, last resort: host shop01 is DOWN', 'You are the last one on the list'],
  [
    'estimate',
    {},
    'WD-42 Urgent, how long will it take? host shop01 is DOWN',
    'Write in the ticket how long',
  ],
  ['status', { status: 'acknowledged', owner: 'Dana' }, 'WD-42 Urgent, Dana has it: host shop01 is DOWN', ''],
  ['status', { status: 'resolved' }, 'WD-42 Urgent, resolved: host shop01 is DOWN', ''],
  ['status', {}, 'WD-42 Urgent, nobody has it yet: host shop01 is DOWN', ''],
])('%s, %j: %s', (kind, incident, subject, ask) => {
  const content = pageContent(kind, given('jo', { incident: anIncident(incident) }));
  expect(content.subject).toBe(subject);
  expect(content.ask.startsWith(ask)).toBe(true);
  expect('acknowledge' in content.links).toBe(kind !== 'status');
});

test('who acknowledged, since when and by what, is said', () => {
  const acknowledged = { by: 'jo@northwind.example', person: 'jo', via: 'telegram', at: NIGHT } as const;
  const incident = anIncident({
    status: 'acknowledged',
    escalation: { ladders: [], triggers: [], directorsTold: [], acknowledged },
  });
  expect(pageContent('escalation', given('sam', { incident })).facts).toContainEqual({
    label: 'Who has it',
    value: 'Jo Moss (Platform), since Fri 20:31 (America/New_York) by Telegram',
  });
});

test('a vendor reads contract, number, what fails since when, and whom to call back', () => {
  const content = pageContent('vendor', given('vendor:telecom', { run: toldJo, incident: reported() }));
  expect(shown(content)).toEqual([
    'WD-42, contract C-20944: Web shop disturbed since Sat 02:16 (Europe/Zurich)',
    'We need your help under our contract: Host shop01 is DOWN since Sat 02:16 (Europe/Zurich).',
    'Contract: C-20944',
    'Our customer number: 4711',
    'Service: Web shop',
    'What fails: Host shop01 is DOWN',
    'Since: Sat 02:16 (Europe/Zurich)',
    'Our reference: WD-42',
    'Call back: Jo Moss, +41790000001, jo@northwind.example',
    'Please open a case, tell us its number, and call back.',
  ]);
  expect(content).toMatchObject({ links: {}, history: [] });
});

describe('a customer’s contact reads their own language and words', () => {
  const facts = (whom: string, language: string) => {
    const { recipient } = given(whom);
    return pageContent(
      'customer',
      given(whom, { incident: reported(), recipient: { ...recipient, language } }),
    );
  };
  test.each([
    ['de', 'WD-42: Störung von Web shop', 'Nächste Nachricht', /Samstag, 21\. November um 03:00 MEZ/],
    ['fr', 'WD-42: perturbation de Web shop', 'Prochaine information', /samedi 21 novembre à 03:00/],
    ['es', 'WD-42: avería de Web shop', 'Próxima información', /sábado, 21 de noviembre/],
    ['it', 'WD-42: disservizio di Web shop', 'Prossimo aggiornamento', /sabato 21 novembre/],
    ['nl', 'WD-42: storing van Web shop', 'Volgend bericht', /zaterdag 21 november/],
    ['en', 'WD-42: disturbance of Web shop', 'Next update', /Saturday,? 21 November at 03:00/],
    ['ja', 'WD-42: disturbance of Web shop', 'Next update', /Saturday,? 21 November at 03:00/],
  ])('%s', (language, subject, label, when) => {
    const content = facts('customer:acme:0', language);
    expect(content.subject).toBe(subject);
    expect(content.facts).toContainEqual({ label, value: expect.stringMatching(when) });
    expect(content.facts.map(({ value }) => value)).toContain('Checkout shows an error');
    expect(content.facts.map(({ value }) => value)).toContain('Jo Moss, +41790000001, jo@northwind.example');
    expect(content).toMatchObject({ links: {}, history: [], hasState: false });
  });

  test('the subject of a ticket that we opened for an alert is ours, and not told', () => {
    const incident = anIncident({
      serviceId: undefined,
      desk: { statusTurn: 0, subject: 'host shop01 is DOWN' },
    });
    const content = pageContent('customer', given('customer:acme:1', { incident }));
    expect(content.subject).toBe('WD-42: a disturbance of your services');
    expect(shown(content).join(' ')).not.toContain('shop01');
  });

  test.each<IncidentPageKind>(['escalation', 'status', 'director', 'fault'])(
    'also as %s they get nothing else',
    (kind) =>
      expect(pageContent(kind, given('customer:acme:0'))).toEqual(
        pageContent('customer', given('customer:acme:0')),
      ),
  );
});

test('whoever begins a shift reads until when, after whom, and what is open', () => {
  const { recipient } = given('jo');
  const base = { recipient, rotation: 'Platform on call', before: 'Sam Ode', now: NIGHT, links: {} };
  const until = new Date('2026-11-28T08:00:00Z');
  const open = [
    anIncident(),
    { ...anIncident({ number: 41, priority: 'high', status: 'acknowledged' }), owner: 'Sam Ode' },
  ];
  expect(shown(handoverContent({ ...base, until, open }))).toEqual([
    'You are on call (Platform on call) until Sat 28 Nov 09:00 (Europe/Zurich): 2 incidents open',
    'You are on call for Platform on call from now until Sat 28 Nov 09:00 (Europe/Zurich), after Sam Ode.',
    'WD-42 Urgent: host shop01 is DOWN; nobody has it; for 15 min',
    'WD-41 High: host shop01 is DOWN; Sam Ode has it; for 15 min',
    'Look at what is open, and ask Sam Ode what is not in the tickets.',
  ]);
  const many = handoverContent({ ...base, open: Array.from({ length: 40 }, () => anIncident()) });
  expect(many.facts.at(-1)).toEqual({ label: 'And', value: '25 more' });
  expect(handoverContent({ ...base, open: [] }).ask).toBe('');
});

test('a test message says that it is one', () =>
  expect(testContent(given('jo').recipient, 'sms', NIGHT)).toMatchObject({
    subject: 'Test message from Watchdesk to Jo Moss',
    sentence: 'This is a test: escalations reach Jo Moss by text message.',
    ask: '',
  }));

test.each([
  ['Europe/Zurich', undefined, 'Sat 02:31 (Europe/Zurich)'],
  ['America/New_York', undefined, 'Fri 20:31 (America/New_York)'],
  ['Europe/Zurich', '2026-11-25T00:00:00Z', 'Sat 02:31 (Europe/Zurich)'],
  ['Europe/Zurich', '2026-11-29T00:00:00Z', 'Sat 21 Nov 02:31 (Europe/Zurich)'],
  ['Europe/Zurich', '2027-11-29T00:00:00Z', 'Sat 21 Nov 2026 02:31 (Europe/Zurich)'],
])('02:31 in Zurich, read in %s at %s: %s', (zone, now, text) =>
  expect(timeText(NIGHT, zone, now === undefined ? undefined : new Date(now))).toBe(text),
);

test('the hour that clocks show twice reads the same twice', () =>
  expect(
    ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((at) => clockText(new Date(at), 'Europe/Zurich')),
  ).toEqual(['02:30', '02:30']));

test.each([
  [-5, 'less than a minute'],
  [59_999, 'less than a minute'],
  [45 * 60_000, '45 min'],
  [60 * 60_000, '1 h'],
  [135 * 60_000, '2 h 15 min'],
  [76 * 3_600_000, '3 d 4 h'],
])('%i ms: %s', (ms, text) => expect(lastingText(ms)).toBe(text));

test.each([
  ['two\nlines\r\n and\ttabs ', 40, 'two lines and tabs'],
  ['bell\u0007 escape\u001b[31m', 40, 'bell escape [31m'],
  ['turned \u202Eround\u2028', 40, 'turned round'],
  ['half \ud83d of one', 40, 'half \ufffd of one'],
  ['👩🏽👩🏽👩🏽', 4, '👩🏽👩…'],
  ['exactly', 7, 'exactly'],
  ['exactly8', 7, 'exactl…'],
])('%j in %i characters: %j', (text, max, expected) => expect(plainLine(text, max)).toBe(expected));
