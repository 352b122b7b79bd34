import { DateTime } from 'luxon';

const DAY_MS = 86_400_000;
/** Within this time the name of a weekday is clear. */
const WEEKDAY_MS_MAX = 6 * DAY_MS;
/** Within this time the day of a month is clear. */
const DATE_MS_MAX = 180 * DAY_MS;

/**
 * An instant as the reader's clocks show it: `Sat 02:31 (Europe/Zurich)`; where `now` is given and the weekday alone would
 * not be clear with the date as well, `Sat 21 Nov 02:31 (Europe/Zurich)`, and with the year half a year from then.
 */
export function timeText(at: Date, timeZone: string, now?: Date): string {
  return `${local(at, timeZone, formatOf(at, now))} (${timeZone})`;
}

function formatOf(at: Date, now: Date | undefined): string {
  const distanceMs = now === undefined ? 0 : Math.abs(at.getTime() - now.getTime());
  if (distanceMs <= WEEKDAY_MS_MAX) return 'ccc HH:mm';
  return distanceMs <= DATE_MS_MAX ? 'ccc d LLL HH:mm' : 'ccc d LLL yyyy HH:mm';
}

/** The time of day alone, `03:15`, for where the zone has been said or is the reader's own. */
export const clockText = (at: Date, timeZone: string): string => local(at, timeZone, 'HH:mm');

/** `Fri 25 Dec 03:15`, for where the zone has been said. */
export const dayText = (at: Date, timeZone: string): string => local(at, timeZone, 'ccc d LLL HH:mm');

const local = (at: Date, timeZone: string, format: string): string =>
  DateTime.fromJSDate(at, { zone: timeZone }).setLocale('en-GB').toFormat(format);

/** How long something has lasted: `less than a minute`, `45 min`, `2 h 15 min`, `3 d 4 h`. Never negative. */
export function lastingText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? withRest(`${hours} h`, minutes % 60, 'min')
    : withRest(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

const withRest = (whole: string, rest: number, unit: string): string =>
  rest === 0 ? whole : `${whole} ${rest} ${unit}`;
