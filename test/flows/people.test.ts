import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import {
  agentSets,
  CLOSED,
  callFreshdesk,
  flowsOn,
  HIGH,
  LOW,
  OPEN,
  onlyTicket,
  PENDING,
  RESOLVED,
  raise,
  rulesOfNewest,
  URGENT,
} from './flows.ts';

const PLATFORM = 158018300002;
const APPLICATIONS = 158018300003;
const POLICY = {
  teams: { platform: { name: 'Platform', freshdesk_group_id: PLATFORM } },
  defaults: { team: 'platform' },
};

describe.each(databases)('P5 people win (%s)', (kind) => {
  const open = flowsOn(kind);

  async function opened(policy: object = POLICY): Promise<TestWatchdesk> {
    const desk = await open({ policy });
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: OPEN, priority: LOW, group_id: PLATFORM });
    return desk;
  }

  /** The check worsens: Watchdesk wants another priority and another subject. */
  async function worsens(desk: TestWatchdesk): Promise<void> {
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
  }
  const notesWith = (desk: TestWatchdesk, words: string): string[] =>
    desk.notes(1).filter((note) => note.includes(words));

  test('a priority that an agent raised stays theirs: said once, also when it would be set again and again', async () => {
    const desk = await opened();
    await agentSets(desk, 1, { priority: URGENT });
    await worsens(desk);
    expect(onlyTicket(desk)).toMatchObject({ priority: URGENT });
    expect(onlyTicket(desk).subject).toContain('CRITICAL'); // what nobody touched goes on
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(3 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ priority: URGENT, status: OPEN });
    expect(notesWith(desk, 'Priority is “urgent” in Freshdesk')).toHaveLength(1);
    expect(notesWith(desk, 'Changed by people')).toHaveLength(1);
  });

  test('group, subject and tags that an agent changed stay; our tags are kept beside theirs until they are taken away', async () => {
    const desk = await opened();
    await agentSets(desk, 1, {
      group_id: APPLICATIONS,
      subject: 'Shop is slow',
      tags: ['vip', ...onlyTicket(desk).tags],
    });
    await worsens(desk);
    const ticket = onlyTicket(desk);
    expect(ticket).toMatchObject({ group_id: APPLICATIONS, subject: 'Shop is slow', priority: HIGH });
    expect(ticket.tags).toEqual(expect.arrayContaining(['vip', 'watchdesk']));
    expect(notesWith(desk, 'Subject is “Shop is slow” in Freshdesk')).toHaveLength(1);
    expect(
      notesWith(desk, `Group is “group ${APPLICATIONS}” in Freshdesk; Watchdesk would have set “Platform”`),
    ).toHaveLength(1);
    await agentSets(desk, 1, { tags: ['vip'] });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({
      group_id: APPLICATIONS,
      subject: 'Shop is slow',
      status: CLOSED,
    });
    expect(onlyTicket(desk).tags).toEqual(['vip']); // ours were taken away, and stay so
    expect(notesWith(desk, 'Changed by people')).toHaveLength(1); // both with one click, tags are nobody's
  });

  test('pending is work in hand: it stays while the check is bad, and is resolved when it recovers', async () => {
    const desk = await opened();
    await agentSets(desk, 1, { status: PENDING });
    await worsens(desk);
    expect(onlyTicket(desk).status).toBe(PENDING);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    expect(notesWith(desk, 'The ticket was')).toEqual([]);
  });

  test('P3 closed by hand without proof: set back with what is missing, as often as policy says, then left to a person', async () => {
    const desk = await opened();
    for (let round = 1; round <= 3; round++) {
      await agentSets(desk, 1, { status: CLOSED });
      await desk.advance(2 * MINUTE);
      expect(onlyTicket(desk).status).toBe(RESOLVED);
      expect(notesWith(desk, 'closed in Freshdesk and is set back to Resolved')).toHaveLength(round);
      expect(notesWith(desk, 'monitoring still shows 1 of 1 alerts bad')).toHaveLength(round);
    }
    await agentSets(desk, 1, { status: CLOSED });
    desk.usePolicy({
      ...POLICY,
      services: { web: { name: 'Web', criticality: 'high', match: [{ host: 'web01' }] } },
    });
    desk.checks.setState('web01', 'Disk: /var/log', 'CRITICAL'); // joins, and raises the priority
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: CLOSED, priority: URGENT });
    expect(notesWith(desk, 'set back to Resolved')).toHaveLength(3);
    expect(notesWith(desk, 'Please look')).toHaveLength(1);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'new', badAlertCount: 2 });
    desk.checks.setState('web01', 'HTTP', 'OK');
    desk.checks.setState('web01', 'Disk: /var/log', 'OK');
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'closed' });
    expect(notesWith(desk, 'Please look')).toHaveLength(1);
  });

  test('P3 closed by hand after the recovery: set back while the proof is collected, then closed on it', async () => {
    const desk = await opened();
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(MINUTE);
    await agentSets(desk, 1, { status: CLOSED });
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    expect(notesWith(desk, 'Opsview has not shown everything healthy for 30')).toHaveLength(1);
    await desk.advance(40 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'closed', proofs: [{ kind: 'monitoring' }] });
  });

  test('a ticket that an agent deleted is left alone: no error, nothing waits, and its incident runs on to its close', async () => {
    const desk = await opened();
    await callFreshdesk(desk, 'DELETE', '/tickets/1');
    await worsens(desk);
    expect(onlyTicket(desk)).toMatchObject({ deleted: true, priority: LOW });
    expect((await rulesOfNewest(desk)).filter((rule) => rule === 'ticket_deleted')).toHaveLength(1);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'closed' });
    expect(onlyTicket(desk)).toMatchObject({ deleted: true, status: OPEN });
    expect((await rulesOfNewest(desk)).filter((rule) => rule === 'ticket_deleted')).toHaveLength(1);
    const figures = await desk.queue.figures();
    expect(figures.map(({ ready, delayed, active, dead }) => ready + delayed + active + dead)).toEqual([
      0, 0,
    ]);
  });

  test('a deleted ticket that is restored is brought up to date by the next change', async () => {
    const desk = await opened();
    await callFreshdesk(desk, 'DELETE', '/tickets/1');
    await worsens(desk);
    await callFreshdesk(desk, 'PUT', '/tickets/1/restore');
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: CLOSED, priority: HIGH });
  });

  test('P4 an incident whose ticket was deleted and that fails again later gets a new ticket', async () => {
    const desk = await opened();
    await callFreshdesk(desk, 'DELETE', '/tickets/1');
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, 4 * MINUTE);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'closed' });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    expect(desk.tickets()).toHaveLength(2);
    expect(desk.tickets()[0]).toMatchObject({ deleted: true });
    expect(desk.tickets()[1]).toMatchObject({ deleted: false, status: OPEN, priority: HIGH });
    expect(desk.tickets()[1]?.description).toContain('web01 HTTP');
    expect(desk.notes(2).at(-1)).toContain('Bad again');
    expect(await rulesOfNewest(desk)).toContain('ticket_anew');
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect(desk.tickets()[1]).toMatchObject({ status: CLOSED });
  });

  test('merged into the ticket of a customer: its alerts belong there now, and that closes on both proofs', async () => {
    const desk = await opened();
    raise(desk);
    await desk.advance(2 * MINUTE);
    desk.sandbox.freshdesk.agent().merge([1], 2);
    await desk.advance(2 * MINUTE);
    const [theirs, ours] = await desk.incidents();
    expect(ours).toMatchObject({ status: 'closed', proofs: [{ kind: 'withdrawn' }], memberCount: 0 });
    expect(theirs).toMatchObject({ status: 'new', badAlertCount: 1, memberCount: 1 });
    expect(notesWith(desk, 'set back')).toEqual([]);
    expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, OPEN]);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, 5 * MINUTE);
    expect(desk.tickets()[1]).toMatchObject({ status: RESOLVED });
    desk.sandbox.freshdesk.customers.reply(2, 'Yes, it works again.');
    await desk.advance(3 * MINUTE);
    expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, CLOSED]);
    expect((await desk.incidents())[0]?.proofs.map(({ kind }) => kind).toSorted()).toEqual([
      'monitoring',
      'reporter_reply',
    ]);
  });

  test('merged into a ticket that is no incident: its incident goes on by itself, and nobody’s ticket is touched', async () => {
    const desk = await opened();
    raise(desk, { subject: 'Question', text: 'How do I change the language of the portal?' });
    await desk.advance(2 * MINUTE);
    desk.sandbox.freshdesk.agent().merge([1], 2);
    await worsens(desk);
    expect((await desk.incidents())[1]).toMatchObject({ status: 'new', badAlertCount: 1 });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, 5 * MINUTE);
    expect((await desk.incidents())[1]).toMatchObject({ status: 'closed', proofs: [{ kind: 'monitoring' }] });
    expect(desk.tickets().map(({ status }) => status)).toEqual([CLOSED, OPEN]);
  });

  test('what Freshdesk itself sets a second after the creation is respected without a word', async () => {
    const desk = await open({ policy: POLICY });
    desk.sandbox.freshdesk.onCreation(() => ({ group_id: APPLICATIONS, type: 'Problem', tags: ['routed'] }));
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(2 * MINUTE, 10 * SECOND);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    const ticket = onlyTicket(desk);
    expect(ticket).toMatchObject({ group_id: APPLICATIONS, type: 'Problem', priority: HIGH });
    expect(ticket.tags).toEqual(expect.arrayContaining(['routed', 'watchdesk']));
    expect(notesWith(desk, 'Changed by people')).toEqual([]);
  });

  test('what changes within the seconds in which Freshdesk runs its rules is sent too, and theirs is still respected', async () => {
    const desk = await open({ policy: { ...POLICY, alerts: { acknowledge_in_opsview: 'never' } } });
    desk.sandbox.freshdesk.onCreation(() => ({ group_id: APPLICATIONS }));
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.settle();
    await desk.advance(2 * SECOND, SECOND);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(10 * SECOND, SECOND);
    expect(onlyTicket(desk)).toMatchObject({ group_id: APPLICATIONS, priority: HIGH });
    expect(notesWith(desk, 'Changed by people')).toEqual([]);
  });
});
