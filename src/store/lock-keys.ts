import { z } from 'zod';
import { parseRows } from './rows.ts';
import type { Tx } from './transaction.ts';

/**
 * Waits until no other transaction holds any of these keys, and holds them until `tx` ends. Keys are texts such as
 * `object:web01::HTTP`. Taken in one order everywhere, so that two transactions cannot wait for each other.
 * Two keys may share a lock by their hash; that costs a wait and nothing else.
 */
export async function lockKeys(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(hash)
    FROM (SELECT DISTINCT hashtextextended(key, 0) AS hash FROM unnest(${[...keys]}::text[]) AS key ORDER BY hash) AS hashes`;
}

/** As lockKeys for one key, without waiting: false when another transaction holds it. */
export async function tryLockKey(tx: Tx, key: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS taken`;
  return parseRows(z.object({ taken: z.boolean() }), rows)[0]?.taken === true;
}
