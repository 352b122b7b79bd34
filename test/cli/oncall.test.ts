import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { OnCallOptions } from '../../src/cli/oncall/oncall-question.ts';
import { feedsText, tellOnCall } from '../../src/cli/oncall.ts';
import { aPolicy, policyText } from '../support/policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'watchdesk-oncall-'));
afterAll(() => rmSync(folder, { recursive: true }));

const day = [['08:00', '17:00']];
const RULES = {
  people: {
    jo: {
      name: 'Jo Moss',
      email: 'jo@northwind-it.org',
      stand_in: 'dana',
      time_zone: 'Europe/Zurich',
      absent: [{ from: '2026-12-24T00:00', to: '2027-01-04T08:00', why: 'Holidays' }],
    },
    sam: { name: 'Sam Roe', email: 'sam@northwind-it.org' },
    dana: { name: 'Dana Whitfield-Oberhauser', email: 'dana@northwind-it.org' },
  },
  calendars: {
    office: {
      name: 'Office',
      time_zone: 'Europe/Zurich',
      hours: { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day },
      holidays: ['2026-12-25', '2027-01-01'],
    },
  },
  rotations: {
    platform: {
      name: 'Platform on call',
      time_zone: 'Europe/Zurich',
      layers: [{ people: ['jo', 'sam'], starts: '2026-01-05T09:00' }],
      overrides: [
        {
          from: '2026-11-24T09:00',
          to: '2026-11-25T09:00',
          person: 'dana',
          why: 'Move of the data centre in the basement of the old building',
        },
      ],
    },
    desk: {
      name: 'Service desk',
      time_zone: 'Europe/Zurich',
      layers: [{ name: 'Days', people: ['sam'], starts: '2026-01-05T09:00', calendar: 'office' }],
    },
  },
};
const policy = join(folder, 'policy.yaml');
writeFileSync(policy, policyText(RULES));
const NOW = new Date('2026-11-21T19:30:00Z');

const ask = (options: OnCallOptions & { json?: boolean; policy?: string } = {}) =>
  tellOnCall({ policy, json: false, ...options }, NOW);

test('who is on call now, tonight, on the next working day and the next holiday', async () => {
  expect((await ask()).text).toBe(`Platform on call (platform), Europe/Zurich
  now               Sat 21 Nov 20:30  Sam Roe, until Mon 23 Nov 09:00
                                      turn in layer 1; then Jo Moss
  tonight           Sat 21 Nov 22:00  Sam Roe, until Mon 23 Nov 09:00
                                      turn in layer 1; then Jo Moss
  next working day  Mon 23 Nov 08:00  Sam Roe, until Mon 23 Nov 09:00
                                      turn in layer 1; then Jo Moss
  next holiday      Fri 25 Dec 12:00  Dana Whitfield-Oberhauser, until
                                      Mon 28 Dec 09:00
                                      stands in for Jo Moss (Holidays), turn in
                                      layer 1; then Sam Roe

Service desk (desk), Europe/Zurich
  now               Sat 21 Nov 20:30  NOBODY until Mon 23 Nov 08:00
                                      then Sam Roe
  tonight           Sat 21 Nov 22:00  NOBODY until Mon 23 Nov 08:00
                                      then Sam Roe
  next working day  Mon 23 Nov 08:00  Sam Roe, until Mon 23 Nov 17:00
                                      turn in Days
  next holiday      Fri 25 Dec 12:00  NOBODY until Mon 28 Dec 08:00
                                      then Sam Roe
`);
});

test('a table of shifts with the gaps, no wider than a terminal', async () => {
  expect(
    (await ask({ rotation: 'desk', from: '2026-12-23', to: '2026-12-29T00:00' })).text,
  ).toBe(`Service desk (desk), Europe/Zurich
  Wed 23 Dec 00:00  Wed 23 Dec 08:00  NOBODY   gap of 8 h
  Wed 23 Dec 08:00  Wed 23 Dec 17:00  Sam Roe  turn in Days
  Wed 23 Dec 17:00  Thu 24 Dec 08:00  NOBODY   gap of 15 h
  Thu 24 Dec 08:00  Thu 24 Dec 17:00  Sam Roe  turn in Days
  Thu 24 Dec 17:00  Mon 28 Dec 08:00  NOBODY   gap of 87 h
  Mon 28 Dec 08:00  Mon 28 Dec 17:00  Sam Roe  turn in Days
  Mon 28 Dec 17:00  Tue 29 Dec 00:00  NOBODY   gap of 7 h
  4 gaps, 117 h in all, in which nobody is on call.
`);
  const { text } = await ask({ rotation: 'platform', days: '60' });
  expect(text).toContain('Dana Whitfield-Oberh  override: Move of');
  expect(text).toContain('No gaps.');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('at another time, by the clocks of the rotation or with an offset', async () => {
  const first = async (at: string) => (await ask({ rotation: 'platform', at })).text.split('\n')[1];
  expect(await first('2026-12-25T03:00')).toContain('now               Fri 25 Dec 03:00  Dana');
  expect(await first('2026-12-25T02:00Z')).toBe(await first('2026-12-25T03:00'));
  expect(await first('2026-12-24T21:00-05:00')).toBe(await first('2026-12-25T03:00'));
});

test('JSON has keys, names and instants in UTC', async () => {
  const outlook = JSON.parse((await ask({ rotation: 'desk', json: true })).text);
  expect(outlook.rotations[0]).toMatchObject({ rotation: 'desk', timeZone: 'Europe/Zurich' });
  expect(outlook.rotations[0].onCall.slice(0, 3)).toEqual([
    {
      what: 'now',
      at: '2026-11-21T19:30:00.000Z',
      until: '2026-11-23T07:00:00.000Z',
      next: 'sam',
      person: null,
    },
    {
      what: 'tonight',
      at: '2026-11-21T21:00:00.000Z',
      until: '2026-11-23T07:00:00.000Z',
      next: 'sam',
      person: null,
    },
    {
      what: 'working_day',
      at: '2026-11-23T07:00:00.000Z',
      until: '2026-11-23T16:00:00.000Z',
      person: 'sam',
      name: 'Sam Roe',
      layer: 'Days',
      why: 'turn in Days',
    },
  ]);
  const table = JSON.parse((await ask({ rotation: 'desk', days: '3', json: true })).text);
  expect(table.rotations[0].shifts).toEqual([
    {
      person: 'sam',
      name: 'Sam Roe',
      layer: 'Days',
      why: 'turn in Days',
      from: '2026-11-23T07:00:00.000Z',
      to: '2026-11-23T16:00:00.000Z',
    },
    {
      person: 'sam',
      name: 'Sam Roe',
      layer: 'Days',
      why: 'turn in Days',
      from: '2026-11-24T07:00:00.000Z',
      to: '2026-11-24T16:00:00.000Z',
    },
  ]);
  expect(table.rotations[0].gaps).toHaveLength(3);
});

test.each<[OnCallOptions & { policy?: string }, string]>([
  [{ rotation: 'plattform' }, 'There is no rotation plattform: give one of platform, desk.'],
  [{ at: 'noon' }, '--at noon is not a time: write 2026-12-25T03:00'],
  [{ at: '2026-02-30' }, '--at 2026-02-30 is not a time'],
  [{ at: '2026-12-25', days: '3' }, 'give one or the other'],
  [{ to: '2026-12-25', days: '3' }, 'give one of them'],
  [{ to: '2026-11-01' }, '--to must be later than --from'],
  [{ from: '2026-01-01', to: '2029-01-01' }, 'At most 400 days'],
  [{ days: 'ten' }, '--days ten is not a number of days'],
  [{ policy: 'policy/default.yaml', rotation: 'ghost' }, 'rotation'],
  [{ policy: 'nowhere.yaml' }, 'There is no policy at nowhere.yaml'],
])('%j: %s', async (options, message) =>
  expect(await ask(options)).toEqual({ isGood: false, text: expect.stringContaining(message) }),
);

test('the addresses of the calendars, each with a token of its own', () => {
  const lines = feedsText(aPolicy(RULES), 'https://watchdesk.example', 'a'.repeat(43)).split('\n');
  const addresses = lines.filter((line) => line.startsWith('  https://watchdesk.example/oncall/'));
  expect(addresses.map((line) => line.split('?')[1])).toEqual([
    'rotation=platform',
    'rotation=desk',
    'person=jo',
    'person=sam',
    'person=dana',
  ]);
  expect(new Set(addresses.map((line) => line.split('?')[0])).size).toBe(5);
});
