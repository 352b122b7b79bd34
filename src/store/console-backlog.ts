// What waits for us or for a person, for pages: a fixed number of statements each, every one with a LIMIT.
import { z } from 'zod';
import { type Row, read } from './console-queries.ts';
import { Prisma } from './generated/client.ts';
import type { TxOrClient } from './transaction.ts';

const ParkedRow = z.object({
  seq: z.string(),
  source: z.string(),
  receivedAt: z.date(),
  rule: z.string().default(''),
  reason: z.string().default('No reason was recorded'),
  body: z.string(),
  bodyLength: z.int(),
});

/** The newest first; a body is cut at `bodyMax` characters. */
export async function parkedDeliveries(
  tx: TxOrClient,
  page: Readonly<{ limit: number; bodyMax: number }>,
): Promise<readonly Row<typeof ParkedRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT seq::text AS seq, source, received_at AS "receivedAt", rule, sentence AS reason,
      left(body, ${page.bodyMax}) AS body, length(body) AS "bodyLength"
    FROM delivery WHERE status = 'parked' ORDER BY delivery.seq DESC LIMIT ${page.limit}`;
  return read(ParkedRow, rows);
}

const DeadRow = z.object({
  id: z.string(),
  incidentNumber: z.int(),
  incidentTitle: z.string(),
  kind: z.string(),
  createdAt: z.date(),
  deadAt: z.date(),
  attemptCount: z.int(),
  lastError: z.string().default('No error was recorded'),
});

/** Messages that were given up, the newest first. */
export async function deadMessages(tx: TxOrClient, limit: number): Promise<readonly Row<typeof DeadRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT c.id, i.number AS "incidentNumber", i.title AS "incidentTitle", c.kind, c.created_at AS "createdAt",
      c.dead_at AS "deadAt", c.attempt_count AS "attemptCount", c.last_error AS "lastError"
    FROM (SELECT * FROM command WHERE dead_at IS NOT NULL ORDER BY dead_at DESC LIMIT ${limit}) c
    JOIN incident i ON i.id = c.incident_id ORDER BY c.dead_at DESC`;
  return read(DeadRow, rows);
}

const StuckRow = z.object({
  incidentNumber: z.int(),
  incidentTitle: z.string(),
  ticketNumber: z.string().optional(),
  reason: z.string(),
});

/** Tickets that wait for a person, of the newest incidents first. */
export async function stuckTickets(tx: TxOrClient, limit: number): Promise<readonly Row<typeof StuckRow>[]> {
  const rows = await tx.$queryRaw`
    SELECT i.number AS "incidentNumber", i.title AS "incidentTitle", t.freshdesk_id::text AS "ticketNumber",
      t.stuck AS reason
    FROM ticket t JOIN incident i ON i.id = t.incident_id
    WHERE t.stuck IS NOT NULL ORDER BY i.number DESC LIMIT ${limit}`;
  return read(StuckRow, rows);
}

const BacklogRow = z.object({
  inboxWaiting: z.int(),
  inboxOldestAt: z.date().optional(),
  parked: z.int(),
  dead: z.int(),
  stuckTickets: z.int(),
});
export type Backlog = Row<typeof BacklogRow>;

/** Counting stops here: "more than ten thousand" is all that a person needs to know. */
const COUNTED_MAX = 10_000;

/** What waits for us or for a person; each part reads a partial index that holds only such rows. */
export async function backlog(tx: TxOrClient): Promise<Backlog> {
  const counted = (table: string, condition: string) =>
    Prisma.raw(
      `(SELECT count(*)::int FROM (SELECT 1 FROM ${table} WHERE ${condition} LIMIT ${COUNTED_MAX}) few)`,
    );
  const rows = await tx.$queryRaw`
    SELECT ${counted('delivery', `status = 'waiting'`)} AS "inboxWaiting",
      (SELECT received_at FROM delivery WHERE status = 'waiting' ORDER BY seq LIMIT 1) AS "inboxOldestAt",
      ${counted('delivery', `status = 'parked'`)} AS parked,
      ${counted('command', 'dead_at IS NOT NULL')} AS dead,
      ${counted('ticket', 'stuck IS NOT NULL')} AS "stuckTickets"`;
  const [row] = read(BacklogRow, rows);
  if (!row) throw new Error('A SELECT without FROM gave no row');
  return row;
}
