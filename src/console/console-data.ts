import type { Priority, TicketType } from '../model/priority.ts';
import type { Policy } from '../policy/schema.ts';
import * as waiting from '../store/console-backlog.ts';
import { deskBacklog } from '../store/console-desk.ts';
import * as queries from '../store/console-queries.ts';
import {
  type ActionOutcome,
  BODY_SHOWN_MAX,
  type ConsoleData,
  type Health,
  type IncidentLine,
  type Reachability,
  type TicketLink,
} from './console-view.ts';
import { createDeskData, type DeskParts } from './desk-data.ts';
import { createEscalationData, type EscalationParts, lineEscalation } from './escalation-data.ts';
import { readIncident } from './incident-data.ts';
import { optional } from './optional.ts';

const OPEN_SHOWN_MAX = 100;
const CLOSED_SHOWN_MAX = 8;
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

export type ConsoleDataParts = DeskParts &
  Omit<EscalationParts, 'database'> &
  Readonly<{
    status(): Promise<ServiceStatus>;
    replayParked(seq: string): Promise<ActionOutcome>;
    resend(commandId: string): Promise<ActionOutcome>;
    /** Queues another look at the ticket of `WD-<incidentNumber>`. */
    retryTicket(incidentNumber: number): Promise<ActionOutcome>;
  }>;

/** The pages' data from the store. Every page costs a fixed number of statements, whatever is stored. */
export function createConsoleData(parts: ConsoleDataParts): ConsoleData {
  const { prisma } = parts.database;
  return {
    ...createDeskData(parts),
    ...createEscalationData(parts),
    replayParked: parts.replayParked,
    resend: parts.resend,
    retryTicket: parts.retryTicket,

    async overview(filter) {
      const policy = parts.policy();
      const given = { ...parts, policy, now: parts.clock.now() };
      const [open, closed, counts] = await Promise.all([
        queries.openLines(prisma, filter, OPEN_SHOWN_MAX),
        queries.closedLines(prisma, CLOSED_SHOWN_MAX),
        queries.countOpenLines(prisma, filter),
      ]);
      const openByPriority: Record<Priority, number> = { urgent: 0, high: 0, medium: 0, low: 0 };
      const openByType: Record<TicketType, number> = {
        Incident: 0,
        Question: 0,
        'Feature Request': 0,
        Problem: 0,
      };
      for (const { priority, type, count } of counts) {
        openByPriority[priority] += count;
        openByType[type] += count;
      }
      const customerIds = new Set(counts.flatMap(({ customerId }) => customerId ?? []));
      if (filter.customerId) customerIds.add(filter.customerId); // stays chosen when its last incident has closed
      return {
        open: open.map((row) => toLine(row, given)),
        recentlyClosed: closed.map((row) => toLine(row, given)),
        matching: counts.reduce((sum, { matching }) => sum + matching, 0),
        openByPriority,
        openByType,
        customers: [...customerIds]
          .map((id) => ({ id, name: policy.customers[id]?.name ?? id }))
          .sort((a, b) => a.name.localeCompare(b.name, 'en')),
      };
    },

    incident(number) {
      const policy = parts.policy();
      const now = parts.clock.now();
      const toLineHere = (row: queries.LineRow) => toLine(row, { ...parts, policy, now });
      return readIncident({ database: parts.database, policy, now, toLine: toLineHere }, number);
    },

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
      const [backlog, desk, { outboxWaiting, ...status }] = await Promise.all([
        waiting.backlog(prisma),
        deskBacklog(prisma, parts.clock.now()),
        parts.status(),
      ]);
      const { inboxWaiting, inboxOldestAt, parked, dead, stuckTickets } = backlog;
      return {
        ...status,
        inbox: { waiting: inboxWaiting, parked, ...(inboxOldestAt && { oldestAt: inboxOldestAt }) },
        outbox: { waiting: outboxWaiting, dead, stuckTickets },
        policy: { hash, source },
        desk,
      };
    },
  };
}

const linkTo = (number: string | undefined, ticketUrl: (number: string) => string): TicketLink =>
  number === undefined ? {} : { number, url: ticketUrl(number) };

type LineGiven = Readonly<{ policy: Policy; now: Date; ticketUrl(number: string): string }>;

function toLine(row: queries.LineRow, { policy, now, ticketUrl }: LineGiven): IncidentLine {
  const escalation = row.status === 'closed' ? undefined : lineEscalation(row, policy, now);
  const {
    escalation: _,
    customerId,
    serviceId,
    hasTicket,
    ticketNumber,
    stuck,
    timerName,
    timerDueAt,
    timerWhy,
    ...line
  } = row;
  return {
    ...line,
    ...(customerId && { customer: policy.customers[customerId]?.name ?? customerId }),
    ...(serviceId && { service: policy.services[serviceId]?.name ?? serviceId }),
    ...(hasTicket && {
      ticket: {
        ...linkTo(ticketNumber, ticketUrl),
        ...optional('stuck', stuck),
      },
    }),
    ...(timerName &&
      timerDueAt && { nextTimer: { name: timerName, dueAt: timerDueAt, why: timerWhy ?? '' } }),
    ...optional('escalation', escalation),
  };
}
