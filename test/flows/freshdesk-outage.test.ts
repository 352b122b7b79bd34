import { describe, expect, test } from 'vitest';
import { resendCommand, retryTicket } from '../../src/engine/outbound.ts';
import { listDead } from '../../src/store/commands.ts';
import { listStuck } from '../../src/store/tickets.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';
import type { TestWatchdesk } from '../support/watchdesk.ts';
import {
  CLOSED,
  callCount,
  errorsOf,
  flowsOn,
  HIGH,
  OPEN,
  onlyTicket,
  RESOLVED,
  ticketAbout,
} from './flows.ts';

const CREATE = { method: 'POST', pathPattern: /^\/tickets$/ } as const;
const UPDATE = { method: 'PUT', pathPattern: /^\/tickets\/\d+$/ } as const;
const NOTE = { method: 'POST', pathPattern: /notes$/ } as const;
const MANDATORY = {
  kind: 'status',
  status: 400,
  body: {
    description: 'Validation failed',
    errors: [{ field: 'cf_site', message: 'It should not be blank', code: 'missing_field' }],
  },
} as const;

/** `[WD-1/3]` of each note, in the order in which Freshdesk has them. */
const marks = (desk: TestWatchdesk, ticketId: number): string[] =>
  desk.notes(ticketId).map((note) => /\[WD-\d+\/(\d+)\]/.exec(note)?.[1] ?? 'none');

const inOrder = (numbers: readonly string[]): void => {
  expect(numbers).toEqual([...numbers].sort((a, b) => Number(a) - Number(b)));
  expect(new Set(numbers).size).toBe(numbers.length);
};

describe.each(databases)('Freshdesk in trouble (%s)', (kind) => {
  const open = flowsOn(kind);

  test('an hour away: afterwards one update per ticket, and its notes once each and in order', async () => {
    const desk = await open();
    const { faults } = desk.sandbox.freshdesk;
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    expect(desk.tickets()).toHaveLength(2);
    faults.outage(true);
    for (let turn = 0; turn < 3; turn++) {
      desk.checks.setState('web01', 'HTTP', 'OK');
      await desk.advance(5 * MINUTE, 5 * MINUTE);
      desk.checks.setState('web01', 'HTTP', 'CRITICAL');
      await desk.advance(5 * MINUTE, 5 * MINUTE);
    }
    desk.checks.setState('db01', 'Backup', 'OK');
    desk.checks.setState('app01', 'Payroll API', 'CRITICAL');
    await desk.advance(30 * MINUTE, 5 * MINUTE);
    expect(desk.tickets()).toHaveLength(2);
    const updatesBefore = [1, 2].map((id) => callCount(desk, 'PUT', new RegExp(`^/tickets/${id}$`)));
    faults.outage(false);
    await desk.advance(6 * MINUTE);
    const updates = [1, 2].map((id) => callCount(desk, 'PUT', new RegExp(`^/tickets/${id}$`)));
    expect(updates.map((count, index) => count - (updatesBefore[index] ?? 0))).toEqual([1, 1]);
    expect(ticketAbout(desk, 'web01 HTTP')).toMatchObject({ status: OPEN, priority: HIGH });
    expect(ticketAbout(desk, 'db01 Backup').status).toBe(CLOSED);
    expect(ticketAbout(desk, 'Payroll API').status).toBe(OPEN);
    // Which of the two was first in Freshdesk is not promised.
    expect(desk.notes(ticketAbout(desk, 'web01 HTTP').id).length).toBeGreaterThanOrEqual(6);
    inOrder(marks(desk, 1));
    inOrder(marks(desk, 2));
  });

  test('P2 answers that are lost after the call was carried out: no second ticket, update or note', async () => {
    const desk = await open();
    const { faults } = desk.sandbox.freshdesk;
    faults.next({ kind: 'cut_after', match: CREATE });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(3 * MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(OPEN);
    faults.next({ kind: 'cut_after', match: UPDATE });
    faults.next({ kind: 'cut_after', match: NOTE });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(3 * MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    expect(marks(desk, 1)).toHaveLength(1);
    expect(callCount(desk, 'PUT', /^\/tickets\/1$/)).toBe(1);
    await desk.advance(12 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
    expect(marks(desk, 1)).toHaveLength(2); // nobody was told that a person changed anything
  });

  test('P2 calls that are cut before they were carried out, and a 502 page of the edge: everything happens once', async () => {
    const desk = await open();
    const { faults } = desk.sandbox.freshdesk;
    faults.next({ kind: 'cut_before', match: CREATE });
    faults.next({ kind: 'html_502', match: CREATE });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(4 * MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(OPEN);
    faults.next({ kind: 'cut_before', match: UPDATE });
    faults.next({ kind: 'html_502', match: NOTE });
    faults.next({ kind: 'cut_before', match: NOTE });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(4 * MINUTE, 20 * SECOND);
    expect(onlyTicket(desk).status).toBe(RESOLVED);
    expect(marks(desk, 1)).toHaveLength(1);
  });

  test('P8 429 with Retry-After: no call is made before it has passed', async () => {
    const desk = await open();
    const { faults, state } = desk.sandbox.freshdesk;
    faults.next({ kind: 'status', status: 429, headers: { 'retry-after': '150' } });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.settle();
    const refusedAt = desk.clock.now().getTime();
    await desk.advance(20 * SECOND, 20 * SECOND);
    await desk.restart(); // the new process must know of it too
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(125 * SECOND, 25 * SECOND);
    expect(state.calls).toEqual([]);
    await desk.advance(30 * SECOND, 5 * SECOND);
    expect(desk.tickets()).toHaveLength(2);
    for (const { at } of state.calls) {
      expect(at.getTime() - refusedAt).toBeGreaterThanOrEqual(150 * SECOND);
    }
  });

  test('a ticket that is refused is shown as stuck with the answer; mended and tried again, all goes out in order', async () => {
    const desk = await open();
    const { faults } = desk.sandbox.freshdesk;
    faults.next({ ...MANDATORY, match: CREATE });
    desk.checks.setState('web01', 'HTTP', 'WARNING');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(2 * MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(2 * MINUTE);
    expect(desk.tickets()).toEqual([]);
    expect(callCount(desk, 'POST', /^\/tickets$/)).toBe(0); // the fault answered the only try
    const [stuck] = await listStuck(desk.database.prisma, 10);
    expect(stuck?.stuck).toContain('cf_site: It should not be blank');
    expect(errorsOf(desk)).toEqual([expect.stringContaining('cf_site')]);

    expect(await retryTicket(desk.parts(), stuck?.incidentId ?? '')).toBe('done');
    await desk.advance(2 * MINUTE);
    expect(onlyTicket(desk)).toMatchObject({ status: RESOLVED, priority: HIGH });
    expect(desk.notes(1)).toHaveLength(2);
    expect(desk.notes(1)[0]).toContain('Worse');
    expect(desk.notes(1)[1]).toContain('Recovered');
    inOrder(marks(desk, 1));
    expect(await listStuck(desk.database.prisma, 10)).toEqual([]);
    expect(await retryTicket(desk.parts(), stuck?.incidentId ?? '')).toBe('gone');
    await desk.advance(15 * MINUTE, 3 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('a ticket that is refused and never mended holds back only what is meant for it', async () => {
    const desk = await open();
    desk.sandbox.freshdesk.faults.next({ ...MANDATORY, match: CREATE });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(MINUTE);
    expect(onlyTicket(desk).subject).toContain('db01 Backup');
    expect(errorsOf(desk)).toHaveLength(1);
  });

  test('a note that is refused is put aside and later ones go on; sent again, it arrives', async () => {
    const desk = await open();
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.sandbox.freshdesk.faults.next({ ...MANDATORY, match: NOTE });
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    expect(desk.notes(1)).toHaveLength(1);
    expect(desk.notes(1)[0]).toContain('Bad again');
    expect(errorsOf(desk)).toHaveLength(1);
    const [dead, ...more] = await listDead(desk.database.prisma, 10);
    expect(more).toEqual([]);
    expect(await resendCommand(desk.parts(), dead?.id ?? '')).toBe('done');
    expect(await resendCommand(desk.parts(), dead?.id ?? '')).toBe('gone');
    await desk.advance(MINUTE);
    expect(desk.notes(1)).toHaveLength(2);
    expect(desk.notes(1)[1]).toContain('Recovered');
    expect(await listDead(desk.database.prisma, 10)).toEqual([]);
  });

  test('a key that is refused is tried a few times a minute, and nothing is lost until it is accepted', async () => {
    const desk = await open();
    const { faults } = desk.sandbox.freshdesk;
    faults.next({
      kind: 'status',
      status: 401,
      body: { code: 'invalid_credentials', message: 'no' },
      times: 1000,
    });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    desk.checks.setState('db01', 'Backup', 'CRITICAL');
    await desk.advance(5 * MINUTE, 10 * SECOND);
    const errors = errorsOf(desk);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(12);
    expect(errors.join()).toContain('FRESHDESK_API_KEY');
    expect(errors.join()).not.toContain(desk.sandbox.freshdesk.apiKey);
    faults.clear();
    await desk.advance(6 * MINUTE);
    expect(desk.tickets()).toHaveLength(2);
  });
});
