import { z } from 'zod';
import type { Message, Sent } from '../channel.ts';
import type { SlackCall } from './slack-client.ts';
import { placeText } from './slack-place.ts';

/** Marks our messages; only apps see it. */
export const SLACK_EVENT = 'watchdesk_message';

/** Slack's clock and ours may differ, and the first try may be older than this one. */
const LOOKS_BACK_MS = 60 * 60_000;
const PAGE_SIZE = 200;
const PAGES_MAX = 10;

const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      thread_ts: z.string().optional(),
      metadata: z
        .object({
          event_type: z.string().catch(''),
          event_payload: z.record(z.string(), z.unknown()).catch({}),
        })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z
    .object({ next_cursor: z.string().catch('') })
    .optional()
    .catch(undefined),
});

/**
 * Looks through the conversation for a message that may have arrived. A repeat in a thread is shown in the conversation too,
 * so it is found there as well.
 */
export async function findSlackMessage(
  call: SlackCall,
  message: Pick<Message, 'id' | 'sentAt'>,
  channel: string,
): Promise<Sent | undefined> {
  const oldest = String((message.sentAt.getTime() - LOOKS_BACK_MS) / 1_000);
  let cursor = '';
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const history = await call({
      method: 'conversations.history',
      args: {
        channel,
        oldest,
        include_all_metadata: true,
        limit: PAGE_SIZE,
        ...(cursor !== '' && { cursor }),
      },
      what: 'look for a message',
      schema: History,
    });
    const found = history.messages.find(
      ({ metadata }) => metadata?.event_type === SLACK_EVENT && metadata.event_payload.id === message.id,
    );
    if (found) {
      const { ts, thread_ts: root } = found;
      const place = { channel, ts, ...(root !== undefined && root !== ts && { root }) };
      return { externalId: placeText(place), state: 'delivered' };
    }
    cursor = history.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return undefined;
}
