const MINUTE_MS = 60_000;
/** Clocks of zones in use are not set back by more. */
const SET_BACK_MINUTES_MAX = 125;

const FORMATS = new Map<string, Intl.DateTimeFormat>();
const SHOWN = new Map<string, string>();

/** What the clocks on the wall show at an instant, by Intl alone: `2026-12-24T17:00`. */
export function shownAt(timeZone: string, at: number): string {
  const key = `${timeZone} ${at}`;
  const known = SHOWN.get(key);
  if (known !== undefined) return known;
  const format =
    FORMATS.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  FORMATS.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const shown = `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
  SHOWN.set(key, shown);
  return shown;
}

/**
 * The latest time that the clocks have shown, minute by minute: a clock that waits where others are set back. A time of the
 * policy has come as soon as this clock shows it or a later one.
 */
export function steadyClock(timeZone: string, from: number, minutes: number): (at: number) => string {
  const latest: string[] = [];
  let shown = '';
  for (let minute = -SET_BACK_MINUTES_MAX; minute < minutes; minute++) {
    const now = shownAt(timeZone, from + minute * MINUTE_MS);
    if (now > shown) shown = now;
    if (minute >= 0) latest.push(shown);
  }
  return (at) => latest[(at - from) / MINUTE_MS] ?? '';
}
