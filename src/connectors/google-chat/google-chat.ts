import { z } from 'zod';
import type { Page } from '../../model/page.ts';
import type { Channel, Message } from '../channel.ts';
import type { ChannelAccess } from '../channel-access.ts';
import type { ChannelParts } from '../channel-http.ts';
import { fitted, jsonBytes, linksOf, REPEAT_NOTE, timeText } from '../message-text.ts';
import { createNamedAddresses } from '../named-addresses.ts';

export type GoogleChatParts = ChannelParts &
  Readonly<{ googleChat: NonNullable<ChannelAccess['googleChat']> }>;

/** Of a message with its cards. */
const MESSAGE_BYTES_MAX = 32_000;
/** More widgets in one section are dropped without a word. */
const WIDGETS_MAX = 100;

const MessageWire = z.object({ name: z.string().min(1) });
const ErrorBody = z.object({ error: z.object({ message: z.string().catch('') }) });

/** Untrusted text for a card, which reads a little HTML. */
export const chatHtml = (text: string): string =>
  text.toWellFormed().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const paragraph = (text: string, wrap: 'b' | 'i' | undefined = undefined) =>
  text === ''
    ? []
    : [{ textParagraph: { text: wrap ? `<${wrap}>${chatHtml(text)}</${wrap}>` : chatHtml(text) } }];

function sectionOf(page: Page, timeZone: string, isBundle: boolean) {
  const { content } = page;
  const links = linksOf(page, isBundle);
  const buttons = links.map(({ label, url }) => ({ text: label, onClick: { openLink: { url } } }));
  const widgets: readonly object[] = [
    ...paragraph(isBundle ? content.subject : '', 'b'),
    ...paragraph(content.sentence),
    ...content.facts.map(({ label, value }) => ({
      decoratedText: { topLabel: label, text: chatHtml(value), wrapText: true },
    })),
    ...paragraph(content.ask, 'b'),
    ...content.history.flatMap(({ at, text }) => paragraph(`${timeText(at, timeZone)} ${text}`, 'i')),
  ];
  const last = buttons.length > 0 ? [{ buttonList: { buttons } }] : [];
  return { widgets: [...widgets.slice(0, WIDGETS_MAX - 1), ...last] };
}

/** One thread per incident, so that a room can be read incident by incident. */
const bodyOf = (message: Message) =>
  fitted(
    message,
    ({ pages, timeZone, mayBeRepeat }, title) => ({
      fallbackText: title,
      cardsV2: [
        {
          cardId: message.id,
          card: {
            header: { title, ...(mayBeRepeat ? { subtitle: REPEAT_NOTE } : {}) },
            sections: pages.map((page) => sectionOf(page, timeZone, pages.length > 1)),
          },
        },
      ],
      thread: { threadKey: pages[0].reference ?? message.id },
    }),
    { sizeOf: jsonBytes, max: MESSAGE_BYTES_MAX },
  );

/** Cards to Google Chat by the webhook of a space. */
export function createGoogleChatChannel({ googleChat, ...parts }: GoogleChatParts): Channel {
  const rooms = createNamedAddresses(
    {
      ...parts,
      system: 'Google Chat',
      setting: 'GOOGLE_CHAT_WEBHOOKS',
      said: (json) => ErrorBody.catch({ error: { message: '' } }).parse(json).error.message,
      remedies: {
        unauthorised: 'copy the webhook’s address from the space anew into GOOGLE_CHAT_WEBHOOKS',
        notFound: 'the space or its webhook is gone; put the present address into GOOGLE_CHAT_WEBHOOKS',
        rejected: 'copy the webhook’s address from the space anew into GOOGLE_CHAT_WEBHOOKS',
      },
    },
    googleChat,
  );
  return {
    name: 'google_chat',
    async send(message) {
      const { http, path } = rooms.find(message.address);
      const query = `messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId=${encodeURIComponent(message.id)}`;
      const { name } = await http.ask({
        method: 'POST',
        path: `${path}${path.includes('?') ? '&' : '?'}${query}`,
        body: bodyOf(message),
        verb: 'send_card',
        what: `send a card to ${message.recipientName}`,
        schema: MessageWire,
      });
      return { externalId: name, state: 'delivered' };
    },
    /** Nothing to look for: sent again with the same request id, it is the same card. */
    find: async () => undefined,
    probe: async () =>
      `Google Chat: addresses for ${rooms.names.join(', ')}; only a message tells whether they are good.`,
  };
}
