import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const DEFAULT_POLICY = new URL('../../policy/default.yaml', import.meta.url);

/** policy/default.yaml as plain data, with `changes` merged into it. */
export const policyWith = (changes: object): unknown =>
  merged(parse(readFileSync(DEFAULT_POLICY, 'utf8')), changes);

function merged(base: unknown, changes: unknown): unknown {
  if (!isPlain(base) || !isPlain(changes)) return changes ?? base;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(changes)])];
  return Object.fromEntries(keys.map((key) => [key, merged(base[key], changes[key])]));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
