import { LEVELS, PRIORITIES } from '../model/priority.ts';
import { escalationFindings } from './escalation-findings.ts';
import type { Finding, KeyPath } from './fault.ts';
import { matchesGlob } from './match-object.ts';
import { reporterFindings } from './reporter-findings.ts';
import { valueAt } from './schema-findings.ts';
import { ticketFindings } from './ticket-findings.ts';
import { keysAt, listAt, RULE_NAME_REMEDY, referenceFindings, sameNameFindings } from './unchecked-data.ts';

/**
 * What the schema cannot see: names that refer to nothing, entries that can never win, numbers that contradict.
 * Works on the unchecked data, so that these are reported together with the schema's findings.
 */
export const crossFindings = (data: unknown): Finding[] => [
  ...references(data),
  ...rules(data),
  ...emptyMatches(data),
  ...unreachableServices(data),
  ...decreasingMatrix(data),
  ...grouping(data),
  ...ticketFindings(data),
  ...reporterFindings(data),
  ...escalationFindings(data),
];

function references(data: unknown): Finding[] {
  const refer = (path: KeyPath, section: string) => referenceFindings(data, path, section);
  return [
    ...refer(['defaults', 'team'], 'teams'),
    ...keysAt(data, ['teams']).flatMap((key) => refer(['teams', key, 'members'], 'people')),
    ...keysAt(data, ['services']).flatMap((key) => [
      ...refer(['services', key, 'owner'], 'teams'),
      ...refer(['services', key, 'customers'], 'customers'),
    ]),
    ...listAt(data, ['priority', 'rules']).flatMap((_, index) => [
      ...refer(['priority', 'rules', index, 'when', 'service'], 'services'),
      ...refer(['priority', 'rules', index, 'when', 'customer'], 'customers'),
    ]),
  ];
}

function rules(data: unknown): Finding[] {
  const path = ['priority', 'rules'];
  const empty = listAt(data, path).flatMap((rule, index): Finding[] =>
    valueAt(rule, ['impact']) === undefined && valueAt(rule, ['urgency']) === undefined
      ? [{ path: [...path, index], message: 'must set impact, urgency or both' }]
      : [],
  );
  return [...sameNameFindings(data, path, 'rule', RULE_NAME_REMEDY), ...empty];
}

const emptyMatches = (data: unknown): Finding[] =>
  [
    ...keysAt(data, ['services']).flatMap((key) =>
      listAt(data, ['services', key, 'match']).map((_, index) => ['services', key, 'match', index]),
    ),
    ...listAt(data, ['priority', 'rules']).map((_, index) => ['priority', 'rules', index, 'when']),
  ].flatMap((path) => {
    const value = valueAt(data, path);
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    return isEmpty
      ? [{ path, message: 'must give at least one condition', remedy: 'write host: "*" to match everything' }]
      : [];
  });

/** A `match` entry's conditions with their globs, none for what is not text. */
type Entry = Readonly<{ service: string; globs: ReadonlyMap<string, readonly string[]> }>;

/** A service is never found when earlier services' entries catch everything that its own entries would. */
function unreachableServices(data: unknown): Finding[] {
  const earlier: Entry[] = [];
  return keysAt(data, ['services']).flatMap((service) => {
    const own = listAt(data, ['services', service, 'match']).map((entry) => ({
      service,
      globs: globsOf(entry),
    }));
    const catchers = own.map((entry) => earlier.find((one) => catchesAll(one, entry))?.service);
    earlier.push(...own);
    if (own.length === 0 || catchers.includes(undefined)) return [];
    return [
      {
        path: ['services', service],
        message: `can never be found: ${[...new Set(catchers)].join(' and ')} before it matches everything that it matches`,
        remedy: 'put the more exact service first, or make the match more exact',
      },
    ];
  });
}

const globsOf = (entry: unknown): ReadonlyMap<string, readonly string[]> =>
  new Map(
    keysAt(entry, []).map((condition) => {
      const globs = [valueAt(entry, [condition])].flat().filter((glob) => typeof glob === 'string');
      return [condition, globs.map((glob) => glob.toUpperCase())];
    }),
  );

function catchesAll(wide: Entry, narrow: Entry): boolean {
  for (const [condition, wideGlobs] of wide.globs) {
    const narrowGlobs = narrow.globs.get(condition) ?? [];
    if (narrowGlobs.length === 0) return false;
    if (!narrowGlobs.every((glob) => wideGlobs.some((one) => globCatches(one, glob)))) return false;
  }
  return wide.globs.size > 0;
}

/** True only when certain: read as text, a `*` of the narrow glob is caught by a `*` of the wide one, not by a `?`. */
const globCatches = (wide: string, narrow: string): boolean =>
  wide === narrow || (!(wide.includes('?') && narrow.includes('*')) && matchesGlob(wide, narrow));

function decreasingMatrix(data: unknown): Finding[] {
  const rank = (impact: string | undefined, urgency: string | undefined) => {
    if (impact === undefined || urgency === undefined) return { name: '', rank: -1 };
    const name = valueAt(data, ['priority', 'matrix', impact, urgency]);
    return { name: String(name), rank: (PRIORITIES as readonly unknown[]).indexOf(name) };
  };
  return LEVELS.flatMap((impact, row) =>
    LEVELS.flatMap((urgency, column): Finding[] => {
      const here = rank(impact, urgency);
      const path = ['priority', 'matrix', impact, urgency];
      const lower = [
        { ...rank(LEVELS[row - 1], urgency), of: `impact ${LEVELS[row - 1]}` },
        { ...rank(impact, LEVELS[column - 1]), of: `urgency ${LEVELS[column - 1]}` },
      ].find((other) => here.rank >= 0 && other.rank > here.rank);
      if (!lower) return [];
      return [
        {
          path,
          message: `is ${here.name}, but ${lower.of} already gives ${lower.name}`,
          remedy: 'priority may not fall where impact or urgency rises',
        },
      ];
    }),
  );
}

function grouping(data: unknown): Finding[] {
  const groups = listAt(data, ['alerts', 'group']);
  const kinds = groups.map((group) => valueAt(group, ['by']));
  const storm = valueAt(data, ['alerts', 'storm', 'alerts']);
  const urgentMax = valueAt(data, ['alerts', 'storm', 'urgent_max']);
  const found = groups.flatMap((group, index): Finding[] => {
    const path = ['alerts', 'group', index];
    const atLeast = valueAt(group, ['at_least']);
    const own: Finding[] = [];
    if (kinds.indexOf(kinds[index]) < index)
      own.push({
        path: [...path, 'by'],
        message: `${String(kinds[index])} is already grouped above`,
        remedy: 'keep one of them',
      });
    if (typeof atLeast === 'number' && typeof storm === 'number' && atLeast > storm)
      own.push({
        path: [...path, 'at_least'],
        message: `is ${atLeast}, but more than ${storm} alerts are already a storm`,
        remedy: 'lower it, or raise alerts.storm.alerts',
      });
    return own;
  });
  if (typeof storm === 'number' && typeof urgentMax === 'number' && urgentMax > storm)
    found.push({
      path: ['alerts', 'storm', 'urgent_max'],
      message: `is ${urgentMax}, which is more than the ${storm} alerts that make a storm`,
      remedy: 'lower it, or a storm of urgent alerts becomes as many tickets',
    });
  return found;
}
