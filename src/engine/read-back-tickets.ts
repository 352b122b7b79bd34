import { z } from 'zod';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import { loadMemo, saveMemo } from '../store/memos.ts';
import * as ticketIntake from '../store/ticket-intake.ts';
import * as tickets from '../store/tickets.ts';
import { inTransaction } from '../store/transaction.ts';
import { takeTurn } from '../store/turns.ts';
import { haveHeldTriedAgain } from './children-first.ts';
import { enqueueReadings, enqueueSyncs } from './commit-changes.ts';
import type { EngineParts } from './parts.ts';

const READ_UNTIL = 'tickets_read_until';
const ReadUntil = z.iso.datetime().transform((text) => new Date(text));
/** Two listings overlap by this, since a ticket may appear in a list later than it was changed. */
const OVERLAP_MS = 2 * 60_000;
/** However often Opsview is read: Freshdesk's calls are counted, Opsview's are not. */
const EVERY_MS_MIN = 60_000;
/** What was changed while Watchdesk was away longer than this is met at the ticket's next sync. */
const LOOKS_BACK_MS_MAX = 7 * 86_400_000;
/** A ticket that was not looked at for so long is read, since lists leave out those in trash and spam. */
const UNSEEN_MS_MAX = 86_400_000;
const UNSEEN_PER_TURN_MAX = 10;

/**
 * Lists the tickets that Freshdesk has changed since the last look and has them read: new ones, and those of ours that
 * changed since they were last seen. So a lost webhook heals within a turn (promise P4). Costs one call a turn for each
 * hundred changed tickets of the account. Done by whichever process is the first to be due.
 */
export async function readBackTickets(parts: EngineParts): Promise<void> {
  const { database, clock, freshdesk, log } = parts;
  const now = clock.now();
  const everyMs = Math.max(parts.policy().read_back.every, EVERY_MS_MIN);
  if (!(await takeTurn(database.prisma, { name: 'read_back_tickets', everyMs, now, taken: parts.turns })))
    return;
  const readUntil = await loadMemo(database.prisma, READ_UNTIL, ReadUntil);
  const since = readUntil ?? parts.watchesTicketsSince;
  const from = Math.max(since.getTime() - OVERLAP_MS, now.getTime() - LOOKS_BACK_MS_MAX);
  try {
    for await (const page of freshdesk.listUpdatedSince(new Date(from))) {
      await haveChangedRead(parts, page);
      const newest = page.at(-1)?.updatedAt; // Freshdesk's own clock, as are the instants asked for
      if (newest) await saveMemo(database.prisma, READ_UNTIL, newest.toISOString(), now);
    }
    await haveUnseenRead(parts);
    await haveHeldTriedAgain(parts);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'rate_limited') return; // alerts come first; the next turn goes on from here
    log.warn(`Changed tickets could not be listed: ${error.message}`, { kind: error.kind });
  }
}

async function haveChangedRead(parts: EngineParts, page: readonly FreshdeskTicket[]): Promise<void> {
  const { database, clock } = parts;
  const listed = new Map(page.map((ticket) => [ticket.id, ticket]));
  const ours = await tickets.loadByFreshdeskIds(database.prisma, [...listed.keys()]);
  const changed = ours.filter(({ freshdeskId, seenAt, seenUpdatedAt }) => {
    const now = listed.get(freshdeskId ?? 0);
    return now && seenAt && (!seenUpdatedAt || now.updatedAt > seenUpdatedAt);
  });
  const known = new Set(ours.map(({ freshdeskId }) => freshdeskId));
  const unknown = parts.policy().tickets.handle
    ? page.filter(({ id, createdAt }) => !known.has(id) && createdAt >= parts.watchesTicketsSince)
    : [];
  if (changed.length === 0 && unknown.length === 0) return;
  await inTransaction(database, async (tx) => {
    await enqueueSyncs(tx, parts, changed);
    await enqueueReadings(tx, parts, await ticketIntake.filterUnread(tx, unknown), clock.now());
  });
  parts.wake.outbound();
}

async function haveUnseenRead(parts: EngineParts): Promise<void> {
  const { database, clock } = parts;
  const before = new Date(clock.now().getTime() - UNSEEN_MS_MAX);
  const unseen = await tickets.listUnseen(database.prisma, before, UNSEEN_PER_TURN_MAX);
  if (unseen.length === 0) return;
  await inTransaction(database, (tx) => enqueueSyncs(tx, parts, unseen));
  parts.wake.outbound();
}
