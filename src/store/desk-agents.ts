import { z } from 'zod';
import type { DeskAgent } from '../model/desk-agent.ts';
import { parseRows, recordset } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

const Row = z.object({
  id: z.bigint().transform(Number),
  name: z.string(),
  email: z.string(),
  isAvailable: z.boolean(),
  isDeactivated: z.boolean(),
  groupIds: z.array(z.bigint().transform(Number)),
  openCount: z.int(),
  lastAssignedAt: z.date().optional(),
});

/** As last read from Freshdesk, with what Watchdesk knows of their work. */
export async function loadAgents(tx: TxOrClient): Promise<readonly DeskAgent[]> {
  const rows = await tx.$queryRaw`
    WITH work AS (
      -- Whom Watchdesk chose a moment ago is not in the ticket yet.
      SELECT coalesce(desk->>'responderId', desk->>'assignedAgentId')::bigint AS id, count(*)::int AS n
      FROM incident WHERE status <> 'closed' GROUP BY 1
    )
    SELECT a.id, a.name, a.email, a.is_available AS "isAvailable", a.is_deactivated AS "isDeactivated",
      a.group_ids AS "groupIds", coalesce(work.n, 0) AS "openCount", a.last_assigned_at AS "lastAssignedAt"
    FROM desk_agent a LEFT JOIN work ON work.id = a.id ORDER BY a.id`;
  return parseRows(Row, rows) as DeskAgent[];
}

/** Replaces the whole list. */
export async function saveAgents(
  tx: Tx,
  agents: readonly Omit<DeskAgent, 'openCount' | 'lastAssignedAt'>[],
  now: Date,
): Promise<void> {
  await tx.$executeRaw`DELETE FROM desk_agent WHERE NOT id = ANY(${agents.map(({ id }) => BigInt(id))}::bigint[])`;
  const columns =
    'id bigint, name text, email text, "isAvailable" boolean, "isDeactivated" boolean, "groupIds" bigint[]';
  await tx.$executeRaw`
    INSERT INTO desk_agent (id, name, email, is_available, is_deactivated, group_ids, read_at)
    SELECT r.id, r.name, r.email, r."isAvailable", r."isDeactivated", r."groupIds", ${now}
    FROM ${recordset(agents, columns)} ORDER BY r.id
    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email,
      is_available = EXCLUDED.is_available, is_deactivated = EXCLUDED.is_deactivated,
      group_ids = EXCLUDED.group_ids, read_at = EXCLUDED.read_at`;
}

/** Whom Watchdesk chose just now. */
export async function markAssigned(tx: Tx, agentIds: readonly number[], now: Date): Promise<void> {
  if (agentIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE desk_agent SET last_assigned_at = ${now} WHERE id = ANY(${agentIds.map(BigInt)}::bigint[])`;
}

/** Names of these agents, as last read from Freshdesk; one that is not known is left out. */
export async function listAgentNames(
  tx: TxOrClient,
  ids: readonly number[],
): Promise<readonly Pick<DeskAgent, 'id' | 'name'>[]> {
  if (ids.length === 0) return [];
  const rows =
    await tx.$queryRaw`SELECT id, name FROM desk_agent WHERE id = ANY(${ids.map(BigInt)}::bigint[])`;
  return parseRows(Row.pick({ id: true, name: true }), rows);
}
