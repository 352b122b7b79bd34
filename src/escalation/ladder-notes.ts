import type { ChannelName } from '../model/escalation.ts';
import type { PolicyNote } from '../policy/policy-notes.ts';
import type { Policy } from '../policy/schema.ts';
import type { Target } from '../policy/sections/escalation.ts';
import { customersOf, meantPeople, owningTeams } from './meant-people.ts';
import { noteAt } from './note-at.ts';
import { recipientOf } from './recipient.ts';

type Ladder = Policy['ladders'][string];
type Rung = Ladder['rungs'][number];
type Place = readonly (string | number)[];

/** What is probably not meant in one ladder. */
export function ladderNotes(policy: Policy, key: string, ladder: Ladder): readonly PolicyNote[] {
  const path = ['ladders', key];
  return [
    ...lastNotes(path, ladder),
    ...(ladder.last?.channels === undefined
      ? []
      : withoutAddress(policy, [ladder.last.person], ladder.last.channels, [...path, 'last', 'channels'])),
    ...nightNotes(path, ladder),
    ...ladder.rungs.flatMap((rung, index) => {
      const at = [...path, 'rungs', index];
      return [
        ...channelNotes(policy, ladder, rung, at),
        ...waitNotes(ladder, rung, at),
        ...holdNotes(ladder, rung, at),
        ...rung.tell.flatMap((target, place) => targetNotes(policy, ladder, target, [...at, 'tell', place])),
      ];
    }),
  ];
}

/** What customers and vendors are told need not reach anybody; all else should end with a named person. */
const lastNotes = (path: Place, { kind, last }: Ladder): readonly PolicyNote[] =>
  last !== undefined || kind === 'customer' || kind === 'vendor'
    ? []
    : [noteAt(path, 'has no last: nobody is told when it has run out; name a person who is told then')];

const isForUrgent = ({ when }: Ladder): boolean => (when.priority ?? ['urgent']).includes('urgent');

function nightNotes(path: Place, ladder: Ladder): readonly PolicyNote[] {
  const { kind, watches, calendar, rungs } = ladder;
  if (kind !== 'technical' || watches !== 'acknowledge' || !isForUrgent(ladder)) return [];
  const notes: PolicyNote[] = [];
  if (calendar !== 'always' && !rungs.some((rung) => rung.calendar === 'always'))
    notes.push(
      noteAt(
        [...path, 'calendar'],
        `counts only working time of ${calendar}: at night nobody is told of what is Urgent; use always, or leave Urgent to another ladder`,
      ),
    );
  if (!rungs.some(({ tell }) => tell.some((target) => 'on_call' in target)))
    notes.push(noteAt(path, 'tells nobody who is on call: at night it wakes whoever it names, or nobody'));
  return notes;
}

/** Whoever has none of the addresses is told by another channel, which is said here. */
function channelNotes(policy: Policy, ladder: Ladder, rung: Rung, at: Place): readonly PolicyNote[] {
  const people = rung.tell.flatMap((target) => meantPeople(policy, ladder, target));
  const { channels } = rung;
  return channels === undefined ? [] : withoutAddress(policy, people, channels, [...at, 'channels']);
}

/** A note for each of these people who has no address for any of the channels. */
export const withoutAddress = (
  policy: Policy,
  people: readonly string[],
  channels: readonly ChannelName[],
  at: Place,
): readonly PolicyNote[] =>
  [...new Set(people)].flatMap((key) => {
    const addresses = recipientOf(policy, key)?.addresses;
    if (addresses === undefined || channels.some((channel) => addresses[channel] !== undefined)) return [];
    return [
      noteAt(
        at,
        `${policy.people[key]?.name ?? key} has no address for ${channels.join(' or ')} and is told otherwise; complete people.${key}`,
      ),
    ];
  });

/** What comes after is told only once somebody has acknowledged, and then mostly need not be. */
const waitNotes = (
  { rungs }: Ladder,
  { before_next, wait_at_most }: Rung,
  at: Place,
): readonly PolicyNote[] =>
  before_next === 'acknowledged' && wait_at_most === undefined && at.at(-1) !== rungs.length - 1
    ? [
        noteAt(
          [...at, 'before_next'],
          'lets the rungs after it wait for ever while nobody acknowledges; give wait_at_most',
        ),
      ]
    : [];

const holdNotes = (ladder: Ladder, { hold_until }: Rung, at: Place): readonly PolicyNote[] =>
  hold_until !== undefined && isForUrgent(ladder)
    ? [
        noteAt(
          [...at, 'hold_until'],
          `waits for the hours of ${hold_until} also when it is Urgent; give the ladder when.priority without urgent`,
        ),
      ]
    : [];

/** A target that gives nobody for some of the incidents that the ladder is for. */
function targetNotes(policy: Policy, ladder: Ladder, target: Target, at: Place): readonly PolicyNote[] {
  const teams = owningTeams(policy, ladder);
  const customers = customersOf(policy, ladder);
  const of = <Item>(
    keys: readonly string[],
    section: Readonly<Record<string, Item>>,
    lacks: (item: Item) => boolean,
  ): readonly string[] => keys.filter((key) => section[key] !== undefined && lacks(section[key]));
  const nobody = (word: string, keys: readonly string[], what: string, remedy: string): PolicyNote[] =>
    keys.length === 0
      ? []
      : [noteAt([...at, word], `gives nobody for ${keys.join(', ')}: ${what}; ${remedy}`)];

  if ('on_call' in target && target.on_call === 'owner') {
    const without = of(teams, policy.teams, ({ rotation }) => rotation === undefined);
    return nobody('on_call', without, 'no rotation', 'give teams.….rotation');
  }
  if ('team' in target) {
    const keys = target.team === 'owner' ? teams : [target.team];
    const empty = of(keys, policy.teams, ({ members }) => members.length === 0);
    return nobody('team', empty, 'no members', 'give teams.….members');
  }
  if ('room' in target && target.room === 'team') {
    const without = of(teams, policy.teams, ({ room }) => room === undefined);
    return nobody('room', without, 'no room', 'give teams.….room');
  }
  if ('manager' in target && target.manager === 'team') {
    const without = of(teams, policy.teams, ({ manager }) => manager === undefined);
    return nobody('manager', without, 'no manager', 'give teams.….manager');
  }
  if ('role' in target) {
    if (policy.roles[target.role] !== undefined) return [];
    const without = of(customers, policy.customers, ({ roles }) => roles[target.role] === undefined);
    return nobody('role', without, 'no such role', `name somebody in roles.${target.role}`);
  }
  if ('customer_level' in target) {
    const level = target.customer_level;
    const without = of(
      customers,
      policy.customers,
      ({ contacts }) => !contacts.some((contact) => contact.level === level),
    );
    return nobody('customer_level', without, `no contact of level ${level}`, 'add one to contacts');
  }
  if ('vendor' in target) return vendorNotes(policy, ladder, nobody);
  return [];
}

function vendorNotes(
  { services, vendors }: Policy,
  { when }: Ladder,
  nobody: (word: string, keys: readonly string[], what: string, remedy: string) => PolicyNote[],
): readonly PolicyNote[] {
  const critical = Object.entries(services).filter(
    ([key, service]) =>
      service.criticality === 'high' && (when.service === undefined || when.service.includes(key)),
  );
  const without = critical.flatMap(([key, { vendor }]) => (vendor === undefined ? [key] : []));
  const unreachable = new Set(
    critical.flatMap(([, { vendor = '' }]) => {
      const found = vendors[vendor];
      return found !== undefined && found.email === undefined && found.phone === undefined ? [vendor] : [];
    }),
  );
  return [
    ...nobody('vendor', without, 'critical, but no vendor', 'give services.….vendor'),
    ...nobody('vendor', [...unreachable], 'neither email nor phone', 'complete vendors.…'),
  ];
}
