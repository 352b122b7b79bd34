import type { LadderRun, RungRun } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Policy } from '../policy/schema.ts';
import { addWorkingTime, type Calendar, workingTimeBetween } from './working-time.ts';

type Given = Readonly<{
  incident: Pick<Incident, 'priority' | 'customerId'>;
  policy: Policy;
  run: LadderRun;
  now: Date;
}>;
type Ladder = Policy['ladders'][string];
type Rung = Ladder['rungs'][number];
type Step = Readonly<{ name: string; level: number; at?: Date; why?: string }>;

/**
 * What people are shown as the next step of a ladder if nobody reacts; undefined when it ended or has no step left.
 * Absent: `at` where it depends on something else than time, and `why` says on what.
 */
export function nextRung({ incident, policy, run, now }: Given): Step | undefined {
  const ladder = policy.ladders[run.ladder];
  if (!ladder || run.state === 'ended') return undefined;
  const last = run.rungs.at(-1);
  if (run.state === 'paused') {
    const again = last ?? { rung: ladder.rungs[0]?.name ?? ladder.name, level: ladder.rungs[0]?.level ?? 1 };
    const step = { name: again.rung, level: again.level, why: 'rests: somebody has it' };
    return run.resumesAt ? { ...step, at: run.resumesAt } : step;
  }
  const given = { incident, policy, run, now, ladder };
  const steps = [
    directorStep(run),
    repeatStep(run, ladder, last),
    ordinaryStep(given),
    lastStep(run, ladder, policy, last),
  ];
  const timed = steps.filter((step) => step?.at !== undefined);
  return (
    timed.toSorted((a, b) => Number(a?.at) - Number(b?.at))[0] ?? steps.find((step) => step !== undefined)
  );
}

function directorStep({ director, rungs }: LadderRun): Step | undefined {
  if (!director || director.toldAt || director.stopped || director.withheldWhy !== undefined)
    return undefined;
  const level = Math.max(0, ...rungs.map((rung) => rung.level)) + 1;
  return { name: director.rung, level, at: director.firesAt, why: 'announced; anybody told can stop it' };
}

function repeatStep(run: LadderRun, ladder: Ladder, last: RungRun | undefined): Step | undefined {
  const repeat = ladder.rungs.find(({ name }) => name === last?.rung)?.repeat;
  if (!last || !repeat || last.round > repeat.at_most || run.director) return undefined;
  return {
    name: last.rung,
    level: last.level,
    at: new Date(last.at.getTime() + repeat.every),
    why: 'told again',
  };
}

function ordinaryStep(given: Given & Readonly<{ ladder: Ladder }>): Step | undefined {
  const { run, ladder } = given;
  const told = new Set(run.rungs.map(({ rung }) => rung));
  const lastTold = ladder.rungs.findLastIndex(({ name }) => told.has(name));
  const index = ladder.rungs.findIndex((rung, at) => at > lastTold && rung.name !== run.director?.rung);
  const rung = ladder.rungs[index];
  if (!rung) return undefined;
  const step = { name: rung.name, level: rung.level ?? index + 1 };
  if (rung.after === undefined)
    return { ...step, why: `when level ${rung.at_level ?? step.level} is reached` };
  const afterMs = afterOf(rung, ladder, given.incident);
  return afterMs === undefined ? undefined : { ...step, at: dueAt(given, calendarOf(given, rung), afterMs) };
}

function lastStep(
  run: LadderRun,
  ladder: Ladder,
  policy: Policy,
  last: RungRun | undefined,
): Step | undefined {
  const isThrough = last !== undefined && last.rung === ladder.rungs.at(-1)?.name;
  if (!ladder.last || run.lastToldAt || !isThrough) return undefined;
  const { person, after } = ladder.last;
  const name = policy.people[person]?.name ?? person;
  return { name, level: last.level, at: new Date(last.at.getTime() + after), why: 'the last to be told' };
}

function afterOf(
  { after }: Rung,
  { target }: Ladder,
  { priority }: Pick<Incident, 'priority'>,
): number | undefined {
  if (after === undefined || typeof after === 'number') return after;
  const whole = typeof target === 'object' ? target[priority] : target;
  return whole === undefined ? undefined : (whole * after.percent) / 100;
}

/** Undefined: around the clock. */
function calendarOf(
  { incident, policy, ladder }: Given & Readonly<{ ladder: Ladder }>,
  rung: Rung,
): Calendar | undefined {
  const key = rung.calendar ?? ladder.calendar;
  if (key === 'always') return undefined;
  const own = key === 'customer' ? policy.customers[incident.customerId ?? '']?.calendar : key;
  return own === undefined ? undefined : policy.calendars[own];
}

/** When so much has been counted, pauses left out; never before now, since what is due is told at once. */
function dueAt({ run, now }: Given, calendar: Calendar | undefined, afterMs: number): Date {
  let left = afterMs;
  for (const { from, to } of run.counted) {
    if (to === undefined) {
      const at = calendar ? addWorkingTime(calendar, from, left) : new Date(from.getTime() + left);
      return at < now ? now : at;
    }
    left = Math.max(
      0,
      left - (calendar ? workingTimeBetween(calendar, from, to) : to.getTime() - from.getTime()),
    );
  }
  return now;
}
