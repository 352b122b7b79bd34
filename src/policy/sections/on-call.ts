import { z } from 'zod';
import { doc, id, isTimeZone, laterEnd, wallClock } from '../value-kinds.ts';

/** Who is on call when. */

const HOUR_MS = 3_600_000;

/** `daily` and `weekly` as written, other lengths as milliseconds. */
const shift = z
  .string()
  .regex(
    /^(daily|weekly|[1-9]\d{0,3}h|[1-9]\d{0,2}d)$/,
    'must be daily, weekly, or whole hours or days such as 12h or 3d',
  )
  .transform((text): 'daily' | 'weekly' | number => {
    if (text === 'daily' || text === 'weekly') return text;
    return Number(text.slice(0, -1)) * (text.endsWith('h') ? HOUR_MS : 24 * HOUR_MS);
  });

const layer = z
  .strictObject({
    name: doc(z.string().min(1).optional(), 'How colleagues call this layer.', 'Nights'),
    people: doc(z.array(id).min(1), 'Keys from `people`, in the order in which they take their shifts.', [
      'jo',
      'sam',
    ]),
    shift: doc(
      shift.prefault('weekly'),
      'How long a shift is: daily, weekly, or whole hours or days such as 12h or 3d. All of them follow the clocks on the wall, so that hand-overs keep their time of day when clocks change.',
      'weekly',
    ),
    starts: doc(
      wallClock,
      'When the first person’s first shift begins, by the rotation’s time zone; its time of day is that of every hand-over.',
      '2026-01-05T09:00',
    ),
    ends: doc(wallClock.optional(), 'When the layer ends. Left out: never.', '2026-12-31T09:00'),
    calendar: doc(id.optional(), 'Key from `calendars`: the layer holds …', 'office'),
    hours: doc(
      z.enum(['within', 'outside']).default('within'),
      '… within or outside that working time.',
      'outside',
    ),
  })
  .refine(({ starts, ends }) => ends === undefined || starts < ends, {
    message: 'must be later than starts',
    path: ['ends'],
  });

export const rotation = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this rotation.', 'Platform on call'),
  time_zone: doc(
    z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Zurich').optional(),
    'IANA time zone of its shifts. Left out: `defaults.time_zone`.',
    'Europe/Zurich',
  ),
  layers: doc(
    z.array(layer).min(1),
    'Who takes turns. Where several hold at an instant, the last one in the list counts.',
    [{ people: ['jo', 'sam'], shift: 'weekly', starts: '2026-01-05T09:00' }],
  ),
  overrides: doc(
    z
      .array(
        laterEnd(
          z.strictObject({
            from: doc(wallClock, 'From then on …', '2026-12-24T09:00'),
            to: doc(wallClock, '… until then …', '2026-12-27T09:00'),
            person: doc(id, '… this person, a key from `people`, is on call.', 'dana'),
            why: doc(z.string().min(1).optional(), 'Shown where somebody wonders.', 'Swapped with Jo'),
          }),
        ),
      )
      .default([]),
    'Exceptions: who takes over when. The last one that holds counts.',
  ),
  swaps: doc(
    z
      .array(
        laterEnd(
          z.strictObject({
            from: doc(wallClock, 'From then on …', '2026-08-03T09:00'),
            to: doc(wallClock, '… until then …', '2026-08-10T09:00'),
            between: doc(z.tuple([id, id]), '… these two, keys from `people`, take each other’s shifts.', [
              'jo',
              'sam',
            ]),
          }),
        ),
      )
      .default([]),
    'Two people exchange their shifts for a while.',
  ),
  hand_over: doc(
    z.boolean().default(true),
    'Whether whoever begins a shift is told of it, with what is open.',
    true,
  ),
});
