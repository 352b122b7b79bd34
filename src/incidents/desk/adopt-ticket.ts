import type { Decision, Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { isDone } from '../../model/ticket.ts';
import type { OwnedField, TicketEvent } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';
import type { Classification } from '../../routing/classify-ticket.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { instantText } from '../instant-text.ts';
import { assign } from './assignment.ts';
import { considerParents } from './children.ts';
import { agentName, teamOfGroup } from './desk-names.ts';
import { followEscalationWishes } from './escalation-wishes.ts';
import { withNextUpdate } from './next-update.ts';
import { isPeoples, withPeoples } from './people-set.ts';
import { watchForRepeats } from './problem.ts';
import { answersOf, classify, keptText, NO_SUBJECT } from './ticket-facts.ts';
import { followTicketStatus } from './ticket-status.ts';
import { noteTriage, searchSolutions } from './triage-note.ts';

/** A ticket of Freshdesk that is not known here: becomes an issue, or is left alone with the reason. */
export function adoptTicket(draft: DecisionDraft, event: TicketEvent): Decision {
  const first = firstSight(draft, event);
  const leftAlone = whyLeftAlone(draft, event, first);
  if (leftAlone) return draft.done(leftAlone);
  const { classified } = first;
  const incident = openIssue(draft, event, first);
  const { id } = incident;
  const why = {
    rule: 'ticket_adopted',
    sentence: `Ticket #${event.ticketId} was raised in Freshdesk and is ${incidentReference(incident)} from now on.`,
  };
  draft.tell(id, 'opened', why);
  tellClassified(draft, incident, classified);
  const isSolved = isDone(event.fields.status);
  const assigned = isSolved ? undefined : assign(draft, id);
  followEscalationWishes(draft, id, { ...event, messages: [] });
  noteTriage(draft, id, { classified, assigned });
  if (!isSolved) searchSolutions(draft, id);
  if (incident.type === 'Incident') {
    considerParents(draft, id);
    watchForRepeats(draft, id);
  }
  // Somebody solved it before it was seen here: the rules of closing hold all the same.
  if (isSolved) followTicketStatus(draft, id, event, 'nothing');
  return draft.done(why, id);
}

function whyLeftAlone(draft: DecisionDraft, event: TicketEvent, { classified }: FirstSight): Why | undefined {
  const { policy, context, records } = draft;
  const { ticketId, fields } = event;
  const alone = (rule: string, because: string): Why => ({
    rule,
    sentence: `Ticket #${ticketId} is left alone, since ${because}.`,
  });
  if (!policy.tickets.handle) return alone('tickets_not_handled', 'the policy has tickets.handle off');
  if (event.mergedInto !== undefined)
    return alone('ticket_merged', `it was merged into #${event.mergedInto} before it was known here`);
  if (event.isDeleted) return alone('ticket_deleted', 'it was deleted in Freshdesk');
  if (event.isSpam) return alone('ticket_spam', 'Freshdesk holds it to be spam');
  const ownTag = fields.tags.find((tag) => records.isOwnTag(tag));
  if (ownTag !== undefined) return alone('own_ticket', `Watchdesk made it itself, as its tag ${ownTag} says`);
  if (event.createdAt < context.watchesTicketsSince) {
    const since = instantText(context.watchesTicketsSince);
    return alone('ticket_too_old', `it was made before Watchdesk began to look after tickets, ${since}`);
  }
  if (event.source === 'outbound_email' && event.requester === undefined)
    return alone('outbound_ticket', 'an agent wrote it to somebody outside and nobody asked for anything');
  if (fields.type === 'other')
    return alone('ticket_of_other_type', 'somebody gave it a type that Watchdesk does not look after');
  // An incident needs proof whenever it was closed (promise P3); of anything else, a close is the end.
  if (fields.status === 'closed' && !(classified.type === 'Incident' && classified.isSure))
    return alone(
      'ticket_already_closed',
      'it was closed before Watchdesk saw it, and is no incident for sure',
    );
  return undefined;
}

/** What people, or Freshdesk's own rules, set before it was seen. Low is Freshdesk's default, and chosen by nobody. */
function chosenFields({ fields }: TicketEvent): readonly OwnedField[] {
  return [
    ...(fields.type === undefined ? [] : (['type'] as const)),
    ...(fields.groupId === undefined ? [] : (['groupId'] as const)),
    ...(fields.responderId === undefined ? [] : (['responderId'] as const)),
    ...(fields.priority === 'low' ? [] : (['priority'] as const)),
  ];
}

/** What a ticket says, and what it is by that. */
type FirstSight = ReturnType<typeof firstSight>;

function firstSight(draft: DecisionDraft, event: TicketEvent) {
  const { fields, requester, company } = event;
  const known = {
    subject: fields.subject.trim(),
    text: keptText(event.descriptionText),
    answers: answersOf(event) ?? {},
    ...(company === undefined ? {} : { companyName: company.name }),
  };
  const classified: Classification = classify(draft, event, {
    desk: known,
    requesterEmail: requester?.email,
    chosenType: fields.type === 'other' ? undefined : fields.type,
  });
  return { known, classified };
}

function openIssue(draft: DecisionDraft, event: TicketEvent, { known, classified }: FirstSight): Incident {
  const { now, policy, context } = draft;
  const { fields, requester, messages } = event;
  const { subject } = known;
  const peopleOwn = chosenFields(event);
  const lastMessageId = messages.reduce((last, { id }) => Math.max(last, id), 0);
  const lastReply = messages.filter(({ author, isPrivate }) => author === 'agent' && !isPrivate).at(-1);
  const { customerId, serviceId, category, subCategory } = classified;
  const id = context.newId();
  const opened: Incident = {
    id,
    number: context.nextNumber(),
    version: 1,
    status: 'new',
    type: classified.type,
    title: subject === '' ? NO_SUBJECT : subject,
    origin: 'ticket',
    openChildCount: 0,
    childCount: 0,
    desk: withPeoples(
      {
        statusTurn: 0,
        ticketStatus: fields.status,
        ticketReadAt: event.readAt,
        ticketSource: event.source,
        ...known,
        typeRule: classified.typeRule,
        typeConfidence: classified.confidence,
        ...(classified.isSure ? {} : { isTypeGuess: true }),
        ...(lastMessageId === 0 ? {} : { lastMessageId }),
        ...(lastReply === undefined ? {} : { lastUpdateAt: lastReply.at }),
        ...(fields.responderId === undefined ? {} : { responderId: fields.responderId }),
      },
      peopleOwn,
      now,
    ),
    impact: classified.impact,
    urgency: classified.urgency,
    priority: classified.priority,
    priorityRule: classified.rule,
    priorityWhy: classified.why,
    badAlertCount: 0,
    alertCount: 0,
    memberCount: 0,
    undigestedCount: 0,
    startedAt: event.createdAt,
    openedAt: now,
    reopenCount: 0,
    lastJoinedAt: now,
    proofs: [],
    policyVersion: policy.hash,
    ...(requester === undefined ? {} : { reporter: requester }),
    ...(customerId === undefined ? {} : { customerId }),
    ...(serviceId === undefined ? {} : { serviceId }),
    ...(category === undefined ? {} : { category }),
    ...(subCategory === undefined ? {} : { subCategory }),
  };
  const owned = withPeoplesChoice(draft, opened, { event, by: fields.responderId ?? lastReply?.authorId });
  const incident = draft.putIncident(withNextUpdate(owned, policy));
  draft.adopt(id, {
    freshdeskId: event.ticketId,
    seen: fields,
    peopleOwn,
    updatedAt: event.updatedAt,
    messageCount: messages.length,
    ...(lastMessageId === 0 ? {} : { lastMessageId }),
  });
  return incident;
}

/** Priority, group and owner as people chose them. `by` is the agent who has it, or who answered already. */
function withPeoplesChoice(
  draft: DecisionDraft,
  incident: Incident,
  { event: { fields }, by }: Readonly<{ event: TicketEvent; by: number | undefined }>,
): Incident {
  const team = fields.groupId === undefined ? undefined : teamOfGroup(draft.policy, fields.groupId);
  const isPriorityChosen = isPeoples(incident, 'priority');
  return {
    ...incident,
    ...(isPriorityChosen ? { priority: fields.priority, ...chosenBefore(incident, fields.priority) } : {}),
    ...(team === undefined ? {} : { assignmentGroup: team }),
    ...(by === undefined
      ? {}
      : {
          status: 'acknowledged' as const,
          acknowledgedAt: draft.now,
          owner: agentName(draft.records.agents(), by),
        }),
  };
}

const chosenBefore = (incident: Incident, chosen: Policy['priority']['matrix']['low']['low']) => ({
  priorityRule: 'set_by_person',
  priorityWhy: `It was ${chosen} in Freshdesk already when Watchdesk first saw it; by rule ${incident.priorityRule} it would be ${incident.priority}.`,
});

/** Type, category and priority, each with its reason. */
function tellClassified(draft: DecisionDraft, incident: Incident, classified: Classification): void {
  const percent = Math.round(classified.confidence * 100);
  const guess = classified.isSure ? '' : ' That is too unsure to set it, so a person is asked.';
  draft.tell(incident.id, 'classified', {
    rule: classified.typeRule,
    sentence: `Type ${incident.type}, ${percent}% sure: ${classified.typeWhy}${guess}`,
  });
  draft.tell(incident.id, 'classified', {
    rule: incident.priorityRule,
    sentence: `Priority ${incident.priority}: ${incident.priorityWhy}`,
  });
}
