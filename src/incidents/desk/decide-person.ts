import type { Decision, Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import type { PersonAction, PersonEvent } from '../../model/person-event.ts';
import type { Records } from '../../model/records.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionContext } from '../decision-context.ts';
import { DecisionDraft } from '../decision-draft.ts';
import { acknowledge } from './acknowledge.ts';
import { recordConfirmation, takeAnswer } from './confirmation.ts';
import { draftArticle } from './draft-article.ts';
import { escalateByHand, stopDirector } from './escalate-by-hand.ts';
import { rated } from './escalation-wishes.ts';
import { decideLink, decideUnlink } from './link-by-hand.ts';
import { openProblem } from './problem.ts';

/** What somebody told on one of our own pages. */
export function decidePerson(
  event: PersonEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  const { action } = event;
  const incidentIds = incidentIdsOf(action);
  const unknown = incidentIds.find((id) => draft.incident(id) === undefined);
  if (unknown !== undefined) {
    const sentence = `${who(action)} tells something (${action.do}) about issue ${unknown}, which is not known here.`;
    return draft.done({ rule: 'person_unknown_issue', sentence });
  }
  const why = carryOut(draft, action);
  return told(draft.done(why, incidentIds[0]), draft.now);
}

/** What a person wanted stands in the history also when nothing came of it (promise P6). */
function told(decision: Decision, at: Date): Decision {
  const { incidentId, timeline, why } = decision;
  if (incidentId === undefined || timeline.some((entry) => entry.incidentId === incidentId)) return decision;
  return { ...decision, timeline: [...timeline, { incidentId, at, kind: 'people', ...why }] };
}

/** The issue that the decision is about comes first. */
function incidentIdsOf(action: PersonAction): readonly string[] {
  if (action.do === 'link') return [action.childId, action.parentId];
  return [action.do === 'unlink' ? action.childId : action.incidentId];
}

const who = (action: PersonAction): string => ('by' in action ? action.by : 'A reporter');

function carryOut(draft: DecisionDraft, action: PersonAction): Why {
  switch (action.do) {
    case 'confirm': {
      const { answer: said, words, round, incidentId } = action;
      const reporter = nameOf(draft.incidentOf(incidentId));
      return takeAnswer(draft, incidentId, { said, via: 'link', who: reporter, words, round });
    }
    case 'record_confirmation': {
      const { incidentId, do: _do, ...record } = action;
      return recordConfirmation(draft, incidentId, record);
    }
    case 'link':
      return decideLink(draft, action);
    case 'unlink':
      return decideUnlink(draft, action);
    case 'create_problem':
      return createProblem(draft, action);
    case 'draft_article':
      return draftArticle(draft, action.incidentId, action.by);
    case 'acknowledge':
      return acknowledge(draft, action);
    case 'rate':
      return rated(draft, action);
    case 'escalate':
      return escalateByHand(draft, action);
    case 'stop_director':
      return stopDirector(draft, action);
  }
}

const nameOf = ({ reporter }: Incident): string => reporter?.name ?? reporter?.email ?? 'The reporter';

function createProblem(
  draft: DecisionDraft,
  { incidentId, what, by }: Extract<PersonAction, { do: 'create_problem' }>,
): Why {
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const problem = openProblem(draft, incident, { what, by, kind: 'documentation' });
  return problem === undefined
    ? { rule: 'problem_exists', sentence: `${by} wants a Problem for ${reference}, which has one already.` }
    : { rule: 'problem_opened', sentence: `${by} opens ${incidentReference(problem)} for ${reference}.` };
}
