import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GENERATED_FILES } from '../../scripts/generate-docs.ts';
import { type JsonSchema, policyJsonSchema } from '../../src/policy/json-schema.ts';

const inGit = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each(Object.entries(GENERATED_FILES))(
  '%s agrees with the code (node scripts/generate-docs.ts)',
  (path, content) => {
    // The formatter lays out JSON its own way; what it says has to agree.
    const read = path.endsWith('.json')
      ? (text: string): unknown => JSON.parse(text)
      : (text: string) => text;
    expect(read(inGit(path))).toEqual(read(content()));
  },
);

test('every key of the policy says what it means, and every value has an example', () => {
  const silent: string[] = [];
  const walk = (path: string, schema: JsonSchema) => {
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const key = `${path}.${name}`;
      if (!child.description) silent.push(`${key}: description`);
      const hasKeys = child.properties ?? child.items?.properties ?? child.additionalProperties;
      if (!hasKeys && !child.examples && !key.startsWith('.templates.')) silent.push(`${key}: example`);
      walk(key, child);
      if (child.items) walk(`${key}[]`, child.items);
      if (typeof child.additionalProperties === 'object') walk(`${key}.<key>`, child.additionalProperties);
    }
  };
  walk('', policyJsonSchema());
  expect(silent).toEqual([]);
});

test('both policies that come with Watchdesk name the schema for editors', () => {
  expect(inGit('policy/default.yaml').split('\n')[0]).toBe(
    '# yaml-language-server: $schema=./policy.schema.json',
  );
  expect(inGit('policy/examples/service-provider.yaml').split('\n')[0]).toBe(
    '# yaml-language-server: $schema=../policy.schema.json',
  );
});
