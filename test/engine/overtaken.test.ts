import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deliverCommand } from '../../src/engine/deliver-command.ts';
import { RetryAt } from '../../src/engine/job-loop.ts';
import { syncTicket } from '../../src/engine/sync-ticket.ts';
import * as commands from '../../src/store/commands.ts';
import * as tickets from '../../src/store/tickets.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { flowsOn } from '../flows/flows.ts';
import { databases } from '../support/database.ts';

/** As when a job expired under a slow process and was fetched by another: both have loaded the same. */
async function twice(run: () => Promise<void>): Promise<unknown[]> {
  const outcomes = await Promise.allSettled([run(), run()]);
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

describe.each(databases)('two runs of one job at once (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P2 send one ticket and one note, and who came second looks again later', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    const incidentId = (await desk.incidents())[0]?.id ?? '';
    const parts = desk.parts();
    await tickets.letGo(desk.database.prisma, incidentId);
    const failures = await twice(() => syncTicket(parts, incidentId));
    expect(desk.tickets()).toHaveLength(2);
    for (const failure of failures) expect(failure).toBeInstanceOf(RetryAt);

    const command = { kind: 'private_note' as const, incidentId, intent: 'test', html: '<p>once</p>' };
    const [added] = await inTransaction(desk.database, (tx) =>
      commands.add(tx, [{ id: randomUUID(), command }], desk.clock.now()),
    );
    const refused = await twice(() => deliverCommand(parts, added?.id ?? ''));
    const notes = desk.tickets().flatMap(({ id }) => desk.notes(id));
    expect(notes.filter((note) => note.includes('once'))).toHaveLength(1);
    for (const failure of refused) expect(failure).toBeInstanceOf(RetryAt);
  });
});
