import { IANAZone } from 'luxon';
import type { Page } from '../../model/page.ts';
import type { Priority } from '../../model/priority.ts';
import type { Message } from '../channel.ts';
import { cut, REPEAT_NOTE, timeText } from '../message-text.ts';
import { plainLine } from './plain-line.ts';

export type MailLink = Readonly<{ label: string; url: string; isMain: boolean }>;
export type MailEntry = Readonly<{ label: string; value: string }>;

/** One page in the words of a mail: cut, on single lines, times in the reader's zone; nothing in it is HTML. */
export type MailPart = Readonly<{
  reference: string;
  priority: Priority;
  /** `Urgent`. */
  priorityText: string;
  /** What kind of message this is: `Escalation, level 2`. */
  kindText: string;
  title: string;
  sentence: string;
  ask: string;
  facts: readonly MailEntry[];
  history: readonly MailEntry[];
  historyTitle: string;
  /** Entries left out. */
  historyLeftOut: number;
  links: readonly MailLink[];
  /** Name of the attached one-page state; empty without one. */
  attached: string;
}>;

export type MailContent = Readonly<{
  subject: string;
  /** What a list of mails shows beside the subject. */
  preview: string;
  notices: readonly string[];
  parts: readonly [MailPart, ...MailPart[]];
  /** More pages than fit in full: their titles and links. */
  short: readonly MailPart[];
  recipientName: string;
  zone: string;
  sentBy: string;
}>;

const SUBJECT_CHARS_MAX = 160;
const TEXT_CHARS_MAX = 1_200;
const LABEL_CHARS_MAX = 60;
const FACTS_MAX = 20;
const HISTORY_MAX = 15;
/** A mail of more than 100 kB is not shown whole by some programs. */
const FULL_PARTS_MAX = 15;
const BUNDLE = { facts: 4, history: 0 } as const;

const KIND_TEXTS: Readonly<Record<Page['kind'], string>> = {
  escalation: 'Escalation',
  director: 'For the Director',
  last: 'Nobody answered so far',
  announcement: 'Before the Director is told',
  meeting: 'Meeting',
  estimate: 'Estimate wanted',
  customer: 'Information',
  vendor: 'Support request',
  fault: 'Fault in the policy',
  status: 'Update',
  handover: 'Hand-over',
  test: 'Test',
};

const PRIORITY_TEXTS: Readonly<Record<Priority, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  urgent: 'Urgent',
};

/** What a mail has beside its pages. `hasStates` is false when a one-page state could not be made. */
export type MailFrame = Readonly<{ publicUrl: string; notices?: readonly string[]; hasStates?: boolean }>;

/** Pure: what a mail says, for its plain text and its HTML alike. `notices` come before all else. */
export function mailContent(
  message: Message,
  { publicUrl, notices = [], hasStates = true }: MailFrame,
): MailContent {
  const isBundle = message.pages.length > 1;
  const part = (page: Page): MailPart => {
    // Who gets the state is meant to read all of it.
    const whole = mailPart(page, message.timeZone, isBundle && !page.content.hasState);
    return hasStates ? whole : { ...whole, attached: '' };
  };
  const [first, ...rest] = message.pages;
  const { sentence, ask } = first.content;
  return {
    subject: subjectOf(message),
    preview: cut(plainLine(`${sentence} ${ask}`), SUBJECT_CHARS_MAX),
    notices: [...(message.mayBeRepeat ? [REPEAT_NOTE] : []), ...notices],
    parts: [part(first), ...rest.slice(0, FULL_PARTS_MAX - 1).map(part)],
    short: rest.slice(FULL_PARTS_MAX - 1).map(part),
    recipientName: plainLine(message.recipientName),
    zone: message.timeZone,
    sentBy: publicUrl,
  };
}

/** `[WD-42] Urgent: web01 is DOWN`: begins the same for all mails about an incident, for threads and for filters. */
export function subjectOf({ pages: [first, ...rest] }: Pick<Message, 'pages'>): string {
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  const mark = first.reference === undefined ? '' : `[${plainLine(first.reference)}] `;
  return mark + cut(titleOf(first), SUBJECT_CHARS_MAX) + more;
}

/** The subject without the reference, which stands elsewhere. */
function titleOf({ content, reference }: Page): string {
  const subject = plainLine(content.subject);
  if (reference === undefined || !subject.startsWith(reference)) return subject || 'Message';
  return subject.slice(reference.length).replace(/^[\s:,–-]+/, '') || subject;
}

/** `WD-42-state.pdf`. */
export const stateFile = ({ reference = 'incident' }: Pick<Page, 'reference'>): string =>
  `${reference.replaceAll(/[^A-Za-z0-9_-]/g, '-')}-state.pdf`;

/** The priority stands before the title already. */
const withoutPriority = (title: string, priority: string): string =>
  title.startsWith(`${priority}: `) ? title.slice(priority.length + 2) : title;

/** @param isBundle leaves out the history and most facts, so that many fit into one mail */
export function mailPart(page: Page, timeZone: string, isBundle: boolean): MailPart {
  const { content } = page;
  const line = (text: string): string => cut(plainLine(text), TEXT_CHARS_MAX);
  const historyMax = isBundle ? BUNDLE.history : HISTORY_MAX;
  const meeting = content.links.meeting;
  const dialIn = meeting !== undefined && httpUrl(meeting) === undefined ? plainLine(meeting) : '';
  const factsMax = isBundle ? BUNDLE.facts : FACTS_MAX;
  const factsLeftOut = content.facts.length - factsMax;
  const facts = content.facts
    .slice(0, factsMax)
    .concat(factsLeftOut > 0 && !isBundle ? [{ label: 'More', value: `…and ${factsLeftOut} more` }] : [])
    .map(({ label, value }) => ({ label: cut(plainLine(label), LABEL_CHARS_MAX), value: line(value) }));
  const isOutside = page.kind === 'customer' || page.kind === 'vendor';
  return {
    reference: plainLine(page.reference ?? ''),
    priority: page.priority,
    priorityText: PRIORITY_TEXTS[page.priority],
    kindText: KIND_TEXTS[page.kind] + (page.level === undefined || isOutside ? '' : `, level ${page.level}`),
    title: cut(withoutPriority(titleOf(page), PRIORITY_TEXTS[page.priority]), SUBJECT_CHARS_MAX),
    sentence: line(content.sentence),
    ask: line(content.ask),
    facts: dialIn === '' ? facts : [...facts, { label: 'Dial-in', value: dialIn }],
    history: content.history
      .slice(Math.max(0, content.history.length - historyMax), historyMax === 0 ? 0 : undefined)
      .map(({ at, text }) => ({ label: timeText(at, zoneOf(timeZone)), value: line(text) })),
    historyTitle: page.kind === 'director' ? 'What was tried' : 'What happened',
    historyLeftOut: historyMax === 0 ? 0 : Math.max(0, content.history.length - historyMax),
    links: mailLinks(page),
    attached: content.hasState ? stateFile(page) : '',
  };
}

/** A zone that this machine does not know would stop the mail. */
export const zoneOf = (timeZone: string): string => (IANAZone.isValidZone(timeZone) ? timeZone : 'UTC');

/** The first is what the reader is asked to press. */
function mailLinks({ content: { links }, kind }: Page): readonly MailLink[] {
  const acknowledge = { label: 'Acknowledge', url: links.acknowledge };
  const stop = {
    label: kind === 'announcement' ? 'Do not tell the Director' : 'Stop the escalation',
    url: links.stop,
  };
  const meeting = { label: 'Join the meeting', url: links.meeting };
  const asked =
    kind === 'announcement'
      ? [stop, acknowledge, meeting]
      : kind === 'meeting'
        ? [meeting, acknowledge, stop]
        : [acknowledge, meeting, stop];
  const found = [
    ...asked,
    { label: 'Open the ticket', url: links.ticket },
    { label: 'Open in Watchdesk', url: links.watchdesk },
  ].flatMap(({ label, url }) => {
    const safe = url === undefined ? undefined : httpUrl(url);
    return safe === undefined ? [] : [{ label, url: safe }];
  });
  return found.map((link, index) => ({ ...link, isMain: index === 0 }));
}

/** Only what opens in a browser becomes a link. */
const httpUrl = (text: string): string | undefined =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? new URL(text).href : undefined;
