import type { PolicyRules } from '../policy/schema.ts';
import { wallAt, wallInstant, wallMs } from './wall-clock.ts';
import { isWorkingTime, workingBorders } from './working-time.ts';

export type Rotation = PolicyRules['rotations'][string];
export type Layer = Rotation['layers'][number];

const DAY_MS = 24 * 3_600_000;

/** Hand-overs that are looked through at most around an instant; clocks have never changed by more than a day. */
const LOOK_ROUND_MS = 2 * DAY_MS;

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
  if (!isOver(layer.starts, zone, instant)) return undefined;
  if (layer.ends !== undefined && isOver(layer.ends, zone, instant)) return undefined;
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
  const [starts, ends] = [
    wallInstant(layer.starts, zone),
    layer.ends === undefined ? to : wallInstant(layer.ends, zone),
  ];
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

const isOver = (wall: string, zone: string, instant: number): boolean => wallInstant(wall, zone) <= instant;

/** How many shifts ended since the layer began; the layer has begun. */
function shiftNumber(layer: Layer, zone: string, instant: number): number {
  const starts = wallMs(layer.starts);
  const lengthMs = shiftMs(layer);
  // The last shift that has begun, counted back from one that certainly has not.
  let number = Math.floor((wallAt(instant, zone) - starts) / lengthMs) + Math.ceil(LOOK_ROUND_MS / lengthMs);
  while (number > 0 && wallInstant(starts + number * lengthMs, zone) > instant) number--;
  return number;
}

const shiftMs = ({ shift }: Layer): number =>
  shift === 'daily' ? DAY_MS : shift === 'weekly' ? 7 * DAY_MS : shift;
