import type { LadderRun } from '../model/escalation.ts';
import { isActive } from '../model/incident.ts';
import { continued, stopped } from './counted-time.ts';
import { announcedOf, withoutDirector } from './director.ts';
import type { EscalationWork } from './escalation-work.ts';
import { whyOver } from './ladder-over.ts';
import { isOwnDuty, type Ladder, pausesOn, restartsOn } from './ladder-policy.ts';
import { holdsIt } from './ladder-texts.ts';
import { signalAt } from './signs.ts';
import { tellRung } from './tell-rung.ts';
import { lastingText } from './time-text.ts';

type OfLadder = Readonly<{ key: string; ladder: Ladder }>;

/** Starts, ends, restarts, rests or goes on, as the incident is by now. */
export function follow(work: EscalationWork, { key, ladder }: OfLadder): void {
  const { incident, policy, now } = work;
  const newest = work.runOf(key);
  const run = newest?.round === incident.reopenCount || ladder.watches === 'trigger' ? newest : undefined;
  if (newest && newest !== run && newest.state !== 'ended')
    end(work, newest, `${work.reference} was reopened.`);
  const isLive = run !== undefined && run.state !== 'ended';
  // What somebody acknowledged of an earlier run says nothing of a new trigger.
  const over = whyOver({
    incident,
    policy,
    now,
    ladder,
    run: ladder.watches === 'trigger' && !isLive ? undefined : run,
  });
  if (over !== undefined) {
    if (isLive) end(work, run, over);
    return;
  }
  if (ladder.watches === 'trigger') {
    const trigger = newTrigger(work, ladder);
    if (trigger !== undefined && run?.state === 'paused') end(work, run, 'There is a new reason.');
    if (trigger !== undefined && run?.state !== 'running')
      start(work, { key, ladder }, { at: now, why: trigger.why });
    else if (isLive) rest(work, ladder, run);
    return;
  }
  if (!isLive) {
    const begun = start(work, { key, ladder }, { at: startOf(work, ladder), why: WHY[ladder.watches] });
    rest(work, ladder, begun);
    return;
  }
  rest(work, ladder, restarted(work, { key, ladder }, run));
}

const WHY: Readonly<Record<Ladder['watches'], string>> = {
  acknowledge: 'Somebody has to take it.',
  response: 'The reporter waits for an answer.',
  progress: 'Work on it has to be seen.',
  resolution: 'It has to be resolved.',
  accept: 'Somebody has to accept this duty.',
  level: 'It follows the levels of other ladders.',
  trigger: 'The customer wants more.',
};

/** Told of in this decision; what was known before has had its say. */
function newTrigger({ given, state }: EscalationWork, ladder: Ladder) {
  const known = given.before?.escalation?.triggers ?? [];
  return state.triggers.findLast(
    ({ kind, id }) =>
      ladder.starts_on.includes(kind) && !known.some((one) => one.kind === kind && one.id === id),
  );
}

/**
 * Solving and answering count from the opening, also when the incident became more urgent only later. When it is the policy
 * that is new, or another, it counts from now: nobody is told at once of what nobody had promised.
 */
function startOf(work: EscalationWork, ladder: Ladder): Date {
  const { incident, policy, now, given, state } = work;
  if (ladder.watches !== 'resolution' && ladder.watches !== 'response') return now;
  const { before } = given;
  if (before !== undefined && before.reopenCount === incident.reopenCount) {
    if (whyOver({ incident: before, policy, now, ladder, run: undefined }) === undefined) return now;
  }
  if (incident.reopenCount === 0) return incident.openedAt;
  const begun = state.ladders.filter(({ round }) => round === incident.reopenCount);
  return begun.reduce((first, { startedAt }) => (startedAt < first ? startedAt : first), now);
}

function start(
  work: EscalationWork,
  { key, ladder }: OfLadder,
  { at, why }: Readonly<{ at: Date; why: string }>,
): LadderRun {
  return work.put({
    ladder: key,
    kind: ladder.kind,
    run: (work.runOf(key)?.run ?? 0) + 1,
    round: work.incident.reopenCount,
    startedAt: at,
    why,
    state: 'running',
    counted: [{ from: at }],
    rungs: [],
  });
}

export function end(work: EscalationWork, run: LadderRun, why: string): void {
  const { resumesAt: _resumesAt, ...rest } = announcedOf(run) ? withoutDirector(run) : run;
  work.put({
    ...rest,
    state: 'ended',
    counted: stopped(run.counted, work.now),
    endedAt: work.now,
    endedWhy: why,
  });
  // A ladder that told nobody is over without a word when the incident is; else people wonder.
  if (run.rungs.length > 0 || isActive(work.incident))
    work.tell('ladder_ended', `${work.ladderName(run.ladder)} of ${work.reference} is over: ${why}`);
}

/** A signal begins it anew: quietly while it has told nobody. */
function restarted(work: EscalationWork, { key, ladder }: OfLadder, run: LadderRun): LadderRun {
  const { incident, now } = work;
  const begun = run.counted[0]?.from ?? run.startedAt;
  let at = begun;
  for (const signal of restartsOn(ladder)) {
    const given = signalAt(signal, { incident, ladder, run, now });
    if (given !== undefined && given > at) at = given;
  }
  if (at === begun) return run;
  if (run.rungs.length === 0 && announcedOf(run) === undefined)
    return work.put({ ...run, startedAt: at, counted: [{ from: at }] });
  end(work, run, `Somebody worked on ${work.reference} ${work.when(at)}, so it begins again.`);
  return start(work, { key, ladder }, { at, why: WHY[ladder.watches] });
}

/** Rests while somebody has it who was heard of lately; goes on when that time has passed, or nobody has it any more. */
function rest(work: EscalationWork, ladder: Ladder, run: LadderRun): void {
  const { now } = work;
  const sign = restingSince(work, ladder, run);
  const until = sign && new Date(sign.getTime() + ladder.acknowledged_for);
  if (run.state === 'running') {
    if (until === undefined || until <= now) return;
    const { director } = run;
    const isAnnounced = announcedOf(run) !== undefined;
    work.put({
      ...(isAnnounced ? withoutDirector(run) : run),
      state: 'paused',
      counted: stopped(run.counted, now),
      resumesAt: until,
    });
    const instead = isAnnounced && director ? ' The Director is not told now.' : '';
    work.tell(
      'ladder_paused',
      `${work.ladderName(run.ladder)} of ${work.reference} rests until ${work.when(until)}, since ${whoHas(work, ladder, run)}.${instead}`,
    );
    return;
  }
  if (until !== undefined && until > now) {
    if (until.getTime() !== run.resumesAt?.getTime()) work.put({ ...run, resumesAt: until });
    return;
  }
  resume(work, { ladder, run, sign, until });
}

const whoHas = (work: EscalationWork, ladder: Ladder, run: LadderRun): string =>
  isOwnDuty(ladder) && run.acknowledged ? `${run.acknowledged.by} acknowledged it` : holdsIt(work.incident);

/** The newest sign for which it rests, unless it has rested for that one already. */
function restingSince({ incident, now }: EscalationWork, ladder: Ladder, run: LadderRun): Date | undefined {
  let newest: Date | undefined;
  for (const signal of pausesOn(ladder)) {
    const at = signalAt(signal, { incident, ladder, run, now });
    if (at === undefined || (signal !== 'acknowledged' && signal !== 'assigned' && at < run.startedAt))
      continue;
    const since = at < run.startedAt ? run.startedAt : at;
    if (newest === undefined || since > newest) newest = since;
  }
  const isSilent = newest !== undefined && run.silentSince !== undefined && newest <= run.silentSince;
  return run.state === 'running' && isSilent ? undefined : newest;
}

type Resuming = Readonly<{ ladder: Ladder; run: LadderRun; sign: Date | undefined; until: Date | undefined }>;

function resume(work: EscalationWork, { ladder, run, sign, until }: Resuming): void {
  const { now } = work;
  const at = until ?? now;
  const { resumesAt: _resumesAt, ...rested } = run;
  const running = work.put({
    ...rested,
    state: 'running',
    counted: continued(run.counted, at),
    ...(sign && { silentSince: sign }),
  });
  const silence = sign && lastingText(now.getTime() - sign.getTime());
  const why =
    sign === undefined
      ? `Nobody has ${work.reference} any more`
      : `${whoHas(work, ladder, run)}, but nothing was seen of ${work.reference} for ${silence}`;
  const rung = rungAgain(ladder, run, { isSilent: sign !== undefined });
  if (rung === undefined) {
    work.tell('ladder_resumed', `${why}, so ${work.ladderName(run.ladder)} goes on.`);
    return;
  }
  tellRung(work, { ladder, run: running, rung, dueAt: at, again: 'resumed', why });
}

/** The rung told last, never the Director's; after silence the first one where none was. */
export function rungAgain(ladder: Ladder, run: LadderRun, { isSilent }: Readonly<{ isSilent: boolean }>) {
  const ordinary = ladder.rungs.filter(({ director, at_level }) => !director && at_level === undefined);
  const last = run.rungs.findLast(({ rung }) => ordinary.some(({ name }) => name === rung));
  if (last !== undefined) return ordinary.find(({ name }) => name === last.rung);
  return isSilent && run.rungs.length === 0 ? ordinary[0] : undefined;
}
