import type { Alert } from '../model/alert.ts';
import { type CheckEvent, isHealthy, objectName } from '../model/check-event.ts';
import type { Decision } from '../model/decision.ts';
import { incidentReference } from '../model/incident.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { routeAlert } from '../routing/route-alert.ts';
import { decideBad } from './decide-bad.ts';
import { decideHealthy } from './decide-healthy.ts';
import { decideAcknowledgement, decideInformation } from './decide-people.ts';
import type { DecisionContext } from './decision-context.ts';
import { DecisionDraft } from './decision-draft.ts';
import { type Change, nextAlert, whyIgnored } from './next-alert.ts';
import { opensFrom } from './tells-news.ts';

/**
 * Decides what one event about one host or service check changes. Pure: the same arguments give the same decision.
 *
 * The state that an event tells counts, not its name: whatever brings the news that an object is bad or healthy has the
 * same effect, so that a lost notification is made good by the next event or reading.
 */
export function decideCheck(
  event: CheckEvent,
  records: Records,
  policy: Policy,
  context: DecisionContext,
): Decision {
  const draft = new DecisionDraft({ records, policy, context });
  const before = records.alert(event);
  const ignored = whyIgnored(event, before);
  if (ignored) return draft.done(ignored, before?.incidentId);

  const change: Change = { event, before, after: nextAlert(event, before, { policy, now: context.now }) };
  if (event.happening === 'read_back' && !tellsAnythingNew(change, draft)) return agrees(draft, change);
  if (event.happening === 'acknowledged') return decideAcknowledgement(draft, change);
  if (event.happening === 'custom') return decideInformation(draft, change);
  if (isAcknowledgementRead(change)) {
    // Acknowledged without a notification: only a reading tells, and also who did it.
    const acknowledged = decideAcknowledgement(draft, change);
    if (before?.state === change.after.state) return acknowledged;
  }
  return decideState(draft, change);
}

/** Of a host Opsview's status does not tell who it was: then nothing is said, since it may well have been us. */
const isAcknowledgementRead = ({ event, before, after }: Change): boolean =>
  event.happening === 'read_back' &&
  event.author !== undefined &&
  before?.isAcknowledged === false &&
  after.isAcknowledged;

function decideState(draft: DecisionDraft, change: Change): Decision {
  const { before, after } = change;
  if (before?.isAcknowledged && !after.isAcknowledged && !isHealthy(after.state))
    tellUnacknowledged(draft, after);
  tellFlagChanges(draft, change);
  if (isHealthy(after.state)) return decideHealthy(draft, change);
  return decideBad(draft, change, routeAlert(after, draft.policy));
}

/** Most of what the periodic reading finds is known already; only a difference is worth a write. */
function tellsAnythingNew({ before, after }: Change, draft: DecisionDraft): boolean {
  if (before === undefined) return !isHealthy(after.state);
  const isInOpenIncident = (draft.incident(before.incidentId)?.status ?? 'closed') !== 'closed';
  return (
    before.state !== after.state ||
    before.stateType !== after.stateType ||
    before.isFlapping !== after.isFlapping ||
    before.inDowntime !== after.inDowntime ||
    before.isAcknowledged !== after.isAcknowledged ||
    before.missingSince !== undefined ||
    before.healthySince?.getTime() !== after.healthySince?.getTime() ||
    (opensFrom(after.state, draft.policy) && !after.inDowntime && !isInOpenIncident && !isInHand(before))
  );
}

/** Acknowledged before it ever had an incident. */
const isInHand = ({ isAcknowledged, incidentId }: Alert): boolean =>
  isAcknowledged && incidentId === undefined;

function agrees(draft: DecisionDraft, { after }: Change): Decision {
  const sentence = `Opsview shows ${objectName(after)} as it is known here: ${after.state}.`;
  return draft.done({ rule: 'read_back_agrees', sentence }, after.incidentId);
}

function tellUnacknowledged(draft: DecisionDraft, after: Alert): void {
  const incident = draft.incident(after.incidentId);
  if (incident === undefined || incident.status === 'closed') return;
  const sentence = `${objectName(after)} is no longer acknowledged in Opsview.`;
  draft.tell(incident.id, 'unacknowledged', { rule: 'unacknowledged', sentence });
}

/** An incident that is open says in its history that downtime or flapping began or ended. */
function tellFlagChanges(draft: DecisionDraft, { event, before, after }: Change): void {
  const incident = draft.incident(after.incidentId);
  if (incident === undefined || incident.status === 'closed') return;
  const name = objectName(after);
  const reference = incidentReference(incident);
  if ((before?.inDowntime ?? false) !== after.inDowntime) {
    const by = event.author === undefined ? '' : ` (${event.author})`;
    const sentence = after.inDowntime
      ? `Downtime of ${name} began${by}; ${reference} stays open.`
      : `Downtime of ${name} ended${by}.`;
    draft.tell(incident.id, 'downtime', {
      rule: after.inDowntime ? 'downtime_started' : 'downtime_ended',
      sentence,
    });
  }
  if ((before?.isFlapping ?? false) !== after.isFlapping) {
    const sentence = after.isFlapping
      ? `${name} is flapping; until it is steady, its swings change nothing in ${reference}.`
      : `${name} stopped flapping and is ${after.state}.`;
    draft.tell(incident.id, 'flapping', {
      rule: after.isFlapping ? 'flapping_started' : 'flapping_stopped',
      sentence,
    });
  }
}
