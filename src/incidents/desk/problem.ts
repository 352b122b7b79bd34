import type { Decision } from '../../model/decision.ts';
import type { Incident } from '../../model/incident.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** Whether this has happened too often lately. */
export function decideRepeatDue(draft: DecisionDraft, incident: Incident): Decision {
  return draft.done({ rule: 'timer_not_needed', sentence: 'It happens rarely.' }, incident.id);
}

/** A Problem should have been solved by now. */
export function decideOverdueDue(draft: DecisionDraft, incident: Incident): Decision {
  return draft.done({ rule: 'timer_not_needed', sentence: 'It is solved.' }, incident.id);
}
