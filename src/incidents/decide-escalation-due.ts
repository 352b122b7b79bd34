import type { Decision } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import type { DecisionDraft } from './decision-draft.ts';

/** A ladder has to be looked at; what is due is found when the decision is finished, as after any other event. */
export function decideEscalationDue(draft: DecisionDraft, incident: Incident): Decision {
  draft.lookAtLadders(incident.id);
  const sentence = `Nobody has to be told about ${incidentReference(incident)} yet.`;
  const decision = draft.done({ rule: 'timer_not_needed', sentence }, incident.id);
  const told = decision.timeline.findLast(({ incidentId }) => incidentId === incident.id);
  return told === undefined ? decision : { ...decision, why: { rule: told.rule, sentence: told.sentence } };
}
