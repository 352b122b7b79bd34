import type { LadderRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import type { Ladder, Rung } from './ladder-policy.ts';
import { addWorkingTime, type Calendar, workingTimeBetween } from './working-time.ts';

type Counted = LadderRun['counted'];

/** More pauses than this are not remembered one by one; see `stopped`. */
const STRETCHES_MAX = 100;

/** In which a rung's time is counted; undefined: around the clock. */
export function calendarFor(
  policy: Policy,
  { customerId }: Pick<Incident, 'customerId'>,
  key: Rung['calendar'] | Ladder['calendar'],
): Calendar | undefined {
  if (key === undefined || key === 'always') return undefined;
  const own = key === 'customer' ? policy.customers[customerId ?? '']?.calendar : key;
  return own === undefined ? undefined : policy.calendars[own];
}

/**
 * The instant by which `ms` of the calendar's time were counted, pauses left out, from the beginning or from `since`.
 * Undefined while that much was not counted and nothing is being counted, and for a calendar without working time.
 */
export function countedAt(
  counted: Counted,
  calendar: Calendar | undefined,
  { ms, since }: Readonly<{ ms: number; since?: Date }>,
): Date | undefined {
  let left = ms;
  for (const { from: begin, to } of counted) {
    const from = since !== undefined && since > begin ? since : begin;
    if (to === undefined) return plus(calendar, from, left);
    if (to < from) continue;
    const passed = calendar ? workingTimeBetween(calendar, from, to) : to.getTime() - from.getTime();
    if (passed >= left) return plus(calendar, from, left);
    left -= passed;
  }
  return undefined;
}

function plus(calendar: Calendar | undefined, from: Date, ms: number): Date | undefined {
  if (calendar === undefined) return new Date(from.getTime() + ms);
  try {
    return addWorkingTime(calendar, from, ms);
  } catch (error) {
    // Without working time it is never due, which `watchdesk check` tells; the incident goes on.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Counting ends at `now`. Of very many stretches the shortest is forgotten: the ladder is that much later, never early. */
export function stopped(counted: Counted, now: Date): Counted {
  const closed = counted.map(({ from, to }) => ({ from, to: to ?? (now < from ? from : now) }));
  if (closed.length <= STRETCHES_MAX) return closed;
  const length = ({ from, to }: (typeof closed)[number]) => to.getTime() - from.getTime();
  const shortest = closed.toSorted((a, b) => length(a) - length(b))[0];
  return closed.filter((one) => one !== shortest);
}

/** Counting goes on from `at`, but nothing is counted twice. */
export function continued(counted: Counted, at: Date): Counted {
  const last = counted.at(-1)?.to;
  return [...counted, { from: last !== undefined && last > at ? last : at }];
}
