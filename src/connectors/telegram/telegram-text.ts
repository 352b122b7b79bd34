import type { Page } from '../../model/page.ts';
import type { Message } from '../channel.ts';
import { cutEscaped } from '../cut-escaped.ts';
import { type PageButton, pageButtons } from '../page-buttons.ts';
import { pressValue } from '../press-value.ts';

/** Telegram counts the text without its tags and escapes; counting them too stays on the safe side. */
export const TELEGRAM_CHARS_MAX = 4_096;
const LINE_CHARS_MAX = 1_000;
const LABEL_CHARS_MAX = 60;
/** Telegram takes a hundred; nobody looks through more than a few. */
const PAGES_WITH_BUTTONS_MAX = 20;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
export const escapeTelegram = (text: string): string =>
  text.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign);

const line = (text: string, charsMax = LINE_CHARS_MAX): string => cutEscaped(text, charsMax, escapeTelegram);

type Key = Readonly<{ text: string }> & (Readonly<{ callback_data: string }> | Readonly<{ url: string }>);
export type TelegramContent = Readonly<{
  text: string;
  parse_mode: 'HTML';
  link_preview_options: Readonly<{ is_disabled: true }>;
  reply_markup: Readonly<{ inline_keyboard: Key[][] }>;
}>;

/** A message in Telegram's form: a few lines with tags that always close, and buttons below. */
export function telegramMessage(message: Message): TelegramContent {
  const buttons = message.pages
    .slice(0, PAGES_WITH_BUTTONS_MAX)
    .map((_, index) => pageButtons(message, index));
  const unlinkable = buttons.flat().filter(({ answers, url }) => answers === undefined && !isLinkable(url));
  const lines = [
    ...pageLines(message.pages[0], true),
    ...message.pages.slice(1).flatMap((page) => ['', ...pageLines(page, false)]),
    ...(message.mayBeRepeat ? ['', '<i>This may be a repetition: an earlier try may have arrived.</i>'] : []),
    ...unlinkable.map(({ label, url }) => `${line(label)}: ${line(url)}`),
  ];
  return {
    text: fitting(lines),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    reply_markup: { inline_keyboard: buttons.flatMap((some) => rows(message, some)) },
  };
}

function pageLines({ content }: Page, inFull: boolean): string[] {
  const facts = inFull ? content.facts : [];
  return [
    `<b>${line(content.subject)}</b>`,
    line(content.sentence),
    ...(content.ask === '' ? [] : [line(content.ask)]),
    ...facts.map(({ label, value }) => `<b>${line(label, LABEL_CHARS_MAX)}:</b> ${line(value)}`),
  ];
}

const CUT = '…';

/** As many whole lines as there is room for. */
function fitting(lines: readonly string[]): string {
  let text = '';
  for (const next of lines) {
    const longer = text === '' ? next : `${text}\n${next}`;
    if (longer.length > TELEGRAM_CHARS_MAX - CUT.length - 1) return `${text}\n${CUT}`;
    text = longer;
  }
  return text;
}

/** “I have it” stands alone and is easy to hit; the links stand below it. */
function rows({ id: messageId }: Message, buttons: readonly PageButton[]): Key[][] {
  const main: Key[][] = [];
  const links: Key[] = [];
  for (const { does, label: text, url, answers } of buttons) {
    if (answers !== undefined)
      main.push([{ text, callback_data: pressValue({ messageId, index: answers }) }]);
    else if (!isLinkable(url)) continue;
    else if (does === 'acknowledge') main.push([{ text, url }]);
    else links.push({ text, url });
  }
  return links.length === 0 ? main : [...main, links];
}

const URL_CHARS_MAX = 2_000;

/** Telegram refuses the whole message when a button leads to a name without a dot, such as localhost. */
function isLinkable(url: string): boolean {
  if (!URL.canParse(url) || url.length > URL_CHARS_MAX) return false;
  const { protocol, hostname } = new URL(url);
  return (protocol === 'https:' || protocol === 'http:') && hostname.includes('.');
}
