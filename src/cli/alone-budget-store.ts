import type { BudgetStore, Spent } from '../connectors/freshdesk/call-budget.ts';

type Window = { startMs: number; used: number; blockedUntilMs: number };

/** Counts the calls of one command alone, for when the database that all processes share cannot be opened. */
export function aloneBudgetStore(): BudgetStore {
  const windows = new Map<string, Window>();
  const windowOf = (bucket: string): Window => {
    const window = windows.get(bucket) ?? { startMs: Number.NEGATIVE_INFINITY, used: 0, blockedUntilMs: 0 };
    windows.set(bucket, window);
    return window;
  };
  return {
    async spend(bucket, { limit, windowMs, now }): Promise<Spent> {
      const window = windowOf(bucket);
      const nowMs = now.getTime();
      if (nowMs < window.blockedUntilMs) return { granted: false, retryAt: new Date(window.blockedUntilMs) };
      if (nowMs >= window.startMs + windowMs) Object.assign(window, { startMs: nowMs, used: 0 });
      if (window.used >= limit) return { granted: false, retryAt: new Date(window.startMs + windowMs) };
      window.used += 1;
      return { granted: true, left: limit - window.used };
    },
    async block(bucket, until) {
      const window = windowOf(bucket);
      window.blockedUntilMs = Math.max(window.blockedUntilMs, until.getTime());
    },
  };
}
