import type { Alert } from '../model/alert.ts';
import { type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { ChildLink } from '../model/child-link.ts';
import type { DeskAgent } from '../model/desk-agent.ts';
import type { Incident } from '../model/incident.ts';
import type { IncidentLink, Records } from '../model/records.ts';

/** A number that was counted in the database: all objects within the link that have been bad since `since` or later. */
export type NewlyBadCount = Readonly<{ link: IncidentLink | 'any'; since: Date; count: number }>;

/**
 * Rows as `lookupsFor` asked for them.
 *
 * Shape: `alerts` are the objects asked for, and of every incident in `incidents` its cause and its newest members (up to
 *        MEMBERS_LISTED_MAX); `incidents` are those that any of these alerts refers to, those asked for by id, and all
 *        open ones that match a link asked for. More rows than that do no harm.
 */
export type LoadedRows = Readonly<{
  alerts: readonly Alert[];
  incidents: readonly Incident[];
  newlyBad: readonly NewlyBadCount[];
  /** How many incidents of priority Urgent were opened since the instant asked for. */
  urgentOpened: number;
  /** What only decisions about tickets look at; absent: nothing. */
  desk?: DeskRows;
}>;

export type DeskRows = Readonly<{
  tickets: readonly Readonly<{ incidentId: string; freshdeskId: number }>[];
  ownTags: readonly string[];
  links: readonly ChildLink[];
  candidates: readonly Incident[];
  agents: readonly DeskAgent[];
  alike: readonly Readonly<{ incidentId: string; count: number }>[];
  unsentReplies: readonly Readonly<{ incidentId: string; intent: string }>[];
}>;

const NO_DESK: DeskRows = {
  tickets: [],
  ownTags: [],
  links: [],
  candidates: [],
  agents: [],
  alike: [],
  unsentReplies: [],
};

export const linkText = (link: IncidentLink | 'any'): string =>
  link === 'any' ? link : JSON.stringify(link);
const countKey = (link: IncidentLink | 'any', since: Date): string => `${since.getTime()} ${linkText(link)}`;

/** Whether this alert counts as newly bad for the query. */
export const isNewlyBad = (
  alert: Alert | undefined,
  { link, since }: Readonly<{ link: IncidentLink | 'any'; since: Date }>,
): boolean => alert?.badSince !== undefined && alert.badSince >= since && isLinked(alert, link);

/** The links by which an alert is counted. */
export const linksOf = ({ host, serviceId, hostGroup }: Alert): readonly (IncidentLink | 'any')[] => [
  'any',
  { host },
  ...(serviceId === undefined ? [] : [{ serviceId }]),
  ...(hostGroup === undefined ? [] : [{ hostGroup }]),
];

function isLinked(alert: Alert, link: IncidentLink | 'any'): boolean {
  if (link === 'any') return true;
  if ('host' in link) return alert.host === link.host;
  if ('serviceId' in link) return alert.serviceId === link.serviceId;
  return 'hostGroup' in link && alert.hostGroup === link.hostGroup;
}

const isReported = ({ origin, type, parentId }: Incident): boolean =>
  origin === 'ticket' && type === 'Incident' && parentId === undefined;

/** Whether an open incident matches a link. */
export function matchesLink(incident: Incident, link: IncidentLink): boolean {
  if (incident.status === 'closed') return false;
  if ('host' in link) return incident.cause?.host === link.host;
  if ('serviceId' in link) return incident.serviceId === link.serviceId;
  if ('hostGroup' in link) return incident.hostGroup === link.hostGroup;
  if ('reportedServiceId' in link)
    return isReported(incident) && incident.serviceId === link.reportedServiceId;
  return incident.stormKey === link.stormKey;
}

export const oldestFirst = (incidents: Iterable<Incident>): Incident[] =>
  [...incidents].sort((a, b) => a.openedAt.getTime() - b.openedAt.getTime() || a.number - b.number);

export const newestMembersFirst = (alerts: Iterable<Alert>): Alert[] =>
  [...alerts].sort((a, b) => (b.joinedAt?.getTime() ?? 0) - (a.joinedAt?.getTime() ?? 0));

export const isLinkOf = ({ parentId, childId }: ChildLink, incidentId: string): boolean =>
  parentId === incidentId || childId === incidentId;

/** Whether a new ticket may be a report of it. */
export const isCandidate = ({ status, type, parentId }: Incident): boolean =>
  status !== 'closed' && type === 'Incident' && parentId === undefined;

/** Records over rows in memory. Asking for a count that was not loaded is our mistake and throws. */
export function loadedRecords(rows: LoadedRows): Records {
  const alerts = new Map(rows.alerts.map((alert) => [objectKeyText(alert), alert]));
  const incidents = new Map(rows.incidents.map((incident) => [incident.id, incident]));
  const counts = new Map(rows.newlyBad.map(({ link, since, count }) => [countKey(link, since), count]));
  const desk = rows.desk ?? NO_DESK;
  const ticketOf = new Map(desk.tickets.map(({ incidentId, freshdeskId }) => [incidentId, freshdeskId]));
  const incidentOfTicket = new Map(
    desk.tickets.map(({ incidentId, freshdeskId }) => [freshdeskId, incidentId]),
  );
  for (const candidate of desk.candidates)
    if (!incidents.has(candidate.id)) incidents.set(candidate.id, candidate);
  const members = Map.groupBy(alerts.values(), ({ incidentId }) => incidentId);
  const alert = (key: ObjectKey) => alerts.get(objectKeyText(key));
  return {
    alert,
    incident: (id) => incidents.get(id),
    openIncidents: (link) =>
      oldestFirst([...incidents.values()].filter((incident) => matchesLink(incident, link))),
    members: (incidentId) => newestMembersFirst(members.get(incidentId) ?? []),
    newlyBad: ({ link, since, atMost, except }) => {
      const count = counts.get(countKey(link, since));
      if (count === undefined) {
        throw new Error(
          `Newly bad alerts of ${linkText(link)} were not counted; lookupsFor must ask for them`,
        );
      }
      return Math.min(atMost, count - (isNewlyBad(alert(except), { link, since }) ? 1 : 0));
    },
    incidentOfTicket: (ticketId) => incidents.get(incidentOfTicket.get(ticketId) ?? ''),
    ticketOf: (incidentId) => ticketOf.get(incidentId),
    isOwnTag: (tag) => desk.ownTags.includes(tag),
    links: (incidentId) => desk.links.filter((link) => isLinkOf(link, incidentId)),
    candidates: () => desk.candidates,
    agents: () => desk.agents,
    unsentReplies: (incidentId) =>
      desk.unsentReplies.flatMap((one) => (one.incidentId === incidentId ? one.intent : [])),
    alike: ({ incident }) => {
      const count = desk.alike.find(({ incidentId }) => incidentId === incident.id)?.count;
      if (count === undefined) throw new Error(`Incidents like ${incident.id} were not counted`);
      return count;
    },
    urgentOpened: ({ atMost }) => Math.min(atMost, rows.urgentOpened),
  };
}
