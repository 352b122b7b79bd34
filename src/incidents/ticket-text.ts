import type { Alert } from '../model/alert.ts';
import { objectName } from '../model/check-event.ts';
import { type Incident, incidentReference } from '../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../model/records.ts';
import { type TicketFields, type TicketWish, wantedTicketStatus } from '../model/ticket.ts';
import {
  type ListedAlert,
  type NoteValues,
  renderTemplate,
  type TemplateName,
} from '../policy/render-template.ts';
import type { Policy } from '../policy/schema.ts';
import type { DecisionContext } from './decision-context.ts';
import { instantText } from './instant-text.ts';
import { shownFields } from './shown-fields.ts';

export const WATCHDESK_TAG = 'watchdesk';

/** By this tag a ticket is found again after a create whose answer was lost: `wd-` and 20 hex digits of the id. */
export const ticketTag = ({ id }: Pick<Incident, 'id'>): string =>
  `wd-${id.replaceAll('-', '').slice(0, 20)}`;

type Texts = Readonly<{
  incident: Incident;
  policy: Policy;
  links: DecisionContext['links'];
  deskFields: DecisionContext['deskFields'];
}>;

function descriptionValues({ incident, policy, links }: Texts, cause: Alert | undefined) {
  const { serviceId, customerId, previousNumber } = incident;
  return {
    ...objectValues(cause ?? unknownCause(incident)),
    reference: incidentReference(incident),
    title: incident.title,
    impact: incident.impact,
    urgency: incident.urgency,
    priority: incident.priority,
    rule: incident.priorityRule,
    why: incident.priorityWhy,
    serviceName: serviceId === undefined ? undefined : policy.services[serviceId]?.name,
    customerName: customerId === undefined ? undefined : policy.customers[customerId]?.name,
    previousReference:
      previousNumber === undefined ? undefined : incidentReference({ number: previousNumber }),
    opsviewUrl: incident.cause && links.opsviewUrl(incident.cause),
    watchdeskUrl: links.watchdeskUrl(incident),
  };
}

type ObjectFacts = Pick<Alert, 'host' | 'check' | 'state' | 'stateSince' | 'output' | 'longOutput'> &
  Pick<Alert, 'hostAlias' | 'hostAddress' | 'hostGroup'>;

const NO_OBJECT = { host: '', check: '' };

/** For an incident whose alert row is not at hand: its name is all there is to say. */
const unknownCause = ({ cause = NO_OBJECT, startedAt }: Incident): ObjectFacts => ({
  ...cause,
  state: 'UNKNOWN',
  stateSince: startedAt,
  output: '',
  longOutput: '',
});

function objectValues(alert: ObjectFacts) {
  return {
    objectName: objectName(alert),
    host: alert.host,
    check: alert.check,
    state: alert.state,
    since: instantText(alert.stateSince),
    output: alert.output,
    longOutput: alert.longOutput,
    hostAlias: alert.hostAlias,
    hostAddress: alert.hostAddress,
    hostGroup: alert.hostGroup,
  };
}

/**
 * Fields of the ticket as they should be. `cause` is the alert that the incident is about. What people wrote in
 * a ticket of their own, its subject, is not wished for: the empty text means "as it is".
 */
export function ticketFields(texts: Texts, cause: Alert | undefined): TicketFields {
  const { incident, policy } = texts;
  const { desk } = incident;
  const team = incident.assignmentGroup;
  const groupId = team === undefined ? undefined : policy.teams[team]?.freshdesk_group_id;
  const custom = shownFields({ ...texts, cause });
  return {
    subject: incident.origin === 'ticket' ? '' : subjectOf(texts, cause),
    status: desk.asserted ?? wantedTicketStatus(incident.status),
    priority: incident.priority,
    type: desk.isTypeGuess ? undefined : incident.type,
    tags: [WATCHDESK_TAG, ticketTag(incident)],
    ...(groupId === undefined ? {} : { groupId }),
    ...(desk.assignedAgentId === undefined ? {} : { responderId: desk.assignedAgentId }),
    ...(Object.keys(custom).length === 0 ? {} : { custom }),
  };
}

const subjectOf = (texts: Texts, cause: Alert | undefined): string =>
  renderTemplate(texts.policy, 'subject', descriptionValues(texts, cause));

type WishFor = Readonly<{
  /** Only then is the description rendered; later it stays as it is. */
  isFirst: boolean;
  isSetBack: boolean;
}>;

export function ticketWish(
  texts: Texts,
  cause: Alert | undefined,
  { isFirst, isSetBack }: WishFor,
): TicketWish {
  const { incident, policy } = texts;
  const { desk } = incident;
  return {
    incidentId: incident.id,
    fields: ticketFields(texts, cause),
    descriptionHtml: isFirst ? descriptionHtml(texts, cause) : '',
    requesterEmail: requesterOf(incident, policy),
    statusTurn: desk.statusTurn,
    isSetBack,
    round: incident.reopenCount,
    rules: {
      priority: incident.priorityRule,
      ...(desk.typeRule === undefined ? {} : { type: desk.typeRule }),
      ...(desk.assignmentRule === undefined
        ? {}
        : { groupId: desk.assignmentRule, responderId: desk.assignmentRule }),
    },
  };
}

/** Freshdesk writes to the requester, and what Watchdesk opened itself, a Problem, is for our own people. */
function requesterOf({ origin, customerId }: Incident, policy: Policy): string {
  const customer = customerId === undefined ? undefined : policy.customers[customerId];
  const ours = policy.defaults.requester_email;
  return origin === 'watchdesk' ? ours : (customer?.requester_email ?? ours);
}

/** An issue that Watchdesk opened itself tells what it is for; any other, what monitoring said. */
const descriptionHtml = (texts: Texts, cause: Alert | undefined): string =>
  texts.incident.origin === 'watchdesk'
    ? noteHtml(texts, 'note_information', { sentence: texts.incident.desk.text ?? texts.incident.title })
    : renderTemplate(texts.policy, 'description', descriptionValues(texts, cause));

type NoteName = Exclude<TemplateName, 'subject' | 'description'>;

/** What a note tells: one sentence, more of them as a list, and either the object it is about or a list of alerts. */
export type NoteContent = Readonly<{
  sentence: string;
  details?: readonly string[];
  alert?: Alert;
  /** At most MEMBERS_LISTED_MAX are named; `totalCount` says how many there are in all. */
  list?: readonly Alert[];
  totalCount?: number;
  withPriority?: boolean;
  output?: string;
}>;

/** HTML of a private note. */
export function noteHtml(texts: Texts, name: NoteName, content: NoteContent): string {
  const { incident, policy, links } = texts;
  const named = content.list?.slice(0, MEMBERS_LISTED_MAX).map(listed);
  const values: NoteValues = {
    reference: incidentReference(incident),
    title: incident.title,
    sentence: content.sentence,
    watchdeskUrl: links.watchdeskUrl(incident),
    ...(content.alert ? objectValues(content.alert) : {}),
    ...(content.details ? { details: content.details.map((text) => ({ text })) } : {}),
    ...(content.output === undefined ? {} : { output: content.output }),
    ...(content.withPriority ? priorityValues(incident) : {}),
    ...(named ? { alertList: named } : {}),
    moreAlerts: Math.max(0, (content.totalCount ?? 0) - (named?.length ?? 0)),
  };
  return renderTemplate(policy, name, values);
}

const listed = (alert: Alert): ListedAlert => ({
  name: objectName(alert),
  state: alert.state,
  since: instantText(alert.stateSince),
  output: alert.output,
});

const priorityValues = (incident: Incident) => ({
  priority: incident.priority,
  rule: incident.priorityRule,
  why: incident.priorityWhy,
});
