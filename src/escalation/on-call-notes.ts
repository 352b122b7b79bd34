import type { PolicyNote } from '../policy/policy-notes.ts';
import type { Policy } from '../policy/schema.ts';
import { absenceBorders, isAbsent, presentFor } from './absence.ts';
import { noteAt } from './note-at.ts';
import { rotationZone, shiftsBetween } from './on-call.ts';
import { lastingText, timeText } from './time-text.ts';

const LOOK_AHEAD_MS = 60 * 86_400_000;

type Gap = Readonly<{ from: Date; to: Date }>;

/** Times within the next 60 days at which nobody is on call. */
export const rotationNotes = (policy: Policy, now: Date): readonly PolicyNote[] =>
  Object.entries(policy.rotations).flatMap(([key, rotation]) => {
    const gaps = gapsOf(policy, key, now);
    const [first] = gaps;
    if (first === undefined) return [];
    const zone = rotationZone(policy, rotation);
    const more = gaps.length === 1 ? '' : `, and ${gaps.length - 1} more times in the next 60 days`;
    const lasting = lastingText(first.to.getTime() - first.from.getTime());
    return [
      noteAt(
        ['rotations', key],
        `nobody is on call from ${timeText(first.from, zone, now)} for ${lasting}${more}; add a layer, an override or a stand-in`,
      ),
    ];
  });

function gapsOf(policy: Policy, key: string, now: Date): readonly Gap[] {
  const end = new Date(now.getTime() + LOOK_AHEAD_MS);
  const gaps: Gap[] = [];
  let covered = now;
  for (const { from, to } of shiftsBetween(policy, key, now, end)) {
    if (from > covered) gaps.push({ from: covered, to: from });
    covered = to;
  }
  if (covered < end) gaps.push({ from: covered, to: end });
  return gaps;
}

/** Absences within the next 60 days in which nobody stands in, of people whom ladders name otherwise than by a rotation. */
export const absenceNotes = (policy: Policy, now: Date): readonly PolicyNote[] =>
  Object.entries(policy.people).flatMap(([key, person]) => {
    if (person.absent.length === 0 || !isNamed(policy, key)) return [];
    const end = now.getTime() + LOOK_AHEAD_MS;
    const instants = [now.getTime(), ...absenceBorders(policy, [key])]
      .filter((at) => at >= now.getTime() && at < end)
      .sort((a, b) => a - b)
      .map((at) => new Date(at));
    const alone = instants.find(
      (at) => isAbsent(policy, key, at) && presentFor(policy, key, at) === undefined,
    );
    if (alone === undefined) return [];
    const zone = person.time_zone ?? policy.defaults.time_zone;
    return [
      noteAt(
        ['people', key, 'absent'],
        `nobody stands in for ${person.name} from ${timeText(alone, zone, now)}; name a stand_in who is there then`,
      ),
    ];
  });

/** By role, as a person, or as the last of a ladder: then nobody else is looked for. */
function isNamed({ ladders, roles, customers }: Policy, key: string): boolean {
  const byRole = [roles, ...Object.values(customers).map((customer) => customer.roles)];
  return (
    byRole.some((one) => Object.values(one).includes(key)) ||
    Object.values(ladders).some(
      ({ rungs, last }) =>
        last?.person === key ||
        rungs.some(({ tell }) => tell.some((target) => 'person' in target && target.person === key)),
    )
  );
}
