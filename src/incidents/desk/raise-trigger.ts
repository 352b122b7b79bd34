import { NO_ESCALATION, type Trigger } from '../../model/escalation.ts';
import type { DecisionDraft } from '../decision-draft.ts';

/** Enough to know an old one again; what started a ladder is remembered by the ladder too. */
const TRIGGERS_KEPT = 50;

/** Something that relationship ladders may start on; one with the same kind and id counts once for ever. */
export function raiseTrigger(draft: DecisionDraft, incidentId: string, raised: Omit<Trigger, 'at'>): void {
  const incident = draft.incidentOf(incidentId);
  const { escalation = NO_ESCALATION } = incident;
  if (escalation.triggers.some(({ kind, id }) => kind === raised.kind && id === raised.id)) return;
  const triggers = [...escalation.triggers, { ...raised, at: draft.now }].slice(-TRIGGERS_KEPT);
  draft.putIncident({ ...incident, escalation: { ...escalation, triggers } });
  draft.tell(incidentId, 'escalation', { rule: `trigger_${raised.kind}`, sentence: raised.why });
}
