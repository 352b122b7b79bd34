import { type LadderRun, NO_ESCALATION } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { announcedOf } from './director.ts';
import { rungAgain } from './ladder-life.ts';
import { levelOf } from './ladder-policy.ts';
import { LAST_RUNG, type Step, stepsAhead } from './ladder-steps.ts';

type Given = Readonly<{
  incident: Pick<Incident, 'priority' | 'customerId' | 'escalation'>;
  policy: Policy;
  run: LadderRun;
  now?: Date;
}>;
type Shown = Readonly<{ name: string; level: number; at?: Date; why?: string }>;

/**
 * What people are shown as the next step of a ladder if nobody reacts; undefined when it ended or has no step left.
 * Absent: `at` where it depends on something else than time, and `why` says on what. `at` is never before `now`, since what
 *         is due is told at once.
 */
export function nextRung({ incident, policy, run, now }: Given): Shown | undefined {
  const ladder = policy.ladders[run.ladder];
  if (!ladder || run.state === 'ended') return undefined;
  const from = (at: Date): Date => (now !== undefined && at < now ? now : at);
  if (run.state === 'paused') {
    const again = rungAgain(ladder, run, { isSilent: true }) ?? ladder.rungs[0];
    const name = again?.name ?? ladder.name;
    const level = again ? levelOf(ladder, again) : 1;
    const step = { name, level, why: 'rests: somebody has it' };
    return run.resumesAt ? { ...step, at: from(run.resumesAt) } : step;
  }
  const state = incident.escalation ?? NO_ESCALATION;
  const [step] = stepsAhead({ incident, policy, state, ladder, run }).toSorted(
    (a, b) => timeOf(a) - timeOf(b),
  );
  if (step === undefined) return undefined;
  const announced = step.rung?.director ? announcedOf(run, step.rung) : undefined;
  const at = announced?.firesAt ?? step.at;
  const why = announced ? 'announced; anybody told can stop it' : (step.why ?? WHY[step.kind]);
  const person = step.kind === 'last' ? ladder.last?.person : undefined;
  const name = person === undefined ? step.name : `${LAST_RUNG}: ${policy.people[person]?.name ?? person}`;
  return { name, level: step.level, ...(at && { at: from(at) }), ...(why === undefined ? {} : { why }) };
}

const WHY: Readonly<Record<Step['kind'], string | undefined>> = {
  rung: undefined,
  repeat: 'told again',
  last: 'the last to be told',
};

const timeOf = (step: Step): number => (step.at ?? step.dueAt)?.getTime() ?? Number.POSITIVE_INFINITY;
