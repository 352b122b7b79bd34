import type { Policy } from '../policy/schema.ts';
import type { Target } from '../policy/sections/escalation.ts';

type Ladder = Policy['ladders'][string];

/** Teams that incidents of this ladder may belong to: keys of `teams`, in the order of the policy. */
export function owningTeams(policy: Policy, ladder: Ladder): readonly string[] {
  const owners = new Set([
    policy.defaults.team,
    ...Object.values(policy.services).map(({ owner }) => owner),
    ...policy.tickets.assignment.rules.map(({ team }) => team),
  ]);
  const { team: only } = ladder.when;
  return Object.keys(policy.teams).filter(
    (key) => owners.has(key) && (only === undefined || only.includes(key)),
  );
}

/** Customers that incidents of this ladder may belong to: keys of `customers`. */
export function customersOf(policy: Policy, { when }: Ladder): readonly string[] {
  return Object.keys(policy.customers).filter(
    (key) =>
      (when.customer === undefined || when.customer.includes(key)) &&
      (when.vip === undefined || when.vip === policy.customers[key]?.vip),
  );
}

/**
 * Everybody, by key of `people`, whom a target may mean at some time. Who has the incident, and whoever was told before,
 * may be anybody and is left out.
 */
export function meantPeople(policy: Policy, ladder: Ladder, target: Target): readonly string[] {
  const teams = owningTeams(policy, ladder).flatMap((key) => policy.teams[key] ?? []);
  if ('person' in target) return [target.person];
  if ('role' in target) {
    const own = customersOf(policy, ladder).map((key) => policy.customers[key]?.roles[target.role]);
    return known([policy.roles[target.role], ...own]);
  }
  if ('on_call' in target) {
    const rotations =
      target.on_call === 'owner' ? known(teams.map(({ rotation }) => rotation)) : [target.on_call];
    return known(rotations.flatMap((key) => rotationPeople(policy, key)));
  }
  if ('team' in target)
    return known(
      target.team === 'owner'
        ? teams.flatMap(({ members }) => members)
        : (policy.teams[target.team]?.members ?? []),
    );
  if ('manager' in target && target.manager === 'team') return known(teams.map(({ manager }) => manager));
  return [];
}

const known = (keys: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(keys.filter((key) => key !== undefined)),
];

function rotationPeople(policy: Policy, key: string): readonly string[] {
  const rotation = policy.rotations[key];
  return rotation === undefined
    ? []
    : [...rotation.layers.flatMap(({ people }) => people), ...rotation.overrides.map(({ person }) => person)];
}
