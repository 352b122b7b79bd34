import { describe, expect, test } from 'vitest';
import type { Proof } from '../../src/model/incident.ts';
import { databases } from '../support/database.ts';
import { HOUR, MINUTE } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import { CLOSED, flowsOn, OPEN, onlyTicket } from './flows.ts';

describe.each(databases)('the same alert again (%s)', (kind) => {
  const open = flowsOn(kind);

  async function brokenAndClosed(desk: TestWatchdesk) {
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('db01', 'Backup', 'OK');
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  }

  test('within a day of the close reopens its ticket, says so in a note, and closes again on a new proof', async () => {
    const desk = await open();
    await brokenAndClosed(desk);
    const [first] = await desk.incidents();
    await desk.advance(22 * HOUR, 2 * HOUR);
    desk.checks.setState('db01', 'Backup', 'CRITICAL', 'CRITICAL - again');
    await desk.advance(MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    expect(desk.notes(1).at(-1)).toContain('Bad again');
    expect(desk.notes(1).at(-1)).toContain('CRITICAL - again');
    const [again] = await desk.incidents();
    expect(again).toMatchObject({ number: 1, status: 'new', reopenCount: 1 });
    expect(again?.proofs).toEqual([]);
    desk.checks.setState('db01', 'Backup', 'OK');
    await desk.advance(20 * MINUTE, 5 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    const [closed] = await desk.incidents();
    const [later, earlier] = [closed, first].map((incident) => readAtOf(incident?.proofs.at(-1)));
    expect(later).toBeGreaterThan(earlier ?? 0);
    expect(desk.notes(1)).toHaveLength(5); // recovered, closed, bad again, recovered, closed
    expect(desk.sandbox.opsview.state.object('db01', 'Backup')?.acknowledgement).toBeNull();
  });

  test('later gets a new ticket that names the old one, which stays closed', async () => {
    const desk = await open();
    await brokenAndClosed(desk);
    await desk.advance(25 * HOUR, 5 * HOUR);
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(3 * MINUTE);
    const [old, fresh] = desk.tickets();
    expect(desk.tickets()).toHaveLength(2);
    expect(old?.status).toBe(CLOSED);
    expect(fresh?.status).toBe(OPEN);
    expect(fresh?.description_text).toContain('WD-1');
    expect(desk.sandbox.opsview.state.object('db01', 'Backup')?.acknowledgement?.comment).toContain('WD-2');
  });
});

const readAtOf = (proof: Proof | undefined): number =>
  proof?.kind === 'monitoring' ? proof.readAt.getTime() : Number.NaN;
