import { describe, expect, test } from 'vitest';
import { viaText } from '../../src/escalation/channel-text.ts';
import type { AcknowledgedVia } from '../../src/model/escalation.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import {
  does,
  fieldOf,
  gotBy,
  linkIn,
  mailsTo,
  newest,
  nightly,
  sentences,
  shopIsDown,
  stand,
  submits,
  told,
  untilAfter,
} from './escalation-world.ts';
import { AGENTS, agentSets, flowsOn, onlyTicket } from './flows.ts';

/** The same steps, each by the way that this person answers. */
const LADDER = {
  ...NOBODY_TAKES_IT,
  rungs: [
    { name: 'On call', after: '5m', tell: [{ on_call: 'owner' }] },
    { name: 'Room', after: '10m', tell: [{ room: 'team' }] },
    { name: 'Lead', after: '15m', tell: [{ role: 'lead' }], channels: ['sms'] },
    { name: 'Lead by phone', after: '20m', tell: [{ role: 'lead' }], channels: ['voice'] },
    { name: 'Manager', after: '30m', tell: [{ role: 'manager' }], channels: ['email'] },
    { name: 'Director', after: '60m', tell: [{ role: 'director' }], director: true, stop_within: '10m' },
  ],
};

/** Nobody hears anything more within the hour for which an acknowledgement counts. */
async function expectSilence(desk: TestWatchdesk): Promise<void> {
  const before = await told(desk);
  await desk.advance(50 * MINUTE, 10 * MINUTE);
  expect(await told(desk)).toEqual(before);
  expect(mailsTo(desk, PEOPLE.dora.email)).toEqual([]);
}

describe.each(databases)('somebody takes it, each in another way (%s)', (kind) => {
  const open = flowsOn(kind);

  /** The shop is down for so long. */
  async function downFor(minutes: number): Promise<TestWatchdesk> {
    const desk = await open(nightly({ ack: LADDER }));
    const incident = await shopIsDown(desk);
    await untilAfter(desk, incident, minutes * MINUTE);
    return desk;
  }

  /** What everybody sees afterwards, and that nobody is disturbed any more. */
  async function expectTaken(desk: TestWatchdesk, by: string, via: AcknowledgedVia): Promise<void> {
    await desk.advance(20 * SECOND, 10 * SECOND);
    const incident = await newest(desk);
    expect(incident).toMatchObject({ status: 'acknowledged', escalation: { acknowledged: { by, via } } });
    const said = await sentences(desk, 'acknowledged');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(by);
    expect(await sentences(desk, 'ladder_paused')).toEqual([
      expect.stringContaining(`${by} has it, as said`),
    ]);
    expect(fieldOf(desk, 'escalation')).toBe(`acknowledged by ${by} ${viaText(via)}`);
    const { acknowledgement } = desk.sandbox.opsview.state.object('web01', '') ?? {};
    expect(acknowledgement?.comment).toContain(`${onlyTicket(desk).id}`);
    await expectSilence(desk);
  }

  test('before the first rung: the ticket is assigned in Freshdesk', async () => {
    const desk = await downFor(4);
    await agentSets(desk, onlyTicket(desk).id, { responder_id: AGENTS.lena });
    await expectTaken(desk, 'Lena Vogt', 'freshdesk');
    expect(await told(desk)).toEqual([]);
  });

  test('the one on call presses the button in Telegram; the message says so from then on', async () => {
    const desk = await downFor(5);
    const [message] = gotBy(desk, 'telegram');
    await message?.buttons.find(({ url }) => url === undefined)?.press();
    await expectTaken(desk, 'Priya Nair', 'telegram');
    expect(stand(desk).telegram.alerts().join()).toContain('WD-1');
    expect(gotBy(desk, 'telegram')).toHaveLength(1);
    expect(gotBy(desk, 'telegram')[0]?.text).not.toContain('Next step');
    expect(gotBy(desk, 'telegram')[0]).toMatchObject({
      isUpdated: true,
      text: expect.stringContaining('Priya Nair'),
    });
  });

  test('somebody in the room presses the button in Slack; Telegram’s message says so as well', async () => {
    const desk = await downFor(10);
    const [message] = gotBy(desk, 'slack');
    await message?.buttons.find(({ url }) => url === undefined)?.press('U024BE7LH');
    await expectTaken(desk, 'Sam Sommer', 'slack');
    for (const way of ['slack', 'telegram'] as const) {
      expect(gotBy(desk, way)).toHaveLength(1);
      expect(gotBy(desk, way)[0]).toMatchObject({
        isUpdated: true,
        text: expect.stringContaining('Sam Sommer'),
      });
    }
  });

  test('the lead answers the text message', async () => {
    const desk = await downFor(15);
    const [message] = gotBy(desk, 'sms');
    await message?.buttons[0]?.press();
    await expectTaken(desk, 'Lena Vogt', 'sms');
    expect(gotBy(desk, 'slack')[0]).toMatchObject({
      isUpdated: true,
      text: expect.stringContaining('Lena Vogt'),
    });
  });

  test('the lead presses a key in the call', async () => {
    const desk = await downFor(20);
    const [call] = gotBy(desk, 'voice');
    await call?.buttons[0]?.press();
    await expectTaken(desk, 'Lena Vogt', 'voice');
  });

  test('the manager follows the link in the mail: looking changes nothing, the button does', async () => {
    const desk = await downFor(30);
    const [mail] = mailsTo(desk, PEOPLE.alex.email);
    const url = linkIn(mail?.parsed.text, 'ack');
    for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(url, { method })).status).toBe(200);
    await desk.advance(MINUTE);
    expect(await newest(desk)).toMatchObject({ status: 'new' });
    expect(await submits(url)).toContain('You have it');
    await submits(url);
    await desk.settle();
    await expectTaken(desk, 'Alex Agent', 'link');
    expect(await sentences(desk, 'acknowledged')).toHaveLength(1);
  });

  test('while the Director is announced: the first answer to the reporter, who never hears of it', async () => {
    const desk = await downFor(65);
    desk.sandbox.freshdesk.agent(AGENTS.priya).reply(onlyTicket(desk).id, '<div>We are on it.</div>');
    await desk.advance(2 * SECOND, SECOND);
    await expectTaken(desk, 'Priya Nair', 'freshdesk');
  });

  test('by acknowledging it in Opsview', async () => {
    const desk = await downFor(12);
    desk.checks.acknowledge({ host: 'web01', check: '' }, { author: 'Sam Sommer', comment: 'on it' });
    await desk.settle();
    expect(await newest(desk)).toMatchObject({
      escalation: { acknowledged: { via: 'opsview', person: 'sam' } },
    });
    expect(await sentences(desk, 'acknowledged')).toEqual([expect.stringContaining('in Opsview')]);
    expect(gotBy(desk, 'telegram')[0]).toMatchObject({ isUpdated: true });
    await expectSilence(desk);
  });

  test.each(['console', 'api'] as const)('through the %s', async (via) => {
    const desk = await downFor(5);
    const { id: incidentId } = await newest(desk);
    await does(desk, { do: 'acknowledge', incidentId, by: 'Sam Sommer', person: 'sam', via });
    await expectTaken(desk, 'Sam Sommer', via);
  });
});
