import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { type FreshdeskTicket, TicketWire, ticketOf } from './ticket-wire.ts';

export type ListQuery = Readonly<{
  since: Date;
  /** Only tickets of this requester. */
  requesterEmail?: string;
}>;

const PER_PAGE = 100;
const SECOND_MS = 1000;
const TicketsWire = z.array(TicketWire);

/**
 * Tickets changed at or after `since`, least recently changed first, in pages without repeats; trash and spam are left
 * out by Freshdesk. A ticket that changes again meanwhile may come again with its newer `updatedAt`.
 *
 * A page begins anew from the last instant seen wherever that costs little: so the 300-page wall is never met, and
 * few tickets can slip past a page boundary because others changed in between; poll again with overlap for the rest.
 *
 * Errors:  as any call, in the middle too: go on later from the last `updatedAt` handled.
 */
export async function* listUpdatedSince(
  call: FreshdeskCall,
  query: ListQuery,
): AsyncGenerator<readonly FreshdeskTicket[]> {
  const seen = new Map<number, number>();
  let cursor = { since: wholeSecond(query.since), page: 1 };
  for (;;) {
    const { tickets, isLast } = await readPage(call, { ...query, ...cursor });
    const fresh = tickets.filter(({ id, updatedAt }) => seen.get(id) !== updatedAt.getTime());
    for (const { id, updatedAt } of tickets) seen.set(id, updatedAt.getTime());
    if (fresh.length > 0) yield fresh;
    if (isLast) return;
    cursor = nextCursor(cursor, { tickets, pagesMax: call.pagesMax });
  }
}

type Cursor = Readonly<{ since: Date; page: number }>;

function nextCursor(
  cursor: Cursor,
  { tickets, pagesMax }: Readonly<{ tickets: readonly FreshdeskTicket[]; pagesMax: number }>,
): Cursor {
  const first = tickets.at(0)?.updatedAt ?? cursor.since;
  const last = tickets.at(-1)?.updatedAt ?? cursor.since;
  // Whether Freshdesk counts the instant itself as "since" is not known: one second of overlap serves both.
  const restart = new Date(wholeSecond(last).getTime() - SECOND_MS);
  if (restart > first && restart > cursor.since) return { since: restart, page: 1 };
  if (cursor.page < pagesMax) return { since: cursor.since, page: cursor.page + 1 };
  if (restart > cursor.since) return { since: restart, page: 1 };
  throw new ConnectorError(
    'unexpected_response',
    `Freshdesk lists more tickets of ${last.toISOString()} than its ${pagesMax} pages show: look at what changes them all at once`,
  );
}

async function readPage(
  call: FreshdeskCall,
  { since, page, requesterEmail }: ListQuery & Cursor,
): Promise<Readonly<{ tickets: FreshdeskTicket[]; isLast: boolean }>> {
  const { body, hasNextPage } = await call.ask({
    method: 'GET',
    path: '/tickets',
    query: [
      ...(requesterEmail === undefined ? [] : [['email', requesterEmail] as const]),
      // Without it only tickets of the last 30 days are listed.
      ['updated_since', freshdeskInstant(since)],
      ['order_by', 'updated_at'],
      ['order_type', 'asc'],
      ['per_page', String(PER_PAGE)],
      ['page', String(page)],
    ],
    kind: 'list',
    verb: 'list_tickets',
    what: 'list changed tickets',
    schema: TicketsWire,
  });
  const tickets = body.map((wire) => ticketOf(call, wire));
  return { tickets, isLast: body.length === 0 || (!hasNextPage && body.length < PER_PAGE) };
}

/** Rounded down: an earlier start lists more, never less. */
const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / SECOND_MS) * SECOND_MS);

/** `2026-03-02T09:00:00Z`: Freshdesk's times have no milliseconds. */
const freshdeskInstant = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');
