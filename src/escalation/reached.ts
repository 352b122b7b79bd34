import type { Attempt, EscalationState, LadderRun, RungRun, Told } from '../model/escalation.ts';

/** Of a message of which nothing is heard for this long after it left, nothing will be: recorded as failed. */
export const OUTCOME_WAIT_MS = 30 * 60_000;

/** Ends the reason why a message did not leave: nobody needed it any more. */
const UNNEEDED = 'no longer needed.';
export const isUnneeded = ({ outcome, why }: Attempt): boolean =>
  outcome === 'failed' && why !== undefined && why.toLowerCase().endsWith(UNNEEDED);

/** None of the messages left, since nobody needed them any more. */
export const isUnsent = (told: readonly Told[]): boolean => {
  const attempts = told.flatMap((one) => one.attempts);
  return attempts.length > 0 && attempts.every(isUnneeded);
};

export const wasReached = ({ attempts }: Told): boolean =>
  attempts.some(({ outcome }) => outcome === 'delivered');

/** Everything was tried and failed, for reasons that are recorded. */
export const hasFailed = ({ attempts, channels }: Told): boolean =>
  (attempts.length >= channels.length || attempts.some(isUnneeded)) &&
  attempts.every(({ outcome }) => outcome === 'failed');

/** Everything was tried, and of what did not fail nothing was heard in time. */
const isGivenUp = ({ attempts, channels }: Told): boolean =>
  (attempts.length >= channels.length || attempts.some(isUnneeded)) &&
  attempts.every(({ outcome, why }) => outcome === 'failed' || why !== undefined);

/** Whether the next rung may be told as far as delivery goes. */
export const isSettled = ({ told, nobodyWhy }: RungRun): boolean =>
  nobodyWhy !== undefined || told.some(wasReached) || told.every(isGivenUp);

/** None of those told could be reached. */
export const isUnreached = ({ told, nobodyWhy }: RungRun): boolean =>
  nobodyWhy === undefined && told.every(hasFailed);

/** The Director waits for more: somebody of every rung was really reached, or all tries failed for recorded reasons. */
export function isEveryRungReached({ rungs }: LadderRun, directors: ReadonlySet<string>): boolean {
  const lower = rungs.filter(({ rung, isLast }) => !isLast && !directors.has(rung));
  return lower.every((one) => {
    const same = lower.filter(({ rung }) => rung === one.rung);
    return same.some(({ told }) => told.some(wasReached)) || isUnreached(same.at(-1) ?? one);
  });
}

/** Everybody told by the incident's ladders, oldest first, each recipient once. */
export function everybodyTold({ ladders }: Pick<EscalationState, 'ladders'>): readonly Told[] {
  const told = new Map<string, Told>();
  for (const { rungs } of ladders)
    for (const rung of rungs)
      for (const one of rung.told) if (!told.has(one.recipient)) told.set(one.recipient, one);
  return [...told.values()];
}
