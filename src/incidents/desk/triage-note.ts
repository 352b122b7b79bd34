import type { Why } from '../../model/decision.ts';
import { DESK_FIELDS } from '../../model/desk-field.ts';
import type { Incident } from '../../model/incident.ts';
import type { Classification } from '../../routing/classify-ticket.ts';
import { matchText } from '../../routing/match-words.ts';
import type { DecisionDraft } from '../decision-draft.ts';

type Question = Classification['openQuestions'][number];

/** Questions that were not put before and that the ticket has a field for: elsewhere no answer could be read. */
export const newQuestions = (
  draft: DecisionDraft,
  { desk }: Incident,
  questions: readonly Question[],
): readonly Question[] =>
  questions.filter(({ field }) => draft.context.deskFields.has(field) && !desk.asked?.includes(field));

const questionText = ({ field, ask }: Question): string =>
  `${ask} Please answer in the field “${DESK_FIELDS[field].label}”: it may change the priority.`;

/** Each question is put once. */
export function rememberAsked(incident: Incident, questions: readonly Question[]): Incident {
  if (questions.length === 0) return incident;
  const asked = [...new Set([...(incident.desk.asked ?? []), ...questions.map(({ field }) => field)])];
  return { ...incident, desk: { ...incident.desk, asked } };
}

/** One private note that says what the ticket was taken for and why, and what people are asked (promise P6). */
export function noteTriage(
  draft: DecisionDraft,
  incidentId: string,
  { classified, assigned }: Readonly<{ classified: Classification; assigned: Why | undefined }>,
): void {
  const before = draft.incidentOf(incidentId);
  const questions = newQuestions(draft, before, classified.openQuestions);
  const incident = draft.putIncident(rememberAsked(before, questions));
  const percent = Math.round(classified.confidence * 100);
  const sentence = classified.isSure
    ? `It is of type ${incident.type} (${percent}% sure): ${classified.typeWhy}`
    : `It may be of type ${incident.type}, but that is only ${percent}% sure, so no type is set: please choose the type. ${classified.typeWhy}`;
  const category = [incident.category, incident.subCategory].filter((name) => name !== undefined).join(', ');
  draft.note(incidentId, 'triage', 'note_triage', {
    sentence,
    details: [
      `Priority ${incident.priority}: ${incident.priorityWhy} (rule: ${incident.priorityRule})`,
      ...(category === '' ? [] : [`Category: ${category}.`]),
      ...(assigned ? [`Assignment: ${assigned.sentence} (rule: ${assigned.rule})`] : []),
      ...questions.map(questionText),
    ],
  });
}

/** Questions that came up later, since people made it an incident. */
export function noteQuestions(draft: DecisionDraft, incidentId: string, open: readonly Question[]): void {
  const before = draft.incidentOf(incidentId);
  const questions = newQuestions(draft, before, open);
  if (questions.length === 0) return;
  draft.putIncident(rememberAsked(before, questions));
  draft.note(incidentId, `questions:${questions.map(({ field }) => field).join(',')}`, 'note_triage', {
    sentence: 'As this is an incident now, answers to these questions decide how urgent it is.',
    details: questions.map(questionText),
  });
}

const SEARCH_WORDS_MAX = 8;

/** Has Freshdesk's Solutions searched for what the ticket is about, for incidents and questions. */
export function searchSolutions(draft: DecisionDraft, incidentId: string): void {
  const { type, desk } = draft.incidentOf(incidentId);
  if (!draft.policy.tickets.solutions.search || (type !== 'Incident' && type !== 'Question')) return;
  const words = searchWords(desk.subject, desk.text);
  if (words === '') return;
  draft.command({ kind: 'search_solutions', incidentId, intent: 'solutions', words });
}

/** The specific words of the subject, filled up with those of the text: what everybody writes finds nothing. */
function searchWords(subject: string | undefined, text: string | undefined): string {
  const specific = (from: string | undefined) => [...matchText(from).words.values()];
  const words = [...specific(subject), ...specific(text)].map((word) => word.toLowerCase());
  return [...new Set(words)].slice(0, SEARCH_WORDS_MAX).join(' ');
}
