import { z } from 'zod';
import { PRIORITIES, TICKET_TYPES } from '../model/priority.ts';
import type { TicketFields, TicketWish } from '../model/ticket.ts';
import { Prisma } from './generated/client.ts';
import { lastOfEach, parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

const Fields = z
  .object({
    subject: z.string(),
    status: z.enum(['open', 'pending', 'resolved', 'closed', 'other']),
    priority: z.enum(PRIORITIES),
    type: z.enum(TICKET_TYPES).optional(),
    groupId: z.number().optional(),
    tags: z.array(z.string()),
  })
  .transform((fields) => fields as TicketFields);

const Row = z.object({
  incidentId: z.string(),
  freshdeskId: z.bigint().transform(Number).optional(),
  tag: z.string(),
  wanted: Fields,
  descriptionHtml: z.string(),
  requesterEmail: z.string(),
  written: Fields.optional(),
  seen: Fields.optional(),
  seenAt: z.date().optional(),
  peopleOwn: z.array(z.string()),
  attempted: z.array(Fields.in.partial()).optional(),
  createStartedAt: z.date().optional(),
  syncQueued: z.boolean(),
  stuck: z.string().optional(),
});

/**
 * An incident's main ticket. Absent: `freshdeskId` until it exists; `seenAt` until it was read once after that;
 * `createStartedAt` and `attempted` unless the outcome of a create or an update is unknown; `stuck` unless a person has
 * to act before it can be synchronised.
 */
export type TicketRow = Readonly<Omit<z.output<typeof Row>, 'attempted'>> &
  Readonly<{ attempted?: readonly Partial<TicketFields>[] }>;

const SELECTED = Prisma.raw(`t.incident_id AS "incidentId", t.freshdesk_id AS "freshdeskId", t.tag, t.wanted,
  t.description_html AS "descriptionHtml", t.requester_email AS "requesterEmail", t.written, t.seen,
  t.seen_at AS "seenAt", t.people_own AS "peopleOwn", t.attempted, t.create_started_at AS "createStartedAt",
  t.sync_queued AS "syncQueued", t.stuck`);

const parse = (rows: unknown): readonly TicketRow[] => parseRows(Row, rows) as unknown as TicketRow[];

/**
 * Writes what we want. Description and requester count until the ticket exists; the requester stays while the outcome of
 * a create is unknown, since the ticket is looked for among that requester's. Returns the incidents that need a sync job:
 * for the others one is queued already and will see this wish.
 */
export async function saveWishes(
  tx: Tx,
  wishes: readonly (TicketWish & Readonly<{ tag: string }>)[],
): Promise<readonly string[]> {
  if (wishes.length === 0) return [];
  const records = lastOfEach(wishes, ({ incidentId }) => incidentId);
  const columns = '"incidentId" uuid, tag text, fields jsonb, "descriptionHtml" text, "requesterEmail" text';
  const rows = await tx.$queryRaw<{ incidentId: string }[]>`
    WITH wish AS MATERIALIZED (SELECT * FROM ${recordset(records, columns)}),
    queued AS MATERIALIZED (
      SELECT t.incident_id FROM ticket t JOIN wish ON wish."incidentId" = t.incident_id
      WHERE t.sync_queued ORDER BY t.incident_id FOR UPDATE OF t
    ),
    saved AS (
      INSERT INTO ticket (incident_id, tag, wanted, description_html, requester_email, people_own, sync_queued)
      SELECT "incidentId", tag, fields, "descriptionHtml", "requesterEmail", '{}', true
      FROM wish WHERE (SELECT count(*) FROM queued) >= 0 ORDER BY "incidentId"
      ON CONFLICT (incident_id) DO UPDATE SET
        wanted = EXCLUDED.wanted,
        description_html = COALESCE(NULLIF(EXCLUDED.description_html, ''), ticket.description_html),
        requester_email = CASE
          WHEN ticket.create_started_at IS NULL THEN EXCLUDED.requester_email ELSE ticket.requester_email
        END,
        sync_queued = true
      RETURNING incident_id
    )
    SELECT incident_id AS "incidentId" FROM saved WHERE incident_id NOT IN (SELECT incident_id FROM queued)
    ORDER BY incident_id`;
  return rows.map(({ incidentId }) => incidentId);
}

export async function load(tx: TxOrClient, incidentId: string): Promise<TicketRow | undefined> {
  return parse(
    await tx.$queryRaw`SELECT ${SELECTED} FROM ticket t WHERE t.incident_id = ${incidentId}::uuid`,
  )[0];
}

/**
 * Which of these have a ticket in Freshdesk, held as it is until `tx` ends: whoever adopts one meanwhile waits, and then
 * sees what `tx` wrote.
 */
export async function lockExisting(tx: Tx, incidentIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (incidentIds.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ incidentId: string; exists: boolean }[]>`
    SELECT incident_id AS "incidentId", freshdesk_id IS NOT NULL AS exists FROM ticket
    WHERE incident_id = ANY(${[...incidentIds]}::uuid[]) ORDER BY incident_id FOR SHARE`;
  return new Set(rows.flatMap(({ incidentId, exists }) => (exists ? incidentId : [])));
}

/** Those of ours among these tickets of Freshdesk, in no order. */
export async function loadByFreshdeskIds(
  tx: TxOrClient,
  freshdeskIds: readonly number[],
): Promise<readonly TicketRow[]> {
  if (freshdeskIds.length === 0) return [];
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ticket t WHERE t.freshdesk_id = ANY(${freshdeskIds.map(BigInt)}::bigint[])`,
  );
}

/** Whether any incident that is not closed has a ticket, so that changes to tickets matter. */
export async function isAnyWatched(tx: TxOrClient): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM incident i JOIN ticket t ON t.incident_id = i.id
    WHERE i.status <> 'closed' AND t.freshdesk_id IS NOT NULL LIMIT 1`;
  return rows.length > 0;
}

/** Asks for a sync without a new wish. Returns those that need a job: for the others one is queued already. */
export async function requestSync(tx: Tx, incidentIds: readonly string[]): Promise<readonly string[]> {
  if (incidentIds.length === 0) return [];
  const rows = await tx.$queryRaw<{ incidentId: string }[]>`
    UPDATE ticket SET sync_queued = true
    WHERE incident_id = ANY(${[...incidentIds]}::uuid[]) AND NOT sync_queued
    RETURNING incident_id AS "incidentId"`;
  return rows.map(({ incidentId }) => incidentId);
}

/** The ticket as wanted now, at the beginning of a sync: a wish that comes from now on needs a job of its own. */
export async function takeWish(tx: TxOrClient, incidentId: string): Promise<TicketRow | undefined> {
  return parse(
    await tx.$queryRaw`
      UPDATE ticket t SET sync_queued = false WHERE t.incident_id = ${incidentId}::uuid RETURNING ${SELECTED}`,
  )[0];
}

/**
 * Before each create: until `markCreated` or `clearCreateStarted` its outcome is unknown. False, and nothing marked, when
 * another run began since `loaded` was loaded, as when the job expired under a slow one: then nothing may be sent.
 */
export async function markCreateStarted(
  tx: TxOrClient,
  loaded: Pick<TicketRow, 'incidentId' | 'createStartedAt'>,
  {
    now,
    attempted,
    requesterEmail,
  }: Readonly<{ now: Date; attempted: TicketFields; requesterEmail: string }>,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE ticket SET create_started_at = ${now}, attempted = ${JSON.stringify([attempted])}::jsonb,
      requester_email = ${requesterEmail}
    WHERE incident_id = ${loaded.incidentId}::uuid AND freshdesk_id IS NULL
      AND create_started_at IS NOT DISTINCT FROM ${loaded.createStartedAt ?? null}::timestamptz`;
  return changed === 1;
}

/** The create certainly did not happen. */
export async function clearCreateStarted(tx: TxOrClient, incidentId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET create_started_at = NULL, attempted = NULL WHERE incident_id = ${incidentId}::uuid`;
}

export async function markCreated(
  tx: TxOrClient,
  incidentId: string,
  created: Readonly<{ freshdeskId: number; written: TicketFields; seen: TicketFields }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET freshdesk_id = ${created.freshdeskId}, written = ${JSON.stringify(created.written)}::jsonb,
      seen = ${JSON.stringify(created.seen)}::jsonb, create_started_at = NULL, attempted = NULL, stuck = NULL
    WHERE incident_id = ${incidentId}::uuid`;
}

/** Before each update: until `saveSynced` the fields may be as any of those that were sent. */
export async function markUpdateStarted(
  tx: TxOrClient,
  incidentId: string,
  attempted: Partial<TicketFields>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET attempted = coalesce(attempted, '[]') || ${JSON.stringify([attempted])}::jsonb
    WHERE incident_id = ${incidentId}::uuid AND NOT coalesce(attempted, '[]') @> ${JSON.stringify([attempted])}::jsonb`;
}

export async function saveSynced(
  tx: TxOrClient,
  incidentId: string,
  synced: Readonly<{
    written: TicketFields;
    seen: TicketFields;
    peopleOwn: readonly string[];
    now: Date;
  }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET written = ${JSON.stringify(synced.written)}::jsonb, seen = ${JSON.stringify(synced.seen)}::jsonb,
      seen_at = ${synced.now}, people_own = ${[...synced.peopleOwn]}::text[], attempted = NULL,
      stuck = NULL
    WHERE incident_id = ${incidentId}::uuid`;
}

/** Its ticket is no more: the next sync makes another. */
export async function letGo(tx: TxOrClient, incidentId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET freshdesk_id = NULL, written = NULL, seen = NULL, seen_at = NULL, people_own = '{}',
      attempted = NULL, create_started_at = NULL
    WHERE incident_id = ${incidentId}::uuid`;
}

/** A person has to act; `why` is shown to them. Cleared by the next sync that works. */
export async function markStuck(tx: TxOrClient, incidentId: string, why: string): Promise<void> {
  await tx.$executeRaw`UPDATE ticket SET stuck = ${why} WHERE incident_id = ${incidentId}::uuid`;
}

/** A person had it tried again. */
export async function clearStuck(tx: TxOrClient, incidentId: string): Promise<void> {
  await tx.$executeRaw`UPDATE ticket SET stuck = NULL WHERE incident_id = ${incidentId}::uuid`;
}

export async function listStuck(tx: TxOrClient, limit: number): Promise<readonly TicketRow[]> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ticket t WHERE t.stuck IS NOT NULL ORDER BY t.incident_id LIMIT ${limit}`,
  );
}
