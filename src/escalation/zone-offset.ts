import { IANAZone } from 'luxon';

/** Clocks change at full quarters of an hour, so within one their offset is known. */
const QUARTER_MS = 15 * 60_000;
const QUARTERS_KEPT = 1_000;

const KNOWN = new Map<string, Map<number, number>>();

/** What the clocks of a time zone show beyond UTC at an instant, both in ms. Asking the runtime takes longer than all else that a text needs. */
export function zoneOffsetMs(timeZone: string, at: number): number {
  const quarter = Math.floor(at / QUARTER_MS);
  let quarters = KNOWN.get(timeZone);
  if (quarters === undefined || quarters.size >= QUARTERS_KEPT) {
    quarters = new Map();
    KNOWN.set(timeZone, quarters);
  }
  const known = quarters.get(quarter);
  if (known !== undefined) return known;
  const ms = IANAZone.create(timeZone).offset(at) * 60_000;
  quarters.set(quarter, ms);
  return ms;
}
