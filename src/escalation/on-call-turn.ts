import type { PolicyRules } from '../policy/schema.ts';
import { wallAt, wallInstant, wallMs } from './wall-clock.ts';
import { isWorkingTime, workingBorders } from './working-time.ts';

export type Rotation = PolicyRules['rotations'][string];
export type Layer = Rotation['layers'][number];

const DAY_MS = 24 * 3_600_000;

/**
 * Which place of the layer’s list has the turn at this instant, from 0; undefined where the layer does not hold.
 *
 * Every shift is as long as policy says by the clocks on the wall, so hand-overs keep their time of day when clocks change.
 */
export function turnAt(
  layer: Layer,
  zone: string,
  calendars: PolicyRules['calendars'],
  at: Date,
): number | undefined {
  const instant = at.getTime();
  const { starts, ends } = lifeOf(layer, zone);
  if (instant < starts || instant >= ends) return undefined;
  const calendar = layer.calendar === undefined ? undefined : calendars[layer.calendar];
  if (calendar && isWorkingTime(calendar, at) !== (layer.hours === 'within')) return undefined;
  return shiftNumber(layer, zone, instant) % layer.people.length;
}

/** Instants, ms since 1970, from `from` until `to` at which the turn may change. */
export function turnBorders(
  layer: Layer,
  zone: string,
  calendars: PolicyRules['calendars'],
  { from, to }: Readonly<{ from: number; to: number }>,
): readonly number[] {
  const { starts, ends } = lifeOf(layer, zone);
  const [first, last] = [Math.max(from, starts), Math.min(to, ends)];
  if (first >= last) return [];
  const borders = [first, last];
  const lengthMs = shiftMs(layer);
  // With one person there is no hand-over.
  if (layer.people.length > 1)
    for (let number = shiftNumber(layer, zone, first) + 1; ; number++) {
      const border = wallInstant(wallMs(layer.starts) + number * lengthMs, zone);
      if (border >= last) break;
      borders.push(border);
    }
  const calendar = layer.calendar === undefined ? undefined : calendars[layer.calendar];
  if (calendar) borders.push(...workingBorders(calendar, new Date(first), new Date(last)));
  return borders;
}

type Life = Readonly<{ starts: number; ends: number; zone: string }>;
const LIVES = new WeakMap<Layer, Life>();

/** From when until when the layer holds; remembered, since it is asked for again and again. */
function lifeOf(layer: Layer, zone: string): Life {
  const known = LIVES.get(layer);
  if (known?.zone === zone) return known;
  const ends = layer.ends === undefined ? Number.POSITIVE_INFINITY : wallInstant(layer.ends, zone);
  const life = { starts: wallInstant(layer.starts, zone), ends, zone };
  LIVES.set(layer, life);
  return life;
}

/** How many shifts ended since the layer began; the layer has begun. */
function shiftNumber(layer: Layer, zone: string, instant: number): number {
  const starts = wallMs(layer.starts);
  const lengthMs = shiftMs(layer);
  const begins = (number: number): number => wallInstant(starts + number * lengthMs, zone);
  // Right but for the hours after clocks were changed, when the clocks alone do not tell.
  let number = Math.max(0, Math.floor((wallAt(instant, zone) - starts) / lengthMs));
  while (number > 0 && begins(number) > instant) number--;
  while (begins(number + 1) <= instant) number++;
  return number;
}

const shiftMs = ({ shift }: Layer): number =>
  shift === 'daily' ? DAY_MS : shift === 'weekly' ? 7 * DAY_MS : shift;
