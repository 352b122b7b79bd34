const CHARS_MAX = 4_096;
const TAGS = new Set(['b', 'i', 'u', 's', 'a', 'code', 'pre']);

/** Why Telegram refuses this text with parse mode HTML; undefined when it takes it. */
export function whyTextRefused(html: string): string | undefined {
  const open: string[] = [];
  for (const [, closing, name = ''] of html.matchAll(/<(\/?)([^>]*)>/g)) {
    const tag = name.split(' ')[0] ?? '';
    if (!TAGS.has(tag)) return `can't parse entities: Unsupported start tag "${tag}"`;
    if (closing === '') open.push(tag);
    else if (open.pop() !== tag) return `can't parse entities: Unmatched end tag "${tag}"`;
  }
  if (open.length > 0)
    return `can't parse entities: Can't find end tag corresponding to start tag "${open.at(-1)}"`;
  if (/[<>]/.test(html.replaceAll(/<\/?[a-z]+( [^>]*)?>/g, ''))) return "can't parse entities";
  const plain = plainOfTelegram(html);
  if (plain.trim() === '') return 'message text is empty';
  return plain.length > CHARS_MAX ? 'message is too long' : undefined;
}

/** What a reader sees. */
export const plainOfTelegram = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
