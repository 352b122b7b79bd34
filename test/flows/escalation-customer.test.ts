import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { customFields } from './desk-asking.ts';
import { COMPANY, NOBODY_TAKES_IT, PEOPLE } from './escalation-company.ts';
import {
  does,
  gotBy,
  linkIn,
  mailsTo,
  newest,
  nightly,
  runOf,
  sentences,
  submits,
  told,
} from './escalation-world.ts';
import { AGENTS, flowsOn, OPEN, RESOLVED, raise } from './flows.ts';

/** The customer wants more: the account manager, then the service's manager, then the Director. */
const UNHAPPY = {
  name: 'Unhappy customer',
  kind: 'relationship',
  watches: 'trigger',
  starts_on: ['words', 'field', 'tag', 'low_rating', 'second_reopen', 'missed_update', 'vip', 'button'],
  rungs: [
    { name: 'Lead', after: '0m', tell: [{ role: 'lead' }], channels: ['email'] },
    { name: 'Manager', after: '30m', tell: [{ role: 'manager' }], channels: ['ntfy'] },
    { name: 'Director', after: '60m', tell: [{ role: 'director' }], director: true, stop_within: '10m' },
  ],
};

/** On a working day. */
const DAY = { startsAt: '2026-11-24T09:00:00Z' };

describe.each(databases)('a customer wants it escalated (%s)', (kind) => {
  const open = flowsOn(kind);

  const reported = async (desk: TestWatchdesk) => {
    const ticket = raise(desk);
    await desk.advance(4 * SECOND, SECOND);
    expect(await newest(desk)).toMatchObject({ customerId: 'acme', status: 'new' });
    return ticket;
  };
  const escalations = async (desk: TestWatchdesk) =>
    (await told(desk)).filter((one) => !one.startsWith('priya'));

  test('“escalate” in a reply: the relationship’s ladder beside the technical one, each ends for itself', async () => {
    const desk = await open(nightly({ ack: NOBODY_TAKES_IT, unhappy: UNHAPPY }, {}, DAY));
    const ticket = await reported(desk);
    desk.sandbox.freshdesk.customers.reply(
      ticket.id,
      'Nobody answers me. Please escalate this to your manager.',
    );
    await desk.advance(2 * SECOND, SECOND);
    expect(await told(desk)).toEqual(['lena email escalation']);
    const wish =
      'Kim asks for WD-1 to be escalated (“Nobody answers me. Please escalate this to your manager.”).';
    expect(await sentences(desk, 'trigger_words')).toEqual([wish]);
    const text = mailsTo(desk, PEOPLE.lena.email)[0]?.parsed.text?.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`${wish} You are told because you are the lead.`);
    expect(text).toContain('Say that you take care of the customer.');
    await desk.advance(6 * MINUTE, MINUTE);
    expect(await told(desk)).toEqual(['lena email escalation', 'priya telegram escalation']);

    // Whoever takes the incident has not satisfied the customer; the lead who accepts it has.
    await gotBy(desk, 'telegram')[0]
      ?.buttons.find(({ url }) => url === undefined)
      ?.press();
    await desk.settle();
    expect(await runOf(desk, 'ack')).toMatchObject({ state: 'paused' });
    expect(await runOf(desk, 'unhappy')).toMatchObject({ state: 'running' });
    await submits(linkIn(mailsTo(desk, PEOPLE.lena.email)[0]?.parsed.text, 'ack'));
    await desk.settle();
    expect(await runOf(desk, 'unhappy')).toMatchObject({ state: 'ended', acknowledged: { person: 'lena' } });
    expect(await sentences(desk, 'ladder_ended')).toEqual([
      '“Unhappy customer” of WD-1 is over: Lena Vogt acknowledged it.',
    ]);
    const before = await told(desk);
    await desk.advance(50 * MINUTE, 10 * MINUTE);
    expect(await told(desk)).toEqual(before);
  });

  test('what they only quote or do not want is no wish', async () => {
    const desk = await open(nightly({ unhappy: UNHAPPY }, {}, DAY));
    const ticket = await reported(desk);
    desk.sandbox.freshdesk.customers.reply(
      ticket.id,
      'No need to escalate, thank you.\n\n> Shall I escalate it?',
    );
    await desk.advance(2 * MINUTE);
    expect(await told(desk)).toEqual([]);
  });

  test('an agent’s tick or tag begins it once each', async () => {
    const desk = await open(nightly({ unhappy: UNHAPPY }, {}, DAY));
    const ticket = await reported(desk);
    const agent = desk.sandbox.freshdesk.agent(AGENTS.sam);
    agent.update(ticket.id, customFields(desk, { escalate: true }));
    await desk.advance(2 * SECOND, SECOND);
    expect(await escalations(desk)).toEqual(['lena email escalation']);
    agent.update(ticket.id, customFields(desk, { escalate: false }));
    agent.update(ticket.id, customFields(desk, { escalate: true }));
    agent.update(ticket.id, { tags: [...ticket.tags, 'escalate'] });
    await desk.advance(5 * MINUTE);
    expect(await escalations(desk)).toEqual(['lena email escalation']);
    expect(await sentences(desk, 'trigger_tag')).toEqual(['The ticket of WD-1 has the tag “escalate”.']);
    expect(await runOf(desk, 'unhappy')).toMatchObject({ run: 1 });
  });

  test('unhappy with the help, once, however often it is read; also when it is resolved', async () => {
    const desk = await open(nightly({ unhappy: UNHAPPY }, {}, DAY));
    const ticket = await reported(desk);
    desk.sandbox.freshdesk.agent(AGENTS.sam).update(ticket.id, { status: RESOLVED });
    await desk.advance(4 * SECOND, SECOND);
    desk.sandbox.freshdesk.customers.rate(ticket.id, 'unhappy', 'It took a whole day.');
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(await escalations(desk)).toEqual(['lena email escalation']);
    expect(await sentences(desk, 'trigger_low_rating')).toEqual([
      'Kim is unhappy with the help for WD-1 (“It took a whole day.”).',
    ]);
    await desk.advance(40 * MINUTE, 10 * MINUTE);
    expect(await escalations(desk)).toEqual(['lena email escalation', 'alex ntfy escalation']);
  });

  test('reopened for the second time', async () => {
    const desk = await open(nightly({ unhappy: UNHAPPY }, {}, DAY));
    const ticket = await reported(desk);
    const agent = desk.sandbox.freshdesk.agent(AGENTS.sam);
    for (const reopened of [1, 2]) {
      agent.update(ticket.id, { status: RESOLVED });
      await desk.advance(4 * SECOND, SECOND);
      agent.update(ticket.id, { status: OPEN });
      await desk.advance(4 * SECOND, SECOND);
      expect(await newest(desk)).toMatchObject({ reopenCount: reopened });
      expect(await escalations(desk)).toHaveLength(reopened - 1);
    }
    expect(await sentences(desk, 'trigger_second_reopen')).toEqual(['WD-1 was reopened 2 times.']);
  });

  test('a VIP’s incident, and once more by the button with a reason', async () => {
    const vip = { ...COMPANY.customers.acme, vip: true };
    const desk = await open(nightly({ unhappy: UNHAPPY }, { customers: { acme: vip } }, DAY));
    await reported(desk);
    expect(await escalations(desk)).toEqual(['lena email escalation']);
    await submits(linkIn(mailsTo(desk, PEOPLE.lena.email)[0]?.parsed.text, 'ack'));
    await desk.settle();
    expect(await runOf(desk, 'unhappy')).toMatchObject({ run: 1, state: 'ended' });

    const { id: incidentId } = await newest(desk);
    await does(desk, { do: 'escalate', incidentId, reason: 'Kim called, furious.', by: 'Sam Sommer' });
    expect(await runOf(desk, 'unhappy')).toMatchObject({ run: 2, state: 'running' });
    expect(await sentences(desk, 'escalated_by_person')).toEqual([
      'Sam Sommer escalates WD-1: Kim called, furious.',
    ]);
    expect(mailsTo(desk, PEOPLE.lena.email).at(-1)?.parsed.text).toContain('Kim called');
  });

  test('a promised update that did not come', async () => {
    const more = { tickets: { update_every: { high: '1h' } }, escalation: { missed_update_after: '15m' } };
    const desk = await open(nightly({ unhappy: UNHAPPY }, more, DAY));
    await reported(desk);
    const due = (await newest(desk)).desk.nextUpdateDueAt?.getTime() ?? 0;
    await desk.advance(due + 15 * MINUTE - SECOND - desk.clock.now().getTime(), 15 * MINUTE);
    expect(await told(desk)).toEqual([]);
    await desk.advance(SECOND);
    expect(await told(desk)).toEqual(['lena email escalation']);
    expect(await sentences(desk, 'trigger_missed_update')).toEqual([
      expect.stringContaining('should have heard by Tue 11:00 (Europe/Zurich) and did not'),
    ]);
  });
});
