import { closingNeeds, missingProofs } from '../incidents/closing-needs.ts';
import { agentName } from '../incidents/desk/desk-names.ts';
import { objectName } from '../model/check-event.ts';
import { DESK_FIELDS, type DeskField } from '../model/desk-field.ts';
import type { Incident } from '../model/incident.ts';
import { MEMBERS_LISTED_MAX } from '../model/records.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { Policy } from '../policy/schema.ts';
import * as desk from '../store/console-desk.ts';
import * as queries from '../store/console-queries.ts';
import type { Database } from '../store/database.ts';
import { listAgentNames } from '../store/desk-agents.ts';
import * as incidents from '../store/incidents.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import type { IncidentLine, IncidentPage, MessageLine } from './console-view.ts';
import type { Closing, DeskFacts, Family, NamedIssue } from './desk-view.ts';
import { escalationFacts } from './escalation-data.ts';
import { optional } from './optional.ts';

const TIMELINE_SHOWN_MAX = 200;
const MESSAGES_SHOWN_MAX = 50;
const CHILDREN_SHOWN_MAX = 100;
const SUGGESTED_SHOWN_MAX = 20;

type Parts = Readonly<{
  database: Pick<Database, 'prisma'>;
  policy: Policy;
  now: Date;
  toLine(row: queries.LineRow): IncidentLine;
}>;

/** One issue whole, in a fixed number of statements; undefined when there is none of this number. */
export async function readIncident(parts: Parts, number: number): Promise<IncidentPage | undefined> {
  const { database, policy } = parts;
  const { prisma } = database;
  const [incident, row] = await Promise.all([
    incidents.findByNumber(prisma, number),
    queries.lineOf(prisma, number),
  ]);
  if (!incident || !row) return undefined;
  const { id } = incident;
  const [alerts, entries, timelineCount, ticket, messages, timers, family, facts] = await Promise.all([
    queries.alertLines(prisma, id, MEMBERS_LISTED_MAX),
    timeline.list(prisma, id, { limit: TIMELINE_SHOWN_MAX }),
    queries.countTimeline(prisma, id),
    tickets.load(prisma, id),
    queries.messageLines(prisma, id, MESSAGES_SHOWN_MAX),
    queries.pendingTimers(prisma, id),
    readFamily(parts, incident),
    readFacts(parts, incident),
  ]);
  const line = parts.toLine(row);
  const { impact, urgency, priorityRule, priorityWhy, openedAt, policyVersion, memberCount } = incident;
  const names = ticket ? await namesIn(parts, [ticket.wanted, ticket.seen]) : {};
  const assignedWhy = entries.find(({ kind }) => kind === 'assigned')?.sentence;
  return {
    ...{ line, impact, urgency, priorityRule, priorityWhy, openedAt, policyVersion, memberCount },
    ...{ alerts, timeline: entries, timelineCount, timers, family },
    ...optional('assignmentGroup', groupName(policy, incident.assignmentGroup)),
    ...optional('acknowledgedAt', incident.acknowledgedAt),
    ...optional('resolvedAt', incident.resolvedAt),
    ...optional('previousNumber', incident.previousNumber),
    ...optional('cause', incident.cause && objectName(incident.cause)),
    ...(ticket && {
      ticket: {
        ...line.ticket,
        wanted: ticket.wanted,
        peopleOwn: ticket.peopleOwn,
        names,
        ...optional('seen', ticket.seen),
        ...optional('seenAt', ticket.seenAt),
      },
    }),
    closing: closingOf(incident, policy),
    escalation: escalationFacts(incident, policy, parts.now),
    desk: facts.assigned
      ? { ...facts, assigned: { ...facts.assigned, ...optional('why', assignedWhy) } }
      : facts,
    messages: messages.map(toMessage),
    messageCount: messages[0]?.sequence ?? 0,
  };
}

export const groupName = (policy: Policy, id: string | undefined): string | undefined =>
  id === undefined ? undefined : (policy.teams[id]?.name ?? id);

function toMessage(row: Awaited<ReturnType<typeof queries.messageLines>>[number]): MessageLine {
  const { startedAt, deadAt, ...message } = row;
  const open = deadAt ? 'failed' : startedAt ? 'sending' : 'waiting';
  return { ...message, state: message.doneAt ? 'sent' : open };
}

/** Names of the groups, as far as a team of the policy has them, and of the agents. */
async function namesIn(
  { database, policy }: Parts,
  fields: readonly (TicketFields | undefined)[],
): Promise<Readonly<Record<string, string>>> {
  const agents = await listAgentNames(
    database.prisma,
    fields.flatMap((one) => one?.responderId ?? []),
  );
  const teams = Object.values(policy.teams).flatMap(({ freshdesk_group_id: id, name }) =>
    id === undefined ? [] : [{ id, name }],
  );
  return Object.fromEntries([...teams.toReversed(), ...agents].map(({ id, name }) => [String(id), name]));
}

async function readFamily({ database }: Parts, incident: Incident): Promise<Family> {
  const { prisma } = database;
  const { id, parentId, childCount, openChildCount } = incident;
  const [children, suggested, [parent]] = await Promise.all([
    childCount === 0 ? [] : desk.childrenOf(prisma, id, CHILDREN_SHOWN_MAX),
    desk.suggestedLinksOf(prisma, id, SUGGESTED_SHOWN_MAX),
    desk.namedIssues(prisma, parentId === undefined ? [] : [parentId]),
  ]);
  return { ...optional('parent', parent), children, childCount, openChildCount, suggested };
}

async function readFacts({ database }: Parts, { desk: told, ...incident }: Incident): Promise<DeskFacts> {
  const { problemId, followUpId, openedForId, responderId, assignedAgentId } = told;
  const issueIds = [problemId, followUpId, openedForId].filter((id) => id !== undefined);
  const agentIds = [responderId, assignedAgentId].filter((id) => id !== undefined);
  const [others, agents] = await Promise.all([
    desk.namedIssues(database.prisma, issueIds),
    listAgentNames(database.prisma, agentIds),
  ]);
  const issue = (id: string | undefined): NamedIssue | undefined => others.find((one) => one.id === id);
  const agent = (id: number | undefined) => (id === undefined ? undefined : agentName(agents, id));
  return {
    ...optional('reporterName', incident.reporter?.name),
    ...optional('reporterEmail', incident.reporter?.email),
    ...optional('company', told.companyName),
    ...optional('source', told.ticketSource),
    ...optional(
      'category',
      [incident.category, incident.subCategory].filter(Boolean).join(', ') || undefined,
    ),
    ...optional('typeRule', told.typeRule),
    ...optional('typeConfidence', told.typeConfidence),
    isTypeGuess: told.isTypeGuess ?? false,
    ...optional('agent', agent(responderId)),
    ...(told.assignmentRule !== undefined && {
      assigned: {
        rule: told.assignmentRule,
        ...optional('agent', agent(assignedAgentId)),
        ...optional('at', told.assignedAt),
      },
    }),
    answers: Object.entries(told.answers ?? {}).map(([key, value]) => ({
      name: DESK_FIELDS[key as DeskField]?.label ?? key,
      text: typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value,
    })),
    ...optional('nextUpdateDueAt', told.nextUpdateDueAt),
    ...optional('goneWhy', told.goneWhy),
    ...optional('problem', issue(problemId)),
    ...optional('followUp', issue(followUpId)),
    ...optional('openedFor', issue(openedForId)),
    ...optional('dueAt', told.dueAt),
  };
}

function closingOf(incident: Incident, policy: Policy): Closing {
  const { confirmation, gate, unclearReplyId } = incident.desk;
  const isIncident = incident.type === 'Incident';
  return {
    isIncident,
    ...(isIncident ? closingNeeds(incident, policy) : { needs: [], isEither: false }),
    missing: missingProofs(incident, policy),
    proofs: incident.proofs,
    soakMs: policy.closing.soak[incident.priority],
    ...optional('confirmation', confirmation),
    ...(gate && { gate: { ...gate, roundsMax: policy.closing.gate.rounds } }),
    isReplyUnclear: unclearReplyId !== undefined,
  };
}
