import { type CheckState, isHealthy, objectName } from '../model/check-event.ts';
import type { Impact, Priority, Urgency } from '../model/priority.ts';
import { type MatchedObject, matchesObject } from '../policy/match-object.ts';
import type { Policy, PolicyRules } from '../policy/schema.ts';

type Service = PolicyRules['services'][string];
type PriorityRule = PolicyRules['priority']['rules'][number];

/** What routing looks at: one object and its state. */
export type RoutedAlert = MatchedObject & Readonly<{ state: CheckState }>;

/**
 * Where an alert belongs by policy alone, whatever else is going on.
 *
 * Absent: `serviceId` when no service matches; `customerId` when the service has none (the first one counts);
 *         `team` and `groupId` when the policy names nobody, or no Freshdesk group for the team.
 */
export type Route = Readonly<{
  type: 'Incident';
  serviceId?: string;
  customerId?: string;
  impact: Impact;
  urgency: Urgency;
  priority: Priority;
  /** The priority rule that won, or `priority_matrix`. */
  rule: string;
  /** One sentence that names service, criticality, state and rule. */
  why: string;
  team?: string;
  /** Freshdesk group id of the team. */
  groupId?: number;
}>;

/** First service in file order with an entry that matches. */
export function findService(
  object: MatchedObject,
  policy: Policy,
): { id: string; service: Service } | undefined {
  for (const [id, service] of Object.entries(policy.services)) {
    if (service.match.some((match) => matchesObject(match, object))) return { id, service };
  }
  return undefined;
}

/** Pure: service, customer, impact × urgency → priority and assignment of one alert. */
export function routeAlert(alert: RoutedAlert, policy: Policy): Route {
  const found = findService(alert, policy);
  const customers = found?.service.customers ?? [];
  const rule = policy.priority.rules.find((candidate) =>
    ruleMatches(candidate, { alert, serviceId: found?.id, customers, policy }),
  );
  const impact = rule?.impact ?? found?.service.criticality ?? policy.defaults.impact;
  const urgency = rule?.urgency ?? urgencyOf(alert.state, policy);
  const priority = policy.priority.matrix[impact][urgency];
  const team = found?.service.owner ?? policy.defaults.team;
  const groupId = team === undefined ? undefined : policy.teams[team]?.freshdesk_group_id;
  const customerId = customers[0];
  return {
    type: 'Incident',
    impact,
    urgency,
    priority,
    rule: rule?.name ?? 'priority_matrix',
    why: whySentence({ alert, service: found?.service, rule, impact, urgency, priority }),
    ...(found === undefined ? {} : { serviceId: found.id }),
    ...(customerId === undefined ? {} : { customerId }),
    ...(team === undefined ? {} : { team }),
    ...(groupId === undefined ? {} : { groupId }),
  };
}

/** A healthy state hurts nobody; it is asked about only by `explain` and when an object is first seen. */
const urgencyOf = (state: CheckState, policy: Policy): Urgency =>
  isHealthy(state) ? 'low' : policy.priority.urgency[state as keyof Policy['priority']['urgency']];

type RuleQuestion = Readonly<{
  alert: RoutedAlert;
  serviceId: string | undefined;
  customers: readonly string[];
  policy: Policy;
}>;

function ruleMatches({ when }: PriorityRule, { alert, serviceId, customers, policy }: RuleQuestion): boolean {
  const isVip = customers.some((customer) => policy.customers[customer]?.vip === true);
  return (
    matchesObject(when, alert) &&
    (when.state === undefined || when.state.includes(alert.state)) &&
    (when.service === undefined || (serviceId !== undefined && when.service.includes(serviceId))) &&
    (when.customer === undefined || when.customer.some((customer) => customers.includes(customer))) &&
    (when.vip === undefined || when.vip === isVip)
  );
}

type WhyParts = Readonly<{
  alert: RoutedAlert;
  service: Service | undefined;
  rule: PriorityRule | undefined;
  impact: Impact;
  urgency: Urgency;
  priority: Priority;
}>;

function whySentence({ alert, service, rule, impact, urgency, priority }: WhyParts): string {
  const belongs = service
    ? `belongs to ${service.name}, whose criticality is ${service.criticality}`
    : 'belongs to no service in the policy';
  const by = rule ? `rule “${rule.name}”` : 'the priority matrix';
  return (
    `${objectName(alert)} ${belongs}, and is ${alert.state}: ` +
    `${by} makes impact ${impact} and urgency ${urgency}, so priority ${priority}.`
  );
}
