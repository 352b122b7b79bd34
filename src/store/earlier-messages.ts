import { z } from 'zod';
import type { Page } from '../model/page.ts';
import { Prisma } from './generated/client.ts';
import { messageOrder, PAGE_COLUMNS, type PageRow, pageRows } from './page-row.ts';
import { parseRows } from './rows.ts';
import type { TxOrClient } from './transaction.ts';

type Place = Pick<Page, 'channel' | 'address'>;

/**
 * What the other side calls the newest message that told this address of the incident; undefined when none did.
 * With `isAlone` only one that told of nothing else: on such a one others may hang.
 */
export async function earlierMessage(
  tx: TxOrClient,
  { incidentId, channel, address }: Place & Pick<Page, 'incidentId'>,
  { before, isAlone }: Readonly<{ before: Date; isAlone: boolean }>,
): Promise<string | undefined> {
  if (incidentId === undefined) return undefined;
  const alone = isAlone
    ? Prisma.sql`AND NOT EXISTS (
        SELECT FROM page o WHERE o.bundle_id = p.bundle_id AND o.incident_id IS DISTINCT FROM p.incident_id)`
    : Prisma.empty;
  const rows = await tx.$queryRaw`
    SELECT p.external_id AS "externalId" FROM page p
    WHERE p.incident_id = ${incidentId}::uuid AND p.channel = ${channel} AND p.address = ${address}
      AND p.external_id IS NOT NULL AND p.kind <> 'status' AND p.created_at < ${before} ${alone}
    ORDER BY p.created_at DESC, p.id LIMIT 1`;
  return parseRows(z.object({ externalId: z.string() }), rows)[0]?.externalId;
}

/** Everything that one message of ours told, in its order, each brought up to date where a later page does so. */
export async function messageUpToDate(
  tx: TxOrClient,
  { channel, address }: Place,
  externalId: string,
): Promise<readonly PageRow[]> {
  const told = pageRows(
    await tx.$queryRaw`
      SELECT ${PAGE_COLUMNS} FROM page p
      WHERE p.channel = ${channel} AND p.external_id = ${externalId} AND p.address = ${address} AND p.kind <> 'status'`,
  ).toSorted(messageOrder);
  const incidentIds = told.flatMap(({ payload }) => payload.incidentId ?? []);
  const statuses = pageRows(
    await tx.$queryRaw`
      SELECT DISTINCT ON (p.incident_id) ${PAGE_COLUMNS} FROM page p
      WHERE p.incident_id = ANY(${incidentIds}::uuid[]) AND p.kind = 'status'
        AND p.channel = ${channel} AND p.address = ${address}
      ORDER BY p.incident_id, p.created_at DESC, p.id`,
  );
  const newest = new Map(statuses.map((row) => [row.payload.incidentId, row]));
  return told.map((row) => {
    const status = newest.get(row.payload.incidentId);
    return status && status.createdAt >= row.createdAt ? { ...row, payload: status.payload } : row;
  });
}
