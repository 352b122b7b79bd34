/** Calls per minute for a whole Freshdesk account, all keys and apps together. */
export type CallLimits = Readonly<{ all: number; create: number; update: number; list: number }>;

/** Source: Freshdesk's rate limit article (2024); the trial's total also recorded, its sub-limits are not published. */
export const PLAN_LIMITS = {
  trial: { all: 50, create: 50, update: 50, list: 20 },
  growth: { all: 200, create: 80, update: 80, list: 20 },
  pro: { all: 400, create: 160, update: 160, list: 100 },
  enterprise: { all: 700, create: 280, update: 280, list: 200 },
} as const satisfies Record<string, CallLimits>;

/** Totals of the old plans, which Freshdesk counts per hour instead of per minute. */
const HOURLY_TOTALS: readonly number[] = [3000, 5000];

/**
 * Limits that go with a total told by `x-ratelimit-total` or by the settings: a published plan's own, else (calls were
 * bought, or a new plan) the proportions of the published plans on the cautious side.
 */
export function limitsForTotal(total: number): CallLimits {
  const plan = Object.values(PLAN_LIMITS).find(({ all }) => all === total);
  if (plan) return plan;
  const all = Math.max(1, HOURLY_TOTALS.includes(total) ? Math.floor(total / 60) : total);
  if (all < PLAN_LIMITS.growth.all) return { all, create: all, update: all, list: Math.min(all, 20) };
  const writes = Math.floor(all * 0.4);
  return {
    all,
    create: writes,
    update: writes,
    list: Math.floor(all * (all < PLAN_LIMITS.pro.all ? 0.1 : 0.25)),
  };
}

/** What is left for us after the reserve for people's other apps; at least one call of each kind. */
export function withoutReserve(limits: CallLimits, reserve: number): CallLimits {
  const ours = (calls: number): number => Math.max(1, Math.floor(calls * (1 - reserve)));
  return {
    all: ours(limits.all),
    create: ours(limits.create),
    update: ours(limits.update),
    list: ours(limits.list),
  };
}
