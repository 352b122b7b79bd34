import type { Decision } from '../../model/decision.ts';
import { incidentReference } from '../../model/incident.ts';
import type { Records } from '../../model/records.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionContext } from '../decision-context.ts';
import { DecisionDraft } from '../decision-draft.ts';
import { adoptTicket } from './adopt-ticket.ts';
import { followAnswers } from './answers.ts';
import { followConfirmationFields } from './confirmation.ts';
import { followEscalationWishes } from './escalation-wishes.ts';
import { followMessages } from './messages.ts';
import { followOwned, followTakenOver } from './people-changes.ts';
import { openProblem } from './problem.ts';
import { followRefused } from './refused-choices.ts';
import { followFirstReply, followResponder } from './responder.ts';
import { followTicketGone } from './ticket-gone.ts';
import { followTicketStatus, isOldReading } from './ticket-status.ts';
import { followType } from './type-change.ts';

/** What a ticket that was read means for its issue, or for a new one. */
export function decideTicket(
  event: TicketEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  const incident = records.incidentOfTicket(event.ticketId);
  if (incident === undefined) return adoptTicket(draft, event);
  if (isOldReading(incident, event)) {
    const sentence = `Ticket #${event.ticketId} was read again since, so this reading says nothing.`;
    return draft.done({ rule: 'old_reading', sentence }, incident.id);
  }
  if (!followTicketGone(draft, incident.id, event)) followTicket(draft, incident.id, event);
  rememberReading(draft, incident.id, event);
  const unchanged = {
    rule: 'ticket_unchanged',
    sentence: `Ticket #${event.ticketId} brings nothing new for ${incidentReference(incident)}.`,
  };
  const decision = draft.done(unchanged, incident.id);
  const told = decision.timeline.find(({ incidentId }) => incidentId === incident.id);
  return told === undefined ? decision : { ...decision, why: { rule: told.rule, sentence: told.sentence } };
}

/** What people did first, then what they said, then where the ticket stands: each builds on the one before. */
function followTicket(draft: DecisionDraft, incidentId: string, read: TicketEvent): void {
  const event = withoutHistory(draft, incidentId, read);
  followRefused(draft, incidentId, event);
  followTakenOver(draft, incidentId, event);
  followOwned(draft, incidentId, event);
  followType(draft, incidentId, event);
  followAnswers(draft, incidentId, event);
  followResponder(draft, incidentId, event);
  followFirstReply(draft, incidentId, event);
  followEscalationWishes(draft, incidentId, event);
  const heard = followMessages(draft, incidentId, event);
  followTicketStatus(draft, incidentId, event, heard);
  followConfirmationFields(draft, incidentId, event);
  openMissingDocumentation(draft, incidentId);
}

/** What was written in a ticket before it became this issue's, since another was merged into it, answers nothing here. */
function withoutHistory(draft: DecisionDraft, incidentId: string, read: TicketEvent): TicketEvent {
  const incident = draft.incidentOf(incidentId);
  const { isTicketMoved, ...desk } = incident.desk;
  if (isTicketMoved === undefined) return read;
  const lastMessageId = read.messages.reduce((last, { id }) => Math.max(last, id), 0);
  const { requester: reporter } = read;
  draft.putIncident({ ...incident, ...(reporter && { reporter }), desk: { ...desk, lastMessageId } });
  return { ...read, messages: [] };
}

/** An agent ticked the box in the ticket. */
function openMissingDocumentation(draft: DecisionDraft, incidentId: string): void {
  const incident = draft.incidentOf(incidentId);
  if (incident.desk.answers?.create_problem !== true || incident.type === 'Problem') return;
  openProblem(draft, incident, { what: '', by: incident.owner ?? 'An agent', kind: 'documentation' });
}

/** Whatever was read earlier and comes later says nothing then. */
function rememberReading(draft: DecisionDraft, incidentId: string, { readAt }: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  if (incident === draft.records.incident(incidentId)) return;
  draft.putIncident({ ...incident, desk: { ...incident.desk, ticketReadAt: readAt } });
}
