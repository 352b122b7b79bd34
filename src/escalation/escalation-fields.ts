import type { RungRun } from '../model/escalation.ts';
import { type Incident, isActive } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { viaText } from './channel-text.ts';
import { nextRung } from './next-rung.ts';
import { clockText } from './time-text.ts';

/** `Level 2: Team lead (02:31)`, or `acknowledged by Dana by Telegram`; null where there is nothing to say. */
export function escalationField({ escalation, status }: Incident, policy: Policy): string | null {
  if (escalation === undefined || status === 'closed') return null;
  const live = escalation.ladders.filter(({ state }) => state !== 'ended');
  let highest: RungRun | undefined;
  for (const { rungs, state } of live)
    for (const rung of state === 'running' ? rungs : [])
      if (!rung.isLast && rung.told.length > 0 && (highest === undefined || rung.level >= highest.level))
        highest = rung;
  const { acknowledged } = escalation;
  const isTaken = acknowledged !== undefined && status === 'acknowledged';
  if (highest !== undefined && !(isTaken && acknowledged.at > highest.at))
    return `Level ${highest.level}: ${highest.rung} (${clockText(highest.at, policy.defaults.time_zone)})`;
  return isTaken ? `acknowledged by ${acknowledged.by} ${viaText(acknowledged.via)}` : null;
}

/** `03:00 Manager`: whose turn it is if nobody reacts. */
export function nextStepField(incident: Incident, policy: Policy): string | null {
  if (incident.escalation === undefined || !isActive(incident)) return null;
  let first: Readonly<{ name: string; at: Date }> | undefined;
  for (const run of incident.escalation.ladders) {
    const next = run.state === 'ended' ? undefined : nextRung({ incident, policy, run });
    if (next?.at !== undefined && (first === undefined || next.at < first.at))
      first = { name: next.name, at: next.at };
  }
  return first === undefined ? null : `${clockText(first.at, policy.defaults.time_zone)} ${first.name}`;
}
