import { z } from 'zod';
import { adaptiveCard } from '../adaptive-card.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import type { Channel, Message } from '../channel.ts';
import type { ChannelAccess } from '../channel-access.ts';
import { type ChannelParts, createChannelHttp } from '../channel-http.ts';
import { fitted, linesOf, linksOf, REPEAT_NOTE } from '../message-text.ts';

export type WebexParts = ChannelParts & Readonly<{ webex: NonNullable<ChannelAccess['webex']> }>;

/** Of `markdown`; a card counts apart. */
const MARKDOWN_BYTES_MAX = 7_439;

const MessageWire = z.object({ id: z.string().min(1), roomId: z.string().min(1) });
const MeWire = z.object({ displayName: z.string(), type: z.string() });
const ErrorBody = z.object({ message: z.string().catch('') });

/** Untrusted text for Webex's markdown, which also knows HTML and mentions such as `<@all>`. */
export const webexMarkdown = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~]/g, (character) => `\\${character}`);

/** The same words as the card, for those who see no cards and for notifications. */
function markdownOf({ pages, timeZone, mayBeRepeat }: Message, title: string): string {
  const isBundle = pages.length > 1;
  const blocks = pages.flatMap((page) => [
    ...(isBundle ? [`**${webexMarkdown(page.content.subject)}**`] : []),
    ...linesOf(page, timeZone).map(webexMarkdown),
    linksOf(page, isBundle)
      .map(
        ({ label, url }) => `[${webexMarkdown(label)}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
      )
      .join(' · '),
  ]);
  return [`**${webexMarkdown(title)}**`, ...(mayBeRepeat ? [REPEAT_NOTE] : []), ...blocks]
    .filter((line) => line !== '')
    .join('\n\n');
}

const contentOf = (message: Message) =>
  fitted(
    message,
    (shown, title) => ({
      markdown: markdownOf(shown, title),
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: adaptiveCard(shown, title) },
      ],
    }),
    { sizeOf: ({ markdown }) => Buffer.byteLength(markdown), max: MARKDOWN_BYTES_MAX },
  );

/**
 * Messages of a Webex bot to a person's address or to a room's id. A message is changed by PUT, which asks for its room:
 * hence both are in `externalId`.
 */
export function createWebexChannel({ webex, ...parts }: WebexParts): Channel {
  const http = createChannelHttp({
    ...parts,
    system: 'Webex',
    baseUrl: normaliseBaseUrl({ url: webex.url, setting: 'WEBEX_API_URL', suffixes: [] }),
    secrets: [webex.token],
    headers: { Authorization: `Bearer ${webex.token}` },
    said: (json) => ErrorBody.catch({ message: '' }).parse(json).message,
    remedies: {
      unauthorised: 'check WEBEX_BOT_TOKEN; a bot’s token ends when it is made anew',
      notFound:
        'check the address of the person or room in the policy, and that the bot is a member of the room',
      rejected: 'check the address of the person or room in the policy',
    },
  });
  return {
    name: 'webex',
    async send(message) {
      const to = message.address.includes('@')
        ? { toPersonEmail: message.address }
        : { roomId: message.address };
      const { id, roomId } = await http.ask({
        method: 'POST',
        path: '/messages',
        body: { ...to, ...contentOf(message) },
        verb: 'send_message',
        what: `send a message to ${message.recipientName}`,
        schema: MessageWire,
      });
      return { externalId: `${id} ${roomId}`, state: 'delivered' };
    },
    async update(externalId, message) {
      const [id = '', roomId = ''] = externalId.split(' ');
      await http.ask({
        method: 'PUT',
        path: `/messages/${encodeURIComponent(id)}`,
        body: { roomId, ...contentOf(message) },
        verb: 'update_message',
        what: `bring a message to ${message.recipientName} up to date`,
        schema: MessageWire,
      });
    },
    async probe() {
      const me = await http.ask({
        method: 'GET',
        path: '/people/me',
        verb: 'read_self',
        what: 'read whose token it is',
        schema: MeWire,
      });
      return `Webex knows the token as the ${me.type} "${me.displayName}".`;
    },
  };
}
