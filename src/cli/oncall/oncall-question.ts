import {
  type OnCall,
  type OnCallPolicy,
  rotationZone,
  type Shift,
  shiftsBetween,
} from '../../escalation/on-call.ts';
import { type Outlook, onCallOutlook } from '../../escalation/on-call-outlook.ts';
import { wallInstant } from '../../escalation/wall-clock.ts';
import type { Policy } from '../../policy/schema.ts';

export type OnCallOptions = Readonly<{
  at?: string;
  rotation?: string;
  from?: string;
  to?: string;
  days?: string;
}>;

type Named = Readonly<{ rotation: string; name: string; timeZone: string }>;

/** What a rotation has between two instants: somebody’s shift, or a gap, which has no `onCall`. */
export type Row = Readonly<{ from: Date; to: Date; onCall?: OnCall }>;

/** Answers per rotation: who is on call at some instants, or everybody from then until then. */
export type OnCallAnswer =
  | Readonly<{ kind: 'outlook'; at: Date; rotations: readonly (Named & { outlooks: readonly Outlook[] })[] }>
  | Readonly<{ kind: 'table'; rotations: readonly (Named & { rows: readonly Row[] })[] }>;

const DAY_MS = 24 * 3_600_000;
const DAYS_MAX = 400;
const DAYS_WITHOUT_END = 60;

/**
 * What `watchdesk oncall` was asked.
 * Errors: throws with a sentence for whoever typed it.
 */
export function answerOnCall(policy: Policy, options: OnCallOptions, now: Date): OnCallAnswer {
  const keys = rotationsAsked(policy, options.rotation);
  const named = (rotation: string): Named => {
    const asked = policy.rotations[rotation];
    if (!asked) throw new Error(`The policy has no rotation ${rotation}.`);
    return { rotation, name: asked.name, timeZone: rotationZone(policy, asked) };
  };
  if (options.from === undefined && options.to === undefined && options.days === undefined) {
    const rotations = keys.map(named).map((one) => {
      const at = instantOf('--at', options.at, one.timeZone) ?? now;
      return { ...one, outlooks: onCallOutlook(policy, one.rotation, at) };
    });
    const [first] = rotations;
    return { kind: 'outlook', at: first?.outlooks[0]?.at ?? now, rotations };
  }
  if (options.at !== undefined)
    throw new Error(
      '--at asks about one instant, --from, --to and --days about many: give one or the other.',
    );
  if (options.to !== undefined && options.days !== undefined)
    throw new Error('--to and --days both say where to end: give one of them.');
  const rotations = keys.map(named).map((one) => ({ ...one, rows: rowsOf(policy, one, options, now) }));
  return { kind: 'table', rotations };
}

function rotationsAsked(policy: Policy, key: string | undefined): readonly string[] {
  const keys = Object.keys(policy.rotations);
  if (keys.length === 0)
    throw new Error(`${policy.source} has no rotations: docs/on-call.md says how to write them.`);
  if (key === undefined) return keys;
  if (!keys.includes(key)) throw new Error(`There is no rotation ${key}: give one of ${keys.join(', ')}.`);
  return [key];
}

function rowsOf(policy: OnCallPolicy, one: Named, options: OnCallOptions, now: Date): readonly Row[] {
  const from = instantOf('--from', options.from, one.timeZone) ?? now;
  const days = options.days === undefined ? DAYS_WITHOUT_END : daysOf(options.days);
  const to = instantOf('--to', options.to, one.timeZone) ?? new Date(from.getTime() + days * DAY_MS);
  if (to <= from) throw new Error('--to must be later than --from.');
  if (to.getTime() - from.getTime() > DAYS_MAX * DAY_MS)
    throw new Error(`At most ${DAYS_MAX} days are listed at once.`);
  return withGaps(shiftsBetween(policy, one.rotation, from, to), from, to);
}

/** In order, without a hole: gaps are rows too. */
function withGaps(shifts: readonly Shift[], from: Date, to: Date): readonly Row[] {
  const rows: Row[] = [];
  let end = from;
  for (const { from: begins, to: ends, person, layer, why } of shifts) {
    if (begins > end) rows.push({ from: end, to: begins });
    rows.push({ from: begins, to: ends, onCall: { person, layer, why } });
    end = ends;
  }
  if (end < to) rows.push({ from: end, to });
  return rows;
}

function daysOf(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > DAYS_MAX)
    throw new Error(`--days ${text} is not a number of days from 1 to ${DAYS_MAX}.`);
  return days;
}

/** An instant with its offset, else what the clocks of the rotation show; undefined where nothing was given. */
function instantOf(option: string, text: string | undefined, timeZone: string): Date | undefined {
  if (text === undefined) return undefined;
  const wall = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) && isTime(`${wall}:00Z`))
    return new Date(wallInstant(wall, timeZone));
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
    return new Date(text);
  throw new Error(
    `${option} ${text} is not a time: write 2026-12-25T03:00 for the rotation's own clocks, or 2026-12-25T02:00Z.`,
  );
}

const isTime = (text: string): boolean => {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 16));
};
