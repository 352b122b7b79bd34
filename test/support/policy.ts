import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import type { Policy } from '../../src/policy/schema.ts';

const DEFAULT_POLICY = fileURLToPath(new URL('../../policy/default.yaml', import.meta.url));

/**
 * policy/default.yaml with what a test wants different, given as an object or as YAML in the policy's own words
 * (`{ closing: { soak: { high: '1m' } } }`). Keys are merged, lists replaced. Throws when the result has faults.
 */
export function aPolicy(overrides: object | string = {}): Policy {
  const loaded = loadPolicy({ text: policyText(overrides), path: 'test-policy.yaml' });
  if ('faults' in loaded)
    throw new Error(loaded.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return loaded.policy;
}

/** The same as the text of a file. */
export function policyText(overrides: object | string = {}): string {
  const changes: unknown = typeof overrides === 'string' ? parse(overrides) : overrides;
  return stringify(merged(parse(readFileSync(DEFAULT_POLICY, 'utf8')), changes));
}

function merged(base: unknown, changes: unknown): unknown {
  if (!isPlain(base) || !isPlain(changes)) return changes ?? base;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(changes)])];
  return Object.fromEntries(keys.map((key) => [key, merged(base[key], changes[key])]));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
