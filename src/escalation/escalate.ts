import type { Why } from '../model/decision.ts';
import type { LadderRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Page } from '../model/page.ts';
import { announcedOf, directorDue, forgetUntoldDirector } from './director.ts';
import { type EscalationGiven, type EscalationNote, EscalationWork } from './escalation-work.ts';
import { fallBack, messagesDueAt } from './fall-back.ts';
import { end, follow } from './ladder-life.ts';
import { type Ladder, laddersOf } from './ladder-policy.ts';
import { stepsAhead } from './ladder-steps.ts';
import { nextText, whyNow } from './ladder-texts.ts';
import { raiseOwnTriggers, updateMissedAt } from './own-triggers.ts';
import { sendStatus } from './status-pages.ts';
import { tellLast, tellRung } from './tell-rung.ts';
import { tellUnreached } from './tell-unreached.ts';

export type { EscalationGiven, EscalationNote } from './escalation-work.ts';

/** `incident` is the given one itself when nothing changed; `escalation.lookAt` tells when to look again. */
export type Escalated = Readonly<{
  incident: Incident;
  pages: readonly Page[];
  timeline: readonly Why[];
  notes: readonly EscalationNote[];
}>;

/** So many rungs are told in one decision at most; what is left is told with the next, which is due at once. */
const STEPS_MAX = 50;

/**
 * Brings an incident's ladders up to date: begins, ends and rests them, tells the rungs that are due, and falls back to other
 * channels. It compares what is with what should be, so it does not matter what woke it: too early, too late or twice changes
 * nothing. Undefined when there is nothing to look at, which costs next to nothing.
 */
export function escalate(given: EscalationGiven): Escalated | undefined {
  const { incident, before, policy } = given;
  const ladders = laddersOf(policy);
  if (incident.escalation === undefined && (ladders.length === 0 || incident.status === 'closed'))
    return undefined;
  const work = new EscalationWork(given);
  if (incident.status === 'new' && work.state.acknowledged !== undefined) work.forgetAcknowledgement();
  raiseOwnTriggers(work);
  for (const run of work.state.ladders)
    if (run.state !== 'ended' && policy.ladders[run.ladder] === undefined)
      end(work, run, 'The policy has it no more.');
  const known = new Set(work.state.ladders.map(runKey));
  for (const [key, ladder] of ladders) follow(work, { key, ladder });
  tellBegun(work, known);
  sendStatus(work);
  advanceAll(work, ladders);
  tellUnreached(work, before?.escalation?.ladders ?? []);
  work.lookAt(nextLook(work, ladders));
  return {
    incident: work.incident,
    pages: work.pages,
    timeline: work.timeline,
    notes: work.notes,
  };
}

const runKey = ({ ladder, run }: LadderRun): string => `${ladder}:${run}`;

/** One line for all ladders that begin together; one that only follows others has nothing to say yet. */
function tellBegun(work: EscalationWork, known: ReadonlySet<string>): void {
  const begun = work.state.ladders.flatMap((run) => {
    const ladder = work.policy.ladders[run.ladder];
    const isNews = run.state === 'running' && !known.has(runKey(run)) && ladder?.watches !== 'level';
    return ladder && isNews ? [`“${ladder.name}”. ${nextText(work, ladder, run)}`] : [];
  });
  if (begun.length > 0)
    work.tell('ladder_begun', `Escalation of ${work.reference} begins: ${begun.join(' ')}`);
}

type Ladders = readonly (readonly [string, Ladder])[];

/** Ladders may wait for each other's levels, so until none has anything more to do. */
function advanceAll(work: EscalationWork, ladders: Ladders): void {
  for (let round = 0, isMoving = true; isMoving && round <= ladders.length; round++) {
    isMoving = false;
    for (const [key, ladder] of ladders) {
      const run = work.runOf(key);
      if (run === undefined) continue;
      const known = forgetUntoldDirector(work, run);
      if (known.state !== 'running') continue;
      if (advance(work, ladder, fallBack(work, known)) !== run) isMoving = true;
    }
  }
}

/** Tells what is due by now, one rung after the other. */
function advance(work: EscalationWork, ladder: Ladder, given: LadderRun): LadderRun {
  let run = given;
  for (let step = 0; step < STEPS_MAX; step++) {
    const next = nextStep(work, ladder, run);
    if (next === undefined) return run;
    run = next;
  }
  return run;
}

/** The run after the first step that is due and need not wait. */
function nextStep(work: EscalationWork, ladder: Ladder, run: LadderRun): LadderRun | undefined {
  const { incident, policy, state, now } = work;
  for (const step of stepsAhead({ incident, policy, state, ladder, run })) {
    if (step.at === undefined || step.at > now) continue;
    const dueAt = step.dueAt ?? step.at;
    if (step.rung === undefined) {
      const why = `${whyNow(ladder, run, incident, now)}, and every rung of ${work.ladderName(run.ladder)} was told`;
      return tellLast(work, { ladder, run, why, dueAt });
    }
    const due = { ladder, run, rung: step.rung, dueAt };
    if (step.rung.director) {
      const after = directorDue(work, due);
      if (after !== undefined) return after;
    } else return tellRung(work, step.kind === 'repeat' ? { ...due, again: 'repeat' } : due);
  }
  return undefined;
}

/** The next instant at which a ladder may have something to do without anything happening. */
function nextLook(work: EscalationWork, ladders: Ladders): Date | undefined {
  const { now, incident, policy, state } = work;
  const instants: (Date | undefined)[] = [updateMissedAt(work)];
  for (const [key, ladder] of ladders) {
    const run = work.runOf(key);
    if (run?.state === 'paused') instants.push(run.resumesAt);
    if (run?.state !== 'running') continue;
    instants.push(messagesDueAt(work, run));
    for (const step of stepsAhead({ incident, policy, state, ladder, run })) {
      const announced = step.rung?.director ? announcedOf(run, step.rung) : undefined;
      const at = announced && step.at ? later(announced.firesAt, step.at) : step.at;
      // A Director who is due, and was not announced or told just now, waits for messages, whose own times count.
      if (step.rung?.director && at !== undefined && at <= now) continue;
      instants.push(at);
    }
  }
  let first: Date | undefined;
  for (const one of instants) if (one !== undefined && (first === undefined || one < first)) first = one;
  return first;
}

const later = (a: Date, b: Date): Date => (a > b ? a : b);
