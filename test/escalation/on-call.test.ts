import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAbsent, presentFor } from '../../src/escalation/absence.ts';
import { handOversBetween } from '../../src/escalation/hand-over.ts';
import { type OnCallPolicy, onCallAt, shiftsBetween } from '../../src/escalation/on-call.ts';
import { wallInstant } from '../../src/escalation/wall-clock.ts';
import { aPolicy } from '../support/policy.ts';
import { shownAt, steadyClock } from './steady-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const person = (name: string, more: object = {}) => ({
  name,
  email: `${name.toLowerCase()}@northwind-it.org`,
  ...more,
});
const PEOPLE = { jo: person('Jo'), sam: person('Sam'), kim: person('Kim'), dana: person('Dana') };
const OFFICE = {
  name: 'Office',
  time_zone: 'Europe/Zurich',
  hours: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, [['08:00', '17:00']]]),
  ),
  holidays: ['2026-12-25'],
};
/** One rotation, `platform`, in Zurich, an hour ahead of UTC in winter and two in summer. */
const policyWith = (rotation: object, people: object = {}): OnCallPolicy =>
  aPolicy({
    people: { ...PEOPLE, ...people },
    calendars: { office: OFFICE },
    rotations: { platform: { name: 'Platform', time_zone: 'Europe/Zurich', ...rotation } },
  });
const weekly = { people: ['jo', 'sam', 'kim'], starts: '2026-01-05T09:00' };

const who = (policy: OnCallPolicy, at: string) => onCallAt(policy, 'platform', new Date(at))?.person;
const list = (policy: OnCallPolicy, from: string, to: string) =>
  shiftsBetween(policy, 'platform', new Date(from), new Date(to)).map((shift) =>
    [shift.person, shift.from.toISOString().slice(0, 16), shift.to.toISOString().slice(0, 16)].join(' '),
  );

describe('times of the policy as instants', () => {
  test.each([
    ['Europe/Zurich', '2026-12-24T17:00', '2026-12-24T16:00:00.000Z'],
    ['Europe/Zurich', '2026-03-29T01:59', '2026-03-29T00:59:00.000Z'],
    ['Europe/Zurich', '2026-03-29T02:30', '2026-03-29T01:00:00.000Z'], // skipped: the change itself
    ['Europe/Zurich', '2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
    ['Europe/Zurich', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'], // twice: the first
    ['Europe/Zurich', '2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
    ['America/Havana', '2026-03-08T00:30', '2026-03-08T05:00:00.000Z'], // a midnight that is skipped
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00:00.000Z'], // a whole day that is skipped
    ['Pacific/Apia', '2011-12-31T12:00', '2011-12-30T22:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00.000Z'],
  ])('%s %s: %s', (zone, wall, instant) =>
    expect(new Date(wallInstant(wall, zone)).toISOString()).toBe(instant),
  );

  test('what is no time is refused', () =>
    expect(() => wallInstant('soon', 'UTC')).toThrow('“soon” is no date and time'));
});

describe('layers', () => {
  test('nobody before the first shift, then one after the other', () => {
    const policy = policyWith({ layers: [weekly] });
    expect(who(policy, '2026-01-05T07:59:59.999Z')).toBeUndefined();
    expect(onCallAt(policy, 'platform', new Date('2026-01-05T08:00:00Z'))).toEqual({
      person: 'jo',
      layer: 'layer 1',
      why: 'turn in layer 1',
    });
    expect(list(policy, '2026-01-10T00:00Z', '2026-01-27T00:00Z')).toEqual([
      'jo 2026-01-10T00:00 2026-01-12T08:00',
      'sam 2026-01-12T08:00 2026-01-19T08:00',
      'kim 2026-01-19T08:00 2026-01-26T08:00',
      'jo 2026-01-26T08:00 2026-01-27T00:00',
    ]);
  });

  test.each([
    // shift   from Saturday to Monday over the change to summer time: the day in between has 23 hours
    ['weekly', ['kim 2026-03-28T00:00 2026-03-30T07:00', 'jo 2026-03-30T07:00 2026-03-31T00:00']],
    [
      'daily',
      [
        'jo 2026-03-28T00:00 2026-03-28T08:00',
        'sam 2026-03-28T08:00 2026-03-29T07:00',
        'kim 2026-03-29T07:00 2026-03-30T07:00',
        'jo 2026-03-30T07:00 2026-03-31T00:00',
      ],
    ],
    [
      '36h',
      [
        'jo 2026-03-28T00:00 2026-03-28T08:00',
        'sam 2026-03-28T08:00 2026-03-29T19:00',
        'kim 2026-03-29T19:00 2026-03-31T00:00',
      ],
    ],
  ])('%s shifts keep their time of day when clocks change', (shift, expected) => {
    const starts = { weekly: '2026-01-05T09:00', daily: '2026-03-27T09:00', '36h': '2026-03-26T21:00' }[
      shift
    ];
    expect(
      list(policyWith({ layers: [{ ...weekly, starts, shift }] }), '2026-03-28T00:00Z', '2026-03-31T00:00Z'),
    ).toEqual(expected);
  });

  test('an hour that is skipped has no shift, one that comes twice has one of two hours', () => {
    const policy = policyWith({
      layers: [{ people: ['jo', 'sam', 'kim'], shift: '1h', starts: '2026-01-05T00:00' }],
    });
    const minutes = (from: string, to: string) =>
      shiftsBetween(policy, 'platform', new Date(from), new Date(to)).map(
        (shift) => (shift.to.getTime() - shift.from.getTime()) / MINUTE,
      );
    expect(minutes('2026-03-29T00:00Z', '2026-03-29T03:00Z')).toEqual([60, 60, 60]);
    expect(who(policy, '2026-03-29T00:30Z')).not.toBe(who(policy, '2026-03-29T01:30Z'));
    expect(minutes('2026-10-25T00:00Z', '2026-10-25T03:00Z')).toEqual([120, 60]);
  });

  test('the last layer that holds counts; outside its hours, after its end and with nobody there, the one before', () => {
    const layers = [
      weekly,
      {
        name: 'Nights',
        people: ['dana'],
        starts: '2026-01-05T09:00',
        ends: '2026-01-08T09:00',
        calendar: 'office',
        hours: 'outside',
      },
    ];
    const policy = policyWith({ layers });
    expect(list(policy, '2026-01-05T08:00Z', '2026-01-09T00:00Z')).toEqual([
      'jo 2026-01-05T08:00 2026-01-05T16:00',
      'dana 2026-01-05T16:00 2026-01-06T07:00',
      'jo 2026-01-06T07:00 2026-01-06T16:00',
      'dana 2026-01-06T16:00 2026-01-07T07:00',
      'jo 2026-01-07T07:00 2026-01-07T16:00',
      'dana 2026-01-07T16:00 2026-01-08T07:00',
      'jo 2026-01-08T07:00 2026-01-09T00:00',
    ]);
    const absent = [{ from: '2026-01-01T00:00', to: '2026-02-01T00:00' }];
    const away = policyWith({ layers }, { dana: person('Dana', { absent, time_zone: 'Europe/Zurich' }) });
    expect(who(away, '2026-01-05T20:00Z')).toBe('jo');
  });

  test('a layer of working hours alone has gaps, on holidays too', () => {
    const policy = policyWith({ layers: [{ ...weekly, people: ['jo'], calendar: 'office' }] });
    expect(list(policy, '2026-12-24T00:00Z', '2026-12-29T00:00Z')).toEqual([
      'jo 2026-12-24T07:00 2026-12-24T16:00',
      'jo 2026-12-28T07:00 2026-12-28T16:00',
    ]);
  });
});

test('the last override that holds counts, and swaps exchange shifts', () => {
  const policy = policyWith({
    layers: [weekly],
    overrides: [
      { from: '2026-01-12T09:00', to: '2026-01-13T09:00', person: 'dana', why: 'Move of the data centre' },
      { from: '2026-01-12T12:00', to: '2026-01-12T13:00', person: 'kim' },
    ],
    swaps: [{ from: '2026-01-05T09:00', to: '2026-01-19T09:00', between: ['jo', 'sam'] }],
  });
  expect(
    shiftsBetween(policy, 'platform', new Date('2026-01-05T08:00Z'), new Date('2026-01-20T08:00Z')).map(
      ({ person: id, layer, why }) => [id, layer, why],
    ),
  ).toEqual([
    ['sam', 'layer 1', 'swapped with Jo in layer 1'],
    ['dana', 'Override', 'override: Move of the data centre'],
    ['kim', 'Override', 'override'],
    ['dana', 'Override', 'override: Move of the data centre'],
    ['jo', 'layer 1', 'swapped with Sam in layer 1'],
    ['kim', 'layer 1', 'turn in layer 1'],
  ]);
});

describe('absence', () => {
  const absent = [{ from: '2026-01-06T00:00', to: '2026-01-07T00:00', why: 'Holidays' }];
  const at = new Date('2026-01-06T12:00:00Z');
  const layers = [weekly];

  test('the stand-in, else the next of the layer who is there, else nobody', () => {
    const jo = person('Jo', { absent, stand_in: 'dana', time_zone: 'Europe/Zurich' });
    expect(onCallAt(policyWith({ layers }, { jo }), 'platform', at)).toEqual({
      person: 'dana',
      layer: 'layer 1',
      why: 'stands in for Jo (Holidays), turn in layer 1',
    });
    const both = { jo, dana: person('Dana', { absent, time_zone: 'Europe/Zurich' }) };
    expect(onCallAt(policyWith({ layers }, both), 'platform', at)).toMatchObject({
      person: 'sam',
      why: 'next in layer 1, Jo is away',
    });
    const alone = policyWith({ layers: [{ ...weekly, people: ['jo'] }] }, both);
    expect(list(alone, '2026-01-05T12:00Z', '2026-01-08T00:00Z')).toEqual([
      'jo 2026-01-05T12:00 2026-01-05T23:00',
      'jo 2026-01-06T23:00 2026-01-08T00:00',
    ]);
  });

  test('an override of somebody who is away holds for the stand-in, else not at all', () => {
    const overrides = [{ from: '2026-01-06T00:00', to: '2026-01-08T00:00', person: 'dana' }];
    const dana = person('Dana', { absent, stand_in: 'kim' });
    expect(who(policyWith({ layers, overrides }, { dana }), at.toISOString())).toBe('kim');
    const nobody = person('Dana', { absent });
    expect(who(policyWith({ layers, overrides }, { dana: nobody }), at.toISOString())).toBe('jo');
  });

  test('stand-ins of stand-ins, in a circle too, and by the clocks of each', () => {
    const policy = policyWith(
      { layers },
      {
        jo: person('Jo', { absent, stand_in: 'sam', time_zone: 'Asia/Tokyo' }),
        sam: person('Sam', { absent, stand_in: 'kim' }),
        kim: person('Kim', { absent, stand_in: 'jo' }),
      },
    );
    expect(presentFor(policy, 'jo', at)).toBeUndefined();
    expect(isAbsent(policy, 'jo', new Date('2026-01-05T14:59Z'))).toBe(false);
    expect(isAbsent(policy, 'jo', new Date('2026-01-05T15:00Z'))).toBe(true);
    expect(presentFor(policy, 'kim', new Date('2026-01-06T16:00Z'))).toEqual({
      person: 'jo',
      why: 'stands in for Kim (Holidays)',
    });
    expect(presentFor(policy, 'dana', at)).toEqual({ person: 'dana' });
    expect(presentFor(policy, 'ghost', at)).toBeUndefined();
    expect(isAbsent(policy, 'ghost', at)).toBe(true);
  });
});

test('a rotation that the policy does not have is our mistake', () =>
  expect(() => onCallAt(policyWith({ layers: [weekly] }), 'ghost', new Date())).toThrow(
    'The policy has no rotation ghost.',
  ));

describe('hand-overs', () => {
  const policy = policyWith({
    layers: [weekly],
    overrides: [{ from: '2026-01-13T09:00', to: '2026-01-14T09:00', person: 'dana' }],
  });
  const between = (after: string, until: string, given = policy) =>
    handOversBetween(given, new Date(after), new Date(until)).map(({ from, to, at, until: end }) =>
      [from ?? 'nobody', to, at.toISOString().slice(0, 16), end.toISOString().slice(0, 16)].join(' '),
    );

  test('each change once, with who was and until when', () => {
    expect(between('2026-01-05T07:00Z', '2026-01-14T08:00Z')).toEqual([
      'nobody jo 2026-01-05T08:00 2026-01-12T08:00',
      'jo sam 2026-01-12T08:00 2026-01-13T08:00',
      'sam dana 2026-01-13T08:00 2026-01-14T08:00',
      'dana sam 2026-01-14T08:00 2026-01-19T08:00',
    ]);
    expect(between('2026-01-14T07:59Z', '2026-01-14T08:00Z')).toHaveLength(1);
    expect(between('2026-01-14T08:00Z', '2026-01-14T08:01Z')).toEqual([]);
    expect(between('2026-01-14T08:00Z', '2026-01-14T07:00Z')).toEqual([]);
  });

  test('no change of person, no hand-over; nor where policy wants none', () => {
    const same = policyWith({
      layers: [{ ...weekly, people: ['jo'] }],
      overrides: [{ from: '2026-01-13T09:00', to: '2026-01-14T09:00', person: 'jo', why: 'Anyway' }],
    });
    expect(between('2026-01-06T00:00Z', '2026-02-01T00:00Z', same)).toEqual([]);
    const silent = policyWith({ layers: [weekly], hand_over: false });
    expect(between('2026-01-01T00:00Z', '2026-02-01T00:00Z', silent)).toEqual([]);
  });
});

const ZONES = ['Europe/Zurich', 'America/Havana', 'Australia/Lord_Howe', 'America/New_York'];
const wallMinutes = (wall: string): number => Date.parse(`${wall}:00Z`) / MINUTE;
const toWall = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

type Clocks = ReadonlyMap<string, (at: number) => string>;

/** The same question, answered for one minute with no arithmetic on instants: only what clocks have shown. */
function slowOnCall(policy: OnCallPolicy, clocks: Clocks, at: number): string | undefined {
  const rotation = policy.rotations.platform;
  if (!rotation) return undefined;
  const clockOf = (zone: string | undefined): string =>
    clocks.get(zone ?? policy.defaults.time_zone)?.(at) ?? '';
  const now = clockOf(rotation.time_zone);
  const isIn = ({ from, to }: { from: string; to: string }, shown: string) => from <= shown && shown < to;
  const isHere = (id: string): boolean => {
    const one = policy.people[id];
    return one !== undefined && !one.absent.some((absence) => isIn(absence, clockOf(one.time_zone)));
  };
  const orStandIn = (id: string): string | undefined => {
    const chain = [id];
    for (let next = policy.people[id]?.stand_in; next && !chain.includes(next); ) {
      chain.push(next);
      next = policy.people[next]?.stand_in;
    }
    return chain.find(isHere);
  };
  for (const override of [...rotation.overrides].reverse()) {
    const found = isIn(override, now) ? orStandIn(override.person) : undefined;
    if (found) return found;
  }
  for (const layer of [...rotation.layers].reverse()) {
    if (now < layer.starts || (layer.ends !== undefined && now >= layer.ends)) continue;
    const calendar = layer.calendar === undefined ? undefined : policy.calendars[layer.calendar];
    if (calendar) {
      const [date = '', time = ''] = shownAt(calendar.time_zone, at).split('T');
      const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
      const isWorking =
        weekday > 0 && weekday < 6 && !calendar.holidays.includes(date) && time >= '08:00' && time < '17:00';
      if (isWorking !== (layer.hours === 'within')) continue;
    }
    const length = layer.shift === 'daily' ? 1440 : layer.shift === 'weekly' ? 10_080 : layer.shift / MINUTE;
    const turn = Math.floor((wallMinutes(now) - wallMinutes(layer.starts)) / length) % layer.people.length;
    let holder = layer.people[turn] ?? '';
    for (const { from, to, between } of rotation.swaps)
      if (isIn({ from, to }, now) && between.includes(holder))
        holder = between[0] === holder ? between[1] : between[0];
    const found =
      orStandIn(holder) ?? [...layer.people.slice(turn + 1), ...layer.people.slice(0, turn)].find(isHere);
    if (found) return found;
  }
  return undefined;
}

/** Near a change of clocks somewhere in the list above, which is where mistakes are. */
const aChange = fc.constantFrom(
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
);
const aPerson = fc.constantFrom('jo', 'sam', 'kim', 'dana');
const aCase = aChange.chain((date) => {
  const middle = Date.parse(`${date}T00:00:00Z`);
  const aTime = fc.integer({ min: -40, max: 40 }).map((halves) => toWall(middle + halves * 30 * MINUTE));
  const aSpan = fc
    .tuple(aTime, aTime)
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({ from, to }));
  const spans = fc.array(aSpan, { maxLength: 2 });
  const layer = fc.record(
    {
      people: fc.array(aPerson, { minLength: 1, maxLength: 3 }),
      shift: fc.constantFrom('daily', 'weekly', '1h', '5h', '36h'),
      starts: fc.oneof(
        aTime,
        fc.integer({ min: 3, max: 900 }).map((hours) => toWall(middle - hours * HOUR)),
      ),
      ends: fc.integer({ min: 21, max: 60 }).map((hours) => toWall(middle + hours * HOUR)),
      calendar: fc.constant('office'),
      hours: fc.constantFrom('within', 'outside'),
    },
    { requiredKeys: ['people', 'shift', 'starts'] },
  );
  return fc.record({
    from: fc.integer({ min: -36, max: 0 }).map((hours) => middle + hours * HOUR),
    zone: fc.constantFrom(...ZONES),
    layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
    overrides: fc.array(
      fc.tuple(aSpan, aPerson).map(([span, id]) => ({ ...span, person: id })),
      { maxLength: 1 },
    ),
    swaps: fc.array(
      fc.tuple(aSpan, aPerson, aPerson).map(([span, a, b]) => ({ ...span, between: [a, b] })),
      { maxLength: 2 },
    ),
    people: fc.record({
      jo: fc.record({
        absent: spans,
        stand_in: fc.constantFrom('sam', 'kim'),
        time_zone: fc.constantFrom(...ZONES),
      }),
      sam: fc.record({ absent: spans, stand_in: fc.constantFrom('jo', 'dana') }),
      kim: fc.record({ absent: spans }),
      dana: fc.record({ absent: spans, time_zone: fc.constantFrom(...ZONES) }),
    }),
  });
});

test('agrees with the clocks on the wall, minute by minute', () => {
  fc.assert(
    fc.property(aCase, ({ from, zone, people, ...rotation }) => {
      const policy = policyWith(
        { ...rotation, time_zone: zone },
        Object.fromEntries(Object.entries(people).map(([id, more]) => [id, { ...person(id), ...more }])),
      );
      const minutes = 30 * 60;
      const clocks = new Map([...ZONES, 'UTC'].map((one) => [one, steadyClock(one, from, minutes)]));
      const until = from + minutes * MINUTE;
      const shifts = shiftsBetween(policy, 'platform', new Date(from), new Date(until));
      for (const [index, shift] of shifts.entries()) {
        const next = shifts[index + 1];
        expect(shift.from.getTime()).toBeLessThan(shift.to.getTime());
        if (next) expect(next.from.getTime()).toBeGreaterThanOrEqual(shift.to.getTime());
        if (next?.from.getTime() === shift.to.getTime())
          expect([shift.person, shift.layer, shift.why]).not.toEqual([next.person, next.layer, next.why]);
      }
      for (let at = from; at < until; at += MINUTE) {
        const listed = shifts.find((one) => one.from.getTime() <= at && at < one.to.getTime())?.person;
        const slow = slowOnCall(policy, clocks, at);
        if (listed !== slow)
          expect([new Date(at).toISOString(), listed]).toEqual([new Date(at).toISOString(), slow]);
        if (at % (7 * MINUTE) === 0 && onCallAt(policy, 'platform', new Date(at))?.person !== slow)
          expect.fail(`onCallAt differs at ${new Date(at).toISOString()}`);
      }
    }),
    { numRuns: 25 },
  );
});

test('sixty days of a rotation with layers, hours and absence are listed in a moment', () => {
  const absent = Array.from({ length: 20 }, (_, day) => ({
    from: toWall(Date.UTC(2026, 10, 1 + day, 8)),
    to: toWall(Date.UTC(2026, 10, 1 + day, 18)),
  }));
  const policy = policyWith(
    {
      layers: [
        weekly,
        { ...weekly, shift: 'daily', calendar: 'office' },
        { ...weekly, shift: '12h', calendar: 'office', hours: 'outside' },
      ],
    },
    { jo: person('Jo', { absent }), sam: person('Sam', { absent }) },
  );
  const from = new Date('2026-10-15T00:00:00Z');
  const begun = performance.now();
  const shifts = shiftsBetween(policy, 'platform', from, new Date(from.getTime() + 60 * DAY));
  expect(shifts.length).toBeGreaterThan(150);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
