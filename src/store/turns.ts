import type { TxOrClient } from './transaction.ts';

/** When this process took each turn last, by name. */
export type TurnsTaken = Map<string, Date>;

const CLOCKS_DIFFER_MS_MAX = 60_000;

/**
 * Whether it is this process's turn to do something that one of all processes does every `everyMs`. One statement: of
 * several that ask at once, one gets it. The turn counts from when it was taken, so work that fails is not hurried.
 *
 * A turn taken in the future, by more than clocks of processes may differ, is from before a clock was set back: it counts
 * no more, or nothing would be done until that time comes round again.
 *
 * `taken` saves asking, many times a second, for a turn that this process has just had.
 */
export async function takeTurn(
  tx: TxOrClient,
  { name, everyMs, now, taken }: Readonly<{ name: string; everyMs: number; now: Date; taken: TurnsTaken }>,
): Promise<boolean> {
  const last = taken.get(name);
  if (last && last <= now && now.getTime() - last.getTime() < everyMs) return false;
  const latest = new Date(now.getTime() - everyMs);
  const earliest = new Date(now.getTime() + Math.max(everyMs, CLOCKS_DIFFER_MS_MAX));
  const rows = await tx.$executeRaw`
    INSERT INTO memo AS m (key, value, updated_at) VALUES (${`turn:${name}`}, 'true'::jsonb, ${now})
    ON CONFLICT (key) DO UPDATE SET updated_at = EXCLUDED.updated_at
    WHERE m.updated_at <= ${latest} OR m.updated_at > ${earliest}`;
  if (rows === 1) taken.set(name, now);
  return rows === 1;
}
