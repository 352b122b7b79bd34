import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { COMPANY, NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import { gotBy, mailsTo, nightly, sentences, shopIsDown, told, untilAfter } from './escalation-world.ts';
import { flowsOn } from './flows.ts';

const [ON_CALL] = NOBODY_TAKES_IT.rungs;
const ONE_RUNG = {
  ...NOBODY_TAKES_IT,
  rungs: [ON_CALL],
  last: { after: '4h', person: 'pat', channels: ['ntfy'] },
};
/** Weekends in Zurich are worked through, so that time is counted while clocks change. */
const SUNDAYS = {
  ...COMPANY.calendars,
  weekend: {
    name: 'Weekend',
    time_zone: 'Europe/Zurich',
    hours: { saturday: [['00:00', '24:00']], sunday: [['00:00', '24:00']] },
  },
};

describe.each(databases)('ladders and clocks (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P2 two processes fire at once: each message leaves once', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    const other = createEngine(desk.parts());
    for (const minutes of [5, 15, 30, 60, 70, 100]) {
      await desk.setClock(incident.openedAt.getTime() + minutes * MINUTE - desk.clock.now().getTime());
      await Promise.all([other.settle(), desk.settle()]);
      await desk.setClock(15 * SECOND);
      await Promise.all([desk.settle(), other.settle()]);
    }
    expect((await told(desk, incident.openedAt)).filter((one) => !one.includes('announcement'))).toEqual([
      '5 priya telegram escalation',
      '15 lena sms escalation',
      '30 alex ntfy escalation',
      '30 room:ops slack escalation',
      '70 dora email director',
      '100 pat ntfy last',
    ]);
    const counts = (['telegram', 'sms', 'slack', 'ntfy'] as const).map((way) => gotBy(desk, way).length);
    expect(counts).toEqual([2, 2, 2, 2]); // with the announcement, and ntfy with the catch-all
    expect(mailsTo(desk, PEOPLE.dora.email)).toHaveLength(1);
  });

  test('P7 restarted exactly when the rung is due, and away when the next one was', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 5 * MINUTE - SECOND);
    await desk.setClock(SECOND);
    await desk.restart();
    await desk.settle();
    expect(await told(desk, incident.openedAt)).toEqual(['5 priya telegram escalation']);
    await desk.setClock(12 * MINUTE);
    await desk.restart();
    await desk.settle();
    await desk.advance(20 * SECOND, 10 * SECOND);
    expect((await told(desk, incident.openedAt)).slice(1)).toEqual(['17 lena sms escalation']);
  });

  test('P7 away for two hours: all rungs are caught up in order, none left out, and the Director is announced first', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await desk.setClock(2 * HOUR);
    await desk.settle();
    for (let step = 0; step < 4; step++) await desk.advance(10 * SECOND);
    expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
    const rungs = await sentences(desk, 'rung_told');
    expect(rungs.map((sentence) => /“(\w[\w ]*)” of/.exec(sentence)?.[1])).toEqual([
      'On call',
      'Lead',
      'Manager',
    ]);
    expect(await sentences(desk, 'director_announced')).toHaveLength(1);
    await desk.advance(11 * MINUTE, MINUTE);
    expect(mailsTo(desk, PEOPLE.dora.email)).toHaveLength(1);
    expect((await told(desk, incident.openedAt)).filter((one) => one.includes('last'))).toEqual([]);
  });

  test('the clock is set back: nobody is told twice or early by the clock, and it goes on', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 6 * MINUTE);
    await desk.setClock(-30 * MINUTE);
    await desk.settle();
    await desk.advance(30 * MINUTE, 6 * MINUTE);
    expect(await told(desk)).toEqual(['priya telegram escalation']);
    await untilAfter(desk, incident, 15 * MINUTE - SECOND);
    expect(await told(desk)).toHaveLength(1);
    await desk.advance(SECOND);
    expect(gotBy(desk, 'sms')).toHaveLength(1);
  });

  test.each([
    // Both begin at 01:30 by the clocks of the wall, and two hours of work are two hours.
    { change: 'forward', startsAt: '2026-03-29T00:30:00Z', dueAt: '2026-03-29T02:30:00Z' },
    { change: 'back', startsAt: '2026-10-24T23:30:00Z', dueAt: '2026-10-25T01:30:00Z' },
  ])('clocks in Zurich go $change within a rung', async ({ startsAt, dueAt }) => {
    const ladder = { ...ONE_RUNG, calendar: 'weekend', rungs: [{ ...ON_CALL, after: '2h' }] };
    const desk = await open(nightly({ ack: ladder }, { calendars: SUNDAYS }, { startsAt }));
    const { openedAt } = await shopIsDown(desk);
    const lateMs = openedAt.getTime() - Date.parse(startsAt);
    await desk.advance(Date.parse(dueAt) + lateMs - SECOND - desk.clock.now().getTime(), HOUR / 2);
    expect(gotBy(desk, 'telegram')).toEqual([]);
    await desk.advance(SECOND);
    expect(gotBy(desk, 'telegram')).toHaveLength(1);
  });

  test('what may wait is held until Monday morning, also across the change of clocks', async () => {
    const ladder = { ...ONE_RUNG, rungs: [{ ...ON_CALL, hold_until: 'office' }] };
    const startsAt = '2026-10-23T16:00:00Z'; // Friday 18:00 in summer; clocks change on Sunday
    const desk = await open(nightly({ ack: ladder }, {}, { startsAt }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 6 * MINUTE);
    expect(await sentences(desk, 'rung_told')).toEqual([
      expect.stringContaining('Priya Nair by Telegram message, held until Mon 08:00 (Europe/Zurich)'),
    ]);
    const monday = Date.parse('2026-10-26T07:00:00Z');
    await desk.advance(monday - SECOND - desk.clock.now().getTime(), 16 * HOUR);
    expect(gotBy(desk, 'telegram')).toEqual([]);
    expect(gotBy(desk, 'sms')).toEqual([]);
    await desk.advance(SECOND);
    expect(gotBy(desk, 'telegram')).toHaveLength(1);
  });

  test('what recovers before the rung is due disturbs nobody', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 3 * MINUTE);
    desk.checks.setState('web01', '', 'UP');
    await untilAfter(desk, incident, 20 * MINUTE, MINUTE);
    expect(await told(desk)).toEqual([]);
  });
});
