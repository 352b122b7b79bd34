import type { Attempt, EscalationState, LadderRun, RungRun, Told } from '../model/escalation.ts';
import type { PageEvent } from '../model/page.ts';

/** An attempt of the incident's ladders, and where it was found. */
export type FoundAttempt = Readonly<{ run: LadderRun; rung?: RungRun; told: Told; attempt: Attempt }>;

/** The attempt whose page has this intent; undefined for pages that nobody waits for, such as a status. */
export function findAttempt(state: EscalationState, intent: string): FoundAttempt | undefined {
  for (const run of state.ladders.toReversed()) {
    for (const rung of run.rungs.toReversed())
      for (const told of rung.told)
        for (const attempt of told.attempts)
          if (attempt.intent === intent) return { run, rung, told, attempt };
    for (const told of run.director?.announcedTo ?? [])
      for (const attempt of told.attempts) if (attempt.intent === intent) return { run, told, attempt };
  }
  return undefined;
}

/** Whether this says more than what is known: a message that arrived stays arrived, whatever is said later. */
export const isNews = ({ outcome }: Attempt, event: PageEvent): boolean =>
  outcome !== 'delivered' && outcome !== event.outcome;

/** With what became of a page written to its attempt. */
export function withPageOutcome(state: EscalationState, event: PageEvent): EscalationState {
  const inAttempt = (attempt: Attempt): Attempt => {
    if (attempt.intent !== event.intent || !isNews(attempt, event)) return attempt;
    const { why: _why, ...rest } = attempt;
    const known = { ...rest, outcome: event.outcome, outcomeAt: event.at };
    return event.outcome === 'failed' ? { ...known, why: event.why } : known;
  };
  const inTold = (told: Told): Told => ({ ...told, attempts: told.attempts.map(inAttempt) });
  return {
    ...state,
    ladders: state.ladders.map((run) => ({
      ...run,
      rungs: run.rungs.map((rung) => ({ ...rung, told: rung.told.map(inTold) })),
      ...(run.director?.announcedTo && {
        director: { ...run.director, announcedTo: run.director.announcedTo.map(inTold) },
      }),
    })),
  };
}
