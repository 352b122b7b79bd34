import { z } from 'zod';
import { CHANNELS, type ChannelName } from '../model/escalation.ts';
import type { Page, PageKind } from '../model/page.ts';
import { PRIORITIES } from '../model/priority.ts';
import { tryLockKey } from './lock-keys.ts';
import { OPEN_PAGE, PAGE_COLUMNS, type PageRow, pageRows } from './page-row.ts';
import { parseRows } from './rows.ts';
import type { Tx, TxOrClient } from './transaction.ts';

type Place = Pick<Page, 'channel' | 'address'>;
const Place = z.object({ channel: z.enum(CHANNELS), address: z.string() });

/**
 * The page that waits longest at `now`, locked until `tx` ends, with its address: no other process sends there meanwhile.
 * Undefined when none is due; pages whose address another process holds are left to it, and so are those of `busy`
 * channels.
 *
 * The address is locked before any of its rows, and nobody waits for one: two processes at one address never wait for
 * each other.
 */
export async function claimDue(
  tx: Tx,
  now: Date,
  busy: readonly ChannelName[] = [],
): Promise<PageRow | undefined> {
  const held: string[] = [];
  for (;;) {
    const [next] = parseRows(
      Place,
      await tx.$queryRaw`
        SELECT p.channel, p.address FROM page p
        WHERE ${OPEN_PAGE} AND p.try_after <= ${now} AND p.channel <> ALL(${[...busy]}::text[])
          AND p.channel || ':' || p.address <> ALL(${held}::text[])
        ORDER BY p.try_after, p.id LIMIT 1`,
    );
    if (next === undefined) return undefined;
    const place = `${next.channel}:${next.address}`;
    if (await tryLockKey(tx, `page:${place}`)) {
      const [first] = pageRows(
        await tx.$queryRaw`
          SELECT ${PAGE_COLUMNS} FROM page p
          WHERE ${OPEN_PAGE} AND p.try_after <= ${now} AND p.channel = ${next.channel} AND p.address = ${next.address}
          ORDER BY p.try_after, p.id LIMIT 1 FOR UPDATE`,
      );
      if (first) return first;
    }
    held.push(place);
  }
}

type Companions = Readonly<{ now: Date; kinds: readonly PageKind[] }>;

/** Pages to the same address that are due and were not tried yet, locked: the most urgent first, then the oldest. */
export async function claimCompanions(
  tx: Tx,
  { channel, address }: Place,
  { now, kinds, limit }: Companions & Readonly<{ limit: number }>,
): Promise<readonly PageRow[]> {
  return pageRows(
    await tx.$queryRaw`
      SELECT ${PAGE_COLUMNS} FROM page p
      WHERE ${OPEN_PAGE} AND p.channel = ${channel} AND p.address = ${address} AND p.try_after <= ${now}
        AND p.started_at IS NULL AND p.accepted_at IS NULL AND p.kind = ANY(${[...kinds]}::text[])
      ORDER BY array_position(${[...PRIORITIES]}::text[], p.payload->>'priority') DESC, p.created_at, p.id
      LIMIT ${limit} FOR UPDATE`,
  );
}

/** All that claimCompanions would find waits until `until`, in one step however many there are. */
export async function keepQuiet(
  tx: Tx,
  { channel, address }: Place,
  { now, kinds, until }: Companions & Readonly<{ until: Date }>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE page p SET try_after = ${until}
    WHERE ${OPEN_PAGE} AND p.channel = ${channel} AND p.address = ${address} AND p.try_after <= ${now}
      AND p.started_at IS NULL AND p.accepted_at IS NULL AND p.kind = ANY(${[...kinds]}::text[])`;
}

/**
 * When a message last left for this address; undefined when none did since `since`. One from the future is from before a
 * clock was set back: it keeps nobody quiet.
 */
export async function lastLeftAt(
  tx: Tx,
  { channel, address }: Place,
  { since, now, kinds }: Companions & Readonly<{ since: Date }>,
): Promise<Date | undefined> {
  const rows = await tx.$queryRaw`
    SELECT max(p.started_at) AS at FROM page p
    WHERE p.channel = ${channel} AND p.address = ${address} AND p.started_at > ${since} AND p.started_at <= ${now}
      AND p.bundle_id IS NOT NULL AND p.kind = ANY(${[...kinds]}::text[])`;
  return parseRows(z.object({ at: z.date().optional() }), rows)[0]?.at;
}

/**
 * The clock was set back: pages made before that, which nobody has tried yet, are due now, and not when that time comes round
 * again. Those that wait for working hours go on waiting.
 */
export function releaseFromFuture(tx: TxOrClient, now: Date): Promise<number> {
  return tx.$executeRaw`
    UPDATE page p SET created_at = ${now}, try_after = ${now}
    WHERE ${OPEN_PAGE} AND p.created_at > ${now} AND p.started_at IS NULL AND p.payload ->> 'holdUntil' IS NULL`;
}
