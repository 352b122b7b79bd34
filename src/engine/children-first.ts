import { ConnectorError } from '../connectors/connector-error.ts';
import type { Reconciliation } from '../incidents/reconcile-ticket.ts';
import type { Command } from '../model/decision.ts';
import { isDone, type TicketFields } from '../model/ticket.ts';
import * as ticketLinks from '../store/ticket-links.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import { inTransaction } from '../store/transaction.ts';
import { enqueueCommands, enqueueSyncs } from './commit-changes.ts';
import type { EngineParts } from './parts.ts';

/*
 * Freshdesk neither resolves nor closes a parent before all its children are. The status of such a ticket is held back
 * and set when the last of them is done; everything else is sent.
 */

/** Children outside Watchdesk tell nothing, so the status is tried again after this. */
const TRY_AGAIN_MS = 5 * 60_000;
const HELD_PER_TURN_MAX = 10;

const setsDone = ({ status }: Partial<TicketFields>): boolean => status !== undefined && isDone(status);

/** Whether children that Watchdesk knows are still open, so that Freshdesk need not be asked. */
export const waitsForChildren = async (
  { database }: EngineParts,
  { incidentId }: TicketRow,
  changes: Partial<TicketFields>,
): Promise<boolean> => setsDone(changes) && (await ticketLinks.hasOpenChildren(database.prisma, incidentId));

/** Whether a refused update may be refused for its children; the words of that are not known. */
export async function mayWaitForChildren(
  { freshdesk }: EngineParts,
  ticketId: number,
  { changes, error }: Readonly<{ changes: Partial<TicketFields>; error: unknown }>,
): Promise<boolean> {
  if (!setsDone(changes) || !(error instanceof ConnectorError) || error.kind !== 'rejected') return false;
  return (await freshdesk.readAssociation(ticketId)).kind === 'parent';
}

/** The same without the status, which stays to be set. */
export function withoutStatus(compared: Reconciliation, before: TicketFields): Reconciliation {
  const { status: _held, ...send } = compared.send;
  return { ...compared, send, written: { ...compared.written, status: before.status } };
}

/** A ticket is done now: the parent that waited for it alone gets its status. */
export async function freeParents(
  parts: EngineParts,
  { incidentId }: TicketRow,
  { status }: TicketFields,
): Promise<void> {
  if (!isDone(status)) return;
  const parentIds = await ticketLinks.listParentsHeldBack(parts.database.prisma, incidentId);
  for (const parentId of parentIds) {
    await inTransaction(parts.database, async (tx) => {
      const parent = await tickets.load(tx, parentId);
      if (parent) await enqueueSyncs(tx, parts, [parent]);
    });
  }
  if (parentIds.length > 0) parts.wake.outbound();
}

/** Tries again what is held back for longer, and says so in the ticket, once for each time that it is to be set. */
export async function haveHeldTriedAgain(parts: EngineParts): Promise<void> {
  const { database, clock } = parts;
  const now = clock.now();
  const before = new Date(now.getTime() - TRY_AGAIN_MS);
  const held = await tickets.listHeldBack(database.prisma, before, HELD_PER_TURN_MAX);
  if (held.length === 0) return;
  const priorities = new Map(held.map(({ incidentId, wanted }) => [incidentId, wanted.priority]));
  await inTransaction(database, async (tx) => {
    await enqueueCommands(tx, parts, held.map(waitingNote), { now, priorityOf: (id) => priorities.get(id) });
    await enqueueSyncs(tx, parts, held);
  });
  parts.wake.outbound();
}

const waitingNote = ({ incidentId, wanted: { status }, statusTurn }: TicketRow): Command => ({
  kind: 'private_note',
  incidentId,
  intent: `children_first:${statusTurn}`,
  html: `<p><strong>This ticket is ${status} in Watchdesk and not in Freshdesk,</strong> which waits for its child tickets. Resolve those that are open, or remove them from this ticket: Watchdesk sets the status then.</p>`,
});
