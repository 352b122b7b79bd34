import { forgetOldDeliveries } from '../store/deliveries.ts';
import { takeTurn } from '../store/turns.ts';
import type { EngineParts } from './parts.ts';

/**
 * How long a decided delivery is kept: to show where a decision came from, and to recognise a resend. The notification
 * script's spool is bounded to less. Incidents and their timelines are kept for ever.
 */
export const DELIVERIES_KEPT_MS = 30 * 86_400_000;
const EVERY_MS = 3_600_000;
const ROWS_PER_STATEMENT = 5_000;

/** Once an hour, by whichever process is first. */
export async function tidyUp(parts: EngineParts): Promise<void> {
  const { clock, database, log } = parts;
  const now = clock.now();
  if (!(await takeTurn(database.prisma, { name: 'housekeeping', everyMs: EVERY_MS, now }))) return;
  const before = new Date(now.getTime() - DELIVERIES_KEPT_MS);
  let forgotten = 0;
  for (;;) {
    const count = await forgetOldDeliveries(database.prisma, before, ROWS_PER_STATEMENT);
    forgotten += count;
    if (count < ROWS_PER_STATEMENT) break;
  }
  if (forgotten > 0) log.info('Old deliveries were forgotten', { forgotten });
}
