import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { tidyUp } from '../../src/engine/housekeeping.ts';
import * as commands from '../../src/store/commands.ts';
import * as ticketIntake from '../../src/store/ticket-intake.ts';
import { forgetOldTimers } from '../../src/store/timers.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { flowsOn } from '../flows/flows.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE } from '../support/manual-clock.ts';

const DAY = 24 * HOUR;

describe.each(databases)('housekeeping (%s)', (kind) => {
  const open = flowsOn(kind);

  test('timers and commands are forgotten with the deliveries, once their incident is long closed', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(12 * MINUTE);
    const [incident] = await desk.incidents();
    if (incident?.status !== 'closed') return expect.unreachable();
    const { id } = incident;
    const { clock, database } = desk;
    const note = (intent: string) => ({
      id: randomUUID(),
      command: { kind: 'private_note' as const, incidentId: id, intent, html: '<p>x</p>' },
    });
    const add = (...intents: string[]) =>
      inTransaction(database, (tx) => commands.add(tx, intents.map(note), clock.now()));
    for (const added of await add('one', 'two', 'given up')) {
      await commands.markDone(database.prisma, added.id, { now: clock.now() });
    }
    await database.query(`UPDATE command SET done_at = NULL, dead_at = created_at WHERE intent = 'given up'`);
    const newest = (await add('three'))[0]?.id ?? '';
    await commands.markDone(database.prisma, newest, { now: clock.now() });
    const { sequence } = (await commands.listOf(database.prisma, id)).at(-1) ?? {};
    const timersLeft = async () => (await database.query('SELECT 1 FROM timer')).length;
    await database.query(
      `INSERT INTO timer (incident_id, name, why, due_at, try_after, cancelled_at) VALUES ($1::uuid, 'digest', '', $2, $2, NULL), ($1::uuid, 'digest', '', $2, $2, $2)`,
      [id, clock.now()],
    );
    const all = await commands.listOf(database.prisma, id);
    const timers = await timersLeft();
    expect(timers).toBeGreaterThan(2);

    clock.advance(30 * DAY - HOUR);
    await tidyUp(desk.parts());
    expect(await commands.listOf(database.prisma, id)).toHaveLength(all.length);
    expect(await timersLeft()).toBe(timers);

    clock.advance(2 * HOUR);
    await database.query(`UPDATE incident SET status = 'resolved', closed_at = NULL`);
    expect(await forgetOldTimers(database.prisma, new Date(0), 1)).toBe(0);
    await tidyUp(desk.parts());
    expect(await commands.listOf(database.prisma, id)).toHaveLength(all.length);
    expect(await timersLeft()).toBe(1); // the pending one

    clock.advance(2 * HOUR);
    await database.query(`UPDATE incident SET status = 'closed', closed_at = $1`, [incident.closedAt]);
    await tidyUp(desk.parts());
    const left = await commands.listOf(database.prisma, id);
    expect(left.map(({ intent }) => intent)).toEqual(['given up', 'three']);
    await add('four');
    const numbered = (await commands.listOf(database.prisma, id)).at(-1);
    expect(numbered).toMatchObject({ intent: 'four', sequence: (sequence ?? 0) + 1 });
  });

  test('tickets that were heard of long ago are forgotten, but none that is still to be read', async () => {
    const desk = await open();
    const { clock, database } = desk;
    await inTransaction(database, (tx) => ticketIntake.askForTickets(tx, [1, 2], clock.now()));
    await ticketIntake.takeIntake(database.prisma, 1);
    clock.advance(31 * DAY);
    await inTransaction(database, (tx) => ticketIntake.askForTickets(tx, [3], clock.now()));
    await ticketIntake.takeIntake(database.prisma, 3);
    await tidyUp(desk.parts());
    const left = await database.query('SELECT freshdesk_id AS id FROM ticket_intake ORDER BY id');
    expect(left.map(({ id }) => Number(id))).toEqual([2, 3]);
  });
});
