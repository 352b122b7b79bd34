import type { LadderRun } from '../model/escalation.ts';
import { type Incident, incidentReference, isActive } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import {
  isOwnDuty,
  type Ladder,
  outlivesResolving,
  pausesOn,
  type Signal,
  whyNotFor,
} from './ladder-policy.ts';
import { holderOf } from './ladder-texts.ts';
import { signalAt } from './signs.ts';

export type OverGiven = Readonly<{
  incident: Incident;
  policy: Policy;
  now: Date;
  ladder: Ladder;
  /** The newest run of the ladder in this round. */
  run: LadderRun | undefined;
}>;

/** Why the ladder is over, or not to begin: one sentence; undefined while there is something that it waits for. */
export function whyOver(given: OverGiven): string | undefined {
  const { incident, ladder, policy } = given;
  const reference = incidentReference(incident);
  if (incident.status === 'closed') return `${reference} is closed.`;
  if (!isActive(incident) && !outlivesResolving(ladder)) return `${reference} is ${incident.status}.`;
  const against = whyNotFor(ladder, incident, policy);
  if (against !== undefined) return `It is not for ${reference} any more, since ${against}.`;
  return whyReached(given) ?? whyStopped(given);
}

/** What it watches has come about. */
function whyReached({ incident, ladder, run }: OverGiven): string | undefined {
  const reference = incidentReference(incident);
  const isPaused = pausesOn(ladder).includes('acknowledged');
  switch (ladder.watches) {
    case 'acknowledge':
      return incident.status === 'acknowledged' && !isPaused
        ? `${holderOf(incident)} has ${reference}.`
        : undefined;
    case 'response':
      if (incident.reporter === undefined) return `Nobody waits for an answer to ${reference}.`;
      return isAnswered(incident, run) ? `The reporter of ${reference} was answered.` : undefined;
    case 'progress':
      return incident.status === 'acknowledged' ? undefined : `Nobody has ${reference} at the moment.`;
    case 'accept':
    case 'trigger':
      return run?.acknowledged && !isPaused ? `${run.acknowledged.by} acknowledged it.` : undefined;
    default:
      return undefined;
  }
}

/** Since it was reported, or in a later round since the ladder began anew. */
function isAnswered({ desk, reopenCount, startedAt }: Incident, run: LadderRun | undefined): boolean {
  const since = reopenCount === 0 ? startedAt : run?.startedAt;
  return since !== undefined && desk.lastUpdateAt !== undefined && desk.lastUpdateAt >= since;
}

const STOPPED: Readonly<Record<Signal, (incident: Incident) => string>> = {
  assigned: (incident) => `${holderOf(incident)} has ${incidentReference(incident)}.`,
  acknowledged: (incident) => `${holderOf(incident)} acknowledged ${incidentReference(incident)}.`,
  public_reply: (incident) => `The reporter of ${incidentReference(incident)} was answered.`,
  progress: (incident) => `Somebody works on ${incidentReference(incident)}.`,
  resolved: (incident) => `${incidentReference(incident)} is resolved.`,
};

/** A signal that the policy names; who has it counts also when that was so before. */
function whyStopped({ incident, ladder, run, now }: OverGiven): string | undefined {
  for (const signal of ladder.stops_on ?? []) {
    const at = signalAt(signal, { incident, ladder, now, ...(run && { run }) });
    if (at === undefined) continue;
    const isState =
      signal === 'assigned' || signal === 'resolved' || (signal === 'acknowledged' && !isOwnDuty(ladder));
    if (isState || (run !== undefined && at >= run.startedAt)) return STOPPED[signal](incident);
  }
  return undefined;
}
