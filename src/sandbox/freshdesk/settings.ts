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

/** Where the automation rules send the ticket number; `secret` goes into the header `X-Watchdesk-Secret`. */
export type WebhookTarget = Readonly<{ url: string; secret: string }>;

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
  webhook: WebhookTarget | undefined;
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
    webhook: undefined,
    webhookRetryMs: [5 * 60_000, 30 * 60_000, 60 * 60_000],
    ...options.settings,
  };
}
