import { z } from 'zod';
import { PRIORITIES, SHOWN_TICKET_TYPES } from '../model/priority.ts';
import { TICKET_STATUSES, type TicketFields, type TicketWish } from '../model/ticket.ts';
import { Prisma } from './generated/client.ts';
import { lastOfEach, parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

const Fields = z
  .object({
    subject: z.string(),
    status: z.enum(TICKET_STATUSES),
    priority: z.enum(PRIORITIES),
    type: z.enum(SHOWN_TICKET_TYPES).optional(),
    groupId: z.number().optional(),
    responderId: z.number().optional(),
    tags: z.array(z.string()),
    custom: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])).optional(),
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
  peopleOwn: z.record(z.string(), z.coerce.date()),
  statusTurn: z.int(),
  statusTurnWritten: z.int(),
  isSetBack: z.boolean(),
  round: z.int(),
  roundWritten: z.int(),
  rules: z.record(z.string(), z.string()),
  lastMessageId: z.bigint().transform(Number).optional(),
  messageCount: z.int(),
  seenUpdatedAt: z.date().optional(),
  gone: z.string().optional(),
  attempted: z.array(Fields.in.partial()).optional(),
  createStartedAt: z.date().optional(),
  syncQueued: z.boolean(),
  stuck: z.string().optional(),
});

/**
 * An issue's ticket. `peopleOwn`: the fields that people took over, and since when. Absent: `freshdeskId` until it exists;
 * `seenAt` until it was read once after that; `createStartedAt` and `attempted` unless the outcome of a create or an update
 * is unknown; `lastMessageId` until a message was told to the inbox; `gone` while it is there; `stuck` unless a person has to
 * act before it can be synchronised.
 */
export type TicketRow = Readonly<Omit<z.output<typeof Row>, 'attempted'>> &
  Readonly<{ attempted?: readonly Partial<TicketFields>[] }>;

const SELECTED = Prisma.raw(`t.incident_id AS "incidentId", t.freshdesk_id AS "freshdeskId", t.tag, t.wanted,
  t.description_html AS "descriptionHtml", t.requester_email AS "requesterEmail", t.written, t.seen,
  t.seen_at AS "seenAt", t.people_own AS "peopleOwn", t.attempted, t.create_started_at AS "createStartedAt",
  t.sync_queued AS "syncQueued", t.stuck, t.status_turn AS "statusTurn", t.status_turn_written AS "statusTurnWritten",
  t.is_set_back AS "isSetBack", t.round, t.round_written AS "roundWritten", t.rules,
  t.last_message_id AS "lastMessageId", t.message_count AS "messageCount", t.seen_updated_at AS "seenUpdatedAt",
  t.gone`);

const parse = (rows: unknown): readonly TicketRow[] => parseRows(Row, rows) as unknown as TicketRow[];

/**
 * Writes what we want. Description and requester count until the ticket exists; the requester stays while the outcome of
 * a create is unknown, since the ticket is looked for among that requester's. Returns the incidents that need a sync job:
 * for the others one is queued already and will see this wish.
 */
export async function saveWishes(
  tx: Tx,
  wishes: readonly (TicketWish & Readonly<{ tag: string }>)[],
  now: Date,
): Promise<readonly string[]> {
  if (wishes.length === 0) return [];
  const records = lastOfEach(wishes, ({ incidentId }) => incidentId).map(({ adopts, ...wish }) => ({
    ...wish,
    freshdeskId: adopts?.freshdeskId,
    seen: adopts?.seen,
    peopleOwn: adopts?.peopleOwn ?? [],
    lastMessageId: adopts?.lastMessageId,
    messageCount: adopts?.messageCount ?? 0,
    seenUpdatedAt: adopts?.updatedAt,
  }));
  const columns =
    '"incidentId" uuid, tag text, fields jsonb, "descriptionHtml" text, "requesterEmail" text, "statusTurn" int, ' +
    '"isSetBack" boolean, round int, rules jsonb, "freshdeskId" bigint, seen jsonb, "peopleOwn" text[], ' +
    '"lastMessageId" bigint, "messageCount" int, "seenUpdatedAt" timestamptz';
  const rows = await tx.$queryRaw<{ incidentId: string }[]>`
    WITH wish AS MATERIALIZED (SELECT * FROM ${recordset(records, columns)}),
    queued AS MATERIALIZED (
      SELECT t.incident_id FROM ticket t JOIN wish ON wish."incidentId" = t.incident_id
      WHERE t.sync_queued ORDER BY t.incident_id FOR UPDATE OF t
    ),
    saved AS (
      INSERT INTO ticket (incident_id, tag, wanted, description_html, requester_email, sync_queued, status_turn,
        status_turn_written, is_set_back, round, round_written, rules, freshdesk_id, written, seen, seen_at, people_own,
        last_message_id, message_count, seen_updated_at)
      SELECT "incidentId", tag, fields, "descriptionHtml", "requesterEmail", true, "statusTurn",
        -- One of ours is created with the status wanted; one that was there first may have to be set back.
        CASE WHEN "freshdeskId" IS NULL THEN "statusTurn" ELSE 0 END, "isSetBack", round, round, rules, "freshdeskId", seen, seen,
        CASE WHEN "freshdeskId" IS NULL THEN NULL ELSE ${now}::timestamptz END,
        (SELECT coalesce(jsonb_object_agg(field, ${now}::timestamptz), '{}') FROM unnest("peopleOwn") AS field),
        "lastMessageId", "messageCount", "seenUpdatedAt"
      FROM wish WHERE (SELECT count(*) FROM queued) >= 0 ORDER BY "incidentId"
      ON CONFLICT (incident_id) DO UPDATE SET
        wanted = EXCLUDED.wanted,
        description_html = COALESCE(NULLIF(EXCLUDED.description_html, ''), ticket.description_html),
        requester_email = CASE
          WHEN ticket.create_started_at IS NULL THEN EXCLUDED.requester_email ELSE ticket.requester_email
        END,
        status_turn = EXCLUDED.status_turn,
        -- What is still to be set back is so, whatever else is wished for meanwhile.
        is_set_back = EXCLUDED.is_set_back OR (ticket.is_set_back AND ticket.status_turn > ticket.status_turn_written),
        round = EXCLUDED.round,
        rules = EXCLUDED.rules,
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

/** Freshdesk's numbers of these issues' tickets; those without one are left out. */
export async function loadNumbers(
  tx: TxOrClient,
  incidentIds: readonly string[],
): Promise<readonly Readonly<{ incidentId: string; freshdeskId: number }>[]> {
  if (incidentIds.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT incident_id AS "incidentId", freshdesk_id AS "freshdeskId" FROM ticket
    WHERE incident_id = ANY(${[...incidentIds]}::uuid[]) AND freshdesk_id IS NOT NULL`;
  return parseRows(z.object({ incidentId: z.string(), freshdeskId: z.bigint().transform(Number) }), rows);
}

/** The issues of these tickets of Freshdesk. */
export async function findIncidents(
  tx: TxOrClient,
  freshdeskIds: readonly number[],
): Promise<readonly Readonly<{ incidentId: string; freshdeskId: number }>[]> {
  if (freshdeskIds.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT incident_id AS "incidentId", freshdesk_id AS "freshdeskId" FROM ticket
    WHERE freshdesk_id = ANY(${freshdeskIds.map(BigInt)}::bigint[])`;
  return parseRows(z.object({ incidentId: z.string(), freshdeskId: z.bigint().transform(Number) }), rows);
}

/** Which of these tags belong to tickets that Watchdesk means to create, or has created. */
export async function findTags(tx: TxOrClient, tags: readonly string[]): Promise<readonly string[]> {
  if (tags.length === 0) return [];
  const rows = await tx.$queryRaw`SELECT tag FROM ticket WHERE tag = ANY(${[...tags]}::text[])`;
  return parseRows(z.object({ tag: z.string() }), rows).map(({ tag }) => tag);
}

/** The ticket of an issue is another from now on, such as the one that people merged it into. */
export async function moveTo(tx: Tx, incidentId: string, freshdeskId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET freshdesk_id = ${BigInt(freshdeskId)}, written = NULL, seen = NULL, seen_at = NULL, people_own = '{}',
      attempted = NULL, last_message_id = NULL, message_count = 0, seen_updated_at = NULL, gone = NULL
    WHERE incident_id = ${incidentId}::uuid`;
}

/** Tickets of issues that are not closed and were not looked at since `before`, the longest first. */
export async function listUnseen(tx: TxOrClient, before: Date, limit: number): Promise<readonly TicketRow[]> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM incident i JOIN ticket t ON t.incident_id = i.id
      WHERE i.status <> 'closed' AND t.freshdesk_id IS NOT NULL AND t.seen_at < ${before}
        AND t.gone IS DISTINCT FROM 'unreadable' AND NOT t.sync_queued
      ORDER BY t.seen_at LIMIT ${limit}`,
  );
}

/** Tickets whose status is still to be set although they were synchronised before `before`, the longest first. */
export async function listHeldBack(
  tx: TxOrClient,
  before: Date,
  limit: number,
): Promise<readonly TicketRow[]> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ticket t
      WHERE t.status_turn > t.status_turn_written AND t.freshdesk_id IS NOT NULL AND t.seen_at < ${before}
        AND t.gone IS NULL AND t.stuck IS NULL AND NOT t.sync_queued
      ORDER BY t.seen_at LIMIT ${limit}`,
  );
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

export type Synced = Readonly<{
  /** Which ticket was read: the issue may have been given another since. */
  freshdeskId: number;
  written: TicketFields;
  seen: TicketFields;
  peopleOwn: Readonly<Record<string, Date>>;
  statusTurnWritten: number;
  roundWritten: number;
  seenUpdatedAt: Date;
  gone?: string;
  lastMessageId?: number;
  messageCount: number;
  now: Date;
}>;

/** What was seen, sent and told to the inbox in one sync; nothing when the ticket is another by now. */
export async function saveSynced(tx: TxOrClient, incidentId: string, synced: Synced): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET written = ${JSON.stringify(synced.written)}::jsonb, seen = ${JSON.stringify(synced.seen)}::jsonb,
      seen_at = ${synced.now}, people_own = ${JSON.stringify(synced.peopleOwn)}::jsonb, attempted = NULL, stuck = NULL,
      status_turn_written = ${synced.statusTurnWritten}, round_written = ${synced.roundWritten},
      seen_updated_at = ${synced.seenUpdatedAt}, gone = ${synced.gone ?? null},
      last_message_id = ${synced.lastMessageId === undefined ? null : BigInt(synced.lastMessageId)},
      message_count = ${synced.messageCount}
    WHERE incident_id = ${incidentId}::uuid AND freshdesk_id = ${BigInt(synced.freshdeskId)}`;
}

/** It is not there any more, archived or purged: nothing is read or sent again. */
export async function markGone(tx: TxOrClient, incidentId: string, why: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET gone = ${why}, stuck = NULL, attempted = NULL WHERE incident_id = ${incidentId}::uuid`;
}

/** Its ticket is no more: the next sync makes another. */
export async function letGo(tx: TxOrClient, incidentId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket SET freshdesk_id = NULL, written = NULL, seen = NULL, seen_at = NULL, people_own = '{}',
      attempted = NULL, create_started_at = NULL, last_message_id = NULL, message_count = 0, seen_updated_at = NULL, gone = NULL
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
