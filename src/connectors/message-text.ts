import { DateTime } from 'luxon';
import type { Page } from '../model/page.ts';
import type { Message } from './channel.ts';

/** What channels make their own form of: plain words of a message, cut to what fits. */

export const REPEAT_NOTE = 'You may have got this message already.';

/** At most `max` characters as JavaScript counts them, never half of one; an ellipsis where something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return max < 1 ? '' : `${kept.trimEnd()}…`;
}

/** The first subject; of a bundle also how many there are. */
export const titleOf = ({ pages: [first, ...rest] }: Pick<Message, 'pages'>): string =>
  rest.length === 0 ? first.content.subject : `${first.content.subject} (and ${rest.length} more)`;

export type LabelledLink = Readonly<{ label: string; url: string }>;

/** What a reader can open, the most important first; in a bundle each says which issue it is of. */
export function linksOf(page: Page, isBundle = false): readonly LabelledLink[] {
  const { acknowledge, stop, meeting, watchdesk, ticket } = page.content.links;
  const suffix = isBundle && page.reference !== undefined ? ` ${page.reference}` : '';
  return [
    { label: 'Take it', url: acknowledge },
    { label: 'Join the meeting', url: meeting },
    { label: 'Stop the escalation', url: stop },
    { label: 'Watchdesk', url: watchdesk },
    { label: 'Ticket', url: ticket },
  ].flatMap(({ label, url }) => (url === undefined ? [] : [{ label: label + suffix, url }]));
}

/** `21 Nov 02:05`, in the reader's zone. */
export const timeText = (at: Date, timeZone: string): string =>
  DateTime.fromJSDate(at, { zone: timeZone }).setLocale('en-GB').toFormat('d LLL HH:mm');

/** One page as plain lines, its subject left out: facts, what is asked, what happened. */
export function linesOf({ content }: Page, timeZone: string): readonly string[] {
  return [
    content.sentence,
    ...content.facts.map(({ label, value }) => `${label}: ${value}`),
    content.ask,
    ...content.history.map(({ at, text }) => `${timeText(at, timeZone)} ${text}`),
  ].filter((line) => line !== '');
}

/** The whole message as plain text without links, the first subject left out when it is the title. */
export function plainText(message: Message): string {
  const isBundle = message.pages.length > 1;
  const blocks = message.pages.map((page) =>
    [...(isBundle ? [page.content.subject] : []), ...linesOf(page, message.timeZone)].join('\n'),
  );
  return [...(message.mayBeRepeat ? [REPEAT_NOTE] : []), ...blocks].join('\n\n');
}

/** From whole to barely anything: newest history kept, texts cut, then only the first pages of a bundle. */
const CUTS = [
  { history: 20, text: 4_000, facts: 20, pages: 30 },
  { history: 8, text: 1_500, facts: 12, pages: 20 },
  { history: 4, text: 500, facts: 8, pages: 12 },
  { history: 1, text: 200, facts: 5, pages: 6 },
  { history: 0, text: 100, facts: 2, pages: 3 },
  { history: 0, text: 60, facts: 0, pages: 1 },
] as const;

function shortened(message: Message, { history, text, facts, pages }: (typeof CUTS)[number]): Message {
  const [first, ...rest] = message.pages;
  const short = (page: Page): Page => ({
    ...page,
    content: {
      ...page.content,
      subject: cut(page.content.subject, Math.max(text, 120)),
      sentence: cut(page.content.sentence, text),
      ask: cut(page.content.ask, text),
      facts: page.content.facts
        .slice(0, facts)
        .map(({ label, value }) => ({ label: cut(label, 60), value: cut(value, text) })),
      history: page.content.history
        .slice(page.content.history.length - Math.min(history, page.content.history.length))
        .map((entry) => ({ ...entry, text: cut(entry.text, text) })),
    },
  });
  return { ...message, pages: [short(first), ...rest.slice(0, pages - 1).map(short)] };
}

/**
 * The fullest form of a message that still fits; `title` counts all its pages, also those that are left out.
 * @param sizeOf in the unit of `max`
 */
export function fitted<Form>(
  message: Message,
  build: (message: Message, title: string) => Form,
  { sizeOf, max }: Readonly<{ sizeOf: (form: Form) => number; max: number }>,
): Form {
  const title = cut(titleOf(message), 250);
  const [most, ...less] = CUTS;
  let form = build(shortened(message, most), title);
  for (const amount of less) {
    if (sizeOf(form) <= max) break;
    form = build(shortened(message, amount), title);
  }
  return form;
}

export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
