import { forgetOldCommands } from '../store/commands.ts';
import { forgetOldDeliveries } from '../store/deliveries.ts';
import { forgetOldPages } from '../store/pages.ts';
import { forgetOldIntake } from '../store/ticket-intake.ts';
import { forgetOldTimers } from '../store/timers.ts';
import { takeTurn } from '../store/turns.ts';
import type { EngineParts } from './parts.ts';

/**
 * How long a decided delivery is kept: to show where a decision came from, and to recognise a resend. The notification
 * script's spool is bounded to less. Timers that fired, commands that were done and tickets
 * that were only heard of are kept as long. Incidents and their
 * timelines are kept for ever.
 */
export const DELIVERIES_KEPT_MS = 30 * 86_400_000;
const EVERY_MS = 3_600_000;
const ROWS_PER_STATEMENT = 5_000;

/** Once an hour, by whichever process is first. */
export async function tidyUp({
  clock,
  database,
  log,
  turns,
}: Pick<EngineParts, 'clock' | 'database' | 'log' | 'turns'>): Promise<void> {
  const now = clock.now();
  if (!(await takeTurn(database.prisma, { name: 'housekeeping', everyMs: EVERY_MS, now, taken: turns })))
    return;
  const before = new Date(now.getTime() - DELIVERIES_KEPT_MS);
  const forgetAll = async (forget: typeof forgetOldDeliveries): Promise<number> => {
    for (let forgotten = 0; ; ) {
      const count = await forget(database.prisma, before, ROWS_PER_STATEMENT);
      forgotten += count;
      if (count < ROWS_PER_STATEMENT) return forgotten;
    }
  };
  const deliveries = await forgetAll(forgetOldDeliveries);
  const timers = await forgetAll(forgetOldTimers);
  const commands = await forgetAll(forgetOldCommands);
  const intake = await forgetAll(forgetOldIntake);
  const pages = await forgetAll(forgetOldPages);
  if (deliveries + timers + commands + intake + pages > 0) {
    log.info('What was done long ago was forgotten', { deliveries, timers, commands, intake, pages });
  }
}
