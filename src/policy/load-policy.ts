import { createHash } from 'node:crypto';
import { isScalar } from 'yaml';
import { crossFindings } from './cross-findings.ts';
import { REPORTER_TEXT_NAMES } from './default-reporter-texts.ts';
import { type Fault, pathText } from './fault.ts';
import { holidaysFromFiles, textsOf, withHolidays } from './holiday-files.ts';
import { knownKeysAt } from './json-schema.ts';
import { type ParsedSources, type PolicySource, parseSources } from './parse-sources.ts';
import { type PolicyNote, policyNotes } from './policy-notes.ts';
import { type TemplateName, templateNames } from './render-template.ts';
import { reporterTextFaults } from './reporter-texts.ts';
import { type Policy, policySchema } from './schema.ts';
import { schemaFindings, valueAt } from './schema-findings.ts';
import { parseTemplate } from './template-syntax.ts';

/** A policy that may come into force, with notes on what is allowed but probably not meant; or all that is wrong. */
export type LoadedPolicy =
  | Readonly<{ policy: Policy; notes: readonly PolicyNote[] }>
  | Readonly<{ faults: readonly Fault[] }>;

const HASH_LENGTH = 12;

/**
 * Reads and checks a policy of one file or several, with the files that they name. Pure: the same texts give the same answer.
 *
 * Never throws for what a text says; every fault is reported, in file order. Where YAML itself is broken, only that is.
 */
export function loadPolicy(sources: PolicySource | readonly PolicySource[]): LoadedPolicy {
  const all: readonly PolicySource[] = Array.isArray(sources) ? sources : [sources as PolicySource];
  const parsed = parseSources(all);
  if (parsed.broken) return { faults: inFileOrder(parsed.faults, all) };

  const { data } = parsed;
  const checked = policySchema.safeParse(data);
  const fromFiles = holidaysFromFiles(parsed, all);
  const findings = [
    ...(checked.success ? [] : schemaFindings(checked.error.issues, data, knownKeysAt)),
    ...crossFindings(data),
    ...fromFiles.findings,
  ];
  const faults = [...parsed.faults, ...findings.map(parsed.place), ...templateFaults(parsed)];
  if (faults.length > 0 || !checked.success) return { faults: inFileOrder(faults, all) };

  const hash = createHash('sha256').update(textsOf(all).join('\0')).digest('hex').slice(0, HASH_LENGTH);
  const source = all.map(({ path }) => path).join(', ');
  const rules = { ...checked.data, calendars: withHolidays(checked.data.calendars, fromFiles.days) };
  return { policy: { ...rules, hash, source }, notes: policyNotes(rules) };
}

function templateFaults(parsed: ParsedSources): Fault[] {
  const own = textsAt(parsed, ['templates'])
    .filter(({ name }) => Object.hasOwn(policySchema.shape.templates.unwrap().shape, name))
    .map(({ name, path, text }) => ({
      path,
      faults: parseTemplate(text, templateNames(name as TemplateName)).faults,
    }));
  const texts = valueAt(parsed.data, ['closing', 'reporter_texts']);
  const languages = typeof texts === 'object' && texts !== null ? Object.keys(texts) : [];
  const toReporters = languages
    .flatMap((language) => textsAt(parsed, ['closing', 'reporter_texts', language]))
    .flatMap(({ name, path, text }) => {
      const known = REPORTER_TEXT_NAMES.find((one) => one === name);
      return known === undefined ? [] : [{ path, faults: reporterTextFaults(known, text) }];
    });
  return [...own, ...toReporters].flatMap(({ path, faults }) =>
    faults.map(({ line, column, message, remedy }) => ({
      path: pathText(path),
      ...placeInTemplate(parsed, path, line, column),
      message,
      ...(remedy === undefined ? {} : { remedy }),
    })),
  );
}

/** The texts of a mapping; what is none is the schema's business. */
function textsAt(
  parsed: ParsedSources,
  path: readonly string[],
): { name: string; path: readonly string[]; text: string }[] {
  const texts = valueAt(parsed.data, path);
  if (typeof texts !== 'object' || texts === null) return [];
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [{ name, path: [...path, name], text }] : [],
  );
}

/** Line and column in the file, exact for literal blocks (`|`); for other styles, where the text begins. */
function placeInTemplate(
  parsed: ParsedSources,
  path: readonly string[],
  line: number,
  column: number,
): Pick<Fault, 'file' | 'line' | 'column'> {
  const located = parsed.nodeAt(path);
  const { file, line: keyLine, column: keyColumn } = parsed.place({ path, message: '' });
  if (!located || !isScalar(located.node) || located.node.type !== 'BLOCK_LITERAL')
    return { file, line: located?.line ?? keyLine, column: keyColumn };
  const lines = located.source.text.split('\n');
  const firstText = lines.slice(located.line).find((text) => text.trim() !== '') ?? '';
  const indent = firstText.length - firstText.trimStart().length;
  return { file, line: located.line + line, column: indent + column };
}

function inFileOrder(faults: readonly Fault[], sources: readonly PolicySource[]): Fault[] {
  const order = sources.map(({ path }) => path);
  return faults.toSorted(
    (a, b) => order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
