import { z } from 'zod';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import { isSameTicket } from '../incidents/reconcile-ticket.ts';
import { loadMemo, saveMemo } from '../store/memos.ts';
import * as tickets from '../store/tickets.ts';
import { inTransaction } from '../store/transaction.ts';
import { takeTurn } from '../store/turns.ts';
import { enqueueSyncs } from './commit-changes.ts';
import type { EngineParts } from './parts.ts';

const READ_UNTIL = 'tickets_read_until';
const ReadUntil = z.iso.datetime().transform((text) => new Date(text));
/** Two listings overlap by this, since a ticket may appear in a list later than it was changed. */
const OVERLAP_MS = 2 * 60_000;
/** However often Opsview is read: Freshdesk's calls are counted, Opsview's are not. */
const EVERY_MS_MIN = 60_000;
/** What was changed while Watchdesk was new or away longer than this is met at the ticket's next sync. */
const LOOKS_BACK_MS_MAX = 24 * 3_600_000;

/**
 * Lists the tickets that Freshdesk has changed since the last look, and has those of ours compared that are not as they
 * were last seen: what a person changed is noticed within a turn, also when no webhook tells (promises P3, P4, P5).
 * Costs one call a turn for each hundred changed tickets of the account. Done by whichever process is the first to be due.
 */
export async function readBackTickets(parts: EngineParts): Promise<void> {
  const { database, clock, freshdesk, log } = parts;
  const now = clock.now();
  const everyMs = Math.max(parts.policy().read_back.every, EVERY_MS_MIN);
  if (!(await takeTurn(database.prisma, { name: 'read_back_tickets', everyMs, now }))) return;
  if (!(await tickets.isAnyWatched(database.prisma))) return;
  const readUntil = await loadMemo(database.prisma, READ_UNTIL, ReadUntil);
  const from = Math.max((readUntil ?? now).getTime() - OVERLAP_MS, now.getTime() - LOOKS_BACK_MS_MAX);
  try {
    for await (const page of freshdesk.listUpdatedSince(new Date(from))) {
      await haveChangedCompared(parts, page);
      const newest = page.at(-1)?.updatedAt; // Freshdesk's own clock, as are the instants asked for
      if (newest) await saveMemo(database.prisma, READ_UNTIL, newest.toISOString(), now);
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'rate_limited') return; // alerts come first; the next turn goes on from here
    log.warn(`Changed tickets could not be listed: ${error.message}`, { kind: error.kind });
  }
}

async function haveChangedCompared(parts: EngineParts, page: readonly FreshdeskTicket[]): Promise<void> {
  const { database } = parts;
  const listed = new Map(page.map((ticket) => [ticket.id, ticket.fields]));
  const ours = await tickets.loadByFreshdeskIds(database.prisma, [...listed.keys()]);
  const changed = ours.filter(({ freshdeskId, seen, seenAt }) => {
    const now = listed.get(freshdeskId ?? 0);
    return now !== undefined && seen !== undefined && seenAt !== undefined && !isSameTicket(seen, now);
  });
  if (changed.length === 0) return;
  await inTransaction(database, (tx) => enqueueSyncs(tx, parts, changed));
  parts.wake.outbound();
}
