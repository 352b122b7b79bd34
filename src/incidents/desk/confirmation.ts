import type { Decision } from '../../model/decision.ts';
import type { Incident } from '../../model/incident.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** A reminder is due, or the reporter counts as silent. */
export function decideConfirmDue(draft: DecisionDraft, incident: Incident): Decision {
  return draft.done({ rule: 'timer_not_needed', sentence: 'Nobody was asked.' }, incident.id);
}
