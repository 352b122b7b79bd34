import { describe, expect, test } from 'vitest';
import { enqueueAcknowledgements, enqueueCommands } from '../../src/engine/commit-changes.ts';
import { createInboxTurn } from '../../src/engine/process-inbox.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import type { Database } from '../../src/store/database.ts';
import * as tickets from '../../src/store/tickets.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE, SECOND } from '../support/manual-clock.ts';
import { agentSets, CLOSED, flowsOn, OPEN, onlyTicket, RESOLVED } from './flows.ts';

describe.each(databases)('between two statements (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P1, P2 a commit whose answer was lost: the incident counts, and the next one gets a number of its own', async () => {
    const desk = await open();
    const arrived = (count: number) =>
      expect.poll(async () => (await desk.database.query('SELECT 1 FROM delivery')).length).toBe(count);
    const turn = createInboxTurn({ ...desk.parts(), database: losingOneCommit(desk.database) });
    desk.checks.setState('web01', '', 'DOWN');
    await arrived(1);
    await turn();
    expect(await desk.incidents()).toHaveLength(1);
    desk.checks.setState('db01', '', 'DOWN');
    await arrived(2);
    await turn();
    expect((await desk.incidents()).map(({ title }) => title).sort()).toEqual([
      'host db01 is DOWN',
      'host web01 is DOWN',
    ]);
  });

  test('P2 the answer to a create is lost and the requester changes meanwhile: no second ticket', async () => {
    const desk = await open({ sandbox: { freshdesk: { settings: { searchDelayMs: 10 * MINUTE } } } });
    desk.sandbox.freshdesk.faults.next({
      kind: 'cut_after',
      match: { method: 'POST', pathPattern: /^\/tickets$/ },
    });
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    const isCreated = async () => {
      await desk.settle();
      return desk.tickets().length === 1;
    };
    await expect.poll(isCreated).toBe(true);
    desk.sandbox.freshdesk.faults.outage(true);
    desk.usePolicy({ defaults: { requester_email: 'somebody.else@example.com' } });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    desk.sandbox.freshdesk.faults.outage(false);
    await desk.advance(6 * MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(OPEN);
  });

  test('P4 what breaks in a downtime, ends unheard and had an incident long ago is found by the read-back', async () => {
    const desk = await open();
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('mail01', 'SMTP', 'OK');
    await desk.advance(40 * MINUTE, 10 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    await desk.advance(48 * HOUR, 12 * HOUR);
    // It ends between two readings.
    desk.checks.startDowntime({ host: 'mail01', check: 'SMTP' }, { durationMs: 5 * MINUTE + 20 * SECOND });
    desk.checks.setState('mail01', 'SMTP', 'CRITICAL');
    const isOver = () => desk.sent.some((sent) => sent.NAGIOS_NOTIFICATIONTYPE === 'DOWNTIMEEND');
    while (!isOver()) await desk.advance(20 * SECOND, 20 * SECOND);
    desk.deliverNotifications(false);
    expect(desk.tickets()).toHaveLength(1);
    await desk.advance(4 * MINUTE);
    expect(desk.tickets()).toHaveLength(2);
  });

  test('P3 a close by hand is explained again when the incident has come back since', async () => {
    const desk = await open();
    const told = () => desk.notes(1).filter((note) => note.includes('Not closed: proof is missing')).length;
    const closeAndWorsen = async () => {
      await agentSets(desk, 1, { status: CLOSED });
      desk.checks.setState('web01', 'HTTP', 'CRITICAL');
      await desk.advance(3 * MINUTE);
      expect(onlyTicket(desk).status).toBe(RESOLVED);
    };
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(2 * MINUTE);
    await closeAndWorsen();
    expect(told()).toBe(1);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(40 * MINUTE, 10 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    await closeAndWorsen();
    expect(told()).toBe(2);
  });
});

describe('between two transactions at once (postgresql)', () => {
  const open = flowsOn('postgresql');

  test('an alert that joins in the moment in which the ticket is adopted is acknowledged too', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    const { database } = desk;
    const parts = desk.parts();
    const incidentId = (await desk.incidents())[0]?.id ?? '';
    const ticket = await tickets.load(database.prisma, incidentId);
    await inTransaction(database, (tx) => tickets.letGo(tx, incidentId));
    const has = { decided: Promise.withResolvers<void>(), adopted: Promise.withResolvers<void>() };

    const joining = inTransaction(database, async (tx) => {
      const object = { host: 'web01', check: 'HTTP' };
      const command = { kind: 'acknowledge_alert', incidentId, intent: 'ack:late', object } as const;
      await enqueueCommands(tx, parts, [command], { now: desk.clock.now(), priorityOf: () => undefined });
      has.decided.resolve();
      await Promise.race([has.adopted.promise, new Promise((late) => setTimeout(late, 300))]);
    });
    await has.decided.promise;
    const adopting = inTransaction(database, async (tx) => {
      const fields = ticket?.wanted as TicketFields;
      await tickets.markCreated(tx, incidentId, { freshdeskId: 7, written: fields, seen: fields });
      await enqueueAcknowledgements(tx, parts, incidentId);
    }).then(has.adopted.resolve);
    await Promise.all([joining, adopting]);

    const waiting = await database.query(
      "SELECT 1 FROM pgboss.job WHERE name = 'opsview' AND state = 'created'",
    );
    expect(waiting).toHaveLength(1);
  });
});

/** The first commit happens, but its answer does not arrive. */
function losingOneCommit(database: Database): Database {
  let isLost = false;
  const prisma = new Proxy(database.prisma, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== '$transaction') return value.bind(target);
      return async (...given: unknown[]) => {
        const result: unknown = await value.apply(target, given);
        if (isLost) return result;
        isLost = true;
        throw new Error('Connection terminated unexpectedly');
      };
    },
  });
  return { ...database, prisma };
}
