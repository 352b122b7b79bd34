import { suggestion } from './fault.ts';

/** A parsed template: text and values in order; `if` and `each` hold their own parts. */
export type TemplatePart =
  | Readonly<{ kind: 'text'; text: string }>
  | Readonly<{ kind: 'value'; name: string; inTag: boolean }>
  | Readonly<{
      kind: 'if';
      name: string;
      whenGiven: readonly TemplatePart[];
      otherwise: readonly TemplatePart[];
    }>
  | Readonly<{ kind: 'each'; name: string; parts: readonly TemplatePart[] }>;

/** Which names a template may use. `lists` gives the names inside `{{#each}}`; `urls` may stand in a tag. */
export type TemplateNames = Readonly<{
  values: readonly string[];
  lists: Readonly<Record<string, readonly string[]>>;
  urls: readonly string[];
  html: boolean;
}>;

/** Units: `line` and `column` count from 1 within the template. */
export type TemplateFault = Readonly<{ line: number; column: number; message: string; remedy?: string }>;

type Report = (at: number, message: string, remedy?: string) => void;
type Block = {
  kind: 'if' | 'each';
  name: string;
  parts: TemplatePart[];
  otherwise?: TemplatePart[];
  at: number;
};

/** A tag of a block alone on its line takes the line with it, so that templates can be laid out readably. */
const TAG = /(?:(?<=^|\n)[ \t]*)?\{\{([^{}\n]*)\}\}/g;
const BLOCK_TAG = /^\s*(?:#|\/|else\s*$)/;

/** Reads `{{name}}`, `{{#if name}}…{{else}}…{{/if}}` and `{{#each list}}…{{/each}}`; all faults at once. */
export function parseTemplate(
  template: string,
  names: TemplateNames,
): { parts: readonly TemplatePart[]; faults: readonly TemplateFault[] } {
  const faults: TemplateFault[] = [];
  const root: TemplatePart[] = [];
  const open: Block[] = [];
  const fault = (at: number, message: string, remedy?: string) =>
    faults.push({ ...lineAndColumn(template, at), message, ...(remedy === undefined ? {} : { remedy }) });
  const add = (part: TemplatePart) => {
    const block = open.at(-1);
    (block === undefined ? root : (block.otherwise ?? block.parts)).push(part);
  };
  const known = () => [
    ...names.values,
    ...open.flatMap(({ kind, name }) => (kind === 'each' ? (names.lists[name] ?? []) : [])),
  ];
  const checkName = (name: string, at: number, allowed: readonly string[]) => {
    if (!allowed.includes(name))
      fault(at, `{{${name}}} is not known in this template`, suggestion(name, allowed));
  };

  let from = 0;
  for (const found of template.matchAll(TAG)) {
    const { text: before, resumeAt } = around(template, from, found);
    addText(before, from, names.html, add, fault);
    from = resumeAt;
    const at = found.index + found[0].indexOf('{{');
    if (template[at - 1] === '{')
      fault(at - 1, 'three braces are not a form', 'write {{name}}; values are always escaped');
    const [word = '', name = '', ...more] = (found[1] ?? '').trim().split(/\s+/);
    const block = open.at(-1);
    if (names.html && BLOCK_TAG.test(found[1] ?? '') && openTag(template, at) !== undefined)
      fault(at, `{{${word}}} stands inside a tag`, 'put the whole tag between {{#if …}} and {{/if}}');
    if (more.length > 0) fault(at, `{{${(found[1] ?? '').trim()}}} has too many words`);
    else if (word === '#if' || word === '#each') {
      const allowed = word === '#each' ? Object.keys(names.lists) : [...known(), ...Object.keys(names.lists)];
      checkName(name, at, allowed);
      open.push({ kind: word === '#if' ? 'if' : 'each', name, parts: [], at });
    } else if (word === 'else' && name === '') {
      if (block?.kind !== 'if' || block.otherwise)
        fault(at, '{{else}} belongs between {{#if …}} and {{/if}}');
      else block.otherwise = [];
    } else if (word === '/if' || word === '/each') {
      if (block?.kind !== word.slice(1)) fault(at, `{{${word}}} has no {{#${word.slice(1)} …}} before it`);
      else {
        open.pop();
        add(closed(block));
      }
    } else if (name !== '')
      fault(at, `{{${word} ${name}}} is not understood`, 'write {{name}}, {{#if name}} or {{#each list}}');
    else {
      checkName(word, at, known());
      const inTag = names.html && checkPlace(template, at, word, names, fault);
      add({ kind: 'value', name: word, inTag });
    }
  }
  addText(template.slice(from), from, names.html, add, fault);
  for (const { kind, name, at } of open)
    fault(at, `{{#${kind} ${name}}} is never closed`, `add {{/${kind}}}`);
  return { parts: root, faults };
}

const closed = ({ kind, name, parts, otherwise }: Block): TemplatePart =>
  kind === 'if' ? { kind, name, whenGiven: parts, otherwise: otherwise ?? [] } : { kind, name, parts };

/** The text before a tag, and where the text after it begins. */
function around(template: string, from: number, found: RegExpExecArray): { text: string; resumeAt: number } {
  const end = found.index + found[0].length;
  const indent = found[0].indexOf('{{');
  const startsLine = found.index === 0 || template[found.index - 1] === '\n';
  const restOfLine = /^[ \t]*(?:\n|$)/.exec(template.slice(end, end + 200));
  if (startsLine && restOfLine && BLOCK_TAG.test(found[1] ?? ''))
    return { text: template.slice(from, found.index), resumeAt: end + restOfLine[0].length };
  return { text: template.slice(from, found.index + indent), resumeAt: end };
}

function addText(
  text: string,
  from: number,
  html: boolean,
  add: (part: TemplatePart) => void,
  fault: Report,
): void {
  if (text === '') return;
  const stray = /\{\{|\}\}/.exec(text);
  if (stray) fault(from + stray.index, `${stray[0]} does not belong to a complete {{name}}`);
  const active = html ? /<\s*(script|style|iframe|object|embed)\b/i.exec(text) : null;
  if (active) fault(from + active.index, `<${active[1]}> is not allowed in a ticket`);
  add({ kind: 'text', text });
}

/** Up to where a link's address begins: other attributes may stand before it, each in double quotes. */
const LINK_BEGINS = /^<a(?:\s+[a-z-]+="[^"<>]*")*\s+href="$/i;

/** Inside a tag only links may stand, and only between quotes: there, escaping keeps a value inside its attribute. */
function checkPlace(
  template: string,
  at: number,
  name: string,
  names: TemplateNames,
  fault: Report,
): boolean {
  const tag = openTag(template, at);
  if (tag === undefined) return false;
  if (!LINK_BEGINS.test(tag) || !names.urls.includes(name))
    fault(
      at,
      `{{${name}}} stands inside a tag`,
      `only ${names.urls.join(' and ')} may, as in <a href="{{${names.urls[0]}}}">; write &lt; for a plain <`,
    );
  return true;
}

/** The beginning of the HTML tag that `at` stands in, if it does. */
function openTag(template: string, at: number): string | undefined {
  const before = template.slice(0, at);
  const start = before.lastIndexOf('<');
  return start > before.lastIndexOf('>') ? before.slice(start) : undefined;
}

function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
