import { expect, test } from 'vitest';
import { tellsNews } from '../../src/incidents/tells-news.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { CheckEvent } from '../../src/model/check-event.ts';
import { aCheckEvent } from '../support/check-event.ts';
import { aPolicy } from '../support/policy.ts';

const at = new Date('2026-03-02T09:00:00Z');
const policy = aPolicy({ alerts: { open_from: ['CRITICAL', 'DOWN'] } });
const known = (given: Partial<Alert> = {}): Alert => ({
  host: 'web01',
  check: 'HTTP',
  state: 'CRITICAL',
  stateType: 'HARD',
  stateSince: at,
  badSince: at,
  lastEventAt: at,
  inDowntime: false,
  isFlapping: false,
  isAcknowledged: false,
  output: '',
  longOutput: '',
  hashtags: [],
  incidentId: '00000000-0000-4000-8000-000000000001',
  ...given,
});
const read = (given: Partial<CheckEvent> = {}): CheckEvent =>
  aCheckEvent({
    happening: 'read_back',
    state: 'CRITICAL',
    inDowntime: false,
    isFlapping: false,
    isAcknowledged: false,
    ...given,
  });
const without = ({ incidentId: _, ...alert }: Alert): Alert => alert;

test.each([
  // what is known, what was read, whether it is news; an incident named 1 is open
  ['unknown and bad', undefined, read(), true],
  ['unknown and healthy', undefined, read({ state: 'OK' }), false],
  ['in its incident, as known', known(), read(), false],
  ['healthy again', known(), read({ state: 'OK' }), true],
  ['acknowledged meanwhile', known(), read({ isAcknowledged: true }), true],
  ['in downtime meanwhile', known(), read({ inDowntime: true }), true],
  ['flapping meanwhile', known(), read({ isFlapping: true }), true],
  ['back after it was missing', known({ missingSince: at }), read(), true],
  ['bad without an incident', without(known()), read(), true],
  [
    'bad without an incident, but in hand',
    without(known({ isAcknowledged: true })),
    read({ isAcknowledged: true }),
    false,
  ],
  [
    'bad without an incident, but in downtime',
    without(known({ inDowntime: true })),
    read({ inDowntime: true }),
    false,
  ],
  [
    'bad again without a word, after its incident was closed',
    known({ incidentId: '00000000-0000-4000-8000-000000000002' }),
    read(),
    true,
  ],
  ['a state that opens nothing', without(known({ state: 'WARNING' })), read({ state: 'WARNING' }), false],
] as const)('%s', (_, before, event, isNews) => {
  const isInOpenIncident = before?.incidentId?.endsWith('1') === true;
  expect(tellsNews(event, before, { policy, isInOpenIncident })).toBe(isNews);
});
