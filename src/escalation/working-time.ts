import { IANAZone } from 'luxon';
import type { PolicyRules } from '../policy/schema.ts';
import { zoneOffsetMs } from './zone-offset.ts';

export type Calendar = PolicyRules['calendars'][string];

/** Instants in ms since 1970; `to` is not part of it any more. */
type Span = Readonly<{ from: number; to: number }>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A calendar without working time for this long has none. */
const GAP_MS_MAX = 2 * 366 * DAY_MS;
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/**
 * Whether the clocks of the calendar's time zone show working time. Of an hour that clocks skip nothing is working time;
 * one that they show twice counts twice.
 */
export function isWorkingTime(calendar: Calendar, instant: Date): boolean {
  const at = instant.getTime();
  return spansBetween(calendar, at, at + 1).length > 0;
}

/**
 * The earliest instant by which this much working time has passed since `from`; `from` itself for 0 ms.
 * Errors: RangeError for a negative or unreadable time, and when the calendar has no working time for two years.
 */
export function addWorkingTime(calendar: Calendar, from: Date, ms: number): Date {
  const start = from.getTime();
  if (!Number.isFinite(start) || !(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new RangeError(`Working time cannot be added: ${ms} ms from ${start} ms since 1970.`);
  let left = ms;
  let lastWorked = start;
  for (let at = start; left > 0; at += DAY_MS) {
    for (const span of spansBetween(calendar, at, at + DAY_MS)) {
      if (span.to - span.from >= left) return new Date(span.from + left);
      left -= span.to - span.from;
      lastWorked = span.to;
    }
    if (at - lastWorked > GAP_MS_MAX)
      throw new RangeError(
        `Calendar “${calendar.name}” has no working time in the two years after ` +
          `${new Date(lastWorked).toISOString()}: give it hours, or take holidays out.`,
      );
  }
  return new Date(start);
}

/**
 * The instant itself while the calendar has working time, else the next at which working time begins. A calendar without
 * any in the two years after would hold things back for ever: for it, too, the instant itself.
 * Errors: RangeError for an unreadable time.
 */
export function nextWorkingTime(calendar: Calendar, at: Date): Date {
  const start = at.getTime();
  if (!Number.isFinite(start)) throw new RangeError('The next working time cannot be told: not a time.');
  for (let day = start; day - start <= GAP_MS_MAX; day += DAY_MS) {
    const [first] = spansBetween(calendar, day, day + DAY_MS);
    if (first) return new Date(first.from);
  }
  return at;
}

/** Instants, ms since 1970, after `a` and before `b` at which working time begins or ends, in order. */
export function workingBorders(calendar: Calendar, a: Date, b: Date): readonly number[] {
  const [start, end] = [a.getTime(), b.getTime()];
  const spans: Span[] = [];
  for (let at = start; at < end; at += DAY_MS)
    spans.push(...spansBetween(calendar, at, Math.min(at + DAY_MS, end)));
  return merged(spans)
    .flatMap(({ from, to }) => [from, to])
    .filter((border) => border > start && border < end);
}

/** Working time from `a` until `b`, ms; 0 when `b` is not later. */
export function workingTimeBetween(calendar: Calendar, a: Date, b: Date): number {
  const end = b.getTime();
  let sum = 0;
  for (let at = a.getTime(); at < end; at += DAY_MS)
    for (const { from, to } of spansBetween(calendar, at, Math.min(at + DAY_MS, end))) sum += to - from;
  return sum;
}

/** Working time from `from` until `to`, in order; at most a day at once. */
function spansBetween(calendar: Calendar, from: number, to: number): Span[] {
  const zone = IANAZone.create(calendar.time_zone);
  return stretches(zone, from, to).flatMap(({ span, offset }) => {
    const wall = { from: span.from + offset, to: span.to + offset };
    const spans: Span[] = [];
    for (let day = Math.floor(wall.from / DAY_MS); day * DAY_MS < wall.to; day++)
      for (const hours of hoursOf(calendar, day)) {
        const clipped = { from: Math.max(hours.from, wall.from), to: Math.min(hours.to, wall.to) };
        if (clipped.from < clipped.to) spans.push({ from: clipped.from - offset, to: clipped.to - offset });
      }
    return spans;
  });
}

/** The parts in which clocks do not change; `offset` is what they show beyond UTC, ms. */
function stretches(
  zone: IANAZone,
  from: number,
  to: number,
): readonly Readonly<{ span: Span; offset: number }>[] {
  const [before, after] = [offsetAt(zone, from), offsetAt(zone, to - 1)];
  if (before === after) return [{ span: { from, to }, offset: before }];
  let [same, changed] = [from, to - 1];
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(zone, middle) === before) same = middle;
    else changed = middle;
  }
  return [
    { span: { from, to: changed }, offset: before },
    { span: { from: changed, to }, offset: after },
  ];
}

const offsetAt = (zone: IANAZone, at: number): number => zoneOffsetMs(zone.name, at);

type PreparedCalendar = Readonly<{ week: readonly (readonly Span[])[]; holidays: ReadonlySet<number> }>;
const PREPARED = new WeakMap<Calendar, PreparedCalendar>();

/** Working hours of a day by the wall clock; `day` counts from 1970-01-01, the spans are ms of wall clock since then. */
function hoursOf(calendar: Calendar, day: number): Span[] {
  const prepared = PREPARED.get(calendar) ?? prepare(calendar);
  PREPARED.set(calendar, prepared);
  if (prepared.holidays.has(day)) return [];
  // 1970-01-01 was a Thursday.
  const spans = prepared.week[(((day + 4) % 7) + 7) % 7] ?? [];
  return spans.map(({ from, to }) => ({ from: day * DAY_MS + from, to: day * DAY_MS + to }));
}

const prepare = ({ hours, holidays }: Calendar): PreparedCalendar => ({
  week: DAYS.map((name) => merged(hours[name].map(([from, to]) => ({ from: timeMs(from), to: timeMs(to) })))),
  holidays: new Set(holidays.map((date) => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS))),
});

const timeMs = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * HOUR_MS + minutes * 60_000;
};

/** In order and without overlaps, so that nothing counts twice. */
function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else result.push(span);
  }
  return result;
}
