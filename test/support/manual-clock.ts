import type { Clock } from '../../src/model/clock.ts';

/** A clock that only a test moves. */
export type ManualClock = Clock & { advance(ms: number): void; set(to: Date | string): void };

export function manualClock(start: Date | string = '2026-03-02T09:00:00Z'): ManualClock {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
    set: (to) => {
      now = new Date(to).getTime();
    },
  };
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
