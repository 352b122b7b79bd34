import { z } from 'zod';
import { CHECK_STATES } from '../model/check-event.ts';
import type { Priority } from '../model/priority.ts';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { calendar } from './sections/calendars.ts';
import { closingExtras, problems } from './sections/closing.ts';
import { customerEscalation, escalation } from './sections/escalation.ts';
import { rotation } from './sections/on-call.ts';
import { person } from './sections/people.ts';
import { tickets } from './sections/tickets.ts';
import {
  doc,
  duration,
  glob,
  id,
  isTimeZone,
  level,
  oneOrMore,
  positiveDuration,
  priority,
} from './value-kinds.ts';

/**
 * The shape of a policy file. Every key carries its meaning and one example, from which the editor's JSON Schema and
 * docs/policy.md are made, so this file is the only place where a key is explained.
 */

const team = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this team.', 'Web operations'),
  members: doc(z.array(id).default([]), 'Keys from `people`.', ['jo', 'sam']),
  freshdesk_group_id: doc(
    z.int().positive().optional(),
    'Freshdesk group that tickets of this team are assigned to: the number in the address of the group’s page under Admin, Groups. Left out: tickets get no group.',
    43000615142,
  ),
  manager: doc(id.optional(), 'Key from `people`: who leads the team.', 'dana'),
  rotation: doc(id.optional(), 'Key from `rotations`: who of the team is on call.', 'platform'),
  room: doc(id.optional(), 'Key from `rooms`: where the team talks.', 'operations'),
});

const customer = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this customer.', 'Acme Retail'),
  vip: doc(z.boolean().default(false), 'Whether rules may treat this customer as a VIP.', true),
  requester_email: doc(
    z.email().optional(),
    'Requester of tickets that alerts open for this customer. Left out: `defaults.requester_email`. Freshdesk writes to the requester, so use an address that may read plugin output.',
    'it@acme.example',
  ),
  domains: doc(
    z
      .array(z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'must be a domain such as acme.example'))
      .default([]),
    'Requesters with an e-mail address of these domains belong to this customer.',
    ['acme.example'],
  ),
  companies: doc(
    z.array(z.string().min(1)).default([]),
    'Companies in Freshdesk that are this customer. Left out: the one with the same name.',
    ['Acme Retail Ltd'],
  ),
  calendar: doc(id.optional(), 'Key from `calendars`: this customer’s working time.', 'office'),
  technical_manager: doc(
    id.optional(),
    'Key from `people`: who gets Problem tickets of this customer. Left out: `defaults.technical_manager`.',
    'jo',
  ),
  ...customerEscalation,
});

const conditions = {
  host: doc(
    oneOrMore(glob).optional(),
    'Opsview host name or names; `*` is any run of characters, `?` one.',
    'web*',
  ),
  check: doc(
    oneOrMore(glob).optional(),
    'Service check name or names. The host itself has an empty name, which only `*` matches.',
    ['HTTP', 'TLS *'],
  ),
  host_group: doc(oneOrMore(glob).optional(), 'Opsview host group or groups.', 'Production*'),
  hashtag: doc(
    oneOrMore(glob).optional(),
    'Opsview hashtag or hashtags (formerly keywords), without `#`.',
    'webshop',
  ),
};

/** All given conditions must hold; a list holds when any of its entries does. */
const match = z.strictObject(conditions);

const service = z.strictObject({
  name: doc(z.string().min(1), 'How customers call this business service.', 'Web shop'),
  customers: doc(
    z.array(id).default([]),
    'Keys from `customers`: who uses this service. Tickets name the first one.',
    ['acme'],
  ),
  criticality: doc(
    level.default('medium'),
    'How much the business depends on it: the impact of an outage.',
    'high',
  ),
  owner: doc(
    id.optional(),
    'Key from `teams`: who gets the tickets. Left out: `defaults.team`.',
    'web-operations',
  ),
  vendor: doc(id.optional(), 'Key from `vendors`: who has to help when it fails.', 'acme-telecom'),
  words: doc(
    z.array(z.string().min(1)).default([]),
    'Words by which people mean this service in a ticket, besides its name.',
    ['shop', 'checkout'],
  ),
  match: doc(
    z.array(match).min(1),
    'What Opsview checks for this service. An entry holds when all its conditions do; the first service in file order with an entry that holds wins.',
    [{ host: 'shop*' }, { hashtag: 'webshop' }],
  ),
});

const priorityRule = z.strictObject({
  name: doc(
    z.string().min(1),
    'Shown in the ticket and the timeline as the reason; each name only once.',
    'Shop checkout fails',
  ),
  when: doc(
    z.strictObject({
      ...conditions,
      state: doc(oneOrMore(z.enum(CHECK_STATES)).optional(), 'State or states of the check.', [
        'CRITICAL',
        'DOWN',
      ]),
      service: doc(oneOrMore(id).optional(), 'Key or keys from `services`.', 'webshop'),
      customer: doc(oneOrMore(id).optional(), 'Key or keys from `customers`.', 'acme'),
      vip: doc(z.boolean().optional(), 'Whether a customer of the service is a VIP.', true),
    }),
    'All given conditions must hold; a list holds when any of its entries does.',
  ),
  impact: doc(level.optional(), 'Replaces the impact.', 'high'),
  urgency: doc(level.optional(), 'Replaces the urgency.', 'high'),
});

const matrixRow = (...[low, medium, high]: readonly [Priority, Priority, Priority]) =>
  z.strictObject({
    low: doc(priority, 'Priority at low urgency.', low),
    medium: doc(priority, 'Priority at medium urgency.', medium),
    high: doc(priority, 'Priority at high urgency.', high),
  });

const grouping = z.strictObject({
  by: doc(z.enum(['host', 'service', 'host_group']), 'What the alerts have in common.', 'host_group'),
  within: doc(
    positiveDuration,
    'An alert joins while the incident’s newest alert is at most this old.',
    '5m',
  ),
  at_least: doc(
    z.int().min(2),
    'This many objects must have gone bad within that time, the new one included.',
    5,
  ),
});

const template = (name: keyof typeof DEFAULT_TEMPLATES, description: string) =>
  doc(z.string().min(1).default(DEFAULT_TEMPLATES[name]), description);

export const policySchema = z.strictObject({
  version: doc(z.literal(1), 'Version of this format.', 1),
  defaults: doc(
    z.strictObject({
      requester_email: doc(
        z.email(),
        'Requester of tickets opened for alerts. Freshdesk makes a contact of it and writes to it, so use a mailbox of your own.',
        'monitoring@acme-it.example',
      ),
      team: doc(
        id.optional(),
        'Key from `teams`: who gets tickets of alerts that no service owner takes.',
        'operations',
      ),
      technical_manager: doc(
        id.optional(),
        'Key from `people`: who gets Problem tickets where the customer names nobody.',
        'jo',
      ),
      policy_owner: doc(
        id.optional(),
        'Key from `people`: who is told of faults in this policy, such as a step of a ladder with nobody in it.',
        'jo',
      ),
      time_zone: doc(
        z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Zurich').default('UTC'),
        'IANA time zone of people and rotations that name none.',
        'Europe/Zurich',
      ),
      impact: doc(level.default('medium'), 'Impact of an alert that belongs to no service.', 'medium'),
    }),
    'What holds where nothing else is said.',
  ),
  people: doc(z.record(id, person).default({}), 'Colleagues, each under a key of your choice.'),
  teams: doc(z.record(id, team).default({}), 'Teams of people, each under a key of your choice.'),
  calendars: doc(
    z.record(id, calendar).default({}),
    'Working time, each under a key of your choice, for conditions and promises that depend on it.',
  ),
  customers: doc(z.record(id, customer).default({}), 'Customers, each under a key of your choice.'),
  services: doc(
    z.record(id, service).default({}),
    'Business services, each under a key of your choice: what customers use, and which Opsview objects carry it.',
  ),
  priority: doc(
    z.strictObject({
      urgency: doc(
        z.strictObject({
          DOWN: doc(level, 'Host down.', 'high'),
          UNREACHABLE: doc(level, 'Host behind one that is down.', 'medium'),
          CRITICAL: doc(level, 'Service check critical.', 'high'),
          UNKNOWN: doc(level, 'Service check could not tell.', 'medium'),
          WARNING: doc(level, 'Service check warns.', 'low'),
        }),
        'Urgency by the state of the check.',
      ),
      matrix: doc(
        z.strictObject({
          low: doc(matrixRow('low', 'low', 'medium'), 'Row for low impact.'),
          medium: doc(matrixRow('low', 'medium', 'high'), 'Row for medium impact.'),
          high: doc(matrixRow('medium', 'high', 'urgent'), 'Row for high impact.'),
        }),
        'Priority by impact (row) and urgency (column). It may not fall where impact or urgency rises.',
      ),
      rules: doc(
        z.array(priorityRule).default([]),
        'Exceptions. The first rule that matches replaces impact, urgency or both.',
      ),
    }),
    'How urgent a ticket is: impact × urgency gives the priority.',
  ),
  alerts: doc(
    z.strictObject({
      open_from: doc(
        z.array(z.enum(['DOWN', 'UNREACHABLE', 'CRITICAL', 'UNKNOWN', 'WARNING'])).min(1),
        'States that open an incident; others only change one that is open.',
        ['DOWN', 'CRITICAL'],
      ),
      reopen_within: doc(
        duration,
        'An alert of an incident closed at most this long ago reopens it; later a new ticket names the old one.',
        '24h',
      ),
      host_down_absorbs_services: doc(
        z.boolean(),
        'Whether alerts of a host that is down join the host’s incident.',
        true,
      ),
      group: doc(
        z.array(grouping).default([]),
        'When many alerts become one incident, tried in the order given.',
      ),
      storm: doc(
        z.strictObject({
          alerts: doc(
            z.int().min(2),
            'More objects than this going bad within `within` are a storm: alerts join one incident per customer.',
            30,
          ),
          within: doc(positiveDuration, 'Window in which objects that go bad are counted.', '1m'),
          urgent_max: doc(
            z.int().min(0),
            'Alerts that would be Urgent still get a ticket of their own, at most this many within `within`.',
            10,
          ),
        }),
        'What happens when very many objects go bad at once.',
      ),
      digest_every: doc(
        positiveDuration,
        'Alerts that joined an incident are told to its ticket together, at most once in this time.',
        '1m',
      ),
      acknowledge_in_opsview: doc(
        z.enum(['when_ticket_created', 'never']),
        'Whether Watchdesk acknowledges the alert in Opsview, naming the ticket, so that Opsview stops notifying.',
        'when_ticket_created',
      ),
    }),
    'Which alerts open, join and reopen incidents.',
  ),
  closing: doc(
    z.strictObject({
      soak: doc(
        z.strictObject({
          urgent: doc(duration, 'For priority Urgent.', '10m'),
          high: doc(duration, 'For priority High.', '10m'),
          medium: doc(duration, 'For priority Medium.', '15m'),
          low: doc(duration, 'For priority Low.', '30m'),
        }),
        'How long healthy must hold, as read back from Opsview, before an incident closes.',
      ),
      ...closingExtras,
    }),
    'What proof an incident needs before it closes.',
  ),
  tickets: doc(tickets.prefault({}), 'Tickets that people raise in Freshdesk.'),
  problems: doc(problems.prefault({}), 'Problem tickets: what should not happen again.'),
  rotations: doc(z.record(id, rotation).default({}), 'Who is on call when, each under a key of your choice.'),
  ...escalation,
  read_back: doc(
    z.strictObject({
      every: doc(
        positiveDuration,
        'How often Watchdesk reads everything unhandled from Opsview, so that a lost notification is found.',
        '60s',
      ),
    }),
    'The periodic look at Opsview.',
  ),
  templates: doc(
    z
      .strictObject({
        subject: template('subject', 'Ticket subject: one line of plain text.'),
        description: template('description', 'Ticket description (HTML).'),
        note_recovered: template(
          'note_recovered',
          'Private note: everything is healthy again, proof is collected.',
        ),
        note_reopened: template('note_reopened', 'Private note: it went bad again.'),
        note_worsened: template('note_worsened', 'Private note: the state or the priority became worse.'),
        note_joined: template('note_joined', 'Private note: more alerts belong to this incident.'),
        note_closed: template('note_closed', 'Private note: closed, and the proof.'),
        note_proof_missing: template(
          'note_proof_missing',
          'Private note: closed by hand without proof, so set back, and what is missing.',
        ),
        note_gate_stopped: template(
          'note_gate_stopped',
          'Private note: closed without proof so often that Watchdesk no longer sets it back.',
        ),
        note_reply_unclear: template(
          'note_reply_unclear',
          'Private note: a reply on a resolved ticket that only a person can understand.',
        ),
        note_information: template('note_information', 'Private note: anything else worth telling an agent.'),
        note_triage: template(
          'note_triage',
          'Private note: what a new ticket was taken for and why, and what people are asked.',
        ),
        note_people: template(
          'note_people',
          'Private note: people changed what a rule had decided, and it stays as they set it.',
        ),
        note_problem: template('note_problem', 'Private note: about a Problem, opened, proposed or overdue.'),
      })
      .prefault({}),
    'The texts of tickets and notes. One that is left out is built in, see below.',
  ),
});

/** The checked policy: durations are milliseconds, defaults are filled in, references were resolved by `loadPolicy`. */
export type PolicyRules = z.infer<typeof policySchema>;

/** A policy in force. `hash` is a short hash of the text and is recorded with every decision; `source` names the file. */
export type Policy = PolicyRules & Readonly<{ hash: string; source: string }>;
