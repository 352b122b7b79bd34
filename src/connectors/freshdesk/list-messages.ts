import type { MessageAuthor, TicketMessage } from '../../model/ticket-event.ts';
import {
  CONVERSATIONS_PER_PAGE,
  type ConversationPage,
  type ConversationWire,
  readConversationPage,
} from './conversation-page.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { plainText } from './plain-text.ts';

export type MessagesQuery = Readonly<{
  /** Only messages with a higher id; 0 for all. */
  afterId: number;
  /** How many the ticket had when it was last read, as `count` told; 0 at first. Says only where to begin. */
  known: number;
  requester?: Readonly<{ id: number; email?: string }>;
}>;

/** Oldest first; `count`: how many notes and replies the ticket has now, old ones included. */
export type NewMessages = Readonly<{ messages: readonly TicketMessage[]; count: number }>;

/**
 * Begins at the page where the last known one must be, and goes back as long as a page has new ones only: so it is right
 * also when some were deleted meanwhile and the others have moved forward.
 * A list that comes newest first (the order is not promised) is read whole.
 */
export async function listMessages(
  call: FreshdeskCall,
  { ticketId, ownAgentId, ...query }: MessagesQuery & Readonly<{ ticketId: number; ownAgentId: number }>,
): Promise<NewMessages> {
  const { afterId, known } = query;
  const pages = new Map<number, ConversationPage>();
  const read = async (page: number): Promise<ConversationPage> => {
    const told =
      pages.get(page) ?? (await readConversationPage(call, { ticketId, page, verb: 'list_messages' }));
    pages.set(page, told);
    return told;
  };
  const from = Math.max(1, Math.ceil(known / CONVERSATIONS_PER_PAGE));
  for (let page = from; page >= 1; page -= 1) {
    const { entries } = await read(page);
    if (entries.some(({ id }) => id <= afterId) && !isNewestFirst(entries)) break;
  }
  for (let page = from; !(await read(page)).isLast; page += 1);
  const entries = [...pages.values()].flatMap((page) => page.entries);
  const fresh = new Map(entries.filter(({ id }) => id > afterId).map((entry) => [entry.id, entry]));
  return {
    messages: [...fresh.values()]
      .toSorted((a, b) => a.id - b.id)
      .map((entry) => messageOf(call, entry, { ownAgentId, requester: query.requester })),
    count: countOf(pages),
  };
}

const isNewestFirst = (entries: readonly ConversationWire[]): boolean =>
  (entries.at(0)?.id ?? 0) > (entries.at(-1)?.id ?? 0);

function countOf(pages: ReadonlyMap<number, ConversationPage>): number {
  return [...pages].reduce(
    (count, [page, { entries }]) =>
      entries.length === 0 ? count : Math.max(count, (page - 1) * CONVERSATIONS_PER_PAGE + entries.length),
    0,
  );
}

type Known = Readonly<{ ownAgentId: number; requester: MessagesQuery['requester'] }>;

function messageOf({ clock }: FreshdeskCall, wire: ConversationWire, known: Known): TicketMessage {
  const html = wire.body ?? '';
  return {
    id: wire.id,
    at: wire.created_at ? new Date(wire.created_at) : clock.now(),
    author: authorOf(wire, known),
    ...(wire.user_id ? { authorId: wire.user_id } : {}),
    isPrivate: wire.private ?? false,
    text: wire.body_text?.trim() ? wire.body_text : plainText(html),
    html,
  };
}

/** What Freshdesk sends by itself is nobody's answer: a confirmation of receipt must not pass for an agent. */
function authorOf(wire: ConversationWire, { ownAgentId, requester }: Known): MessageAuthor {
  if (wire.user_id === ownAgentId) return 'watchdesk';
  if (wire.auto_response || wire.automation_id) return 'other';
  if (requester && wire.user_id === requester.id) return 'requester';
  if (wire.incoming) return isFrom(requester?.email, wire.from_email) ? 'requester' : 'other';
  return wire.user_id ? 'agent' : 'other';
}

/** `from` is an address alone or after a name, in angle brackets. */
function isFrom(email: string | undefined, from: string | null | undefined): boolean {
  if (email === undefined || !from) return false;
  const address = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
  return address.trim().toLowerCase() === email.toLowerCase();
}
