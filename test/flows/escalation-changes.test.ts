import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { companyWith, NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import {
  does,
  fieldOf,
  gotBy,
  mailsTo,
  newest,
  nightly,
  runOf,
  sentences,
  shopIsDown,
  stand,
  told,
  untilAfter,
} from './escalation-world.ts';
import { AGENTS, flowsOn, RESOLVED, raise } from './flows.ts';

const [ON_CALL, LEAD, MANAGER, DIRECTOR] = NOBODY_TAKES_IT.rungs;

/** Nothing leaves for four minutes. */
const TOO_MANY = {
  kind: 'status',
  status: 429,
  body: { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 240 } },
  match: { pathPattern: /sendMessage/ },
} as const;

describe.each(databases)('what changes while a ladder runs (%s)', (kind) => {
  const open = flowsOn(kind);

  test('a shorter policy: what is overdue is told at once, one rung after the other', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 12 * MINUTE);
    const sooner = {
      ...NOBODY_TAKES_IT,
      rungs: [ON_CALL, { ...LEAD, after: '10m' }, { ...MANAGER, after: '14m' }, DIRECTOR],
    };
    desk.usePolicy(companyWith({ ack: sooner }));
    await desk.settle();
    expect((await told(desk, incident.openedAt)).slice(1)).toEqual([expect.stringMatching('^12 lena sms')]);
    await untilAfter(desk, incident, 15 * MINUTE, MINUTE);
    expect((await told(desk, incident.openedAt)).slice(1)).toEqual([
      '12 lena sms escalation',
      '14 alex ntfy escalation',
      '14 room:ops slack escalation',
    ]);
    expect(await runOf(desk, 'ack')).toMatchObject({ run: 1 });
  });

  test('a longer policy: nobody is told twice, and the next one is told later', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 6 * MINUTE);
    const later = {
      ...NOBODY_TAKES_IT,
      rungs: [{ ...ON_CALL, after: '10m' }, { ...LEAD, after: '40m' }, DIRECTOR],
    };
    desk.usePolicy(companyWith({ ack: later }));
    await untilAfter(desk, incident, 40 * MINUTE - SECOND, 17 * MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual(['5 priya telegram escalation']);
    await desk.advance(SECOND);
    expect((await told(desk, incident.openedAt)).slice(1)).toEqual([expect.stringMatching('^40 lena sms')]);
    await desk.advance(20 * SECOND, 10 * SECOND);
    expect(fieldOf(desk, 'next_step')).toBe('03:00 Director');
  });

  test('a rung that is gone is left out; a new one between the others is told in its turn', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 16 * MINUTE, 4 * MINUTE);
    const room = { name: 'Room', after: '20m', tell: [{ room: 'team' }] };
    desk.usePolicy(companyWith({ ack: { ...NOBODY_TAKES_IT, rungs: [ON_CALL, room, MANAGER, DIRECTOR] } }));
    await untilAfter(desk, incident, 31 * MINUTE, 3 * MINUTE);
    expect((await told(desk, incident.openedAt)).filter((one) => !one.includes('lena'))).toEqual([
      expect.stringMatching('priya telegram'),
      expect.stringMatching(/^2. room:ops slack escalation/),
      expect.stringMatching(/^3. alex ntfy escalation/),
      expect.stringMatching(/^3. room:ops slack escalation/),
    ]);
  });

  test('a ladder that is gone ends with that reason; one that is back begins again', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 6 * MINUTE);
    const { ack: _gone, ...none } = { ack: NOBODY_TAKES_IT };
    desk.usePolicy(companyWith(none));
    await untilAfter(desk, incident, 31 * MINUTE, 5 * MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual(['5 priya telegram escalation']);
    expect(await sentences(desk, 'ladder_ended')).toEqual([
      '“ack” of WD-1 is over: The policy has it no more.',
    ]);
    desk.usePolicy(companyWith({ ack: NOBODY_TAKES_IT }));
    await desk.settle();
    await desk.advance(5 * MINUTE, MINUTE);
    expect(await told(desk)).toHaveLength(2);
    expect(await runOf(desk, 'ack')).toMatchObject({ run: 2 });
  });

  /** A customer's incident, which whoever works on it can resolve. */
  async function reported(desk: TestWatchdesk) {
    const ticket = raise(desk);
    await desk.advance(2 * SECOND, SECOND);
    return { ticketId: ticket.id, incident: await newest(desk) };
  }

  test('resolved a second before the rung is due: nobody is told', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const { ticketId, incident } = await reported(desk);
    await untilAfter(desk, incident, 5 * MINUTE - 3 * SECOND);
    desk.sandbox.freshdesk.agent(AGENTS.sam).update(ticketId, { status: RESOLVED });
    await desk.advance(2 * SECOND, SECOND);
    await desk.advance(20 * MINUTE, 10 * MINUTE);
    expect(await newest(desk)).toMatchObject({ status: 'resolved' });
    expect(await runOf(desk, 'ack')).toMatchObject({ state: 'ended', rungs: [] });
    expect(await told(desk)).toEqual([]);
  });

  test('acknowledged while the timer is due already, and not looked at yet: nobody is told', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 5 * MINUTE - SECOND);
    await desk.setClock(2 * SECOND);
    await does(desk, {
      do: 'acknowledge',
      incidentId: incident.id,
      by: 'Sam Sommer',
      person: 'sam',
      via: 'api',
    });
    expect(await runOf(desk, 'ack')).toMatchObject({ state: 'paused' });
    expect(await told(desk)).toEqual([]);
  });

  test('resolved after a message was written and before it leaves: it does not leave any more', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const { ticketId, incident } = await reported(desk);
    stand(desk).telegram.faults.next(TOO_MANY);
    await untilAfter(desk, incident, 5 * MINUTE);
    expect(await told(desk)).toEqual(['priya telegram escalation waits']);
    desk.sandbox.freshdesk.agent(AGENTS.sam).update(ticketId, { status: RESOLVED });
    await desk.advance(2 * SECOND, SECOND);
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(gotBy(desk, 'telegram')).toEqual([]);
    expect(await told(desk)).toEqual(['priya telegram escalation failed']);
    expect(await sentences(desk, 'page_failed')).toEqual([
      expect.stringContaining('WD-1 is resolved. No longer needed.'),
    ]);
  });

  test('P9 the Director is told once, although it is reopened and everything begins anew', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 71 * MINUTE);
    expect(mailsTo(desk, PEOPLE.dora.email)).toHaveLength(1);
    desk.checks.setState('web01', '', 'UP');
    await desk.advance(15 * MINUTE, 5 * MINUTE);
    expect(await newest(desk)).toMatchObject({ status: 'closed' });
    expect(await runOf(desk, 'ack')).toMatchObject({ run: 1, state: 'ended' });
    desk.checks.setState('web01', '', 'DOWN');
    await desk.advance(2 * SECOND, SECOND);
    const again = desk.clock.now();
    expect(await runOf(desk, 'ack')).toMatchObject({ run: 2, state: 'running' });
    await desk.advance(150 * MINUTE, 15 * MINUTE);
    const later = (await told(desk, again)).filter((one) => / (director|announcement|last)/.test(one));
    expect(later).toEqual([expect.stringContaining('pat ntfy last')]);
    expect(mailsTo(desk, PEOPLE.dora.email)).toHaveLength(1);
  });
});
