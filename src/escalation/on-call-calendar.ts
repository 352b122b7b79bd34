import { createHash } from 'node:crypto';
import ICAL from 'ical.js';
import { byPerson } from './hand-over.ts';
import { type OnCallPolicy, type Shift, shiftsBetween } from './on-call.ts';

/** What a calendar shows: the shifts of one rotation, or those of one person in all rotations. */
export type OnCallFeed = Readonly<{ rotation: string }> | Readonly<{ person: string }>;

const UID_LENGTH = 32;

/**
 * The shifts between two instants in the iCalendar format (RFC 5545), times in UTC; undefined when the policy has no such
 * rotation or person. Only names are in it, no addresses.
 *
 * The same policy and instants give the same text; an entry keeps its UID while who begins when stays the same.
 */
export function onCallCalendar(
  policy: OnCallPolicy,
  feed: OnCallFeed,
  { from, to }: Readonly<{ from: Date; to: Date }>,
): string | undefined {
  const name = nameOf(policy, feed);
  if (name === undefined) return undefined;
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Watchdesk//On call//EN');
  calendar.addPropertyWithValue('x-wr-calname', `On call: ${name}`);
  calendar
    .addPropertyWithValue('refresh-interval', ICAL.Duration.fromString('PT1H'))
    .setParameter('value', 'DURATION');
  calendar.addPropertyWithValue('x-published-ttl', 'PT1H');
  const rotations = 'rotation' in feed ? [feed.rotation] : Object.keys(policy.rotations);
  for (const rotation of rotations)
    for (const shift of byPerson(shiftsBetween(policy, rotation, from, to)))
      if ('rotation' in feed || shift.person === feed.person)
        calendar.addSubcomponent(entryOf(policy, rotation, shift, from));
  return `${calendar.toString()}\r\n`;
}

function nameOf(policy: OnCallPolicy, feed: OnCallFeed): string | undefined {
  if ('rotation' in feed)
    return Object.hasOwn(policy.rotations, feed.rotation) ? policy.rotations[feed.rotation]?.name : undefined;
  return Object.hasOwn(policy.people, feed.person) ? policy.people[feed.person]?.name : undefined;
}

function entryOf(policy: OnCallPolicy, rotation: string, shift: Shift, stamp: Date) {
  const { person, from, to, why } = shift;
  const who = policy.people[person]?.name ?? person;
  const entry = new ICAL.Component('vevent');
  const key = createHash('sha256').update(`${rotation}\n${person}\n${from.toISOString()}`).digest('hex');
  entry.addPropertyWithValue('uid', `${key.slice(0, UID_LENGTH)}@watchdesk`);
  entry.addPropertyWithValue('dtstamp', ICAL.Time.fromJSDate(stamp, true));
  entry.addPropertyWithValue('dtstart', ICAL.Time.fromJSDate(from, true));
  entry.addPropertyWithValue('dtend', ICAL.Time.fromJSDate(to, true));
  entry.addPropertyWithValue('summary', `${who}: ${policy.rotations[rotation]?.name ?? rotation}`);
  entry.addPropertyWithValue('description', why);
  // Being on call does not make somebody busy.
  entry.addPropertyWithValue('transp', 'TRANSPARENT');
  return entry;
}
