import { type UnderstoodReply, understandReply } from '../../intake/understand-reply.ts';
import { type Incident, incidentReference, isActive } from '../../model/incident.ts';
import { isDone, wantedTicketStatus } from '../../model/ticket.ts';
import type { TicketEvent, TicketMessage } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { reporterName } from './ask-reporter.ts';
import { passOnUpdate } from './children.ts';
import { takeAnswer } from './confirmation.ts';
import { withNextUpdate } from './next-update.ts';
import { quotedWords } from './quoted-words.ts';

/** `reply`: somebody outside replied to a ticket that was done, by which Freshdesk itself opens it; that is dealt with. */
export type Heard = 'nothing' | 'reply';

/** So often in one round a ticket is put back after a reply that changed nothing; more may be two programs talking. */
const PUT_BACK_MAX = { Incident: 3, other: 1 } as const;

/** What was written in the ticket since it was last decided. Our own messages are never answered. */
export function followMessages(draft: DecisionDraft, incidentId: string, event: TicketEvent): Heard {
  const { lastMessageId = 0 } = draft.incidentOf(incidentId).desk;
  const fresh = event.messages
    .filter(({ id, author, isPrivate }) => id > lastMessageId && author !== 'watchdesk' && !isPrivate)
    .toSorted((a, b) => a.id - b.id);
  let heard: Heard = 'nothing';
  for (const message of fresh) {
    if (message.author === 'agent') agentReplied(draft, incidentId, message);
    else if (replied(draft, incidentId, { event, message })) heard = 'reply';
  }
  rememberWork(draft, incidentId, event);
  const newest = event.messages.reduce((last, { id }) => Math.max(last, id), lastMessageId);
  if (newest > lastMessageId) {
    const incident = draft.incidentOf(incidentId);
    draft.putIncident({ ...incident, desk: { ...incident.desk, lastMessageId: newest } });
  }
  return heard;
}

/** Agents' notes to each other are work as well as what they tell the reporter. */
function rememberWork(draft: DecisionDraft, incidentId: string, { messages }: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const { lastMessageId = 0, lastWorkAt: before } = incident.desk;
  const written = messages.filter(({ id, author }) => id > lastMessageId && author === 'agent');
  const latest = Math.max(...written.map(({ at }) => at.getTime()), before?.getTime() ?? 0);
  if (written.length === 0 || latest === before?.getTime()) return;
  draft.putIncident({ ...incident, desk: { ...incident.desk, lastWorkAt: new Date(latest) } });
}

/** The reporter heard from us, and those of linked tickets hear the same. */
function agentReplied(draft: DecisionDraft, incidentId: string, { id, at, text }: TicketMessage): void {
  const incident = draft.incidentOf(incidentId);
  const { unclearReplyId: _answered, ...desk } = incident.desk;
  const last = desk.lastUpdateAt;
  const lastUpdateAt = last !== undefined && last > at ? last : at;
  draft.putIncident(withNextUpdate({ ...incident, desk: { ...desk, lastUpdateAt } }, draft.policy));
  if (incident.openChildCount > 0) passOnUpdate(draft, incidentId, { messageId: id, text });
}

type Reply = Readonly<{ event: TicketEvent; message: TicketMessage }>;

/** Whether the reply is dealt with, so that it does not count as a reopening by people. */
function replied(draft: DecisionDraft, incidentId: string, { event, message }: Reply): boolean {
  const incident = draft.incidentOf(incidentId);
  const understood = understandReply(message.text, draft.policy);
  if (isActive(incident)) {
    saysItWorks(draft, incident, { message, understood });
    return false;
  }
  if (incident.type !== 'Incident') {
    const isPolite = understood.meaning === 'thanks' || understood.meaning === 'yes';
    return isPolite && putBack(draft, incidentId, { event, understood });
  }
  const isReporter = message.author === 'requester';
  if (understood.meaning === 'no') {
    answer(draft, incident, { said: 'no', message, understood });
    return true;
  }
  if (understood.meaning === 'yes' && isReporter && incident.status === 'resolved') {
    answer(draft, incident, { said: 'yes', message, understood });
    if (draft.incidentOf(incidentId).status === 'closed') return true;
    if (putBack(draft, incidentId, { event, understood })) return true;
  } else if (understood.meaning === 'thanks' || (understood.meaning === 'yes' && isReporter)) {
    if (putBack(draft, incidentId, { event, understood })) return true;
  }
  leaveToPerson(draft, incidentId, { message, understood });
  return true;
}

type Understood = Readonly<{ message: TicketMessage; understood: UnderstoodReply }>;

/** While it is open, only a clear yes of who reported it means anything by itself. */
function saysItWorks(draft: DecisionDraft, incident: Incident, { message, understood }: Understood): void {
  const isReporters = message.author === 'requester' && incident.reporter !== undefined;
  if (!isReporters || incident.type !== 'Incident' || incident.desk.isTypeGuess) return;
  if (understood.meaning === 'yes') answer(draft, incident, { said: 'yes', message, understood });
}

function answer(
  draft: DecisionDraft,
  incident: Incident,
  { said, message, understood }: Understood & Readonly<{ said: 'yes' | 'no' }>,
): void {
  const who = message.author === 'requester' ? reporterName(incident) : 'Somebody in copy';
  takeAnswer(draft, incident.id, { said, via: 'reply', who, words: understood.words });
}

/**
 * A reply that changes nothing, as thanks: the ticket is put back to where it was. Not without end: false when that was
 * done often enough, and the ticket stays open as Freshdesk set it.
 */
function putBack(
  draft: DecisionDraft,
  incidentId: string,
  { event, understood }: Readonly<{ event: TicketEvent; understood: UnderstoodReply }>,
): boolean {
  const incident = draft.incidentOf(incidentId);
  const { reopenCount: round, desk, type } = incident;
  const reference = incidentReference(incident);
  const said = `The reply${quotedWords(understood.words)} changes nothing`;
  if (isDone(event.fields.status)) {
    const sentence = `${said}: ${reference} stays ${incident.status}.`;
    draft.tell(incidentId, 'message', { rule: 'reply_thanks', sentence });
    return true;
  }
  const count = (desk.putBack?.round === round ? desk.putBack.count : 0) + 1;
  if (count > (type === 'Incident' ? PUT_BACK_MAX.Incident : PUT_BACK_MAX.other)) return false;
  draft.putIncident({ ...incident, desk: { ...desk, putBack: { round, count } } });
  const status = wantedTicketStatus(incident.status);
  draft.assertStatus(incidentId, status);
  const sentence = `${said}: ${reference} stays ${incident.status}, and its ticket, which Freshdesk opened, is set back.`;
  draft.tell(incidentId, 'message', { rule: 'reply_thanks', sentence });
  return true;
}

function leaveToPerson(draft: DecisionDraft, incidentId: string, { message, understood }: Understood): void {
  const incident = draft.incidentOf(incidentId);
  draft.putIncident({ ...incident, desk: { ...incident.desk, unclearReplyId: message.id } });
  const who = message.author === 'requester' ? reporterName(incident) : 'Somebody in copy';
  const why = {
    rule: 'reply_unclear',
    sentence: `${who} replied${quotedWords(understood.words)}, which a person has to read: ${understood.why} ${incidentReference(incident)} stays ${incident.status} meanwhile.`,
  };
  draft.tell(incidentId, 'message', why);
  draft.note(incidentId, `reply_unclear:${message.id}`, 'note_reply_unclear', {
    sentence: why.sentence,
    details: [
      'If it works again, record who confirmed it, or ask the reporter to use the link; then resolve the ticket.',
      'If it does not, set the ticket to Pending, or to a status of yours for work under way: then it is reopened.',
    ],
  });
}
