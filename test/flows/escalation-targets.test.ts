import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import {
  gotBy,
  linkIn,
  mailsTo,
  newest,
  nightly,
  runOf,
  sentences,
  shopIsDown,
  submits,
  told,
  untilAfter,
} from './escalation-world.ts';
import { AGENTS, flowsOn, LOW, onlyTicket, raise } from './flows.ts';

/** A critical incident reported by mail is answered within one hour of office time. */
const FIRST_ANSWER = {
  name: 'First answer',
  kind: 'technical',
  watches: 'response',
  when: { source: 'email', reported: true, priority: ['urgent', 'high'] },
  calendar: 'office',
  target: '1h',
  rungs: [
    { name: 'Half', after: '50%', tell: [{ on_call: 'owner' }] },
    { name: 'Late', after: '100%', tell: [{ role: 'lead' }], channels: ['email'] },
  ],
};

/** Told at parts of the time for solving it, whoever has it. */
const SOLVED = {
  name: 'Solved in time',
  kind: 'technical',
  watches: 'resolution',
  target: { urgent: '2h', high: '4h' },
  rungs: [
    { name: 'Half', after: '50%', tell: [{ owner: true }, { room: 'team' }] },
    { name: 'Three quarters', after: '75%', tell: [{ role: 'lead' }], channels: ['email'] },
    { name: 'Missed', after: '100%', tell: [{ role: 'manager' }], channels: ['email'] },
  ],
};

const [ON_CALL, LEAD, , DIRECTOR] = NOBODY_TAKES_IT.rungs;

describe.each(databases)('targets, turns and answers (%s)', (kind) => {
  const open = flowsOn(kind);

  /** Thursday, a quarter of an hour before the office closes. */
  const evening = { startsAt: '2026-11-26T15:45:00Z' };
  const reported = async (desk: TestWatchdesk) => {
    const ticket = raise(desk);
    await desk.advance(2 * SECOND, SECOND);
    return { ticket, incident: await newest(desk) };
  };

  test('one hour for the first answer is counted in office time, and goes on the next morning', async () => {
    const desk = await open(nightly({ answer: FIRST_ANSWER }, {}, evening));
    const { incident } = await reported(desk);
    const lateMs = incident.openedAt.getTime() - Date.parse(evening.startsAt);
    const half = Date.parse('2026-11-27T07:15:00Z') + lateMs;
    await desk.advance(half - SECOND - desk.clock.now().getTime(), 5 * HOUR);
    expect(await told(desk)).toEqual([]);
    await desk.advance(SECOND);
    expect(await told(desk)).toEqual(['priya telegram escalation']);
    await desk.advance(30 * MINUTE);
    expect(mailsTo(desk, PEOPLE.lena.email)[0]?.parsed.text).toContain('has had no answer');
  });

  test('answered in time: nobody hears of it; a note is no answer', async () => {
    const desk = await open(nightly({ answer: FIRST_ANSWER }, {}, { startsAt: '2026-11-26T09:00:00Z' }));
    const { ticket } = await reported(desk);
    const agent = desk.sandbox.freshdesk.agent(AGENTS.sam);
    agent.note(ticket.id, '<div>I look at it.</div>');
    await desk.advance(31 * MINUTE, 5 * MINUTE);
    expect(await told(desk)).toEqual(['priya telegram escalation']);
    agent.reply(ticket.id, '<div>We are working on it.</div>');
    await desk.advance(2 * SECOND, SECOND);
    expect(await runOf(desk, 'answer')).toMatchObject({ state: 'ended' });
    await desk.advance(HOUR, HOUR / 4);
    expect(await told(desk)).toHaveLength(1);
  });

  test('half, three quarters and all of the time for solving it, although somebody has it', async () => {
    const desk = await open(nightly({ solved: SOLVED }));
    const incident = await shopIsDown(desk);
    desk.sandbox.freshdesk.agent(AGENTS.sam).update(onlyTicket(desk).id, { responder_id: AGENTS.sam });
    await desk.advance(2 * SECOND, SECOND);
    for (const minutes of [60, 90, 120]) {
      await untilAfter(desk, incident, minutes * MINUTE - SECOND, HOUR);
      expect((await told(desk, incident.openedAt)).some((one) => one.startsWith(`${minutes} `))).toBe(false);
      await desk.advance(SECOND);
    }
    expect(await told(desk, incident.openedAt)).toEqual([
      '60 room:ops slack escalation',
      '60 sam slack escalation',
      '90 lena email escalation',
      '120 alex email escalation',
    ]);
  });

  test('less urgent, so that it is not for that any more: the ladder is over', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 6 * MINUTE);
    desk.sandbox.freshdesk.agent(AGENTS.sam).update(onlyTicket(desk).id, { priority: LOW });
    await desk.advance(2 * SECOND, SECOND);
    expect(await sentences(desk, 'ladder_ended')).toEqual([
      '“Nobody takes it” of WD-1 is over: It is not for WD-1 any more, since its priority is low now.',
    ]);
    await untilAfter(desk, incident, 35 * MINUTE);
    expect(await told(desk)).toEqual(['priya telegram escalation']);
  });

  test('who is on call is absent: the stand-in is told, and why', async () => {
    const absent = [{ from: '2026-12-24T00:00', to: '2026-12-27T00:00', why: 'Holidays' }];
    const people = { ...PEOPLE, priya: { ...PEOPLE.priya, absent } };
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }, { people }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 5 * MINUTE);
    expect(await told(desk)).toEqual(['sam slack escalation']);
    expect(gotBy(desk, 'slack')[0]?.text).toContain(
      'You are told because you are on call (Platform on call: stands in for Priya Nair (Holidays)',
    );
    expect(gotBy(desk, 'telegram')).toEqual([]);
  });

  test('told again while nothing happens, so many times', async () => {
    const insisting = { ...ON_CALL, repeat: { every: '4m', at_most: 2 } };
    const desk = await open(nightly({ ack: { ...NOBODY_TAKES_IT, rungs: [insisting, LEAD] } }));
    const incident = await shopIsDown(desk);
    for (const minutes of [5, 9, 13, 15, 17, 21]) await untilAfter(desk, incident, minutes * MINUTE, HOUR);
    expect((await told(desk, incident.openedAt)).filter((one) => one.includes('priya'))).toEqual([
      '5 priya telegram escalation',
      '9 priya telegram escalation',
      '13 priya telegram escalation',
    ]);
    expect(gotBy(desk, 'sms')).toHaveLength(1);
  });

  test('the next rung waits for an answer, but not for ever', async () => {
    const patient = { ...ON_CALL, before_next: 'acknowledged', wait_at_most: '20m' };
    const desk = await open(nightly({ ack: { ...NOBODY_TAKES_IT, rungs: [patient, LEAD] } }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 25 * MINUTE - SECOND);
    expect(gotBy(desk, 'sms')).toEqual([]);
    await desk.advance(SECOND);
    expect(gotBy(desk, 'sms')).toHaveLength(1);
  });

  test('P9 the Director has read it: that is recorded, and the incident is still nobody’s', async () => {
    const desk = await open(nightly({ ack: { ...NOBODY_TAKES_IT, rungs: [{ ...ON_CALL }, DIRECTOR] } }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 70 * MINUTE);
    const url = linkIn(mailsTo(desk, PEOPLE.dora.email)[0]?.parsed.text, 'ack');
    expect(await submits(url)).toContain('It is recorded that Dora Dahl has read about WD-1.');
    await desk.settle();
    expect(await runOf(desk, 'ack')).toMatchObject({ acknowledged: { person: 'dora', via: 'link' } });
    expect(await newest(desk)).toMatchObject({ status: 'new' });
    expect(await sentences(desk, 'ladder_acknowledged')).toEqual([
      'Dora Dahl acknowledged “Nobody takes it” of WD-1 by the link.',
    ]);
  });
});
