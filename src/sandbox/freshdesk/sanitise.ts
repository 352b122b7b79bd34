/**
 * What Freshdesk does to the text of tickets and notes when it stores them: plain text is wrapped in `<div>`, markup
 * is cut down to a list of harmless tags and attributes. The pages show the result unescaped, so nothing active may pass.
 */
const TAGS = new Set(
  (
    'a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup ' +
    'table tbody td tfoot th thead tr u ul'
  ).split(' '),
);
const VOID_TAGS = new Set(['br', 'hr']);
const ATTRIBUTES = new Set(['href', 'title', 'colspan', 'rowspan', 'dir']);
/** The text inside these is not for reading and goes with them. */
const DROPPED_WITH_CONTENT = new Set([
  'script',
  'style',
  'title',
  'iframe',
  'noscript',
  'template',
  'svg',
  'math',
]);

const TAG = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/;
const ATTRIBUTE = /([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

export function storedHtml(input: string): string {
  const clean = sanitise(input);
  return clean.includes('<') ? clean : `<div>${clean}</div>`;
}

function sanitise(input: string): string {
  const open: string[] = [];
  let out = '';
  let at = 0;
  while (at < input.length) {
    const nextTag = input.indexOf('<', at);
    const textEnd = nextTag === -1 ? input.length : nextTag;
    out += escapeText(input.slice(at, textEnd));
    at = textEnd;
    if (at >= input.length) break;
    if (input.startsWith('<!--', at)) {
      const end = input.indexOf('-->', at + 4);
      at = end === -1 ? input.length : end + 3;
      continue;
    }
    const match = TAG.exec(input.slice(at, at + 4096));
    if (!match) {
      out += '&lt;';
      at += 1;
      continue;
    }
    at += match[0].length;
    const tag = match[2]?.toLowerCase() ?? '';
    if (DROPPED_WITH_CONTENT.has(tag)) {
      if (!match[1]) at = endOfElement(input, at, tag);
      continue;
    }
    if (!TAGS.has(tag)) continue;
    out += match[1] ? closeTag(open, tag) : openTag(open, tag, match[3] ?? '');
  }
  return (
    out +
    open
      .reverse()
      .map((tag) => `</${tag}>`)
      .join('')
  );
}

function endOfElement(input: string, from: number, tag: string): number {
  const close = new RegExp(`</${tag}[^>]*>`, 'gi');
  close.lastIndex = from;
  return close.exec(input) ? close.lastIndex : input.length;
}

function openTag(open: string[], tag: string, attributes: string): string {
  if (!VOID_TAGS.has(tag)) open.push(tag);
  let kept = '';
  for (const [, name, double, single, bare] of attributes.matchAll(ATTRIBUTE)) {
    const key = name?.toLowerCase() ?? '';
    const value = double ?? single ?? bare ?? '';
    if (!ATTRIBUTES.has(key)) continue;
    if (key === 'href' && !/^(https?:\/\/|mailto:|\/a\/tickets\/\d+$)/i.test(value.trim())) continue;
    kept += ` ${key}="${escapeText(value).replaceAll('"', '&quot;')}"`;
  }
  return tag === 'a' ? `<a${kept} rel="noreferrer">` : `<${tag}${kept}>`;
}

/** Closes what was opened inside as well, so that the result nests; a close without an open is dropped. */
function closeTag(open: string[], tag: string): string {
  const index = open.lastIndexOf(tag);
  if (index === -1) return '';
  return open
    .splice(index)
    .reverse()
    .map((inner) => `</${inner}>`)
    .join('');
}

/** Leaves entities such as `&amp;` as they are, so that markup sent escaped is not escaped twice. */
function escapeText(text: string): string {
  return text
    .replace(/&(?!(?:[a-zA-Z][a-zA-Z0-9]*|#[0-9]+|#x[0-9a-fA-F]+);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
  amp: '&',
};

/** The text form that Freshdesk gives beside the markup. */
export function textOf(html: string): string {
  return html
    .replace(/<(br|\/p|\/div|\/li|\/tr)\b[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}
