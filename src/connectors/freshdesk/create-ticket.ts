import type { TicketWish } from '../../model/ticket.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import {
  checkedBody,
  createBody,
  type FreshdeskTicket,
  fieldsToWire,
  TicketWire,
  ticketOf,
} from './ticket-wire.ts';

/** An unknown requester address makes Freshdesk create that contact. */
export type TicketDraft = Pick<TicketWish, 'fields' | 'descriptionHtml' | 'requesterEmail'>;

/**
 * Not idempotent, and Freshdesk has no idempotency key: after `outcome_unknown` look with `findTicketByTag` before a
 * second try. Deadlines, and what Freshdesk's creation rules set, follow about a second later.
 */
export async function createTicket(call: FreshdeskCall, draft: TicketDraft): Promise<FreshdeskTicket> {
  const { ask, codes, textLimits, deskFieldNames } = call;
  const what = 'create a ticket';
  const { body } = await ask({
    method: 'POST',
    path: '/tickets',
    body: checkedBody(
      createBody(textLimits),
      {
        ...fieldsToWire(codes, draft.fields, { names: deskFieldNames(), limits: textLimits }),
        email: draft.requesterEmail,
        description: draft.descriptionHtml,
      },
      what,
    ),
    kind: 'create',
    verb: 'create_ticket',
    what,
    schema: TicketWire,
  });
  return ticketOf(call, body);
}
