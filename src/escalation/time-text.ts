import { zoneOffsetMs } from './zone-offset.ts';

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

function formatOf(at: Date, now: Date | undefined): Format {
  const distanceMs = now === undefined ? 0 : Math.abs(at.getTime() - now.getTime());
  if (distanceMs <= WEEKDAY_MS_MAX) return 'weekday';
  return distanceMs <= DATE_MS_MAX ? 'day' : 'date';
}

/** The time of day alone, `03:15`, for where the zone has been said or is the reader's own. */
export const clockText = (at: Date, timeZone: string): string => local(at, timeZone, 'clock');

/** `Fri 25 Dec 03:15`, for where the zone has been said. */
export const dayText = (at: Date, timeZone: string): string => local(at, timeZone, 'day');

type Format = 'clock' | 'weekday' | 'day' | 'date';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/** By hand, since a message holds a dozen of them and formatting by luxon takes as long as all the rest. */
function local(at: Date, timeZone: string, format: Format): string {
  const shown = new Date(at.getTime() + zoneOffsetMs(timeZone, at.getTime()));
  const clock = `${twoDigits(shown.getUTCHours())}:${twoDigits(shown.getUTCMinutes())}`;
  if (format === 'clock') return clock;
  const weekday = WEEKDAYS[shown.getUTCDay()];
  if (format === 'weekday') return `${weekday} ${clock}`;
  const year = format === 'day' ? '' : ` ${shown.getUTCFullYear()}`;
  return `${weekday} ${shown.getUTCDate()} ${MONTHS[shown.getUTCMonth()]}${year} ${clock}`;
}

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
