import { type Finding, type KeyPath, suggestion } from './fault.ts';
import { valueAt } from './schema-findings.ts';

/** Looks into a policy that may have any shape yet, for findings that are reported together with the schema's. */

/** Keys of the object at a path; none where there is no object. */
export const keysAt = (data: unknown, path: KeyPath): string[] => {
  const value = valueAt(data, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
};

export const listAt = (data: unknown, path: KeyPath): readonly unknown[] => {
  const value = valueAt(data, path);
  return Array.isArray(value) ? value : [];
};

/** A finding for each name at a path, one or a list, that is no key of a section and none of the words that mean more. */
export function referenceFindings(
  data: unknown,
  path: KeyPath,
  section: string,
  words: readonly string[] = [],
): Finding[] {
  const value = valueAt(data, path);
  if (Array.isArray(value))
    return value.flatMap((_, index) => referenceFindings(data, [...path, index], section, words));
  const known = [...keysAt(data, [section]), ...words];
  if (typeof value !== 'string' || known.includes(value)) return [];
  return [{ path, message: `${value} is not a key of ${section}`, remedy: suggestion(value, known) }];
}

/** A finding for each entry of a list whose name another one above has. */
export function sameNameFindings(data: unknown, path: KeyPath, what: string, remedy: string): Finding[] {
  const names = listAt(data, path).map((_, index) => valueAt(data, [...path, index, 'name']));
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [{ path: [...path, index, 'name'], message: `another ${what} is also called ${name}`, remedy }]
      : [],
  );
}

export const RULE_NAME_REMEDY =
  'the name is the reason that people read in the ticket: give each rule its own';
