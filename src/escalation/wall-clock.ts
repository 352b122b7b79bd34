import { IANAZone } from 'luxon';
import { zoneOffsetMs } from './zone-offset.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * The first instant at which clocks in the time zone show this time or a later one; ms since 1970.
 *
 * So a time that clocks skip is the instant of the change, one that they show twice is the first of the two, and of two
 * times the later one never comes first.
 *
 * Units:  `wall` is what the clocks show, either `2026-12-24T17:00` or the ms from 1970-01-01T00:00 by the same clocks.
 * Errors: RangeError when it is no date and time.
 */
export function wallInstant(wall: string | number, timeZone: string): number {
  const shown = typeof wall === 'string' ? wallMs(wall) : wall;
  const zone = IANAZone.create(timeZone);
  const before = offsetAt(zone, shown - DAY_MS);
  const after = offsetAt(zone, shown + DAY_MS);
  if (before === after) return shown - before;
  const change = changeBetween(zone, shown - DAY_MS, shown + DAY_MS);
  return shown - before < change ? shown - before : Math.max(change, shown - after);
}

/** From an instant until another that is not part of it any more; ms since 1970. */
export type InstantSpan = Readonly<{ from: number; to: number }>;
type WallSpan = Readonly<{ from: string; to: string }>;

const SPANS = new WeakMap<WallSpan, InstantSpan & Readonly<{ timeZone: string }>>();

/** The instants of a time span in the policy, remembered with it: it is asked for again and again. */
export function instantSpan(wall: WallSpan, timeZone: string): InstantSpan {
  const known = SPANS.get(wall);
  if (known?.timeZone === timeZone) return known;
  const span = { from: wallInstant(wall.from, timeZone), to: wallInstant(wall.to, timeZone), timeZone };
  SPANS.set(wall, span);
  return span;
}

/** Whether the clocks are within a time span of the policy at this instant. */
export function isWithin(wall: WallSpan, timeZone: string, at: Date): boolean {
  const { from, to } = instantSpan(wall, timeZone);
  return from <= at.getTime() && at.getTime() < to;
}

/** `2026-12-24T17:00` as ms from 1970-01-01T00:00 by the same clocks. */
export function wallMs(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`“${text}” is no date and time such as 2026-12-24T17:00.`);
  return ms;
}

/** What the clocks show at an instant, ms from 1970-01-01T00:00 by the same clocks. */
export const wallAt = (instant: number, timeZone: string): number =>
  instant + offsetAt(IANAZone.create(timeZone), instant);

const offsetAt = (zone: IANAZone, at: number): number => zoneOffsetMs(zone.name, at);

/** The first instant with other clocks than at `from`; there is one until `to`. */
function changeBetween(zone: IANAZone, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [same, changed] = [from, to];
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(zone, middle) === before) same = middle;
    else changed = middle;
  }
  return changed;
}
