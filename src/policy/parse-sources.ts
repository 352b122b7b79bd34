import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Fault, type Finding, type KeyPath, pathText } from './fault.ts';

/**
 * One policy file: its text, and the name that faults and decisions call it by.
 * Absent: `files` when it names no other file; else what they hold, by the names that the text gives them.
 */
export type PolicySource = Readonly<{
  text: string;
  path: string;
  files?: ReadonlyMap<string, NamedFile>;
}>;

/** A file that a policy names, or why it could not be read. */
export type NamedFile = Readonly<{ text: string }> | Readonly<{ unreadable: string }>;

type Parsed = Readonly<{ source: PolicySource; document: Document; lines: LineCounter }>;
type Place = Readonly<{ file: string; line: number; column: number; depth: number }>;

/** A node of the YAML text and the file it stands in. */
export type Located = Readonly<{ source: PolicySource; node: Node; line: number }>;

/**
 * The files of one policy, read as YAML and put together.
 *
 * `broken` means that YAML could not make sense of a file, so further checks would only report consequences.
 */
export type ParsedSources = Readonly<{
  data: unknown;
  faults: readonly Fault[];
  broken: boolean;
  /** Gives a finding its file, line and column. */
  place(finding: Finding): Fault;
  /** The YAML node of a value, if it stands in a file. */
  nodeAt(path: KeyPath): Located | undefined;
}>;

/** Anchors may be reused this often; more is taken for an attempt to exhaust memory. */
const ALIASES_MAX = 100;

/** Reads YAML 1.2 and merges the files' sections. Pure; every fault of every file is reported. */
export function parseSources(sources: readonly PolicySource[]): ParsedSources {
  const parsed = sources.map(parseOne);
  const faults = parsed.flatMap(yamlFaults);
  let broken =
    parsed.length === 0 ||
    parsed.some(({ document }) => document.errors.some(({ code }) => code !== 'DUPLICATE_KEY'));

  const merged: Record<string, unknown> = {};
  for (const one of broken ? [] : parsed) {
    const read = toPlain(one);
    if ('data' in read) mergeInto(merged, read.data, (path) => faults.push(givenTwice(path, one, parsed)));
    else {
      broken = true;
      faults.push({ path: '', file: one.source.path, line: 1, column: 1, ...read });
    }
  }

  return {
    data: merged,
    faults,
    broken,
    place: (finding) => {
      const { depth: _depth, ...at } = deepestPlace(parsed, finding.path);
      const { path, ...said } = finding;
      return { path: pathText(path), ...at, ...said };
    },
    nodeAt: (path) => {
      for (const one of parsed) {
        const { value, depth } = walk(one.document, path);
        if (depth === path.length && value?.range)
          return { source: one.source, node: value, line: one.lines.linePos(value.range[0]).line };
      }
      return undefined;
    },
  };
}

function parseOne(source: PolicySource): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(source.text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return { source, document, lines };
}

function yamlFaults({ source, document, lines }: Parsed): Fault[] {
  const found = [...document.errors, ...document.warnings];
  const once = found.filter(
    ({ message, pos }, index) =>
      found.findIndex((other) => other.message === message && other.pos[0] === pos[0]) === index,
  );
  return once.map(({ code, message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    const at = { file: source.path, line: Math.max(line, 1), column: Math.max(col, 1) };
    if (code !== 'DUPLICATE_KEY') return { path: '', ...at, message: `not valid YAML: ${message}` };
    const key = /^[^:\s]+/.exec(source.text.slice(pos[0]))?.[0] ?? '';
    return {
      path: '',
      ...at,
      message: `the key ${key} is given twice in one place`,
      remedy: 'keep one of them',
    };
  });
}

function toPlain({ document }: Parsed): { data: object } | { message: string; remedy: string } {
  const remedy = 'start from policy/default.yaml';
  try {
    const data: unknown = withoutEmptyKeys(document.toJS({ maxAliasCount: ALIASES_MAX }));
    if (data === null) return { message: 'the file is empty', remedy };
    return isPlain(data) ? { data } : { message: 'must be keys with values', remedy };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { message: `not usable: ${message}`, remedy };
  }
}

/** A key with nothing behind it (`people:`, all entries commented out) counts as left out. */
function withoutEmptyKeys(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutEmptyKeys);
  if (typeof data !== 'object' || data === null) return data;
  // An object with this key would pass its contents on to lookups of other keys.
  if (Object.hasOwn(data, '__proto__')) throw new Error('__proto__ is not allowed as a key');
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (value === null ? [] : [[key, withoutEmptyKeys(value)]])),
  );
}

/** Merges two levels: sections, and the keys in a section. Every file may repeat the format's `version`. */
function mergeInto(merged: Record<string, unknown>, data: object, onTwice: (path: KeyPath) => void): void {
  for (const [section, value] of Object.entries(data)) {
    const before = Object.hasOwn(merged, section) ? merged[section] : undefined;
    if (before === undefined) merged[section] = value;
    else if (isPlain(before) && isPlain(value)) {
      const twice = Object.keys(value).filter((key) => Object.hasOwn(before, key));
      for (const key of twice) onTwice([section, key]);
      merged[section] = { ...value, ...before };
    } else if (section !== 'version' || before !== value) onTwice([section]);
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function givenTwice(path: KeyPath, second: Parsed, all: readonly Parsed[]): Fault {
  const first = deepestPlace(all.slice(0, all.indexOf(second)), path);
  const { depth: _depth, ...at } = deepestPlace([second], path);
  return {
    path: pathText(path),
    ...at,
    message: `is also given in ${first.file}:${first.line}`,
    remedy: 'keep one of them',
  };
}

/** Where the path stands, or the part of it that exists, over all files. */
function deepestPlace(parsed: readonly Parsed[], path: KeyPath): Place {
  let best: Place = { file: parsed[0]?.source.path ?? '', line: 1, column: 1, depth: 0 };
  for (const { source, document, lines } of parsed) {
    const { offset, depth } = walk(document, path);
    if (depth <= best.depth) continue;
    const { line, col } = lines.linePos(offset);
    best = { file: source.path, line, column: col, depth };
  }
  return best;
}

/** Follows a path through the YAML nodes as far as it goes; `offset` is that of the last key or list entry found. */
function walk(document: Document, path: KeyPath): { value: Node | undefined; offset: number; depth: number } {
  let value = (document.contents ?? undefined) as Node | undefined;
  let offset = 0;
  let depth = 0;
  for (const segment of path) {
    if (isAlias(value)) value = value.resolve(document);
    if (isMap(value)) {
      const pair = value.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      value = (pair.value ?? undefined) as Node | undefined;
    } else if (isSeq(value) && typeof segment === 'number' && value.items[segment] !== undefined) {
      value = value.items[segment] as Node;
      offset = value.range?.[0] ?? offset;
    } else break;
    depth++;
  }
  return { value, offset, depth };
}
