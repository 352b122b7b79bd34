import type { LadderRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import { isOwnDuty, type Ladder, type Signal } from './ladder-policy.ts';

/** When people last showed that they work on it, at latest `now`: Freshdesk's clock may be ahead of ours. */
export function lastSignOf({ escalation, acknowledgedAt, desk }: Incident, now: Date): Date | undefined {
  return newest([escalation?.acknowledged?.at, acknowledgedAt, desk.lastWorkAt, desk.lastUpdateAt], now);
}

/** When the signal was last given; undefined when it was not, or no longer holds. */
export function signalAt(
  signal: Signal,
  {
    incident,
    ladder,
    run,
    now,
  }: Readonly<{ incident: Incident; ladder: Ladder; run?: LadderRun; now: Date }>,
): Date | undefined {
  const { status, owner, escalation, acknowledgedAt, desk } = incident;
  const isOver = status === 'resolved' || status === 'closed';
  switch (signal) {
    case 'resolved':
      return isOver ? newest([incident.resolvedAt ?? incident.closedAt ?? now], now) : undefined;
    case 'public_reply':
      return newest([desk.lastUpdateAt], now);
    case 'progress':
      return lastSignOf(incident, now);
    case 'assigned':
      return owner === undefined ? undefined : newest([escalation?.acknowledged?.at ?? acknowledgedAt], now);
    case 'acknowledged':
      if (isOwnDuty(ladder)) {
        const own = run?.acknowledged?.at;
        return own && newest([own, lastSignOf(incident, now)], now);
      }
      return status === 'acknowledged' ? lastSignOf(incident, now) : undefined;
  }
}

function newest(instants: readonly (Date | undefined)[], now: Date): Date | undefined {
  let last: Date | undefined;
  for (const at of instants) if (at !== undefined && (last === undefined || at > last)) last = at;
  return last !== undefined && last > now ? now : last;
}
