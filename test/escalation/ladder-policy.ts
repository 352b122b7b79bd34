import { parse, stringify } from 'yaml';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import type { Policy } from '../../src/policy/schema.ts';
import { policyText } from '../support/policy.ts';

/** People on every channel, an office in UTC, and exactly these ladders. */
const COMPANY = {
  defaults: { team: 'operations', time_zone: 'UTC', policy_owner: 'pat' },
  people: {
    jo: {
      name: 'Jo Moss',
      email: 'jo@acme-it.example',
      phone: '+41790000001',
      telegram: 1001,
      slack: 'U024BE7LH',
      manager: 'dana',
      stand_in: 'sam',
    },
    sam: {
      name: 'Sam Ode',
      email: 'sam@acme-it.example',
      phone: '+41790000002',
      telegram: 1002,
      manager: 'dana',
    },
    dana: { name: 'Dana Keller', email: 'dana@acme-it.example', phone: '+41790000003' },
    max: { name: 'Max Fox', email: 'max@acme-it.example', phone: '+41790000004' },
    pat: { name: 'Pat Lund', email: 'pat@acme-it.example' },
  },
  teams: {
    operations: {
      name: 'Operations',
      members: ['jo', 'sam'],
      manager: 'dana',
      rotation: 'nights',
      room: 'ops',
    },
    nobody: { name: 'Nobody' },
  },
  rotations: {
    nights: { name: 'Nights', layers: [{ people: ['jo'], shift: 'weekly', starts: '2026-01-05T09:00' }] },
  },
  calendars: {
    office: {
      name: 'Office',
      time_zone: 'UTC',
      hours: Object.fromEntries(
        ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, [['08:00', '17:00']]]),
      ),
    },
    zurich: {
      name: 'Zurich',
      time_zone: 'Europe/Zurich',
      hours: Object.fromEntries(['saturday', 'sunday'].map((day) => [day, [['00:00', '24:00']]])),
    },
  },
  roles: { director: 'max', manager: 'dana' },
  rooms: { ops: { name: 'Operations room', channel: 'slack', address: 'C024BE91L' } },
  vendors: {
    telecom: {
      name: 'Acme Telecom',
      contract: 'C-20944',
      email: 'support@telecom.example',
      phone: '+41800123456',
    },
  },
  customers: {
    acme: {
      name: 'Acme Retail',
      contacts: [
        { name: 'Kim Lee', level: 1, email: 'kim@acme.example' },
        { name: 'Ann Roe', level: 2, email: 'ann@acme.example' },
      ],
    },
  },
  services: {
    shop: {
      name: 'Web shop',
      customers: ['acme'],
      owner: 'operations',
      vendor: 'telecom',
      match: [{ host: 'shop*' }],
    },
  },
  meetings: { bridge: { name: 'Bridge', link: 'https://meet.example/bridge' } },
  notify: { channels: ['telegram', 'sms', 'email'], delivered_within: '2m' },
};

/** `more` replaces whole sections of the policy. */
export function ladderPolicy(ladders: object, more: object = {}): Policy {
  const base: Readonly<Record<string, unknown>> = parse(policyText(COMPANY));
  const text = stringify({ ...base, ...more, ladders });
  const loaded = loadPolicy({ text, path: 'ladders.yaml' });
  if ('faults' in loaded)
    throw new Error(loaded.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return loaded.policy;
}

/** Nobody takes it: on call, team lead, manager, Director, catch-all. */
export const ACK = {
  name: 'Nobody takes it',
  kind: 'technical',
  watches: 'acknowledge',
  rungs: [
    { name: 'On call', after: '15m', tell: [{ on_call: 'owner' }] },
    { name: 'Team', after: '30m', tell: [{ team: 'owner' }] },
    { name: 'Manager', after: '45m', tell: [{ manager: 'team' }] },
    {
      name: 'Director',
      level: 5,
      after: '60m',
      tell: [{ role: 'director' }],
      director: true,
      stop_within: '10m',
    },
  ],
  last: { after: '30m', person: 'dana' },
};
