import type { LadderRun, RungRun, Told } from '../model/escalation.ts';
import type { Page } from '../model/page.ts';
import type { Policy } from '../policy/schema.ts';
import type { EscalationWork } from './escalation-work.ts';
import { type Ladder, levelOf, type Rung } from './ladder-policy.ts';
import { directorKey } from './ladder-steps.ts';
import { rungText, toldText, whyNow } from './ladder-texts.ts';
import { attempted, makePage } from './make-page.ts';
import { waysFor } from './notify-rules.ts';
import { everybodyTold, isEveryRungReached, isUnsent } from './reached.ts';
import { recipientOf } from './recipient.ts';
import { targetsOf, tellRung } from './tell-rung.ts';

type Due = Readonly<{ ladder: Ladder; run: LadderRun; rung: Rung; dueAt: Date }>;

/** An announcement of this rung that is neither stopped, withheld nor carried out yet. */
export const announcedOf = ({ director }: LadderRun, rung?: Rung) =>
  director !== undefined &&
  director.stopped === undefined &&
  director.withheldWhy === undefined &&
  director.toldAt === undefined &&
  (rung === undefined || director.rung === rung.name)
    ? director
    : undefined;

/**
 * The Director's rung is due: announced first, told when the time to stop it has passed. Undefined while it has to wait: for
 * that time, or since it is not known yet that every lower rung reached somebody or failed (promise P9).
 */
export function directorDue(work: EscalationWork, due: Due): LadderRun | undefined {
  const { ladder, run, rung } = due;
  const directors = new Set(ladder.rungs.filter(({ director }) => director).map(({ name }) => name));
  if (run.director) directors.add(run.director.rung);
  if (!isEveryRungReached(run, directors)) return undefined;
  const knows = sinceKnown(work, due);
  if (knows !== undefined) return leaveOut(work, due, knows);
  const announced = announcedOf(run, rung);
  if (announced === undefined) return announce(work, due);
  return announced.firesAt > work.now ? undefined : tell(work, due);
}

/** Since when, and by which ladder, everybody whom the rung means knows of the incident as a Director of this level. */
function sinceKnown(work: EscalationWork, { ladder, run, rung }: Due): string | undefined {
  const { found } = targetsOf(work, rung.tell, run);
  const knowing = found.map(({ recipient, name }) => {
    const earlier = directorRuns(work).find(
      ([, { level, told }]) =>
        level === levelOf(ladder, rung) && told.some((one) => one.recipient === recipient),
    );
    return (
      earlier && `${name} knows since ${work.when(earlier[1].at)} by ${work.ladderName(earlier[0].ladder)}`
    );
  });
  return knowing.length > 0 && knowing.every((one) => one !== undefined) ? knowing.join(', ') : undefined;
}

/** Every Director's rung that was really told, with its run. */
const directorRuns = ({ state, policy }: EscalationWork): (readonly [LadderRun, RungRun])[] =>
  state.ladders.flatMap((run) =>
    run.rungs
      .filter(({ rung, told }) => isDirectors(policy, run, rung) && told.length > 0 && !isUnsent(told))
      .map((rung) => [run, rung] as const),
  );

const isDirectors = ({ ladders }: Policy, { ladder, director }: LadderRun, name: string): boolean =>
  director?.rung === name || ladders[ladder]?.rungs.find((rung) => rung.name === name)?.director === true;

/** Told once per incident and level, by whichever ladder comes first. */
function leaveOut(work: EscalationWork, { ladder, run, rung }: Due, knows: string): LadderRun {
  const level = levelOf(ladder, rung);
  work.change({ directorsTold: [...work.state.directorsTold, directorKey(run.ladder, ladder, rung)] });
  const sentence = `The Director is not told again by ${rungText(rung, level)} of ${work.ladderName(run.ladder)}: ${knows}.`;
  work.tell('director_knows', sentence);
  if (announcedOf(run) === undefined) return run;
  work.note(`director_knows:${run.ladder}:${run.run}`, sentence);
  return work.put(withoutDirector(run));
}

function announce(work: EscalationWork, { ladder, run, rung }: Due): LadderRun {
  const { now } = work;
  const firesAt = new Date(now.getTime() + rung.stop_within);
  const announcing = { ...run, director: { rung: rung.name, announcedAt: now, firesAt } };
  const why = whyNow(ladder, run, work.incident, now);
  const pages: Page[] = [];
  const told = stoppers(work, { ladder, run, rung }).map((recipient): Told => {
    // Not held back until working hours: it could not be stopped then.
    const { channels } = waysFor(work.policy, recipient, { priority: work.incident.priority, now });
    const [channel] = channels;
    const intent = `announce:${run.ladder}:${run.run}:${work.version}:${recipient.recipient}:${channel}`;
    const page =
      channel &&
      makePage(work, {
        ...{ kind: 'announcement', intent, run: announcing, ladder, rung, recipient, channel },
        rungRun: { rung: rung.name, level: levelOf(ladder, rung) },
        sentence: `${why}.`,
      });
    if (page) pages.push(page);
    const named = { recipient: recipient.recipient, name: recipient.name, channels };
    return { ...named, attempts: page ? [attempted(page, now)] : [] };
  });
  work.pages.push(...pages);
  const after = work.put({ ...announcing, director: { ...announcing.director, announcedTo: told } });
  const level = rungText(rung, levelOf(ladder, rung));
  const sentence = `${why}, so ${level} of ${work.ladderName(run.ladder)}, the Director, is told ${work.when(firesAt)} unless somebody stops it.`;
  const known =
    told.length === 0 ? 'There is nobody who could stop it.' : `Who can: ${toldText(told, work)}.`;
  work.tell('director_announced', `${sentence} ${known}`);
  work.note(`director_announced:${run.ladder}:${run.run}:${work.version}`, sentence, [known]);
  return after;
}

/** Those told so far, who has it, and the catch-all; nobody from outside, and not the Director for having been told as such. */
function stoppers(work: EscalationWork, { ladder, run, rung }: Omit<Due, 'dueAt'>) {
  const { policy, state } = work;
  const meant = new Set(targetsOf(work, rung.tell, run).found.map(({ recipient }) => recipient));
  const ladders = state.ladders.map((one) => ({
    ...one,
    rungs: one.rungs.map((telling) =>
      isDirectors(policy, one, telling.rung)
        ? { ...telling, told: telling.told.filter(({ recipient }) => !meant.has(recipient)) }
        : telling,
    ),
  }));
  const told = everybodyTold({ ladders }).flatMap(({ recipient }) => recipientOf(policy, recipient) ?? []);
  const { owner } = work.given;
  const asked = [...(owner === undefined ? [] : [owner]), ...(ladder.last ? [ladder.last.person] : [])];
  const others = targetsOf(
    work,
    asked.map((person) => ({ person })),
  ).found;
  const ours = [...told, ...others].filter(({ kind }) => kind === 'person' || kind === 'room');
  return [...new Map(ours.map((one) => [one.recipient, one])).values()];
}

function tell(work: EscalationWork, { ladder, run, rung, dueAt }: Due): LadderRun {
  const key = directorKey(run.ladder, ladder, rung);
  if (targetsOf(work, rung.tell, run).found.length === 0) return tellRung(work, { ladder, run, rung, dueAt });
  const { director } = run;
  // Known before it is told: what comes next is somebody else.
  work.change({ directorsTold: [...work.state.directorsTold, key] });
  const telling = work.put({ ...run, ...(director && { director: { ...director, toldAt: work.now } }) });
  return tellRung(work, { ladder, run: telling, rung, dueAt });
}

/** A Director whose message did not leave, since nobody needed it just then, was not told: announced anew when due again. */
export function forgetUntoldDirector(work: EscalationWork, run: LadderRun): LadderRun {
  const { director } = run;
  const ladder = work.policy.ladders[run.ladder];
  const rung = ladder?.rungs.find(({ name }) => name === director?.rung);
  if (director?.toldAt === undefined || ladder === undefined || rung === undefined) return run;
  const telling = run.rungs.findLast((one) => one.rung === director.rung);
  const key = directorKey(run.ladder, ladder, rung);
  if (!isUnsent(telling?.told ?? []) || !work.state.directorsTold.includes(key)) return run;
  // Other ladders that left theirs out for it have to tell them after all.
  const level = key.slice(key.lastIndexOf(':'));
  const really = new Set(directorRuns(work).map(([one]) => one.ladder));
  const isStill = (one: string) => !one.endsWith(level) || really.has(one.slice(0, -level.length));
  work.change({ directorsTold: work.state.directorsTold.filter((one) => one !== key && isStill(one)) });
  work.tell(
    'director_not_told',
    `The Director was not told about ${work.reference} after all: it was no longer needed.`,
  );
  return work.put(withoutDirector(run));
}

export function withoutDirector({ director: _director, ...run }: LadderRun): LadderRun {
  return run;
}
