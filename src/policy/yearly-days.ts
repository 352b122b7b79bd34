/**
 * A yearly rule such as “the last Monday of May”, in the words of RFC 5545.
 *
 * Units:  `byDay` such as `MO`, `2SU`, `-1MO`; `until` is the last day that may count.
 * Absent: `count` and `until` both when the rule never ends.
 */
export type YearlyRule = Readonly<{
  interval: number;
  count?: number;
  until?: string;
  byMonth: readonly number[];
  byMonthDay: readonly number[];
  byDay: readonly string[];
}>;

const DAY_MS = 24 * 3_600_000;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const MONTHS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/**
 * The days of a yearly rule from its first day until the end of a year; a day that a year does not have, such as the
 * 29th of February, is left out in that year.
 */
export function yearlyDays(rule: YearlyRule, first: string, lastYear: number): readonly string[] {
  const days: string[] = [];
  for (let year = Number(first.slice(0, 4)); year <= lastYear; year += Math.max(1, rule.interval))
    for (const day of daysOfYear(rule, first, year)) {
      if (day < first) continue;
      if (rule.until !== undefined && day > rule.until) return days;
      if (rule.count !== undefined && days.length >= rule.count) return days;
      days.push(day);
    }
  return days;
}

/** In order. */
function daysOfYear(rule: YearlyRule, first: string, year: number): readonly string[] {
  const { byMonth, byMonthDay, byDay } = rule;
  if (byMonthDay.length === 0 && byDay.length === 0) {
    const months = byMonth.length > 0 ? byMonth.toSorted((a, b) => a - b) : [Number(first.slice(5, 7))];
    return months.flatMap((month) => dayOfMonth(year, month, Number(first.slice(8, 10))));
  }
  if (byMonth.length === 0 && byMonthDay.length === 0) return inOrder(weekdays(byDay, spanOfYear(year)));
  const months = byMonth.length > 0 ? byMonth : MONTHS;
  return inOrder(
    months.flatMap((month) => {
      if (byMonthDay.length === 0) return weekdays(byDay, spanOfMonth(year, month));
      const days = byMonthDay.flatMap((day) => dayOfMonth(year, month, day));
      return byDay.length === 0 ? days : days.filter((day) => byDay.includes(weekdayOf(msOf(day))));
    }),
  );
}

type Span = Readonly<{ from: number; days: number }>;

const spanOfYear = (year: number): Span => span(Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
const spanOfMonth = (year: number, month: number): Span =>
  span(Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1));
const span = (from: number, to: number): Span => ({ from, days: (to - from) / DAY_MS });

/** The day of a month, counted from its end when negative; none when the month has no such day. */
function dayOfMonth(year: number, month: number, day: number): string[] {
  const { from, days } = spanOfMonth(year, month);
  const index = day > 0 ? day - 1 : days + day;
  return index >= 0 && index < days ? [dateOf(from + index * DAY_MS)] : [];
}

/** `2SU` is the second Sunday of the span, `-1SU` the last, `SU` every one. */
function weekdays(byDay: readonly string[], { from, days }: Span): readonly string[] {
  return byDay.flatMap((wanted) => {
    const nth = Number(wanted.slice(0, -2));
    const all = Array.from({ length: days }, (_, index) => from + index * DAY_MS)
      .filter((ms) => weekdayOf(ms) === wanted.slice(-2))
      .map(dateOf);
    return nth === 0 ? all : all.slice(nth > 0 ? nth - 1 : nth).slice(0, all.length >= Math.abs(nth) ? 1 : 0);
  });
}

const inOrder = (days: readonly string[]): readonly string[] => [...new Set(days)].sort();
const weekdayOf = (ms: number): string => WEEKDAYS[new Date(ms).getUTCDay()] ?? '';
const msOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
