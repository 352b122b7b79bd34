import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recipientOf } from '../../src/escalation/recipient.ts';
import { type RecipientsGiven, recipientsOf } from '../../src/escalation/recipients.ts';
import type { Target } from '../../src/policy/sections/escalation.ts';
import { aPolicy } from '../support/policy.ts';
import { anIncident, type Changes, changed, NIGHT, NORTHWIND, northwind, told } from './northwind.ts';

const policy = northwind();
const given = (changes: Changes<RecipientsGiven> = {}): RecipientsGiven =>
  changed<RecipientsGiven>(
    {
      incident: anIncident(),
      policy,
      now: NIGHT,
      told: [],
    },
    changes,
  );
const keys = (targets: readonly Target[], changes: Changes<RecipientsGiven> = {}) =>
  recipientsOf(targets, given(changes)).found.map(({ recipient }) => recipient);

describe('each target', () => {
  test.each<[string, Target, readonly string[], Changes<RecipientsGiven>]>([
    ['a person', { person: 'jo' }, ['jo'], {}],
    ['a role of the customer before the general one', { role: 'account-manager' }, ['jo'], {}],
    [
      'the general role, where the customer has none',
      { role: 'account-manager' },
      ['sam'],
      { incident: anIncident({ customerId: 'civic' }) },
    ],
    ['the general role, without a customer', { role: 'director' }, ['dana'], {}],
    ['a rotation', { on_call: 'platform' }, ['jo'], {}],
    ['the rotation of the team whose ticket it is', { on_call: 'owner' }, ['jo'], {}],
    [
      'a week later the next in the rotation',
      { on_call: 'owner' },
      ['sam'],
      { now: new Date('2026-11-24T01:00:00Z') },
    ],
    ['all of a team', { team: 'platform' }, ['jo', 'sam'], {}],
    ['all of the team whose ticket it is', { team: 'owner' }, ['jo', 'sam'], {}],
    ['a room', { room: 'ops' }, ['room:ops'], {}],
    ['the room of the team', { room: 'team' }, ['room:ops'], {}],
    ['whoever has it', { owner: true }, ['sam'], { owner: 'sam' }],
    ['the manager of whoever has it', { manager: 'owner' }, ['dana'], { owner: 'jo' }],
    ['the manager of the team', { manager: 'team' }, ['dana'], {}],
    [
      'the managers of those told, each once',
      { manager: 'told' },
      ['dana'],
      { told: [told('jo', 'Jo'), told('room:ops', 'Operations'), told('sam', 'Sam')] },
    ],
    ['the stand-ins of those told', { stand_in: 'told' }, ['sam'], { told: [told('jo', 'Jo')] }],
    ['contacts of a level', { customer_level: 2 }, ['customer:acme:0', 'customer:acme:2'], {}],
    ['the vendor of the service', { vendor: true }, ['vendor:telecom'], {}],
  ])('%s', (_, target, expected, changes) => expect(keys([target], changes)).toEqual(expected));
});

describe('a target that gives nobody names its place in the policy', () => {
  const noTeam = { incident: anIncident({ assignmentGroup: undefined }) };
  test.each<[Target, string, Changes<RecipientsGiven>]>([
    [{ role: 'nurse' }, 'Neither customers.acme.roles.nurse nor roles.nurse names anybody.', {}],
    [{ role: 'nurse' }, 'roles.nurse names nobody.', { incident: anIncident({ customerId: undefined }) }],
    [{ on_call: 'over' }, 'Nobody is on call in rotations.over at Sat 02:31 (Europe/Zurich).', {}],
    [{ on_call: 'gone' }, 'gone is not a key of rotations.', {}],
    [
      { on_call: 'owner' },
      'teams.empty.rotation is not given.',
      { incident: anIncident({ assignmentGroup: 'empty' }) },
    ],
    [
      { on_call: 'owner' },
      'The incident belongs to no team: give its service an owner, or set defaults.team.',
      noTeam,
    ],
    [{ team: 'empty' }, 'teams.empty.members is empty.', {}],
    [{ room: 'gone' }, 'gone is not a key of rooms.', {}],
    [
      { room: 'team' },
      'teams.empty.room is not given.',
      { incident: anIncident({ assignmentGroup: 'empty' }) },
    ],
    [
      { owner: true },
      'Nobody has the incident, or whoever has it is not in people with the e-mail address of the Freshdesk agent.',
      {},
    ],
    [{ manager: 'owner' }, 'people.dana.manager is not given.', { owner: 'dana' }],
    [
      { manager: 'team' },
      'teams.empty.manager is not given.',
      { incident: anIncident({ assignmentGroup: 'empty' }) },
    ],
    [{ manager: 'told' }, 'No person has been told so far.', {}],
    [
      { stand_in: 'told' },
      'Those told so far name no stand-in: see people.dana.stand_in.',
      { told: [told('dana', 'Dana')] },
    ],
    [{ customer_level: 9 }, 'customers.acme.contacts has nobody of level 9.', {}],
    [
      { customer_level: 2 },
      'The incident belongs to no customer.',
      { incident: anIncident({ customerId: undefined }) },
    ],
    [{ vendor: true }, 'services.mail.vendor is not given.', { incident: anIncident({ serviceId: 'mail' }) }],
    [
      { person: 'max' },
      'Max Fox is away and nobody who is there stands in: see people.max.absent and people.max.stand_in.',
      {},
    ],
  ])('%j: %s', (target, sentence, changes) =>
    expect(recipientsOf([target], given(changes))).toEqual({ found: [], missing: [sentence], leftOut: [] }),
  );
});

test('whoever is away is replaced by the stand-in, and told why', () => {
  const away = aPolicy(
    NORTHWIND.replace(
      'manager: dana, stand_in: sam }',
      'manager: dana, stand_in: sam, absent: [{ from: 2026-11-20T00:00, to: 2026-11-23T00:00 }] }',
    ),
  );
  expect(recipientsOf([{ person: 'jo' }, { team: 'platform' }], given({ policy: away }))).toMatchObject({
    found: [{ recipient: 'sam', why: 'stand in for Jo Moss, who is away' }],
    missing: [],
  });
});

test('of a team with somebody away the others are told, and who was left out is said', () => {
  const withMax = aPolicy(NORTHWIND.replace('members: [jo, sam]', 'members: [max, jo]'));
  expect(recipientsOf([{ team: 'owner' }], given({ policy: withMax }))).toMatchObject({
    found: [{ recipient: 'jo' }],
    missing: [],
    leftOut: [expect.stringContaining('Max Fox is away')],
  });
});

test('each recipient once per rung, in the order of the targets, for the first reason', () => {
  const { found } = recipientsOf([{ on_call: 'owner' }, { room: 'team' }, { team: 'owner' }], given());
  expect(found.map(({ recipient, why }) => [recipient, why])).toEqual([
    ['jo', 'are on call (Platform on call)'],
    ['room:ops', undefined],
    ['sam', 'belong to Platform'],
  ]);
});

test.each([
  [
    'jo',
    {
      name: 'Jo Moss',
      timeZone: 'Europe/Zurich',
      addresses: {
        email: 'jo@northwind.example',
        sms: '+41790000001',
        voice: '+41790000001',
        telegram: '1001',
      },
    },
  ],
  [
    'sam',
    { timeZone: 'America/New_York', addresses: { email: 'sam@northwind.example', slack: 'U024BE7LH' } },
  ],
  ['room:ops', { kind: 'room', name: 'Operations', addresses: { slack: 'C024BE91L' } }],
  ['customer:acme:0', { kind: 'customer', name: 'Kim Lee', language: 'de', timeZone: 'Europe/Zurich' }],
  [
    'vendor:telecom',
    { kind: 'vendor', addresses: { email: 'support@telecom.example', voice: '+41800123456' } },
  ],
])('%s is found again by its key', (key, expected) =>
  expect(recipientOf(policy, key)).toMatchObject({ recipient: key, ...expected }),
);

test.each(['nobody', 'room:gone', 'customer:acme:9', 'customer:gone:0', 'vendor:gone'])(
  '%s, which the policy does not know, is nobody',
  (key) => expect(recipientOf(policy, key)).toBeUndefined(),
);

test('any targets at any time: no one twice, each target found or missing, nobody away is told', () => {
  const target = fc.constantFrom<Target>(
    { person: 'jo' },
    { person: 'max' },
    { role: 'director' },
    { on_call: 'over' },
    { on_call: 'owner' },
    { team: 'owner' },
    { team: 'empty' },
    { room: 'team' },
    { owner: true },
    { manager: 'told' },
    { stand_in: 'told' },
    { customer_level: 2 },
    { vendor: true },
  );
  fc.assert(
    fc.property(
      fc.array(target, { minLength: 1, maxLength: 6 }),
      fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
      fc.subarray(['jo', 'sam', 'dana', 'room:ops']),
      fc.option(fc.constantFrom('jo', 'max', 'nobody'), { nil: undefined }),
      (targets, now, before, owner) => {
        const all = given({ now, owner, told: before.map((key) => told(key, key)) });
        const { found, missing } = recipientsOf(targets, all);
        const recipients = found.map(({ recipient }) => recipient);
        expect(new Set(recipients).size).toBe(recipients.length);
        expect(found.length + missing.length).toBeGreaterThan(0);
        expect(missing.every((sentence) => sentence.endsWith('.'))).toBe(true);
        if (now > new Date('2026-10-31T23:00:00Z') && now < new Date('2026-11-29T23:00:00Z'))
          expect(recipients).not.toContain('max');
      },
    ),
  );
});
