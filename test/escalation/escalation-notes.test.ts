import { describe, expect, test } from 'vitest';
import { escalationNotes } from '../../src/escalation/escalation-notes.ts';
import { aPolicy } from '../support/policy.ts';
import { NIGHT } from './northwind.ts';

/** Nothing to note: everything that a ladder refers to gives somebody, at every hour of the next 60 days. */
const COMPLETE = {
  defaults: { team: 'platform', time_zone: 'Europe/Zurich', policy_owner: 'jo' },
  people: {
    jo: { name: 'Jo Moss', email: 'jo@northwind.example', phone: '+41790000001', stand_in: 'sam' },
    sam: { name: 'Sam Ode', email: 'sam@northwind.example', phone: '+41790000002', stand_in: 'jo' },
    dana: { name: 'Dana Keller', email: 'dana@northwind.example' },
  },
  teams: {
    platform: { name: 'Platform', members: ['jo', 'sam'], manager: 'dana', rotation: 'nights', room: 'ops' },
    other: { name: 'Other' },
  },
  rotations: { nights: { name: 'Nights', layers: [{ people: ['jo', 'sam'], starts: '2026-01-05T09:00' }] } },
  calendars: {
    office: {
      name: 'Office',
      time_zone: 'Europe/Zurich',
      hours: { monday: [['08:00', '17:00']] },
      holidays: ['2026-12-25', '2027-01-01'],
    },
  },
  notify: { channels: ['email'], rules: [] },
  roles: { director: 'dana' },
  rooms: { ops: { name: 'Operations', channel: 'slack', address: 'C024BE91L' } },
  vendors: { telecom: { name: 'Telecom', contract: 'C-1', phone: '+41800123456' } },
  customers: {
    acme: {
      name: 'Acme',
      calendar: 'office',
      roles: { 'account-manager': 'jo' },
      contacts: [{ name: 'Kim', level: 1, email: 'kim@acme.example' }],
    },
  },
  services: {
    shop: {
      name: 'Shop',
      customers: ['acme'],
      criticality: 'high',
      owner: 'platform',
      vendor: 'telecom',
      match: [{ host: 'shop*' }],
    },
  },
  ladders: {
    ack: {
      name: 'Nobody takes it',
      kind: 'technical',
      watches: 'acknowledge',
      rungs: [
        {
          name: 'On call',
          after: '15m',
          tell: [{ on_call: 'owner' }, { room: 'team' }],
          channels: ['sms', 'email'],
        },
        { name: 'Team', after: '30m', tell: [{ team: 'owner' }, { manager: 'team' }] },
        { name: 'Director', after: '60m', tell: [{ role: 'director' }], director: true },
      ],
      last: { person: 'dana' },
    },
    account: {
      name: 'Account',
      kind: 'relationship',
      watches: 'trigger',
      starts_on: ['button'],
      calendar: 'customer',
      rungs: [{ name: 'Account', after: '0s', tell: [{ role: 'account-manager' }] }],
      last: { person: 'dana' },
    },
    customer: {
      name: 'Customer',
      kind: 'customer',
      watches: 'level',
      rungs: [{ name: 'One', at_level: 1, tell: [{ customer_level: 1 }] }],
    },
    vendor: {
      name: 'Vendor',
      kind: 'vendor',
      watches: 'progress',
      rungs: [{ name: 'Vendor', after: '60m', tell: [{ vendor: true }] }],
    },
  },
};

type Plain = { [key: string]: Plain } | Plain[] | string | number | boolean | undefined;

/** COMPLETE with one thing changed: the value at a path such as `ladders.ack.last`, undefined to leave it out. */
function withChange(path: string, value: Plain): object {
  const all = structuredClone(COMPLETE) as unknown as Record<string, Plain>;
  const keys = path.split('.');
  let place: Record<string, Plain> = all;
  for (const key of keys.slice(0, -1)) place = place[key] as Record<string, Plain>;
  const [last = ''] = keys.slice(-1);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return all;
}

const notesOf = (policy: object, now = NIGHT) =>
  escalationNotes(aPolicy(policy), now).map(({ path, message }) => `${path}: ${message}`);

test('a policy that is complete gets none', () => expect(notesOf(COMPLETE)).toEqual([]));

test('a policy without ladders gets none', () => expect(notesOf({})).toEqual([]));

describe('what is probably not meant', () => {
  const holdLow = { priority: 'low', calendar: 'office', hours: 'outside' };
  test.each<[string, Plain, string]>([
    ['defaults.policy_owner', undefined, 'defaults.policy_owner: is not given: nobody is told when a rung'],
    ['ladders.ack.last', undefined, 'ladders.ack: has no last: nobody is told when it has run out'],
    ['people.sam.phone', undefined, ''],
    [
      'ladders.ack.rungs.0.channels',
      ['telegram', 'slack'],
      'ladders.ack.rungs[0].channels: Jo Moss has no address for telegram or slack and is told otherwise; complete people.jo',
    ],
    [
      'teams.platform.rotation',
      undefined,
      'ladders.ack.rungs[0].tell[0].on_call: gives nobody for platform: no rotation',
    ],
    [
      'teams.platform.room',
      undefined,
      'ladders.ack.rungs[0].tell[1].room: gives nobody for platform: no room',
    ],
    [
      'teams.platform.members',
      [],
      'ladders.ack.rungs[1].tell[0].team: gives nobody for platform: no members',
    ],
    [
      'teams.platform.manager',
      undefined,
      'ladders.ack.rungs[1].tell[1].manager: gives nobody for platform: no manager',
    ],
    [
      'customers.civic',
      { name: 'Civic', contacts: [{ name: 'Al', level: 1, email: 'al@civic.example' }] },
      'ladders.account.rungs[0].tell[0].role: gives nobody for civic: no such role; name somebody in roles.account-manager',
    ],
    [
      'customers.acme.contacts',
      [],
      'ladders.customer.rungs[0].tell[0].customer_level: gives nobody for acme: no contact of level 1',
    ],
    [
      'services.shop.vendor',
      undefined,
      'ladders.vendor.rungs[0].tell[0].vendor: gives nobody for shop: critical, but no vendor',
    ],
    [
      'vendors.telecom.phone',
      undefined,
      'ladders.vendor.rungs[0].tell[0].vendor: gives nobody for telecom: neither email nor phone',
    ],
    [
      'ladders.ack.rungs.1.hold_until',
      'office',
      'ladders.ack.rungs[1].hold_until: waits for the hours of office also when it is Urgent',
    ],
    ['ladders.ack.calendar', 'office', 'ladders.ack.calendar: counts only working time of office'],
    ['ladders.ack.rungs.0.tell', [{ person: 'jo' }], 'ladders.ack: tells nobody who is on call'],
    [
      'ladders.ack.rungs.1.before_next',
      'acknowledged',
      'ladders.ack.rungs[1].before_next: lets the rungs after it wait for ever while nobody acknowledges',
    ],
    ['ladders.ack.rungs.2.before_next', 'acknowledged', ''],
    [
      'ladders.ack.last.channels',
      ['sms'],
      'ladders.ack.last.channels: Dana Keller has no address for sms and is told otherwise; complete people.dana',
    ],
    [
      'notify',
      { channels: ['sms'] },
      'notify.channels: Dana Keller has no address for sms and is told otherwise; complete people.dana',
    ],
    [
      'notify',
      { rules: [{ name: 'Urgent', when: { priority: 'urgent' }, channels: ['voice'] }] },
      'notify.rules[0].channels: Dana Keller has no address for voice',
    ],
    ['calendars.office.holidays', ['2026-12-25'], 'calendars.office: has no holidays in 2027'],
    ['calendars.office.holidays', [], 'calendars.office: has no holidays in 2026 and 2027'],
    [
      'rotations.nights.layers.0.ends',
      '2026-12-07T09:00',
      'rotations.nights: nobody is on call from Mon 7 Dec 09:00 (Europe/Zurich) for 43 d 17 h; add a layer',
    ],
    [
      'people.dana.absent',
      [{ from: '2026-12-24T00:00', to: '2027-01-04T08:00' }],
      'people.dana.absent: nobody stands in for Dana Keller from Thu 24 Dec 00:00 (Europe/Zurich)',
    ],
    ['people.sam.absent', [{ from: '2026-12-24T00:00', to: '2027-01-04T08:00' }], ''],
    [
      'notify',
      { rules: [{ name: 'Quiet', when: { calendar: 'office', hours: 'outside' }, hold: true }] },
      'notify.rules[0].hold: Quiet holds back also what is Urgent',
    ],
    ['notify', { rules: [{ name: 'Quiet', when: holdLow, hold: true }] }, ''],
  ])('%s: %j gives “%s”', (path, value, note) => {
    const notes = notesOf(withChange(path, value));
    expect(notes.length).toBe(note === '' ? 0 : notes.length);
    if (note !== '') expect(notes).toContainEqual(expect.stringContaining(note));
  });

  test('a rotation of nights alone tells its first gap and how many there are', () => {
    const layers = [
      { people: ['jo', 'sam'], starts: '2026-01-05T09:00', calendar: 'office', hours: 'outside' },
    ] as unknown as Plain;
    expect(notesOf(withChange('rotations.nights.layers', layers))).toEqual([
      'rotations.nights: nobody is on call from Mon 08:00 (Europe/Zurich) for 9 h, and 8 more times in the next 60 days; add a layer, an override or a stand-in',
    ]);
  });

  test('a ladder for some of the incidents is looked at for those alone', () => {
    const low = withChange('ladders.ack.when', { priority: ['low', 'medium'] }) as typeof COMPLETE;
    const rung = { name: 'Later', after: '90m', tell: [{ team: 'platform' }], hold_until: 'office' };
    const ladders = { ...low.ladders, ack: { ...low.ladders.ack, rungs: [rung] } };
    expect(notesOf({ ...low, ladders })).toEqual([]);
  });
});
