import { z } from 'zod';
import type { Command } from '../model/decision.ts';
import { Prisma } from './generated/client.ts';
import { parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

const common = { incidentId: z.string(), intent: z.string() };
const Payload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('private_note'), ...common, html: z.string() }),
  z.object({ kind: z.literal('public_reply'), ...common, html: z.string() }),
  z.object({ kind: z.literal('show_link'), ...common, childId: z.string() }),
  z.object({ kind: z.literal('hide_link'), ...common, childId: z.string() }),
  z.object({ kind: z.literal('search_solutions'), ...common, words: z.string() }),
  z.object({ kind: z.literal('draft_article'), ...common, title: z.string(), html: z.string() }),
  z.object({
    kind: z.literal('acknowledge_alert'),
    ...common,
    object: z.object({ host: z.string(), check: z.string() }),
  }),
  z.object({ kind: z.literal('read_proof'), ...common }),
]) satisfies z.ZodType<Command>;

const Row = z.object({
  id: z.string(),
  incidentId: z.string(),
  incidentNumber: z.int(),
  intent: z.string(),
  payload: Payload,
  sequence: z.int(),
  createdAt: z.date(),
  startedAt: z.date().optional(),
  doneAt: z.date().optional(),
  deadAt: z.date().optional(),
  attemptCount: z.int(),
  lastError: z.string().optional(),
  externalId: z.string().optional(),
});

/**
 * One intended message. `sequence` counts per incident from 1.
 * Absent: `startedAt` unless the outcome of a try is unknown; `doneAt` until it is done; `deadAt` unless given up.
 */
export type CommandRow = Readonly<z.output<typeof Row>>;

const SELECTED =
  Prisma.raw(`c.id, c.incident_id AS "incidentId", i.number AS "incidentNumber", c.intent, c.payload,
  c.sequence, c.created_at AS "createdAt", c.started_at AS "startedAt", c.done_at AS "doneAt", c.dead_at AS "deadAt",
  c.attempt_count AS "attemptCount", c.last_error AS "lastError", c.external_id AS "externalId"`);
const FROM = Prisma.raw('command c JOIN incident i ON i.id = c.incident_id');

/**
 * Adds those whose intent is new for their incident and numbers them in the order given. Returns the ids added: the
 * others were intended before and are sent, or will be, by the row of that time.
 */
export async function add(
  tx: Tx,
  commands: readonly Readonly<{ id: string; command: Command }>[],
  now: Date,
): Promise<readonly Readonly<{ id: string; incidentId: string }>[]> {
  if (commands.length === 0) return [];
  const seen = new Set<string>();
  const isFirst = ({ incidentId, intent }: Command) =>
    !seen.has(`${incidentId} ${intent}`) && seen.add(`${incidentId} ${intent}`);
  const firsts = commands.filter(({ command }) => isFirst(command));
  const records = firsts.map(({ id, command }, index) => ({
    id,
    index,
    incidentId: command.incidentId,
    intent: command.intent,
    kind: command.kind,
    payload: command,
  }));
  // Whoever holds the incident hands out its next numbers.
  await tx.$executeRaw`
    SELECT 1 FROM incident WHERE id = ANY(${records.map(({ incidentId }) => incidentId)}::uuid[]) ORDER BY id FOR UPDATE`;
  const columns = 'id uuid, index int, "incidentId" uuid, intent text, kind text, payload jsonb';
  return await tx.$queryRaw<{ id: string; incidentId: string }[]>`
    INSERT INTO command (id, incident_id, intent, kind, payload, sequence, created_at)
    SELECT r.id, r."incidentId", r.intent, r.kind, r.payload,
      coalesce((SELECT max(sequence) FROM command old WHERE old.incident_id = r."incidentId"), 0)
        + row_number() OVER (PARTITION BY r."incidentId" ORDER BY r.index),
      ${now}
    FROM ${recordset(records, columns)}
    WHERE NOT EXISTS (
      SELECT 1 FROM command old WHERE old.incident_id = r."incidentId" AND old.intent = r.intent
    )
    ORDER BY r.index
    RETURNING id, incident_id AS "incidentId"`;
}

export async function load(tx: TxOrClient, id: string): Promise<CommandRow | undefined> {
  return parseRows(Row, await tx.$queryRaw`SELECT ${SELECTED} FROM ${FROM} WHERE c.id = ${id}::uuid`)[0];
}

/**
 * Before each try: until `markDone` or `clearStarted` its outcome is unknown. False, and nothing marked, when another run
 * began since `loaded` was loaded, as when the job expired under a slow one: then nothing may be sent.
 */
export async function markStarted(
  tx: TxOrClient,
  loaded: Pick<CommandRow, 'id' | 'attemptCount'>,
  now: Date,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE command SET started_at = ${now}, attempt_count = attempt_count + 1
    WHERE id = ${loaded.id}::uuid AND attempt_count = ${loaded.attemptCount} AND done_at IS NULL`;
  return changed === 1;
}

/** The try certainly did not happen. */
export async function clearStarted(tx: TxOrClient, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE command SET started_at = NULL WHERE id = ${id}::uuid`;
}

/** `externalId` is what the other side calls it. */
export async function markDone(
  tx: TxOrClient,
  id: string,
  { now, externalId }: Readonly<{ now: Date; externalId?: string }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE command SET done_at = ${now}, external_id = ${externalId ?? null}, dead_at = NULL, last_error = NULL
    WHERE id = ${id}::uuid`;
}

/** Given up until a person replays it. */
export async function markDead(
  tx: TxOrClient,
  id: string,
  { now, error }: Readonly<{ now: Date; error: string }>,
): Promise<void> {
  await tx.$executeRaw`UPDATE command SET dead_at = ${now}, last_error = ${error} WHERE id = ${id}::uuid`;
}

/** Those given up, the newest first. */
export async function listDead(tx: TxOrClient, limit: number): Promise<readonly CommandRow[]> {
  return parseRows(
    Row,
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ${FROM} WHERE c.dead_at IS NOT NULL ORDER BY c.dead_at DESC LIMIT ${limit}`,
  );
}

/** To be tried again; its job has to be queued or replayed too. False when it was not given up. */
export async function replay(tx: TxOrClient, id: string): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE command SET dead_at = NULL WHERE id = ${id}::uuid AND dead_at IS NOT NULL`;
  return changed === 1;
}

/** All of one incident, in the order of their numbers. */
export async function listOf(tx: TxOrClient, incidentId: string): Promise<readonly CommandRow[]> {
  return parseRows(
    Row,
    await tx.$queryRaw`SELECT ${SELECTED} FROM ${FROM} WHERE c.incident_id = ${incidentId}::uuid ORDER BY c.sequence`,
  );
}

/** Public replies that have not reached the ticket, also those given up. */
export async function listUnsentReplies(
  tx: TxOrClient,
  incidentId: string,
): Promise<readonly Readonly<{ incidentId: string; intent: string }>[]> {
  const rows = await tx.$queryRaw`
    SELECT incident_id AS "incidentId", intent FROM command
    WHERE incident_id = ${incidentId}::uuid AND kind = 'public_reply' AND done_at IS NULL ORDER BY sequence`;
  return parseRows(z.object({ incidentId: z.string(), intent: z.string() }), rows);
}

/** Those of one kind that were neither done nor given up, in the order of their numbers. */
export async function listOpenOfKind(
  tx: TxOrClient,
  incidentId: string,
  kind: Command['kind'],
): Promise<readonly CommandRow[]> {
  return parseRows(
    Row,
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ${FROM}
      WHERE c.incident_id = ${incidentId}::uuid AND c.kind = ${kind} AND c.done_at IS NULL AND c.dead_at IS NULL
      ORDER BY c.sequence`,
  );
}

/**
 * Deletes up to `limit` that were done before `before`, of incidents closed before then. The newest of each incident
 * stays, so that no number is handed out twice: a note would be taken for an older one. Returns how many, to go on while
 * it equals `limit`.
 */
export function forgetOldCommands(tx: TxOrClient, before: Date, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM command WHERE id IN (
      SELECT c.id FROM ${FROM}
      WHERE c.done_at < ${before} AND i.status = 'closed' AND i.closed_at < ${before}
        AND EXISTS (SELECT 1 FROM command newer WHERE newer.incident_id = c.incident_id AND newer.sequence > c.sequence)
      LIMIT ${limit}
    )`;
}

export async function countDead(tx: TxOrClient): Promise<number> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS n FROM command WHERE dead_at IS NOT NULL`;
  return parseRows(z.object({ n: z.int() }), rows)[0]?.n ?? 0;
}
