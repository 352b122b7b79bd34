import type { Policy } from '../policy/schema.ts';
import { shiftsBetween } from './on-call.ts';

/** Somebody's turn; without `person` nobody is on call then. */
export type Turn = Readonly<{ from: Date; to: Date; person?: string; name?: string; why?: string }>;

/**
 * Who is on call in one rotation. Absent: `now` in a gap; `next` when nobody follows in the time looked at.
 *
 * Shape: `turns` cover the whole time without overlap, gaps included, the first one cut at its begin.
 */
export type RotationView = Readonly<{
  id: string;
  name: string;
  timeZone: string;
  turns: readonly Turn[];
  now?: Turn;
  next?: Turn;
}>;

/** @param asked `only` narrows to one rotation */
export function onCallOverview(
  policy: Policy,
  asked: Readonly<{ now: Date; from: Date; to: Date; only?: string }>,
): readonly RotationView[] {
  const { now, from: start, to: end, only } = asked;
  const rotations = Object.entries(policy.rotations).filter(([id]) => only === undefined || id === only);
  return rotations.map(([id, { name, time_zone }]) => {
    const turns = withGaps(
      shiftsBetween(policy, id, start, end).map((shift) => ({
        ...shift,
        name: policy.people[shift.person]?.name ?? shift.person,
      })),
      { from: start, to: end },
    );
    const current = turns.find(({ from, to, person }) => person !== undefined && from <= now && now < to);
    const next = turns.find(
      ({ from, person }) => from > now && person !== undefined && person !== current?.person,
    );
    return {
      ...{ id, name, turns, timeZone: time_zone ?? policy.defaults.time_zone },
      ...(current && { now: current }),
      ...(next && { next }),
    };
  });
}

function withGaps(
  shifts: readonly Turn[],
  { from, to }: Readonly<{ from: Date; to: Date }>,
): readonly Turn[] {
  const turns: Turn[] = [];
  let at = from;
  for (const shift of shifts.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    if (shift.from > at) turns.push({ from: at, to: shift.from });
    turns.push(shift);
    if (shift.to > at) at = shift.to;
  }
  if (at < to) turns.push({ from: at, to });
  return turns;
}
