import { createHash } from 'node:crypto';
import type { FreshdeskTicket, FreshdeskTicketInFull } from '../connectors/freshdesk/freshdesk.ts';
import { isSameTicket } from '../incidents/reconcile-ticket.ts';
import { serialiseTicket } from '../intake/understand-ticket.ts';
import type {
  RefusedChoice,
  Requester,
  TakenOver,
  TicketEvent,
  TicketMessage,
} from '../model/ticket-event.ts';
import type { TicketRow } from '../store/tickets.ts';
import type { EngineParts } from './parts.ts';

/** What is new in a ticket since the inbox was last told, and where the next reading goes on. */
export type News = Readonly<{
  /** Undefined when there is none, as after our own writes. */
  event?: TicketEvent;
  gone?: 'spam' | 'deleted';
  lastMessageId?: number;
  messageCount: number;
}>;

type Read = Readonly<{ read: FreshdeskTicket; takenOver: readonly TakenOver[] }>;

/** Lists the messages only when the ticket changed at all since they were last listed. */
export async function newsOf(
  parts: EngineParts,
  ticket: TicketRow,
  { read, takenOver }: Read,
): Promise<News> {
  const gone = goneOf(read);
  const mayHaveMessages = !ticket.seenUpdatedAt || read.updatedAt > ticket.seenUpdatedAt;
  const listed = mayHaveMessages
    ? await parts.freshdesk.listMessages(read.id, {
        afterId: ticket.lastMessageId ?? 0,
        known: ticket.messageCount,
        ...(read.requesterId === undefined ? {} : { requester: { id: read.requesterId } }),
      })
    : { messages: [], count: ticket.messageCount };
  const { messages, count: messageCount } = listed;
  const lastMessageId = messages.at(-1)?.id ?? ticket.lastMessageId;
  const told = messages.filter((message) => isTold(message) && !isFromBefore(ticket, message));
  const isNews =
    told.length > 0 ||
    takenOver.length > 0 ||
    gone !== goneBefore(ticket) ||
    ticket.seen === undefined ||
    !isSameTicket(ticket.seen, read.fields);
  const news = {
    messageCount,
    ...(gone === undefined ? {} : { gone }),
    ...(lastMessageId === undefined ? {} : { lastMessageId }),
  };
  if (!isNews) return news;
  const mergedInto = await mergedIntoOf(parts, ticket, read);
  const requester = ticket.seen === undefined ? await requesterOf(parts, read.id) : undefined;
  const event = {
    ...eventOf(parts, { ticket: read, messages: told, takenOver }),
    ...(mergedInto === undefined ? {} : { mergedInto }),
    ...(requester === undefined ? {} : { requester }),
    ...(ticket.seen === undefined ? {} : { before: ticket.seen }),
  };
  return { ...news, event };
}

/** Of a ticket that another was merged into: whoever raised it is asked from now on. */
const requesterOf = async ({ freshdesk }: EngineParts, ticketId: number): Promise<Requester | undefined> =>
  (await freshdesk.readTicketInFull(ticketId)).requester;

/**
 * Asked when a ticket is closed now and was not before. Freshdesk writes the note of a merge before it closes the ticket,
 * so that may have been read, and passed on, already: the messages are read once more.
 */
async function mergedIntoOf(
  { freshdesk }: EngineParts,
  { seen }: TicketRow,
  { id, fields: { status } }: FreshdeskTicket,
): Promise<number | undefined> {
  if (status !== 'closed' || seen?.status === 'closed') return undefined;
  const { messages } = await freshdesk.listMessages(id, { afterId: 0, known: 0 });
  return freshdesk.mergedInto(messages, status);
}

/** Our own messages are no news. */
const isTold = ({ author }: TicketMessage): boolean => author !== 'watchdesk';

/** A version of Watchdesk that read no messages had seen the ticket: what was written until then decides nothing now. */
const isFromBefore = ({ seenAt, seenUpdatedAt }: TicketRow, { at }: TicketMessage): boolean =>
  seenAt !== undefined && seenUpdatedAt === undefined && at <= seenAt;

function mergedAtFirst(
  { freshdesk }: EngineParts,
  { fields }: FreshdeskTicket,
  messages: readonly TicketMessage[],
): Pick<TicketEvent, 'mergedInto'> {
  const mergedInto = freshdesk.mergedInto(messages, fields.status);
  return mergedInto === undefined ? {} : { mergedInto };
}

/** What is told of a ticket that is no issue yet. */
export const firstNews = (
  parts: EngineParts,
  ticket: FreshdeskTicketInFull,
  messages: readonly TicketMessage[],
): TicketEvent => ({
  ...eventOf(parts, { ticket, messages: messages.filter(isTold), takenOver: [] }),
  ...mergedAtFirst(parts, ticket, messages),
  descriptionText: ticket.descriptionText,
  source: ticket.source,
  ...(ticket.requester === undefined ? {} : { requester: ticket.requester }),
  ...(ticket.company === undefined ? {} : { company: ticket.company }),
});

/** What Freshdesk refused when it was sent; of the ticket itself nothing is news. */
export const refusalNews = (
  parts: EngineParts,
  ticket: FreshdeskTicket,
  refused: readonly RefusedChoice[],
): TicketEvent => ({
  ...eventOf(parts, { ticket, messages: [], takenOver: [] }),
  before: ticket.fields,
  refused,
});

function eventOf(
  { clock }: EngineParts,
  {
    ticket,
    messages,
    takenOver,
  }: Readonly<{
    ticket: FreshdeskTicket;
    messages: readonly TicketMessage[];
    takenOver: readonly TakenOver[];
  }>,
): TicketEvent {
  return {
    kind: 'ticket',
    ticketId: ticket.id,
    fields: ticket.fields,
    descriptionText: '',
    source: 'other',
    isSpam: ticket.isSpam,
    isDeleted: ticket.isDeleted,
    messages,
    takenOver,
    createdAt: ticket.createdAt,
    updatedAt: ticket.updatedAt,
    readAt: clock.now(),
  };
}

/** Puts the news into the inbox, where the same news again is a duplicate. */
export async function tellNews(parts: EngineParts, ticket: TicketRow, { event }: News): Promise<void> {
  // Closed, set back and closed again within a second of Freshdesk's looks alike, and is not: our turn tells them apart.
  if (event) await tellTicket(parts, event, ticket.statusTurnWritten);
}

export async function tellTicket(parts: EngineParts, event: TicketEvent, turn = 0): Promise<void> {
  const { readAt, ...content } = event;
  const digest = createHash('sha256')
    .update(JSON.stringify([turn, content]))
    .digest('base64url')
    .slice(0, 22);
  await parts.keep({
    source: 'read_back',
    deliveryId: `ticket:${event.ticketId}:${digest}`,
    body: serialiseTicket(event),
    receivedAt: readAt,
  });
}

const goneOf = ({ isDeleted, isSpam }: FreshdeskTicket): 'spam' | 'deleted' | undefined =>
  isDeleted ? 'deleted' : isSpam ? 'spam' : undefined;

const goneBefore = ({ gone }: TicketRow): 'spam' | 'deleted' | undefined =>
  gone === 'spam' || gone === 'deleted' ? gone : undefined;
