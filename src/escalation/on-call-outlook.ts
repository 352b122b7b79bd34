import { byPerson } from './hand-over.ts';
import { type OnCall, type OnCallPolicy, rotationZone, type Shift, shiftsBetween } from './on-call.ts';
import { wallAt, wallInstant } from './wall-clock.ts';
import { type Calendar, nextWorkingTime } from './working-time.ts';

/** The instants that people ask about. */
export const OUTLOOKS = ['now', 'tonight', 'working_day', 'holiday'] as const;

/**
 * Who is on call at one of those instants.
 *
 * Absent:  `onCall` when nobody is; `until` when it does not change within 62 days; `next` when nobody takes over then.
 */
export type Outlook = Readonly<{
  what: (typeof OUTLOOKS)[number];
  at: Date;
  onCall?: OnCall;
  until?: Date;
  next?: string;
}>;

const DAY_MS = 24 * 3_600_000;
const LOOK_AHEAD_MS = 62 * DAY_MS;
const NIGHT_BEGINS_MS = 22 * 3_600_000;
const NIGHT_ENDS_MS = 6 * 3_600_000;

/**
 * Who is on call now, tonight, when work begins on the next working day, and at noon of the next public holiday, by the
 * calendars of the rotation’s layers, else by those of the policy. What no calendar tells is left out.
 */
export function onCallOutlook(policy: OnCallPolicy, rotationId: string, at: Date): readonly Outlook[] {
  const rotation = policy.rotations[rotationId];
  if (!rotation) throw new RangeError(`The policy has no rotation ${rotationId}.`);
  const zone = rotationZone(policy, rotation);
  const named = rotation.layers.flatMap(({ calendar }) => (calendar === undefined ? [] : [calendar]));
  const own = named.flatMap((key) => policy.calendars[key] ?? []);
  const calendars = own.length > 0 ? own : Object.values(policy.calendars);
  const instants = {
    now: at,
    tonight: tonight(at, zone),
    working_day: nextWorkingDay(calendars, at, zone),
    holiday: nextHoliday(calendars, at, zone),
  };
  return OUTLOOKS.flatMap((what) => {
    const asked = instants[what];
    return asked === undefined ? [] : [{ what, at: asked, ...onCallFrom(policy, rotationId, asked) }];
  });
}

/** Who is on call at an instant, and until when, whatever the reasons on the way. */
export function onCallFrom(
  policy: OnCallPolicy,
  rotationId: string,
  at: Date,
): Pick<Outlook, 'onCall' | 'until' | 'next'> {
  const end = new Date(at.getTime() + LOOK_AHEAD_MS);
  const [first, second] = byPerson(shiftsBetween(policy, rotationId, at, end));
  if (!first) return {};
  if (first.from > at) return { until: first.from, next: first.person };
  const { person, layer, why } = first;
  const onCall = { person, layer, why };
  if (first.to >= end) return { onCall };
  return { onCall, until: first.to, ...(adjoins(first, second) && { next: second.person }) };
}

const adjoins = (first: Shift, second: Shift | undefined): second is Shift =>
  second?.from.getTime() === first.to.getTime();

/** Ten in the evening; during the night, the instant itself. */
function tonight(at: Date, zone: string): Date {
  const shown = wallAt(at.getTime(), zone);
  const midnight = Math.floor(shown / DAY_MS) * DAY_MS;
  const time = shown - midnight;
  if (time >= NIGHT_BEGINS_MS || time < NIGHT_ENDS_MS) return at;
  return new Date(wallInstant(midnight + NIGHT_BEGINS_MS, zone));
}

/** When the first of the calendars begins to work on a later day. */
function nextWorkingDay(calendars: readonly Calendar[], at: Date, zone: string): Date | undefined {
  const days = calendars
    .filter(({ hours }) => Object.values(hours).some((spans) => spans.length > 0))
    .map((calendar) => nextWorkingTime(calendar, startOfNextDay(at, zone)).getTime());
  return days.length === 0 ? undefined : new Date(Math.min(...days));
}

function nextHoliday(calendars: readonly Calendar[], at: Date, zone: string): Date | undefined {
  const tomorrow = new Date(wallAt(startOfNextDay(at, zone).getTime(), zone)).toISOString().slice(0, 10);
  const [next] = calendars.flatMap(({ holidays }) => holidays.filter((day) => day >= tomorrow)).sort();
  return next === undefined ? undefined : new Date(wallInstant(`${next}T12:00`, zone));
}

const startOfNextDay = (at: Date, zone: string): Date =>
  new Date(wallInstant((Math.floor(wallAt(at.getTime(), zone) / DAY_MS) + 1) * DAY_MS, zone));
