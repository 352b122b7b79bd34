import { DateTime } from 'luxon';
import type { PolicyNote } from '../policy/policy-notes.ts';
import type { Policy } from '../policy/schema.ts';
import { noteAt } from './note-at.ts';

/** Calendars that escalation goes by and that have no holidays this year or the next. */
export const holidayNotes = (policy: Policy, now: Date): readonly PolicyNote[] =>
  [...calendarsUsed(policy)].flatMap((key) => {
    const calendar = policy.calendars[key];
    if (calendar === undefined) return [];
    const { year } = DateTime.fromJSDate(now, { zone: calendar.time_zone });
    const without = [year, year + 1].filter(
      (one) => !calendar.holidays.some((day) => day.startsWith(`${one}-`)),
    );
    if (without.length === 0) return [];
    return [
      noteAt(
        ['calendars', key],
        `has no holidays in ${without.join(' and ')}, so these days count as working time; give holidays or holidays_file`,
      ),
    ];
  });

function calendarsUsed(policy: Policy): ReadonlySet<string> {
  const ladders = Object.values(policy.ladders);
  const rungs = ladders.flatMap((ladder) => ladder.rungs);
  const own = [
    ...ladders.map(({ calendar }) => calendar),
    ...rungs.flatMap(({ calendar, hold_until }) => [calendar, hold_until]),
    ...policy.notify.rules.map(({ when }) => when.calendar),
  ];
  const ofCustomers = own.includes('customer')
    ? Object.values(policy.customers).map(({ calendar }) => calendar)
    : [];
  return new Set([...own, ...ofCustomers].filter((key) => key !== undefined));
}
