// Reads for the pages about what people report, link and change: each statement has a key or a LIMIT.
import { z } from 'zod';
import { LINK_STRATEGIES } from '../model/child-link.ts';
import { INCIDENT_STATUSES } from '../model/incident.ts';
import { type Row, read } from './console-queries.ts';
import { Prisma } from './generated/client.ts';
import type { TxOrClient } from './transaction.ts';

/** How an issue is named on a page: what its ticket is called, where it has one. */
const NAMED = (alias: string): Prisma.Sql =>
  Prisma.raw(
    `${alias}.number, coalesce(${alias}.desk->>'subject', ${alias}.title) AS title, ${alias}.status`,
  );
const Named = { number: z.int(), title: z.string(), status: z.enum(INCIDENT_STATUSES) };
const NamedRow = z.object({ id: z.string(), ...Named });

/** Those of these issues that there are, in no order. */
export async function namedIssues(
  tx: TxOrClient,
  ids: readonly string[],
): Promise<readonly Row<typeof NamedRow>[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw`
    SELECT i.id, ${NAMED('i')} FROM incident i WHERE i.id = ANY(${[...ids]}::uuid[])`;
  return read(NamedRow, rows);
}

const IdRow = z.object({ number: z.int(), id: z.string() });

/** The ids of the issues with these numbers, as in `WD-<number>`. */
export async function idsOfNumbers(
  tx: TxOrClient,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const rows = await tx.$queryRaw`SELECT number, id FROM incident WHERE number = ANY(${[...numbers]}::int[])`;
  return new Map(read(IdRow, rows).map(({ number, id }) => [number, id]));
}

const REPORTER = (alias: string): Prisma.Sql =>
  Prisma.raw(`coalesce(${alias}.reporter->>'name', ${alias}.reporter->>'email')`);

const ChildRow = z.object({
  ...Named,
  reporter: z.string().optional(),
  askedAt: z.coerce.date().optional(),
  said: z.enum(['yes', 'no']).optional(),
  isProven: z.boolean(),
  shownAs: z.enum(LINK_STRATEGIES).optional(),
  shownWhy: z.string().optional(),
  by: z.string(),
  at: z.date(),
});
export type ChildRow = Row<typeof ChildRow>;

/** Issues linked to this one, those that are still open first, then the oldest link. */
export async function childrenOf(
  tx: TxOrClient,
  incidentId: string,
  limit: number,
): Promise<readonly ChildRow[]> {
  const rows = await tx.$queryRaw`
    SELECT ${NAMED('i')}, ${REPORTER('i')} AS reporter, i.desk#>>'{confirmation,askedAt}' AS "askedAt",
      i.desk#>>'{confirmation,answer,said}' AS said, jsonb_array_length(i.proofs) > 0 AS "isProven",
      l.shown_as AS "shownAs", l.shown_why AS "shownWhy", l.by, l.at
    FROM ticket_link l JOIN incident i ON i.id = l.child_id
    WHERE l.parent_id = ${incidentId}::uuid AND l.state = 'linked'
    ORDER BY i.status = 'closed', l.at, i.number LIMIT ${limit}`;
  return read(ChildRow, rows);
}

const SuggestionRow = z.object({
  childNumber: z.int(),
  childTitle: z.string(),
  childReporter: z.string().optional(),
  parentNumber: z.int(),
  parentTitle: z.string(),
  score: z.number(),
  reasons: z.array(z.string()),
  at: z.date(),
});
export type SuggestionRow = Row<typeof SuggestionRow>;

/** The issues that are not closed are looked through; of a link only one end has to be among them. */
const WAITING_LINK = Prisma.sql`
  ticket_link l JOIN incident c ON c.id = l.child_id AND c.status <> 'closed' JOIN incident p ON p.id = l.parent_id
  WHERE l.state = 'suggested'`;
const SUGGESTION = Prisma.sql`
  SELECT c.number AS "childNumber", coalesce(c.desk->>'subject', c.title) AS "childTitle",
    ${REPORTER('c')} AS "childReporter", p.number AS "parentNumber",
    coalesce(p.desk->>'subject', p.title) AS "parentTitle", l.score, l.reasons, l.at`;

/** Suggested links that wait for a person, the likeliest first. */
export async function suggestedLinks(tx: TxOrClient, limit: number): Promise<readonly SuggestionRow[]> {
  const rows = await tx.$queryRaw`
    ${SUGGESTION} FROM ${WAITING_LINK} ORDER BY l.score DESC, l.at, c.number LIMIT ${limit}`;
  return read(SuggestionRow, rows);
}

/** Those of which the issue is one end. */
export async function suggestedLinksOf(
  tx: TxOrClient,
  incidentId: string,
  limit: number,
): Promise<readonly SuggestionRow[]> {
  const rows = await tx.$queryRaw`
    ${SUGGESTION} FROM ${WAITING_LINK} AND (l.child_id = ${incidentId}::uuid OR l.parent_id = ${incidentId}::uuid)
    ORDER BY l.score DESC, l.at, c.number LIMIT ${limit}`;
  return read(SuggestionRow, rows);
}

const ProblemRow = z.object({
  ...Named,
  customerId: z.string().optional(),
  owner: z.string().optional(),
  assignmentGroup: z.string().optional(),
  agentId: z.string().transform(Number).optional(),
  openedAt: z.date(),
  dueAt: z.coerce.date().optional(),
  ticketNumber: z.string().optional(),
  forNumber: z.int().optional(),
  forTitle: z.string().optional(),
});
export type ProblemRow = Row<typeof ProblemRow>;

/** ISO 8601 in UTC throughout, so that the texts sort as the instants do. */
const DUE = Prisma.raw(`i.desk->>'dueAt'`);

/** Problems that are not closed: the longest overdue first, those without a date last. */
export async function openProblems(tx: TxOrClient, limit: number): Promise<readonly ProblemRow[]> {
  const rows = await tx.$queryRaw`
    SELECT ${NAMED('i')}, i.customer_id AS "customerId", i.owner, i.assignment_group AS "assignmentGroup",
      coalesce(i.desk->>'responderId', i.desk->>'assignedAgentId') AS "agentId", i.opened_at AS "openedAt",
      ${DUE} AS "dueAt", t.freshdesk_id::text AS "ticketNumber", f.number AS "forNumber",
      coalesce(f.desk->>'subject', f.title) AS "forTitle"
    FROM (
      SELECT * FROM incident i WHERE i.status <> 'closed' AND i.type = 'Problem'
      ORDER BY ${DUE} NULLS LAST, i.number LIMIT ${limit}
    ) i
    LEFT JOIN ticket t ON t.incident_id = i.id
    LEFT JOIN incident f ON f.id = (i.desk->>'openedForId')::uuid
    ORDER BY ${DUE} NULLS LAST, i.number`;
  return read(ProblemRow, rows);
}

const DecidedRow = z.object({ sentence: z.string() });

/** What was decided about what a person told, by the id under which it was kept; undefined until it is. */
export async function decisionOf(tx: TxOrClient, deliveryId: string): Promise<string | undefined> {
  const rows = await tx.$queryRaw`
    SELECT sentence FROM delivery
    WHERE source = 'person' AND delivery_id = ${deliveryId} AND status <> 'waiting' AND sentence IS NOT NULL`;
  return read(DecidedRow, rows)[0]?.sentence;
}

const WaitingRow = z.object({ suggestions: z.int(), problems: z.int(), problemsOverdue: z.int() });
export type DeskBacklog = Row<typeof WaitingRow>;

/** What waits for people; bounded by the issues that are not closed. */
export async function deskBacklog(tx: TxOrClient, now: Date): Promise<DeskBacklog> {
  const rows = await tx.$queryRaw`
    SELECT (SELECT count(*)::int FROM ${WAITING_LINK}) AS suggestions, count(*)::int AS problems,
      (count(*) FILTER (WHERE i.status <> 'resolved' AND ${DUE} < ${now.toISOString()}))::int AS "problemsOverdue"
    FROM incident i WHERE i.status <> 'closed' AND i.type = 'Problem'`;
  return read(WaitingRow, rows)[0] ?? { suggestions: 0, problems: 0, problemsOverdue: 0 };
}
