import { describe, expect, test } from 'vitest';
import { syncTicket } from '../../src/engine/sync-ticket.ts';
import * as tickets from '../../src/store/tickets.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import {
  AGENTS,
  agentSets,
  CLOSED,
  flowsOn,
  OPEN,
  onlyTicket,
  PENDING,
  RESOLVED,
  raise,
} from '../flows/flows.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';

/** A customer's incident that Watchdesk knows and has nothing to do for. */
async function settledIssue(desk: TestWatchdesk) {
  const ticket = raise(desk);
  await desk.advance(5 * MINUTE, 30 * SECOND);
  const [issue] = await desk.incidents();
  if (!issue) throw new Error('There is no issue');
  return { ticket, issue };
}

/** Has the ticket's next sync send a priority, and people do this after it was read and before it is sent. */
async function syncWhile(desk: TestWatchdesk, incidentId: string, people: () => Promise<void>) {
  await desk.database.query(
    `UPDATE ticket SET wanted = wanted || '{"priority":"urgent"}' WHERE incident_id = '${incidentId}'`,
  );
  const parts = desk.parts();
  const { freshdesk } = parts;
  const updateTicket: typeof freshdesk.updateTicket = async (...update) => {
    await people();
    return await freshdesk.updateTicket(...update);
  };
  await syncTicket({ ...parts, freshdesk: { ...freshdesk, updateTicket } }, incidentId);
}

describe.each(databases)('a ticket that people change while it is synchronised (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P3, P4 closed between our reading and our update: it is set back all the same', async () => {
    const desk = await open();
    const { ticket, issue } = await settledIssue(desk);
    await syncWhile(desk, issue.id, () => agentSets(desk, ticket.id, { status: CLOSED }));
    expect(onlyTicket(desk).status).toBe(CLOSED);
    await desk.advance(3 * MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    expect(await desk.rules(issue.id)).toContain('closed_without_proof');
  });

  test('P4 taken by an agent between the two: it is acknowledged', async () => {
    const desk = await open();
    const { ticket, issue } = await settledIssue(desk);
    await syncWhile(desk, issue.id, () => agentSets(desk, ticket.id, { responder_id: AGENTS.sam }));
    await desk.advance(3 * MINUTE, 20 * SECOND);
    expect(await desk.incidents()).toMatchObject([{ status: 'acknowledged', owner: expect.any(String) }]);
  });

  test('P4 given another number meanwhile, nothing of the old ticket counts for the new one', async () => {
    const desk = await open();
    const { issue } = await settledIssue(desk);
    await syncWhile(desk, issue.id, async () => {
      await inTransaction(desk.database, (tx) => tickets.moveTo(tx, issue.id, 4711));
    });
    expect(await tickets.load(desk.database.prisma, issue.id)).toMatchObject({
      freshdeskId: 4711,
      messageCount: 0,
    });
    expect((await tickets.load(desk.database.prisma, issue.id))?.seenUpdatedAt).toBeUndefined();
  });

  test('P3 what is to be set back is so although something else is wished for before it is sent', async () => {
    const desk = await open();
    const { ticket, issue } = await settledIssue(desk);
    const wish = await tickets.load(desk.database.prisma, issue.id);
    if (!wish) throw new Error('There is no wish');
    const next = {
      ...wish,
      fields: { ...wish.wanted, status: 'resolved' as const },
      statusTurn: wish.statusTurn + 1,
    };
    await agentSets(desk, ticket.id, { status: CLOSED });
    for (const isSetBack of [true, false])
      await inTransaction(desk.database, (tx) =>
        tickets.saveWishes(tx, [{ ...next, isSetBack }], desk.clock.now()),
      );
    await syncTicket(desk.parts(), issue.id);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
  });

  test.each([
    ['reopened as it is about to be closed: it stays open', RESOLVED, 'closed', OPEN, OPEN],
    ['set to pending as it is about to be resolved: it is resolved', OPEN, 'resolved', PENDING, RESOLVED],
  ] as const)('P5 %s', async (_what, from, wanted, chosen, then) => {
    const desk = await open();
    const { ticket, issue } = await settledIssue(desk);
    if (from !== OPEN) await agentSets(desk, ticket.id, { status: from });
    await desk.advance(3 * MINUTE, 20 * SECOND);
    const row = await tickets.load(desk.database.prisma, issue.id);
    if (!row) throw new Error('There is no wish');
    const fields = { ...row.wanted, status: wanted };
    await inTransaction(desk.database, (tx) =>
      tickets.saveWishes(
        tx,
        [{ ...row, fields, statusTurn: row.statusTurn + 1, isSetBack: false }],
        desk.clock.now(),
      ),
    );
    await agentSets(desk, ticket.id, { status: chosen });
    await expect(syncTicket(desk.parts(), issue.id)).rejects.toThrow(/moved the ticket/);
    expect(onlyTicket(desk).status).toBe(chosen);
    await desk.settle();
    await syncTicket(desk.parts(), issue.id);
    await desk.advance(MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(then);
  });

  test('P2 what was written before an upgrade decides nothing, and what came after it does', async () => {
    const desk = await open();
    const { ticket, issue } = await settledIssue(desk);
    const { agent, customers } = desk.sandbox.freshdesk;
    agent().reply(ticket.id, '<p>We look at it.</p>');
    await desk.setClock(SECOND);
    const at = desk.clock.now().toISOString();
    await desk.database.query(
      `UPDATE ticket SET seen_at = '${at}', seen_updated_at = NULL, last_message_id = NULL, message_count = 0`,
    );
    await desk.setClock(SECOND);
    customers.reply(ticket.id, 'It works again.');
    await syncTicket(desk.parts(), issue.id);
    await desk.settle();
    expect(await desk.rules(issue.id)).not.toContain('agent_replied');
    expect(await desk.rules(issue.id)).toContain('reporter_confirmed');
  });
});
