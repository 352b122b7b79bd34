import { objectName } from '../model/check-event.ts';
import type { Decision, Why } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../model/records.ts';
import { inWords } from '../routing/correlate.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { type Change, isSteadilyHealthy } from './next-alert.ts';
import { resolve } from './resolve-reopen.ts';
import { soakMsOf, startSoak } from './soak.ts';

/** The object is UP or OK. Only when it is steady and the last of its incident is that incident restored. */
export function decideHealthy(draft: DecisionDraft, change: Change): Decision {
  const { after } = change;
  draft.putAlert(after);
  const incident = draft.incident(after.incidentId);
  const name = objectName(after);
  if (incident === undefined || incident.status === 'closed') {
    const sentence = `${name} is ${after.state} and has no open incident, so there is nothing to resolve.`;
    return draft.done({ rule: 'healthy_without_incident', sentence }, incident?.id);
  }
  if (after.isFlapping) {
    const sentence = `${name} is ${after.state} but flapping, so ${incidentReference(incident)} stays as it is.`;
    return draft.done({ rule: 'flapping', sentence }, incident.id);
  }
  return steady(draft, change, incident);
}

function steady(draft: DecisionDraft, change: Change, incident: Incident): Decision {
  const { before, after } = change;
  const wasSteady = before !== undefined && isSteadilyHealthy(before);
  if (incident.badAlertCount > 0) {
    if (wasSteady) return unchanged(draft, change, incident);
    return othersBad(draft, change, incident);
  }
  // Also while it is open: then a person reopened it, and what has been healthy all along speaks not against that.
  if (wasSteady && before.healthySince?.getTime() === after.healthySince?.getTime()) {
    return unchanged(draft, change, incident);
  }
  if (incident.status === 'resolved') {
    startSoak(draft, incident);
    const sentence =
      `${objectName(after)} is steadily ${after.state} again, so the ${inWords(soakMsOf(incident, draft))} ` +
      `that ${incidentReference(incident)} must stay healthy begin anew.`;
    draft.tell(incident.id, 'recovered', { rule: 'soak_restarted', sentence });
    return draft.done({ rule: 'soak_restarted', sentence }, incident.id);
  }
  const why = recoveryWhy(change, incident, draft);
  resolve(draft, incident, after, why);
  return draft.done(why, incident.id);
}

const unchanged = (draft: DecisionDraft, { after }: Change, incident: Incident): Decision =>
  draft.done(
    {
      rule: 'already_healthy',
      sentence: `${objectName(after)} was known to be healthy, so ${incidentReference(incident)} stays as it is.`,
    },
    incident.id,
  );

function othersBad(draft: DecisionDraft, { after, event }: Change, incident: Incident): Decision {
  const sentence =
    `${objectName(after)} is ${after.state}; ${incident.badAlertCount} of ${incident.memberCount} alerts of ` +
    `${incidentReference(incident)} are still bad.`;
  const why = { rule: recoveryRule(event.happening), sentence };
  if (incident.memberCount <= MEMBERS_LISTED_MAX) draft.tell(incident.id, 'recovered', why);
  return draft.done(why, incident.id);
}

const recoveryRule = (happening: Change['event']['happening']): string =>
  ({
    flapping_stopped: 'flapping_stopped_healthy',
    read_back: 'recovery_read_back',
    downtime_ended: 'downtime_ended_healthy',
  })[happening as string] ?? 'recovered';

function recoveryWhy({ event, after }: Change, incident: Incident, draft: DecisionDraft): Why {
  const source =
    event.happening === 'read_back' ? ', as read from Opsview; its recovery was not notified' : '';
  const all = incident.memberCount > 1 ? `, the last of ${incident.memberCount} alerts` : '';
  return {
    rule: recoveryRule(event.happening),
    sentence:
      `${objectName(after)} is ${after.state}${source}${all}; ${incidentReference(incident)} closes once ` +
      `Opsview has shown this for ${inWords(soakMsOf(incident, draft))}.`,
  };
}
