import type {
  ActionOutcome,
  ConsoleData,
  Health,
  IncidentLine,
  IncidentPage,
  Overview,
} from '../../src/console/console-view.ts';
import type { SuggestedLink } from '../../src/console/desk-view.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import { ESCALATION, NOTHING, PAGES, ROTATIONS } from './sample-escalation.ts';

/** A Saturday at 09:21 UTC. */
export const NOW = new Date('2026-11-21T09:21:30.000Z');
export const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
export const TOLD_ID = '0198f0aa-2222-7222-8333-444455556666';
export const COMMAND_ID = '0198f0aa-1111-7222-8333-444455556666';

const ticket = (number: string) => ({
  number,
  url: `https://northwind.freshdesk.example/a/tickets/${number}`,
});

/** What most lines have in common: opened by an alert, reported by nobody. */
const ALERT = {
  type: 'Incident',
  origin: 'alert',
  childCount: 0,
  isAsked: false,
  isGateStopped: false,
  isReplyUnclear: false,
} as const;

export const LINES: readonly IncidentLine[] = [
  {
    ...ALERT,
    number: 142,
    status: 'new',
    priority: 'urgent',
    title: 'host db-prod-01 is DOWN',
    customer: 'Harbour Freight Lines',
    service: 'Order database',
    badAlertCount: 7,
    alertCount: 9,
    startedAt: minutesAgo(6),
    reopenCount: 0,
    ticket: ticket('48213'),
    nextTimer: { name: 'digest', dueAt: minutesAgo(-3), why: '3 alerts joined since the last note' },
    escalation: { level: 2, next: { name: 'Director', level: 3, at: minutesAgo(-8) } },
  },
  {
    ...ALERT,
    number: 141,
    status: 'acknowledged',
    priority: 'high',
    title: 'web-shop-02 HTTPS certificate is CRITICAL: expires in 1 day',
    customer: 'Kestrel Outdoor',
    service: 'Web shop',
    badAlertCount: 1,
    alertCount: 1,
    startedAt: minutesAgo(95),
    reopenCount: 1,
    owner: 'Priya Nair',
    ticket: ticket('48209'),
  },
  {
    ...ALERT,
    number: 139,
    status: 'resolved',
    priority: 'high',
    title: 'mail-gw-01 SMTP queue is CRITICAL',
    customer: 'Alder & Finch Solicitors',
    service: 'E-mail',
    badAlertCount: 0,
    alertCount: 2,
    startedAt: minutesAgo(130),
    reopenCount: 0,
    owner: 'Tom Okafor',
    ticket: ticket('48197'),
    nextTimer: { name: 'soak', dueAt: minutesAgo(-4), why: 'healthy must hold for 10 min' },
  },
  {
    ...ALERT,
    number: 133,
    status: 'acknowledged',
    priority: 'low',
    title: 'print-07 Toner is WARNING',
    badAlertCount: 1,
    alertCount: 1,
    startedAt: minutesAgo(1620),
    reopenCount: 0,
    owner: 'Sam Lindqvist',
    ticket: ticket('48120'),
  },
];

/** Reported by people: a main ticket, a report of it, and a question. */
export const REPORTED: readonly IncidentLine[] = [
  {
    ...ALERT,
    origin: 'ticket',
    number: 151,
    status: 'resolved',
    priority: 'high',
    title: 'Checkout hangs after payment',
    customer: 'Kestrel Outdoor',
    service: 'Web shop',
    badAlertCount: 0,
    alertCount: 0,
    startedAt: minutesAgo(75),
    reopenCount: 0,
    owner: 'Priya Nair',
    reporter: 'Ann Archer',
    childCount: 2,
    isAsked: true,
    ticket: ticket('48230'),
    nextTimer: {
      name: 'confirm',
      dueAt: minutesAgo(-1380),
      why: 'The reporter who was asked has not answered by then.',
    },
  },
  {
    ...ALERT,
    type: 'Question',
    origin: 'ticket',
    number: 152,
    status: 'new',
    priority: 'low',
    title: 'How do I export last year’s orders?',
    badAlertCount: 0,
    alertCount: 0,
    startedAt: minutesAgo(12),
    reopenCount: 0,
    reporter: 'lee@example.com',
    ticket: ticket('48231'),
  },
];

export const CLOSED: readonly IncidentLine[] = [
  {
    ...ALERT,
    number: 140,
    status: 'closed',
    priority: 'medium',
    title: 'fileserver-03 Disk /srv is CRITICAL',
    customer: 'Kestrel Outdoor',
    service: 'File storage',
    badAlertCount: 0,
    alertCount: 1,
    startedAt: minutesAgo(190),
    closedAt: minutesAgo(48),
    reopenCount: 0,
    ticket: ticket('48201'),
  },
  {
    ...ALERT,
    number: 138,
    status: 'closed',
    priority: 'high',
    title: 'vpn-edge-01 Tunnel to Leeds is DOWN',
    customer: 'Harbour Freight Lines',
    badAlertCount: 0,
    alertCount: 4,
    startedAt: minutesAgo(410),
    closedAt: minutesAgo(322),
    reopenCount: 0,
    ticket: ticket('48188'),
  },
];

export const HEALTH: Health = {
  inbox: { waiting: 0, parked: 1 },
  outbox: { waiting: 2, dead: 1, stuckTickets: 0 },
  freshdesk: { state: 'reachable' },
  opsview: { state: 'reachable' },
  lastReadBackAt: minutesAgo(1.7),
  policy: { hash: '3f9a2c71', source: 'policy/default.yaml' },
  apiBudget: { used: 12, limit: 160 },
  desk: { suggestions: 1, problems: 2, problemsOverdue: 1 },
};

export const OVERVIEW: Overview = {
  open: LINES,
  matching: LINES.length,
  openByPriority: { urgent: 1, high: 2, medium: 0, low: 1 },
  openByType: { Incident: 4, Question: 0, 'Feature Request': 0, Problem: 0 },
  customers: [
    { id: 'alder-finch', name: 'Alder & Finch Solicitors' },
    { id: 'harbour-freight', name: 'Harbour Freight Lines' },
    { id: 'kestrel', name: 'Kestrel Outdoor' },
  ],
  recentlyClosed: CLOSED,
};

const fields: TicketFields = {
  subject: '[Urgent] host db-prod-01 is DOWN',
  status: 'open',
  priority: 'urgent',
  type: 'Incident',
  groupId: 48000012,
  tags: ['watchdesk', 'wd-142'],
};

export const PAGE: IncidentPage = {
  line: LINES[0] as IncidentLine,
  cause: 'host db-prod-01',
  impact: 'high',
  urgency: 'high',
  priorityRule: 'priority.matrix',
  priorityWhy:
    'Impact high because Order database is of high criticality, urgency high because the host is DOWN.',
  assignmentGroup: 'Platform',
  openedAt: minutesAgo(5.9),
  policyVersion: '3f9a2c71',
  closing: {
    isIncident: true,
    needs: ['monitoring'],
    isEither: false,
    missing: ['monitoring'],
    proofs: [],
    soakMs: 600_000,
    isReplyUnclear: false,
  },
  desk: { isTypeGuess: false, answers: [] },
  escalation: ESCALATION,
  family: { children: [], childCount: 0, openChildCount: 0, suggested: [] },
  memberCount: 9,
  alerts: [
    {
      host: 'db-prod-01',
      check: '',
      state: 'DOWN',
      stateSince: minutesAgo(6),
      inDowntime: false,
      isFlapping: false,
      isAcknowledged: false,
      output: 'PING CRITICAL - Packet loss = 100%',
    },
    {
      host: 'db-prod-01',
      check: 'PostgreSQL',
      state: 'CRITICAL',
      stateSince: minutesAgo(5.5),
      inDowntime: false,
      isFlapping: false,
      isAcknowledged: false,
      output: 'could not connect to server: Connection timed out (0x0000274C/10060)',
    },
    {
      host: 'db-prod-01',
      check: 'Disk /var',
      state: 'UNKNOWN',
      stateSince: minutesAgo(5),
      inDowntime: false,
      isFlapping: true,
      isAcknowledged: false,
      output: 'NRPE: no output within 10 s',
    },
    {
      host: 'app-prod-03',
      check: 'Orders API',
      state: 'OK',
      stateSince: minutesAgo(2),
      inDowntime: false,
      isFlapping: false,
      isAcknowledged: true,
      output: 'HTTP OK: 200 in 0.31 s',
    },
  ],
  timeline: [
    {
      at: minutesAgo(2),
      kind: 'improved',
      rule: 'incident.improved',
      sentence: 'app-prod-03 Orders API is healthy again; 7 of 9 alerts are still bad.',
    },
    {
      at: minutesAgo(5),
      kind: 'joined',
      rule: 'route.host_down',
      sentence: 'db-prod-01 Disk /var joined: its host is down, so it needs no ticket of its own.',
    },
    {
      at: minutesAgo(5.8),
      kind: 'ticket',
      rule: 'ticket.created',
      sentence: 'Freshdesk ticket 48213 was created and assigned to Platform.',
    },
    {
      at: minutesAgo(5.9),
      kind: 'opened',
      rule: 'route.new_incident',
      sentence: 'Opened because host db-prod-01 went DOWN and no open incident has this cause.',
    },
  ],
  timelineCount: 4,
  ticket: {
    ...ticket('48213'),
    wanted: fields,
    seen: { ...fields, priority: 'high', groupId: 48000099 },
    seenAt: minutesAgo(1),
    peopleOwn: { groupId: minutesAgo(4) },
    names: { '48000012': 'Platform' },
  },
  messages: [
    {
      id: COMMAND_ID,
      kind: 'private_note',
      sequence: 2,
      state: 'waiting',
      createdAt: minutesAgo(1),
      attemptCount: 0,
    },
    {
      id: '0198f0aa-1111-7222-8333-444455556667',
      kind: 'acknowledge_alert',
      sequence: 1,
      state: 'sent',
      createdAt: minutesAgo(5),
      doneAt: minutesAgo(5),
      attemptCount: 1,
    },
  ],
  messageCount: 2,
  timers: [{ name: 'digest', dueAt: minutesAgo(-3), why: '3 alerts joined since the last note' }],
};

export const SUGGESTED: SuggestedLink = {
  childNumber: 154,
  childTitle: 'Basket empties itself',
  childReporter: 'Omar Haddad',
  parentNumber: 151,
  parentTitle: 'Checkout hangs after payment',
  score: 0.64,
  reasons: ['same service Web shop', 'began 20 min before the ticket'],
  at: minutesAgo(3),
};

/** An issue that somebody reported, with everything that one can have. */
export const REPORTED_PAGE: IncidentPage = {
  line: REPORTED[0] as IncidentLine,
  impact: 'high',
  urgency: 'medium',
  priorityRule: 'matrix',
  priorityWhy:
    'Impact high because several people are affected, urgency medium because there is a workaround.',
  assignmentGroup: 'Applications',
  openedAt: minutesAgo(74),
  acknowledgedAt: minutesAgo(70),
  resolvedAt: minutesAgo(30),
  policyVersion: '3f9a2c71',
  closing: {
    isIncident: true,
    needs: ['reporter'],
    isEither: false,
    missing: ['reporter'],
    proofs: [],
    soakMs: 600_000,
    confirmation: { askedAt: minutesAgo(30), remindedCount: 1 },
    gate: { rounds: 1, roundsMax: 3 },
    isReplyUnclear: false,
  },
  escalation: NOTHING,
  desk: {
    reporterName: 'Ann Archer',
    reporterEmail: 'ann@kestrel.example',
    company: 'Kestrel Outdoor',
    source: 'email',
    category: 'Web shop, Checkout',
    typeRule: 'words_of_failure',
    typeConfidence: 0.62,
    isTypeGuess: true,
    agent: 'Priya Nair',
    assigned: {
      agent: 'Priya Nair',
      rule: 'least_busy',
      at: minutesAgo(74),
      why: 'Priya Nair has the fewest open tickets of Applications.',
    },
    answers: [
      { name: 'Is there a workaround?', text: 'Yes' },
      { name: 'Resolution', text: 'Restarted the payment worker.' },
    ],
    nextUpdateDueAt: minutesAgo(-20),
    problem: { number: 153, title: 'Missing documentation: payment worker', status: 'new' },
  },
  family: {
    children: [
      {
        number: 155,
        title: 'Cannot pay',
        status: 'resolved',
        reporter: 'Bea Lang',
        askedAt: minutesAgo(29),
        isProven: false,
        shownAs: 'note_only',
        shownWhy: 'Freshdesk allows 10 children.',
        by: 'Watchdesk',
        at: minutesAgo(60),
      },
      {
        number: 156,
        title: 'Payment fails',
        status: 'closed',
        reporter: 'Cy Roth',
        askedAt: minutesAgo(29),
        said: 'yes',
        isProven: true,
        shownAs: 'parent_child',
        by: 'Watchdesk',
        at: minutesAgo(58),
      },
    ],
    childCount: 2,
    openChildCount: 1,
    suggested: [SUGGESTED],
  },
  memberCount: 0,
  alerts: [],
  timeline: [
    {
      at: minutesAgo(30),
      kind: 'confirmation',
      rule: 'reporter_asked',
      sentence: 'Ann Archer was asked whether it works again; WD-151 waits for the answer.',
    },
    {
      at: minutesAgo(74),
      kind: 'opened',
      rule: 'ticket_adopted',
      sentence: 'Opened from ticket 48230 of Ann Archer.',
    },
  ],
  timelineCount: 2,
  ticket: {
    ...ticket('48230'),
    wanted: {
      subject: 'Checkout hangs after payment',
      status: 'resolved',
      priority: 'high',
      type: 'Incident',
      tags: [],
      custom: { reference: 'WD-151', impact: 'high', host: null },
    },
    seen: {
      subject: 'Checkout hangs after payment',
      status: 'resolved',
      priority: 'medium',
      type: 'Incident',
      tags: [],
      custom: { reference: 'WD-151', impact: 'medium' },
    },
    seenAt: minutesAgo(1),
    peopleOwn: { priority: minutesAgo(20) },
    names: {},
  },
  messages: [
    {
      id: '0198f0aa-1111-7222-8333-444455556668',
      kind: 'public_reply',
      sequence: 1,
      state: 'sent',
      createdAt: minutesAgo(30),
      doneAt: minutesAgo(30),
      attemptCount: 1,
    },
  ],
  messageCount: 1,
  timers: [
    {
      name: 'confirm',
      dueAt: minutesAgo(-1380),
      why: 'The reporter who was asked has not answered by then.',
    },
  ],
};

/** Plain data behind the pages, and what was asked of it. */
export function sampleData(changes: Partial<ConsoleData> = {}): ConsoleData & { asked: string[] } {
  const asked: string[] = [];
  const act = async (what: string): Promise<ActionOutcome> => {
    asked.push(what);
    return 'done';
  };
  return {
    asked,
    overview: async (filter) => {
      const open = LINES.filter((line) => filter.priority === undefined || line.priority === filter.priority);
      return { ...OVERVIEW, open, matching: open.length };
    },
    incident: async (number) => [PAGE, REPORTED_PAGE].find(({ line }) => line.number === number),
    parked: async () => ({
      count: 1,
      items: [
        {
          seq: '9071',
          source: 'opsview',
          receivedAt: minutesAgo(31),
          rule: 'intake.unknown_state',
          reason: 'NAGIOS_SERVICESTATE is "BROKEN", which is none of OK, WARNING, CRITICAL, UNKNOWN',
          body: '{\n  "version": 1,\n  "macros": { "NAGIOS_HOSTNAME": "web01", "NAGIOS_SERVICESTATE": "BROKEN" }\n}',
          bodyLength: 92,
        },
      ],
    }),
    failed: async () => ({
      count: 1,
      items: [
        {
          id: COMMAND_ID,
          incidentNumber: 139,
          incidentTitle: 'mail-gw-01 SMTP queue is CRITICAL',
          kind: 'private_note',
          createdAt: minutesAgo(80),
          deadAt: minutesAgo(20),
          attemptCount: 12,
          lastError: 'unauthorised: Freshdesk answered 401 to POST /api/v2/tickets/48197/notes',
        },
      ],
    }),
    stuck: async () => ({
      count: 1,
      items: [
        {
          incidentNumber: 131,
          incidentTitle: 'san-01 Controller is WARNING',
          ticket: ticket('48101'),
          reason: 'rejected: group_id is not in the list',
        },
      ],
    }),
    health: async () => HEALTH,
    suggestions: async () => ({ count: 1, items: [SUGGESTED] }),
    problems: async () => ({
      count: 2,
      overdue: 1,
      items: [
        {
          number: 153,
          title: 'Missing documentation: payment worker',
          status: 'new',
          customer: 'Kestrel Outdoor',
          owner: 'Jo Marsh',
          openedAt: minutesAgo(20_000),
          dueAt: minutesAgo(3_000),
          ticket: ticket('48240'),
          openedFor: { number: 151, title: 'Checkout hangs after payment' },
        },
        {
          number: 157,
          title: 'Fix behind the workaround: VPN drops',
          status: 'resolved',
          openedAt: minutesAgo(50),
          dueAt: minutesAgo(-9_000),
        },
      ],
    }),
    peopleChanges: async () => [
      {
        rule: 'words_of_failure',
        field: 'Type',
        count: 14,
        lastAt: minutesAgo(40),
        mostChosen: 'Question',
      },
    ],
    async tell(wish) {
      await act(JSON.stringify(wish));
      return { id: TOLD_ID };
    },
    onCall: () => ROTATIONS,
    pages: async (filter) => ({ ...PAGES, filter }),
    resendPage: (id) => act(`resend page ${id}`),
    cameOf: async () => undefined,
    replayParked: (seq) => act(`replay ${seq}`),
    resend: (id) => act(`resend ${id}`),
    retryTicket: (number) => act(`retry ${number}`),
    ...changes,
  };
}
