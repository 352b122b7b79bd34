import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';

export const CONVERSATIONS_PER_PAGE = 100;
/** Freshdesk advises against going deeper. */
const PAGES_MAX = 500;

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const number = z.int().positive().nullish().catch(null);
const ConversationsWire = z.array(
  z.object({
    id: z.int().positive(),
    body_text: text,
    body: text,
    user_id: number,
    from_email: text,
    incoming: flag,
    private: flag,
    auto_response: flag,
    automation_id: number,
    created_at: z.iso.datetime({ offset: true }).nullish().catch(null),
  }),
);
export type ConversationWire = z.infer<typeof ConversationsWire>[number];

export type ConversationPage = Readonly<{ entries: readonly ConversationWire[]; isLast: boolean }>;

/** One page, counted from 1, of a ticket's notes and replies; empty beyond the end. */
export async function readConversationPage(
  { ask }: FreshdeskCall,
  { ticketId, page, verb }: Readonly<{ ticketId: number; page: number; verb: string }>,
): Promise<ConversationPage> {
  const what = `list the conversations of ticket ${ticketId}`;
  if (page > PAGES_MAX) {
    throw new ConnectorError(
      'unexpected_response',
      `Freshdesk did not end the list at page ${PAGES_MAX}: ${what}`,
    );
  }
  const { body, hasNextPage } = await ask({
    method: 'GET',
    path: `${ticketPath(ticketId)}/conversations`,
    query: [
      ['page', String(page)],
      ['per_page', String(CONVERSATIONS_PER_PAGE)],
    ],
    kind: 'other',
    verb,
    what,
    schema: ConversationsWire,
  });
  return {
    entries: body,
    isLast: body.length === 0 || (!hasNextPage && body.length < CONVERSATIONS_PER_PAGE),
  };
}
