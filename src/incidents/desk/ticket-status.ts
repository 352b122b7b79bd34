import { type Incident, incidentReference, isActive } from '../../model/incident.ts';
import { isDone, type TicketStatus, wantedTicketStatus } from '../../model/ticket.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { closeIfProven, reopenIssue, resolveIssue } from './close-issue.ts';
import { setBack } from './closing-gate.ts';
import { followConfirmationFields } from './confirmation.ts';
import { agentName } from './desk-names.ts';
import type { Heard } from './messages.ts';
import { missingText, stillBad, waitsFor, whatIsMissing } from './what-is-missing.ts';

/** Whether the ticket was read again since: then this reading says nothing. */
export const isOldReading = ({ desk }: Pick<Incident, 'desk'>, event: TicketEvent): boolean =>
  desk.ticketReadAt !== undefined && event.readAt < desk.ticketReadAt;

/**
 * What people, or a rule of Freshdesk, made of the ticket's status: resolves and reopens the issue, and has what was closed
 * without proof set back (promise P3). Our own changes are none. `heard`: whether a reply explains that it is open again.
 */
export function followTicketStatus(
  draft: DecisionDraft,
  incidentId: string,
  event: TicketEvent,
  heard: Heard | undefined,
): void {
  const incident = draft.incidentOf(incidentId);
  if (incident.desk.goneWhy !== undefined || isOldReading(incident, event)) return;
  const before = statusBefore(draft, incident, event);
  const seen = event.fields.status;
  if (seen !== incident.desk.ticketStatus || seen !== before) {
    const desk = { ...incident.desk, ticketStatus: seen, ticketReadAt: event.readAt };
    draft.putIncident({ ...incident, desk });
  }
  if (seen !== before) moved(draft, incidentId, event, { before, heard });
  // Fields that had to be filled in may be so now.
  else closeIncident(draft, incidentId);
}

/** As it stood before people did anything: as it was read last, or as we set it since. */
function statusBefore(
  draft: DecisionDraft,
  { id, desk, status }: Incident,
  event: TicketEvent,
): TicketStatus {
  if (draft.records.incident(id) === undefined) return 'open'; // raised, and moved, before it was known here
  const isSame = desk.ticketReadAt?.getTime() === event.readAt.getTime() && desk.ticketStatus !== undefined;
  if (isSame) return desk.ticketStatus ?? 'open';
  return event.before?.status ?? desk.ticketStatus ?? desk.asserted ?? wantedTicketStatus(status);
}

function moved(
  draft: DecisionDraft,
  incidentId: string,
  event: TicketEvent,
  { before, heard }: Readonly<{ before: TicketStatus; heard: Heard | undefined }>,
): void {
  const seen = event.fields.status;
  if (seen === 'closed') closedByPeople(draft, incidentId, event);
  else if (seen === 'resolved') resolvedByPeople(draft, incidentId, event);
  else if (heard !== 'reply' && (isDone(before) || waitedForPerson(draft, incidentId)))
    reopenedByPeople(draft, incidentId, event);
}

/** Freshdesk had opened the ticket by a reply that only a person can understand: one who goes on with it has decided. */
const waitedForPerson = ({ records }: DecisionDraft, incidentId: string): boolean =>
  records.incident(incidentId)?.desk.unclearReplyId !== undefined;

/** `Ticket #7 was resolved in Freshdesk (it is Jo’s)`: Freshdesk does not tell who did it. */
function didIt(draft: DecisionDraft, event: TicketEvent, what: string): string {
  const { responderId } = event.fields;
  const had = responderId === undefined ? '' : ` (it is ${agentName(draft.records.agents(), responderId)}’s)`;
  return `Ticket #${event.ticketId} was ${what} in Freshdesk${had}`;
}

function resolvedByPeople(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const done = didIt(draft, event, 'resolved');
  readReply(draft, incidentId);
  if (incident.type === 'Incident' && stillBad(draft, incident) > 0) {
    if (!isActive(incident)) return;
    const what = missingText(whatIsMissing(draft, incident));
    const why = {
      rule: 'resolved_while_bad',
      sentence: `${done}, but ${what}. ${reference} closes when that is given.`,
    };
    draft.tell(incidentId, 'proof_missing', why);
    draft.note(incidentId, `resolved_while_bad:${incident.reopenCount}`, 'note_proof_missing', {
      sentence: why.sentence,
      list: draft.members(incidentId).filter(({ healthySince }) => healthySince === undefined),
      totalCount: incident.badAlertCount,
    });
    return;
  }
  if (isActive(incident)) {
    resolveByPeople(draft, incidentId, event, { rule: 'resolved_by_person', sentence: `${done}.` });
  }
  closeIncident(draft, incidentId);
}

function resolveByPeople(
  draft: DecisionDraft,
  incidentId: string,
  event: TicketEvent,
  why: Readonly<{ rule: string; sentence: string }>,
): void {
  const text = event.fields.custom?.resolution_text;
  resolveIssue(
    draft,
    incidentId,
    why,
    typeof text === 'string' && text.trim() !== '' ? { resolution: text } : {},
  );
  draft.leaveStatus(incidentId);
  const waits = waitsFor(draft, draft.incidentOf(incidentId));
  if (waits) draft.tell(incidentId, 'proof_missing', { rule: 'proof_awaited', sentence: waits });
}

/** What is no incident closes when people close it, and not because nothing is missing. */
function closeIncident(draft: DecisionDraft, incidentId: string): void {
  if (draft.incidentOf(incidentId).type === 'Incident') closeIfProven(draft, incidentId);
}

function closedByPeople(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  if (draft.incidentOf(incidentId).status === 'closed') return;
  readReply(draft, incidentId);
  // Who confirmed it may have been filled in with the same click.
  followConfirmationFields(draft, incidentId, event);
  const incident = draft.incidentOf(incidentId);
  const done = didIt(draft, event, 'closed');
  if (isActive(incident) && (incident.type !== 'Incident' || stillBad(draft, incident) === 0)) {
    resolveByPeople(draft, incidentId, event, { rule: 'closed_by_person', sentence: `${done}.` });
  }
  if (draft.incidentOf(incidentId).status === 'closed' || closeIfProven(draft, incidentId)) return;
  setBack(draft, incidentId, done);
}

function reopenedByPeople(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  if (isActive(incident)) return;
  const sentence = `${didIt(draft, event, 'opened again')}, so ${incidentReference(incident)} is reopened.`;
  reopenIssue(draft, incidentId, { rule: 'reopened_by_person', sentence });
  draft.leaveStatus(incidentId);
  // Two rules of Freshdesk that open and close in turns must not count anew each time.
  const { gate } = incident.desk;
  const reopened = draft.incidentOf(incidentId);
  if (gate !== undefined) draft.putIncident({ ...reopened, desk: { ...reopened.desk, gate } });
}

/** An agent moved the ticket on, and so has read what the reporter wrote. */
function readReply(draft: DecisionDraft, incidentId: string): void {
  const incident = draft.incidentOf(incidentId);
  const { unclearReplyId, ...desk } = incident.desk;
  if (unclearReplyId !== undefined) draft.putIncident({ ...incident, desk });
}
