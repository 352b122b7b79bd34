import type { Clock } from '../../model/clock.ts';
import type { TicketFields } from '../../model/ticket.ts';
import { addPrivateNote, type FreshdeskNote } from './add-private-note.ts';
import { type FreshdeskCodes, STOCK_CODES } from './codes.ts';
import { createTicket, type TicketDraft } from './create-ticket.ts';
import { findNoteByMark } from './find-note-by-mark.ts';
import { findTicketByTag, type TicketQuery } from './find-ticket-by-tag.ts';
import { createFreshdeskHttp, type FreshdeskAccess, type FreshdeskHttp } from './freshdesk-http.ts';
import { listUpdatedSince } from './list-updated-since.ts';
import { type FreshdeskAgent, readSelf } from './read-self.ts';
import { readTicket } from './read-ticket.ts';
import { readTicketFields, type TicketField } from './read-ticket-fields.ts';
import { type FreshdeskTicket, STOCK_TEXT_LIMITS, type TextLimits } from './ticket-wire.ts';
import { updateTicket } from './update-ticket.ts';

export type { CallBudget } from './call-budget.ts';
export type { FreshdeskAgent, FreshdeskNote, FreshdeskTicket, TicketDraft, TicketField, TicketQuery };

/**
 * A Freshdesk account. Every function throws ConnectorError and nothing else of its own, takes its calls out of the
 * budget first, and never retries: that is the caller's, who knows whether to look before a second try.
 */
export type Freshdesk = Readonly<{
  createTicket(draft: TicketDraft): Promise<FreshdeskTicket>;
  readTicket(id: number): Promise<FreshdeskTicket>;
  updateTicket(id: number, changes: Partial<TicketFields>): Promise<FreshdeskTicket>;
  addPrivateNote(ticketId: number, html: string): Promise<FreshdeskNote>;
  findTicketByTag(query: TicketQuery): Promise<FreshdeskTicket | undefined>;
  findNoteByMark(ticketId: number, mark: string): Promise<FreshdeskNote | undefined>;
  listUpdatedSince(since: Date): AsyncGenerator<readonly FreshdeskTicket[]>;
  readSelf(): Promise<FreshdeskAgent>;
  readTicketFields(): Promise<readonly TicketField[]>;
}>;

/** What each call gets. */
export type FreshdeskCall = Readonly<{
  ask: FreshdeskHttp;
  codes: FreshdeskCodes;
  textLimits: TextLimits;
  clock: Clock;
  /** Freshdesk lists no further. */
  pagesMax: number;
}>;

export type FreshdeskParts = FreshdeskAccess &
  Readonly<{ codes?: FreshdeskCodes; textLimits?: TextLimits; pagesMax?: number }>;

const PAGES_MAX = 300;

export function createFreshdesk({
  codes = STOCK_CODES,
  textLimits = STOCK_TEXT_LIMITS,
  pagesMax = PAGES_MAX,
  ...access
}: FreshdeskParts): Freshdesk {
  const call: FreshdeskCall = {
    ask: createFreshdeskHttp(access),
    codes,
    textLimits,
    clock: access.clock,
    pagesMax,
  };
  return {
    createTicket: (draft) => createTicket(call, draft),
    readTicket: (id) => readTicket(call, id),
    updateTicket: (id, changes) => updateTicket(call, { id, changes }),
    addPrivateNote: (ticketId, html) => addPrivateNote(call, { ticketId, html }),
    findTicketByTag: (query) => findTicketByTag(call, query),
    findNoteByMark: (ticketId, mark) => findNoteByMark(call, { ticketId, mark }),
    listUpdatedSince: (since) => listUpdatedSince(call, { since }),
    readSelf: () => readSelf(call),
    readTicketFields: () => readTicketFields(call),
  };
}
