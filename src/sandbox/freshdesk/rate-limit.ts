import type { Clock } from '../../model/clock.ts';
import type { RateLimits } from './settings.ts';

export type CallKind = 'create' | 'update' | 'list' | 'other';

/** One minute of calls; `startedAt` in ms since 1970. Refused calls are counted apart. */
export type Minute = { startedAt: number; total: number; refused: number } & Record<CallKind, number>;

export type Spent = Readonly<{ allowed: boolean; total: number; remaining: number; retryAfterS: number }>;

const WINDOW_MS = 60_000;
const MINUTES_KEPT = 24 * 60;

/**
 * Fixed windows of one minute that begin with the first call and refill at once; every call costs, failed ones too.
 * Source: recorded remaining values, freshdesk-api reference 1.3.
 */
export class RateLimiter {
  readonly minutes: Minute[] = [];
  readonly #clock: Clock;
  readonly #limits: () => RateLimits;

  constructor(clock: Clock, limits: () => RateLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  spend(kind: CallKind, cost: number): Spent {
    const now = this.#clock.now().getTime();
    const minute = this.#current(now);
    const limits = this.#limits();
    const subLimit = kind === 'other' ? Number.POSITIVE_INFINITY : limits[kind];
    const allowed = minute.total + cost <= limits.total && minute[kind] + 1 <= subLimit;
    if (allowed) {
      minute.total += cost;
      minute[kind] += 1;
    } else {
      minute.refused += 1;
    }
    return {
      allowed,
      total: limits.total,
      remaining: Math.max(0, limits.total - minute.total),
      retryAfterS: Math.max(1, Math.ceil((minute.startedAt + WINDOW_MS - now) / 1000)),
    };
  }

  /** Calls in the window that runs now; 0 when the last one is over. */
  usedNow(): number {
    const last = this.minutes.at(-1);
    return last && this.#clock.now().getTime() - last.startedAt < WINDOW_MS ? last.total : 0;
  }

  #current(now: number): Minute {
    const last = this.minutes.at(-1);
    if (last && now - last.startedAt < WINDOW_MS && now >= last.startedAt) return last;
    const fresh: Minute = { startedAt: now, total: 0, refused: 0, create: 0, update: 0, list: 0, other: 0 };
    this.minutes.push(fresh);
    if (this.minutes.length > MINUTES_KEPT) this.minutes.shift();
    return fresh;
  }
}
