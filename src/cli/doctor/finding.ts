import { ConnectorError } from '../../connectors/connector-error.ts';

/** `warn`: works with something missing, or could not be told. `fail`: Watchdesk will not do what it promises. */
export type Level = 'ok' | 'warn' | 'fail';

/** What one check found. Absent: `remedy` where nothing has to be done. */
export type Finding = Readonly<{ check: string; level: Level; finding: string; remedy?: string }>;

export const ok = (check: string, finding: string): Finding => ({ check, level: 'ok', finding });
export const warn = (check: string, finding: string, remedy: string): Finding => ({
  check,
  level: 'warn',
  finding,
  remedy,
});
export const fail = (check: string, finding: string, remedy: string): Finding => ({
  check,
  level: 'fail',
  finding,
  remedy,
});

/** What a look found; where the other side refuses it, that it could not be told and what to look at by hand. */
export async function look(
  check: string,
  byHand: string,
  at: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await at();
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return [warn(check, `could not tell: ${error.message}`, byHand)];
  }
}

/** Ours and theirs may differ by the time an answer takes. */
const SKEW_MS_OK = 30_000;
const SKEW_MS_BAD = 120_000;

export function clockFinding(check: string, aheadMs: number | undefined, whose: string): Finding {
  const remedy = `let both machines keep time by NTP; if ${whose} is right, correct the clock here`;
  if (aheadMs === undefined)
    return warn(check, `${whose} does not tell the time`, 'look at its clock by hand');
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const found = `${whose} is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
  if (Math.abs(aheadMs) >= SKEW_MS_BAD) return fail(check, found, remedy);
  return Math.abs(aheadMs) >= SKEW_MS_OK ? warn(check, found, remedy) : ok(check, 'agrees with ours');
}

/** `3 minutes ago` */
export function ago(at: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - at.getTime()) / 60_000));
  const of = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  if (minutes < 120) return of(minutes, 'minute');
  return minutes < 48 * 60 ? of(Math.round(minutes / 60), 'hour') : of(Math.round(minutes / 1440), 'day');
}

/** The first few, so that a long list stays one line. */
export const some = (names: readonly string[], most = 5): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
