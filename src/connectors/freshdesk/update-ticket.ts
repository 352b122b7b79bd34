import type { TicketFields } from '../../model/ticket.ts';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import { readTicket } from './read-ticket.ts';
import {
  checkedBody,
  type FreshdeskTicket,
  fieldsToWire,
  TicketWire,
  ticketOf,
  updateBody,
} from './ticket-wire.ts';

export type TicketChange = Readonly<{ id: number; changes: Partial<TicketFields> }>;

/**
 * Sends only `changes` and answers the whole ticket. The same change twice is harmless. `tags` replaces the list; there
 * is no optimistic locking, the last write wins. Of custom fields only those sent change; when the account has none of
 * those named and nothing else is to be changed, the ticket is only read.
 */
export async function updateTicket(
  call: FreshdeskCall,
  { id, changes }: TicketChange,
): Promise<FreshdeskTicket> {
  const { ask, codes, textLimits, deskFieldNames } = call;
  const what = `update ticket ${id}`;
  const wire = checkedBody(
    updateBody(textLimits),
    fieldsToWire(codes, changes, { names: deskFieldNames(), limits: textLimits }),
    what,
  );
  if (Object.keys(wire).length === 0) {
    if (changes.custom !== undefined) return readTicket(call, id);
    throw new ConnectorError('rejected', `Not asked Freshdesk to ${what}: no change given`);
  }
  const { body } = await ask({
    method: 'PUT',
    path: ticketPath(id),
    body: wire,
    kind: 'update',
    verb: 'update_ticket',
    what,
    schema: TicketWire,
  });
  return ticketOf(call, body);
}
