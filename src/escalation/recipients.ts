import type { Told } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import type { Target } from '../policy/sections/escalation.ts';
import { presentFor } from './absence.ts';
import { onCallAt } from './on-call.ts';
import { type Recipient, recipientOf } from './recipient.ts';
import { timeText } from './time-text.ts';

export type { Recipient } from './recipient.ts';

export type RecipientsGiven = Readonly<{
  incident: Incident;
  policy: Policy;
  now: Date;
  /** Those whom the ladder told so far, for `manager: told` and `stand_in: told`. */
  told: readonly Told[];
  /** Key from `people` of whoever has the incident. */
  owner?: string;
}>;

/**
 * `missing` has one sentence per target that gives nobody, which names the place in the policy; `leftOut` one per person
 * who is away while others of the same target are told.
 */
export type Recipients = Readonly<{
  found: readonly Recipient[];
  missing: readonly string[];
  leftOut: readonly string[];
}>;

/** Who a target means before absences are looked at: keys from `people`, or others; `nobody` says why it means no one. */
type Meant = Readonly<{
  people?: readonly Readonly<{ person: string; why: string }>[];
  others?: readonly (Recipient | undefined)[];
  nobody: string;
}>;

/** Whom the targets of a rung mean at `now`, each recipient once, in the order of the targets. */
export function recipientsOf(targets: readonly Target[], given: RecipientsGiven): Recipients {
  const found = new Map<string, Recipient>();
  const missing: string[] = [];
  const leftOut: string[] = [];
  for (const target of targets) {
    const meant = meantBy(target, given);
    const away: string[] = [];
    const here: Recipient[] = [];
    for (const { person, why } of meant.people ?? []) {
      const present = presentOf(person, why, given);
      if (typeof present === 'string') away.push(present);
      else here.push(present);
    }
    for (const other of meant.others ?? []) if (other !== undefined) here.push(other);
    for (const one of here) if (!found.has(one.recipient)) found.set(one.recipient, one);
    if (here.length > 0) leftOut.push(...away);
    else missing.push(away.length > 0 ? away.join(' ') : meant.nobody);
  }
  return { found: [...found.values()], missing, leftOut: [...new Set(leftOut)] };
}

/** The person, the stand-in of one who is away, or the sentence that says why nobody is told in that person's place. */
function presentOf(key: string, why: string, { policy, now }: RecipientsGiven): Recipient | string {
  const person = policy.people[key];
  if (person === undefined) return `${key} is not a key of people.`;
  const present = presentFor(policy, key, now);
  const recipient = present && recipientOf(policy, present.person);
  if (recipient === undefined)
    return `${person.name} is away and nobody who is there stands in: see people.${key}.absent and people.${key}.stand_in.`;
  return {
    ...recipient,
    why: present?.person === key ? why : `stand in for ${person.name}, who is away`,
  };
}

function meantBy(target: Target, given: RecipientsGiven): Meant {
  if ('person' in target)
    return one(target.person, 'are named in the ladder', `${target.person} is not a key of people.`);
  if ('role' in target) return byRole(target.role, given);
  if ('on_call' in target) return onCall(target.on_call, given);
  if ('team' in target) return team(target.team, given);
  if ('room' in target) return room(target.room, given);
  if ('owner' in target)
    return one(
      given.owner,
      'have this incident',
      'Nobody has the incident, or whoever has it is not in people with the e-mail address of the Freshdesk agent.',
    );
  if ('manager' in target) return managers(target.manager, given);
  if ('stand_in' in target) return relatives('stand_in', given);
  if ('customer_level' in target) return contacts(target.customer_level, given);
  return vendorOf(given);
}

const one = (person: string | undefined, why: string, nobody: string): Meant => ({
  people: person === undefined ? [] : [{ person, why }],
  nobody,
});

function byRole(role: string, { incident, policy }: RecipientsGiven): Meant {
  const customerId = incident.customerId ?? '';
  const own = policy.customers[customerId];
  const [person, of] =
    own?.roles[role] === undefined ? [policy.roles[role], ''] : [own.roles[role], ` of ${own.name}`];
  const nobody =
    own === undefined
      ? `roles.${role} names nobody.`
      : `Neither customers.${customerId}.roles.${role} nor roles.${role} names anybody.`;
  return one(person, `are the ${role}${of}`, nobody);
}

/** `teams.<key>` of whose ticket it is, or why there is none. */
function teamOf(key: string, { incident, policy }: RecipientsGiven) {
  const id = key === 'owner' ? incident.assignmentGroup : key;
  if (id === undefined)
    return { nobody: 'The incident belongs to no team: give its service an owner, or set defaults.team.' };
  const found = policy.teams[id];
  return found === undefined ? { nobody: `${id} is not a key of teams.` } : { id, team: found };
}

function onCall(key: string, given: RecipientsGiven): Meant {
  const { policy, now } = given;
  let rotationId = key;
  if (key === 'owner') {
    const of = teamOf('owner', given);
    if (of.team === undefined) return { nobody: of.nobody };
    if (of.team.rotation === undefined) return { nobody: `teams.${of.id}.rotation is not given.` };
    rotationId = of.team.rotation;
  }
  const rotation = policy.rotations[rotationId];
  if (rotation === undefined) return { nobody: `${rotationId} is not a key of rotations.` };
  const at = timeText(now, rotation.time_zone ?? policy.defaults.time_zone);
  const turn = onCallAt(policy, rotationId, now);
  // Whoever is woken in another's place wonders why.
  const instead = turn === undefined || turn.why.startsWith('turn in ') ? '' : `: ${turn.why}`;
  return one(
    turn?.person,
    `are on call (${rotation.name}${instead})`,
    `Nobody is on call in rotations.${rotationId} at ${at}.`,
  );
}

function team(key: string, given: RecipientsGiven): Meant {
  const of = teamOf(key, given);
  if (of.team === undefined) return { nobody: of.nobody };
  const why = `belong to ${of.team.name}`;
  return {
    people: of.team.members.map((person) => ({ person, why })),
    nobody: `teams.${of.id}.members is empty.`,
  };
}

function room(key: string, given: RecipientsGiven): Meant {
  let id = key;
  if (key === 'team') {
    const of = teamOf('owner', given);
    if (of.team === undefined) return { nobody: of.nobody };
    if (of.team.room === undefined) return { nobody: `teams.${of.id}.room is not given.` };
    id = of.team.room;
  }
  return { others: [recipientOf(given.policy, `room:${id}`)], nobody: `${id} is not a key of rooms.` };
}

function managers(of: 'owner' | 'team' | 'told', given: RecipientsGiven): Meant {
  if (of === 'told') return relatives('manager', given);
  if (of === 'team') {
    const found = teamOf('owner', given);
    if (found.team === undefined) return { nobody: found.nobody };
    return one(
      found.team.manager,
      `are the manager of ${found.team.name}`,
      `teams.${found.id}.manager is not given.`,
    );
  }
  const owner = given.owner === undefined ? undefined : given.policy.people[given.owner];
  if (owner === undefined) return meantBy({ owner: true }, given);
  return one(
    owner.manager,
    `are the manager of ${owner.name}`,
    `people.${given.owner}.manager is not given.`,
  );
}

/** The managers or stand-ins of the people told so far; they are told although those they stand in for are there. */
function relatives(as: 'manager' | 'stand_in', { told, policy }: RecipientsGiven): Meant {
  const people = told.flatMap(({ recipient }) => {
    const person = policy.people[recipient];
    return person === undefined ? [] : [{ key: recipient, person }];
  });
  const relation = as === 'manager' ? 'are the manager of' : 'stand in for';
  return {
    people: people.flatMap(({ person }) =>
      person[as] === undefined ? [] : [{ person: person[as], why: `${relation} ${person.name}` }],
    ),
    nobody:
      people.length === 0
        ? 'No person has been told so far.'
        : `Those told so far name no ${as === 'manager' ? 'manager' : 'stand-in'}: see ${people
            .map(({ key }) => `people.${key}.${as}`)
            .join(', ')}.`,
  };
}

function contacts(level: number, { incident, policy }: RecipientsGiven): Meant {
  const id = incident.customerId;
  const customer = id === undefined ? undefined : policy.customers[id];
  if (customer === undefined) return { nobody: 'The incident belongs to no customer.' };
  return {
    others: customer.contacts.flatMap((contact, index) =>
      contact.level === level ? [recipientOf(policy, `customer:${id}:${index}`)] : [],
    ),
    nobody: `customers.${id}.contacts has nobody of level ${level}.`,
  };
}

function vendorOf({ incident, policy }: RecipientsGiven): Meant {
  const id = incident.serviceId;
  const service = id === undefined ? undefined : policy.services[id];
  if (service === undefined) return { nobody: 'The incident belongs to no service, so it has no vendor.' };
  if (service.vendor === undefined) return { nobody: `services.${id}.vendor is not given.` };
  return {
    others: [recipientOf(policy, `vendor:${service.vendor}`)],
    nobody: `${service.vendor} is not a key of vendors.`,
  };
}
