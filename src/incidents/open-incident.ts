import type { Alert } from '../model/alert.ts';
import { objectName } from '../model/check-event.ts';
import type { Why } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../model/records.ts';
import { type Correlation, inWords } from '../routing/correlate.ts';
import type { Route } from '../routing/route-alert.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { followPriority, suggestToReports } from './desk/children.ts';
import { watchForRepeats } from './desk/problem.ts';
import { reopen } from './resolve-reopen.ts';
import { becomesCause, causeOf, raised, stormTitleOf, titleOf, withTitle } from './status-changes.ts';

type Opening = Readonly<{
  alert: Alert;
  route: Route;
  why: Why;
  correlation: Extract<Correlation, { kind: 'own' | 'storm_opens' }>;
}>;

/** A new incident with its ticket, for one object or for a storm that begins with it. */
export function openIncident(draft: DecisionDraft, { alert, route, why, correlation }: Opening): Incident {
  const { now, policy, context } = draft;
  const isStorm = correlation.kind === 'storm_opens';
  const id = context.newId();
  draft.putIncident({
    id,
    number: context.nextNumber(),
    version: 1,
    status: 'new',
    type: route.type,
    title: isStorm ? stormTitleOf(alert) : titleOf(alert),
    origin: 'alert',
    cause: { host: alert.host, check: alert.check },
    childCount: 0,
    openChildCount: 0,
    desk: { statusTurn: 0 },
    proofs: [],
    impact: route.impact,
    urgency: route.urgency,
    priority: route.priority,
    priorityRule: route.rule,
    priorityWhy: route.why,
    badAlertCount: 0,
    alertCount: 0,
    memberCount: 0,
    undigestedCount: 0,
    startedAt: alert.stateSince,
    openedAt: now,
    reopenCount: 0,
    lastJoinedAt: now,
    policyVersion: policy.hash,
    ...(route.serviceId === undefined ? {} : { serviceId: route.serviceId }),
    ...(route.customerId === undefined ? {} : { customerId: route.customerId }),
    ...(alert.hostGroup === undefined ? {} : { hostGroup: alert.hostGroup }),
    ...(route.team === undefined ? {} : { assignmentGroup: route.team }),
    ...(isStorm ? { stormKey: correlation.stormKey } : {}),
    ...(correlation.kind === 'own' && correlation.previousNumber !== undefined
      ? { previousNumber: correlation.previousNumber }
      : {}),
  });
  draft.putAlert({ ...alert, incidentId: id, joinedAt: now });
  const incident = draft.incidentOf(id);
  draft.tell(id, 'opened', { rule: why.rule, sentence: `${why.sentence} ${route.why}` });
  draft.acknowledge(incident, alert);
  if (!isStorm) watchForRepeats(draft, id);
  if (!isStorm) suggestToReports(draft, id);
  return incident;
}

/** What people reported keeps the title that they gave it. */
const titleBy = (alert: Alert, { origin }: Incident): { title?: string } =>
  origin === 'alert' ? { title: titleOf(alert) } : {};

type Joining = Readonly<{
  alert: Alert;
  route: Route;
  incident: Incident;
  why: Why;
  kind: 'absorbed' | 'takes_over' | 'joins_report' | 'grouped' | 'storm_joins';
}>;

/**
 * One more alert of an incident. The ticket is not told of each, but of all together when the digest is due, so that
 * thousands cost as little as one.
 */
export function joinIncident(draft: DecisionDraft, { alert, route, incident, why, kind }: Joining): void {
  const { now, policy } = draft;
  draft.putAlert({ ...alert, incidentId: incident.id, joinedAt: now });
  const { incident: higher, isRaised } = raised(draft.incidentOf(incident.id), route);
  const customerId = incident.customerId ?? route.customerId;
  const joined = draft.putIncident({
    ...higher,
    lastJoinedAt: now,
    undigestedCount: incident.undigestedCount + 1,
    startedAt: new Date(Math.min(alert.stateSince.getTime(), incident.startedAt.getTime())),
    ...(customerId === undefined ? {} : { customerId }),
    ...(kind === 'takes_over' || incident.cause === undefined || becomesCause(alert, incident, higher)
      ? { cause: { host: alert.host, check: alert.check }, ...titleBy(alert, incident) }
      : {}),
  });
  if (incident.undigestedCount === 0) {
    const dueAt = new Date(now.getTime() + policy.alerts.digest_every);
    const wait = inWords(policy.alerts.digest_every);
    draft.setTimer(
      joined.id,
      'digest',
      dueAt,
      `Alerts that join within ${wait} are told to the ticket together.`,
    );
  }
  if (joined.memberCount <= MEMBERS_LISTED_MAX) draft.tell(joined.id, 'joined', why);
  if (isRaised) {
    const sentence = `${objectName(alert)} raised ${incidentReference(joined)} to priority ${joined.priority}: ${joined.priorityWhy}`;
    draft.tell(joined.id, 'worsened', { rule: 'joined_with_higher_priority', sentence });
    followPriority(draft, joined.id);
  }
  if (joined.status === 'resolved') {
    const sentence = `${objectName(alert)} joined before ${incidentReference(joined)} was proven healthy, so it is reopened.`;
    const titled = withTitle(joined, causeOf(draft, joined));
    reopen(draft, titled, alert, { rule: 'joined_while_resolved', sentence });
  }
  if (kind !== 'storm_joins') draft.acknowledge(draft.incidentOf(joined.id), alert);
}
