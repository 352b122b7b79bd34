import { z } from 'zod';
import { CHANNELS, LADDER_KINDS, TRIGGERS } from '../../model/escalation.ts';
import { TICKET_TYPES } from '../../model/priority.ts';
import { TICKET_SOURCES } from '../../model/ticket-event.ts';
import { doc, duration, id, oneOrMore, phone, positiveDuration, priority } from '../value-kinds.ts';
import { ESCALATION_WORDS } from '../words/escalation-words.ts';

/** Who is told when nobody reacts, by which channels, and what stops it. */

const channel = z.enum(CHANNELS);

const room = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this room.', 'Operations'),
  channel: doc(
    z.enum(['slack', 'telegram', 'webex', 'teams', 'google_chat', 'webhook', 'ntfy', 'email']),
    'Where it is.',
    'slack',
  ),
  address: doc(
    z.string().min(1),
    'Slack: channel id; Telegram: chat id; Webex: room id; ntfy: topic; e-mail: address; Teams, Google Chat and webhook: the name that the address has in the settings, since addresses of such rooms are secrets.',
    'C024BE91L',
  ),
});

const contact = z.strictObject({
  name: doc(z.string().min(1), 'The person.', 'Kim Lee'),
  level: doc(z.int().min(1).max(9), 'Which of our escalation levels this person is the counterpart of.', 2),
  email: doc(z.email(), 'Where this person is written to.', 'kim@acme.example'),
  phone: doc(phone.optional(), 'Number for calls and text messages.', '+41791234567'),
  language: doc(
    z
      .string()
      .regex(/^[a-z]{2}$/, 'must be a language of two letters')
      .default('en'),
    'Language of the texts, two letters.',
    'de',
  ),
});

/** What a customer has for escalation. */
export const customerEscalation = {
  roles: doc(z.record(id, id).default({}), 'Roles for this customer, each with a key from `people`.', {
    'account-manager': 'jo',
  }),
  contacts: doc(z.array(contact).default([]), 'People of the customer who are informed, by level.'),
};

const vendor = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this vendor.', 'Acme Telecom'),
  contract: doc(z.string().min(1), 'Number of the contract, told to the vendor.', 'C-20944'),
  customer_number: doc(z.string().min(1).optional(), 'Our number with the vendor.', '4711'),
  phone: doc(phone.optional(), 'Hotline.', '+41800123456'),
  email: doc(z.email().optional(), 'Where the vendor takes reports.', 'support@telecom.example'),
  portal: doc(z.url().optional(), 'Page where the vendor takes reports.', 'https://support.telecom.example'),
  hours: doc(id.optional(), 'Key from `calendars`: when the vendor answers. Left out: always.', 'office'),
  response: doc(positiveDuration.optional(), 'How soon the vendor has to react by contract.', '4h'),
  notes: doc(
    z.string().min(1).optional(),
    'What whoever calls should know.',
    'Ask for the second line at once.',
  ),
});

const target = z.union([
  z.strictObject({ person: doc(id, 'Key from `people`.', 'jo') }),
  z.strictObject({ role: doc(id, 'Role of the customer, else one from `roles`.', 'account-manager') }),
  z.strictObject({
    on_call: doc(id, 'Key from `rotations`, or `owner`: that of the team whose ticket it is.', 'platform'),
  }),
  z.strictObject({
    team: doc(
      id,
      'Key from `teams`, or `owner`: the team whose ticket it is. All its members are told.',
      'operations',
    ),
  }),
  z.strictObject({
    room: doc(id, 'Key from `rooms`, or `team`: that of the team whose ticket it is.', 'operations'),
  }),
  z.strictObject({ owner: doc(z.literal(true), 'Whoever has the incident.', true) }),
  z.strictObject({
    manager: doc(
      z.enum(['owner', 'team', 'told']),
      'The manager of whoever has it, of the team, or of those whom this ladder told so far.',
      'team',
    ),
  }),
  z.strictObject({
    stand_in: doc(z.literal('told'), 'The stand-ins of those whom this ladder told so far.', 'told'),
  }),
  z.strictObject({ customer_level: doc(z.int().min(1).max(9), 'The customer’s contacts of this level.', 2) }),
  z.strictObject({ vendor: doc(z.literal(true), 'The vendor of the service.', true) }),
]);
export type Target = z.infer<typeof target>;

const after = z.union([
  duration,
  z
    .string()
    .regex(/^\d{1,3}%$/, 'must be a duration such as 15m, or part of the target such as 75%')
    .transform((text) => ({ percent: Number(text.slice(0, -1)) })),
]);

const rung = z.strictObject({
  name: doc(z.string().min(1), 'Shown as the step; each name only once in a ladder.', 'Team lead'),
  level: doc(
    z.int().min(1).max(9).optional(),
    'Level that the escalation has reached then. Left out: the rung’s place in the ladder.',
    2,
  ),
  after: doc(after.optional(), 'How long after the ladder began, or which part of its target.', '15m'),
  at_level: doc(
    z.int().min(1).max(9).optional(),
    'Instead of `after`: when another ladder of the incident reaches this level.',
    2,
  ),
  calendar: doc(
    id.optional(),
    'Counts working time of this calendar: a key from `calendars`, `customer` for the customer’s own, or `always`. Left out: as the ladder.',
    'always',
  ),
  tell: doc(z.array(target).min(1), 'Who is told: a list whose entries each have one of the keys below.', [
    { on_call: 'platform' },
  ]),
  channels: doc(
    z.array(channel).min(1).optional(),
    'Tried in this order until one delivers. Left out: as `notify` says for the hour and the priority.',
    ['telegram', 'sms', 'voice'],
  ),
  hold_until: doc(
    id.optional(),
    'Key from `calendars`: the message waits until its working hours.',
    'office',
  ),
  before_next: doc(
    z.enum(['delivered', 'acknowledged', 'nothing']).default('delivered'),
    'What must have happened before the next rung: delivered to somebody, or failed for all; acknowledged by somebody told; or nothing.',
    'delivered',
  ),
  wait_at_most: doc(
    positiveDuration.optional(),
    'With `acknowledged`: the next rung goes on without it after this time. Left out: it waits for ever.',
    '30m',
  ),
  repeat: doc(
    z
      .strictObject({
        every: doc(positiveDuration, 'Told again this often …', '15m'),
        at_most: doc(z.int().min(1).max(50), '… so many times.', 3),
      })
      .optional(),
    'Whether the rung is told again while nothing happens.',
  ),
  director: doc(
    z.boolean().default(false),
    'This is the Director’s rung: told once per incident and level, whichever ladder comes first, by e-mail, only after every lower rung reached somebody or failed for a known reason, and not before `stop_within` has passed.',
    true,
  ),
  stop_within: doc(
    duration.prefault('10m'),
    'For the Director’s rung: it is announced so long before to those told so far, each of whom can stop it with a reason.',
    '10m',
  ),
  meeting: doc(id.optional(), 'Key from `meetings`: those told are called together there.', 'bridge'),
  ask_estimate: doc(z.boolean().default(false), 'Whether the owner is asked how long it will take.', true),
});

const SIGNALS = ['assigned', 'acknowledged', 'public_reply', 'progress', 'resolved'] as const;

const ladder = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this ladder.', 'Nobody takes it'),
  kind: doc(z.enum(LADDER_KINDS), 'What it is for.', 'technical'),
  watches: doc(
    z.enum(['acknowledge', 'response', 'progress', 'resolution', 'accept', 'level', 'trigger']),
    'What it waits for: `acknowledge`: somebody takes the incident; `response`: the reporter’s first answer; `progress`: somebody works on it; `resolution`: it is resolved; `accept`: somebody told accepts this duty; `level`: other ladders’ levels are followed; `trigger`: begins with what `starts_on` names and waits until somebody told acknowledges.',
    'acknowledge',
  ),
  when: doc(
    z
      .strictObject({
        type: doc(
          oneOrMore(z.enum(TICKET_TYPES)).optional(),
          'Type of issue. Left out: Incident.',
          'Incident',
        ),
        priority: doc(oneOrMore(priority).optional(), 'Priority or priorities.', ['urgent', 'high']),
        service: doc(oneOrMore(id).optional(), 'Key or keys from `services`.', 'webshop'),
        customer: doc(oneOrMore(id).optional(), 'Key or keys from `customers`.', 'acme'),
        vip: doc(z.boolean().optional(), 'Whether the customer is a VIP.', true),
        team: doc(oneOrMore(id).optional(), 'Key or keys from `teams`: whose ticket it is.', 'platform'),
        origin: doc(
          z.enum(['alert', 'ticket']).optional(),
          'Whether monitoring or people told of it first.',
          'ticket',
        ),
        source: doc(oneOrMore(z.enum(TICKET_SOURCES)).optional(), 'How the ticket came.', 'email'),
        reported: doc(z.boolean().optional(), 'Whether somebody waits for an answer.', true),
      })
      .prefault({}),
    'For which incidents; all given conditions must hold.',
  ),
  starts_on: doc(z.array(z.enum(TRIGGERS)).default([]), 'With `trigger`: what begins it.', [
    'words',
    'field',
    'second_reopen',
  ]),
  calendar: doc(
    id.default('always'),
    'Counts working time of this calendar: a key from `calendars`, `customer` for the customer’s own (always, where it has none), or `always`.',
    'always',
  ),
  target: doc(
    z
      .union([
        positiveDuration,
        z.strictObject({
          urgent: doc(positiveDuration.optional(), 'For priority Urgent.', '4h'),
          high: doc(positiveDuration.optional(), 'For priority High.', '8h'),
          medium: doc(positiveDuration.optional(), 'For priority Medium.', '2d'),
          low: doc(positiveDuration.optional(), 'For priority Low.', '5d'),
        }),
      ])
      .optional(),
    'What `after: 75%` is a part of.',
    '4h',
  ),
  stops_on: doc(
    z.array(z.enum(SIGNALS)).optional(),
    'Ends it. Left out: what it watches; a resolved incident always ends it.',
    ['resolved'],
  ),
  pauses_on: doc(
    z.array(z.enum(SIGNALS)).optional(),
    'Lets it rest, for `acknowledged_for` at most. Left out: `acknowledged` for ladders that watch acknowledging, nothing for others.',
    ['acknowledged'],
  ),
  restarts_on: doc(
    z.array(z.enum(SIGNALS)).optional(),
    'Begins it again. Left out: `progress` for ladders that watch progress, nothing for others.',
    ['progress'],
  ),
  acknowledged_for: doc(
    positiveDuration.prefault('60m'),
    'So long an acknowledgement counts after the last sign of work; then the ladder goes on and first tells its last rung again.',
    '60m',
  ),
  rungs: doc(z.array(rung).min(1), 'Its steps, the earliest first.'),
  last: doc(
    z
      .strictObject({
        after: doc(duration.prefault('30m'), 'How long after the last rung and its repeats.', '30m'),
        person: doc(id, 'Key from `people`: a named person.', 'dana'),
        channels: doc(z.array(channel).min(1).optional(), 'As in a rung.', ['email', 'sms']),
      })
      .optional(),
    'The catch-all: a named person who is told when the ladder has run out and nothing happened, or when a rung had nobody in it.',
  ),
});

export const escalation = {
  roles: doc(
    z.record(id, id).default({}),
    'Roles, each with a key from `people`; customers may name their own.',
    { director: 'dana', 'service-manager': 'jo' },
  ),
  rooms: doc(z.record(id, room).default({}), 'Rooms in chat programs, each under a key of your choice.'),
  vendors: doc(z.record(id, vendor).default({}), 'Vendors of services, each under a key of your choice.'),
  meetings: doc(
    z
      .record(
        id,
        z.strictObject({
          name: doc(z.string().min(1), 'How colleagues call it.', 'Incident bridge'),
          link: doc(z.url(), 'Page or dial-in (`tel:`) where people meet.', 'https://meet.example/bridge'),
          dial_in: doc(
            z.string().min(1).optional(),
            'Number and code for those without the page.',
            '+41445550000, code 77',
          ),
        }),
      )
      .default({}),
    'Where people are called together.',
  ),
  notify: doc(
    z
      .strictObject({
        channels: doc(
          z.array(channel).min(1).default(['email']),
          'Channels by which people are told where nothing else is said, tried in this order; those for which a person has no address are left out.',
          ['telegram', 'sms', 'email'],
        ),
        rules: doc(
          z
            .array(
              z.strictObject({
                name: doc(z.string().min(1), 'Shown as the reason.', 'At night'),
                when: doc(
                  z.strictObject({
                    priority: doc(oneOrMore(priority).optional(), 'Priority or priorities.', 'urgent'),
                    calendar: doc(
                      id.optional(),
                      'Key from `calendars`: the working time that `hours` means.',
                      'office',
                    ),
                    hours: doc(
                      z.enum(['within', 'outside']).optional(),
                      'Whether it is within or outside that working time.',
                      'outside',
                    ),
                  }),
                  'All given conditions must hold.',
                ),
                channels: doc(z.array(channel).min(1).optional(), 'Used then, tried in this order.', [
                  'telegram',
                  'voice',
                ]),
                hold: doc(
                  z.boolean().default(false),
                  'The message waits for the working hours of `calendar`.',
                  true,
                ),
              }),
            )
            .default([]),
          'The first rule that matches counts.',
        ),
        delivered_within: doc(
          positiveDuration.prefault('2m'),
          'A message that is not known to be delivered by then is also sent by the next channel.',
          '2m',
        ),
        bundle_within: doc(
          duration.prefault('1m'),
          'What one person is told by one channel within this time comes as one message. 0s for never.',
          '1m',
        ),
      })
      .prefault({}),
    'How people are told.',
  ),
  escalation: doc(
    z
      .strictObject({
        words: doc(
          z.array(z.string().min(1)).default([...ESCALATION_WORDS]),
          'Words or phrases in a reporter’s reply that mean that they want it escalated, written as in `tickets.classification.rules[].when.words`; a list given here replaces the built-in one.',
          ['escalate', 'speak to your manager'],
        ),
        tags: doc(
          z.array(z.string().min(1)).default(['escalate', 'escalated']),
          'Tags of a ticket that mean it.',
          ['escalate'],
        ),
        low_rating: doc(z.boolean().default(true), 'Whether an unhappy satisfaction rating means it.', true),
        missed_update_after: doc(
          duration.prefault('30m'),
          'An update to the reporter that is overdue by this much means it.',
          '30m',
        ),
      })
      .prefault({}),
    'What makes customers’ escalations begin.',
  ),
  ladders: doc(z.record(id, ladder).default({}), 'Ladders, each under a key of your choice.'),
};
