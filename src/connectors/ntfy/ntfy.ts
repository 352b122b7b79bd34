import { z } from 'zod';
import type { Page } from '../../model/page.ts';
import type { Priority } from '../../model/priority.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import type { Channel, Message } from '../channel.ts';
import type { ChannelAccess } from '../channel-access.ts';
import { type ChannelParts, createChannelHttp } from '../channel-http.ts';
import { fitted, linksOf, plainText } from '../message-text.ts';

export type NtfyParts = ChannelParts & Readonly<{ ntfy: NonNullable<ChannelAccess['ntfy']> }>;

/** Longer messages become a file that nobody opens at night. */
const MESSAGE_BYTES_MAX = 4_096;
const ACTIONS_MAX = 3;

/** 5 rings through most silent modes, 1 makes no sound. */
const URGENCY: Readonly<Record<Priority, number>> = { urgent: 5, high: 4, medium: 3, low: 2 };
const urgencyOf = (page: Page): number => (page.kind === 'status' ? 1 : URGENCY[page.priority]);

const PublishedWire = z.object({ id: z.string().min(1) });
const CachedWire = z.object({ id: z.string(), event: z.string(), tags: z.array(z.string()).optional() });
const HealthWire = z.object({ healthy: z.literal(true) });
const AccountWire = z.object({ username: z.string() });
const ErrorBody = z.object({ error: z.string().catch('') });

/** By which a message is found again; readers see it small below the text. */
const tagOf = ({ id }: Message): string => `wd-${id.slice(0, 8)}`;

const bodyOf = (message: Message) =>
  fitted(
    message,
    (shown, title) => {
      const links = shown.pages.flatMap((page) => linksOf(page, shown.pages.length > 1));
      return {
        topic: message.address,
        title,
        message: plainText(shown),
        priority: Math.max(...message.pages.map(urgencyOf)),
        tags: [tagOf(message)],
        ...(links[0] && { click: links[0].url }),
        actions: links
          .slice(0, ACTIONS_MAX)
          .map(({ label, url }) => ({ action: 'view', label, url, clear: false })),
      };
    },
    { sizeOf: ({ message: text }) => Buffer.byteLength(text), max: MESSAGE_BYTES_MAX },
  );

/** The cache keeps a message for hours; one that we look for is seconds old. */
const SINCE_SKEW_SECONDS = 60;

/**
 * Push messages to a topic of ntfy. Whoever knows a topic can read along, so it is treated as a secret. ntfy knows no
 * receipts: what it published counts as delivered.
 */
export function createNtfyChannel({ ntfy, ...parts }: NtfyParts): Channel {
  const http = createChannelHttp({
    ...parts,
    system: 'ntfy',
    baseUrl: normaliseBaseUrl({ url: ntfy.url, setting: 'NTFY_URL', suffixes: [] }),
    secrets: ntfy.token === undefined ? [] : [ntfy.token],
    headers: ntfy.token === undefined ? {} : { Authorization: `Bearer ${ntfy.token}` },
    said: (json) => ErrorBody.catch({ error: '' }).parse(json).error,
    remedies: {
      unauthorised: 'check NTFY_TOKEN, and that its user may write to this topic',
      notFound: 'check NTFY_URL and the topic in the policy',
      rejected: 'check the topic in the policy: letters, digits, - and _',
    },
  });
  return {
    name: 'ntfy',
    async send(message) {
      http.keepSecret(message.address);
      const { id } = await http.ask({
        method: 'POST',
        path: '/',
        body: bodyOf(message),
        verb: 'publish',
        what: `send a push message to ${message.recipientName}`,
        schema: PublishedWire,
      });
      return { externalId: id, state: 'delivered' };
    },
    async find(message) {
      http.keepSecret(message.address);
      const lines = await http.askText({
        method: 'GET',
        path: `/${encodeURIComponent(message.address)}/json`,
        query: [
          ['poll', '1'],
          ['since', String(Math.floor(message.sentAt.getTime() / 1000) - SINCE_SKEW_SECONDS)],
        ],
        verb: 'poll',
        what: `look for a push message to ${message.recipientName}`,
      });
      for (const line of lines.split('\n')) {
        const cached = CachedWire.safeParse(jsonOf(line));
        if (cached.success && cached.data.event === 'message' && cached.data.tags?.includes(tagOf(message))) {
          return { externalId: cached.data.id, state: 'delivered' };
        }
      }
      return undefined;
    },
    async probe() {
      const asked = { method: 'GET', verb: 'probe', what: 'read whether it is well' } as const;
      if (ntfy.token === undefined) {
        await http.ask({ ...asked, path: '/v1/health', schema: HealthWire });
        return 'ntfy is well.';
      }
      const { username } = await http.ask({ ...asked, path: '/v1/account', schema: AccountWire });
      return `ntfy is well and knows the token as that of ${username}.`;
    },
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // an empty line, or something between us and ntfy
  }
}
