import type { Page } from '../../model/page.ts';
import type { Message } from '../channel.ts';
import { type PageButton, pageButtons } from '../page-buttons.ts';
import { pressValue } from '../press-value.ts';
import { slackText } from './slack-text.ts';

// Limits of Block Kit (docs.slack.dev/reference/block-kit), in UTF-16 units of the escaped text.
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
const FIELD_CHARS_MAX = 2_000;
const BUTTON_CHARS_MAX = 75;
const URL_CHARS_MAX = 3_000;
/** Two fields are one fact; a section takes ten. */
const FACTS_PER_SECTION = 5;

/** The newest facts of one page that a reader takes in; the rest is behind the links. */
const FACTS_MAX = 20;
/** Of the further pages in one message, each two blocks; with the first page they stay below the 50 that Slack takes. */
const FURTHER_PAGES_MAX = 19;
const FURTHER_CHARS_MAX = 500;
/** Slack shows the beginning in a notification. */
const FALLBACK_CHARS_MAX = 600;

type PlainText = Readonly<{ type: 'plain_text'; text: string; emoji: false }>;
type MarkedText = Readonly<{ type: 'mrkdwn'; text: string; verbatim: true }>;
type Button = Readonly<{
  type: 'button';
  action_id: string;
  text: PlainText;
  style?: 'primary' | 'danger';
  value?: string;
  url?: string;
}>;
export type SlackBlock =
  | Readonly<{ type: 'header'; text: PlainText }>
  | Readonly<{ type: 'section'; text: PlainText | MarkedText }>
  | Readonly<{ type: 'section'; fields: (PlainText | MarkedText)[] }>
  | Readonly<{ type: 'context'; elements: PlainText[] }>
  | Readonly<{ type: 'actions'; elements: Button[] }>;

export type SlackContent = Readonly<{ text: string; blocks: SlackBlock[] }>;

/** In plain text nothing that others wrote becomes bold, a link or a mention. */
const plain = (text: string, charsMax: number): PlainText => ({
  type: 'plain_text',
  text: slackText(text, charsMax),
  emoji: false,
});

/**
 * A message in Slack's form: `text` is what a notification shows, `blocks` what the chat shows.
 *
 * @param hasButtons whether a press reaches us; if not, “I have it” opens its page in a browser
 */
export function slackMessage(
  message: Message,
  { hasButtons }: Readonly<{ hasButtons: boolean }>,
): SlackContent {
  const [first, ...further] = message.pages;
  const buttons = (index: number) => actions(message, index, hasButtons);
  const shown = further.slice(0, FURTHER_PAGES_MAX);
  const unseen = further.slice(FURTHER_PAGES_MAX);
  const blocks: SlackBlock[] = [
    { type: 'header', text: plain(first.content.subject, HEADER_CHARS_MAX) },
    { type: 'section', text: plain(saying(first), SECTION_CHARS_MAX) },
    ...facts(first),
    ...buttons(0),
    ...shown.flatMap((page, place) => [furtherPage(page), ...buttons(place + 1)]),
  ];
  if (unseen.length > 0) {
    const named = unseen.map(({ content }) => content.subject).join('; ');
    blocks.push(note(`And ${unseen.length} more: ${named}`));
  }
  if (message.mayBeRepeat) blocks.push(note('This may be a repetition: an earlier try may have arrived.'));
  const more = further.length === 0 ? '' : ` (and ${further.length} more)`;
  const text = `${first.content.subject}${more}\n${saying(first)}`;
  return { text: slackText(text, FALLBACK_CHARS_MAX), blocks };
}

const saying = ({ content: { sentence, ask } }: Page): string =>
  [sentence, ask].filter((part) => part !== '').join('\n');

function facts({ content }: Page): SlackBlock[] {
  const shown = content.facts.slice(0, FACTS_MAX);
  const blocks: SlackBlock[] = [];
  for (let from = 0; from < shown.length; from += FACTS_PER_SECTION) {
    const fields = shown
      .slice(from, from + FACTS_PER_SECTION)
      .flatMap(({ label, value }) => [bold(label), plain(value, FIELD_CHARS_MAX)]);
    blocks.push({ type: 'section', fields });
  }
  return blocks;
}

/** A sign that would end the bold text goes. */
const bold = (label: string): MarkedText => ({
  type: 'mrkdwn',
  text: `*${slackText(label.replaceAll(/[*\n]/g, ' '), FIELD_CHARS_MAX - 2)}*`,
  verbatim: true,
});

const furtherPage = (page: Page): SlackBlock => ({
  type: 'section',
  text: plain(`${page.content.subject}\n${saying(page)}`, FURTHER_CHARS_MAX),
});

const note = (text: string): SlackBlock => ({ type: 'context', elements: [plain(text, FURTHER_CHARS_MAX)] });

function actions(message: Message, index: number, hasButtons: boolean): SlackBlock[] {
  const elements = pageButtons(message, index)
    .filter(({ url }) => url.length <= URL_CHARS_MAX)
    .map((button) => element(message.id, button, hasButtons));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function element(messageId: string, button: PageButton, hasButtons: boolean): Button {
  const { does, label, url, answers } = button;
  const text = plain(label, BUTTON_CHARS_MAX);
  const style = does === 'acknowledge' ? 'primary' : does === 'stop' ? 'danger' : undefined;
  const what =
    hasButtons && answers !== undefined ? { value: pressValue({ messageId, index: answers }) } : { url };
  return { type: 'button', action_id: does, text, ...(style && { style }), ...what };
}
