import { linkButton } from './kept-messages.ts';
import type { SandboxButton } from './sandbox-message.ts';

type Element = Readonly<{ type?: unknown; text?: unknown; inlines?: unknown }>;
type Action = Readonly<{ type?: unknown; title?: unknown; url?: unknown }>;
type Card = Readonly<{ type?: unknown; version?: unknown; body?: unknown; actions?: unknown }>;

const CONTENT_TYPE = 'application/vnd.microsoft.card.adaptive';
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a reader sees of an Adaptive Card, or why it is refused. `isTextBlock` elements would be read as markdown. */
export function viewOfCard(
  attachment: unknown,
): Readonly<{ text: string; buttons: readonly SandboxButton[] }> | Readonly<{ refused: string }> {
  const { contentType, content } = (attachment ?? {}) as { contentType?: unknown; content?: unknown };
  if (contentType !== CONTENT_TYPE) return { refused: 'Unsupported attachment content type' };
  const card = (content ?? {}) as Card;
  if (card.type !== 'AdaptiveCard' || !/^1\.[0-5]$/.test(String(card.version))) {
    return { refused: 'Unable to parse the card' };
  }
  const lines: string[] = [];
  for (const element of list(card.body) as readonly Element[]) {
    if (element.type !== 'RichTextBlock' && element.type !== 'TextBlock')
      return { refused: 'Unknown element' };
    const runs = list(element.inlines) as readonly Element[];
    lines.push(
      element.type === 'TextBlock' ? String(element.text) : runs.map(({ text }) => String(text)).join(''),
    );
  }
  const buttons: SandboxButton[] = [];
  for (const { type, title, url } of list(card.actions) as readonly Action[]) {
    if (type !== 'Action.OpenUrl' || typeof url !== 'string' || !URL.canParse(url)) {
      return { refused: 'Invalid action' };
    }
    buttons.push(linkButton(String(title), url));
  }
  return lines.some((line) => line.trim() !== '')
    ? { text: lines.join('\n'), buttons }
    : { refused: 'The card is empty' };
}
