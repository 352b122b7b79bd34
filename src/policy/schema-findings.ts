import type { z } from 'zod';
import { type Finding, type KeyPath, suggestion } from './fault.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, in words for the person who wrote the policy. `data` is what was checked. */
export function schemaFindings(issues: readonly Issue[], data: unknown, knownKeys: KnownKeys): Finding[] {
  return issues.flatMap((issue) => findings(issue, [], data, knownKeys));
}

/** The keys that the format knows at a path. */
export type KnownKeys = (path: KeyPath) => readonly string[];

function findings(issue: Issue, under: KeyPath, data: unknown, knownKeys: KnownKeys): Finding[] {
  const path = [...under, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const given = valueAt(data, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is not a key that is known here',
      remedy: suggestion(key, knownKeys(path)),
    }));
  if (given === undefined) return [{ path, message: 'is missing' }];
  switch (issue.code) {
    case 'invalid_key':
      return [{ path, message: `as a key ${issue.issues[0]?.message ?? 'is not allowed'}` }];
    case 'invalid_union':
      return bestBranch(issue.errors, given).flatMap((inner) => findings(inner, path, data, knownKeys));
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (values.length === 1) return [{ path, message: `must be ${values[0]}, but is ${show(given)}` }];
      return [
        {
          path,
          message: `must be one of ${values.join(', ')}, but is ${show(given)}`,
          ...(typeof given === 'string' ? nearRemedy(given, values) : {}),
        },
      ];
    }
    case 'invalid_type':
      return [typeFinding(path, issue, given)];
    case 'invalid_format':
      return [
        issue.format === 'email'
          ? { path, message: `must be an e-mail address, but is ${show(given)}` }
          : { path, message: `${issue.message}, but is ${show(given)}` },
      ];
    case 'too_small':
      return [{ path, message: tooSmall(issue, given) }];
    case 'too_big':
      return [
        {
          path,
          message: `must be at most ${issue.maximum}${typeof given === 'string' ? ' characters' : ''}`,
        },
      ];
    default:
      return [{ path, message: issue.message }];
  }
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>, given: unknown): string {
  if (Array.isArray(given)) return 'must have at least one entry';
  if (typeof given === 'string') return 'must not be empty';
  return issue.inclusive === false
    ? `must be more than ${issue.minimum}, but is ${show(given)}`
    : `must be at least ${issue.minimum}, but is ${show(given)}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
};

function typeFinding(
  path: KeyPath,
  issue: Extract<Issue, { code: 'invalid_type' }>,
  given: unknown,
): Finding {
  const said = issue.message.startsWith('must be')
    ? issue.message
    : `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  const quotable = issue.expected === 'string' && (typeof given === 'number' || typeof given === 'boolean');
  return {
    path,
    message: `${said}, but is ${show(given)}`,
    ...(quotable && said === 'must be text' ? { remedy: `write it in quotes: "${String(given)}"` } : {}),
  };
}

/** A list was meant when a list is given, one value otherwise; report against what was meant. */
function bestBranch(branches: readonly (readonly Issue[])[], given: unknown): readonly Issue[] {
  const wrongKind = (issues: readonly Issue[]) =>
    issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
  const expectsList = (issues: readonly Issue[]) =>
    issues.some(
      (issue) => issue.code === 'invalid_type' && issue.path.length === 0 && issue.expected === 'array',
    );
  const fitting = Array.isArray(given)
    ? branches.find((issues) => !wrongKind(issues))
    : branches.find((issues) => !expectsList(issues));
  return fitting ?? branches[0] ?? [];
}

function nearRemedy(word: string, known: readonly string[]): { remedy?: string } {
  const remedy = suggestion(word, known);
  return remedy.startsWith('did') ? { remedy } : {};
}

/** The value at a path of plain data, never one inherited from a prototype. */
export function valueAt(data: unknown, path: KeyPath): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'keys with values';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
