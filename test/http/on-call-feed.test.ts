import ICAL from 'ical.js';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shiftsBetween } from '../../src/escalation/on-call.ts';
import { onCallFeed, onCallFeedPath } from '../../src/http/on-call-feed.ts';
import { manualClock } from '../support/manual-clock.ts';
import { aPolicy } from '../support/policy.ts';
import { startApp } from './harness.ts';

const SECRET = 'the-secret-of-links-of-this-installation-1';
const RULES = {
  people: {
    jo: { name: 'Jo Moss', email: 'jo@northwind-it.org', phone: '+41791234567' },
    sam: { name: 'Sam, Roe', email: 'sam@northwind-it.org' },
  },
  rotations: {
    platform: {
      name: 'Platform',
      time_zone: 'Europe/Zurich',
      layers: [{ people: ['jo', 'sam'], starts: '2026-01-05T09:00' }],
    },
    desk: { name: 'Desk', layers: [{ people: ['sam'], starts: '2026-01-05T09:00' }] },
  },
};

const clock = manualClock('2026-11-20T12:00:00Z');
const world = { policy: aPolicy(RULES) };
let running: Awaited<ReturnType<typeof startApp>>;
beforeEach(async () => {
  clock.set('2026-11-20T12:00:00Z');
  world.policy = aPolicy(RULES);
  running = await startApp({
    routers: [onCallFeed({ policy: () => world.policy, clock, linkSecret: SECRET })],
  });
});
afterEach(() => running.stop());

const get = (path: string) => supertest(running.url).get(path);
const entriesOf = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));

describe('a calendar to subscribe to', () => {
  test('has the shifts of a rotation in UTC, as iCalendar programs read it', async () => {
    const { text, headers } = await get(onCallFeedPath(SECRET, { rotation: 'platform' })).expect(200);
    expect(headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, max-age=900',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    });
    const entries = entriesOf(text);
    const shifts = shiftsBetween(
      world.policy,
      'platform',
      new Date('2026-10-01T00:00Z'),
      new Date('2027-06-01T00:00Z'),
    );
    expect(entries.map(({ startDate, endDate }) => [startDate.toJSDate(), endDate.toJSDate()])).toEqual(
      shifts.map(({ from, to }) => [from, to]),
    );
    expect(entries[0]).toMatchObject({ summary: 'Jo Moss: Platform', description: 'turn in layer 1' });
    expect(entries[1]?.summary).toBe('Sam, Roe: Platform');
    expect(text).not.toContain('VTIMEZONE');
    expect(text).not.toMatch(/@northwind-it|\+41/);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  test('has one person’s shifts of all rotations', async () => {
    const { text } = await get(onCallFeedPath(SECRET, { person: 'sam' })).expect(200);
    const summaries = entriesOf(text).map(({ summary }) => summary);
    expect(new Set(summaries)).toEqual(new Set(['Sam, Roe: Platform', 'Sam, Roe: Desk']));
  });

  test('an entry keeps its UID over time and while others change', async () => {
    const path = onCallFeedPath(SECRET, { rotation: 'platform' });
    const uids = async () =>
      new Map(
        entriesOf((await get(path)).text).map(({ uid, startDate }) => [
          startDate.toJSDate().toISOString(),
          uid,
        ]),
      );
    const before = await uids();
    expect(new Set(before.values()).size).toBe(before.size);
    clock.set('2026-12-02T12:00:00Z');
    world.policy = aPolicy({
      ...RULES,
      rotations: {
        ...RULES.rotations,
        platform: {
          ...RULES.rotations.platform,
          overrides: [{ from: '2026-12-08T09:00', to: '2026-12-09T09:00', person: 'jo' }],
        },
      },
    });
    const after = await uids();
    for (const at of ['2026-11-09T08:00:00.000Z', '2026-12-14T08:00:00.000Z', '2027-01-04T08:00:00.000Z']) {
      expect(after.get(at)).toBeDefined();
      expect(after.get(at)).toBe(before.get(at));
    }
  });

  test('is not sent again while nothing changed', async () => {
    const path = onCallFeedPath(SECRET, { rotation: 'platform' });
    const { headers } = await get(path);
    await get(path).set('If-None-Match', String(headers.etag)).expect(304);
    world.policy = aPolicy({
      ...RULES,
      people: { ...RULES.people, jo: { ...RULES.people.jo, name: 'Jo M.' } },
    });
    await get(path).set('If-None-Match', String(headers.etag)).expect(200);
    await supertest(running.url).head(path).expect(200);
  });
});

describe('P10 strangers stay out and learn nothing', () => {
  const right = onCallFeedPath(SECRET, { rotation: 'platform' });
  test.each([
    ['a token of another feed', right.replace('platform', 'desk')],
    ['a token of another kind', right.replace('rotation=platform', 'person=jo')],
    [
      'another installation’s',
      onCallFeedPath('another-secret-another-secret-another-1', { rotation: 'platform' }),
    ],
    ['none', '/oncall/x.ics?rotation=platform'],
    ['both', `${right}&person=jo`],
    ['neither', right.replace(/\?.*/, '')],
    ['a list', `${right}&rotation=desk`],
    ['one that is gone', onCallFeedPath(SECRET, { rotation: 'gone' })],
    ['a name that objects have', onCallFeedPath(SECRET, { person: 'constructor' })],
  ])('%s: 404, as any other address', async (_name, path) => {
    const stranger = await get('/nothing/here').expect(404);
    const { body, headers } = await get(path).expect(404);
    expect(body.title).toBe(stranger.body.title);
    expect(headers['content-type']).toBe(stranger.headers['content-type']);
    expect(JSON.stringify(body)).not.toMatch(/Jo|Sam|rotation/);
  });
});
