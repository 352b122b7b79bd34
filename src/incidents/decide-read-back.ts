import type { Alert } from '../model/alert.ts';
import { objectKeyText, objectName, type ReadBackEvent } from '../model/check-event.ts';
import type { Decision } from '../model/decision.ts';
import { incidentReference } from '../model/incident.ts';
import { MEMBERS_LISTED_MAX, type Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { decideCheck } from './decide-check.ts';
import { decideProof } from './decide-proof.ts';
import type { DecisionContext } from './decision-context.ts';
import { DecisionDraft } from './decision-draft.ts';
import { Ledger } from './ledger.ts';

/**
 * Applies what was read from Opsview: every object that differs from what is known, then the objects that Opsview does
 * not know, then, for a proof, whether the incident may close. Each decision is made on top of the ones before it, and
 * they are to be applied in order. At least one decision is returned, also when nothing differs.
 */
export function decideReadBack(
  event: ReadBackEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): readonly Decision[] {
  const ledger = new Ledger(records);
  const decisions: Decision[] = [];
  const add = (decision: Decision) => {
    ledger.apply(decision);
    decisions.push(decision);
  };
  for (const object of event.objects) {
    const decision = decideCheck(object, ledger, policy, context);
    if (decision.why.rule !== 'read_back_agrees') add(decision);
  }
  for (const decision of decideMissing(event, ledger, policy, context)) add(decision);
  if (event.purpose === 'proof') add(decideProof(event, ledger, policy, context));
  if (decisions.length === 0) {
    const sentence = `All ${event.objects.length} objects read from Opsview are as they are known here.`;
    add(new DecisionDraft({ records: ledger, policy, context }).done({ rule: 'read_back_agrees', sentence }));
  }
  return decisions;
}

/**
 * Objects that Opsview no longer knows, told once per incident and not at every reading. They count as unproven: an
 * incident stays open until a person says what became of them.
 */
function decideMissing(
  event: ReadBackEvent,
  ledger: Ledger,
  policy: Policy,
  context: DecisionContext,
): readonly Decision[] {
  const newlyMissing = event.missing.flatMap((key) => {
    const alert = ledger.alert(key);
    if (alert === undefined || alert.missingSince !== undefined || alert.lastEventAt > event.readAt)
      return [];
    return [{ ...alert, missingSince: context.now }];
  });
  const byIncident = Map.groupBy(newlyMissing, ({ incidentId }) => incidentId);
  return [...byIncident].map(([incidentId, alerts]) => {
    const draft = new DecisionDraft({ records: ledger, policy, context });
    for (const alert of alerts) draft.putAlert(alert);
    return tellMissing(draft, incidentId, alerts, event.readAt);
  });
}

function tellMissing(
  draft: DecisionDraft,
  incidentId: string | undefined,
  alerts: readonly Alert[],
  readAt: Date,
): Decision {
  const incident = draft.incident(incidentId);
  const first = alerts[0];
  const named = alerts.slice(0, MEMBERS_LISTED_MAX).map(objectName).join(', ');
  const more = alerts.length > MEMBERS_LISTED_MAX ? ` and ${alerts.length - MEMBERS_LISTED_MAX} more` : '';
  const unknown = `Opsview does not know ${named}${more} any more`;
  if (incident === undefined || incident.status === 'closed' || first === undefined) {
    return draft.done(
      { rule: 'missing_in_opsview', sentence: `${unknown}; no incident is open for it.` },
      incident?.id,
    );
  }
  const sentence = `${unknown}, so ${incidentReference(incident)} cannot be proven healthy and stays open until a person closes it.`;
  draft.tell(incident.id, 'proof_missing', { rule: 'missing_in_opsview', sentence });
  const intent = `proof_missing:${readAt.getTime()}:${objectKeyText(first)}`;
  draft.note(incident.id, intent, 'note_proof_missing', {
    sentence,
    list: alerts,
    totalCount: alerts.length,
  });
  return draft.done({ rule: 'missing_in_opsview', sentence }, incident.id);
}
