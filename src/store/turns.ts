import type { TxOrClient } from './transaction.ts';

const CLOCKS_DIFFER_MS_MAX = 60_000;

/**
 * Whether it is this process's turn to do something that one of all processes does every `everyMs`. One statement: of
 * several that ask at once, one gets it. The turn counts from when it was taken, so work that fails is not hurried.
 *
 * A turn taken in the future, by more than clocks of processes may differ, is from before a clock was set back: it counts
 * no more, or nothing would be done until that time comes round again.
 */
export async function takeTurn(
  tx: TxOrClient,
  { name, everyMs, now }: Readonly<{ name: string; everyMs: number; now: Date }>,
): Promise<boolean> {
  const latest = new Date(now.getTime() - everyMs);
  const earliest = new Date(now.getTime() + Math.max(everyMs, CLOCKS_DIFFER_MS_MAX));
  const taken = await tx.$executeRaw`
    INSERT INTO memo AS m (key, value, updated_at) VALUES (${`turn:${name}`}, 'true'::jsonb, ${now})
    ON CONFLICT (key) DO UPDATE SET updated_at = EXCLUDED.updated_at
    WHERE m.updated_at <= ${latest} OR m.updated_at > ${earliest}`;
  return taken === 1;
}
