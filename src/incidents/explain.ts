import { type CheckEvent, type CheckState, isHealthy, objectName } from '../model/check-event.ts';
import type { Decision } from '../model/decision.ts';
import { incidentReference } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { inWords } from '../routing/correlate.ts';
import { findService, routeAlert } from '../routing/route-alert.ts';
import { decideCheck } from './decide-check.ts';
import type { DecisionContext } from './decision-context.ts';
import { loadedRecords } from './loaded-records.ts';
import { lookupsFor } from './lookups.ts';

export type Question = Readonly<{
  host: string;
  /** Empty for the host itself. */
  check: string;
  state: CheckState;
  hostGroup?: string;
  hashtags: readonly string[];
}>;

/**
 * What would happen if Opsview notified this now and nothing else were wrong, as plain text for a terminal. It is the
 * same decision that a real notification gets, made on empty records, so it cannot differ from what would happen.
 */
export function explain(question: Question, policy: Policy, now: Date): string {
  const route = routeAlert(question, policy);
  const found = findService(question, policy);
  const customer = route.customerId === undefined ? undefined : policy.customers[route.customerId]?.name;
  const team = route.team === undefined ? undefined : policy.teams[route.team];
  const group = route.groupId === undefined ? '' : ` (Freshdesk group ${route.groupId})`;
  const lines = [
    `${objectName(question)} ${question.state}`,
    row('service', found ? `${found.service.name} (${found.id})` : 'none'),
    row('customer', customer ?? 'none'),
    row('assigned to', team ? `${team.name}${group}` : 'no team'),
  ];
  if (!isHealthy(question.state)) {
    lines.push(
      row('priority', `${route.priority} (impact ${route.impact}, urgency ${route.urgency})`),
      row('rule', route.rule),
      row('why', route.why),
    );
  }
  return [...lines, ...outcome(question, policy, now)].join('\n');
}

const row = (name: string, text: string): string => `  ${name.padEnd(12)} ${text}`;

/** The decision that a real notification would get, made on empty records. */
export function openedBy(question: Question, policy: Policy, now: Date): Decision {
  const event = eventOf(question, now);
  const { counts } = lookupsFor([event], policy, { now, known: () => undefined });
  const newlyBad = counts.map(({ link, since }) => ({ link, since, count: 0 }));
  const records = loadedRecords({ alerts: [], incidents: [], newlyBad, urgentOpened: 0 });
  return decideCheck(event, records, policy, contextOf(now));
}

function outcome(question: Question, policy: Policy, now: Date): string[] {
  const decision = openedBy(question, policy, now);
  const [incident] = decision.incidents;
  const [ticket] = decision.tickets;
  if (incident === undefined || ticket === undefined)
    return ['', `Nothing is opened: ${decision.why.sentence}`];
  const { subject, status, priority, type, groupId, tags } = ticket.fields;
  const acknowledges = decision.commands.some(({ kind }) => kind === 'acknowledge_alert');
  return [
    '',
    `A ticket would be opened, unless an incident is running that this belongs to (${incidentReference(incident)} stands for its number):`,
    row('requester', ticket.requesterEmail),
    row('subject', subject),
    row(
      'fields',
      `status ${status}, priority ${priority}, type ${type}, group ${groupId ?? 'none'}, tags ${tags[0]} and one of its own`,
    ),
    row('Opsview', acknowledges ? 'the problem is acknowledged with the ticket number' : 'is not told'),
    row('closes', `once Opsview has shown it healthy for ${inWords(policy.closing.soak[incident.priority])}`),
    '',
    ...plainText(ticket.descriptionHtml).map((line) => `  | ${line}`),
  ];
}

const eventOf = (question: Question, now: Date): CheckEvent => ({
  kind: 'check',
  happening: isHealthy(question.state) ? 'recovery' : 'problem',
  stateType: 'HARD',
  output: 'what the plugin says',
  longOutput: '',
  occurredAt: now,
  stateSince: now,
  ...question,
});

const contextOf = (now: Date): DecisionContext => ({
  now,
  newId: () => '00000000-0000-7000-8000-000000000000',
  nextNumber: () => 1,
  deskFields: new Set(),
  watchesTicketsSince: now,
  links: {
    watchdeskUrl: () => undefined,
    opsviewUrl: () => undefined,
    confirmUrl: () => '',
    linkUrl: () => '',
    acknowledgeUrl: () => '',
    stopUrl: () => '',
    ticketUrl: () => '',
    articleUrl: () => '',
  },
});

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** The description as lines for a terminal: one per block, cells side by side. */
const plainText = (html: string): string[] =>
  html
    .replace(/<\/td>\s*<td[^>]*>/gi, ': ')
    .replace(/<(br|\/p|\/tr|\/li|\/h\d|\/pre|\/table)[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
