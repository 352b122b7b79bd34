import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import { inTransaction, type TxOrClient } from '../store/transaction.ts';
import type { EngineParts } from './parts.ts';

/**
 * A person moved the ticket to the trash: it is theirs (promise P5). Only when an incident of ours fails again after it was
 * restored is that news, and gets a ticket of its own. Returns whether the old one was let go for a new one.
 */
export async function ticketAnew(
  parts: EngineParts,
  ticket: TicketRow,
  read: FreshdeskTicket,
): Promise<boolean> {
  const isOurs = ticket.descriptionHtml !== ''; // one that a person raised is not raised again by us
  if (!isOurs || ticket.round <= ticket.roundWritten || ticket.gone !== 'deleted') return false;
  const sentence = `Freshdesk ticket #${read.id} had been deleted, so the incident that fails again gets a new one.`;
  await inTransaction(parts.database, async (tx) => {
    await tellTimeline(tx, parts, ticket, { rule: 'ticket_anew', sentence });
    await tickets.letGo(tx, ticket.incidentId);
  });
  return true;
}

/** Archived, purged, or out of the key's reach: nothing can be read or sent any more, which its history says once. */
export async function leaveUnreadable(
  parts: EngineParts,
  ticket: TicketRow,
  ticketId: number,
): Promise<void> {
  if (ticket.gone === 'unreadable') return;
  const sentence = `Freshdesk does not show ticket #${ticketId} any more: it was archived or purged, or the key may not see it. Watchdesk leaves it alone.`;
  await inTransaction(parts.database, async (tx) => {
    await tellTimeline(tx, parts, ticket, { rule: 'ticket_unreadable', sentence });
    await tickets.markGone(tx, ticket.incidentId, 'unreadable');
  });
}

const tellTimeline = (
  tx: TxOrClient,
  { clock, policy }: EngineParts,
  { incidentId }: TicketRow,
  why: Readonly<{ rule: string; sentence: string }>,
): Promise<void> =>
  timeline.append(tx, [
    { incidentId, at: clock.now(), kind: 'ticket', ...why, policyVersion: policy().hash },
  ]);

/** Whether a refusal only means that the ticket is in the trash, or gone for good, which is no fault of anybody. */
export async function isGone(parts: EngineParts, ticketId: number, error: unknown): Promise<boolean> {
  if (!(error instanceof ConnectorError) || error.kind !== 'not_found') return false;
  try {
    return (await parts.freshdesk.readTicket(ticketId)).isDeleted;
  } catch (reading) {
    if (reading instanceof ConnectorError && reading.kind === 'not_found') return true;
    throw reading;
  }
}
