import type { TxOrClient } from './transaction.ts';

/** Clocks of processes may differ by this; a lease further in the future is from before a clock was set back. */
const CLOCKS_DIFFER_MS_MAX = 60_000;

/**
 * Whether `by` may do what one of all processes does at a time, for the next `forMs`. Whoever holds it prolongs it by
 * asking again; another gets it when it was given back or has run out. One statement: of several that ask, one gets it.
 */
export async function holdLease(
  tx: TxOrClient,
  { name, by, forMs, now }: Readonly<{ name: string; by: string; forMs: number; now: Date }>,
): Promise<boolean> {
  const until = new Date(now.getTime() + forMs);
  const latest = new Date(until.getTime() + CLOCKS_DIFFER_MS_MAX);
  const rows = await tx.$executeRaw`
    INSERT INTO memo AS m (key, value, updated_at) VALUES (${`lease:${name}`}, to_jsonb(${by}::text), ${until})
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at
    WHERE m.value = EXCLUDED.value OR m.updated_at <= ${now} OR m.updated_at > ${latest}`;
  return rows === 1;
}

/** Gives it back, so that another need not wait until it has run out. */
export async function releaseLease(
  tx: TxOrClient,
  { name, by }: Readonly<{ name: string; by: string }>,
): Promise<void> {
  await tx.$executeRaw`DELETE FROM memo WHERE key = ${`lease:${name}`} AND value = to_jsonb(${by}::text)`;
}
