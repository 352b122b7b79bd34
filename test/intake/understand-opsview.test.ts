import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Macros } from '../../src/intake/opsview-envelope.ts';
import { understandOpsview, understandOpsviewAlert } from '../../src/intake/understand-opsview.ts';
import type { CheckEvent } from '../../src/model/check-event.ts';

const FIXTURES = new URL('../fixtures/opsview/', import.meta.url);
const recorded = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));

const receivedAt = new Date('2026-11-20T17:40:00.000Z');
const epoch = (at: Date): string => String(Math.floor(at.getTime() / 1000));

const service = {
  NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
  NAGIOS_HOSTNAME: 'web01',
  NAGIOS_HOSTSTATE: 'UP',
  NAGIOS_SERVICEDESC: 'HTTP',
  NAGIOS_SERVICESTATE: 'CRITICAL',
} as const;
const host = {
  NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
  NAGIOS_HOSTNAME: 'db01',
  NAGIOS_HOSTSTATE: 'DOWN',
} as const;

function eventOf(macros: Macros): CheckEvent {
  const understood = understandOpsviewAlert({ macros }, receivedAt);
  if (!('event' in understood)) throw new Error(`parked: ${understood.parked.sentence}`);
  return understood.event;
}
function parkedOf(macros: Macros) {
  const understood = understandOpsviewAlert({ macros }, receivedAt);
  if ('event' in understood) throw new Error('understood');
  return understood.parked;
}

describe('recorded alerts', () => {
  test.each(recorded)('%s becomes the event beside it', (name) => {
    const { event, macros, recorded_at } = JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
    const understood = understandOpsviewAlert({ macros }, new Date(recorded_at * 1000));
    expect(JSON.parse(JSON.stringify(understood))).toEqual({ event });
  });

  test('there are all twelve of them', () => expect(recorded).toHaveLength(12));
});

test('kind, host and one state are enough', () => {
  expect(eventOf(host)).toEqual({
    kind: 'check',
    happening: 'problem',
    host: 'db01',
    check: '',
    state: 'DOWN',
    stateType: 'HARD',
    output: '',
    longOutput: '',
    hashtags: [],
    occurredAt: receivedAt,
  });
});

test.each([
  // NOTIFICATIONTYPE    state       happening            what else the kind tells
  ['PROBLEM', 'WARNING', 'problem', {}],
  ['PROBLEM', 'OK', 'recovery', {}], // Opsview's self-test
  ['RECOVERY', 'OK', 'recovery', {}],
  ['RECOVERY', 'UNKNOWN', 'problem', {}],
  ['ACKNOWLEDGEMENT', 'CRITICAL', 'acknowledged', { isAcknowledged: true }],
  ['FLAPPINGSTART', 'OK', 'flapping_started', { isFlapping: true }],
  ['FLAPPINGSTOP', 'OK', 'flapping_stopped', { isFlapping: false }],
  ['FLAPPINGDISABLED', 'CRITICAL', 'flapping_stopped', { isFlapping: false }],
  ['DOWNTIMESTART', 'OK', 'downtime_started', { inDowntime: true }],
  ['DOWNTIMEEND', 'CRITICAL', 'downtime_ended', { inDowntime: false }],
  ['DOWNTIMECANCELLED', 'CRITICAL', 'downtime_ended', { inDowntime: false }],
  ['CUSTOM', 'OK', 'custom', {}],
] as const)('%s with state %s is %s', (type, state, happening, told) => {
  const event = eventOf({ ...service, NAGIOS_NOTIFICATIONTYPE: type, NAGIOS_SERVICESTATE: state });
  const { inDowntime, isFlapping, isAcknowledged } = event;
  expect(event).toMatchObject({ happening, state });
  expect(JSON.parse(JSON.stringify({ inDowntime, isFlapping, isAcknowledged }))).toEqual(told);
});

test.each([
  // depths told                                                        in downtime
  [{}, undefined],
  [{ NAGIOS_SERVICEDOWNTIME: '0' }, false],
  [{ NAGIOS_SERVICEDOWNTIME: '1' }, true],
  [{ NAGIOS_SERVICEDOWNTIME: '0', NAGIOS_HOSTDOWNTIME: '2' }, true],
  [{ NAGIOS_SERVICEDOWNTIME: 'soon' }, undefined],
])('downtime depths %j: %s', (depths, inDowntime) => {
  expect(eventOf({ ...service, ...depths }).inDowntime).toBe(inDowntime);
});

test.each([
  // TIMET                                 LASTSERVICECHECK   occurredAt
  ['1795196279', '1795196270', new Date(1795196279_000)],
  [undefined, '1795196270', new Date(1795196270_000)],
  ['', '0', receivedAt],
  ['12', undefined, receivedAt],
  ['tomorrow', '-5', receivedAt],
  [epoch(new Date(receivedAt.getTime() + 60_000)), undefined, new Date(receivedAt.getTime() + 60_000)],
  [epoch(new Date(receivedAt.getTime() + 61_000)), undefined, receivedAt],
  ['999999999999', undefined, receivedAt],
])('TIMET %s, last check %s: occurred at %s', (timet, lastCheck, occurredAt) => {
  const event = eventOf({ ...service, NAGIOS_TIMET: timet, NAGIOS_LASTSERVICECHECK: lastCheck });
  expect(event.occurredAt).toEqual(occurredAt);
});

test('a state never begins after the event that tells it', () => {
  const future = epoch(new Date(receivedAt.getTime() + 3_600_000));
  expect(eventOf({ ...service, NAGIOS_LASTSERVICESTATECHANGE: future }).stateSince).toEqual(receivedAt);
});

test('a SOFT state stays SOFT, a missing or unknown state type counts as HARD', () => {
  const typeOf = (type?: string) => eventOf({ ...service, NAGIOS_SERVICESTATETYPE: type }).stateType;
  expect([typeOf('SOFT'), typeOf('HARD'), typeOf(''), typeOf(undefined), typeOf('LIQUID')]).toEqual([
    'SOFT',
    'HARD',
    'HARD',
    'HARD',
    'HARD',
  ]);
});

test('hashtags are told through contact groups, each once', () => {
  const groups = 'hostgroup4_servicegroup2,k7_production, k12_web_shop,k7_production,kitchen_team';
  expect(eventOf({ ...service, NAGIOS_CONTACTGROUPLIST: groups }).hashtags).toEqual([
    'production',
    'web_shop',
  ]);
});

test('NUL and broken surrogates cannot reach the database', () => {
  const event = eventOf({ ...service, NAGIOS_SERVICEOUTPUT: 'a\0b \ud800 c', NAGIOS_HOSTALIAS: '\0' });
  expect(event.output).toBe('a\u{FFFD}b \u{FFFD} c');
  expect(event.hostAlias).toBe('\u{FFFD}');
});

test('a host group too long for an index counts as not told', () => {
  expect(eventOf({ ...service, NAGIOS_HOSTGROUPNAME: 'g'.repeat(256) })).not.toHaveProperty('hostGroup');
});

test.each([
  // what is wrong                                                             rule
  [{ ...service, NAGIOS_HOSTNAME: ' ' }, 'host_missing', /HOSTNAME/],
  [{ ...service, NAGIOS_SERVICEDESC: '' }, 'check_missing', /web01/],
  [{ ...service, NAGIOS_NOTIFICATIONTYPE: undefined }, 'kind_unknown', /NOTIFICATIONTYPE/],
  [{ ...service, NAGIOS_NOTIFICATIONTYPE: 'constructor' }, 'kind_unknown', /CONSTRUCTOR/],
  [{ ...service, NAGIOS_SERVICESTATE: 'PURPLE' }, 'state_unknown', /PURPLE/],
  [{ ...service, NAGIOS_SERVICESTATE: 'DOWN' }, 'state_unknown', /service check/],
  [{ ...service, NAGIOS_SERVICESTATE: '' }, 'state_unknown', /SERVICESTATE/],
  [{ ...host, NAGIOS_HOSTSTATE: 'OK' }, 'state_unknown', /host/],
  [{ ...host, NAGIOS_HOSTNAME: 'x'.repeat(256) }, 'name_impossible', /255/],
  [{ ...host, NAGIOS_HOSTNAME: 'a::b' }, 'name_impossible', /a::b/],
  [{ ...service, NAGIOS_SERVICEDESC: 'a\u0007b' }, 'name_impossible', /control/],
  [{ OPSVIEW_NAME: 'Web shop', OPSVIEW_STATETEXT: 'OFFLINE' }, 'business_service_alert', /Web shop.*OFFLINE/],
  [{ OPSVIEW_NAME: 'Web shop' }, 'business_service_alert', /not told/],
  [{}, 'host_missing', /HOSTNAME/],
] as const)('parked with a reason: %j', (macros, rule, sentence) => {
  const parked = parkedOf(macros);
  expect(parked.rule).toBe(rule);
  expect(parked.sentence).toMatch(sentence);
  expect(parked.sentence.length).toBeLessThan(300);
});

const anyMacros = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...Object.keys(service), 'NAGIOS_TIMET', 'NAGIOS_LONGSERVICEOUTPUT', '__proto__'),
    fc.string(),
  ),
  fc.oneof(
    fc.constantFrom('PROBLEM', 'OK', 'CRITICAL', 'DOWN', '0', '1795196279'),
    fc.string({ unit: 'binary' }),
  ),
);

test('whatever comes, it is understood or parked, and nothing is thrown', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.record({
      version: fc.constantFrom<unknown>(1, 2, '1'),
      id: fc.oneof(fc.uuid(), fc.anything()),
      sent_at: fc.oneof(fc.constant('2026-11-20T17:38:01Z'), fc.anything()),
      macros: fc.oneof(anyMacros, fc.anything()),
    }),
  );
  fc.assert(
    fc.property(anything, (body) => {
      const understood = understandOpsview(body, receivedAt);
      if ('parked' in understood) return understood.parked.rule !== '' && understood.parked.sentence !== '';
      const { occurredAt } = understood.event;
      return occurredAt.getTime() <= receivedAt.getTime() + 60_000;
    }),
    { numRuns: 1000 },
  );
});

test('prototype keys do nothing', () => {
  const text = `{"version":1,"id":"7a3a8a46-3c43-4e3b-b0b1-0f5a4f2f3c11","sent_at":"2026-11-20T17:38:01Z",
    "__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},
    "macros":{"__proto__":"x","constructor":"y","toString":"z","NAGIOS_NOTIFICATIONTYPE":"PROBLEM",
    "NAGIOS_HOSTNAME":"__proto__","NAGIOS_HOSTSTATE":"DOWN"}}`;
  expect(understandOpsview(JSON.parse(text), receivedAt)).toMatchObject({
    event: { host: '__proto__', state: 'DOWN' },
  });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
