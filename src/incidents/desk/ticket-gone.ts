import { type Incident, incidentReference } from '../../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../../model/records.ts';
import { isDone } from '../../model/ticket.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import { closingNeeds } from '../closing-needs.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { startSoak } from '../soak.ts';
import { moveChildren, unlinkChild } from './children.ts';
import { closeIfProven, reopenIssue, resolveIssue, withdraw } from './close-issue.ts';

/**
 * The ticket was deleted, held to be spam, merged into another, or is back. What was reported only there is withdrawn;
 * what monitoring told goes on. Returns whether nothing else in the ticket counts any more.
 */
export function followTicketGone(draft: DecisionDraft, incidentId: string, event: TicketEvent): boolean {
  const { goneWhy } = draft.incidentOf(incidentId).desk;
  if (event.mergedInto !== undefined) {
    if (goneWhy !== 'merged') merged(draft, incidentId, event, event.mergedInto);
    return true;
  }
  const gone = event.isDeleted ? 'deleted' : event.isSpam ? 'spam' : undefined;
  if (gone !== undefined) {
    if (goneWhy === undefined) lost(draft, incidentId, event, gone);
    return true;
  }
  if (goneWhy === 'deleted' || goneWhy === 'spam') restored(draft, incidentId, event);
  return draft.incidentOf(incidentId).desk.goneWhy !== undefined;
}

const GONE = { deleted: 'was deleted in Freshdesk', spam: 'is spam, as Freshdesk or a person says' } as const;

function lost(draft: DecisionDraft, incidentId: string, event: TicketEvent, gone: keyof typeof GONE): void {
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const happened = `Ticket #${event.ticketId} ${GONE[gone]}`;
  if (incident.memberCount === 0) {
    const sentence = `${happened}, and only there was it reported, so ${reference} is withdrawn.`;
    withdraw(draft, incidentId, { rule: `ticket_${gone}`, sentence }, gone);
    return;
  }
  goesOn(draft, incidentId, gone, {
    rule: `ticket_${gone}`,
    sentence: `${happened}; ${reference} goes on, since monitoring tells of it too, and closes on its proof.`,
  });
}

/** Its alerts remain: only monitoring is asked from now on. */
function goesOn(
  draft: DecisionDraft,
  incidentId: string,
  goneWhy: NonNullable<Incident['desk']['goneWhy']>,
  why: Readonly<{ rule: string; sentence: string }>,
): void {
  if (draft.incidentOf(incidentId).parentId !== undefined)
    unlinkChild(draft, { childId: incidentId, by: 'Watchdesk', why: 'its ticket is gone' });
  const incident = draft.incidentOf(incidentId);
  const going = draft.putIncident({ ...incident, desk: { ...incident.desk, goneWhy } });
  if (going.desk.confirmation !== undefined) draft.cancelTimer(incidentId, 'confirm');
  draft.tell(incidentId, 'ticket', why);
  const isProven = going.proofs.some(({ kind }) => kind === 'monitoring');
  if (going.status !== 'resolved' || closeIfProven(draft, incidentId)) return;
  if (!isProven && closingNeeds(going, draft.policy).needs.includes('monitoring')) startSoak(draft, going);
}

/** Back from the trash, or no spam: what was withdrawn for that is an issue again, as its ticket now stands. */
function restored(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const { goneWhy: _gone, ...desk } = incident.desk;
  draft.putIncident({ ...incident, desk: { ...desk, ticketStatus: event.fields.status } });
  const reference = incidentReference(incident);
  const back = `Ticket #${event.ticketId} is back in Freshdesk`;
  if (!incident.proofs.some(({ kind }) => kind === 'withdrawn')) {
    const sentence = `${back}, and ${reference} is ${incident.status} as before.`;
    draft.tell(incidentId, 'ticket', { rule: 'ticket_restored', sentence });
    return;
  }
  const why = { rule: 'ticket_restored', sentence: `${back}, so ${reference} is open again.` };
  reopenIssue(draft, incidentId, why);
  if (isDone(event.fields.status)) {
    const sentence = `Ticket #${event.ticketId} was ${event.fields.status} before it went, so ${reference} is to be proven anew.`;
    resolveIssue(draft, incidentId, { rule: 'ticket_restored', sentence });
  }
  if (event.fields.status !== 'closed') draft.leaveStatus(incidentId);
  else draft.assertStatus(incidentId, 'resolved', { isSetBack: true });
}

/** Freshdesk closes the ticket that was merged away by itself: what belonged to it goes to the other one. */
function merged(draft: DecisionDraft, incidentId: string, event: TicketEvent, mergedInto: number): void {
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const happened = `Ticket #${event.ticketId} was merged into #${mergedInto}`;
  const primary = draft.incident(draft.records.incidentOfTicket(mergedInto)?.id);
  if (primary?.id === incidentId) return;
  if (primary === undefined) {
    // The other ticket has messages of its own, written about it before: they answer nothing here. Its requester is who
    // is asked from now on, and is known when it was read.
    const { ticketStatus: _status, lastMessageId: _message, ...desk } = incident.desk;
    const { reporter: _reporter, ...rest } = incident;
    draft.putIncident({ ...rest, desk: { ...desk, isTicketMoved: true } });
    draft.cancelTimer(incidentId, 'confirm');
    draft.moveTicket(incidentId, mergedInto);
    draft.readTicket(mergedInto);
    const sentence = `${happened}, which is the ticket of ${reference} from now on.`;
    draft.tell(incidentId, 'ticket', { rule: 'ticket_moved', sentence });
    return;
  }
  const other = incidentReference(primary);
  if (!canMove(draft, incident, primary)) {
    const sentence = `${happened}, that of ${other}; ${reference} goes on by itself, since its alerts cannot move there.`;
    goesOn(draft, incidentId, 'merged', { rule: 'ticket_merged', sentence });
    return;
  }
  const isBad = incident.badAlertCount > 0;
  moveAlerts(draft, incident, primary.id);
  moveChildren(draft, incidentId, primary.id);
  const sentence = `${happened}, so all that belongs to ${reference} belongs to ${other} now.`;
  withdraw(draft, incidentId, { rule: 'ticket_merged', sentence }, 'merged');
  followPrimary(draft, primary.id, {
    why: { rule: 'merged_in', sentence: `${happened}, so ${reference} belongs to ${other} now.` },
    hasAlerts: incident.memberCount > 0,
    isBad,
  });
}

/** A storm has more alerts than are at hand, and only an incident that is not gone can take any. */
const canMove = (draft: DecisionDraft, incident: Incident, primary: Incident): boolean =>
  incident.memberCount === 0 ||
  (primary.type === 'Incident' &&
    primary.desk.goneWhy === undefined &&
    incident.memberCount <= MEMBERS_LISTED_MAX &&
    draft.members(incident.id).length === incident.memberCount);

function moveAlerts(draft: DecisionDraft, incident: Incident, primaryId: string): void {
  for (const alert of draft.members(incident.id)) {
    draft.putAlert({ ...alert, incidentId: primaryId, joinedAt: draft.now });
  }
  const primary = draft.incidentOf(primaryId);
  if (incident.memberCount === 0) return;
  const cause = primary.cause ?? incident.cause;
  const serviceId = primary.serviceId ?? incident.serviceId;
  draft.putIncident({
    ...primary,
    lastJoinedAt: draft.now,
    ...(cause === undefined ? {} : { cause }),
    ...(serviceId === undefined ? {} : { serviceId }),
  });
}

function followPrimary(
  draft: DecisionDraft,
  primaryId: string,
  {
    why,
    hasAlerts,
    isBad,
  }: Readonly<{ why: Readonly<{ rule: string; sentence: string }>; hasAlerts: boolean; isBad: boolean }>,
): void {
  draft.tell(primaryId, 'ticket', why);
  const primary = draft.incidentOf(primaryId);
  if (!hasAlerts) return;
  if (isBad && (primary.status === 'resolved' || primary.status === 'closed')) {
    const sentence = `${why.sentence} Monitoring shows it bad, so ${incidentReference(primary)} is reopened.`;
    reopenIssue(draft, primaryId, { rule: 'merged_in_bad', sentence });
  } else if (primary.status === 'resolved') startSoak(draft, primary);
}
