import type { Clock } from '../../model/clock.ts';

/** Calls per minute of one account: all together, and those of a kind within them. */
export type RateLimits = Readonly<{ total: number; create: number; update: number; list: number }>;

export type Plan = 'trial' | 'growth' | 'pro' | 'enterprise';

/** Source: support.freshdesk.com article 225439 (March 2024); the trial has one figure only. */
export const PLAN_LIMITS: Readonly<Record<Plan, RateLimits>> = {
  trial: { total: 50, create: 50, update: 50, list: 50 },
  growth: { total: 200, create: 80, update: 80, list: 20 },
  pro: { total: 400, create: 160, update: 160, list: 100 },
  enterprise: { total: 700, create: 280, update: 280, list: 200 },
};

/** One HTTP call that an automation rule makes. */
export type WebhookCall = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;

/**
 * Where the automation rules send the ticket number.
 *
 * Shape:  `secret` goes into the header that `header` names, by default `X-Watchdesk-Secret`. `isWrapped`: the body is one
 *         object under `freshdesk_webhook`, as of a rule with simple content.
 */
export type WebhookTarget = Readonly<{
  url: string;
  secret: string;
  header?: string;
  isWrapped?: boolean;
  /** Default `text`. */
  ticketIdAs?: 'text' | 'number';
}>;

/** What happens to the next webhooks on their way; `lose` and `duplicate` count down. */
export type WebhookTrouble = { lose: number; duplicate: number; isReversed: boolean };

/** Keys of an update that tie tickets together. */
export type AssociationKey = 'parent_id' | 'tracker_id' | 'related_ticket_ids';

/** What differs between accounts, or is not known for sure; tests and pages may change it while running. */
export type FreshdeskSettings = {
  limits: RateLimits;
  /** How long after a write the search finds it. */
  searchDelayMs: number;
  /** How long after a create the deadlines are set and the creation rules run. */
  settleDelayMs: number;
  bulkDelayMs: number;
  associationsEnabled: boolean;
  childrenMax: number;
  relatedMax: number;
  /** Of a full parent or tracker; false: the refusal has the words of any other. */
  tellsAssociationLimit: boolean;
  /** Keys that an update of this account does not know, and how it answers to them. */
  unknownAssociationKeys: readonly AssociationKey[];
  unknownKeyAnswer:
    | 'invalid_field'
    | 'invalid_value'
    | 'require_feature'
    | 'not_found'
    | 'method_not_allowed'
    | 'ignored';
  /** Words of `include` that the account refuses when a ticket is viewed. */
  refusedIncludes: readonly string[];
  /** A customer's answer opens a ticket again, as by the account's stock rule. */
  reopensOnAnswer: boolean;
  webhook: WebhookTarget | undefined;
  webhookTrouble: WebhookTrouble;
  /** Waiting times before the second, third and fourth try of a webhook. */
  webhookRetryMs: readonly number[];
};

export type SandboxFreshdeskOptions = Readonly<{
  clock: Clock;
  /** Default `SANDBOX_API_KEY`. */
  apiKey?: string;
  /** Default `pro`. */
  plan?: Plan;
  settings?: Partial<FreshdeskSettings>;
  /** Starts with Watchdesk's ticket fields and the people of policy/sandbox.yaml, as far as they are not there. */
  isFurnished?: boolean;
  persistPath?: string;
  /** Carries webhook calls and gives the HTTP status of the answer; default is a real HTTP request. */
  onWebhook?: (call: WebhookCall) => Promise<number>;
}>;

export const SANDBOX_API_KEY = 'sandbox-api-key';

export function settingsFrom(options: SandboxFreshdeskOptions): FreshdeskSettings {
  return {
    limits: PLAN_LIMITS[options.plan ?? 'pro'],
    searchDelayMs: 120_000,
    settleDelayMs: 1000,
    bulkDelayMs: 2000,
    associationsEnabled: true,
    childrenMax: 10,
    relatedMax: 300,
    tellsAssociationLimit: true,
    unknownAssociationKeys: [],
    unknownKeyAnswer: 'invalid_field',
    refusedIncludes: [],
    reopensOnAnswer: true,
    webhook: undefined,
    webhookTrouble: { lose: 0, duplicate: 0, isReversed: false },
    webhookRetryMs: [5 * 60_000, 30 * 60_000, 60 * 60_000],
    ...options.settings,
  };
}
