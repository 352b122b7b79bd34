import { type OnCallPolicy, type Shift, shiftsBetween } from './on-call.ts';

/**
 * Somebody begins to be on call.
 *
 * Units:  `until` is when somebody else takes over or nobody is on call any more, as far as that is within 60 days.
 * Absent: `from` when nobody was on call just before.
 */
export type HandOver = Readonly<{ rotation: string; at: Date; from?: string; to: string; until: Date }>;

const LOOK_AHEAD_MS = 60 * 24 * 3_600_000;

/**
 * Changes of who is on call after one instant until another, the second included, in the rotations that tell of them; in
 * order. Calling it for adjoining intervals gives each change once.
 */
export function handOversBetween(policy: OnCallPolicy, after: Date, until: Date): readonly HandOver[] {
  if (until <= after) return [];
  return Object.entries(policy.rotations)
    .filter(([, rotation]) => rotation.hand_over)
    .flatMap(([rotation]) => handOversOf(policy, rotation, after, until))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function handOversOf(policy: OnCallPolicy, rotation: string, after: Date, until: Date): readonly HandOver[] {
  const shifts = byPerson(shiftsBetween(policy, rotation, after, new Date(until.getTime() + LOOK_AHEAD_MS)));
  return shifts.flatMap((shift, index): HandOver[] => {
    if (shift.from <= after || shift.from > until) return [];
    const before = shifts[index - 1];
    const from = before?.to.getTime() === shift.from.getTime() ? before.person : undefined;
    const { from: at, to: end, person } = shift;
    return [{ rotation, at, ...(from !== undefined && { from }), to: person, until: end }];
  });
}

/** Shifts of one person that follow each other as one, whatever the reasons; the first reason stays. */
export function byPerson(shifts: readonly Shift[]): readonly Shift[] {
  const joined: Shift[] = [];
  for (const shift of shifts) {
    const last = joined.at(-1);
    if (last?.person === shift.person && last.to.getTime() === shift.from.getTime())
      joined[joined.length - 1] = { ...last, to: shift.to };
    else joined.push(shift);
  }
  return joined;
}
