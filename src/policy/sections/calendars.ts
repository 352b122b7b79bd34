import { z } from 'zod';
import { doc, isTimeZone } from '../value-kinds.ts';

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day such as 08:30, at most 24:00');

const span = z
  .tuple([timeOfDay, timeOfDay])
  .refine(([from, to]) => from < to, 'must begin before it ends; split a night at 24:00 and 00:00');

const day = (name: string) =>
  doc(z.array(span).default([]), `Working time on ${name}: from and to, in any number of spans.`, [
    ['08:00', '12:00'],
    ['13:00', '17:00'],
  ]);

/** Working time of a customer or team. */
export const calendar = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call these hours.', 'Office hours'),
  time_zone: doc(
    z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Zurich'),
    'IANA time zone in which the times below are meant.',
    'Europe/Zurich',
  ),
  hours: doc(
    z
      .strictObject({
        monday: day('Mondays'),
        tuesday: day('Tuesdays'),
        wednesday: day('Wednesdays'),
        thursday: day('Thursdays'),
        friday: day('Fridays'),
        saturday: day('Saturdays'),
        sunday: day('Sundays'),
      })
      .prefault({}),
    'Working time by day of the week; a day left out is free.',
  ),
  holidays: doc(
    z.array(z.iso.date('must be a date such as 2026-12-25')).default([]),
    'Days without working time.',
    ['2026-12-25', '2026-12-26'],
  ),
  holidays_file: doc(
    z.string().min(1).optional(),
    'File in the iCalendar format (.ics) whose all-day entries are days without working time as well; a path is meant from the policy file’s folder.',
    'holidays-zh.ics',
  ),
});
