import type { Incident } from '../../model/incident.ts';
import { SHOWN_TICKET_TYPES, type ShownTicketType, type TicketType } from '../../model/priority.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { askReporter } from './ask-reporter.ts';
import { considerParents, unlinkChild } from './children.ts';
import { weighAgain, withLevels } from './levels.ts';
import { withNextUpdate } from './next-update.ts';
import { isPeoples, withPeoples } from './people-set.ts';
import { watchForRepeats } from './problem.ts';
import { classifyAgain } from './ticket-facts.ts';
import { noteQuestions } from './triage-note.ts';

/** The type as people chose it: settles a guess, makes an incident, or ends being one. */
export function followType(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const chosen = chosenType(incident, event);
  if (chosen === undefined) return;
  if (chosen === incident.type) {
    if (isSettled(incident)) return;
    settle(draft, incident, chosen);
    if (chosen === 'Incident') beginIncident(draft, incidentId);
    return;
  }
  if (incident.status === 'closed') settle(draft, incident, chosen);
  else if (chosen === 'Incident') becomeIncident(draft, incident, event);
  else if (incident.type === 'Incident' && incident.memberCount > 0) keepIncident(draft, incident, chosen);
  else if (incident.type === 'Incident') ceaseIncident(draft, incident, event, chosen);
  else becomeOther(draft, incident, event, chosen);
}

/** What we wished for is what people may have taken over; else what Freshdesk shows can only be theirs. */
function chosenType(incident: Incident, event: TicketEvent): TicketType | undefined {
  const taken = event.takenOver.find(({ field }) => field === 'type');
  if (taken) return oursOf(SHOWN_TICKET_TYPES.find((type) => type === taken.chosen));
  const isTheirs = incident.desk.isTypeGuess === true || isPeoples(incident, 'type');
  return isTheirs ? oursOf(event.fields.type) : undefined;
}

/** Whoever gives a ticket a type of the account's own says that it is no incident; it is treated like a question. */
const oursOf = (shown: ShownTicketType | undefined): TicketType | undefined =>
  shown === 'other' ? 'Question' : shown;

const isSettled = ({ desk }: Incident): boolean =>
  desk.isTypeGuess !== true && desk.typeRule === 'chosen_by_person';

/** The type is people's from now on. */
function withChosen(incident: Incident, type: TicketType, now: Date): Incident {
  const { isTypeGuess: _guess, ...desk } = withPeoples(incident.desk, ['type'], now);
  return { ...incident, type, desk: { ...desk, typeRule: 'chosen_by_person', typeConfidence: 1 } };
}

function settle(draft: DecisionDraft, incident: Incident, chosen: TicketType): void {
  draft.putIncident(withChosen(incident, chosen, draft.now));
  draft.tell(incident.id, 'classified', {
    rule: 'chosen_by_person',
    sentence: `Somebody chose ${chosen} in Freshdesk.`,
  });
}

function becomeIncident(draft: DecisionDraft, incident: Incident, event: TicketEvent): void {
  const chosen = withChosen(incident, 'Incident', draft.now);
  const classified = classifyAgain(draft, event, chosen, 'Incident');
  const { serviceId, customerId, category, subCategory } = classified;
  const weighed = withLevels(chosen, weighAgain(draft, chosen, event));
  const next = withNextUpdate(
    {
      ...weighed,
      ...(serviceId === undefined ? {} : { serviceId }),
      ...(customerId === undefined ? {} : { customerId }),
      ...(category === undefined ? {} : { category }),
      ...(subCategory === undefined ? {} : { subCategory }),
    },
    draft.policy,
  );
  const { priority, priorityWhy } = draft.putIncident(next);
  draft.tell(incident.id, 'classified', {
    rule: 'chosen_by_person',
    sentence: `Somebody chose Incident in Freshdesk, ${incident.type} before. Priority ${priority}: ${priorityWhy}`,
  });
  noteQuestions(draft, incident.id, classified.openQuestions);
  beginIncident(draft, incident.id);
  // What was resolved as a question has nobody's word that it works again.
  if (incident.status === 'resolved') askReporter(draft, incident.id, {});
}

/** What is done for each new incident, late for one that was not known to be one. */
function beginIncident(draft: DecisionDraft, incidentId: string): void {
  considerParents(draft, incidentId);
  watchForRepeats(draft, incidentId);
}

/** Alerts are incidents, whatever the ticket is called: said once, and nothing is fought over. */
function keepIncident(draft: DecisionDraft, incident: Incident, chosen: TicketType): void {
  const rule = 'incident_by_alerts';
  if (incident.desk.typeRule === rule) return;
  const sentence = `Somebody chose ${chosen} in Freshdesk, but alerts belong to it, so it is handled as an incident all the same.`;
  const { isTypeGuess: _guess, ...desk } = withPeoples(incident.desk, ['type'], draft.now);
  draft.putIncident({ ...incident, desk: { ...desk, typeRule: rule } });
  draft.tell(incident.id, 'people', { rule, sentence });
  draft.note(incident.id, `type_kept:${incident.reopenCount}`, 'note_information', { sentence });
}

/** No incident any more: no proof, no reporter to ask, no links; the ticket's status is the issue's. */
function ceaseIncident(
  draft: DecisionDraft,
  incident: Incident,
  event: TicketEvent,
  chosen: TicketType,
): void {
  const why = `WD-${incident.number} is of type ${chosen} now.`;
  const linked = draft.links(incident.id).filter(({ state }) => state === 'linked');
  for (const { childId } of linked) unlinkChild(draft, { childId, by: 'Watchdesk', why });
  for (const name of ['soak', 'confirm', 'repeat'] as const) draft.cancelTimer(incident.id, name);
  const { gate: _gate, confirmation: _asked, ...desk } = draft.incidentOf(incident.id).desk;
  becomeOther(draft, { ...draft.incidentOf(incident.id), desk }, event, chosen);
}

function becomeOther(draft: DecisionDraft, incident: Incident, event: TicketEvent, chosen: TicketType): void {
  const classified = classifyAgain(draft, event, incident, chosen);
  const typed = withChosen(incident, chosen, draft.now);
  // A Problem is as urgent as people say; the rule is about questions and wishes.
  const levelled = chosen === 'Problem' ? typed : withLevels(typed, classified);
  const next = draft.putIncident(withNextUpdate(levelled, draft.policy));
  draft.tell(incident.id, 'classified', {
    rule: 'chosen_by_person',
    sentence: `Somebody chose ${chosen} in Freshdesk, ${incident.type} before. Priority ${next.priority}: ${next.priorityWhy}`,
  });
}
