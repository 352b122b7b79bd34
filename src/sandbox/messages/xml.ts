export type XmlElement = Readonly<{
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly (XmlElement | string)[];
}>;

export const XMLPARSE_ERROR = 'Document parse failure';

const TOKEN = /<\?xml[^?]*\?>|<\/([A-Za-z]+)\s*>|<([A-Za-z]+)((?:\s+[A-Za-z]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: characters that XML does not know
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** A small strict reader: elements, attributes in double quotes, the five entities. Undefined entity or leftover: refused. */
export function readXml(text: string): XmlElement | string {
  if (FORBIDDEN.test(text) || !text.isWellFormed()) return XMLPARSE_ERROR;
  type Open = { name: string; attributes: Record<string, string>; children: (XmlElement | string)[] };
  const root: Open = { name: '', attributes: {}, children: [] };
  const stack: Open[] = [root];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, closing, opening, attributes = '', isEmpty, words] = match;
    end = match.index + whole.length;
    const top = stack.at(-1);
    if (!top) return XMLPARSE_ERROR;
    if (words !== undefined) {
      const plain = unescaped(words);
      if (plain === undefined) return XMLPARSE_ERROR;
      top.children.push(plain);
    } else if (closing !== undefined) {
      if (stack.length === 1 || top.name !== closing) return XMLPARSE_ERROR;
      stack.pop();
      stack.at(-1)?.children.push(top);
    } else if (opening !== undefined) {
      const read = attributesOf(attributes);
      if (!read) return XMLPARSE_ERROR;
      const element: Open = { name: opening, attributes: read, children: [] };
      if (isEmpty === '/') top.children.push(element);
      else stack.push(element);
    }
  }
  const elements = root.children.filter((child) => typeof child !== 'string');
  const [only] = elements;
  const isWhole = end === text.length && stack.length === 1 && elements.length === 1;
  return isWhole && only ? only : XMLPARSE_ERROR;
}

function attributesOf(text: string): Record<string, string> | undefined {
  const read: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([A-Za-z]+)="([^"]*)"/g)) {
    const plain = unescaped(value);
    if (plain === undefined) return undefined;
    read[name] = plain;
  }
  return read;
}

function unescaped(text: string): string | undefined {
  if (/&(?!(amp|lt|gt|quot|apos);)/.test(text)) return undefined;
  return text.replaceAll(/&([a-z]+);/g, (_, name: string) => ENTITIES[name] ?? '');
}
