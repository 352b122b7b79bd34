import type { GateState } from '../../model/desk-state.ts';
import { incidentReference } from '../../model/incident.ts';
import { inWords } from '../../routing/in-words.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { missingText, whatIsMissing } from './what-is-missing.ts';

/**
 * A ticket was closed without proof: set back to Resolved, with what is missing and every way to give it (promise P3). One
 * that is closed again and again, as by a rule of Freshdesk, is left closed after policy's number of rounds, which a person
 * is told; the issue itself stays as it is. `done`: what happened, the beginning of a sentence.
 */
export function setBack(draft: DecisionDraft, incidentId: string, done: string): void {
  const incident = draft.incidentOf(incidentId);
  const missing = whatIsMissing(draft, incident);
  const { gate: policy } = draft.policy.closing;
  const gate = gateNow(incident.desk.gate, draft);
  const what = missingText(missing);
  const details = [...new Set(missing.flatMap(({ ways }) => ways))];
  const put = (next: GateState) => {
    const current = draft.incidentOf(incidentId);
    draft.putIncident({ ...current, desk: { ...current.desk, gate: next } });
  };
  if (gate.stoppedAt === undefined && gate.rounds < policy.rounds) {
    const rounds = gate.rounds + 1;
    put({ rounds, firstAt: gate.firstAt });
    draft.assertStatus(incidentId, 'resolved', { isSetBack: true });
    const why = { rule: 'closed_without_proof', sentence: `${done} and is set back to Resolved: ${what}.` };
    draft.tell(incidentId, 'proof_missing', why);
    const intent = `set_back:${gate.firstAt.getTime()}:${rounds}`;
    draft.note(incidentId, intent, 'note_proof_missing', { sentence: why.sentence, details });
    return;
  }
  const reference = incidentReference(incident);
  if (gate.stoppedAt !== undefined) {
    const sentence = `${done} once more and is left so, as Watchdesk said; ${reference} stays ${incident.status}: ${what}.`;
    draft.tell(incidentId, 'proof_missing', { rule: 'gate_stopped', sentence });
    return;
  }
  put({ ...gate, stoppedAt: draft.now });
  const times = gate.rounds === 1 ? 'once' : `${gate.rounds} times`;
  const why = {
    rule: 'gate_stopped',
    sentence: `${done} although it was set back ${times} within ${inWords(policy.within)}; it is left closed now, and ${reference} stays ${incident.status}: ${what}.`,
  };
  draft.tell(incidentId, 'proof_missing', why);
  draft.note(incidentId, `gate_stopped:${gate.firstAt.getTime()}`, 'note_gate_stopped', {
    sentence: why.sentence,
    details,
  });
}

/** Closes that are longer ago than policy's time count no more. */
function gateNow(gate: GateState | undefined, { now, policy }: DecisionDraft): GateState {
  const isOver = gate === undefined || now.getTime() - gate.firstAt.getTime() >= policy.closing.gate.within;
  return isOver ? { rounds: 0, firstAt: now } : gate;
}
