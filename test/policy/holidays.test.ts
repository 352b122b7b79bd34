import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checkPolicy } from '../../src/cli/check.ts';
import { type Calendar, isWorkingTime, workingTimeBetween } from '../../src/escalation/working-time.ts';
import { parseHolidays } from '../../src/policy/holidays.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import { openPolicy } from '../../src/policy-in-force.ts';
import { readPolicyFiles } from '../../src/store/policy-files.ts';

const POLICIES = 'test/policies/holidays';
const folder = mkdtempSync(join(tmpdir(), 'watchdesk-holidays-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An iCalendar file of one entry of whole days. */
const calendarOf = (...entries: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...entries.flatMap((lines) => ['BEGIN:VEVENT', 'SUMMARY:A day', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n');
const daysOf = (...entries: readonly (readonly string[])[]): readonly string[] => {
  const read = parseHolidays(calendarOf(...entries));
  if ('faults' in read) throw new Error(read.faults.map(({ message }) => message).join('\n'));
  return read.days;
};

describe('days of an entry', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['one day', ['DTSTART;VALUE=DATE:20261225'], ['2026-12-25']],
    [
      'until the day before DTEND',
      ['DTSTART;VALUE=DATE:20261230', 'DTEND;VALUE=DATE:20270102'],
      ['2026-12-30', '2026-12-31', '2027-01-01'],
    ],
    ['a duration in days', ['DTSTART;VALUE=DATE:20261225', 'DURATION:P2D'], ['2026-12-25', '2026-12-26']],
    ['a date that does not say so', ['DTSTART:20261225'], ['2026-12-25']],
    [
      'as Outlook writes it',
      [
        'DTSTART;TZID=W. Europe Standard Time:20261225T000000',
        'DTEND;TZID=W. Europe Standard Time:20261227T000000',
        'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE',
      ],
      ['2026-12-25', '2026-12-26'],
    ],
    [
      'more days',
      ['DTSTART;VALUE=DATE:20261225', 'RDATE;VALUE=DATE:20270328,20280416'],
      ['2026-12-25', '2027-03-28', '2028-04-16'],
    ],
  ])('%s', (_name, lines, days) => expect(daysOf(lines)).toEqual(days));

  test.each<[string, string, string, readonly string[]]>([
    ['every year', '20260801', 'FREQ=YEARLY;COUNT=3', ['2026-08-01', '2027-08-01', '2028-08-01']],
    ['every second year', '20260801', 'FREQ=YEARLY;INTERVAL=2;COUNT=2', ['2026-08-01', '2028-08-01']],
    ['until a day', '20260801', 'FREQ=YEARLY;UNTIL=20270801', ['2026-08-01', '2027-08-01']],
    ['a leap day only in leap years', '20240229', 'FREQ=YEARLY;COUNT=2', ['2024-02-29', '2028-02-29']],
    [
      'last Monday of May',
      '20260525',
      'FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3',
      ['2026-05-25', '2027-05-31', '2028-05-29'],
    ],
    [
      'fourth Thursday of November',
      '20261126',
      'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2',
      ['2026-11-26', '2027-11-25'],
    ],
    [
      'a Thursday from the 22nd to the 28th',
      '20261126',
      'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=22,23,24,25,26,27,28;BYDAY=TH;COUNT=2',
      ['2026-11-26', '2027-11-25'],
    ],
    [
      'last day of February',
      '20260228',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;COUNT=3',
      ['2026-02-28', '2027-02-28', '2028-02-29'],
    ],
    ['two months', '20260101', 'FREQ=YEARLY;BYMONTH=7,1;COUNT=3', ['2026-01-01', '2026-07-01', '2027-01-01']],
    ['first Monday of the year', '20260105', 'FREQ=YEARLY;BYDAY=1MO;COUNT=2', ['2026-01-05', '2027-01-04']],
    ['a day that no year has', '20260101', 'FREQ=YEARLY;BYMONTH=2;BYDAY=6MO', []],
  ])('%s', (_name, first, rule, days) =>
    expect(daysOf([`DTSTART;VALUE=DATE:${first}`, `RRULE:${rule}`])).toEqual(days),
  );

  test('a rule without an end is followed until the end of 2099', () => {
    const days = daysOf(['DTSTART;VALUE=DATE:19700101', 'RRULE:FREQ=YEARLY']);
    expect([days[0], days.at(-1), days.length]).toEqual(['1970-01-01', '2099-01-01', 130]);
  });

  test('exceptions leave a day out, or move it', () => {
    const rule = ['UID:a', 'DTSTART;VALUE=DATE:20260801', 'RRULE:FREQ=YEARLY;COUNT=4'];
    const moved = ['UID:a', 'RECURRENCE-ID;VALUE=DATE:20270801', 'DTSTART;VALUE=DATE:20270802'];
    const off = [
      'UID:a',
      'RECURRENCE-ID;VALUE=DATE:20280801',
      'DTSTART;VALUE=DATE:20280801',
      'STATUS:CANCELLED',
    ];
    expect(daysOf([...rule, 'EXDATE;VALUE=DATE:20260801'], moved, off)).toEqual(['2027-08-02', '2029-08-01']);
  });
});

test.each([
  ['', 'is no iCalendar file: it has no VCALENDAR'],
  [
    'BEGIN:VCALENDAR\nVERSION:2.0',
    'is no iCalendar file: invalid ical body. component began but did not end',
  ],
  ['password=hunter2', 'is no iCalendar file: invalid line'],
  [calendarOf(['DTSTART;VALUE=DATE:nonsense']), 'begins on a day that does not exist'],
  [calendarOf(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=SOMETIMES']), 'invalid frequency'],
  [
    calendarOf(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31']),
    'repeats in a way',
  ],
  [calendarOf(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=YEARLY;BYWEEKNO=53']), 'repeats in a way'],
  [calendarOf(['DTSTART;VALUE=DATE:20260101', 'DTEND;VALUE=DATE:20290101']), 'lasts longer than 366 days'],
])('%j: %s', (text, message) => {
  expect(parseHolidays(text)).toEqual({
    faults: [{ message: expect.stringContaining(message), remedy: expect.any(String) }],
  });
  expect(JSON.stringify(parseHolidays(text))).not.toContain('hunter2');
});

test('nothing that a file holds makes it throw', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'BEGIN:VEVENT',
      'END:VEVENT',
      'DTSTART;VALUE=DATE:20260101',
      'RRULE:FREQ=YEARLY',
      'RRULE:FREQ=YEARLY;BYDAY=9ZZ',
      'EXDATE:',
      'RDATE:x',
      'DTEND:',
      'DURATION:P',
      'UID:1',
    ),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const read = parseHolidays(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n'));
      if ('faults' in read) expect(read.faults.length).toBeGreaterThan(0);
      else for (const day of read.days) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    }),
    { numRuns: 300 },
  );
});

describe('a policy that names a file', () => {
  test('gets its days beside its own, in order and once', async () => {
    const loaded = loadPolicy(await readPolicyFiles(`${POLICIES}/good.yaml`));
    if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
    const { office, plant } = loaded.policy.calendars;
    expect(office?.holidays.filter((day) => day < '2027-06-01')).toEqual([
      '2024-01-01',
      '2025-01-01',
      '2025-12-25',
      '2025-12-26',
      '2026-01-01',
      '2026-04-20',
      '2026-08-01',
      '2026-12-25',
      '2026-12-26',
      '2027-01-01',
    ]);
    expect(plant?.holidays).toEqual(['2026-08-01']);
  });

  test('has its faults at the line that names the file', async () => {
    const path = `${POLICIES}/bad.yaml`;
    const lines = readFileSync(path, 'utf8').split('\n');
    const expected = lines.slice(
      0,
      lines.findIndex((one) => !one.startsWith('# ')),
    );
    expect(expected.length).toBe(8);
    const { text, isGood } = await checkPolicy(path);
    expect(isGood).toBe(false);
    expect(text.split('\n')).toEqual(expected.map((one) => one.replace('# ', `${path}:`)));
  });

  test('is another version when the file is another; the stored text has both', async () => {
    const own = join(folder, 'policy');
    mkdirSync(own);
    for (const name of ['good.yaml', 'canton.ics']) copyFileSync(`${POLICIES}/${name}`, join(own, name));
    const quiet = { error() {}, warn() {}, info() {}, debug() {} };
    const policies = await openPolicy(own, { now: () => new Date('2026-01-01T00:00:00Z') }, quiet);
    const before = policies.current();
    writeFileSync(join(own, 'canton.ics'), calendarOf(['DTSTART;VALUE=DATE:20260109']));
    expect(await policies.reload()).toEqual([]);
    expect(policies.current().hash).not.toBe(before.hash);
    expect(policies.current().calendars.office?.holidays).toEqual(['2026-01-09', '2026-08-01', '2026-12-25']);

    rmSync(join(own, 'canton.ics'));
    expect(await policies.reload()).toEqual([
      expect.stringContaining('canton.ics cannot be read: there is no such file'),
    ]);
    expect(policies.current().calendars.office?.holidays).toContain('2026-01-09');
  });
});

const DAY_MS = 24 * 3_600_000;
const aDay = fc.integer({ min: 0, max: 364 }).map((day) => Date.UTC(2026, 0, 1) + day * DAY_MS);
const compact = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

test('no working time on any day of the file, all of it on every other', () => {
  const always: Calendar['hours']['monday'] = [['00:00', '24:00']];
  const entries = fc.array(fc.tuple(aDay, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(entries, aDay, fc.boolean(), (given, asked, isYearly) => {
      const holidays = daysOf(
        ...given.map(([day, length]) => [
          `DTSTART;VALUE=DATE:${compact(day)}`,
          `DTEND;VALUE=DATE:${compact(day + length * DAY_MS)}`,
          ...(isYearly ? ['RRULE:FREQ=YEARLY'] : []),
        ]),
      );
      const calendar: Calendar = {
        name: 'Always',
        time_zone: 'UTC',
        hours: {
          monday: always,
          tuesday: always,
          wednesday: always,
          thursday: always,
          friday: always,
          saturday: always,
          sunday: always,
        },
        holidays: [...holidays],
      };
      // 2026 and 2027 have equally many days before and after each date.
      const at = isYearly ? asked + 365 * DAY_MS : asked;
      const shift = isYearly ? 365 * DAY_MS : 0;
      const isFree =
        given.some(([day, length]) => day + shift <= at && at < day + shift + length * DAY_MS) ||
        (isYearly && given.some(([day, length]) => day <= at && at < day + length * DAY_MS));
      expect(isWorkingTime(calendar, new Date(at + 12 * 3_600_000))).toBe(!isFree);
      expect(workingTimeBetween(calendar, new Date(at), new Date(at + DAY_MS))).toBe(isFree ? 0 : DAY_MS);
    }),
    { numRuns: 150 },
  );
});
