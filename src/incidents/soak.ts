import { type Incident, incidentReference } from '../model/incident.ts';
import { inWords } from '../routing/correlate.ts';
import type { DecisionDraft } from './decision-draft.ts';

/** How long everything must be healthy before this incident may close, ms. */
export const soakMsOf = (
  incident: Pick<Incident, 'priority'>,
  { policy }: Pick<DecisionDraft, 'policy'>,
): number => policy.closing.soak[incident.priority];

/**
 * The soak begins now, by our clock; that it held by Opsview's too is for the proof to say. What was proven before it
 * began is proven no longer.
 */
export function startSoak(draft: DecisionDraft, incident: Incident): void {
  const soakMs = soakMsOf(incident, draft);
  const proofs = incident.proofs.filter(({ kind }) => kind !== 'monitoring');
  if (proofs.length < incident.proofs.length) draft.putIncident({ ...incident, proofs });
  const why = `${incidentReference(incident)} closes if Opsview then shows everything healthy for ${inWords(soakMs)}.`;
  draft.setTimer(incident.id, 'soak', new Date(draft.now.getTime() + soakMs), why);
}
