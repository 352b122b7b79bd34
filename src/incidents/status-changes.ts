import type { Alert } from '../model/alert.ts';
import { isHealthy, type ObjectKey, objectName } from '../model/check-event.ts';
import type { Incident } from '../model/incident.ts';
import { higherLevel, higherPriority } from '../model/priority.ts';
import type { Route } from '../routing/route-alert.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { isPeoples } from './desk/people-set.ts';

/**
 * Raises impact, urgency and priority to the route's where they are lower; only people lower them, and a priority that
 * they set stays. The rule and its sentence follow the alert that set the priority. Returns the incident and whether anything was raised.
 */
export function raised(incident: Incident, route: Route): { incident: Incident; isRaised: boolean } {
  const impact = higherLevel(incident.impact, route.impact);
  const urgency = higherLevel(incident.urgency, route.urgency);
  const priority = isPeoples(incident, 'priority')
    ? incident.priority
    : higherPriority(incident.priority, route.priority);
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

/**
 * `web01 HTTP is CRITICAL and 3 more`: the state of the cause, as it was last bad, and how many others belong to it. What
 * people reported keeps the title that they gave it.
 */
export function withTitle(incident: Incident, cause: Alert | undefined): Incident {
  if (isAboutStorm(incident) || incident.origin !== 'alert') return incident;
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
