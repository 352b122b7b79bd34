import { isHealthy, objectName } from '../model/check-event.ts';
import type { Why } from '../model/decision.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import type { IncidentLink, Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { inWords } from './in-words.ts';
import { isOneCustomer } from './incident-customer.ts';
import { mayAlertJoin, type NewAlert, reportedBefore } from './reported-before.ts';
import type { Route } from './route-alert.ts';

export { inWords } from './in-words.ts';

type Grouping = Policy['alerts']['group'][number];

/** Where a newly bad object belongs. `takes_over`: its host went down, so the incident is about the host from now on. */
export type Correlation = Readonly<{ why: Why }> &
  (
    | Readonly<{ kind: 'stays' | 'reopen' | 'absorbed' | 'takes_over' | 'grouped'; incidentId: string }>
    | Readonly<{ kind: 'joins_report' | 'storm_joins'; incidentId: string }>
    | Readonly<{ kind: 'storm_opens'; stormKey: string }>
    | Readonly<{ kind: 'own'; previousNumber?: number }>
  );

export type Newcomer = Readonly<{
  object: NewAlert & Readonly<{ hostGroup?: string | undefined; incidentId?: string | undefined }>;
  route: Route;
  records: Records;
  policy: Policy;
  now: Date;
}>;

export const stormKeyOf = (customerId: string | undefined): string => `storm:${customerId ?? 'none'}`;

/**
 * Decides which incident a bad object belongs to; the first of these that applies: the one it is in, the one it was in
 * until recently, its host's, that of its own service checks, one that people reported first, a grouping rule, a storm, one
 * of its own.
 *
 * What a storm collects reopens nothing: one big failure would else reopen every incident that was closed lately, with
 * an update, a note and an acknowledgement each.
 */
export function correlate(newcomer: Newcomer): Correlation {
  const last = lastIncident(newcomer);
  const staying = stays(newcomer, last);
  if (staying) return staying;
  const collected = storm(newcomer);
  return (
    (collected ? undefined : reopens(newcomer, last)) ??
    absorbedByHost(newcomer) ??
    takesOver(newcomer) ??
    (collected ? undefined : joinsReport(newcomer)) ??
    grouped(newcomer) ??
    collected ??
    own(newcomer, last)
  );
}

const lastIncident = ({ object, records }: Newcomer): Incident | undefined =>
  object.incidentId === undefined ? undefined : records.incident(object.incidentId);

const isWithin = (instant: Date | undefined, withinMs: number, now: Date): boolean =>
  instant !== undefined && now.getTime() - instant.getTime() <= withinMs;

function stays({ object }: Newcomer, last: Incident | undefined): Correlation | undefined {
  if (last === undefined || last.status === 'closed') return undefined;
  const sentence = `${objectName(object)} already belongs to ${incidentReference(last)}, which is not closed.`;
  return { kind: 'stays', incidentId: last.id, why: { rule: 'already_open', sentence } };
}

function reopens({ object, policy, now }: Newcomer, last: Incident | undefined): Correlation | undefined {
  if (last === undefined || !isWithin(last.closedAt, policy.alerts.reopen_within, now)) return undefined;
  const sentence =
    `${objectName(object)} is bad again within ${inWords(policy.alerts.reopen_within)} of the close of ` +
    `${incidentReference(last)}, so that incident is reopened.`;
  return { kind: 'reopen', incidentId: last.id, why: { rule: 'reopen_within', sentence } };
}

function absorbedByHost({ object, route, records, policy }: Newcomer): Correlation | undefined {
  if (object.check === '' || !policy.alerts.host_down_absorbs_services) return undefined;
  const host = records.alert({ host: object.host, check: '' });
  if (host === undefined || isHealthy(host.state) || host.incidentId === undefined) return undefined;
  const incident = records.incident(host.incidentId);
  if (incident === undefined || incident.status === 'closed' || !isOneCustomer(incident, route.customerId)) {
    return undefined;
  }
  const sentence =
    `${objectName(object)} runs on host ${object.host}, which is ${host.state}, ` +
    `so it belongs to ${incidentReference(incident)}.`;
  return { kind: 'absorbed', incidentId: incident.id, why: { rule: 'host_down_absorbs_services', sentence } };
}

function takesOver(newcomer: Newcomer): Correlation | undefined {
  const { object, policy } = newcomer;
  const rule = policy.alerts.group.find(({ by }) => by === 'host');
  if (object.check !== '' || rule === undefined) return undefined;
  const incident = groupTargets(newcomer, { host: object.host }, rule).find(
    ({ cause }) => cause?.host === object.host && cause.check !== '',
  );
  if (incident === undefined) return undefined;
  const sentence =
    `${objectName(object)} is down and explains its service checks in ${incidentReference(incident)}, ` +
    `so it joins and becomes its cause.`;
  return { kind: 'takes_over', incidentId: incident.id, why: { rule: 'host_takes_over', sentence } };
}

/** People reported it before monitoring saw it: the first report leads, so that there is one ticket for one problem. */
function joinsReport({ object, route, records, policy }: Newcomer): Correlation | undefined {
  const match = reportedBefore({ object, route, records, policy });
  if (match === undefined) return undefined;
  const { incident, reasons } = match;
  const sentence = `People reported this before monitoring saw it (${reasons.join('; ')}): ${objectName(object)} joins ${incidentReference(incident)}.`;
  return { kind: 'joins_report', incidentId: incident.id, why: { rule: 'reported_first', sentence } };
}

/** Open incidents that this rule may add to: one customer, an alert joined recently, and not a storm's collection. */
const groupTargets = (newcomer: Newcomer, link: IncidentLink, rule: Grouping): readonly Incident[] =>
  newcomer.records
    .openIncidents(link)
    .filter(
      (incident) =>
        incident.stormKey === undefined &&
        incident.cause !== undefined &&
        mayAlertJoin(incident) &&
        isOneCustomer(incident, newcomer.route.customerId) &&
        isWithin(incident.lastJoinedAt, rule.within, newcomer.now),
    );

function grouped(newcomer: Newcomer): Correlation | undefined {
  const { object, records, policy, now } = newcomer;
  for (const rule of policy.alerts.group) {
    const link = groupLink({ ...object, serviceId: newcomer.route.serviceId }, rule.by);
    const target = link && groupTargets(newcomer, link, rule)[0];
    if (link === undefined || target === undefined) continue;
    const others = records.newlyBad({
      link,
      since: new Date(now.getTime() - rule.within),
      atMost: rule.at_least,
      except: object,
    });
    if (others + 1 < rule.at_least) continue;
    const sentence =
      `At least ${rule.at_least} alerts of ${linkName(link)} within ${inWords(rule.within)}: ` +
      `${objectName(object)} joins ${incidentReference(target)}.`;
    return { kind: 'grouped', incidentId: target.id, why: { rule: `group_by_${rule.by}`, sentence } };
  }
  return undefined;
}

/** The link that a grouping rule looks at; undefined when the object has none of that kind. */
export function groupLink(
  {
    host,
    hostGroup,
    serviceId,
  }: Readonly<{
    host: string;
    hostGroup?: string | undefined;
    serviceId?: string | undefined;
  }>,
  by: Grouping['by'],
): IncidentLink | undefined {
  if (by === 'host') return { host };
  if (by === 'service') return serviceId === undefined ? undefined : { serviceId };
  return hostGroup === undefined ? undefined : { hostGroup };
}

function linkName(link: IncidentLink): string {
  if ('host' in link) return `host ${link.host}`;
  if ('serviceId' in link) return `service ${link.serviceId}`;
  if ('hostGroup' in link) return `host group ${link.hostGroup}`;
  return 'stormKey' in link ? link.stormKey : `reports about ${link.reportedServiceId}`;
}

function storm({ object, route, records, policy, now }: Newcomer): Correlation | undefined {
  const { alerts, within, urgent_max } = policy.alerts.storm;
  const since = new Date(now.getTime() - within);
  if (records.newlyBad({ link: 'any', since, atMost: alerts, except: object }) + 1 <= alerts) {
    return undefined;
  }
  const isUrgent = route.priority === 'urgent';
  if (isUrgent && records.urgentOpened({ since, atMost: urgent_max }) < urgent_max) return undefined;
  const stormKey = stormKeyOf(route.customerId);
  const running = records.openIncidents({ stormKey })[0];
  const sentence =
    `More than ${alerts} objects went bad within ${inWords(within)}: ${objectName(object)} ` +
    (running ? `joins ${incidentReference(running)}, which collects them.` : 'opens one incident for all.');
  const why = { rule: 'storm', sentence };
  return running
    ? { kind: 'storm_joins', incidentId: running.id, why }
    : { kind: 'storm_opens', stormKey, why };
}

function own({ object }: Newcomer, last: Incident | undefined): Correlation {
  const before = last ? `, and ${incidentReference(last)} was closed too long ago to be reopened` : '';
  const sentence = `${objectName(object)} belongs to no open incident${before}, so it gets its own.`;
  return {
    kind: 'own',
    why: { rule: 'own_incident', sentence },
    ...(last ? { previousNumber: last.number } : {}),
  };
}
