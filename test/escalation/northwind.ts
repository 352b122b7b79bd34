import type { Alert } from '../../src/model/alert.ts';
import type { LadderRun, Told } from '../../src/model/escalation.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Policy } from '../../src/policy/schema.ts';
import { aPolicy } from '../support/policy.ts';

/** A small company with everything that a ladder can refer to. */
export const NORTHWIND = `
defaults: { team: platform, time_zone: Europe/Zurich, policy_owner: jo }
people:
  jo: { name: Jo Moss, email: jo@northwind.example, phone: "+41790000001", telegram: 1001, manager: dana, stand_in: sam }
  sam: { name: Sam Ode, email: sam@northwind.example, slack: U024BE7LH, manager: dana, stand_in: jo, time_zone: America/New_York }
  dana: { name: Dana Keller, email: dana@northwind.example, phone: "+41790000003" }
  max: { name: Max Fox, email: max@northwind.example, absent: [{ from: 2026-11-01T00:00, to: 2026-11-30T00:00, why: Holidays }] }
teams:
  platform: { name: Platform, members: [jo, sam], manager: dana, rotation: platform, room: ops, freshdesk_group_id: 7 }
  empty: { name: Empty }
rotations:
  platform: { name: Platform on call, layers: [{ people: [jo, sam], shift: weekly, starts: 2026-11-16T09:00 }] }
  over: { name: Over, layers: [{ people: [jo], shift: weekly, starts: 2020-01-06T09:00, ends: 2020-02-03T09:00 }] }
calendars:
  office:
    name: Office
    time_zone: Europe/Zurich
    hours: { monday: [["08:00", "17:00"]], tuesday: [["08:00", "17:00"]], wednesday: [["08:00", "17:00"]], thursday: [["08:00", "17:00"]], friday: [["08:00", "17:00"]] }
notify: { channels: [email], rules: [] }
roles: { director: dana, account-manager: sam }
rooms: { ops: { name: Operations, channel: slack, address: C024BE91L } }
vendors:
  telecom: { name: Acme Telecom, contract: C-20944, customer_number: "4711", phone: "+41800123456", email: support@telecom.example, hours: office }
meetings: { bridge: { name: Incident bridge, link: "https://meet.example/bridge", dial_in: "+41445550000, code 77" } }
customers:
  acme:
    name: Acme Retail
    vip: true
    calendar: office
    roles: { account-manager: jo }
    contacts:
      - { name: Kim Lee, level: 2, email: kim@acme.example, language: de }
      - { name: Ann Roe, level: 3, email: ann@acme.example, phone: "+41790000009" }
      - { name: Bea Roy, level: 2, email: bea@acme.example, language: fr }
  civic: { name: Civic Housing }
services:
  shop: { name: Web shop, customers: [acme], criticality: high, owner: platform, vendor: telecom, match: [{ host: shop* }] }
  mail: { name: Mail, match: [{ host: mail* }] }
ladders:
  ack:
    name: Nobody takes it
    kind: technical
    watches: acknowledge
    rungs:
      - { name: On call, after: 15m, tell: [{ on_call: owner }] }
      - { name: Bridge, after: 30m, tell: [{ team: owner }], meeting: bridge }
      - { name: Director, after: 60m, tell: [{ role: director }], director: true }
    last: { person: dana }
`;

/** A Saturday, 02:31 in Zurich: Jo is on call. */
export const NIGHT = new Date('2026-11-21T01:31:00Z');

/** What a test wants different; undefined leaves out what is optional. */
export type Changes<T> = { readonly [Key in keyof T]?: T[Key] | undefined };
export const changed = <T extends object>(base: T, changes: Changes<T>): T =>
  Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== undefined)) as T;

export const northwind = (): Policy => aPolicy(NORTHWIND);

const INCIDENT: Incident = {
  id: '00000000-0000-7000-8000-000000000042',
  number: 42,
  version: 1,
  status: 'new',
  type: 'Incident',
  title: 'host shop01 is DOWN',
  origin: 'alert',
  openChildCount: 0,
  childCount: 0,
  desk: { statusTurn: 0 },
  serviceId: 'shop',
  customerId: 'acme',
  assignmentGroup: 'platform',
  impact: 'high',
  urgency: 'high',
  priority: 'urgent',
  priorityRule: 'matrix',
  priorityWhy: '',
  badAlertCount: 1,
  alertCount: 1,
  memberCount: 1,
  undigestedCount: 0,
  startedAt: new Date('2026-11-21T01:16:00Z'),
  openedAt: new Date('2026-11-21T01:16:00Z'),
  reopenCount: 0,
  lastJoinedAt: new Date('2026-11-21T01:16:00Z'),
  proofs: [],
  policyVersion: 'x',
};

export const anIncident = (given: Changes<Incident> = {}): Incident => changed(INCIDENT, given);

const ALERT: Alert = {
  host: 'shop01',
  check: '',
  state: 'DOWN',
  stateType: 'HARD',
  stateSince: new Date('2026-11-21T01:16:00Z'),
  lastEventAt: new Date('2026-11-21T01:16:00Z'),
  inDowntime: false,
  isFlapping: false,
  isAcknowledged: false,
  output: 'CRITICAL - Host Unreachable (10.0.0.7)',
  longOutput: '',
  hashtags: [],
};

export const anAlert = (given: Changes<Alert> = {}): Alert => changed(ALERT, given);

export const told = (recipient: string, name: string, given: Partial<Told> = {}): Told => ({
  recipient,
  name,
  channels: ['email'],
  attempts: [],
  ...given,
});

const RUN: LadderRun = {
  ladder: 'ack',
  kind: 'technical',
  run: 1,
  round: 1,
  startedAt: new Date('2026-11-21T01:16:00Z'),
  why: 'It was opened.',
  state: 'running',
  counted: [{ from: new Date('2026-11-21T01:16:00Z') }],
  rungs: [],
};

export const aRun = (given: Changes<LadderRun> = {}): LadderRun => changed(RUN, given);
