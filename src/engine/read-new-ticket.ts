import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicketInFull } from '../connectors/freshdesk/freshdesk.ts';
import * as ticketIntake from '../store/ticket-intake.ts';
import * as tickets from '../store/tickets.ts';
import { inTransaction } from '../store/transaction.ts';
import { enqueueSyncs } from './commit-changes.ts';
import type { EngineParts } from './parts.ts';
import { firstNews, tellTicket } from './ticket-news.ts';

/** Reads a ticket that is no issue of ours yet, with all that was written in it, and tells the inbox. */
export async function readNewTicket(parts: EngineParts, ticketId: number): Promise<void> {
  const { database, freshdesk, clock, log } = parts;
  await ticketIntake.takeIntake(database.prisma, ticketId);
  const known = await tickets.loadByFreshdeskIds(database.prisma, [ticketId]);
  if (known.length > 0) {
    await inTransaction(database, (tx) => enqueueSyncs(tx, parts, known));
    return parts.wake.outbound();
  }
  if (!parts.policy().tickets.handle) return; // a rule of Freshdesk may still tell of every ticket
  try {
    const ticket = await withLanguage(parts, await freshdesk.readTicketInFull(ticketId));
    const { messages } = await freshdesk.listMessages(ticketId, {
      afterId: 0,
      known: 0,
      ...(ticket.requester === undefined ? {} : { requester: ticket.requester }),
    });
    await tellTicket(parts, firstNews(parts, ticket, messages));
    await ticketIntake.markRead(database.prisma, ticketId, ticket.updatedAt);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'not_found') throw error;
    // Asked for again only when it is heard of again.
    await ticketIntake.markRead(database.prisma, ticketId, clock.now());
    log.info(`Freshdesk does not show ticket #${ticketId}, so nothing is done about it`);
  }
}

/** The requester's language costs a call, so it is asked for only where it makes a difference. */
async function withLanguage(
  { freshdesk, policy }: EngineParts,
  ticket: FreshdeskTicketInFull,
): Promise<FreshdeskTicketInFull> {
  const { requester } = ticket;
  if (requester === undefined || requester.language !== undefined) return ticket;
  if (policy().closing.reporter.languages.length < 2) return ticket;
  const contact = await freshdesk.readContact(requester.id);
  return contact?.language === undefined
    ? ticket
    : { ...ticket, requester: { ...requester, language: contact.language } };
}
