import { z } from 'zod';
import { type ChildLink, LINK_STRATEGIES, type LinkStrategy } from '../model/child-link.ts';
import { Prisma } from './generated/client.ts';
import { lastOfEach, parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

const Row = z.object({
  parentId: z.string(),
  childId: z.string(),
  state: z.enum(['suggested', 'linked', 'declined', 'unlinked']),
  score: z.number(),
  reasons: z.array(z.string()),
  by: z.string(),
  at: z.date(),
  shownAs: z.enum(LINK_STRATEGIES).optional(),
  shownWhy: z.string().optional(),
});

const SELECTED =
  Prisma.raw(`l.parent_id AS "parentId", l.child_id AS "childId", l.state, l.score, l.reasons, l.by, l.at,
  l.shown_as AS "shownAs", l.shown_why AS "shownWhy"`);

const parse = (rows: unknown): readonly ChildLink[] => parseRows(Row, rows) as ChildLink[];

/** Links of which any of these issues is parent or child, the oldest first. */
export async function loadLinks(
  tx: TxOrClient,
  incidentIds: readonly string[],
): Promise<readonly ChildLink[]> {
  if (incidentIds.length === 0) return [];
  const ids = Prisma.sql`${[...incidentIds]}::uuid[]`;
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ticket_link l WHERE l.parent_id = ANY(${ids}) OR l.child_id = ANY(${ids})
      ORDER BY l.at, l.child_id`,
  );
}

export async function loadLink(
  tx: TxOrClient,
  { parentId, childId }: Pick<ChildLink, 'parentId' | 'childId'>,
): Promise<ChildLink | undefined> {
  return parse(
    await tx.$queryRaw`
      SELECT ${SELECTED} FROM ticket_link l WHERE l.parent_id = ${parentId}::uuid AND l.child_id = ${childId}::uuid`,
  )[0];
}

/** Whole new values, but for how Freshdesk shows them, which `saveShown` alone writes. Ends of links come first. */
export async function saveLinks(tx: Tx, links: readonly ChildLink[]): Promise<void> {
  const last = lastOfEach(links, ({ parentId, childId }) => `${parentId} ${childId}`);
  const ends = last.filter(({ state }) => state !== 'linked');
  const begins = last.filter(({ state }) => state === 'linked');
  for (const some of [ends, begins]) {
    if (some.length === 0) continue;
    const columns =
      '"parentId" uuid, "childId" uuid, state text, score float, reasons text[], by text, at timestamptz';
    await tx.$executeRaw`
      INSERT INTO ticket_link (parent_id, child_id, state, score, reasons, by, at)
      SELECT r."parentId", r."childId", r.state, r.score, r.reasons, r.by, r.at
      FROM ${recordset(some, columns)} ORDER BY r."parentId", r."childId"
      ON CONFLICT (parent_id, child_id) DO UPDATE SET
        state = EXCLUDED.state, score = EXCLUDED.score, reasons = EXCLUDED.reasons, by = EXCLUDED.by, at = EXCLUDED.at`;
  }
}

/** What Freshdesk shows now; undefined: nothing any more. */
export async function saveShown(
  tx: TxOrClient,
  link: Pick<ChildLink, 'parentId' | 'childId'>,
  shown: Readonly<{ as?: LinkStrategy; why?: string }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE ticket_link SET shown_as = ${shown.as ?? null}, shown_why = ${shown.why ?? null}
    WHERE parent_id = ${link.parentId}::uuid AND child_id = ${link.childId}::uuid`;
}

const OPEN_CHILDREN_OF = (parentId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT 1 FROM ticket_link c JOIN ticket ct ON ct.incident_id = c.child_id
  WHERE c.parent_id = ${parentId} AND c.shown_as = 'parent_child' AND ct.gone IS NULL
    AND coalesce(ct.seen->>'status', 'open') NOT IN ('resolved', 'closed')`;

/** Whether any ticket that Freshdesk shows as a child of this one is neither resolved nor closed, as last seen. */
export async function hasOpenChildren(tx: TxOrClient, parentId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ has: boolean }[]>`
    SELECT EXISTS (${OPEN_CHILDREN_OF(Prisma.sql`${parentId}::uuid`)}) AS has`;
  return rows[0]?.has === true;
}

/** Issues as whose child Freshdesk shows this one, whose status is still to be set, and that have no open child any more. */
export async function listParentsHeldBack(tx: TxOrClient, childId: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ parentId: string }[]>`
    SELECT l.parent_id AS "parentId" FROM ticket_link l JOIN ticket t ON t.incident_id = l.parent_id
    WHERE l.child_id = ${childId}::uuid AND l.shown_as = 'parent_child' AND t.status_turn > t.status_turn_written
      AND t.gone IS NULL AND t.stuck IS NULL AND NOT EXISTS (${OPEN_CHILDREN_OF(Prisma.sql`l.parent_id`)})`;
  return rows.map(({ parentId }) => parentId);
}
