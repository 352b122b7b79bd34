import { z } from 'zod';
import type { TimelineEntry, TimelineKind } from '../model/decision.ts';
import { parseRows, recordset } from './rows.ts';
import type { TxOrClient } from './transaction.ts';

export type NewTimelineEntry = TimelineEntry &
  Readonly<{
    policyVersion: string;
    /** The delivery that led to it, if one did. */
    deliverySeq?: bigint;
  }>;
export type TimelineRow = NewTimelineEntry & Readonly<{ id: bigint }>;

const Row = z.object({
  id: z.bigint(),
  incidentId: z.string(),
  at: z.date(),
  kind: z.string().transform((kind) => kind as TimelineKind),
  rule: z.string(),
  sentence: z.string(),
  deliverySeq: z.bigint().optional(),
  policyVersion: z.string(),
});

/** In the order given. */
export async function append(tx: TxOrClient, entries: readonly NewTimelineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const records = entries.map(({ deliverySeq, ...entry }, index) => ({
    ...entry,
    index,
    deliverySeq: deliverySeq?.toString(),
  }));
  const columns =
    'index int, "incidentId" uuid, at timestamptz, kind text, rule text, sentence text, "deliverySeq" bigint, "policyVersion" text';
  await tx.$executeRaw`
    INSERT INTO timeline_entry (incident_id, at, kind, rule, sentence, delivery_seq, policy_version)
    SELECT r."incidentId", r.at, r.kind, r.rule, r.sentence, r."deliverySeq", r."policyVersion"
    FROM ${recordset(records, columns)} ORDER BY r.index`;
}

/** The newest first; `before` is the id of the last one of the page before. */
export async function list(
  tx: TxOrClient,
  incidentId: string,
  page: Readonly<{ limit: number; before?: bigint }>,
): Promise<readonly TimelineRow[]> {
  const rows = await tx.$queryRaw`
    SELECT id, incident_id AS "incidentId", at, kind, rule, sentence, delivery_seq AS "deliverySeq",
      policy_version AS "policyVersion"
    FROM timeline_entry
    WHERE incident_id = ${incidentId}::uuid AND id < ${page.before ?? 9223372036854775807n}
    ORDER BY id DESC LIMIT ${page.limit}`;
  return parseRows(Row, rows) as TimelineRow[];
}
