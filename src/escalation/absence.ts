import type { PolicyRules } from '../policy/schema.ts';
import { instantSpan, isWithin } from './wall-clock.ts';

/** What the policy says about people, and whose clocks count where a person names none. */
export type PeoplePolicy = Pick<PolicyRules, 'people' | 'defaults'>;

/** Who is there in somebody’s place. `why` is left out when it is the person asked for. */
export type Present = Readonly<{ person: string; why?: string }>;

type Person = PolicyRules['people'][string];

/** Whether the person is away at this instant, by the clocks of the person’s time zone; whom nobody knows is away. */
export function isAbsent(policy: PeoplePolicy, personId: string, at: Date): boolean {
  const person = policy.people[personId];
  return person === undefined || absenceAt(policy, person, at) !== undefined;
}

/**
 * The person, or while away the stand-in, or while that one is away as well the stand-in’s stand-in; undefined when all of
 * them are away. Stand-ins of each other are asked once each.
 */
export function presentFor(policy: PeoplePolicy, personId: string, at: Date): Present | undefined {
  const away: string[] = [];
  const asked = new Set<string>();
  for (let id: string | undefined = personId; id !== undefined && !asked.has(id); ) {
    asked.add(id);
    const person: Person | undefined = policy.people[id];
    if (!person) return undefined;
    const absence = absenceAt(policy, person, at);
    if (!absence) return id === personId ? { person: id } : { person: id, why: standsIn(away) };
    away.push(absence.why === undefined ? person.name : `${person.name} (${absence.why})`);
    id = person.stand_in;
  }
  return undefined;
}

/** Instants, ms since 1970, at which one of these people, or somebody standing in for them, leaves or comes back. */
export function absenceBorders(policy: PeoplePolicy, personIds: Iterable<string>): readonly number[] {
  const ids = new Set(personIds);
  const borders: number[] = [];
  // A set also walks what is added on the way.
  for (const id of ids) {
    const person = policy.people[id];
    if (!person) continue;
    if (person.stand_in !== undefined) ids.add(person.stand_in);
    const zone = zoneOf(policy, person);
    for (const absence of person.absent) {
      const { from, to } = instantSpan(absence, zone);
      borders.push(from, to);
    }
  }
  return borders;
}

const standsIn = (away: readonly string[]): string => `stands in for ${away.join(', who stands in for ')}`;

function absenceAt(policy: PeoplePolicy, person: Person, at: Date): Person['absent'][number] | undefined {
  const zone = zoneOf(policy, person);
  return person.absent.find((absence) => isWithin(absence, zone, at));
}

const zoneOf = (policy: PeoplePolicy, person: Person): string =>
  person.time_zone ?? policy.defaults.time_zone;
