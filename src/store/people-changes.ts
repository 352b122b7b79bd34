import { z } from 'zod';
import type { TakenOver } from '../model/ticket-event.ts';
import { parseRows, recordset } from './rows.ts';
import type { TxOrClient } from './transaction.ts';

type NewChange = TakenOver & Readonly<{ incidentId: string }>;

/** What people changed that a rule had decided. */
export async function append(tx: TxOrClient, changes: readonly NewChange[], now: Date): Promise<void> {
  if (changes.length === 0) return;
  const columns = '"incidentId" uuid, field text, rule text, wanted text, chosen text';
  await tx.$executeRaw`
    INSERT INTO people_change (incident_id, at, field, rule, wanted, chosen)
    SELECT r."incidentId", ${now}, r.field, r.rule, r.wanted, r.chosen FROM ${recordset(changes, columns)}`;
}

const ByRule = z.object({
  rule: z.string(),
  field: z.string(),
  count: z.int(),
  lastAt: z.date(),
  mostChosen: z.string(),
});
/** How often people changed what one rule decided for one field, and to what most often. */
export type ChangesOfRule = Readonly<z.output<typeof ByRule>>;

/** The rules that people correct most often since `since`, the most corrected first. */
export async function countByRule(
  tx: TxOrClient,
  { since, limit }: Readonly<{ since: Date; limit: number }>,
): Promise<readonly ChangesOfRule[]> {
  const rows = await tx.$queryRaw`
    SELECT rule, field, count(*)::int AS count, max(at) AS "lastAt",
      mode() WITHIN GROUP (ORDER BY chosen) AS "mostChosen"
    FROM people_change WHERE at >= ${since}
    GROUP BY rule, field ORDER BY count(*) DESC, rule, field LIMIT ${limit}`;
  return parseRows(ByRule, rows);
}
