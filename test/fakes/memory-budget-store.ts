import type { BudgetStore } from '../../src/connectors/freshdesk/call-budget.ts';

/** Counts as the database does, in memory; two budgets that share one are two processes of one account. */
export function memoryBudgetStore(): BudgetStore {
  const buckets = new Map<string, { windowStart: number; used: number; blockedUntil: number }>();
  const bucketOf = (name: string) => {
    const bucket = buckets.get(name) ?? { windowStart: Number.NEGATIVE_INFINITY, used: 0, blockedUntil: 0 };
    buckets.set(name, bucket);
    return bucket;
  };
  return {
    spend: async (name, { limit, windowMs, now }) => {
      const bucket = bucketOf(name);
      const at = now.getTime();
      if (bucket.blockedUntil > at) return { granted: false, retryAt: new Date(bucket.blockedUntil) };
      if (at >= bucket.windowStart + windowMs) {
        bucket.windowStart = at;
        bucket.used = 0;
      }
      if (bucket.used >= limit) return { granted: false, retryAt: new Date(bucket.windowStart + windowMs) };
      bucket.used += 1;
      return { granted: true, left: limit - bucket.used };
    },
    block: async (name, until) => {
      const bucket = bucketOf(name);
      bucket.blockedUntil = Math.max(bucket.blockedUntil, until.getTime());
    },
  };
}
