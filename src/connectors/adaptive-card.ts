import type { Page } from '../model/page.ts';
import type { Message } from './channel.ts';
import { type LabelledLink, linksOf, REPEAT_NOTE, timeText } from './message-text.ts';

/** More make a card that nobody reads, and Teams shows six. */
const ACTIONS_MAX = 6;

/**
 * A message as an Adaptive Card, for Teams and Webex. Untrusted words stand in text runs alone: unlike text blocks and
 * fact sets they know no markdown, so that nothing in them becomes a link or a mention.
 *
 * Source: adaptivecards.io, schema 1.3 (Webex knows no later one).
 */
export function adaptiveCard(message: Message, title: string): Readonly<Record<string, unknown>> {
  const { pages, timeZone, mayBeRepeat } = message;
  const isBundle = pages.length > 1;
  const links = pages.flatMap((page) => linksOf(page, isBundle));
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.3',
    body: [
      line([{ text: title, weight: 'Bolder', size: 'Medium' }]),
      ...(mayBeRepeat ? [line([{ text: REPEAT_NOTE, isSubtle: true }])] : []),
      ...pages.flatMap((page) => blocksOf(page, timeZone, isBundle)),
    ],
    actions: links.slice(0, ACTIONS_MAX).map(openUrl),
  };
}

const openUrl = ({ label, url }: LabelledLink) => ({ type: 'Action.OpenUrl', title: label, url });

type Run = Readonly<{ text: string; weight?: 'Bolder'; size?: 'Medium'; isSubtle?: true }>;

const line = (runs: readonly Run[]) => ({
  type: 'RichTextBlock',
  inlines: runs.filter(({ text }) => text !== '').map((run) => ({ type: 'TextRun', ...run })),
});

function blocksOf({ content }: Page, timeZone: string, isBundle: boolean) {
  return [
    ...(isBundle ? [line([{ text: content.subject, weight: 'Bolder' }])] : []),
    line([{ text: content.sentence }]),
    ...content.facts.map(({ label, value }) =>
      line([{ text: `${label}: `, weight: 'Bolder' }, { text: value }]),
    ),
    line([{ text: content.ask, weight: 'Bolder' }]),
    ...content.history.map(({ at, text }) =>
      line([{ text: `${timeText(at, timeZone)} ${text}`, isSubtle: true }]),
    ),
  ].filter(({ inlines }) => inlines.length > 0);
}
