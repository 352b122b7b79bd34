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
    expect(notesWith(desk, 'The priority was changed by a person')).toHaveLength(1);
    expect(notesWith(desk, 'was changed by a person')).toHaveLength(1);
  });

  test('group, subject and tags that an agent changed stay; our tags are kept beside theirs', async () => {
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
    expect(notesWith(desk, 'The subject was changed')).toHaveLength(1);
    expect(notesWith(desk, 'The group was changed')).toHaveLength(1);
    await agentSets(desk, 1, { tags: ['vip'] });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({
      group_id: APPLICATIONS,
      subject: 'Shop is slow',
      status: CLOSED,
    });
    expect(onlyTicket(desk).tags).toEqual(expect.arrayContaining(['vip', 'watchdesk']));
    expect(notesWith(desk, 'was changed by a person')).toHaveLength(2);
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

  test('P3 a close by hand without proof is set back once with what is missing; closed again, it stays closed', async () => {
    const desk = await opened();
    await agentSets(desk, 1, { status: CLOSED });
    await worsens(desk);
    expect(onlyTicket(desk).status).toBe(OPEN);
    expect(notesWith(desk, 'closed by hand')).toHaveLength(1);
    await agentSets(desk, 1, { status: CLOSED });
    desk.usePolicy({
      ...POLICY,
      services: { web: { name: 'Web', criticality: 'high', match: [{ host: 'web01' }] } },
    });
    desk.checks.setState('web01', 'Disk: /var/log', 'CRITICAL'); // joins, and raises the priority
    await desk.advance(3 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: CLOSED, priority: URGENT });
    expect(notesWith(desk, 'closed by hand')).toHaveLength(1);
    desk.checks.setState('web01', 'HTTP', 'OK');
    desk.checks.setState('web01', 'Disk: /var/log', 'OK');
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'closed' });
  });

  test('a ticket closed by hand after the recovery stays closed while the proof is collected', async () => {
    const desk = await opened();
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(MINUTE);
    await agentSets(desk, 1, { status: CLOSED });
    await desk.advance(40 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect((await desk.incidents())[0]).toMatchObject({ status: 'closed' });
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

  test('a ticket that was merged into another is closed by that: set back once, then it is left alone', async () => {
    const desk = await opened();
    await callFreshdesk(desk, 'POST', '/tickets', {
      subject: 'The shop is slow, says a customer',
      description: 'slow',
      email: 'customer@example.com',
      status: OPEN,
      priority: LOW,
    });
    const merge = () => callFreshdesk(desk, 'PUT', '/tickets/merge', { primary_id: 2, ticket_ids: [1] });
    await merge();
    await worsens(desk);
    expect(notesWith(desk, 'closed by hand')).toHaveLength(1);
    await merge();
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect(desk.tickets()[0]).toMatchObject({ status: CLOSED });
    expect(desk.tickets()[1]).toMatchObject({ status: OPEN, subject: 'The shop is slow, says a customer' });
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
    expect(notesWith(desk, 'was changed by a person')).toEqual([]);
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
    expect(notesWith(desk, 'was changed by a person')).toEqual([]);
  });
});
