import type { Clock } from '../../model/clock.ts';
import type { TicketFields, TicketStatus } from '../../model/ticket.ts';
import type { TicketMessage } from '../../model/ticket-event.ts';
import { addPrivateNote, type FreshdeskMessage } from './add-private-note.ts';
import { addPublicReply } from './add-public-reply.ts';
import {
  type AssociationRules,
  type Associations,
  createAssociations,
  STOCK_ASSOCIATIONS,
} from './associations.ts';
import { type FreshdeskCodes, STOCK_CODES } from './codes.ts';
import { createTicket, type TicketDraft } from './create-ticket.ts';
import type { DeskFieldNames } from './custom-fields.ts';
import { findMessageByMark } from './find-message-by-mark.ts';
import { findTicketByTag, type TicketQuery } from './find-ticket-by-tag.ts';
import { createFreshdeskHttp, type FreshdeskAccess, type FreshdeskHttp } from './freshdesk-http.ts';
import { type ListedAgent, listAgents } from './list-agents.ts';
import { type ListedGroup, listGroups } from './list-groups.ts';
import { listMessages, type MessagesQuery, type NewMessages } from './list-messages.ts';
import { listRatings, type Rating } from './list-ratings.ts';
import { listUpdatedSince } from './list-updated-since.ts';
import { mergedInto, STOCK_MERGE_NOTE } from './merged-into.ts';
import { type FreshdeskContact, readContact } from './read-contact.ts';
import { type FreshdeskAgent, readSelf } from './read-self.ts';
import { readTicket } from './read-ticket.ts';
import { readTicketFields, type TicketField } from './read-ticket-fields.ts';
import { type FreshdeskTicketInFull, readTicketInFull } from './read-ticket-in-full.ts';
import { type ArticleDraft, createArticle, type SolutionArticle, searchSolutions } from './solutions.ts';
import { type FreshdeskTicket, STOCK_TEXT_LIMITS, type TextLimits } from './ticket-wire.ts';
import { updateTicket } from './update-ticket.ts';

export type { AssociationRefusal } from './association-refusal.ts';
export type { CallBudget } from './call-budget.ts';
export type { Association } from './read-association.ts';
export type {
  ArticleDraft,
  FreshdeskAgent,
  FreshdeskContact,
  FreshdeskMessage,
  FreshdeskTicket,
  FreshdeskTicketInFull,
  ListedAgent,
  ListedGroup,
  MessagesQuery,
  NewMessages,
  SolutionArticle,
  TicketDraft,
  TicketField,
  TicketQuery,
};

/**
 * A Freshdesk account. Every function throws ConnectorError and nothing else of its own, takes its calls out of the
 * budget first, and never retries: that is the caller's, who knows whether to look before a second try.
 */
export type Freshdesk = Readonly<{
  createTicket(draft: TicketDraft): Promise<FreshdeskTicket>;
  readTicket(id: number): Promise<FreshdeskTicket>;
  readTicketInFull(id: number): Promise<FreshdeskTicketInFull>;
  updateTicket(id: number, changes: Partial<TicketFields>): Promise<FreshdeskTicket>;
  addPrivateNote(ticketId: number, html: string): Promise<FreshdeskMessage>;
  addPublicReply(ticketId: number, html: string): Promise<FreshdeskMessage>;
  listMessages(ticketId: number, query: MessagesQuery): Promise<NewMessages>;
  /** Pure; by the wording that the settings give. */
  mergedInto(messages: readonly TicketMessage[], status: TicketStatus): number | undefined;
  findTicketByTag(query: TicketQuery): Promise<FreshdeskTicket | undefined>;
  findMessageByMark(ticketId: number, mark: string): Promise<FreshdeskMessage | undefined>;
  listUpdatedSince(since: Date): AsyncGenerator<readonly FreshdeskTicket[]>;
  readSelf(): Promise<FreshdeskAgent>;
  readTicketFields(): Promise<readonly TicketField[]>;
  readContact(id: number): Promise<FreshdeskContact | undefined>;
  /** With `groups` at hand it costs one list less. */
  listRatings(since: Date): Promise<readonly Rating[]>;
  listAgents(groups?: readonly ListedGroup[]): Promise<readonly ListedAgent[]>;
  listGroups(): Promise<readonly ListedGroup[]>;
  searchSolutions(words: string): Promise<readonly SolutionArticle[]>;
  createArticle(draft: ArticleDraft): Promise<SolutionArticle>;
}> &
  Associations;

/** What each call gets. */
export type FreshdeskCall = Readonly<{
  ask: FreshdeskHttp;
  codes: FreshdeskCodes;
  textLimits: TextLimits;
  deskFieldNames: () => DeskFieldNames;
  clock: Clock;
  /** Freshdesk lists no further. */
  pagesMax: number;
}>;

export type FreshdeskParts = FreshdeskAccess &
  Readonly<{
    codes?: FreshdeskCodes;
    textLimits?: TextLimits;
    /** Asked at every call, so that fields made meanwhile count. Default: the account has none of ours. */
    deskFieldNames?: () => DeskFieldNames;
    associations?: AssociationRules;
    /** See `STOCK_MERGE_NOTE`. */
    mergeNote?: RegExp;
    pagesMax?: number;
  }>;

const PAGES_MAX = 300;
const NO_NAMES: DeskFieldNames = new Map();

export function createFreshdesk({
  codes = STOCK_CODES,
  textLimits = STOCK_TEXT_LIMITS,
  deskFieldNames = () => NO_NAMES,
  associations = STOCK_ASSOCIATIONS,
  mergeNote = STOCK_MERGE_NOTE,
  pagesMax = PAGES_MAX,
  ...access
}: FreshdeskParts): Freshdesk {
  const call: FreshdeskCall = {
    ask: createFreshdeskHttp(access),
    codes,
    textLimits,
    deskFieldNames,
    clock: access.clock,
    pagesMax,
  };
  let self: FreshdeskAgent | undefined;
  const ownAgentId = async (): Promise<number> => {
    self ??= await readSelf(call);
    return self.id;
  };
  return {
    ...createAssociations(call, associations),
    createTicket: (draft) => createTicket(call, draft),
    readTicket: (id) => readTicket(call, id),
    readTicketInFull: (id) => readTicketInFull(call, id),
    updateTicket: (id, changes) => updateTicket(call, { id, changes }),
    addPrivateNote: (ticketId, html) => addPrivateNote(call, { ticketId, html }),
    addPublicReply: (ticketId, html) => addPublicReply(call, { ticketId, html }),
    listMessages: async (ticketId, query) =>
      listMessages(call, { ...query, ticketId, ownAgentId: await ownAgentId() }),
    mergedInto: (messages, status) => mergedInto(messages, status, mergeNote),
    findTicketByTag: (query) => findTicketByTag(call, query),
    findMessageByMark: (ticketId, mark) => findMessageByMark(call, { ticketId, mark }),
    listUpdatedSince: (since) => listUpdatedSince(call, { since }),
    readSelf: () => readSelf(call),
    readTicketFields: () => readTicketFields(call),
    readContact: (id) => readContact(call, id),
    listRatings: (since) => listRatings(call, since),
    listAgents: (groups) => listAgents(call, groups),
    listGroups: () => listGroups(call),
    searchSolutions: (words) => searchSolutions(call, words),
    createArticle: (draft) => createArticle(call, draft),
  };
}
