import type { TicketFields } from '../../model/ticket.ts';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import {
  checkedBody,
  type FreshdeskTicket,
  fieldsToWire,
  TicketWire,
  ticketFromWire,
  updateBody,
} from './ticket-wire.ts';

export type TicketChange = Readonly<{ id: number; changes: Partial<TicketFields> }>;

/**
 * Sends only `changes` and answers the whole ticket. The same change twice is harmless. `tags` replaces the list; there
 * is no optimistic locking, the last write wins.
 */
export async function updateTicket(
  { ask, codes, textLimits, clock }: FreshdeskCall,
  { id, changes }: TicketChange,
): Promise<FreshdeskTicket> {
  const what = `update ticket ${id}`;
  const wire = checkedBody(updateBody(textLimits), fieldsToWire(codes, changes), what);
  if (Object.keys(wire).length === 0)
    throw new ConnectorError('rejected', `Not asked Freshdesk to ${what}: no change given`);
  const { body } = await ask({
    method: 'PUT',
    path: ticketPath(id),
    body: wire,
    kind: 'update',
    verb: 'update_ticket',
    what,
    schema: TicketWire,
  });
  return ticketFromWire(codes, body, clock.now());
}
