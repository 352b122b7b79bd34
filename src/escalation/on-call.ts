import type { PolicyRules } from '../policy/schema.ts';
import { absenceBorders, isAbsent, type PeoplePolicy, presentFor } from './absence.ts';
import { type Layer, type Rotation, turnAt, turnBorders } from './on-call-turn.ts';
import { instantSpan, isWithin } from './wall-clock.ts';

/** What the policy says about who is on call. */
export type OnCallPolicy = PeoplePolicy & Pick<PolicyRules, 'rotations' | 'calendars'>;

/**
 * Who is on call, a key of `people`, and why in a few words, such as `turn in Nights` or `stands in for Jo (Holidays)`.
 * `layer` is the layer’s name, or `Override`.
 */
export type OnCall = Readonly<{ person: string; layer: string; why: string }>;

/** Somebody on call for one reason without a break. `to` is not part of it any more. */
export type Shift = Readonly<{ person: string; from: Date; to: Date; layer: string; why: string }>;

/**
 * Who is on call at this instant; undefined when nobody is.
 *
 * The last override that holds counts, else the last layer that holds, with the swaps applied. Whoever is away is replaced
 * by the stand-in, else by the next of the layer who is there. An override or layer of which nobody is there does not hold.
 *
 * Errors: RangeError for a rotation that the policy does not have.
 */
export function onCallAt(policy: OnCallPolicy, rotationId: string, at: Date): OnCall | undefined {
  const rotation = rotationOf(policy, rotationId);
  return overrideAt(policy, rotation, at) ?? layerAt(policy, rotation, at);
}

/**
 * Everybody who is on call between two instants, in order, cut at both; where nobody is, there is a gap.
 * What follows each other with the same person and reason is one shift.
 *
 * Errors: RangeError for a rotation that the policy does not have.
 */
export function shiftsBetween(
  policy: OnCallPolicy,
  rotationId: string,
  from: Date,
  to: Date,
): readonly Shift[] {
  const borders = bordersOf(policy, rotationOf(policy, rotationId), from.getTime(), to.getTime());
  const shifts: Shift[] = [];
  for (const [index, border] of borders.entries()) {
    const onCall = onCallAt(policy, rotationId, new Date(border));
    if (!onCall) continue;
    const until = new Date(borders[index + 1] ?? to.getTime());
    const last = shifts.at(-1);
    if (last && last.to.getTime() === border && isSame(last, onCall))
      shifts[shifts.length - 1] = { ...last, to: until };
    else shifts.push({ ...onCall, from: new Date(border), to: until });
  }
  return shifts;
}

const isSame = (a: OnCall, b: OnCall): boolean =>
  a.person === b.person && a.layer === b.layer && a.why === b.why;

/** The clocks by which a rotation’s shifts are meant. */
export const rotationZone = (policy: PeoplePolicy, rotation: Rotation): string =>
  rotation.time_zone ?? policy.defaults.time_zone;

function rotationOf(policy: OnCallPolicy, rotationId: string): Rotation {
  const rotation = policy.rotations[rotationId];
  if (!rotation) throw new RangeError(`The policy has no rotation ${rotationId}.`);
  return rotation;
}

function overrideAt(policy: OnCallPolicy, rotation: Rotation, at: Date): OnCall | undefined {
  const zone = rotationZone(policy, rotation);
  for (const override of rotation.overrides.toReversed()) {
    if (!isWithin(override, zone, at)) continue;
    const present = presentFor(policy, override.person, at);
    if (!present) continue;
    const why = override.why === undefined ? 'override' : `override: ${override.why}`;
    return {
      person: present.person,
      layer: 'Override',
      why: [present.why, why].filter((part) => part !== undefined).join(', '),
    };
  }
  return undefined;
}

function layerAt(policy: OnCallPolicy, rotation: Rotation, at: Date): OnCall | undefined {
  const zone = rotationZone(policy, rotation);
  for (const [index, layer] of [...rotation.layers.entries()].toReversed()) {
    const place = turnAt(layer, zone, policy.calendars, at);
    const name = layer.name ?? `layer ${index + 1}`;
    const found = place === undefined ? undefined : holderAt(policy, rotation, layer, name, place, at);
    if (found) return { layer: name, ...found };
  }
  return undefined;
}

function holderAt(
  policy: OnCallPolicy,
  rotation: Rotation,
  layer: Layer,
  name: string,
  place: number,
  at: Date,
): Omit<OnCall, 'layer'> | undefined {
  const turn = layer.people[place] ?? '';
  const holder = swapped(policy, rotation, turn, at);
  const why = holder === turn ? `turn in ${name}` : `swapped with ${nameOf(policy, turn)} in ${name}`;
  const present = presentFor(policy, holder, at);
  if (present) return { person: present.person, why: present.why ? `${present.why}, ${why}` : why };

  const others = [...layer.people.slice(place + 1), ...layer.people.slice(0, place)];
  const next = others.find((person) => !isAbsent(policy, person, at));
  if (next === undefined) return undefined;
  return { person: next, why: `next in ${name}, ${nameOf(policy, holder)} is away` };
}

/** Swaps count in the order given, each on top of the ones before. */
function swapped(policy: OnCallPolicy, rotation: Rotation, person: string, at: Date): string {
  const zone = rotationZone(policy, rotation);
  return rotation.swaps
    .filter((swap) => isWithin(swap, zone, at))
    .reduce((now, { between: [one, other] }) => (now === one ? other : now === other ? one : now), person);
}

const nameOf = (policy: OnCallPolicy, person: string): string => policy.people[person]?.name ?? person;

/** `from`, and every instant before `to` at which somebody else may be on call, in order. */
function bordersOf(policy: OnCallPolicy, rotation: Rotation, from: number, to: number): readonly number[] {
  const zone = rotationZone(policy, rotation);
  const people = [
    ...rotation.layers.flatMap((layer) => layer.people),
    ...rotation.overrides.map(({ person }) => person),
    ...rotation.swaps.flatMap(({ between }) => between),
  ];
  const borders = [
    from,
    ...rotation.layers.flatMap((layer) => turnBorders(layer, zone, policy.calendars, { from, to })),
    ...[...rotation.overrides, ...rotation.swaps].flatMap((one) => {
      const span = instantSpan(one, zone);
      return [span.from, span.to];
    }),
    ...absenceBorders(policy, people),
  ];
  const within = borders.filter((border) => border >= from && border < to);
  return [...new Set(within)].sort((a, b) => a - b);
}
