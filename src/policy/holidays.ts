import ICAL from 'ical.js';
import { type YearlyRule, yearlyDays } from './yearly-days.ts';

/** The days of an .ics file, as `2026-12-25`, in order; or what is wrong with it. */
export type Holidays =
  | Readonly<{ days: readonly string[] }>
  | Readonly<{ faults: readonly Readonly<{ message: string; remedy: string }>[] }>;

type Component = InstanceType<typeof ICAL.Component>;
type Property = NonNullable<ReturnType<Component['getFirstProperty']>>;

/** Rules without an end are followed until this year is over, so that the same file always gives the same days. */
const LAST_YEAR = 2099;
const DAY_MS = 24 * 3_600_000;
/** A longer entry is a mistake in its end. */
const ENTRY_DAYS_MAX = 366;
/** Parts of a rule that holidays need. */
const RULE_PARTS: readonly string[] = ['BYMONTH', 'BYMONTHDAY', 'BYDAY'];
const EXPORT_AGAIN = 'export it again in the iCalendar format (.ics)';

/**
 * Reads the all-day entries of an iCalendar file (RFC 5545): single days, several days, and yearly repetitions with their
 * exceptions. Entries with a time of day and cancelled ones are left out. Pure, never throws; every faulty entry is told.
 */
export function parseHolidays(text: string): Holidays {
  const read = calendarsIn(text);
  if ('message' in read) return { faults: [{ ...read, remedy: EXPORT_AGAIN }] };
  const entries = read.flatMap((one) => one.getAllSubcomponents('vevent')).filter(isAllDay);
  if (entries.length === 0)
    return { faults: [{ message: 'has no all-day entry', remedy: 'holidays are entries of whole days' }] };

  const days = new Set<string>();
  const faults: { message: string; remedy: string }[] = [];
  const moved = movedOccurrences(entries);
  for (const entry of entries.filter((one) => textOf(one, 'status').toUpperCase() !== 'CANCELLED')) {
    const found = daysOf(entry, moved);
    if ('days' in found) for (const day of found.days) days.add(day);
    else faults.push({ ...found, message: `entry “${nameOf(entry)}” ${found.message}` });
  }
  return faults.length > 0 ? { faults } : { days: [...days].sort() };
}

function calendarsIn(text: string): readonly Component[] | { message: string } {
  let read: unknown;
  try {
    read = ICAL.parse(text);
  } catch (error) {
    return { message: `is no iCalendar file: ${withoutQuote(error)}` };
  }
  // One calendar comes by itself, several as a list of them.
  const several = Array.isArray(read) && Array.isArray(read[0]) ? read : [read];
  const calendars = several.flatMap((one: unknown) => (isJCal(one) ? [new ICAL.Component(one)] : []));
  return calendars.length > 0 ? calendars : { message: 'is no iCalendar file: it has no VCALENDAR' };
}

/** What the file holds is not repeated: it may be any file. */
const withoutQuote = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/ *(\(no token *)?".*$/s, '');

const isJCal = (one: unknown): one is unknown[] => Array.isArray(one) && one[0] === 'vcalendar';

/** Outlook writes days as midnight to midnight, with a mark of its own; others forget to say that a date is one. */
const isAllDay = (entry: Component): boolean =>
  entry.getFirstProperty('dtstart')?.type === 'date' ||
  textOf(entry, 'x-microsoft-cdo-alldayevent').toUpperCase() === 'TRUE' ||
  textOf(entry, 'dtstart').endsWith('T::');

type Problem = Readonly<{ message: string; remedy: string }>;

/** By entry, the occurrences that an entry of their own replaces. */
function movedOccurrences(entries: readonly Component[]): ReadonlyMap<string, ReadonlySet<string>> {
  const moved = new Map<string, Set<string>>();
  for (const entry of entries) {
    const instead = datesOf(entry, 'recurrence-id');
    if (instead.length === 0) continue;
    const uid = textOf(entry, 'uid');
    moved.set(uid, new Set([...(moved.get(uid) ?? []), ...instead]));
  }
  return moved;
}

function daysOf(
  entry: Component,
  moved: ReadonlyMap<string, ReadonlySet<string>>,
): { days: readonly string[] } | Problem {
  const [start] = datesOf(entry, 'dtstart');
  if (start === undefined)
    return { message: 'begins on a day that does not exist', remedy: 'correct its DTSTART' };
  const length = lengthOf(entry, start);
  if (length === undefined || length < 1 || length > ENTRY_DAYS_MAX)
    return {
      message: `does not end after it begins, or lasts longer than ${ENTRY_DAYS_MAX} days`,
      remedy: 'correct its DTEND, which is the day after the last one',
    };
  const starts = startsOf(entry, start);
  if ('message' in starts) return starts;
  const without = new Set([...datesOf(entry, 'exdate'), ...ownMoves(entry, moved)]);
  const days = starts.days
    .filter((day) => !without.has(day))
    .flatMap((day) => Array.from({ length }, (_, index) => dateOf(msOf(day) + index * DAY_MS)));
  return { days };
}

const ownMoves = (entry: Component, moved: ReadonlyMap<string, ReadonlySet<string>>): Iterable<string> =>
  entry.getFirstProperty('recurrence-id') ? [] : (moved.get(textOf(entry, 'uid')) ?? []);

/** Days on which an entry begins. */
function startsOf(entry: Component, start: string): { days: readonly string[] } | Problem {
  const more = datesOf(entry, 'rdate');
  const rules = entry.getAllProperties('rrule').map(ruleOf);
  if (rules.length === 0) return { days: [start, ...more] };
  const days: string[] = [];
  for (const rule of rules) {
    if (!rule)
      return {
        message: 'repeats in a way that holidays do not: only yearly, by month, day and weekday',
        remedy: 'give its days as entries of their own',
      };
    days.push(...yearlyDays(rule, start, LAST_YEAR));
  }
  return { days: [...days, ...more] };
}

function ruleOf(property: Property): YearlyRule | undefined {
  const rule = recurIn(property);
  if (!(rule instanceof ICAL.Recur) || rule.freq !== 'YEARLY') return undefined;
  if (Object.keys(rule.parts).some((part) => !RULE_PARTS.includes(part))) return undefined;
  const numbers = (part: string): readonly number[] => rule.getComponent(part).map(Number);
  return {
    interval: rule.interval,
    ...(rule.count !== null && { count: rule.count }),
    ...(rule.until !== null && { until: rule.until.toString().slice(0, 10) }),
    byMonth: numbers('BYMONTH'),
    byMonthDay: numbers('BYMONTHDAY'),
    byDay: rule.getComponent('BYDAY').map(String),
  };
}

function recurIn(property: Property): unknown {
  try {
    return property.getFirstValue();
  } catch {
    return undefined; // not a rule
  }
}

/** In days; an entry without an end lasts one. */
function lengthOf(entry: Component, start: string): number | undefined {
  if (entry.getFirstProperty('dtend')) {
    const [end] = datesOf(entry, 'dtend');
    return end === undefined ? undefined : (msOf(end) - msOf(start)) / DAY_MS;
  }
  if (!entry.getFirstProperty('duration')) return 1;
  const [, count, unit] = /^P(\d{1,3})([DW])$/.exec(textOf(entry, 'duration')) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'W' ? 7 : 1);
}

/** The days of all properties of a name; what is no day is left out. */
const datesOf = (entry: Component, name: string): readonly string[] =>
  entry
    .getAllProperties(name)
    .flatMap(rawValues)
    .map((value) => value.slice(0, 10))
    .filter(isDay);

const textOf = (entry: Component, name: string): string =>
  entry.getAllProperties(name).flatMap(rawValues)[0] ?? '';

/** As written: jCal is name, parameters, type, and then the values. */
const rawValues = (property: Property): readonly string[] => property.toJSON().slice(3).map(String);

const NAME_LENGTH_MAX = 60;
const nameOf = (entry: Component): string =>
  (textOf(entry, 'summary') || textOf(entry, 'uid') || 'without a name').slice(0, NAME_LENGTH_MAX);

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(msOf(text)) && dateOf(msOf(text)) === text;
const msOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
