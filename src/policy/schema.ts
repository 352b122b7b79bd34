import { z } from 'zod';
import { CHECK_STATES } from '../model/check-event.ts';
import { LEVELS, PRIORITIES } from '../model/priority.ts';

/** `90s`, `30m`, `4h`, `2d`; read as milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'a duration such as 30s, 15m, 4h or 2d')
  .transform((text) => {
    const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[text.at(-1) as 's' | 'm' | 'h' | 'd'];
    return Number(text.slice(0, -1)) * unit;
  });

/** A name used as a key elsewhere in the policy. */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes');
const level = z.enum(LEVELS);
const priority = z.enum(PRIORITIES);
/** `*` stands for any run of characters, `?` for one; the rest is literal; letter case is ignored. */
const glob = z.string().min(1);
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

const person = z.strictObject({ name: z.string().min(1), email: z.email() });

const team = z.strictObject({
  name: z.string().min(1),
  members: z.array(id).default([]),
  /** Freshdesk group id that tickets of this team are assigned to. */
  freshdesk_group_id: z.int().positive().optional(),
});

const customer = z.strictObject({
  name: z.string().min(1),
  vip: z.boolean().default(false),
  /** Requester of tickets that alerts open for this customer; else `defaults.requester_email`. */
  requester_email: z.email().optional(),
});

/** All given conditions must hold; a list holds when any of its entries does. */
const match = z.strictObject({
  host: oneOrMore(glob).optional(),
  check: oneOrMore(glob).optional(),
  host_group: oneOrMore(glob).optional(),
  hashtag: oneOrMore(glob).optional(),
});

const service = z.strictObject({
  name: z.string().min(1),
  customers: z.array(id).default([]),
  /** How much the business depends on it: the impact of an outage. */
  criticality: level.default('medium'),
  owner: id.optional(),
  /** First service (in file order) with a matching entry wins. */
  match: z.array(match).min(1),
});

const priorityRule = z.strictObject({
  name: z.string().min(1),
  when: match.extend({
    state: oneOrMore(z.enum(CHECK_STATES)).optional(),
    service: oneOrMore(id).optional(),
    customer: oneOrMore(id).optional(),
    vip: z.boolean().optional(),
  }),
  impact: level.optional(),
  urgency: level.optional(),
});

const matrixRow = z.strictObject({ low: priority, medium: priority, high: priority });

const grouping = z.strictObject({
  by: z.enum(['host', 'service', 'host_group']),
  /** An alert joins while the incident's newest alert is at most this old. */
  within: duration,
  /** This many objects must have gone bad within that time, the new one included. */
  at_least: z.int().min(2),
});

export const policySchema = z.strictObject({
  version: z.literal(1),
  defaults: z.strictObject({
    /** Requester of tickets opened for alerts. Freshdesk makes a contact of it. */
    requester_email: z.email(),
    team: id.optional(),
    /** Impact of an alert that belongs to no service. */
    impact: level.default('medium'),
  }),
  people: z.record(id, person).default({}),
  teams: z.record(id, team).default({}),
  customers: z.record(id, customer).default({}),
  services: z.record(id, service).default({}),
  priority: z.strictObject({
    /** Urgency by the state of the check. */
    urgency: z.strictObject({
      DOWN: level,
      UNREACHABLE: level,
      CRITICAL: level,
      UNKNOWN: level,
      WARNING: level,
    }),
    /** matrix.<impact>.<urgency> */
    matrix: z.strictObject({ low: matrixRow, medium: matrixRow, high: matrixRow }),
    /** First rule that matches replaces impact, urgency or both. */
    rules: z.array(priorityRule).default([]),
  }),
  alerts: z.strictObject({
    /** States that open an incident; others only change one that is open. */
    open_from: z.array(z.enum(['DOWN', 'UNREACHABLE', 'CRITICAL', 'UNKNOWN', 'WARNING'])).min(1),
    /** An alert of an incident closed at most this long ago reopens it; later a new one names the old. */
    reopen_within: duration,
    host_down_absorbs_services: z.boolean(),
    group: z.array(grouping).default([]),
    storm: z.strictObject({
      /** More objects than this going bad within `within` are a storm: alerts join one incident per customer. */
      alerts: z.int().min(2),
      within: duration,
      /** Alerts that would be Urgent still get a ticket of their own, at most this many within `within`. */
      urgent_max: z.int().min(0),
    }),
    /** Alerts that joined an incident are told to its ticket together, at most once in this time. */
    digest_every: duration,
    acknowledge_in_opsview: z.enum(['when_ticket_created', 'never']),
  }),
  closing: z.strictObject({
    /** By priority: how long healthy must hold, as read back from Opsview, before an incident closes. */
    soak: z.strictObject({ urgent: duration, high: duration, medium: duration, low: duration }),
  }),
  read_back: z.strictObject({ every: duration }),
  templates: z.strictObject({
    subject: z.string().min(1),
    description: z.string().min(1),
    note_recovered: z.string().min(1),
    note_reopened: z.string().min(1),
    note_worsened: z.string().min(1),
    note_joined: z.string().min(1),
    note_closed: z.string().min(1),
    note_proof_missing: z.string().min(1),
    note_information: z.string().min(1),
  }),
});

/** The checked policy: durations are milliseconds, defaults are filled in, references were resolved by `loadPolicy`. */
export type PolicyRules = z.infer<typeof policySchema>;

/** A policy in force. `version` is a short hash of the text and is recorded with every decision. */
export type Policy = PolicyRules & Readonly<{ hash: string; source: string }>;
