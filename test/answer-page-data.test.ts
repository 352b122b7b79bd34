import { expect, test } from 'vitest';
import { escalatingOf } from '../src/answer-page-data.ts';
import { NO_ESCALATION } from '../src/model/escalation.ts';
import type { Incident } from '../src/model/incident.ts';
import { aPolicy } from './support/policy.ts';

const AT = new Date('2026-11-21T09:00:00Z');
const INCIDENT: Incident = {
  ...{ id: '0b9e7a52-6f0d-4c1e-9a53-1b9f0c6d2e11', number: 42, version: 3, status: 'acknowledged' },
  ...{ type: 'Incident', origin: 'alert', title: 'web01 is DOWN', owner: 'Sam', acknowledgedAt: AT },
  ...{ impact: 'high', urgency: 'high', priority: 'urgent', priorityRule: 'matrix', priorityWhy: '' },
  ...{
    openChildCount: 0,
    childCount: 0,
    badAlertCount: 1,
    alertCount: 1,
    memberCount: 1,
    undigestedCount: 0,
  },
  ...{ startedAt: AT, openedAt: AT, lastJoinedAt: AT, reopenCount: 0, policyVersion: 'abc' },
  desk: { statusTurn: 0, subject: 'The shop is down' },
  proofs: [],
};
const POLICY = aPolicy({
  people: {
    dana: { name: 'Dana Ott', email: 'dana@example.com', time_zone: 'Asia/Tokyo' },
  },
  rooms: { ops: { name: 'Operations', channel: 'slack', address: 'C024BE91L' } },
  vendors: { isp: { name: 'Acme Telecom', contract: 'C-1' } },
  customers: { acme: { name: 'Acme', contacts: [{ name: 'Kim', level: 1, email: 'kim@acme.example' }] } },
  ladders: {},
});

test.each([
  ['dana', { name: 'Dana Ott', person: 'dana', timeZone: 'Asia/Tokyo' }],
  ['room:ops', { name: 'somebody in Operations', timeZone: POLICY.defaults.time_zone }],
  ['gone', { name: 'gone', timeZone: POLICY.defaults.time_zone }],
])('the link of %s is answered as %j', (recipient, reader) => {
  expect(escalatingOf(INCIDENT, recipient, POLICY)).toMatchObject({
    ...{ reference: 'WD-42', subject: 'The shop is down', owner: 'Sam', version: 3 },
    ...{ reader, escalation: NO_ESCALATION, acknowledgedAt: AT },
  });
  expect('person' in (escalatingOf(INCIDENT, recipient, POLICY)?.reader ?? {})).toBe(recipient === 'dana');
});

test.each(['customer:acme:0', 'vendor:isp'])('P10 %s sees nothing of what is ours', (recipient) =>
  expect(escalatingOf(INCIDENT, recipient, POLICY)).toBeUndefined(),
);
