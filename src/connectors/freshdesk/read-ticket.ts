import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import { type FreshdeskTicket, TicketWire, ticketOf } from './ticket-wire.ts';

/** A trashed ticket still answers, with `isDeleted`; an archived or unknown one is `not_found`. */
export async function readTicket(call: FreshdeskCall, id: number): Promise<FreshdeskTicket> {
  const { body } = await call.ask({
    method: 'GET',
    path: ticketPath(id),
    kind: 'other',
    verb: 'read_ticket',
    what: `read ticket ${id}`,
    schema: TicketWire,
  });
  return ticketOf(call, body);
}
