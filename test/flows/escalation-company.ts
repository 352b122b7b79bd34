import { GROUPS } from './flows.ts';

/** Christmas in Zurich, two in the morning: a Friday, and a public holiday. */
export const HOLIDAY_NIGHT = '2026-12-25T01:00:00Z';

const WORKING_DAY = [['08:00', '17:00']];

/** People who are reached in different ways; Priya, Sam, Lena and Alex are agents in Freshdesk too. */
export const PEOPLE = {
  priya: {
    name: 'Priya Nair',
    email: 'priya.nair@example.com',
    telegram: 1001,
    phone: '+41790000001',
    stand_in: 'sam',
    manager: 'lena',
  },
  sam: { name: 'Sam Sommer', email: 'sam.sommer@example.com', slack: 'U024BE7LH', manager: 'lena' },
  lena: { name: 'Lena Vogt', email: 'lena.vogt@example.com', phone: '+41790000002', manager: 'alex' },
  alex: { name: 'Alex Agent', email: 'alex.agent@example.com', ntfy: 'alex-7f3c9a' },
  dora: { name: 'Dora Dahl', email: 'dora@board.example' },
  pat: { name: 'Pat Lund', email: 'pat@example.com', ntfy: 'pat-11ab' },
} as const;

/** A company whose shop is critical; the overrides of a test come on top. */
export const COMPANY = {
  defaults: { team: 'platform', time_zone: 'Europe/Zurich', policy_owner: 'pat' },
  people: PEOPLE,
  teams: {
    platform: {
      name: 'Platform',
      members: ['priya', 'sam'],
      manager: 'alex',
      rotation: 'platform',
      room: 'ops',
      freshdesk_group_id: GROUPS.platform,
    },
  },
  rotations: {
    platform: {
      name: 'Platform on call',
      hand_over: false,
      layers: [{ people: ['priya'], shift: 'weekly', starts: '2026-01-05T09:00' }],
    },
  },
  calendars: {
    office: {
      name: 'Office',
      time_zone: 'Europe/Zurich',
      hours: {
        monday: WORKING_DAY,
        tuesday: WORKING_DAY,
        wednesday: WORKING_DAY,
        thursday: WORKING_DAY,
        friday: WORKING_DAY,
      },
      holidays: ['2026-12-25'],
    },
  },
  roles: { director: 'dora', lead: 'lena', manager: 'alex' },
  rooms: { ops: { name: 'Operations', channel: 'slack', address: 'C024BE91L' } },
  customers: {
    acme: {
      name: 'Acme Retail',
      domains: ['acme.example'],
      contacts: [
        { name: 'Kim Lee', level: 1, email: 'kim.lee@acme.example' },
        { name: 'Ann Roe', level: 2, email: 'ann.roe@acme.example' },
      ],
    },
  },
  services: {
    shop: {
      name: 'Web shop',
      customers: ['acme'],
      criticality: 'high',
      owner: 'platform',
      words: ['shop'],
      match: [{ host: 'web*' }],
    },
  },
  notify: {
    channels: ['telegram', 'sms', 'slack', 'email'],
    delivered_within: '2m',
    bundle_within: '0s',
  },
} as const;

/** Nobody takes it: up to the Director, who is told an hour and ten minutes after the opening. */
export const NOBODY_TAKES_IT = {
  name: 'Nobody takes it',
  kind: 'technical',
  watches: 'acknowledge',
  when: { priority: ['urgent', 'high'] },
  rungs: [
    { name: 'On call', after: '5m', tell: [{ on_call: 'owner' }] },
    { name: 'Lead', after: '15m', tell: [{ role: 'lead' }], channels: ['sms', 'voice'] },
    {
      name: 'Manager',
      after: '30m',
      tell: [{ role: 'manager' }, { room: 'team' }],
      channels: ['ntfy', 'slack'],
    },
    { name: 'Director', after: '60m', tell: [{ role: 'director' }], director: true, stop_within: '10m' },
  ],
  last: { after: '30m', person: 'pat', channels: ['ntfy'] },
} as const;

/** The company with these ladders, and with more or other sections. */
export const companyWith = (ladders: object, more: object = {}): object => ({ ...COMPANY, ladders, ...more });
