/**
 * One thing that is wrong in a policy, and where.
 *
 * Units:   `line` and `column` count from 1.
 * Absent:  `remedy` when there is nothing better to say than the message.
 */
export type Fault = Readonly<{
  /** Where in the policy, such as `services.webshop.owner`; empty for the file as a whole. */
  path: string;
  file: string;
  line: number;
  column: number;
  message: string;
  remedy?: string;
}>;

/** `policy/x.yaml:12:5 services.web.owner: ops is not a key of teams (did you mean operations?)` */
export function faultLine({ file, line, column, path, message, remedy }: Fault): string {
  const what = path === '' ? message : `${path}: ${message}`;
  return `${file}:${line}:${column} ${what}${remedy === undefined ? '' : ` (${remedy})`}`;
}

/** Keys from the top of the policy; numbers count list entries from 0. */
export type KeyPath = readonly (string | number)[];

/** A fault whose place in the files is still to be found. */
export type Finding = Readonly<{ path: KeyPath; message: string; remedy?: string }>;

/** `services.webshop.match[0].host` */
export const pathText = (path: KeyPath): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );

/** The known word that a mistyped one most likely meant, if any is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(Math.max(name.length, word.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

/** `did you mean x?`, or the known words, or what to do when there are none. */
export function suggestion(word: string, known: readonly string[]): string {
  const name = nearest(word, known);
  if (name !== undefined) return `did you mean ${name}?`;
  if (known.length === 0) return 'none is defined';
  return `known: ${known.slice(0, NAMES_SHOWN_MAX).join(', ')}${known.length > NAMES_SHOWN_MAX ? ', …' : ''}`;
}

const NAMES_SHOWN_MAX = 12;

/** Levenshtein distance, where swapping two neighbours counts once; words longer than 60 are never near. */
function editDistance(a: string, b: string): number {
  if (a.length > 60 || b.length > 60) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
