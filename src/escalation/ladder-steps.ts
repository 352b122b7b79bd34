import type { EscalationState, LadderRun, RungRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { calendarFor, countedAt } from './counted-time.ts';
import { afterMs, type Ladder, levelOf, type Rung } from './ladder-policy.ts';
import { isSettled, isUnsent, wasReached } from './reached.ts';

/** The name of the catch-all among the rungs that were told. */
export const LAST_RUNG = 'Catch-all';

/**
 * What a ladder does next.
 *
 * Absent: `rung` for the catch-all; `dueAt` until the time is known, because the ladder rests or follows others; `at`, when
 *         it can be done, also while something else has to happen first, which `why` tells.
 */
export type Step = Readonly<{
  kind: 'rung' | 'repeat' | 'last';
  name: string;
  level: number;
  rung?: Rung;
  dueAt?: Date;
  at?: Date;
  why?: string;
}>;

export type StepsGiven = Readonly<{
  incident: Pick<Incident, 'priority' | 'customerId'>;
  policy: Policy;
  state: EscalationState;
  ladder: Ladder;
  run: LadderRun;
}>;

/** `<ladder>:<level>`: by this a Director is told once per incident. */
export const directorKey = (key: string, ladder: Ladder, rung: Rung): string =>
  `${key}:${levelOf(ladder, rung)}`;

/** The steps that may come next, an ordinary rung first: at most one rung, one repetition, or the catch-all. */
export function stepsAhead(given: StepsGiven): readonly Step[] {
  const next = nextRungOf(given);
  const steps = [next && rungStep(given, next), repeatStep(given), next ? undefined : lastStep(given)];
  return steps.filter((step) => step !== undefined);
}

/**
 * Rungs above the highest that was told, by their names; where the policy knows none of these any more, by level. Those that
 * a changed policy has put below are passed over, but not by the Director, who comes after every one of them (promise P9).
 */
function nextRungOf({ ladder, run, state }: StepsGiven): Rung | undefined {
  const told = run.rungs.filter(({ isLast }) => !isLast);
  const names = new Set(told.map(({ rung }) => rung));
  let position = ladder.rungs.findLastIndex(({ name, director }) => !director && names.has(name));
  const reached = Math.max(0, ...told.map(({ level }) => level));
  if (position < 0 && told.length > 0)
    position = ladder.rungs.findLastIndex((rung) => !rung.director && levelOf(ladder, rung) <= reached);
  const next = ladder.rungs.find(
    (rung, index) => index > position && !(rung.director && isDirectorOut({ ladder, run, state }, rung)),
  );
  return next?.director ? (passedOver({ ladder, run }, position) ?? next) : next;
}

/** A rung below the position that was never told; one whose level was told under a name that is gone is only called otherwise. */
function passedOver({ ladder, run }: Pick<StepsGiven, 'ladder' | 'run'>, position: number): Rung | undefined {
  const isNamed = (name: string) => ladder.rungs.some((rung) => rung.name === name);
  const known = (rung: Rung) =>
    run.rungs.some(
      (one) =>
        !one.isLast &&
        (one.rung === rung.name || (one.level === levelOf(ladder, rung) && !isNamed(one.rung))),
    );
  return ladder.rungs
    .slice(0, Math.max(0, position))
    .find((rung) => !rung.director && rung.at_level === undefined && !known(rung));
}

/** The Director is told once per incident, and not in a run in which somebody stopped it or a rung had nobody in it. */
export const isDirectorOut = (
  { ladder, run, state }: Pick<StepsGiven, 'ladder' | 'run' | 'state'>,
  rung: Rung,
): boolean =>
  state.directorsTold.includes(directorKey(run.ladder, ladder, rung)) ||
  wasTold(state, { ladder: run.ladder, name: rung.name }) ||
  run.director?.stopped !== undefined ||
  run.director?.withheldWhy !== undefined;

/** By name, in any run: a changed policy may have moved the rung to another level. */
const wasTold = (
  { ladders }: EscalationState,
  { ladder, name }: Readonly<{ ladder: string; name: string }>,
): boolean =>
  ladders.some(
    (run) =>
      run.ladder === ladder &&
      run.rungs.some(({ rung, told }) => rung === name && told.length > 0 && !isUnsent(told)),
  );

function rungStep(given: StepsGiven, rung: Rung): Step {
  const { ladder } = given;
  const step = { kind: 'rung' as const, rung, name: rung.name, level: levelOf(ladder, rung) };
  const dueAt = rungDueAt(given, rung);
  if (dueAt === undefined)
    return rung.at_level === undefined
      ? { ...step, why: 'the ladder rests' }
      : { ...step, why: `waits for level ${rung.at_level}` };
  const gate = gateOf(given);
  if (gate.at === undefined) return { ...step, dueAt: latest([dueAt, ...(gate.held ?? [])]), why: gate.why };
  return { ...step, dueAt, at: latest([dueAt, gate.at, ...(rung.director ? heldMessages(given.run) : [])]) };
}

const latest = (instants: readonly Date[]): Date => new Date(Math.max(...instants.map((at) => at.getTime())));

/** Until when messages of rungs that reached nobody yet wait for working hours: before that the Director is not told. */
const heldMessages = ({ rungs }: LadderRun): Date[] =>
  rungs
    .filter(
      ({ rung, isLast }) => !isLast && !rungs.some((one) => one.rung === rung && one.told.some(wasReached)),
    )
    .flatMap(pendingUntil);

const pendingUntil = ({ told }: RungRun): Date[] =>
  told
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ outcome, heldUntil }) => (outcome === undefined && heldUntil ? [heldUntil] : []));

export function rungDueAt(given: StepsGiven, rung: Rung): Date | undefined {
  const { ladder, run, incident, policy } = given;
  if (rung.at_level !== undefined) return levelReachedAt(given, rung.at_level);
  const ms = afterMs(rung, ladder, incident.priority);
  if (ms === undefined) return undefined;
  const calendar = calendarFor(policy, incident, rung.calendar ?? ladder.calendar);
  return countedAt(run.counted, calendar, { ms });
}

/** When another ladder of this round first told somebody of this level or a higher one. */
function levelReachedAt({ state, run, policy }: StepsGiven, level: number): Date | undefined {
  let first: Date | undefined;
  for (const other of state.ladders) {
    if (other.ladder === run.ladder || other.round !== run.round) continue;
    if (policy.ladders[other.ladder]?.watches === 'level') continue;
    for (const { level: reached, told, at, isLast } of other.rungs) {
      if (reached < level || told.length === 0 || isLast) continue;
      if (other.state === 'ended' && at < run.startedAt) continue;
      if (first === undefined || at < first) first = at;
    }
  }
  return first !== undefined && first < run.startedAt ? run.startedAt : first;
}

/** `held` is until when messages that it waits for are held. */
type Gate = Readonly<{ at: Date; why?: undefined } | { at?: undefined; why: string; held?: readonly Date[] }>;

const OPEN: Gate = { at: new Date(0) };

/** What `before_next` of the rung that was told last waits for. */
function gateOf({ ladder, run, state }: StepsGiven): Gate {
  const current = run.rungs.findLast(({ isLast }) => !isLast);
  if (current === undefined || current.nobodyWhy !== undefined) return OPEN;
  const rung = ladder.rungs.find(({ name }) => name === current.rung);
  switch (rung?.before_next ?? 'delivered') {
    case 'nothing':
      return OPEN;
    case 'delivered':
      return isSettled(current)
        ? OPEN
        : {
            why: `waits until “${current.rung}” is known to be delivered`,
            held: pendingUntil(current),
          };
    case 'acknowledged': {
      if (isAcknowledgedBy(current, [run.acknowledged, state.acknowledged])) return OPEN;
      const ms = rung?.wait_at_most;
      const at = ms === undefined ? undefined : countedAt(run.counted, undefined, { ms, since: current.at });
      return at === undefined ? { why: `waits until somebody in “${current.rung}” acknowledges` } : { at };
    }
  }
}

/** Who is in a room is not known here: whoever acknowledges after a room was told may be. */
const isAcknowledgedBy = (
  { told, at }: RungRun,
  acknowledgements: readonly EscalationState['acknowledged'][],
): boolean =>
  acknowledgements.some(
    (one) =>
      one &&
      one.at >= at &&
      told.some(({ recipient }) => recipient === one.person || recipient.startsWith('room:')),
  );

/** The rung told last is told again while nothing else happens; telling it anew after a rest counts from the beginning. */
function repeatStep({ ladder, run, policy, incident }: StepsGiven): Step | undefined {
  const current = run.rungs.findLast(({ isLast }) => !isLast);
  const rung = ladder.rungs.find(({ name }) => name === current?.rung);
  if (current === undefined || rung?.repeat === undefined || rung.director || run.lastToldAt)
    return undefined;
  if (current.nobodyWhy !== undefined || repeatsOf(run, rung.name) >= rung.repeat.at_most) return undefined;
  const calendar = calendarFor(policy, incident, rung.calendar ?? ladder.calendar);
  const at = countedAt(run.counted, calendar, { ms: rung.repeat.every, since: leftAt(current) });
  return {
    kind: 'repeat',
    rung,
    name: rung.name,
    level: levelOf(ladder, rung),
    ...(at && { dueAt: at, at }),
  };
}

/** Where every message is held until working hours, when the first of them leaves: else all would arrive at once. */
function leftAt({ at, told }: RungRun): Date {
  const instants = told.map(
    ({ attempts }) => attempts.findLast(({ heldUntil }) => heldUntil)?.heldUntil ?? at,
  );
  return instants.reduce((first, one) => (one < first ? one : first), instants[0] ?? at);
}

function repeatsOf(run: LadderRun, name: string): number {
  const same = run.rungs.filter(({ rung }) => rung === name);
  return same.length - 1 - same.findLastIndex(({ again }) => again !== 'repeat');
}

/** After the last rung and its repetitions, once per run. */
function lastStep(given: StepsGiven): Step | undefined {
  const { ladder, run, incident, policy } = given;
  if (ladder.last === undefined || run.lastToldAt !== undefined) return undefined;
  const final = ladder.rungs.at(-1);
  const latest = run.rungs.at(-1);
  if (final === undefined || (latest === undefined && !final.director)) return undefined;
  if (repeatStep(given) !== undefined) return undefined;
  const ends = [rungDueAt(given, final), latest?.at, run.director?.stopped?.at, run.director?.toldAt];
  const since = new Date(Math.max(...ends.map((at) => at?.getTime() ?? 0)));
  const calendar = calendarFor(policy, incident, ladder.calendar);
  const at = countedAt(run.counted, calendar, { ms: ladder.last.after, since });
  const level = Math.max(...ladder.rungs.map((rung) => levelOf(ladder, rung)));
  return { kind: 'last', name: LAST_RUNG, level, ...(at && { dueAt: at, at }) };
}
