import type { CheckState } from '../model/check-event.ts';
import type { TimelineKind, TimerName } from '../model/decision.ts';
import type { IncidentStatus } from '../model/incident.ts';
import type { Priority, TicketType } from '../model/priority.ts';
import type { TicketFields } from '../model/ticket.ts';
import type {
  ChangedRule,
  Closing,
  DeskFacts,
  Family,
  PersonWish,
  ProblemLine,
  SuggestedLink,
} from './desk-view.ts';
import type { EscalationFacts, LineEscalation, PageFilter, Pages, RotationDays } from './escalation-view.ts';

/** What a reader may narrow the overview to; an absent member does not narrow. */
export type OverviewFilter = Readonly<{
  status?: Exclude<IncidentStatus, 'closed'>;
  priority?: Priority;
  type?: TicketType;
  /** Policy id of a customer. */
  customerId?: string;
  /** Part of the title, host, check, reporter's name or address, or a reference such as `WD-42`. */
  text?: string;
}>;

/** The next promise that Watchdesk made to itself about an incident. */
export type NextTimer = Readonly<{ name: TimerName; dueAt: Date; why: string }>;

/** The ticket as far as a list needs it. `number` is absent until Freshdesk has made one. */
export type TicketLink = Readonly<{ number?: string; url?: string; stuck?: string }>;

/** One line of the overview. Instants are UTC; names are the policy's, or its ids when the policy no longer has them. */
export type IncidentLine = Readonly<{
  number: number;
  status: IncidentStatus;
  type: TicketType;
  /** Who told of it first. */
  origin: 'alert' | 'ticket' | 'watchdesk';
  priority: Priority;
  title: string;
  customer?: string;
  service?: string;
  badAlertCount: number;
  alertCount: number;
  startedAt: Date;
  closedAt?: Date;
  reopenCount: number;
  owner?: string;
  /** Name or address of who reported it. */
  reporter?: string;
  /** Reports of the same that are linked to it, and of what it is one. */
  childCount: number;
  parentNumber?: number;
  /** The reporter was asked whether it works again, and has not answered. */
  isAsked: boolean;
  /** Closed without proof too often: Watchdesk stopped setting it back. */
  isGateStopped: boolean;
  isReplyUnclear: boolean;
  ticket?: TicketLink;
  nextTimer?: NextTimer;
  /** Absent until a ladder or an acknowledgement concerned it, and once it is closed. */
  escalation?: LineEscalation;
}>;

/** `open` is bounded and sorted by priority, then oldest first; `matching` and the counts are not bounded. */
export type Overview = Readonly<{
  open: readonly IncidentLine[];
  matching: number;
  /** Everything that is not closed, whatever the filter. */
  openByPriority: Readonly<Record<Priority, number>>;
  openByType: Readonly<Record<TicketType, number>>;
  customers: readonly Readonly<{ id: string; name: string }>[];
  recentlyClosed: readonly IncidentLine[];
}>;

/** `unknown`: not asked yet. `since` is when it became so. */
export type Reachability = Readonly<{
  state: 'reachable' | 'unreachable' | 'unknown';
  since?: Date;
  why?: string;
}>;

/** How Watchdesk itself is. Counts are of rows, instants UTC. */
export type Health = Readonly<{
  inbox: Readonly<{ waiting: number; oldestAt?: Date; parked: number }>;
  outbox: Readonly<{ waiting: number; dead: number; stuckTickets: number }>;
  freshdesk: Reachability;
  opsview: Reachability;
  lastReadBackAt?: Date;
  policy: Readonly<{ hash: string; source: string }>;
  /** Freshdesk calls in the current minute; `blockedUntil` while Freshdesk asked us to wait. */
  apiBudget?: Readonly<{ used: number; limit: number; blockedUntil?: Date }>;
  /** What waits for people. */
  desk: Readonly<{ suggestions: number; problems: number; problemsOverdue: number }>;
}>;

export type AlertLine = Readonly<{
  host: string;
  /** Empty for the host itself. */
  check: string;
  state: CheckState;
  stateSince: Date;
  inDowntime: boolean;
  isFlapping: boolean;
  isAcknowledged: boolean;
  output: string;
}>;

export type TimelineLine = Readonly<{ at: Date; kind: TimelineKind; rule: string; sentence: string }>;

export type TicketState = TicketLink &
  Readonly<{
    wanted: TicketFields;
    seen?: TicketFields;
    seenAt?: Date;
    /** Fields that people took over, and since when. */
    peopleOwn: Readonly<Record<string, Date>>;
    /** Of groups and agents, by Freshdesk's number as text; one that is not known is absent. */
    names: Readonly<Record<string, string>>;
  }>;

export type MessageState = 'waiting' | 'sending' | 'sent' | 'failed';

export type MessageLine = Readonly<{
  id: string;
  kind: string;
  sequence: number;
  state: MessageState;
  createdAt: Date;
  doneAt?: Date;
  attemptCount: number;
  lastError?: string;
}>;

/** One incident whole. Lists are bounded; the counts beside them are not. */
export type IncidentPage = Readonly<{
  line: IncidentLine;
  /** The object it began with; absent while no alert belongs to it. */
  cause?: string;
  impact: string;
  urgency: string;
  priorityRule: string;
  priorityWhy: string;
  assignmentGroup?: string;
  openedAt: Date;
  acknowledgedAt?: Date;
  resolvedAt?: Date;
  previousNumber?: number;
  policyVersion: string;
  closing: Closing;
  desk: DeskFacts;
  escalation: EscalationFacts;
  family: Family;
  /** Alerts that belong to it now; others moved on after it was closed. */
  memberCount: number;
  /** Worst first. */
  alerts: readonly AlertLine[];
  /** Newest first. */
  timeline: readonly TimelineLine[];
  timelineCount: number;
  ticket?: TicketState;
  messages: readonly MessageLine[];
  messageCount: number;
  /** Pending ones, the next first. */
  timers: readonly NextTimer[];
}>;

/** A delivery that could not be understood; `body` may be cut at BODY_SHOWN_MAX characters. */
export type ParkedDelivery = Readonly<{
  seq: string;
  source: string;
  receivedAt: Date;
  rule: string;
  reason: string;
  body: string;
  bodyLength: number;
}>;

/** A message that was given up. */
export type FailedMessage = Readonly<{
  id: string;
  incidentNumber: number;
  incidentTitle: string;
  kind: string;
  createdAt: Date;
  deadAt: Date;
  attemptCount: number;
  lastError: string;
}>;

/** A ticket that cannot be kept right until a person acts. `ticket` has no number when it could not even be made. */
export type StuckTicket = Readonly<{
  incidentNumber: number;
  incidentTitle: string;
  ticket: TicketLink;
  reason: string;
}>;

export type Listed<T> = Readonly<{ items: readonly T[]; count: number }>;

export type Problems = Listed<ProblemLine> & Readonly<{ overdue: number }>;

/** `gone`: it is not there or no longer in that state; nothing was done. */
export type ActionOutcome = 'done' | 'gone';

/**
 * All that the pages show and the few things that a person may ask for. Pages know nothing of the database; an asked
 * for action only keeps a wish, the engine carries it out.
 */
export type ConsoleData = Readonly<{
  overview(filter: OverviewFilter): Promise<Overview>;
  incident(number: number): Promise<IncidentPage | undefined>;
  parked(): Promise<Listed<ParkedDelivery>>;
  failed(): Promise<Listed<FailedMessage>>;
  stuck(): Promise<Listed<StuckTicket>>;
  health(): Promise<Health>;
  problems(): Promise<Problems>;
  /** Links that wait for a person. */
  suggestions(): Promise<Listed<SuggestedLink>>;
  /** How often people changed what rules decided, in the last so many days. */
  peopleChanges(days: number): Promise<readonly ChangedRule[]>;
  onCall(): readonly RotationDays[];
  /** The newest messages to people. */
  pages(filter: PageFilter): Promise<Pages>;
  /** Sends one again that had failed. */
  resendPage(id: string): Promise<ActionOutcome>;
  replayParked(seq: string): Promise<ActionOutcome>;
  resend(commandId: string): Promise<ActionOutcome>;
  retryTicket(incidentNumber: number): Promise<ActionOutcome>;
  /** Keeps what a person told under `id`; it is decided a moment later. Undefined: there is no such issue. */
  tell(wish: PersonWish): Promise<Readonly<{ id: string }> | undefined>;
  /** What was decided about it, in a sentence; undefined until it is. */
  cameOf(id: string): Promise<string | undefined>;
}>;

/** Characters of a parked body that a page shows. */
export const BODY_SHOWN_MAX = 20_000;
