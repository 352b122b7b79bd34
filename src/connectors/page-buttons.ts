import type { Page } from '../model/page.ts';
import type { Message } from './channel.ts';

/**
 * A button under a message. `url` opens a page in a browser.
 * `answers`: pressed in a chat it says “I have it” about this page, counted among the pages that are about an incident, which
 * is the order in which MessageAnswers tells them; absent for buttons that only open something.
 */
export type PageButton = Readonly<{
  does: 'acknowledge' | 'stop' | 'meeting' | 'ticket' | 'watchdesk';
  label: string;
  url: string;
  answers?: number;
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
  return all.flatMap(({ does, label, url }) => {
    if (!url) return [];
    const answers = does === 'acknowledge' && isAboutIncident(page);
    return [{ does, label, url, ...(answers && { answers: place(message, index) }) }];
  });
}

const isAboutIncident = ({ incidentId, reference }: Page): boolean =>
  incidentId !== undefined && reference !== undefined;

const place = ({ pages }: Pick<Message, 'pages'>, index: number): number =>
  pages.slice(0, index).filter(isAboutIncident).length;
