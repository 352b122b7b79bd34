import type { Alert } from '../model/alert.ts';
import type { Why } from '../model/decision.ts';
import type { Incident } from '../model/incident.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { reopenIssue, resolveIssue } from './desk/close-issue.ts';

/** The last bad member is healthy: restored, and to be proven. */
export function resolve(draft: DecisionDraft, incident: Incident, alert: Alert, why: Why): void {
  resolveIssue(draft, incident.id, why);
  draft.note(incident.id, `recovered:${incident.reopenCount}`, 'note_recovered', {
    sentence: why.sentence,
    alert,
  });
}

/** Back to work, as `incident` says now: an alert of it is bad. */
export function reopen(draft: DecisionDraft, incident: Incident, alert: Alert, why: Why): Incident {
  draft.putIncident(incident);
  reopenIssue(draft, incident.id, why);
  const reopened = draft.incidentOf(incident.id);
  draft.note(reopened.id, `reopened:${reopened.reopenCount}`, 'note_reopened', {
    sentence: why.sentence,
    alert,
  });
  return reopened;
}
