import { type AskedField, DESK_FIELDS } from '../../model/desk-field.ts';
import type { Answers } from '../../model/desk-state.ts';
import type { Incident } from '../../model/incident.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { weighAgain, withLevels } from './levels.ts';
import { withNextUpdate } from './next-update.ts';
import { isPeoples } from './people-set.ts';
import { ASKED_FIELDS, answersOf } from './ticket-facts.ts';

/**
 * What agents filled in. Answers to the policy's questions move impact, urgency and priority, down as well, since they are
 * people's words; taking an answer back puts it as it was.
 */
export function followAnswers(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const answers = answersOf(event);
  if (answers === undefined) return;
  const incident = draft.incidentOf(incidentId);
  const changed = changedFields(incident.desk.answers ?? {}, answers);
  if (changed.length === 0) return;
  const known = draft.putIncident({ ...incident, desk: { ...incident.desk, answers } });
  const questions = draft.policy.tickets.classification.questions;
  const moving = changed.filter((field) => questions.some((question) => question.field === field));
  if (moving.length === 0 || known.type !== 'Incident' || known.status === 'closed') return;
  const told = moving.map((field) => changeText(field, answers[field])).join(' ');
  const weighed = withLevels(known, weighAgain(draft, known, event));
  if (!isMoved(known, weighed)) {
    draft.tell(incidentId, 'classified', {
      rule: 'answers',
      sentence: `${told} Priority stays ${known.priority}.`,
    });
    return;
  }
  const moved = draft.putIncident(withNextUpdate(weighed, draft.policy));
  draft.tell(incidentId, 'classified', {
    rule: 'answers',
    sentence: `${told} ${movedText(known, moved)}`,
  });
}

/** In the order of the fields' own list. */
const changedFields = (before: Answers, after: Answers): readonly AskedField[] =>
  ASKED_FIELDS.filter((field) => before[field] !== after[field]);

function changeText(field: AskedField, answer: string | boolean | undefined): string {
  const question = `“${DESK_FIELDS[field].label}”`;
  if (answer === undefined) return `The answer to ${question} was taken back.`;
  return `${question} was answered with “${answer === true ? 'Yes' : answer}”.`;
}

const isMoved = (a: Incident, b: Incident): boolean =>
  a.impact !== b.impact || a.urgency !== b.urgency || a.priority !== b.priority;

function movedText(before: Incident, after: Incident): string {
  const levels = `Impact is ${after.impact} and urgency ${after.urgency} now.`;
  if (isPeoples(after, 'priority')) return `${levels} Priority stays ${after.priority}, as people set it.`;
  if (before.priority === after.priority) return `${levels} Priority stays ${after.priority}.`;
  return `Priority is ${after.priority} now, ${before.priority} before: ${after.priorityWhy}`;
}
