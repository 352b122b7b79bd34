import type { Finding } from './fault.ts';
import { parseHolidays } from './holidays.ts';
import { type NamedFile, type ParsedSources, type PolicySource, parseSources } from './parse-sources.ts';
import type { PolicyRules } from './schema.ts';
import { valueAt } from './schema-findings.ts';
import { keysAt } from './unchecked-data.ts';

/** Names of files that a policy file gives its calendars, as written; none where YAML itself is broken. */
export function namedFiles(source: PolicySource): readonly string[] {
  if (!source.text.includes(KEY)) return [];
  return [...new Set(calendarFiles(parseSources([source]).data).map(({ name }) => name))];
}

/** Days from files by calendar, and what is wrong with the files, at the key that names each. */
export function holidaysFromFiles(
  parsed: ParsedSources,
  sources: readonly PolicySource[],
): Readonly<{ days: ReadonlyMap<string, readonly string[]>; findings: readonly Finding[] }> {
  const days = new Map<string, readonly string[]>();
  const findings: Finding[] = [];
  for (const { calendar, name } of calendarFiles(parsed.data)) {
    const path = ['calendars', calendar, KEY];
    const file = fileNamed(name, parsed.nodeAt(path)?.source, sources);
    if (!file || 'unreadable' in file) {
      const why = file?.unreadable ?? 'nobody read it';
      findings.push({
        path,
        message: `${name} cannot be read: ${why}`,
        remedy: 'a path is meant from the folder of the policy file',
      });
      continue;
    }
    const read = parseHolidays(file.text);
    if ('days' in read) days.set(calendar, read.days);
    else
      for (const { message, remedy } of read.faults)
        findings.push({ path, message: `${name} ${message}`, remedy });
  }
  return { days, findings };
}

/** The calendars with the days of their files among their holidays, each day once and in order. */
export const withHolidays = (
  calendars: PolicyRules['calendars'],
  days: ReadonlyMap<string, readonly string[]>,
): PolicyRules['calendars'] =>
  Object.fromEntries(
    Object.entries(calendars).map(([key, calendar]) => {
      const own = days.get(key);
      const holidays = own && [...new Set([...calendar.holidays, ...own])].sort();
      return [key, holidays ? { ...calendar, holidays } : calendar];
    }),
  );

/** Everything that a policy is made of, in order: its own texts, and those of the files that each names. */
export const textsOf = (sources: readonly PolicySource[]): readonly string[] =>
  sources.flatMap(({ text, files }) => [
    text,
    ...[...(files?.values() ?? [])].flatMap((file) => ('text' in file ? [file.text] : [])),
  ]);

const KEY = 'holidays_file';

const calendarFiles = (data: unknown): readonly Readonly<{ calendar: string; name: string }>[] =>
  keysAt(data, ['calendars']).flatMap((calendar) => {
    const name = valueAt(data, ['calendars', calendar, KEY]);
    return typeof name === 'string' && name !== '' ? [{ calendar, name }] : [];
  });

/** What YAML merges from elsewhere has no place of its own: then any file of the policy may have named it. */
const fileNamed = (
  name: string,
  source: PolicySource | undefined,
  sources: readonly PolicySource[],
): NamedFile | undefined =>
  source?.files?.get(name) ?? sources.find(({ files }) => files?.has(name))?.files?.get(name);
