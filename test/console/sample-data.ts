import type {
  ActionOutcome,
  ConsoleData,
  Health,
  IncidentLine,
  IncidentPage,
  Overview,
} from '../../src/console/console-view.ts';
import type { TicketFields } from '../../src/model/ticket.ts';

/** A Saturday at 09:21 UTC. */
export const NOW = new Date('2026-11-21T09:21:30.000Z');
export const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
export const COMMAND_ID = '0198f0aa-1111-7222-8333-444455556666';

const ticket = (number: string) => ({
  number,
  url: `https://northwind.freshdesk.example/a/tickets/${number}`,
});

export const LINES: readonly IncidentLine[] = [
  {
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
  },
  {
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

export const CLOSED: readonly IncidentLine[] = [
  {
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
};

export const OVERVIEW: Overview = {
  open: LINES,
  matching: LINES.length,
  openByPriority: { urgent: 1, high: 2, medium: 0, low: 1 },
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
  type: 'Incident',
  cause: 'host db-prod-01',
  impact: 'high',
  urgency: 'high',
  priorityRule: 'priority.matrix',
  priorityWhy:
    'Impact high because Order database is of high criticality, urgency high because the host is DOWN.',
  assignmentGroup: 'Platform',
  openedAt: minutesAgo(5.9),
  policyVersion: '3f9a2c71',
  soakMs: 600_000,
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
    peopleOwn: ['groupId'],
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
    incident: async (number) => (number === 142 ? PAGE : undefined),
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
    replayParked: (seq) => act(`replay ${seq}`),
    resend: (id) => act(`resend ${id}`),
    retryTicket: (number) => act(`retry ${number}`),
    ...changes,
  };
}
