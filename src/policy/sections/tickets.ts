import { z } from 'zod';
import { LINK_STRATEGIES } from '../../model/child-link.ts';
import { type AskedField, DESK_FIELDS } from '../../model/desk-field.ts';
import { TICKET_SOURCES } from '../../model/ticket-event.ts';
import { DEFAULT_WORDS } from '../default-words.ts';
import { doc, duration, glob, id, level, oneOrMore, positiveDuration } from '../value-kinds.ts';

/** What Watchdesk does with tickets that people raise in Freshdesk. */

const ISSUE_TYPES = ['Question', 'Feature Request', 'Incident'] as const;
const confidence = z.number().min(0).max(1);
const words = z.array(z.string().min(1));
const builtIn = (kind: keyof typeof DEFAULT_WORDS) => words.default([...DEFAULT_WORDS[kind]]);

export const ticketConditions = {
  subject: doc(oneOrMore(glob).optional(), 'Subject; `*` is any run of characters, `?` one.', '*VPN*'),
  words: doc(
    oneOrMore(z.string().min(1)).optional(),
    'Words or phrases of which one occurs in subject or text, as whole words, letter case and accents ignored. `*` at the end or beginning of a word stands for any letters, `...` for up to five words.',
    ['vpn', 'remote access'],
  ),
  requester: doc(oneOrMore(glob).optional(), 'Requester’s e-mail address.', '*@acme.example'),
  company: doc(oneOrMore(glob).optional(), 'Requester’s company as named in Freshdesk.', 'Acme*'),
  customer: doc(oneOrMore(id).optional(), 'Key or keys from `customers`.', 'acme'),
  vip: doc(z.boolean().optional(), 'Whether the customer is a VIP.', true),
  tag: doc(oneOrMore(glob).optional(), 'Tag of the ticket.', 'outage'),
  source: doc(oneOrMore(z.enum(TICKET_SOURCES)).optional(), 'How the ticket came.', 'phone'),
  service: doc(
    oneOrMore(id).optional(),
    'Key or keys from `services`, as recognised in the text.',
    'webshop',
  ),
  calendar: doc(id.optional(), 'Key from `calendars`: the working time that `hours` means.', 'office'),
  hours: doc(
    z.enum(['within', 'outside']).optional(),
    'Whether the ticket was made within or outside the working time of `calendar`.',
    'outside',
  ),
};

const classificationRule = z.strictObject({
  name: doc(
    z.string().min(1),
    'Shown in the ticket and the timeline as the reason; each name only once.',
    'Invoices are questions',
  ),
  when: doc(
    z.strictObject(ticketConditions),
    'All given conditions must hold; a list holds when any of its entries does.',
  ),
  type: doc(z.enum(ISSUE_TYPES).optional(), 'What such a ticket is.', 'Question'),
  category: doc(z.string().min(1).optional(), 'Its category.', 'Billing'),
  sub_category: doc(z.string().min(1).optional(), 'Its sub-category.', 'Invoice'),
  impact: doc(level.optional(), 'Replaces the impact of an incident.', 'high'),
  urgency: doc(level.optional(), 'Replaces the urgency of an incident.', 'high'),
  confidence: doc(confidence.default(1), 'How sure this rule is of the type, 0 to 1.', 0.9),
});

const category = z.strictObject({
  name: doc(z.string().min(1), 'The category.', 'Network'),
  words: doc(
    words.default([]),
    'Words or phrases of which one occurs in such a ticket, written as in `when.words`.',
    ['vpn', 'wifi', 'dns'],
  ),
  sub_categories: doc(
    z.record(z.string().min(1), z.array(z.string().min(1))).default({}),
    'Sub-categories, each with its words.',
    { VPN: ['vpn', 'remote access'] },
  ),
});

const askedKeys = (Object.keys(DESK_FIELDS) as (keyof typeof DESK_FIELDS)[]).filter(
  (key) => DESK_FIELDS[key].side === 'asked',
) as [AskedField, ...AskedField[]];

const question = z.strictObject({
  field: doc(z.enum(askedKeys), 'The ticket’s field that holds the answer.', 'workaround'),
  ask: doc(z.string().min(1), 'The question, as the agent reads it.', 'Is there a workaround?'),
  effects: doc(
    z
      .array(
        z.strictObject({
          answer: doc(z.string().min(1), 'The answer that has this effect.', 'Yes'),
          impact: doc(level.optional(), 'Impact is at least this.', 'high'),
          urgency: doc(level.optional(), 'Urgency is at least this.', 'high'),
          urgency_at_most: doc(level.optional(), 'Urgency is at most this.', 'medium'),
          impact_at_most: doc(level.optional(), 'Impact is at most this.', 'low'),
        }),
      )
      .default([]),
    'What an answer does to impact and urgency.',
  ),
});

const DEFAULT_QUESTIONS = [
  {
    field: 'affected',
    ask: 'How many people are affected?',
    effects: [
      { answer: 'One person', impact_at_most: 'low' },
      { answer: 'Several people', impact: 'medium' },
      { answer: 'A whole site or team', impact: 'high' },
      { answer: 'Everybody', impact: 'high', urgency: 'high' },
    ],
  },
  {
    field: 'workaround',
    ask: 'Is there a workaround?',
    effects: [
      { answer: 'Yes', urgency_at_most: 'medium' },
      { answer: 'No', urgency: 'medium' },
    ],
  },
  {
    field: 'external_users',
    ask: 'Are users outside the company affected?',
    effects: [{ answer: 'Yes', impact: 'high' }],
  },
  {
    field: 'security',
    ask: 'Is security or data at risk?',
    effects: [
      { answer: 'Yes', impact: 'high', urgency: 'high' },
      { answer: 'Perhaps', urgency: 'high' },
    ],
  },
] as const;

const classification = z.strictObject({
  rules: doc(
    z.array(classificationRule).default([]),
    'Tried in order; each may decide what earlier ones left open.',
  ),
  categories: doc(
    z.array(category).default([]),
    'Categories where no rule gives one: the first with a word in the subject, else the first with one in the text.',
  ),
  urgency: doc(level.default('medium'), 'Urgency of an incident before rules, words and answers.', 'medium'),
  words: doc(
    z
      .strictObject({
        incident: doc(builtIn('incident'), 'Words that speak for an incident.', ['does not work', 'error*']),
        question: doc(builtIn('question'), 'Words that speak for a question.', ['how do i', 'wie kann ich']),
        feature_request: doc(builtIn('feature_request'), 'Words that speak for a feature request.', [
          'would be nice',
          'please add',
        ]),
        security: doc(
          builtIn('security'),
          'Words that mean that security or data may be at risk: an incident of high urgency, until the question about security is answered with No.',
          ['phishing', 'data leak'],
        ),
        urgent: doc(builtIn('urgent'), 'Words that raise the urgency of an incident by one level.', ['asap']),
      })
      .prefault({}),
    'Words by which the type is weighed where no rule decides it; a list given here replaces the built-in one (in src/policy/words). Written as in `rules[].when.words`.',
  ),
  ask_below: doc(
    confidence.default(0.6),
    'A type that is less sure than this is not set: a private note asks a person.',
    0.6,
  ),
  questions: doc(
    z
      .array(question)
      .default(
        DEFAULT_QUESTIONS.map((one) => ({ ...one, effects: one.effects.map((effect) => ({ ...effect })) })),
      ),
    'Questions whose answers move impact and urgency of an incident. Where the ticket’s fields do not answer one that matters, a private note asks the agent.',
  ),
});

export const tickets = z.strictObject({
  handle: doc(
    z.boolean().default(true),
    'Whether Watchdesk classifies, assigns and links tickets that people raise. Off: only tickets of alerts are kept.',
    true,
  ),
  classification: doc(classification.prefault({}), 'What a ticket is: type, category, impact and urgency.'),
  assignment: doc(
    z
      .strictObject({
        method: doc(
          z.enum(['none', 'round_robin', 'least_busy']).default('none'),
          'How an agent of the group is chosen among those available: nobody, whoever waited longest, or whoever has the fewest open tickets.',
          'round_robin',
        ),
        rules: doc(
          z
            .array(
              z.strictObject({
                name: doc(z.string().min(1), 'Shown as the reason; each name only once.', 'Networks'),
                category: doc(oneOrMore(z.string().min(1)).optional(), 'Category of the ticket.', 'Network'),
                service: doc(oneOrMore(id).optional(), 'Key or keys from `services`.', 'webshop'),
                customer: doc(oneOrMore(id).optional(), 'Key or keys from `customers`.', 'acme'),
                team: doc(id, 'Key from `teams`: who gets it.', 'platform'),
                skill: doc(
                  z.string().min(1).optional(),
                  'Only members with this skill are chosen, if any is available.',
                  'cisco',
                ),
              }),
            )
            .default([]),
          'Tried in order. Where none matches, the owner of the service gets it, else `defaults.team`.',
        ),
      })
      .prefault({}),
    'Who gets a ticket. A person’s choice is never replaced.',
  ),
  match: doc(
    z
      .strictObject({
        link_at: doc(
          confidence.default(0.7),
          'From this score on, a ticket is linked to the incident it reports.',
          0.7,
        ),
        suggest_at: doc(
          confidence.default(0.45),
          'From this score on, linking is suggested to the agent.',
          0.45,
        ),
        within: doc(
          positiveDuration.prefault('48h'),
          'An incident that began longer before the ticket does not match.',
          '48h',
        ),
      })
      .prefault({}),
    'Which tickets report a problem that is known already.',
  ),
  linking: doc(
    z
      .strictObject({
        strategies: doc(
          z.array(z.enum(LINK_STRATEGIES)).min(1).default(['tracker', 'parent_child', 'note_only']),
          'How Freshdesk shows a link, in order of preference: as tracker and related tickets (up to 300, as far as is known), as parent and child (up to 10; Freshdesk then resolves the parent only after its children), or by notes alone. What the account refuses falls back to the next; the last resort is a note on both tickets.',
          ['tracker', 'note_only'],
        ),
        raise_impact: doc(
          z
            .array(
              z.strictObject({
                reporters: doc(z.int().min(2), 'This many reporters or more …', 5),
                impact: doc(level, '… make the impact at least this.', 'high'),
              }),
            )
            .default([
              { reporters: 3, impact: 'medium' },
              { reporters: 6, impact: 'high' },
            ]),
          'The number of reporters raises the impact.',
        ),
        tell_children: doc(
          z.boolean().default(true),
          'Whether public replies on the main ticket are passed on to the reporters of linked ones.',
          true,
        ),
      })
      .prefault({}),
    'Tickets that report the same problem.',
  ),
  people: doc(
    z
      .strictObject({
        keep_for: doc(
          z.union([z.literal('always'), positiveDuration]).prefault('always'),
          'How long a field stays as a person set it before rules may set it again.',
          'always',
        ),
        release_on_reopen: doc(
          z.boolean().default(true),
          'Whether rules may set it again when the incident is reopened.',
          true,
        ),
      })
      .prefault({}),
    'Fields that people changed are theirs.',
  ),
  update_every: doc(
    z
      .strictObject({
        urgent: doc(duration.prefault('1h'), 'For priority Urgent; 0s for never.', '1h'),
        high: doc(duration.prefault('4h'), 'For priority High.', '4h'),
        medium: doc(duration.prefault('1d'), 'For priority Medium.', '1d'),
        low: doc(duration.prefault('0s'), 'For priority Low.', '0s'),
      })
      .prefault({}),
    'How soon after one public reply the reporter of an incident should hear again; shown in the ticket.',
  ),
  solutions: doc(
    z
      .strictObject({
        search: doc(
          z.boolean().default(true),
          'Whether Freshdesk’s Solutions are searched for a new incident or question.',
          true,
        ),
        folder_id: doc(
          z.int().positive().optional(),
          'Folder of Freshdesk’s Solutions that drafts of articles go to. Left out: no drafts are made.',
          43000567890,
        ),
      })
      .prefault({}),
    'Known solutions.',
  ),
});
