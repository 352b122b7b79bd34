import request from 'supertest';
import { describe, expect, test } from 'vitest';
import {
  attemptText,
  countdown,
  directorState,
  escalationStep,
  localTime,
  STRIP_WIDTH,
  stripBars,
} from '../../src/console/escalation-texts.ts';
import type { EscalationFacts } from '../../src/console/escalation-view.ts';
import { readPageFilter } from '../../src/console/overview-filter.ts';
import { minutesAgo, NOW, PAGE, sampleData } from './sample-data.ts';
import { ESCALATION, NOTHING, PAGE_ID, ROTATIONS } from './sample-escalation.ts';
import { consoleApp } from './serve.ts';

const HERE = { 'sec-fetch-site': 'same-origin', host: '127.0.0.1' };
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const wordsAt = async (path: string, data = sampleData()) =>
  textOf((await request(consoleApp({ data })).get(path).expect(200)).text);
const withEscalation = (escalation: EscalationFacts, status: 'new' | 'resolved' | 'closed' = 'new') =>
  sampleData({ incident: async () => ({ ...PAGE, line: { ...PAGE.line, status }, escalation }) });

describe('P6 an issue says whom its ladders told, by what, and what is next', () => {
  test('rungs with ways and outcomes, the Director, who has what, what is over', async () => {
    const words = await wordsAt('/incidents/142');
    expect(words).toContain('Nobody has it yet. Next: Director 09:29 UTC , in 8 min.');
    expect(words).toContain(
      'On call level 1 08:40 UTC Jo Moss Telegram failed: the bot was blocked by the user',
    );
    expect(words).toContain('Text message delivered at 08:41 UTC');
    expect(words).toContain('Operations Slack on its way');
    expect(words).toContain(
      'Team lead level 2, told again 09:09 UTC Nobody to tell: the team Platform has no manager',
    );
    expect(words).toContain('Director announced 09:19 UTC Told at 09:29 UTC, in 8 min, unless stopped.');
    expect(words).toContain(
      'Dana Ott has it 09:11 UTC Dana Ott, by Telegram, at 09:11 UTC; counts until 10:11 UTC',
    );
    expect(words).toContain('1 ladder over First answer over');
    expect(words).toContain('The reporter was answered.');
  });

  test('the overview tells level and next step', async () => {
    expect(await wordsAt('/')).toContain('Level 2; next Director at 09:29 UTC in 8 min');
  });

  test('the Director can be stopped only while announced', async () => {
    const of = (director: object): EscalationFacts => ({
      ...ESCALATION,
      ladders: ESCALATION.ladders.map((one) =>
        one.director ? { ...one, director: { ...one.director, ...director } } : one,
      ),
    });
    expect(await wordsAt('/incidents/142')).toContain('Stop the Director');
    for (const director of [
      { toldAt: minutesAgo(1) },
      { stopped: { by: 'Jo', reason: 'Known', at: minutesAgo(1) } },
      { withheldWhy: 'nobody in Team lead' },
    ])
      expect(await wordsAt('/incidents/142', withEscalation(of(director)))).not.toContain(
        'Stop the Director',
      );
  });

  test('nothing to react to once it is closed; nothing to take once it is resolved', async () => {
    const open = await wordsAt('/incidents/142', withEscalation(NOTHING));
    expect(open).toContain('No ladder runs. The policy has none for this issue');
    expect(open).toContain('I have it');
    const resolved = await wordsAt('/incidents/142', withEscalation(NOTHING, 'resolved'));
    expect(resolved).not.toContain('I have it');
    expect(resolved).toContain('Escalate');
    expect(await wordsAt('/incidents/142', withEscalation(NOTHING, 'closed'))).not.toContain('Escalate ');
  });
});

test('who is on call: now, next, gaps, exceptions and the feed', async () => {
  const { text } = await request(consoleApp()).get('/on-call').expect(200);
  const words = textOf(text);
  expect(words).toContain('Now Jo Moss until Mon 23 Nov, 09:00');
  expect(words).toContain('Next Dana Ott from Mon 23 Nov, 09:00');
  expect(words).toContain('1 gap: nobody is on call from Thu 26 Nov, 09:00 to Fri 27 Nov, 09:00.');
  expect(words).toContain('stands in for Priya Nair (Holidays)');
  expect(words).toContain('Nobody yet UTC Now nobody');
  expect(text).toContain('<a href="/on-call/platform.ics?key=x">');
  expect(await wordsAt('/on-call', sampleData({ onCall: () => [] }))).toContain(
    'The policy has no rotation.',
  );
});

describe('messages to people', () => {
  test('to whom, by what, what became of it and why', async () => {
    const words = await wordsAt('/messages');
    expect(words).toMatch(
      /waiting until 09:59 UTC Jo Moss Text message WD-142 Urgent: db-prod-01 is DOWN Announces the Director/,
    );
    expect(words).toMatch(
      /failed Jo Moss Telegram .* Escalation, 2 tries rejected: the bot was blocked by the user/,
    );
    expect(words).toContain('delivered Jo Moss E-mail You are on call: Platform on call Hand-over');
    expect(words.match(/Send again/g)).toHaveLength(1);
  });

  test.each([
    [{}, {}],
    [
      { issue: 'WD-42', to: 'dana' },
      { incidentNumber: 42, recipient: 'dana' },
    ],
    [
      { issue: ' 42 ', to: 'room:ops' },
      { incidentNumber: 42, recipient: 'room:ops' },
    ],
    [{ issue: 'x', to: '' }, {}],
    [{ issue: ['1'], to: '\0' }, {}],
  ])('asked for with %j', (query, filter) => expect(readPageFilter(query)).toEqual(filter));

  test('a failed one is sent again, by our own page alone', async () => {
    const data = sampleData();
    const app = consoleApp({ data });
    const token = /name="token" value="([^"]+)"/.exec((await request(app).get('/messages')).text)?.[1];
    const send = (id: string, headers: Record<string, string>, fields: object) =>
      request(app).post(`/messages/${id}/resend`).set(headers).type('form').send(fields);
    await send(PAGE_ID, { host: '127.0.0.1', 'sec-fetch-site': 'cross-site' }, { token }).expect(403);
    await send(PAGE_ID, HERE, {}).expect(403);
    await request(app).get(`/messages/${PAGE_ID}/resend`).expect(404);
    expect(data.asked).toEqual([]);
    const { headers } = await send(PAGE_ID, HERE, { token }).expect(303);
    expect(headers.location).toBe('/messages?outcome=done');
    expect((await send('x', HERE, { token }).expect(303)).headers.location).toBe('/messages?outcome=gone');
    expect(data.asked).toEqual([`resend page ${PAGE_ID}`]);
  });
});

test('looking at these pages changes nothing, however often', async () => {
  const data = sampleData();
  const app = consoleApp({ data });
  for (const path of [
    '/incidents/142',
    '/on-call',
    '/messages',
    '/incidents/142/have',
    '/incidents/142/escalate',
  ])
    for (let i = 0; i < 10; i += 1) await request(app).get(`${path}?by=Jo&reason=x&ladder=unattended`);
  expect(data.asked).toEqual([]);
});

test.each([
  [{ level: 0 }, 'Nobody told yet'],
  [
    { level: 1, next: { name: 'Manager', level: 2, at: minutesAgo(-30) } },
    'Level 1; next Manager at 09:51 UTC',
  ],
  [{ level: 1, next: { name: 'Manager', level: 2, at: minutesAgo(1) } }, 'Level 1; next Manager now'],
  [{ level: 2, hasIt: { by: 'Dana Ott', via: 'sms', at: NOW } } as const, 'Level 2, Dana Ott has it'],
])('%j: %s', (escalation, text) => expect(escalationStep(escalation, NOW)).toBe(text));

test('short texts', () => {
  expect(countdown(minutesAgo(1), NOW)).toBe('now');
  expect(countdown(minutesAgo(-90), NOW)).toBe('in 1 h 30 min');
  const attempt = { channel: 'voice', intent: 'a', at: NOW } as const;
  expect(attemptText({ ...attempt, why: 'not known within 2 min' }, NOW)).toBe(
    'Call: not known within 2 min',
  );
  expect(attemptText({ ...attempt, outcome: 'failed' }, NOW)).toBe('Call failed');
  const director = { rung: 'Director', announcedAt: minutesAgo(5), firesAt: minutesAgo(1) };
  expect(directorState(director, NOW)).toEqual({
    text: 'Told at 09:20 UTC, now, unless stopped.',
    canStop: true,
  });
  expect(localTime(NOW, { timeZone: 'Asia/Tokyo' })).toBe('Sat 21 Nov, 18:21');
});

test('the strip covers all days without overlap, gaps in their own tone', () => {
  const [rotation] = ROTATIONS;
  if (!rotation) throw new Error('no rotation');
  const bars = stripBars(rotation);
  expect(bars.map(({ tone }) => tone)).toEqual(['tone-0', 'tone-1', 'gap', 'tone-2', 'tone-0']);
  for (const [index, bar] of bars.entries())
    expect(bar.x).toBe(index === 0 ? 0 : (bars[index - 1]?.x ?? 0) + (bars[index - 1]?.width ?? 0));
  expect((bars.at(-1)?.x ?? 0) + (bars.at(-1)?.width ?? 0)).toBe(STRIP_WIDTH);
});
