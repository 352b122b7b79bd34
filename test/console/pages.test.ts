import request from 'supertest';
import { describe, expect, test } from 'vitest';

import { closingState } from '../../src/console/closing-state.ts';
import type { IncidentLine, IncidentPage } from '../../src/console/console-view.ts';
import { age, compareTicket, duration, messageName, remedy } from '../../src/console/format.ts';
import { healthItems } from '../../src/console/health-items.ts';
import { nextStep, timerSentence } from '../../src/console/next-step.ts';
import { filterAddress, readFilter } from '../../src/console/overview-filter.ts';
import {
  HEALTH,
  LINES,
  minutesAgo,
  NOW,
  OVERVIEW,
  PAGE,
  REPORTED,
  REPORTED_PAGE,
  sampleData,
} from './sample-data.ts';
import { consoleApp } from './serve.ts';

const HOSTILE = `<script>alert('x')</script>"><img src=x onerror=alert(1)>`;

/** Every text of the value becomes hostile; numbers, instants and the words of our own types stay. */
function hostile<T>(value: T, keep: ReadonlySet<string>): T {
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? HOSTILE : hostile(item, keep))) as T;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    keep.has(key) ? item : typeof item === 'string' ? HOSTILE : hostile(item, keep),
  ]);
  return Object.fromEntries(entries) as T;
}
const OWN_WORDS = new Set([
  ...[
    'status',
    'priority',
    'state',
    'kind',
    'type',
    'seq',
    'origin',
    'said',
    'shownAs',
    'via',
    'needs',
    'missing',
  ],
]);

const PATHS = [
  ...[
    '/',
    '/incidents/142',
    '/incidents/151',
    '/suggestions',
    '/problems',
    '/on-call',
    '/messages',
    '/people',
    '/parked',
    '/failed',
  ],
];

const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('P6 pages say what is, what is next and why', () => {
  test('the overview: reference, state of alerts, owner, ticket and the next timer in plain words', async () => {
    const { text } = await request(consoleApp()).get('/').expect(200);
    const words = textOf(text);
    expect(words).toContain('4 incidents are open.');
    expect(words).toContain('WD-139 mail-gw-01 SMTP queue is CRITICAL');
    expect(words).toContain('Alder &amp; Finch Solicitors · E-mail');
    expect(words).toContain('7 of 9 bad');
    expect(words).toContain('Asks Opsview again at 09:25 UTC: healthy must hold for 10 min');
    expect(text).toContain(
      '<a href="https://northwind.freshdesk.example/a/tickets/48213" rel="noopener">#48213</a>',
    );
    expect(text).toContain('title="2026-11-21 09:15:30 UTC">6 min ago</time>');
    expect(words).toMatch(
      /Freshdesk reachable Opsview reachable Inbox empty Outbox 2 waiting, 1 failed Read-back 1 min ago API budget 12 of 160 a min Policy 3f9a2c71/,
    );
    expect(words).toMatch(/Closed lately WD-140 .* closed 48 min ago , open for 2 h 22 min/);
  });

  test('an incident: proof missing, alerts, timeline with rules, ticket wanted and seen, messages, timers', async () => {
    const words = textOf((await request(consoleApp()).get('/incidents/142').expect(200)).text);
    expect(words).toContain(
      'Missing: 7 of 9 alerts are still bad; and healthy must be read back from Opsview and have held for 10 min.',
    );
    expect(words).toContain(
      'Opened because host db-prod-01 went DOWN and no open incident has this cause. rule route.new_incident',
    );
    expect(words).toContain('Why Urgent. Impact high because Order database');
    expect(words).toContain('Priority urgent high will be set');
    expect(words).toContain('Group Platform 48000099 people own it');
    expect(words).toContain('waiting Private note on the ticket no. 2,');
    expect(words).toContain('9, the worst 4 shown');
  });

  test('an issue that somebody reported: who, what kind and how sure, reports, what is missing, why this agent', async () => {
    const { text } = await request(consoleApp()).get('/incidents/151').expect(200);
    const words = textOf(text);
    for (const said of [
      'reported by Ann Archer',
      'Incident, 62% sure, a guess: an agent is asked (rule words_of_failure)',
      'Ann Archer (ann@kestrel.example)',
      'Company Kestrel Outdoor',
      'Is there a workaround? Yes',
      'Why Priya Nair. Priya Nair has the fewest open tickets of Applications. rule least_busy',
      'Missing: the reporter has to confirm that it works again.',
      'The reporter was asked at 08:51 UTC and reminded 1 time; no answer yet.',
      'The ticket was closed without proof and set back 1 time of at most 3.',
      'WD-155 Cannot pay Bea Lang Awaiting proof asked 08:52 UTC, no answer yet notes on both: Freshdesk allows 10 children.',
      'WD-156 Payment fails Cy Roth Closed yes, it works again parent and child',
      '64% sure: same service Web shop; began 20 min before the ticket.',
      'WD-153 Missing documentation: payment worker',
      'Priority high medium people own it since 09:01 UTC',
      'Impact high medium will be set',
      'sent Reply to the reporter',
    ])
      expect(words).toContain(said);
    expect(words).not.toContain('Alerts 0');
    expect(words).not.toContain('Opsview host');
  });

  test('suggestions, Problems and what people change', async () => {
    const app = consoleApp();
    const suggestions = await request(app).get('/suggestions').expect(200);
    expect(textOf(suggestions.text)).toContain('may be a report of WD-151 Checkout hangs after payment');
    const problems = textOf((await request(app).get('/problems').expect(200)).text);
    expect(problems).toContain('2 Problems are open, 1 overdue');
    expect(problems).toMatch(
      /overdue Thu 19 Nov, 07:21 UTC WD-153 .* opened for WD-151 Checkout hangs after payment Kestrel Outdoor Jo Marsh/,
    );
    const asked: number[] = [];
    const data = sampleData({
      peopleChanges(days) {
        asked.push(days);
        return sampleData().peopleChanges(days);
      },
    });
    const people = textOf((await request(consoleApp({ data })).get('/people').expect(200)).text);
    expect(people).toContain('words_of_failure Type 14 times Question 40 min ago');
    await request(consoleApp({ data })).get('/people?days=90').expect(200);
    await request(consoleApp({ data })).get('/people?days=7').expect(200);
    expect(asked).toEqual([30, 90, 30]);
  });

  test('navigation tells what waits for people', async () => {
    const words = textOf((await request(consoleApp()).get('/').expect(200)).text);
    expect(words).toContain('Suggestions 1 waiting');
    expect(words).toContain('Problems 1 overdue');
  });

  test('the overview counts and names what is no incident', async () => {
    const open = [...LINES, ...REPORTED];
    const openByType = { Incident: 5, Question: 1, 'Feature Request': 0, Problem: 0 };
    const overview = {
      ...OVERVIEW,
      open,
      openByType,
      openByPriority: { ...OVERVIEW.openByPriority, low: 3 },
    };
    const data = sampleData({ overview: async () => overview });
    const words = textOf((await request(consoleApp({ data })).get('/').expect(200)).text);
    expect(words).toContain('6 issues are open.');
    expect(words).toContain('1 question, 5 incidents.');
    expect(words).toContain('Question No customer, no business service · reported by lee@example.com');
    expect(words).toContain('no alerts 2 reports');
  });

  test('parked and failed: reason, raw body, error, remedy and a button', async () => {
    const parked = (await request(consoleApp()).get('/parked').expect(200)).text;
    expect(parked).toContain('NAGIOS_SERVICESTATE is &quot;BROKEN&quot;');
    expect(parked).toContain('action="/parked/9071/replay"');
    const failed = textOf((await request(consoleApp()).get('/failed').expect(200)).text);
    expect(failed).toContain('rejected: group_id is not in the list');
    expect(failed).toContain('unauthorised: Freshdesk answered 401');
    expect(failed).toContain('Check FRESHDESK_API_KEY and its rights in Freshdesk, restart, then try again.');
  });

  test('with nothing open the overview says so and what to expect', async () => {
    const quiet = {
      ...OVERVIEW,
      open: [],
      matching: 0,
      openByPriority: { urgent: 0, high: 0, medium: 0, low: 0 },
      openByType: { Incident: 0, Question: 0, 'Feature Request': 0, Problem: 0 },
      recentlyClosed: [],
    };
    const words = textOf(
      (await request(consoleApp({ data: sampleData({ overview: async () => quiet }) })).get('/')).text,
    );
    expect(words).toContain('All quiet.');
    expect(words).toContain('notify_watchdesk --test');
  });

  test('when the data cannot be read the page says so and what to do, and the fault is logged, not shown', async () => {
    const logged: string[] = [];
    const log = { error: (message: string) => void logged.push(message) };
    const overview = () => Promise.reject(new Error('password=hunter2 refused'));
    const { text } = await request(consoleApp({ data: sampleData({ overview }), log }))
      .get('/')
      .expect(503);
    expect(text).toContain('This page could not be made');
    expect(text).not.toContain('hunter2');
    expect(logged).toEqual(['A page could not be made']);
  });

  test('an unknown incident is a plain 404', async () => {
    for (const path of ['/incidents/7', '/incidents/abc', '/incidents/1e3', '/incidents/99999999999999']) {
      expect((await request(consoleApp()).get(path).expect(404)).text).toContain('No such issue');
    }
  });

  test('the sandbox is named on every page with its stand-ins; connected systems are not called so', async () => {
    for (const path of [...PATHS, '/incidents/7']) {
      const { text } = await request(consoleApp({ notice: 'Not safe against a power cut.' })).get(path);
      expect(text).toContain('<strong>Sandbox.</strong>');
      expect(text).toContain('href="/sandbox/opsview/"');
      expect(text).toContain('href="/sandbox/freshdesk/"');
      expect(text).toContain('Not safe against a power cut.');
    }
    const form = await request(consoleApp({ mode: 'connected', password: 'x' })).get('/sign-in');
    expect(form.text).not.toContain('Sandbox');
  });
});

describe('P10 pages are safe', () => {
  test('texts from monitoring and from people never become markup', async () => {
    const data = sampleData();
    const bad = sampleData({
      overview: async () => hostile({ ...OVERVIEW, customers: [{ id: HOSTILE, name: HOSTILE }] }, OWN_WORDS),
      incident: async (number): Promise<IncidentPage> =>
        hostile(number === 142 ? PAGE : REPORTED_PAGE, OWN_WORDS),
      suggestions: async () => hostile(await data.suggestions(), OWN_WORDS),
      problems: async () => hostile(await data.problems(), OWN_WORDS),
      peopleChanges: async (days) => hostile(await data.peopleChanges(days), OWN_WORDS),
      parked: async () => hostile(await data.parked(), OWN_WORDS),
      stuck: async () => hostile(await data.stuck(), OWN_WORDS),
      failed: async () => hostile(await data.failed(), OWN_WORDS),
      health: async () => hostile(HEALTH, OWN_WORDS),
    });
    const app = consoleApp({ data: bad, notice: HOSTILE });
    const query = `?q=${encodeURIComponent(HOSTILE)}&customer=${encodeURIComponent(HOSTILE)}`;
    for (const path of [...PATHS, `/${query}`]) {
      const { text } = await request(app).get(path).expect(200);
      expect(text, path).toContain('&lt;script&gt;');
      expect(text, path).not.toMatch(/<script>|<img/);
    }
  });

  test('nothing inline and nothing from elsewhere is allowed, and none is used', async () => {
    const answer = await request(consoleApp()).get('/');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).not.toMatch(/ style=| on[a-z]+=|<script(?! defer src="\/assets\/)/);
    const refreshed = await request(consoleApp()).get('/').set('HX-Request', 'true');
    expect(refreshed.text).toContain('hx-swap-oob="true"');
    expect(refreshed.text).not.toContain('<html');
  });

  test('assets are ours, typed and kept for ever under their content', async () => {
    const { text } = await request(consoleApp()).get('/');
    const addresses = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => match[1] as string);
    expect(addresses).toHaveLength(4);
    for (const address of addresses) {
      const answer = await request(consoleApp()).get(address).expect(200);
      expect(answer.headers['cache-control']).toContain('immutable');
      expect(answer.headers['content-type']).toMatch(/css|javascript|svg/);
    }
    const guessed = await request(consoleApp()).get('/assets/watchdesk.css?v=guess');
    expect(guessed.headers['cache-control']).toBe('public, no-cache');
    await request(consoleApp()).get('/assets/..%2fconsole.ts').expect(404);
  });
});

test('a refresh answers 204 while nothing changed', async () => {
  const app = consoleApp();
  const { text } = await request(app).get('/');
  const have = /X-Watchdesk-Have":"([^"]+)"/.exec(text)?.[1] as string;
  const again = () => request(app).get('/').set('HX-Request', 'true');
  await again().set('X-Watchdesk-Have', have).expect(204);
  await again().set('X-Watchdesk-Have', 'other').expect(200);
});

test.each([
  [
    { status: 'new', priority: 'high', customer: 'kestrel', q: ' disk ' },
    { status: 'new', priority: 'high', customerId: 'kestrel', text: 'disk' },
    '/?status=new&priority=high&customer=kestrel&q=disk',
  ],
  [{ status: 'closed', priority: 'p1', q: '' }, {}, '/'],
  [{ q: ['a', 'b'], customer: { $ne: '' } }, {}, '/'],
  [{ q: 'x'.repeat(101) }, {}, '/'],
  [{ q: 'disk\0', customer: '\0' }, {}, '/'],
])('the query %j narrows to %j', (query, filter, address) => {
  expect(readFilter(query)).toEqual(filter);
  expect(filterAddress(readFilter(query))).toBe(address);
});

test.each([
  [4_000, 'just now', '4 s'],
  [47_000, '40 s ago', '47 s'],
  [12 * 60_000, '12 min ago', '12 min'],
  [185 * 60_000, '3 h 05 min ago', '3 h 05 min'],
  [120 * 60_000, '2 h ago', '2 h'],
  [52 * 3_600_000, '2 d 4 h ago', '2 d 4 h'],
  [-5_000, 'just now', '0 s'],
])('%i ms is %s', (ms, ago, long) => {
  expect(age(new Date(NOW.getTime() - ms), NOW)).toBe(ago);
  expect(duration(ms)).toBe(long);
});

test('what happens next, also when a timer is late, a ticket is stuck or nothing is due', () => {
  const [first, second, third] = LINES as [
    (typeof LINES)[0] & object,
    (typeof LINES)[0] & object,
    (typeof LINES)[0] & object,
  ];
  expect(timerSentence({ name: 'soak', dueAt: minutesAgo(2), why: 'w' }, NOW)).toBe(
    'Asks Opsview again now, due since 09:19 UTC: w',
  );
  expect(timerSentence({ name: 'soak', dueAt: minutesAgo(-1440), why: 'w' }, NOW)).toContain(
    'at Sun 22 Nov, 09:21 UTC',
  );
  expect(nextStep({ ...first, ticket: { stuck: 'Freshdesk refused the group' } }, NOW)).toBe(
    'A person must look at the ticket: Freshdesk refused the group',
  );
  expect(nextStep(second, NOW)).toBe('Waits for recovery');
  const { nextTimer: _, ...noTimer } = third;
  expect(nextStep(noTimer, NOW)).toBe('Waits for Opsview to be read back as proof');
});

test.each<[string, Partial<IncidentLine>, string]>([
  ['someone has to take it', { status: 'new' }, 'Waits for an agent to take it'],
  [
    'it reports another one',
    { status: 'new', parentNumber: 42 },
    'Waits for WD-42, with which it is resolved',
  ],
  ['someone works on it', { status: 'acknowledged' }, 'Waits for an agent to resolve it'],
  ['it was asked', { isAsked: true }, 'Waits for the reporter’s answer'],
  ['nobody can be asked', {}, 'Waits for an agent to record who confirmed that it works again'],
  ['alerts belong to it', { alertCount: 2 }, 'Waits for Opsview to be read back as proof'],
  ['it is a question', { type: 'Question' }, 'Waits for an agent to close the ticket'],
  ['closed too often', { isGateStopped: true }, 'Closed without proof too often: a person must look'],
  [
    'a reply is unclear',
    { isReplyUnclear: true },
    'Waits for a person to read the last reply: Watchdesk cannot understand it',
  ],
])('what happens next to an issue that somebody reported: %s', (_name, changes, sentence) => {
  const { nextTimer: _, ...line } = { ...REPORTED[0], isAsked: false } as IncidentLine;
  expect(nextStep({ ...line, ...changes }, NOW)).toBe(sentence);
});

test('an issue whose reporter was asked says when that is looked at again', () =>
  expect(nextStep(REPORTED[0] as IncidentLine, NOW)).toBe(
    'Waits for the reporter’s answer; at Sun 22 Nov, 08:21 UTC comes a reminder, or the rule for silence',
  ));

test('a Problem waits for people, and is looked at when it is due', () => {
  const { nextTimer: _, ...line } = REPORTED[0] as IncidentLine;
  const nextTimer = { name: 'overdue', dueAt: minutesAgo(-30), why: 'w' } as const;
  const problem = { ...line, type: 'Problem', origin: 'watchdesk', status: 'new', nextTimer } as const;
  expect(nextStep(problem, NOW)).toBe('Waits for an agent to take it; looked at again at 09:51 UTC');
});

test('P3 what proved an incident, or what is missing', () => {
  const proof = {
    kind: 'monitoring',
    readAt: minutesAgo(1),
    soakMs: 600_000,
    objects: [{ host: 'a', check: '', state: 'UP', healthySince: minutesAgo(12) }],
  } as const;
  const closed = { ...PAGE, line: { ...PAGE.line, status: 'closed', badAlertCount: 0 } } as const;
  const proven = { ...PAGE.closing, missing: [], proofs: [proof] };
  expect(closingState({ ...closed, closing: proven }, NOW)).toEqual({
    proven: true,
    heading: 'Proven healthy',
    sentences: [
      '1 object was read back from Opsview as healthy at 09:20 UTC, having held for at least 10 min.',
    ],
  });
  const healthy = { ...PAGE, line: { ...PAGE.line, badAlertCount: 0 } };
  expect(closingState(healthy, NOW).sentences).toEqual([
    'Missing: healthy must be read back from Opsview and have held for 10 min.',
  ]);
  const both = { ...PAGE.closing, missing: ['monitoring', 'reporter'] } as const;
  expect(closingState({ ...healthy, closing: both }, NOW).sentences[0]).toContain('10 min; and the reporter');
  expect(closingState({ ...healthy, closing: { ...both, isEither: true } }, NOW).sentences[0]).toContain(
    '10 min, or the reporter',
  );
  expect(closingState(closed, NOW)).toMatchObject({ proven: false, heading: 'Closed' });
});

test.each([
  [
    { kind: 'reporter_link', at: minutesAgo(5), who: 'Ann', words: ' all good ' },
    'Ann confirmed by the link at 09:16 UTC that it works again: “all good”.',
  ],
  [
    { kind: 'reporter_reply', at: minutesAgo(5), who: 'Ann', words: '' },
    'Ann replied at 09:16 UTC that it works again.',
  ],
  [
    { kind: 'agent_record', at: minutesAgo(5), who: 'Ann', how: 'Phone', when: minutesAgo(9), by: 'Priya' },
    'Ann confirmed it at 09:12 UTC (Phone), as Priya recorded.',
  ],
  [
    { kind: 'silence', at: minutesAgo(5), askedAt: minutesAgo(9), reminders: 2 },
    'The reporter was asked at 09:12 UTC, reminded 2 times, and did not answer.',
  ],
  [{ kind: 'withdrawn', at: minutesAgo(5), why: 'it is spam.' }, 'Nothing was left to prove: it is spam.'],
] as const)('P3 a proof of people in one sentence: %j', (proof, sentence) => {
  const line = { ...REPORTED_PAGE.line, status: 'closed' } as const;
  const page = { ...REPORTED_PAGE, line, closing: { ...REPORTED_PAGE.closing, proofs: [proof] } };
  expect(closingState(page, NOW).sentences).toEqual([sentence]);
});

test('P5 a field that people own is shown as theirs, never as to be set', () => {
  const rows = compareTicket(PAGE.ticket as NonNullable<IncidentPage['ticket']>);
  expect(rows.filter((row) => row.differs).map((row) => row.name)).toEqual(['Priority']);
  expect(rows.filter((row) => row.ownedSince).map((row) => row.name)).toEqual(['Group']);
});

test.each([
  ['public_reply', 'unauthorised: 401', /FRESHDESK_API_KEY/],
  ['search_solutions', 'no answer', /Check that Freshdesk answers/],
  ['show_link', 'rejected: too many children', /It holds in Watchdesk all the same/],
  ['draft_article', 'not_found: folder 7', /tickets\.solutions\.folder_id/],
  ['acknowledge_alert', 'unauthorised: 401', /OPSVIEW_USERNAME/],
])('%s given up with %s has a remedy of its own, and a name', (kind, lastError, words) => {
  expect(remedy({ kind, lastError })).toMatch(words);
  expect(messageName(kind)).not.toMatch(/_/);
});

test.each([
  ['rejected: priority is invalid', /refused the content/],
  ['not_found: ticket 7', /does not have it any more/],
  ['outcome_unknown: no answer within 10 s', /looked up first/],
])('%s has a remedy', (lastError, words) => {
  expect(remedy({ kind: 'private_note', lastError })).toMatch(words);
});

test('health says in words what its colours say', () => {
  const items = healthItems(
    {
      ...HEALTH,
      inbox: { waiting: 12, oldestAt: minutesAgo(3), parked: 0 },
      outbox: { waiting: 0, dead: 0, stuckTickets: 1 },
      freshdesk: { state: 'unreachable', since: minutesAgo(20), why: 'connection refused' },
      opsview: { state: 'unknown' },
      lastReadBackAt: minutesAgo(40),
      apiBudget: { used: 160, limit: 160, blockedUntil: minutesAgo(-1) },
    },
    NOW,
  );
  expect(items.map(({ name, text, tone }) => `${tone}: ${name} ${text}`)).toEqual([
    'bad: Freshdesk not reachable since 09:01 UTC',
    'quiet: Opsview not asked yet',
    'bad: Inbox 12 waiting, oldest 3 min ago',
    'bad: Outbox empty, 1 failed',
    'warn: Read-back 40 min ago',
    'warn: API budget 160 of 160 a min, paused until 09:22 UTC',
    'quiet: Policy 3f9a2c71',
  ]);
});
