/** What Block Kit takes, and what a reader sees of it (docs.slack.dev/reference/block-kit). */

type WireText = Readonly<{ type: 'plain_text' | 'mrkdwn'; text: string }>;
export type WireButton = Readonly<{
  type: 'button';
  action_id: string;
  text: WireText;
  url?: string;
  value?: string;
}>;
export type WireBlock = Readonly<{
  type: string;
  text?: WireText;
  fields?: readonly WireText[];
  elements?: readonly (WireText | WireButton)[];
}>;

const BLOCKS_MAX = 50;
const FIELDS_MAX = 10;
const CONTEXT_MAX = 10;
const ACTIONS_MAX = 25;

/** Why Slack refuses these blocks; undefined when it takes them. */
export function whyRefused(blocks: unknown): string | undefined {
  if (!Array.isArray(blocks)) return 'must be an array';
  if (blocks.length > BLOCKS_MAX) return `no more than ${BLOCKS_MAX} items allowed`;
  for (const [index, block] of (blocks as readonly WireBlock[]).entries()) {
    const why = whyBlockRefused(block);
    if (why !== undefined) return `${why} [json-pointer:/blocks/${index}]`;
  }
  return undefined;
}

function whyBlockRefused({ type, text, fields, elements = [] }: WireBlock): string | undefined {
  switch (type) {
    case 'header':
      return text?.type === 'plain_text' ? whyTextRefused(text, 150) : 'must be plain_text';
    case 'section':
      if (text) return whyTextRefused(text, 3_000);
      if (!fields || fields.length === 0) return 'missing required field: text or fields';
      if (fields.length > FIELDS_MAX) return `no more than ${FIELDS_MAX} fields`;
      return fields.map((field) => whyTextRefused(field, 2_000)).find((why) => why !== undefined);
    case 'context':
      if (elements.length === 0 || elements.length > CONTEXT_MAX) return 'wrong number of elements';
      return elements.map((one) => whyTextRefused(one as WireText, 3_000)).find((why) => why !== undefined);
    case 'actions':
      if (elements.length === 0 || elements.length > ACTIONS_MAX) return 'wrong number of elements';
      return whyButtonsRefused(elements as readonly WireButton[]);
    default:
      return `unsupported type: ${type}`;
  }
}

function whyButtonsRefused(buttons: readonly WireButton[]): string | undefined {
  if (new Set(buttons.map(({ action_id }) => action_id)).size < buttons.length)
    return '`action_id` already exists';
  for (const { text, url = '', value = '', action_id } of buttons) {
    const why = whyTextRefused(text, 75);
    if (why !== undefined) return why;
    if (url.length > 3_000 || value.length > 2_000 || action_id.length > 255) return 'must be less';
    if (url !== '' && !URL.canParse(url)) return 'invalid url';
  }
  return undefined;
}

function whyTextRefused({ text }: WireText, charsMax: number): string | undefined {
  if (typeof text !== 'string' || text.length === 0) return 'must be more than 0 characters';
  if (text.length > charsMax) return `must be less than ${charsMax + 1} characters`;
  // An ampersand or bracket that is no entity, mention or link was not escaped.
  return /[<>]|&(?!(amp|lt|gt);)/.test(text) ? 'not escaped' : undefined;
}

export const unescapeSlack = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const seen = ({ type, text }: WireText): string => {
  const plain = unescapeSlack(text);
  return type === 'mrkdwn' ? plain.replaceAll(/^\*(.*)\*$/g, '$1') : plain;
};

/** What a reader sees, without buttons; two fields stand beside each other. */
export function blocksText(blocks: readonly WireBlock[]): string {
  return blocks
    .flatMap(({ type, text, fields = [], elements = [] }) => {
      if (text) return [seen(text)];
      if (type === 'context') return (elements as readonly WireText[]).map(seen);
      return fields.flatMap((field, index) =>
        index % 2 === 0
          ? [`${seen(field)}: ${seen(fields[index + 1] ?? { type: 'plain_text', text: '' })}`]
          : [],
      );
    })
    .join('\n');
}

export const buttonsIn = (blocks: readonly WireBlock[]): readonly WireButton[] =>
  blocks
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements = [] }) => elements.filter((one): one is WireButton => one.type === 'button'));
