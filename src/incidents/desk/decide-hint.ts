import type { Decision } from '../../model/decision.ts';
import type { Records } from '../../model/records.ts';
import type { TicketHint } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionContext } from '../decision-context.ts';
import { DecisionDraft } from '../decision-draft.ts';

/** Freshdesk says that a ticket changed: it is read, and what was read decides. */
export function decideHint(
  { ticketId }: TicketHint,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  draft.readTicket(ticketId);
  const sentence = `Freshdesk says that ticket #${ticketId} changed, so it is read.`;
  return draft.done({ rule: 'ticket_hint', sentence });
}
