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

/** It was read as Freshdesk had it then. */
export async function markRead(tx: TxOrClient, ticketId: number, updatedAt: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket_intake SET seen_updated_at = ${updatedAt} WHERE freshdesk_id = ${BigInt(ticketId)}`;
}

/** Those among tickets that are no issues of ours which have changed since they were read, or never were. */
export async function filterUnread(
  tx: TxOrClient,
  listed: readonly Readonly<{ id: number; updatedAt: Date }>[],
): Promise<readonly number[]> {
  if (listed.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT freshdesk_id AS id, seen_updated_at AS "seenUpdatedAt" FROM ticket_intake
    WHERE freshdesk_id = ANY(${listed.map(({ id }) => BigInt(id))}::bigint[]) AND seen_updated_at IS NOT NULL`;
  const Row = z.object({ id: z.bigint().transform(Number), seenUpdatedAt: z.date() });
  const seen = new Map(parseRows(Row, rows).map(({ id, seenUpdatedAt }) => [id, seenUpdatedAt]));
  const isUnread = ({ id, updatedAt }: (typeof listed)[number]): boolean =>
    updatedAt.getTime() > (seen.get(id)?.getTime() ?? Number.NEGATIVE_INFINITY);
  return listed.filter(isUnread).map(({ id }) => id);
}

/**
 * Deletes up to `limit` that were asked for before `before` and that no job waits for. Returns how many, to go on while it
 * equals `limit`.
 */
export function forgetOldIntake(tx: TxOrClient, before: Date, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM ticket_intake WHERE freshdesk_id IN (
      SELECT freshdesk_id FROM ticket_intake WHERE asked_at < ${before} AND NOT read_queued LIMIT ${limit}
    )`;
}
