import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { listUpdatedSince } from './list-updated-since.ts';
import { readTicket } from './read-ticket.ts';
import { type FreshdeskTicket, TicketWire } from './ticket-wire.ts';

export type TicketQuery = Readonly<{
  /** One that only this ticket has; letters, digits, `_` and `-`, since how to escape others in a search is not known. */
  tag: string;
  requesterEmail: string;
  /** When it was first tried to create it, by our clock. */
  since: Date;
}>;

/**
 * The live ticket with this tag, to be asked after a create whose outcome is unknown. First by list, which shows a write
 * at once; then by search, which lags by minutes and knows a ticket whose requester was changed. What search finds is
 * read again before it counts. Undefined: not there, as far as Freshdesk tells.
 */
export async function findTicketByTag(
  call: FreshdeskCall,
  query: TicketQuery,
): Promise<FreshdeskTicket | undefined> {
  if (!/^[A-Za-z0-9_-]+$/.test(query.tag)) {
    throw new ConnectorError(
      'rejected',
      'A ticket is looked up by a tag of letters, digits, "_" and "-" only',
    );
  }
  return (await inList(call, query)) ?? (await inSearch(call, query.tag));
}

/** Freshdesk's clock may be behind ours. */
const CLOCK_MARGIN_MS = 10 * 60_000;

async function inList(
  call: FreshdeskCall,
  { tag, requesterEmail, since }: TicketQuery,
): Promise<FreshdeskTicket | undefined> {
  const from = new Date(since.getTime() - CLOCK_MARGIN_MS);
  try {
    for await (const tickets of listUpdatedSince(call, { requesterEmail, since: from })) {
      const found = tickets.find((ticket) => hasTag(ticket, tag));
      if (found) return found;
    }
    return undefined;
  } catch (error) {
    if (isUnknownRequester(error)) return undefined;
    throw error;
  }
}

/** A requester that is no contact yet has no tickets; Freshdesk may say so with a 400 about `email` (not recorded). */
const isUnknownRequester = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  error.status === 400 &&
  error.fieldErrors.length > 0 &&
  error.fieldErrors.every(({ field, code }) => field === 'email' && code === 'invalid_value');

const SearchWire = z.object({ results: z.array(TicketWire.pick({ id: true })) });

async function inSearch(call: FreshdeskCall, tag: string): Promise<FreshdeskTicket | undefined> {
  const { body } = await call.ask({
    method: 'GET',
    path: '/search/tickets',
    query: [['query', `"tag:'${tag}'"`]],
    kind: 'other',
    verb: 'search_tickets',
    what: 'search tickets by tag',
    schema: SearchWire,
  });
  for (const { id } of body.results.slice(0, SEARCH_READS_MAX)) {
    const ticket = await stillThere(call, id);
    if (ticket && hasTag(ticket, tag)) return ticket;
  }
  return undefined;
}

/** The tag belongs to one ticket; a search that brings more is loose, and reading costs calls. */
const SEARCH_READS_MAX = 5;

async function stillThere(call: FreshdeskCall, id: number): Promise<FreshdeskTicket | undefined> {
  try {
    return await readTicket(call, id);
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'not_found') return undefined;
    throw error;
  }
}

/** Whether Freshdesk keeps the case of a tag is not known. */
const hasTag = (ticket: FreshdeskTicket, tag: string): boolean =>
  !ticket.isDeleted && ticket.fields.tags.some((each) => each.toLowerCase() === tag.toLowerCase());
