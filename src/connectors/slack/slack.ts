import { z } from 'zod';
import type { Channel, Message, Sent } from '../channel.ts';
import { ConnectorError } from '../connector-error.ts';
import { findSlackMessage, SLACK_EVENT } from './find-message.ts';
import { probeSlack } from './probe.ts';
import { createSlackCall, type SlackAccess, type SlackCall } from './slack-client.ts';
import { type SlackContent, slackMessage } from './slack-message.ts';
import { placeText, readPlace, type SlackPlace } from './slack-place.ts';

export type SlackChannelParts = SlackAccess &
  Readonly<{
    /** SLACK_SIGNING_SECRET is set, so that a press reaches us. */
    hasButtons: boolean;
  }>;

const MEMBER = /^[UW][A-Z0-9]{5,}$/;

const Opened = z.object({ channel: z.object({ id: z.string().min(1) }) });
const Posted = z.object({ channel: z.string().min(1), ts: z.string().min(1) });

/** The message that a repeat would hang on is gone: it is posted by itself, since nobody may miss it. */
const NO_THREAD = new Set([
  'message_not_found',
  'thread_not_found',
  'cannot_reply_to_message',
  'invalid_thread_ts',
]);

/**
 * Slack, by the Web API. A person's address is the member id, a room's the channel id.
 *
 * A repeat hangs in the thread of the message before it and is shown in the conversation too, so that it is noticed and
 * still found beside the first. Every message carries our id as metadata: that is how one is found whose outcome is
 * unknown.
 */
export function createSlackChannel(parts: SlackChannelParts): Channel {
  const call = createSlackCall(parts);
  const conversationOf = conversations(call);

  async function send(message: Message): Promise<Sent> {
    const channel = await conversationOf(message.address);
    const earlier = message.earlier === undefined ? undefined : readPlace(message.earlier);
    const root = earlier?.channel === channel ? (earlier.root ?? earlier.ts) : undefined;
    if (root === undefined) return post(message, channel);
    try {
      return await post(message, channel, root);
    } catch (error) {
      unlessGone(error);
      return post(message, channel);
    }
  }

  async function post(message: Message, channel: string, root?: string): Promise<Sent> {
    const posted = await call({
      method: 'chat.postMessage',
      args: {
        channel,
        ...slackMessage(message, parts),
        metadata: { event_type: SLACK_EVENT, event_payload: { id: message.id } },
        unfurl_links: false,
        unfurl_media: false,
        ...(root !== undefined && { thread_ts: root, reply_broadcast: true }),
      },
      what: 'post a message',
      schema: Posted,
    });
    const place: SlackPlace = { channel: posted.channel, ts: posted.ts, ...(root !== undefined && { root }) };
    return { externalId: placeText(place), state: 'delivered' };
  }

  async function edit({ channel, ts }: SlackPlace, content: SlackContent): Promise<void> {
    await call({
      method: 'chat.update',
      args: { channel, ts, ...content },
      what: 'bring a message up to date',
      schema: z.object({}),
    });
  }

  return {
    name: 'slack',
    send,
    find: async (message) => findSlackMessage(call, message, await conversationOf(message.address)),
    async update(externalId, message) {
      const place = readPlace(externalId);
      if (!place) throw new ConnectorError('rejected', `"${externalId}" is not the place of a Slack message`);
      const content = slackMessage(message, parts);
      await edit(place, content);
      if (place.root === undefined) return;
      // The first of the thread is what people see; that somebody deleted it harms nobody.
      await edit({ channel: place.channel, ts: place.root }, content).catch(unlessGone);
    },
    probe: () => probeSlack(call),
  };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ConnectorError) || !NO_THREAD.has(error.code ?? '')) throw error;
}

const CONVERSATIONS_MAX = 10_000;

/** A direct message has a conversation of its own, whose id never changes: it is asked for once. */
function conversations(call: SlackCall): (address: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (address) => {
    if (!MEMBER.test(address)) return address;
    const before = known.get(address);
    if (before !== undefined) return before;
    const { channel } = await call({
      method: 'conversations.open',
      args: { users: address },
      what: 'open a direct message',
      schema: Opened,
      isHarmless: true,
    });
    if (known.size >= CONVERSATIONS_MAX) known.clear();
    known.set(address, channel.id);
    return channel.id;
  };
}
