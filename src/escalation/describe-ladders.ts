import type { Acknowledgement, LadderRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { nextRung } from './next-rung.ts';

/**
 * What happens next on a ladder if nobody reacts. Absent: `at` while that depends on people, such as on an acknowledgement
 * that pauses it; `why` says so.
 */
export type NextRung = Readonly<{ name: string; level: number; at?: Date; why?: string }>;

/** A run of a ladder as people see it: with the ladder's name, and the next step while there is one. */
export type LadderView = LadderRun & Readonly<{ name: string; next?: NextRung }>;

/** What of an incident its ladders depend on. */
export type Escalated = Pick<Incident, 'priority' | 'customerId' | 'escalation'>;

/** Running and paused ones first, each kind the newest first. */
export function describeLadders(incident: Escalated, policy: Policy, now: Date): readonly LadderView[] {
  const runs = incident.escalation?.ladders ?? [];
  return runs
    .map((run): LadderView => {
      const next = run.state === 'ended' ? undefined : nextRung({ incident, policy, run, now });
      return { ...run, name: policy.ladders[run.ladder]?.name ?? run.ladder, ...(next && { next }) };
    })
    .toSorted(
      (a, b) =>
        Number(a.state === 'ended') - Number(b.state === 'ended') ||
        b.startedAt.getTime() - a.startedAt.getTime(),
    );
}

/** The highest level that somebody was told of in a run that is not over; 0 before that. */
export const levelReached = (ladders: readonly LadderRun[]): number =>
  Math.max(
    0,
    ...ladders
      .filter(({ state }) => state !== 'ended')
      .flatMap(({ rungs }) => rungs.map(({ level }) => level)),
  );

/** Of several ladders the step that comes first. */
export function firstStep(ladders: readonly LadderView[]): NextRung | undefined {
  return ladders
    .flatMap(({ next }) => (next?.at ? [{ ...next, at: next.at }] : []))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())[0];
}

/** Who has it, and through what they said so; of the incident, not of one ladder. */
export const holderOf = (incident: Escalated): Acknowledgement | undefined =>
  incident.escalation?.acknowledged;
