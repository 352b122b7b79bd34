import type { Clock } from '../model/clock.ts';
import type { Metrics } from '../model/metrics.ts';

/** Whether the other side answered when it was last asked. `since` is when it became so; UTC. */
export type Reachability = Readonly<{
  state: 'reachable' | 'unreachable' | 'unknown';
  since?: Date;
  why?: string;
}>;

export type OtherSide = 'freshdesk' | 'opsview';

/** These outcomes say that nobody useful answered; a refusal of one request is an answer all the same. */
const WHY_UNREACHABLE: Readonly<Record<string, string>> = {
  not_sent: 'it cannot be reached',
  outcome_unknown: 'it does not answer, or with an error of its own',
  unauthorised: 'it refuses our key or user',
};

/** Learns from every call that is made anyway whether the other sides answer, so that looking costs no call. */
export function createReachability(clock: Clock): Readonly<{
  of(side: OtherSide): Reachability;
  /** The same counters, with an ear on the calls. */
  listening(metrics: Metrics): Metrics;
}> {
  const states = new Map<string, Reachability>();

  function learn(side: string, outcome: string): void {
    if (outcome === 'rate_limited') return; // often our own budget, which says nothing about them
    const why = WHY_UNREACHABLE[outcome];
    const state = why === undefined ? 'reachable' : 'unreachable';
    const before = states.get(side);
    if (before?.state === state && before.why === why) return;
    states.set(side, { state, since: clock.now(), ...(why === undefined ? {} : { why }) });
  }

  return {
    of: (side) => states.get(side) ?? { state: 'unknown' },
    listening: (metrics) => ({
      ...metrics,
      connectorCall(connector, kind, outcome) {
        learn(connector, outcome);
        metrics.connectorCall(connector, kind, outcome);
      },
    }),
  };
}
