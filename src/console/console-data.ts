import { objectName } from '../model/check-event.ts';
import type { Priority } from '../model/priority.ts';
import { MEMBERS_LISTED_MAX } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import * as waiting from '../store/console-backlog.ts';
import * as queries from '../store/console-queries.ts';
import type { Database } from '../store/database.ts';
import * as incidents from '../store/incidents.ts';
import * as timeline from '../store/timeline.ts';
import {
  type ActionOutcome,
  BODY_SHOWN_MAX,
  type ConsoleData,
  type Health,
  type IncidentLine,
  type IncidentPage,
  type MessageLine,
  type Reachability,
  type TicketLink,
} from './console-view.ts';

const OPEN_SHOWN_MAX = 100;
const CLOSED_SHOWN_MAX = 8;
const TIMELINE_SHOWN_MAX = 200;
const MESSAGES_SHOWN_MAX = 50;
const LISTED_MAX = 50;

/** What only the running service knows. */
export type ServiceStatus = Readonly<{
  freshdesk: Reachability;
  opsview: Reachability;
  lastReadBackAt?: Date;
  /** Messages and ticket updates that wait to be sent. */
  outboxWaiting: number;
  apiBudget?: NonNullable<Health['apiBudget']>;
}>;

export type ConsoleDataParts = Readonly<{
  database: Database;
  policy(): Policy;
  status(): Promise<ServiceStatus>;
  /** Address of a ticket for people, by its number. */
  ticketUrl(number: string): string;
  replayParked(seq: string): Promise<ActionOutcome>;
  resend(commandId: string): Promise<ActionOutcome>;
  /** Queues another look at the ticket of `WD-<incidentNumber>`. */
  retryTicket(incidentNumber: number): Promise<ActionOutcome>;
}>;

/** The pages' data from the store. Every page costs a fixed number of statements, whatever is stored. */
export function createConsoleData(parts: ConsoleDataParts): ConsoleData {
  const { prisma } = parts.database;
  return {
    replayParked: parts.replayParked,
    resend: parts.resend,
    retryTicket: parts.retryTicket,

    async overview(filter) {
      const policy = parts.policy();
      const [open, closed, counts] = await Promise.all([
        queries.openLines(prisma, filter, OPEN_SHOWN_MAX),
        queries.closedLines(prisma, CLOSED_SHOWN_MAX),
        queries.countOpenLines(prisma, filter),
      ]);
      const openByPriority: Record<Priority, number> = { urgent: 0, high: 0, medium: 0, low: 0 };
      for (const { priority, count } of counts) openByPriority[priority] += count;
      const customerIds = new Set(counts.flatMap(({ customerId }) => customerId ?? []));
      if (filter.customerId) customerIds.add(filter.customerId); // stays chosen when its last incident has closed
      return {
        open: open.map((row) => toLine(row, policy, parts.ticketUrl)),
        recentlyClosed: closed.map((row) => toLine(row, policy, parts.ticketUrl)),
        matching: counts.reduce((sum, { matching }) => sum + matching, 0),
        openByPriority,
        customers: [...customerIds]
          .map((id) => ({ id, name: policy.customers[id]?.name ?? id }))
          .sort((a, b) => a.name.localeCompare(b.name, 'en')),
      };
    },

    incident: (number) => readIncident(parts, number),

    async parked() {
      const [items, { parked }] = await Promise.all([
        waiting.parkedDeliveries(prisma, { limit: LISTED_MAX, bodyMax: BODY_SHOWN_MAX }),
        waiting.backlog(prisma),
      ]);
      return { items, count: parked };
    },

    async failed() {
      const [items, { dead }] = await Promise.all([
        waiting.deadMessages(prisma, LISTED_MAX),
        waiting.backlog(prisma),
      ]);
      return { items, count: dead };
    },

    async stuck() {
      const [rows, { stuckTickets }] = await Promise.all([
        waiting.stuckTickets(prisma, LISTED_MAX),
        waiting.backlog(prisma),
      ]);
      const items = rows.map(({ ticketNumber, ...row }) => ({
        ...row,
        ticket: linkTo(ticketNumber, parts.ticketUrl),
      }));
      return { items, count: stuckTickets };
    },

    async health() {
      const { hash, source } = parts.policy();
      const [backlog, { outboxWaiting, ...status }] = await Promise.all([
        waiting.backlog(prisma),
        parts.status(),
      ]);
      const { inboxWaiting, inboxOldestAt, parked, dead, stuckTickets } = backlog;
      return {
        ...status,
        inbox: { waiting: inboxWaiting, parked, ...(inboxOldestAt && { oldestAt: inboxOldestAt }) },
        outbox: { waiting: outboxWaiting, dead, stuckTickets },
        policy: { hash, source },
      };
    },
  };
}

async function readIncident(parts: ConsoleDataParts, number: number): Promise<IncidentPage | undefined> {
  const { prisma } = parts.database;
  const [incident, row] = await Promise.all([
    incidents.findByNumber(prisma, number),
    queries.lineOf(prisma, number),
  ]);
  if (!incident || !row) return undefined;
  const policy = parts.policy();
  const { id } = incident;
  const [alerts, entries, timelineCount, ticket, messages, timers] = await Promise.all([
    queries.alertLines(prisma, id, MEMBERS_LISTED_MAX),
    timeline.list(prisma, id, { limit: TIMELINE_SHOWN_MAX }),
    queries.countTimeline(prisma, id),
    queries.ticketState(prisma, id),
    queries.messageLines(prisma, id, MESSAGES_SHOWN_MAX),
    queries.pendingTimers(prisma, id),
  ]);
  const line = toLine(row, policy, parts.ticketUrl);
  const { type, impact, urgency, priorityRule, priorityWhy, openedAt, policyVersion, memberCount } = incident;
  return {
    ...{ line, type, impact, urgency, priorityRule, priorityWhy, openedAt, policyVersion, memberCount },
    ...{ alerts, timeline: entries, timelineCount, timers },
    ...absentUnless('assignmentGroup', groupName(policy, incident.assignmentGroup)),
    ...absentUnless('acknowledgedAt', incident.acknowledgedAt),
    ...absentUnless('resolvedAt', incident.resolvedAt),
    ...absentUnless('previousNumber', incident.previousNumber),
    ...absentUnless('proof', incident.status === 'closed' ? incident.proofs.at(-1) : undefined),
    ...(ticket && { ticket: { ...line.ticket, ...ticket } }),
    cause: incident.cause ? objectName(incident.cause) : '',
    soakMs: policy.closing.soak[incident.priority],
    messages: messages.map(toMessage),
    messageCount: messages[0]?.sequence ?? 0,
  };
}

/** `exactOptionalPropertyTypes`: what is not known is not there. */
const absentUnless = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [name in Name]?: Value };

const linkTo = (number: string | undefined, ticketUrl: (number: string) => string): TicketLink =>
  number === undefined ? {} : { number, url: ticketUrl(number) };

const groupName = (policy: Policy, id: string | undefined): string | undefined =>
  id === undefined ? undefined : (policy.teams[id]?.name ?? id);

function toLine(row: queries.LineRow, policy: Policy, ticketUrl: (number: string) => string): IncidentLine {
  const { customerId, serviceId, hasTicket, ticketNumber, stuck, timerName, timerDueAt, timerWhy, ...line } =
    row;
  return {
    ...line,
    ...(customerId && { customer: policy.customers[customerId]?.name ?? customerId }),
    ...(serviceId && { service: policy.services[serviceId]?.name ?? serviceId }),
    ...(hasTicket && {
      ticket: {
        ...linkTo(ticketNumber, ticketUrl),
        ...absentUnless('stuck', stuck),
      },
    }),
    ...(timerName &&
      timerDueAt && { nextTimer: { name: timerName, dueAt: timerDueAt, why: timerWhy ?? '' } }),
  };
}

function toMessage(row: Awaited<ReturnType<typeof queries.messageLines>>[number]): MessageLine {
  const { startedAt, deadAt, ...message } = row;
  const open = deadAt ? 'failed' : startedAt ? 'sending' : 'waiting';
  return { ...message, state: message.doneAt ? 'sent' : open };
}
