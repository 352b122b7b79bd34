import { z } from 'zod';
import type { Requester, TicketSource } from '../../model/ticket-event.ts';
import { ConnectorError } from '../connector-error.ts';
import { sourceOfCode } from './codes.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import { plainText } from './plain-text.ts';
import { ContactWire, requesterOf } from './read-contact.ts';
import { type FreshdeskTicket, TicketWire, ticketOf } from './ticket-wire.ts';

/**
 * A ticket with what its description says and who wrote it.
 *
 * Absent:  `requester` and `company` when Freshdesk does not tell them with the ticket; `requester.language` nearly always,
 *          which takes `readContact`. `descriptionText` is empty when there is none.
 */
export type FreshdeskTicketInFull = FreshdeskTicket &
  Readonly<{
    descriptionText: string;
    source: TicketSource;
    requester?: Requester;
    company?: Readonly<{ id: number; name: string }>;
  }>;

const text = z.string().nullish().catch(null);
const FullWire = TicketWire.extend({
  description: text,
  description_text: text,
  source: z.int().nullish().catch(null),
  requester: ContactWire.nullish().catch(null),
  // `{}` for a ticket without one.
  company: z.object({ id: z.int().positive(), name: z.string() }).nullish().catch(null),
});

/** Costs more than one call of the account, since it includes; an account that refuses to include is read plainly. */
export async function readTicketInFull(call: FreshdeskCall, id: number): Promise<FreshdeskTicketInFull> {
  const read = async (query: readonly (readonly [string, string])[]): Promise<FreshdeskTicketInFull> => {
    const { body } = await call.ask({
      method: 'GET',
      path: ticketPath(id),
      query,
      kind: 'other',
      verb: 'read_ticket_in_full',
      what: `read ticket ${id}`,
      schema: FullWire,
    });
    return {
      ...ticketOf(call, body),
      descriptionText: body.description_text ?? plainText(body.description ?? ''),
      source: sourceOfCode(call.codes, body.source),
      ...(body.requester ? { requester: requesterOf(body.requester) } : {}),
      ...(body.company ? { company: { id: body.company.id, name: body.company.name } } : {}),
    };
  };
  try {
    return await read([['include', 'requester,company']]);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    return read([]);
  }
}
