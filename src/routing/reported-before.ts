import { type ObjectKey, objectName } from '../model/check-event.ts';
import { type Incident, isActive } from '../model/incident.ts';
import type { Records } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { isOneCustomer } from './incident-customer.ts';
import { matchIncidents, type Report } from './match-incident.ts';
import type { Route } from './route-alert.ts';

/** Units: `stateSince` is by Opsview's clock. */
export type NewAlert = ObjectKey & Readonly<{ state: string; stateSince: Date }>;

/** Alerts join incidents only, and the main one of those that are linked. */
export const mayAlertJoin = ({ type, parentId, desk }: Incident): boolean =>
  type === 'Incident' && parentId === undefined && desk.isTypeGuess !== true && desk.goneWhy === undefined;

/** What an issue's ticket says, for finding the incident that it reports. */
export const reportOf = (issue: Incident): Report => {
  const { desk, title, serviceId, customerId, category, startedAt } = issue;
  return {
    subject: desk.subject ?? title,
    text: desk.text ?? '',
    startedAt,
    ...(serviceId === undefined ? {} : { serviceId }),
    ...(customerId === undefined ? {} : { customerId }),
    ...(category === undefined ? {} : { category }),
  };
};

/**
 * The incident that people reported before its alert: one about the alert's service whose ticket would have been linked
 * to the alert's incident, had that been there first. The best of several.
 */
export function reportedBefore({
  object,
  route,
  records,
  policy,
}: Readonly<{ object: NewAlert; route: Route; records: Records; policy: Policy }>):
  | Readonly<{ incident: Incident; reasons: readonly string[] }>
  | undefined {
  const { serviceId, customerId } = route;
  if (serviceId === undefined || !policy.tickets.handle) return undefined;
  const found = records
    .openIncidents({ reportedServiceId: serviceId })
    .filter((one) => isActive(one) && mayAlertJoin(one) && isOneCustomer(one, customerId))
    .flatMap((incident) => {
      const [match] = matchIncidents(reportOf(incident), [alertsOwn(incident, object, route)], policy);
      return match && match.score >= policy.tickets.match.link_at ? [{ incident, match }] : [];
    })
    .toSorted((a, b) => b.match.score - a.match.score);
  const [best] = found;
  return best && { incident: best.incident, reasons: best.match.reasons };
}

/** The incident that the alert would open, as matching looks at one. */
function alertsOwn(reported: Incident, object: NewAlert, { serviceId, customerId }: Route): Incident {
  const { category: _category, customerId: _customer, ...rest } = reported;
  return {
    ...rest,
    status: 'new',
    origin: 'alert',
    title: `${objectName(object)} is ${object.state}`,
    cause: { host: object.host, check: object.check },
    desk: { statusTurn: 0 },
    childCount: 0,
    startedAt: object.stateSince,
    lastJoinedAt: object.stateSince,
    ...(serviceId === undefined ? {} : { serviceId }),
    ...(customerId === undefined ? {} : { customerId }),
  };
}
