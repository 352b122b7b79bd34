import type { Page } from '../model/page.ts';
import type { Message } from './channel.ts';

/**
 * A button under a message. `index` is the page that it belongs to.
 * `url` opens a page in a browser; an `acknowledge` button of a chat answers in the chat itself instead.
 */
export type PageButton = Readonly<{
  does: 'acknowledge' | 'stop' | 'meeting' | 'ticket' | 'watchdesk';
  label: string;
  index: number;
  url: string;
}>;

/**
 * What can be pressed under one page of a message. A message that is only brought up to date asks for nothing any more and
 * keeps the links to look at. Stopping wants a reason, so it opens a page.
 */
export function pageButtons(message: Pick<Message, 'pages'>, index: number): readonly PageButton[] {
  const page = message.pages[index];
  if (!page) return [];
  const { links } = page.content;
  const of = message.pages.length > 1 && page.reference !== undefined ? ` ${page.reference}` : '';
  const asks = page.kind !== 'status';
  const all = [
    { does: 'acknowledge', label: of === '' ? 'I have it' : `I have${of}`, url: asks && links.acknowledge },
    { does: 'stop', label: `Stop${of}`, url: asks && links.stop },
    { does: 'meeting', label: 'Join the meeting', url: asks && links.meeting },
    { does: 'ticket', label: `Ticket${of}`, url: links.ticket },
    { does: 'watchdesk', label: 'Watchdesk', url: links.watchdesk },
  ] as const;
  return all.flatMap(({ does, label, url }) => (url ? [{ does, label, url, index }] : []));
}

/** Whether “I have it” can be answered in the chat: it is about an incident. */
export const isAnswerable = (page: Page): boolean => page.incidentId !== undefined;
