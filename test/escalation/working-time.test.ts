import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addWorkingTime,
  type Calendar,
  isWorkingTime,
  nextWorkingTime,
  workingBorders,
  workingTimeBetween,
} from '../../src/escalation/working-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Hours = Calendar['hours'];
const NO_HOURS: Hours = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};
const calendar = (hours: Partial<Hours>, given: Partial<Calendar> = {}): Calendar => ({
  name: 'Office hours',
  time_zone: 'Europe/Zurich',
  holidays: [],
  ...given,
  hours: { ...NO_HOURS, ...hours },
});

const day: Hours['monday'] = [
  ['08:00', '12:00'],
  ['13:00', '17:00'],
];
const office = calendar(
  { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day },
  { holidays: ['2026-12-25'] },
);
const always: Hours['monday'] = [['00:00', '24:00']];
const round = calendar({
  monday: always,
  tuesday: always,
  wednesday: always,
  thursday: always,
  friday: always,
  saturday: always,
  sunday: always,
});

describe('isWorkingTime', () => {
  test.each([
    // instant by UTC, Zurich is one hour ahead in winter and two in summer
    ['2026-12-21T07:00:00Z', true],
    ['2026-12-21T06:59:59.999Z', false],
    ['2026-12-21T10:59:59.999Z', true],
    ['2026-12-21T11:00:00Z', false],
    ['2026-06-22T06:00:00Z', true],
    ['2026-06-22T15:00:00Z', false],
    ['2026-12-25T09:00:00Z', false], // holiday
    ['2026-12-26T09:00:00Z', false], // Saturday
  ])('%s: %s', (instant, expected) => expect(isWorkingTime(office, new Date(instant))).toBe(expected));
});

describe('addWorkingTime', () => {
  test.each([
    // from                    hours  until
    ['2026-12-21T07:00:00Z', 0, '2026-12-21T07:00:00.000Z'],
    ['2026-12-19T12:00:00Z', 0, '2026-12-19T12:00:00.000Z'],
    ['2026-12-21T07:00:00Z', 4, '2026-12-21T11:00:00.000Z'], // not 13:00, when work goes on
    ['2026-12-21T07:00:00Z', 5, '2026-12-21T13:00:00.000Z'],
    ['2026-12-24T15:00:00Z', 2, '2026-12-28T08:00:00.000Z'], // over a holiday and a weekend
    ['2026-12-19T12:00:00Z', 1, '2026-12-21T08:00:00.000Z'],
  ])('%s + %i h: %s', (from, hours, until) =>
    expect(addWorkingTime(office, new Date(from), hours * HOUR).toISOString()).toBe(until),
  );

  test('an hour that clocks skip is no working time, one that they show twice counts twice', () => {
    const sunday = calendar({ sunday: [['01:00', '04:00']] });
    const spent = (from: string) =>
      workingTimeBetween(sunday, new Date(from), new Date(Date.parse(from) + DAY));
    expect(spent('2026-03-28T22:30:00Z')).toBe(2 * HOUR);
    expect(spent('2026-10-24T21:30:00Z')).toBe(4 * HOUR);
    expect(spent('2026-10-31T21:30:00Z')).toBe(3 * HOUR);
    const night = calendar({ sunday: [['02:15', '02:45']] });
    expect(addWorkingTime(night, new Date('2026-10-24T22:00:00Z'), HOUR).toISOString()).toBe(
      '2026-10-25T01:45:00.000Z',
    );
  });

  test('clocks that change at midnight and by half an hour', () => {
    const havana = { ...round, time_zone: 'America/Havana' };
    const start = new Date('2026-10-31T04:00:00Z');
    expect(addWorkingTime(havana, start, 3 * DAY).getTime() - start.getTime()).toBe(3 * DAY);
    const lordHowe = calendar({ sunday: [['01:00', '03:00']] }, { time_zone: 'Australia/Lord_Howe' });
    const days = (from: string) => [new Date(from), new Date(Date.parse(from) + DAY)] as const;
    expect(workingTimeBetween(lordHowe, ...days('2026-04-04T12:00:00Z'))).toBe(2.5 * HOUR);
    expect(workingTimeBetween(lordHowe, ...days('2026-10-03T12:00:00Z'))).toBe(1.5 * HOUR);
  });

  test('spans that overlap count once', () => {
    const overlapping = calendar({
      monday: [
        ['10:00', '12:00'],
        ['08:00', '11:00'],
        ['12:00', '13:00'],
      ],
    });
    expect(
      workingTimeBetween(overlapping, new Date('2026-12-21T00:00:00Z'), new Date('2026-12-22T00:00:00Z')),
    ).toBe(5 * HOUR);
  });

  test('ends with what to do when there is no working time, and goes on over years of little', () => {
    expect(() => addWorkingTime(calendar({}), new Date('2026-01-01T00:00:00Z'), 1)).toThrow(
      'Calendar “Office hours” has no working time in the two years after 2026-01-01T00:00:00.000Z: give it hours',
    );
    const seldom = calendar({ monday: [['08:00', '08:15']] });
    const until = addWorkingTime(seldom, new Date('2026-01-01T00:00:00Z'), 40 * HOUR);
    expect(until.getUTCFullYear()).toBe(2029);
    expect(() => addWorkingTime(office, new Date('2026-01-01T00:00:00Z'), -1)).toThrow(RangeError);
    expect(() => addWorkingTime(office, new Date(Number.NaN), 1)).toThrow(RangeError);
  });
});

describe('nextWorkingTime', () => {
  test.each([
    ['2026-12-21T07:00:00Z', '2026-12-21T07:00:00.000Z'],
    ['2026-12-21T09:30:00.001Z', '2026-12-21T09:30:00.001Z'],
    ['2026-12-21T11:00:00Z', '2026-12-21T12:00:00.000Z'],
    ['2026-12-24T16:00:00Z', '2026-12-28T07:00:00.000Z'], // over a holiday and a weekend
  ])('%s: %s', (at, next) => expect(nextWorkingTime(office, new Date(at)).toISOString()).toBe(next));

  test('nothing is held back for ever: the instant itself where there is no working time', () => {
    const at = new Date('2026-01-01T00:00:00Z');
    expect(nextWorkingTime(calendar({}), at)).toEqual(at);
    expect(() => nextWorkingTime(office, new Date(Number.NaN))).toThrow(RangeError);
  });
});

test('workingBorders are the instants in between at which working time begins or ends', () => {
  const borders = (given: Calendar, from: string, to: string) =>
    workingBorders(given, new Date(from), new Date(to)).map((at) => new Date(at).toISOString().slice(0, 16));
  expect(borders(office, '2026-12-24T07:00:00Z', '2026-12-28T08:00:00Z')).toEqual([
    '2026-12-24T11:00',
    '2026-12-24T12:00',
    '2026-12-24T16:00',
    '2026-12-28T07:00',
  ]);
  expect(borders(round, '2026-12-24T07:00:00Z', '2026-12-28T08:00:00Z')).toEqual([]);
});

test('workingTimeBetween is 0 when the second instant is not later', () => {
  const at = new Date('2026-12-21T09:00:00Z');
  expect(workingTimeBetween(office, at, at)).toBe(0);
  expect(workingTimeBetween(office, new Date(at.getTime() + HOUR), at)).toBe(0);
});

/** What the clocks on the wall show, by Intl alone. */
function slowIsWorking(given: Calendar, at: number): boolean {
  const parts = Object.fromEntries(
    clockOf(given.time_zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  if (given.holidays.includes(`${parts.year}-${parts.month}-${parts.day}`)) return false;
  const time = `${parts.hour}:${parts.minute}`;
  const weekday = String(parts.weekday).toLowerCase();
  const spans = Object.entries(given.hours).find(([name]) => name === weekday)?.[1] ?? [];
  return spans.some(([from, to]) => from <= time && time < to);
}
const CLOCKS = new Map<string, Intl.DateTimeFormat>();
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const clock =
    CLOCKS.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'long',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  CLOCKS.set(timeZone, clock);
  return clock;
}

const aTime = fc
  .integer({ min: 0, max: 48 })
  .map((half) => `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`);
const aSpan = fc.tuple(aTime, aTime).filter(([from, to]) => from < to);
const spans = fc.array(aSpan, { maxLength: 3 });
const aCalendar = fc.record({
  name: fc.constant('Any'),
  time_zone: fc.constantFrom(
    'Europe/Zurich',
    'America/Havana',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo',
    'Pacific/Apia',
    'UTC',
  ),
  hours: fc.record({
    monday: spans,
    tuesday: spans,
    wednesday: spans,
    thursday: spans,
    friday: spans,
    saturday: spans,
    sunday: spans,
  }),
  holidays: fc.subarray(['2026-03-29', '2026-11-01', '2026-10-25', '2026-04-24']),
});
/** Often near a change of clocks, which is where mistakes are. */
const anInstant = fc
  .tuple(
    fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-04-24',
      '2026-10-25',
      '2026-10-30',
      '2026-11-01',
    ),
    fc.integer({ min: -36 * 60, max: 36 * 60 }),
  )
  .map(([date, minutes]) => Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE);

test('agrees with the clocks on the wall, minute by minute', () => {
  fc.assert(
    fc.property(aCalendar, anInstant, fc.integer({ min: 0, max: 40 * 60 }), (given, from, minutes) => {
      const working = Array.from({ length: minutes }, (_, minute) =>
        slowIsWorking(given, from + minute * MINUTE),
      );
      const slow = working.filter((isWorking) => isWorking).length * MINUTE;
      const [a, b] = [new Date(from), new Date(from + minutes * MINUTE)];
      expect(workingTimeBetween(given, a, b)).toBe(slow);
      expect(isWorkingTime(given, a)).toBe(slowIsWorking(given, from));
      const changes = working.flatMap((isWorking, minute) =>
        minute > 0 && isWorking !== working[minute - 1] ? [from + minute * MINUTE] : [],
      );
      expect(workingBorders(given, a, b)).toEqual(changes);
      const next = working[0] ? from : changes[0];
      if (next !== undefined) expect(nextWorkingTime(given, a).getTime()).toBe(next);
      if (slow === 0) return;
      const until = addWorkingTime(given, a, slow);
      expect(workingTimeBetween(given, a, until)).toBe(slow);
      expect(slowIsWorking(given, until.getTime() - MINUTE)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a year of working time', () => {
  const from = new Date('2026-01-01T00:00:00Z');
  const until = addWorkingTime(office, from, 250 * 8 * HOUR);
  expect(workingTimeBetween(office, from, until)).toBe(250 * 8 * HOUR);
  expect(until.getTime() - from.getTime()).toBeGreaterThan(340 * DAY);
});
