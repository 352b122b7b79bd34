import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { customFields, notesWith, raised, seconds, ticketStatus } from './desk-asking.ts';
import { act, issueOf, replies } from './desk-family.ts';
import { CLOSED, flowsOn, GROUPS, LOW, OPEN, raise, ticketAbout } from './flows.ts';

const DAY = 24 * HOUR;
const LENA = 158018000005;
const POLICY = {
  people: { lena: { name: 'Lena Vogt', email: 'Lena.Vogt@example.com' } },
  teams: { desk: { name: 'Service desk', freshdesk_group_id: GROUPS.serviceDesk } },
  defaults: { team: 'desk', technical_manager: 'lena' },
  services: {
    webshop: { name: 'Web shop', criticality: 'medium', words: ['shop'], match: [{ host: 'web01' }] },
  },
  problems: { repeat: { count: 3 } },
};

describe.each(databases)('Problems (%s)', (kind) => {
  const open = flowsOn(kind);
  async function opened(policy: object = {}): Promise<TestWatchdesk> {
    const desk = await open({
      isServed: true,
      policy: { ...POLICY, ...policy },
      sandbox: { freshdesk: { isFurnished: true } },
    });
    await desk.settle();
    return desk;
  }

  test('“Documentation is missing”: one Problem for the technical manager, each ticket naming the other', async () => {
    const desk = await opened();
    desk.sandbox.freshdesk.settings.webhookTrouble.duplicate = Number.POSITIVE_INFINITY;
    const match = { method: 'POST', pathPattern: /^\/tickets$/ };
    desk.sandbox.freshdesk.faults.next({ kind: 'cut_after', match });
    const ticket = await raised(desk);
    const agent = desk.sandbox.freshdesk.agent();
    agent.update(ticket.id, customFields(desk, { create_problem: true }));
    for (let n = 0; n < 24; n++) {
      await desk.restart();
      await desk.advance(10 * SECOND, 10 * SECOND);
    }
    const problem = ticketAbout(desk, 'Missing documentation');
    expect(desk.tickets()).toHaveLength(2);
    expect(problem).toMatchObject({ type: 'Problem', responder_id: LENA, priority: LOW, status: OPEN });
    const [issue, origin] = [await issueOf(desk, problem.id), await issueOf(desk, ticket.id)];
    expect(issue).toMatchObject({ origin: 'watchdesk', type: 'Problem', status: 'new' });
    expect(issue.desk.openedForId).toBe(origin.id);
    expect(origin.desk.problemId).toBe(issue.id);
    const told = notesWith(desk, ticket, 'Missing documentation');
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`WD-${issue.number}`);
    expect(told[0]).toContain('Lena Vogt is the technical manager');
    const [purpose, ...more] = notesWith(desk, problem, 'documentation is missing that was needed for');
    expect(more).toEqual([]);
    expect(purpose).toContain(`https://acme.freshdesk.com/a/tickets/${ticket.id}`);

    agent.update(ticket.id, customFields(desk, { create_problem: false }));
    await seconds(desk, 5);
    agent.update(ticket.id, customFields(desk, { create_problem: true }));
    await seconds(desk, 5);
    expect(desk.tickets()).toHaveLength(2);
    // The reporter hears nothing of it, and nobody is asked to confirm a Problem.
    expect(replies(desk, ticket.id)).toEqual([]);
    agent.update(problem.id, { status: CLOSED });
    await seconds(desk, 5);
    expect((await issueOf(desk, problem.id)).status).toBe('closed');
    expect(ticketStatus(desk, problem)).toBe(CLOSED);
    expect(replies(desk, problem.id)).toEqual([]);
  });

  test('where Freshdesk knows no such agent, the team has it, and the note says why', async () => {
    const people = { lena: { name: 'Lena Vogt', email: 'lena@elsewhere.example' } };
    const desk = await opened({ people });
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, customFields(desk, { create_problem: true }));
    await seconds(desk, 10);
    const problem = ticketAbout(desk, 'Missing documentation');
    expect(problem).toMatchObject({ responder_id: null, group_id: GROUPS.serviceDesk });
    expect(notesWith(desk, ticket, 'no active Freshdesk agent has the address')).toHaveLength(1);
  });

  test('overdue: told once in its ticket, each week in its history, and no more once it is closed', async () => {
    const desk = await opened();
    const ticket = await raised(desk);
    desk.sandbox.freshdesk.agent().update(ticket.id, customFields(desk, { create_problem: true }));
    await seconds(desk, 10);
    const problem = ticketAbout(desk, 'Missing documentation');
    const { id } = await issueOf(desk, problem.id);
    const overdue = async () => (await desk.rules(id)).filter((rule) => rule === 'problem_overdue').length;
    await desk.advance(13 * DAY, DAY);
    expect(notesWith(desk, problem, 'should have been solved by')).toHaveLength(0);
    await desk.advance(2 * DAY, DAY);
    expect(notesWith(desk, problem, 'should have been solved by')).toHaveLength(1);
    await desk.advance(7 * DAY, DAY);
    expect(notesWith(desk, problem, 'should have been solved by')).toHaveLength(1);
    expect(await overdue()).toBe(2);
    desk.sandbox.freshdesk.agent().update(problem.id, { status: CLOSED });
    await desk.advance(21 * DAY, 3 * DAY);
    expect(await overdue()).toBe(2);
    expect(ticketStatus(desk, problem)).toBe(CLOSED);
  });

  const proposed = (desk: TestWatchdesk, ticketId: number) =>
    notesWith(desk, { id: ticketId }, 'a Problem should find out why');

  test('the same check fails for the third time within 30 days: a Problem is proposed, once', async () => {
    const desk = await opened({ alerts: { reopen_within: '1m' } });
    for (let n = 0; n < 4; n++) {
      desk.checks.setState('web01', 'HTTP', 'CRITICAL');
      await desk.advance(5 * MINUTE);
      desk.checks.setState('web01', 'HTTP', 'OK');
      await desk.advance(2 * HOUR, 10 * MINUTE);
    }
    expect(desk.tickets().map(({ id }) => proposed(desk, id).length)).toEqual([0, 0, 1, 0]);
    expect(proposed(desk, 3)[0]).toContain('3 incidents like WD-3');
    expect(proposed(desk, 3)[0]).toContain('https://watchdesk.example.com/incidents/3');
    expect(desk.tickets().every(({ type }) => type === 'Incident')).toBe(true); // proposed, not opened
    await desk.advance(31 * DAY, DAY);
    for (let n = 0; n < 2; n++) {
      desk.checks.setState('web01', 'HTTP', 'CRITICAL');
      await desk.advance(5 * MINUTE);
      desk.checks.setState('web01', 'HTTP', 'OK');
      await desk.advance(2 * HOUR, 10 * MINUTE);
    }
    expect(
      desk
        .tickets()
        .slice(4)
        .map(({ id }) => proposed(desk, id).length),
    ).toEqual([0, 0]);
  });

  test('what people report of one service counts too, and reports of one incident count as one', async () => {
    const desk = await opened();
    for (let n = 0; n < 3; n++) {
      const ticket = raise(desk, { email: `u${n}@acme.example` });
      await seconds(desk, 5);
      const same = raise(desk, { email: `v${n}@acme.example` });
      await desk.advance(2 * MINUTE, 30 * SECOND);
      expect((await issueOf(desk, same.id)).parentId).toBe((await issueOf(desk, ticket.id)).id);
      // Freshdesk closes no parent before its children.
      for (const { id } of [same, ticket]) {
        desk.sandbox.freshdesk.agent().update(id, {
          status: CLOSED,
          ...customFields(desk, { confirmed_by: 'Kim', confirmed_how: 'Phone' }),
        });
        await seconds(desk, 5);
      }
      await desk.advance(2 * DAY, 12 * HOUR);
      expect((await issueOf(desk, same.id)).status).toBe('closed');
    }
    expect(desk.tickets().map(({ id }) => proposed(desk, id).length)).toEqual([0, 0, 0, 0, 1, 0]);
  });

  test('opened on the console’s page: once, with the words given there', async () => {
    const desk = await opened();
    const ticket = await raised(desk);
    const { id: incidentId } = await issueOf(desk, ticket.id);
    const action = {
      do: 'create_problem',
      incidentId,
      what: 'How to restart the <b>shop</b>',
      by: 'Alex Agent',
    } as const;
    await act(desk, action, 'first');
    await act(desk, action, 'first');
    await act(desk, action, 'second');
    await seconds(desk, 10);
    const problem = ticketAbout(desk, 'Missing documentation: How to restart the');
    expect(problem).toMatchObject({ type: 'Problem', responder_id: LENA });
    expect(desk.tickets()).toHaveLength(2);
    expect(problem.description).not.toContain('<b>shop</b>');
    expect(notesWith(desk, problem, 'Alex Agent opened this Problem')).toHaveLength(1);
    expect(await desk.rules(incidentId)).toContain('problem_documentation');
  });
});
