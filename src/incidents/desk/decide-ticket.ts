import type { Decision } from '../../model/decision.ts';
import type { Records } from '../../model/records.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionContext } from '../decision-context.ts';
import { DecisionDraft } from '../decision-draft.ts';

/** What a ticket that was read means for its issue, or for a new one. */
export function decideTicket(
  event: TicketEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  return draft.done({ rule: 'ticket_unchanged', sentence: `Ticket #${event.ticketId} brings nothing new.` });
}
