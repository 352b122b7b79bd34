import type { Alert } from '../model/alert.ts';
import type { Decision, TimerName } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { inWords } from '../routing/correlate.ts';
import { decideEscalationDue } from './decide-escalation-due.ts';
import type { DecisionContext } from './decision-context.ts';
import { DecisionDraft } from './decision-draft.ts';
import { decideConfirmDue } from './desk/confirmation.ts';
import { decideOverdueDue, decideRepeatDue } from './desk/problem.ts';
import { causeOf, withTitle } from './status-changes.ts';

/** A reading whose answer never came is asked for again after this long. */
export const PROOF_ASKED_AGAIN_MS = 15 * 60_000;

/** A timer fell due: does what it promised if that is still needed, else says why not (promise P7). */
export function decideTimer(
  name: TimerName,
  incident: Incident,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  switch (name) {
    case 'soak':
      return decideSoak(draft, incident);
    case 'digest':
      return decideDigest(draft, incident);
    case 'confirm':
      return decideConfirmDue(draft, incident);
    case 'repeat':
      return decideRepeatDue(draft, incident);
    case 'overdue':
      return decideOverdueDue(draft, incident);
    case 'escalation':
      return decideEscalationDue(draft, incident);
  }
}

function decideSoak(draft: DecisionDraft, incident: Incident): Decision {
  const reference = incidentReference(incident);
  if (incident.status !== 'resolved') {
    const sentence = `${reference} is ${incident.status}, so no proof is needed.`;
    return draft.done({ rule: 'timer_not_needed', sentence }, incident.id);
  }
  draft.askForProof(incident.id);
  const sentence = `${reference} was healthy long enough; Opsview is read for proof.`;
  const dueAt = new Date(draft.now.getTime() + PROOF_ASKED_AGAIN_MS);
  const again = `Opsview is asked again if the reading for ${reference} has brought no answer within ${inWords(PROOF_ASKED_AGAIN_MS)}.`;
  draft.setTimer(incident.id, 'soak', dueAt, again);
  return draft.done({ rule: 'proof_asked', sentence }, incident.id);
}

/** The ticket was opened with it, so it did not join, although in a busy batch it shares its instant with those that did. */
const isOpener = ({ host, check, joinedAt }: Alert, { cause, openedAt }: Incident): boolean =>
  cause?.host === host && cause.check === check && joinedAt?.getTime() === openedAt.getTime();

function decideDigest(draft: DecisionDraft, incident: Incident): Decision {
  const reference = incidentReference(incident);
  const count = incident.undigestedCount;
  if (count === 0 || incident.status === 'closed') {
    const sentence = `Nothing is left to tell the ticket of ${reference} about alerts that joined.`;
    return draft.done({ rule: 'timer_not_needed', sentence }, incident.id);
  }
  const newest = draft
    .members(incident.id)
    .filter((alert) => !isOpener(alert, incident))
    .slice(0, count);
  const joined = count === 1 ? '1 alert joined' : `${count} alerts joined`;
  const sentence = `${joined} ${reference}; ${incident.badAlertCount} of ${incident.memberCount} ${incident.badAlertCount === 1 ? 'is' : 'are'} bad now.`;
  draft.putIncident(withTitle({ ...incident, undigestedCount: 0 }, causeOf(draft, incident)));
  draft.note(incident.id, `digest:${draft.now.getTime()}`, 'note_joined', {
    sentence,
    list: newest,
    totalCount: count,
  });
  draft.tell(incident.id, 'message', { rule: 'digest', sentence });
  return draft.done({ rule: 'digest', sentence }, incident.id);
}
