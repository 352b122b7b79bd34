import { z } from 'zod';
import { parseRows } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

/**
 * Tickets that were heard of and are no issues of ours yet. Asks for each to be read; returns those that need a job: for
 * the others one is queued already.
 */
export async function askForTickets(
  tx: Tx,
  ticketIds: readonly number[],
  now: Date,
): Promise<readonly number[]> {
  if (ticketIds.length === 0) return [];
  const ids = [...new Set(ticketIds)].sort((a, b) => a - b).map(BigInt);
  const rows = await tx.$queryRaw`
    INSERT INTO ticket_intake AS t (freshdesk_id, asked_at, read_queued)
    SELECT id, ${now}, true FROM unnest(${ids}::bigint[]) AS id
    ON CONFLICT (freshdesk_id) DO UPDATE SET asked_at = EXCLUDED.asked_at, read_queued = true
    WHERE NOT t.read_queued
    RETURNING freshdesk_id AS id`;
  return parseRows(z.object({ id: z.bigint().transform(Number) }), rows).map(({ id }) => id);
}

/** At the beginning of reading it: what is heard from now on needs a job of its own. */
export async function takeIntake(tx: TxOrClient, ticketId: number): Promise<void> {
  await tx.$executeRaw`UPDATE ticket_intake SET read_queued = false WHERE freshdesk_id = ${BigInt(ticketId)}`;
}

/** Forgets those that were asked for before `before` and that nobody waits for. */
export async function forgetOldIntake(tx: TxOrClient, before: Date): Promise<number> {
  return await tx.$executeRaw`DELETE FROM ticket_intake WHERE asked_at < ${before} AND NOT read_queued`;
}
