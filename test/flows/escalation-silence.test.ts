import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import {
  fieldOf,
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
import { AGENTS, agentSets, flowsOn, onlyTicket } from './flows.ts';

const LADDER = { ...NOBODY_TAKES_IT, acknowledged_for: '40m' };

describe.each(databases)('somebody took it and was not heard of since (%s)', (kind) => {
  const open = flowsOn(kind);

  /** Priya takes it by Telegram after the first rung and a minute; the time then. */
  async function taken(desk: TestWatchdesk, minutes: number): Promise<Date> {
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, minutes * MINUTE);
    await gotBy(desk, 'telegram')[0]
      ?.buttons.find(({ url }) => url === undefined)
      ?.press();
    await desk.settle();
    expect(await newest(desk)).toMatchObject({ status: 'acknowledged' });
    return desk.clock.now();
  }

  test('the last rung hears of it again, and the next ones come in their turn', async () => {
    const desk = await open(nightly({ ack: LADDER }));
    const since = await taken(desk, 16);
    await desk.advance(40 * MINUTE - SECOND, 10 * MINUTE);
    expect(await told(desk, since)).toEqual([]);
    await desk.advance(SECOND);
    const why = 'Priya Nair has it, as said by Telegram, but nothing was seen of WD-1 for 40 min';
    expect(await sentences(desk, 'rung_told_again')).toEqual([
      expect.stringMatching(`^${why}, so level 2 “Lead” .* is told again: Lena Vogt by text message`),
    ]);
    expect(gotBy(desk, 'sms')).toHaveLength(2);
    expect(gotBy(desk, 'sms').at(-1)?.text).toContain(why);
    await desk.advance(20 * SECOND, 10 * SECOND);
    expect(fieldOf(desk, 'next_step')).toBe('03:10 Manager');
    await desk.advance(20 * MINUTE);
    // What was left of the quarter of an hour between lead and manager when it was taken.
    expect(await told(desk, since)).toEqual([
      '40 lena sms escalation',
      '54 alex ntfy escalation',
      '54 room:ops slack escalation',
    ]);
    expect(await runOf(desk, 'ack')).toMatchObject({ run: 1 });
  });

  test('taken before anybody was told: the first rung', async () => {
    const desk = await open(nightly({ ack: LADDER }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 2 * MINUTE);
    await agentSets(desk, onlyTicket(desk).id, { responder_id: AGENTS.priya });
    await desk.advance(2 * SECOND, SECOND);
    await untilAfter(desk, incident, 43 * MINUTE, 10 * MINUTE);
    expect(await told(desk, incident.openedAt)).toEqual(['42 priya telegram escalation']);
  });

  test('a note by an agent postpones it, a customer’s reply does not', async () => {
    const desk = await open(nightly({ ack: LADDER }));
    const since = await taken(desk, 6);
    await desk.advance(30 * MINUTE, 10 * MINUTE);
    desk.sandbox.freshdesk
      .agent(AGENTS.priya)
      .note(onlyTicket(desk).id, '<div>The switch is being replaced.</div>');
    await desk.advance(2 * SECOND, SECOND);
    await desk.advance(39 * MINUTE, 13 * MINUTE);
    expect(await told(desk, since)).toEqual([]);
    await desk.advance(2 * MINUTE);
    expect(await told(desk, since)).toEqual(['70 priya telegram escalation']);
  });

  test('the one who has it changes: the new one has the whole time, and who had it is named', async () => {
    const desk = await open(nightly({ ack: LADDER }));
    const since = await taken(desk, 6);
    await desk.advance(30 * MINUTE, 10 * MINUTE);
    await agentSets(desk, onlyTicket(desk).id, { responder_id: AGENTS.lena });
    await desk.advance(2 * SECOND, SECOND);
    expect(await newest(desk)).toMatchObject({ escalation: { acknowledged: { person: 'lena' } } });
    await desk.advance(39 * MINUTE, 13 * MINUTE);
    expect(await told(desk, since)).toEqual([]);
    await desk.advance(2 * MINUTE);
    expect(await sentences(desk, 'rung_told_again')).toEqual([
      expect.stringContaining(
        'Lena Vogt has it, as said in Freshdesk, but nothing was seen of WD-1 for 40 min',
      ),
    ]);
  });

  test('given back to the group: nobody has it, and the ladder goes on at once', async () => {
    const desk = await open(nightly({ ack: LADDER }));
    const since = await taken(desk, 16);
    await agentSets(desk, onlyTicket(desk).id, { responder_id: AGENTS.priya });
    await desk.advance(2 * SECOND, SECOND);
    await desk.advance(5 * MINUTE);
    await agentSets(desk, onlyTicket(desk).id, { responder_id: null });
    await desk.advance(2 * SECOND, SECOND);
    expect(await told(desk, since)).toEqual([expect.stringMatching('^5 lena sms escalation')]);
    expect(await sentences(desk, 'rung_told_again')).toEqual([
      expect.stringContaining('Nobody has WD-1 any more, so level 2 “Lead”'),
    ]);
    expect(gotBy(desk, 'telegram')).toHaveLength(1);
    expect(gotBy(desk, 'telegram')[0]?.text).toContain('Nobody has WD-1 any more');
  });

  test('P9 silent after the Director was announced: announced anew before the mail leaves', async () => {
    const desk = await open(nightly({ ack: LADDER }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, 62 * MINUTE);
    const [announced] = mailsTo(desk, PEOPLE.pat.email);
    await submits(linkIn(announced?.parsed.text, 'ack'));
    await desk.settle();
    await untilAfter(desk, incident, 101 * MINUTE, 13 * MINUTE);
    expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
    await untilAfter(desk, incident, 111 * MINUTE, MINUTE);
    expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
    await untilAfter(desk, incident, 115 * MINUTE, MINUTE);
    expect(mailsTo(desk, PEOPLE.dora.email)).toHaveLength(1);
    const since = new Date(incident.openedAt.getTime() + 61 * MINUTE);
    const others = (await told(desk, since)).filter((one) => !one.includes('announcement'));
    expect(others).toEqual([
      '41 alex ntfy escalation',
      '41 room:ops slack escalation',
      '51 dora email director',
    ]);
    expect(await sentences(desk, 'director_announced')).toHaveLength(2);
  });
});
