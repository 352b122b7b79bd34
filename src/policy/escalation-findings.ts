import type { Finding, KeyPath } from './fault.ts';
import { ladderFindings } from './ladder-findings.ts';
import { valueAt } from './schema-findings.ts';
import { keysAt, listAt, RULE_NAME_REMEDY, referenceFindings, sameNameFindings } from './unchecked-data.ts';

/** What the schema cannot see in people, rotations and ladders; the same promises as `crossFindings`. */
export const escalationFindings = (data: unknown): Finding[] => [
  ...wordsAsKeys(data),
  ...references(data),
  ...loops(data, 'stand_in'),
  ...loops(data, 'manager'),
  ...roomAddresses(data),
  ...notifyRules(data),
  ...ladderFindings(data),
];

/** Words that mean something else where such a key would stand. */
const WORDS = { calendars: ['customer', 'always'], rotations: ['owner'], teams: ['owner'], rooms: ['team'] };

const wordsAsKeys = (data: unknown): Finding[] =>
  Object.entries(WORDS).flatMap(([section, words]) =>
    keysAt(data, [section])
      .filter((key) => words.includes(key))
      .map((key) => ({
        path: [section, key],
        message: `cannot be called ${key}, which means something else in ladders`,
        remedy: 'choose another key',
      })),
  );

function references(data: unknown): Finding[] {
  const refer = (path: KeyPath, section: string) => referenceFindings(data, path, section);
  const each = (section: string, of: (key: string) => readonly (readonly [KeyPath, string])[]) =>
    keysAt(data, [section]).flatMap((key) =>
      of(key).flatMap(([path, to]) => refer([section, key, ...path], to)),
    );
  return [
    ...refer(['defaults', 'policy_owner'], 'people'),
    ...each('people', () => [
      [['stand_in'], 'people'],
      [['manager'], 'people'],
    ]),
    ...each('teams', () => [
      [['manager'], 'people'],
      [['rotation'], 'rotations'],
      [['room'], 'rooms'],
    ]),
    ...each('customers', (key) =>
      keysAt(data, ['customers', key, 'roles']).map((role) => [['roles', role], 'people']),
    ),
    ...each('services', () => [[['vendor'], 'vendors']]),
    ...each('vendors', () => [[['hours'], 'calendars']]),
    ...each('roles', () => [[[], 'people']]),
    ...each('rotations', (key) => [
      ...listAt(data, ['rotations', key, 'layers']).flatMap((_, index) => [
        [['layers', index, 'people'], 'people'] as const,
        [['layers', index, 'calendar'], 'calendars'] as const,
      ]),
      ...listAt(data, ['rotations', key, 'overrides']).map(
        (_, index) => [['overrides', index, 'person'], 'people'] as const,
      ),
      ...listAt(data, ['rotations', key, 'swaps']).map(
        (_, index) => [['swaps', index, 'between'], 'people'] as const,
      ),
    ]),
  ];
}

/**
 * Nobody is their own manager or stand-in, over however many others. Two who stand in for each other are no fault: each
 * is asked once.
 */
function loops(data: unknown, as: 'stand_in' | 'manager'): Finding[] {
  const next = (key: unknown): unknown =>
    typeof key === 'string' ? valueAt(data, ['people', key, as]) : undefined;
  const called = as === 'manager' ? 'manager' : 'stand-in';
  const found: Finding[] = [];
  const reported = new Set<unknown>();
  for (const key of keysAt(data, ['people'])) {
    const chain: unknown[] = [key];
    for (let one = next(key); one !== undefined && !chain.includes(one); one = next(one)) chain.push(one);
    if (next(chain.at(-1)) !== key || reported.has(key)) continue;
    for (const one of chain) reported.add(one);
    if (as === 'stand_in' && chain.length > 1) continue;
    const message =
      chain.length === 1
        ? `${key} is their own ${called}`
        : `goes round in a circle: ${[...chain, key].join(', ')}`;
    found.push({
      path: ['people', key, as],
      message,
      remedy: as === 'manager' ? 'leave it out for whoever has no manager here' : 'name somebody else',
    });
  }
  return found;
}

const ADDRESSES: Readonly<Record<string, readonly [RegExp, string]>> = {
  slack: [/^[CGD][A-Z0-9]{5,}$/, 'a channel id such as C024BE91L'],
  telegram: [/^(-?\d{1,20}|@[A-Za-z]\w{3,})$/, 'a chat id such as "-1001234567890"'],
  ntfy: [/^[-_A-Za-z0-9]{1,64}$/, 'a topic of letters, digits, - and _'],
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address'],
};

const roomAddresses = (data: unknown): Finding[] =>
  keysAt(data, ['rooms']).flatMap((key): Finding[] => {
    const channel = valueAt(data, ['rooms', key, 'channel']);
    const address = valueAt(data, ['rooms', key, 'address']);
    const wanted = typeof channel === 'string' ? ADDRESSES[channel] : undefined;
    if (wanted === undefined || typeof address !== 'string' || wanted[0].test(address)) return [];
    return [{ path: ['rooms', key, 'address'], message: `is not ${wanted[1]}, as ${channel} needs it` }];
  });

function notifyRules(data: unknown): Finding[] {
  const path = ['notify', 'rules'];
  const own = listAt(data, path).flatMap((rule, index): Finding[] => {
    const when = [...path, index, 'when'];
    const given = keysAt(data, when);
    const hold = valueAt(rule, ['hold']) === true;
    const found = referenceFindings(data, [...when, 'calendar'], 'calendars');
    if (given.includes('calendar') !== given.includes('hours'))
      found.push({ path: when, message: 'must give calendar and hours together, or neither' });
    else if (hold && valueAt(rule, ['when', 'hours']) !== 'outside')
      found.push({
        path: [...path, index, 'hold'],
        message: 'waits for working hours, but the rule does not hold outside of them',
        remedy: 'give when.calendar and when.hours: outside',
      });
    if (!hold && valueAt(rule, ['channels']) === undefined)
      found.push({ path: [...path, index], message: 'must give channels, hold, or both' });
    return found;
  });
  return [...own, ...sameNameFindings(data, path, 'rule', RULE_NAME_REMEDY)];
}
