import { describe, expect, test } from 'vitest';
import type { SandboxFreshdesk } from '../../src/sandbox/freshdesk/sandbox-freshdesk.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import {
  answers,
  newestLinks,
  notesWith,
  proofsOf,
  raised,
  resolved,
  seconds,
  ticketStatus,
} from './desk-asking.ts';
import { expectSound, issueOf, replies, SHOP_POLICY, shopFails } from './desk-family.ts';
import { CLOSED, flowsOn, GROUPS, OPEN, onlyTicket, RESOLVED, raise } from './flows.ts';

const LOST = Number.POSITIVE_INFINITY;
type Agent = ReturnType<SandboxFreshdesk['agent']>;

describe.each(databases)('P4 P5 tickets that go (%s)', (kind) => {
  const open = flowsOn(kind);
  const opened = (policy: object = {}) => open({ isServed: true, policy });
  const writes = (desk: TestWatchdesk) => desk.calls().filter((call) => !call.startsWith('GET'));

  test.each<[string, (agent: Agent) => void, (agent: Agent) => void, string]>([
    ['marked as spam', (agent) => agent.markSpam(1), (agent) => agent.markSpam(1, false), 'ticket_spam'],
    ['moved to the trash', (agent) => agent.trash(1), (agent) => agent.restore(1), 'ticket_deleted'],
  ])('%s: withdrawn, and nothing is written there; back again: open again', async (_, go, comeBack, rule) => {
    const desk = await opened();
    const ticket = await resolved(desk);
    const agent = desk.sandbox.freshdesk.agent();
    const { yes } = newestLinks(desk, ticket);
    await desk.advance(MINUTE, 20 * SECOND);
    const before = writes(desk);
    go(agent);
    await seconds(desk, 5);
    const gone = await issueOf(desk, ticket.id);
    expect([gone.status, ...proofsOf(gone)]).toEqual(['closed', 'withdrawn']);
    expect(await desk.rules(gone.id)).toContain(rule);
    expect((await answers(yes, 'yes')).status).toBe(410);
    await desk.advance(50 * HOUR, 5 * HOUR); // no reminder
    expect(writes(desk)).toEqual(before);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);

    comeBack(agent);
    await seconds(desk, 5);
    const back = await issueOf(desk, ticket.id);
    // It was resolved when it went, so its reporter is asked anew.
    expect([back.status, back.reopenCount, back.proofs.length]).toEqual(['resolved', 1, 0]);
    expect(replies(desk, ticket.id)).toHaveLength(2);
    expect((await answers(yes, 'yes')).status).toBe(410);
    expect((await answers(newestLinks(desk, ticket).yes, 'yes')).status).toBe(200);
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
  });

  test('an open one that goes and comes back, webhooks lost, twice, and the wrong way round', async () => {
    const desk = await opened();
    const ticket = await raised(desk);
    const { freshdesk } = desk.sandbox;
    freshdesk.settings.webhookTrouble.lose = LOST;
    freshdesk.agent().trash(ticket.id);
    await desk.advance(26 * HOUR, 2 * HOUR); // lists leave out the trash, so that each ticket is looked at once a day
    expect((await issueOf(desk, ticket.id)).status).toBe('closed');
    Object.assign(freshdesk.settings.webhookTrouble, { lose: 0, duplicate: LOST, isReversed: true });
    freshdesk.agent().restore(ticket.id);
    freshdesk.agent().trash(ticket.id);
    freshdesk.agent().restore(ticket.id);
    await desk.advance(2 * MINUTE, 30 * SECOND);
    expect(await issueOf(desk, ticket.id)).toMatchObject({ status: 'new', reopenCount: 1, proofs: [] });
    expect(ticketStatus(desk, ticket)).toBe(OPEN);
    expect(await desk.incidents()).toHaveLength(1);
  });

  test('the ticket of an alert in the trash: the incident goes on and closes on its proof', async () => {
    const desk = await opened();
    await desk.settle();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 20 * SECOND);
    const ticket = onlyTicket(desk);
    desk.sandbox.freshdesk.agent().trash(ticket.id);
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).status).toBe('new');
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, 5 * MINUTE);
    const [incident] = await desk.incidents();
    expect([incident?.status, incident?.proofs.map(({ kind }) => kind)]).toEqual(['closed', ['monitoring']]);
    expect(ticketStatus(desk, ticket)).toBe(OPEN);
  });

  test('merged into a ticket that is known: all belongs to that one, and nobody is asked twice', async () => {
    const desk = await opened();
    const [first, second] = [await raised(desk), raise(desk, { email: 'lee@acme.example' })];
    await seconds(desk, 5);
    expect(await desk.incidents()).toHaveLength(2);
    desk.sandbox.freshdesk.agent().merge([second.id], first.id);
    await seconds(desk, 5);
    const merged = await issueOf(desk, second.id);
    expect([merged.status, ...proofsOf(merged)]).toEqual(['closed', 'withdrawn']);
    expect(merged.desk.goneWhy).toBe('merged');
    expect(ticketStatus(desk, second)).toBe(CLOSED); // not set back
    expect(notesWith(desk, second, 'proof is missing')).toEqual([]);
    expect(await issueOf(desk, first.id)).toMatchObject({ status: 'new' });
    await expectSound(desk);
    desk.sandbox.freshdesk.agent().update(first.id, { status: RESOLVED });
    await desk.advance(HOUR, 10 * MINUTE);
    const asked = [first, second]
      .flatMap(({ id }) => replies(desk, id))
      .filter((one) => one.includes('/confirm/'));
    expect(asked).toHaveLength(1);
    expect(ticketStatus(desk, second)).toBe(CLOSED);
  });

  test('merged into a ticket that is not known: that is its ticket from now on', async () => {
    const desk = await opened();
    await desk.setClock(-HOUR);
    const old = raise(desk, { email: 'lee@acme.example', subject: 'From before Watchdesk came' });
    await desk.setClock(HOUR);
    const ticket = await raised(desk);
    const { id } = await issueOf(desk, ticket.id);
    desk.sandbox.freshdesk.agent().merge([ticket.id], old.id);
    await desk.advance(MINUTE, 5 * SECOND);
    expect((await issueOf(desk, old.id)).id).toBe(id);
    expect(await desk.incidents()).toHaveLength(1);
    expect((await issueOf(desk, old.id)).status).not.toMatch(/closed|resolved/);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
    expect(ticketStatus(desk, old)).toBe(OPEN);
    desk.sandbox.freshdesk.agent().update(old.id, { status: CLOSED });
    await seconds(desk, 5);
    expect(ticketStatus(desk, old)).toBe(RESOLVED);
    expect(notesWith(desk, old, 'proof is missing')).toHaveLength(1);
    expect(replies(desk, old.id)).toHaveLength(1);
    expect((await answers(newestLinks(desk, old).yes, 'yes')).status).toBe(200);
    await seconds(desk, 5);
    expect(ticketStatus(desk, old)).toBe(CLOSED);
    expect(desk.sandbox.freshdesk.state.conversations(ticket.id).filter((one) => !one.private)).toEqual([]);
  });

  test('a main ticket with alerts merged into another: the alerts go with it and are its proof', async () => {
    const desk = await opened(SHOP_POLICY);
    const main = await shopFails(desk);
    const other = raise(desk, {
      email: 'sam@elsewhere.example',
      subject: 'Printer is broken',
      text: 'It is on fire.',
    });
    await seconds(desk, 5);
    const incident = await issueOf(desk, main.id);
    desk.sandbox.freshdesk.agent().merge([main.id], other.id);
    await seconds(desk, 5);
    const primary = await issueOf(desk, other.id);
    expect([primary.memberCount, primary.badAlertCount]).toEqual([1, 1]);
    expect(await issueOf(desk, main.id)).toMatchObject({ id: incident.id, status: 'closed', memberCount: 0 });
    desk.sandbox.freshdesk.agent().update(other.id, { status: CLOSED });
    await seconds(desk, 5);
    expect(ticketStatus(desk, other)).toBe(RESOLVED);
    expect(notesWith(desk, other, 'monitoring still shows 1 of 1 alerts bad')).toHaveLength(1);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, MINUTE);
    expect((await issueOf(desk, other.id)).status).toBe('resolved');
    desk.sandbox.freshdesk.customers.reply(other.id, 'Yes, it works again');
    await seconds(desk, 5);
    const closed = await issueOf(desk, other.id);
    expect(closed.status).toBe('closed');
    expect(proofsOf(closed).toSorted()).toEqual(['monitoring', 'reporter_reply']);
    expect(ticketStatus(desk, other)).toBe(CLOSED);
    await expectSound(desk);
  });

  test('archived or purged: said once, nothing more is asked of Freshdesk, and alerts still close', async () => {
    const desk = await opened();
    const ticket = await raised(desk);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE, 20 * SECOND);
    const alerts = desk.tickets().find(({ id }) => id !== ticket.id);
    const [alert, reported] = [await issueOf(desk, alerts?.id ?? 0), await issueOf(desk, ticket.id)];
    desk.tickets().splice(0);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, 5 * MINUTE);
    expect((await desk.incidents()).find(({ id }) => id === alert.id)?.status).toBe('closed');
    const calls = desk.calls().filter((call) => /\/tickets\/\d/.test(call));
    const missing = calls.filter((call) => call.endsWith(' 404'));
    expect(missing.length).toBeLessThanOrEqual(6);
    await desk.advance(12 * HOUR, HOUR);
    expect(desk.calls().filter((call) => /\/tickets\/\d/.test(call))).toEqual(calls);
    expect((await desk.rules(alert.id)).filter((rule) => rule === 'ticket_unreadable')).toHaveLength(1);
    expect((await desk.incidents()).find(({ id }) => id === reported.id)?.proofs).toEqual([]);
  });

  test('a group that is deleted meanwhile: all else is written, and a note says what was refused', async () => {
    const desk = await opened({
      defaults: { team: 'platform' },
      teams: { platform: { name: 'Platform', freshdesk_group_id: GROUPS.platform } },
    });
    await desk.settle();
    desk.sandbox.freshdesk.people.removeGroup(GROUPS.platform);
    const ticket = raise(desk);
    await desk.advance(5 * MINUTE, 10 * SECOND);
    expect(desk.sandbox.freshdesk.state.ticket(ticket.id)).toMatchObject({
      type: 'Incident',
      group_id: null,
    });
    expect(desk.notes(ticket.id).join()).toContain('What Watchdesk made of this ticket');
    const before = writes(desk).length;
    await desk.advance(2 * HOUR, 10 * MINUTE);
    expect(writes(desk).length - before).toBeLessThanOrEqual(2);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: RESOLVED });
    await seconds(desk, 5);
    expect(replies(desk, ticket.id)).toHaveLength(1);
    expect((await answers(newestLinks(desk, ticket).yes, 'yes')).status).toBe(200);
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });

  test('the agent who has it leaves the company: closing goes on', async () => {
    const desk = await opened();
    const ticket = await raised(desk);
    const { people } = desk.sandbox.freshdesk;
    const agent = people.addAgent({ name: 'Nora Neu', groupIds: [GROUPS.platform] });
    desk.sandbox.freshdesk.agent().update(ticket.id, { responder_id: agent.id });
    await seconds(desk, 5);
    expect((await issueOf(desk, ticket.id)).status).toBe('acknowledged');
    people.setDeactivated(agent.id, true);
    await desk.advance(2 * HOUR, 20 * MINUTE);
    desk.sandbox.freshdesk.agent().update(ticket.id, { status: CLOSED });
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(RESOLVED);
    expect((await answers(newestLinks(desk, ticket).yes, 'yes')).status).toBe(200);
    await seconds(desk, 5);
    expect(ticketStatus(desk, ticket)).toBe(CLOSED);
  });
});
