import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { BUILT_IN, type JsonSchema, policyJsonSchema } from './json-schema.ts';
import { LIST_VALUES, templateNames, VALUE_MEANINGS } from './render-template.ts';

/** docs/policy.md: every key with type, default, meaning and example, from the schema alone. */
export function describePolicy(): string {
  const schema = policyJsonSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) =>
    describeSection(name, section, schema.required?.includes(name) ?? false),
  );
  return [INTRODUCTION, ...sections, describeTemplates()].join('\n');
}

const INTRODUCTION = `# Policy

<!-- Made from src/policy/schema.ts by scripts/generate-docs.ts; change it there. -->

The policy is everything that is judgement: what becomes a ticket, how urgent it is, who gets it, when it may close.
It is YAML under your own version control: one file, or a folder whose \`*.yaml\` files are put together (each key in
one of them only). \`POLICY_FILE\` names it. \`policy/default.yaml\` is where to start,
\`policy/examples/service-provider.yaml\` shows every section in use.

- \`npm run watchdesk -- check my-policy.yaml\` shows every fault with its line, and what is probably not meant.
- \`kill -HUP\` of the Watchdesk process puts a changed policy in force. One with faults never replaces a running one.
- Every decision records the version of the policy it was made under: the first 12 digits of the text’s SHA-256.
- Editors with a YAML language server check while you type, because of the first line of \`policy/default.yaml\`.

How values are written:

| Type | Meaning |
|---|---|
| duration | a whole number with \`s\`, \`m\`, \`h\` or \`d\`: \`30s\`, \`15m\`, \`24h\`, \`2d\` |
| key | lower-case letters, digits and dashes, with at least one letter; the name by which other parts of the policy refer to an entry |
| pattern | \`*\` stands for any run of characters, \`?\` for one, the rest for itself; letter case does not matter |
| … or list | one value, or a list of which any may hold |

A key without a default has to be given, unless it says "optional". A key that is not known is a fault. A key with
nothing behind it counts as left out.
`;

type Row = Readonly<{ key: string; schema: JsonSchema; isRequired: boolean }>;

function describeSection(name: string, section: JsonSchema, isRequired: boolean): string {
  const rows = isLeaf(section) ? [{ key: name, schema: section, isRequired }] : rowsUnder(name, section);
  const lines = rows.filter(({ key }) => !key.startsWith('templates.')).map(rowText);
  const table = lines.length > 0 ? ['', TABLE_HEAD, ...lines] : [];
  return [`## ${name}`, '', section.description ?? '', ...table, ''].join('\n');
}

const TABLE_HEAD = '| Key | Type | Default | Meaning | Example |\n|---|---|---|---|---|';

/** Objects that only hold other keys get no row of their own unless they say something. */
function rowsUnder(prefix: string, schema: JsonSchema): Row[] {
  const ways = waysOf(schema);
  if (ways !== undefined)
    return ways.flatMap((way) => rowsUnder(prefix, way).map((row) => ({ ...row, isRequired: false })));
  if (typeof schema.additionalProperties === 'object')
    return rowsUnder(`${prefix}.<key>`, schema.additionalProperties);
  if (schema.type === 'array' && schema.items) return rowsUnder(`${prefix}[]`, schema.items);
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const row = {
      key: `${prefix}.${name}`,
      schema: child,
      isRequired: schema.required?.includes(name) ?? false,
    };
    return isLeaf(child) ? [row] : [row, ...rowsUnder(row.key, child)];
  });
}

const isLeaf = (schema: JsonSchema): boolean =>
  schema.properties === undefined &&
  typeof schema.additionalProperties !== 'object' &&
  schema.items?.properties === undefined &&
  waysOf(schema.items) === undefined;

/** Objects of which each entry is one. */
const waysOf = (schema: JsonSchema | undefined): readonly JsonSchema[] | undefined =>
  schema?.anyOf?.every(({ properties }) => properties !== undefined) ? schema.anyOf : undefined;

function rowText({ key, schema, isRequired }: Row): string {
  const absent = schema.$comment === BUILT_IN ? BUILT_IN : isRequired ? '' : 'optional';
  const isGiven = schema.default !== undefined && (isLeaf(schema) || flow(schema.default) !== '{ }');
  const fallback = isGiven ? code(schema.default) : absent;
  const example = schema.examples?.[0];
  const shown = example !== undefined ? code(example) : isLeaf(schema) ? '' : 'see below';
  return `| ${[`\`${key}\``, typeText(schema), fallback, schema.description ?? '', shown].map(cell).join(' | ')} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (value: unknown): string => `\`${flow(value)}\``;

/** YAML in one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, one]) => ` ${key}: ${flow(one)}`)
      .join(',')} }`;
  const text = String(value);
  return typeof value === 'string' && /^[*&!|>@`%#]|: /.test(text) ? `"${text}"` : text;
}

function typeText(schema: JsonSchema): string {
  if (schema.anyOf) {
    const [first = {}, second = {}] = schema.anyOf;
    return `${typeText(first)} or ${second.type === 'array' ? 'list' : typeText(second)}`;
  }
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.type === 'array')
    return schema.items?.properties || waysOf(schema.items)
      ? 'list'
      : `list of ${typeText(schema.items ?? {})}`;
  if (schema.properties || typeof schema.additionalProperties === 'object') return 'keys';
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type === 'number') return `number from ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'integer') return `whole number${atLeast(schema)}`;
  if (schema.format === 'email') return 'e-mail address';
  if (schema.pattern?.includes('(s|m|h|d)')) return 'duration';
  if (schema.pattern?.includes('[a-z0-9-]*$')) return 'key';
  return schema.maxLength === GLOB_LENGTH_MAX ? 'pattern' : 'text';
}

const GLOB_LENGTH_MAX = 255;
const atLeast = ({ minimum }: JsonSchema): string => (minimum === undefined ? '' : `, at least ${minimum}`);

function describeTemplates(): string {
  const values = Object.entries(VALUE_MEANINGS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  const texts = Object.entries(DEFAULT_TEMPLATES).map(([name, text]) => {
    const { description } = policyJsonSchema().properties?.templates?.properties?.[name] ?? {};
    const names = templateNames(name as keyof typeof DEFAULT_TEMPLATES);
    return [
      `### templates.${name}`,
      '',
      `${description ?? ''}${names.values.includes('sentence') ? ' Also knows `sentence`.' : ''}`,
      '',
      '```yaml',
      'templates:',
      ...(text.includes('\n')
        ? [
            `  ${name}: |`,
            ...text
              .trimEnd()
              .split('\n')
              .map((line) => `    ${line}`),
          ]
        : [`  ${name}: "${text}"`]),
      '```',
      '',
    ].join('\n');
  });
  return [
    TEMPLATE_INTRODUCTION,
    '| Value | Meaning |',
    '|---|---|',
    ...values,
    SENTENCE_ROW,
    '',
    ...texts,
  ].join('\n');
}

const SENTENCE_ROW = `| \`sentence\` | in notes: what happened and why, one sentence |
| \`details\` | in notes: a list of further sentences, each as \`text\` within \`{{#each details}}…{{/each}}\` |`;

const TEMPLATE_INTRODUCTION = `### Writing templates

- \`{{name}}\` puts a value in. Values are escaped for HTML; there is no way to put one in unescaped.
- \`{{#if name}}…{{else}}…{{/if}}\` shows a part only when the value is given; \`{{else}}\` may be left out.
- \`{{#each alertList}}…{{/each}}\` repeats a part for each alert, with ${LIST_VALUES.map((name) => `\`${name}\``).join(', ')} of that alert.
- Inside a tag only \`opsviewUrl\` and \`watchdeskUrl\` may stand, as in \`<a href="{{opsviewUrl}}">\`.
- Plugin output has line breaks and columns: put \`output\` and \`longOutput\` between \`<pre>\` and \`</pre>\`.
- The subject is plain text on one line, cut at 255 characters.
- A name that is not known, and a block that is not closed, are faults of the policy.
`;
