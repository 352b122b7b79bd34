import type { Policy } from '../policy/schema.ts';
import type { PageGiven } from './page-given.ts';

type Reachable = Policy['people'][string] & Readonly<{ phone: string }>;

/** Colleagues with a telephone who know of the incident: who has it first, then those told, the newest first. */
export function ladderPeople({
  incident,
  policy,
  run,
}: Pick<PageGiven, 'incident' | 'policy' | 'run'>): Reachable[] {
  const holder = incident.escalation?.acknowledged?.person ?? run.acknowledged?.person;
  const told = run.rungs.toReversed().flatMap((rung) => rung.told.map(({ recipient }) => recipient));
  return [...(holder === undefined ? [] : [holder]), ...told].flatMap((key) => {
    const person = policy.people[key];
    return person?.phone === undefined ? [] : [{ ...person, phone: person.phone }];
  });
}
