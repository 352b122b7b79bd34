import type { Alert } from '../model/alert.ts';
import { isHealthy, type ObjectKey, objectName } from '../model/check-event.ts';
import type { Why } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import { higherLevel, higherPriority } from '../model/priority.ts';
import { inWords } from '../routing/correlate.ts';
import type { Route } from '../routing/route-alert.ts';
import type { DecisionDraft } from './decision-draft.ts';

/** How long everything must be healthy before this incident may close, ms. */
export const soakMsOf = (incident: Pick<Incident, 'priority'>, draft: DecisionDraft): number =>
  draft.policy.closing.soak[incident.priority];

/** The soak begins now, by our clock; that it held by Opsview's too is for the proof to say. */
export function startSoak(draft: DecisionDraft, incident: Incident): void {
  const soakMs = soakMsOf(incident, draft);
  const why = `${incidentReference(incident)} closes if Opsview then shows everything healthy for ${inWords(soakMs)}.`;
  draft.setTimer(incident.id, 'soak', new Date(draft.now.getTime() + soakMs), why);
}

/** The last bad member is healthy: restored, and to be proven. */
export function resolve(draft: DecisionDraft, incident: Incident, alert: Alert, why: Why): void {
  const resolved = draft.putIncident({ ...incident, status: 'resolved', resolvedAt: draft.now });
  startSoak(draft, resolved);
  draft.tell(resolved.id, 'resolved', why);
  draft.note(resolved.id, `recovered:${resolved.reopenCount}`, 'note_recovered', {
    sentence: why.sentence,
    alert,
  });
}

/** Back to work: to whoever had it, else as new. The old proof, if any, no longer holds. */
export function reopen(draft: DecisionDraft, incident: Incident, alert: Alert, why: Why): Incident {
  const { resolvedAt: _resolved, closedAt, acknowledgedAt, stormKey, ...rest } = incident;
  const hasOwner = incident.owner !== undefined;
  const reopened = draft.putIncident({
    ...rest,
    proofs: [],
    status: hasOwner ? 'acknowledged' : 'new',
    reopenCount: incident.reopenCount + 1,
    ...(hasOwner && acknowledgedAt ? { acknowledgedAt } : {}),
    // Once closed it collects no storm any more: the next one may have begun another incident already.
    ...(stormKey !== undefined && closedAt === undefined ? { stormKey } : {}),
  });
  draft.cancelTimer(reopened.id, 'soak');
  draft.tell(reopened.id, 'reopened', why);
  draft.note(reopened.id, `reopened:${reopened.reopenCount}`, 'note_reopened', {
    sentence: why.sentence,
    alert,
  });
  return reopened;
}

/**
 * Raises impact, urgency and priority to the route's where they are lower; only people lower them. The rule and its
 * sentence follow the alert that set the priority. Returns the incident and whether anything was raised.
 */
export function raised(incident: Incident, route: Route): { incident: Incident; isRaised: boolean } {
  const impact = higherLevel(incident.impact, route.impact);
  const urgency = higherLevel(incident.urgency, route.urgency);
  const priority = higherPriority(incident.priority, route.priority);
  const isRaised =
    impact !== incident.impact || urgency !== incident.urgency || priority !== incident.priority;
  const reason = priority === incident.priority ? {} : { priorityRule: route.rule, priorityWhy: route.why };
  return { incident: isRaised ? { ...incident, impact, urgency, priority, ...reason } : incident, isRaised };
}

/** `web01 HTTP is CRITICAL`: what people read first. */
export const titleOf = (alert: Pick<Alert, 'host' | 'check' | 'state'>): string =>
  `${objectName(alert)} is ${alert.state}`;

const STORM_TITLE = 'Alert storm, first ';

/** A storm is about nothing in particular; it keeps this title, also once it is closed and reopened. */
export const stormTitleOf = (first: Alert): string => `${STORM_TITLE}${titleOf(first)}`;

const isAboutStorm = ({ stormKey, title }: Incident): boolean =>
  stormKey !== undefined || title.startsWith(STORM_TITLE);

/** `web01 HTTP is CRITICAL and 3 more`: the state of the cause, as it was last bad, and how many others belong to it. */
export function withTitle(incident: Incident, cause: Alert | undefined): Incident {
  if (isAboutStorm(incident)) return incident;
  const about =
    cause === undefined || isHealthy(cause.state)
      ? incident.title.replace(/ and \d+ more$/, '')
      : titleOf(cause);
  const others = incident.memberCount - 1;
  const title = others > 0 ? `${about} and ${others} more` : about;
  return title === incident.title ? incident : { ...incident, title };
}

/**
 * Whether this alert is what the incident is about from now on: it made it more urgent, unless that is about a host
 * that is down, or about a storm.
 */
export const becomesCause = (alert: Alert, before: Incident, after: Pick<Incident, 'priority'>): boolean =>
  after.priority !== before.priority &&
  before.cause?.check !== '' &&
  !isAboutStorm(before) &&
  !isCause(alert, before);

/** The alert that the incident is about, if one is and it is at hand. */
export const causeOf = (draft: DecisionDraft, { cause }: Incident): Alert | undefined =>
  cause === undefined ? undefined : draft.alert(cause);

export const isCause = ({ host, check }: ObjectKey, { cause }: Pick<Incident, 'cause'>): boolean =>
  cause?.host === host && cause.check === check;
