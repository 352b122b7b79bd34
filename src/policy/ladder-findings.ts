import { PRIORITIES } from '../model/priority.ts';
import { type Finding, type KeyPath, suggestion } from './fault.ts';
import { valueAt } from './schema-findings.ts';
import { keysAt, listAt, referenceFindings, sameNameFindings } from './unchecked-data.ts';
import { duration } from './value-kinds.ts';

/** What the schema cannot see in ladders: names that refer to nothing, rungs that are never told. */
export const ladderFindings = (data: unknown): Finding[] =>
  keysAt(data, ['ladders']).flatMap((key) => {
    const path = ['ladders', key];
    return [
      ...references(data, path),
      ...starting(data, path),
      ...rungsOf(data, path).flatMap((rung) => rungFindings(data, path, rung)),
      ...sameNameFindings(data, [...path, 'rungs'], 'rung of this ladder', RUNG_NAME_REMEDY),
      ...order(data, path),
      ...directors(data, path),
    ];
  });

const RUNG_NAME_REMEDY = 'rungs are known by their names: give each its own';
const CALENDAR_WORDS = ['customer', 'always'];

const rungsOf = (data: unknown, path: KeyPath): readonly (readonly (string | number)[])[] =>
  listAt(data, [...path, 'rungs']).map((_, index) => [...path, 'rungs', index]);

function references(data: unknown, path: KeyPath): Finding[] {
  const refer = (at: KeyPath, section: string, words: readonly string[] = []) =>
    referenceFindings(data, [...path, ...at], section, words);
  return [
    ...refer(['when', 'service'], 'services'),
    ...refer(['when', 'customer'], 'customers'),
    ...refer(['when', 'team'], 'teams'),
    ...refer(['calendar'], 'calendars', CALENDAR_WORDS),
    ...refer(['last', 'person'], 'people'),
    ...listAt(data, [...path, 'rungs']).flatMap((_, index) => [
      ...refer(['rungs', index, 'calendar'], 'calendars', CALENDAR_WORDS),
      ...refer(['rungs', index, 'hold_until'], 'calendars'),
      ...refer(['rungs', index, 'meeting'], 'meetings'),
      ...listAt(data, [...path, 'rungs', index, 'tell']).flatMap((__, target) => {
        const at = ['rungs', index, 'tell', target];
        return [
          ...refer([...at, 'person'], 'people'),
          ...refer([...at, 'on_call'], 'rotations', ['owner']),
          ...refer([...at, 'team'], 'teams', ['owner']),
          ...refer([...at, 'room'], 'rooms', ['team']),
          ...roleFindings(data, [...path, ...at, 'role']),
        ];
      }),
    ]),
  ];
}

/** A role that some customer has is known; who lacks it is told as a note. */
function roleFindings(data: unknown, path: KeyPath): Finding[] {
  const role = valueAt(data, path);
  if (typeof role !== 'string') return [];
  const known = [
    ...keysAt(data, ['roles']),
    ...keysAt(data, ['customers']).flatMap((key) => keysAt(data, ['customers', key, 'roles'])),
  ];
  if (known.includes(role)) return [];
  return [
    {
      path,
      message: `${role} is not a role`,
      remedy: `name a person for it: roles.${role}; ${suggestion(role, [...new Set(known)])}`,
    },
  ];
}

function starting(data: unknown, path: KeyPath): Finding[] {
  const watches = valueAt(data, [...path, 'watches']);
  const startsOn = listAt(data, [...path, 'starts_on']);
  if (watches === 'trigger' && startsOn.length === 0)
    return [{ path, message: 'never begins', remedy: 'say in starts_on what begins it' }];
  if (typeof watches === 'string' && watches !== 'trigger' && startsOn.length > 0)
    return [
      {
        path: [...path, 'starts_on'],
        message: `has no meaning for a ladder that watches ${watches}`,
        remedy: 'leave it out, or let the ladder watch trigger',
      },
    ];
  return [];
}

function rungFindings(data: unknown, path: KeyPath, at: KeyPath): Finding[] {
  const watches = valueAt(data, [...path, 'watches']);
  const after = valueAt(data, [...at, 'after']);
  const level = valueAt(data, [...at, 'at_level']);
  const followsLevels = watches === 'level';
  const found: Finding[] = [];
  if (followsLevels && level === undefined)
    found.push({ path: at, message: 'is never told', remedy: 'a ladder that watches level needs at_level' });
  if (followsLevels && after !== undefined)
    found.push({
      path: [...at, 'after'],
      message: 'has no meaning in a ladder that watches level',
      remedy: 'leave it out: at_level says when',
    });
  if (!followsLevels && typeof watches === 'string' && level !== undefined)
    found.push({
      path: [...at, 'at_level'],
      message: `has no meaning in a ladder that watches ${watches}`,
      remedy: 'give after, or let the ladder watch level',
    });
  if (!followsLevels && after === undefined && level === undefined)
    found.push({ path: at, message: 'is never told', remedy: 'say with after when it is due' });
  if (followsLevels && typeof level === 'number' && !levelsReached(data).has(level))
    found.push({
      path: [...at, 'at_level'],
      message: `no other ladder reaches level ${level}`,
      remedy: 'lower it, or give a rung of another ladder this level',
    });
  if (isPercent(after) && valueAt(data, [...path, 'target']) === undefined)
    found.push({
      path: [...at, 'after'],
      message: `is ${after} of a target that the ladder does not have`,
      remedy: 'give the ladder a target, or a duration here',
    });
  const beforeNext = valueAt(data, [...at, 'before_next']);
  if (valueAt(data, [...at, 'wait_at_most']) !== undefined && beforeNext !== 'acknowledged')
    found.push({
      path: [...at, 'wait_at_most'],
      message: 'has no meaning unless the next rung waits for an acknowledgement',
      remedy: 'leave it out, or give before_next: acknowledged',
    });
  return found;
}

/** Levels that ladders reach by themselves, those that only follow levels left out. */
const levelsReached = (data: unknown): ReadonlySet<unknown> =>
  new Set(
    keysAt(data, ['ladders'])
      .filter((key) => valueAt(data, ['ladders', key, 'watches']) !== 'level')
      .flatMap((key) =>
        rungsOf(data, ['ladders', key]).map((at, index) => valueAt(data, [...at, 'level']) ?? index + 1),
      ),
  );

const isPercent = (after: unknown): after is string => typeof after === 'string' && /^\d{1,3}%$/.test(after);

/** Rungs that count the same time come one after the other, whatever the priority. */
function order(data: unknown, path: KeyPath): Finding[] {
  const targets = targetsOf(data, path);
  const rungs = rungsOf(data, path);
  return rungs.flatMap((at, index): Finding[] => {
    const before = rungs[index - 1];
    if (before === undefined || calendarAt(data, path, at) !== calendarAt(data, path, before)) return [];
    const isEarlier = targets.some((target) => {
      const [earlier, later] = [before, at].map((one) => afterMs(valueAt(data, [...one, 'after']), target));
      return earlier !== undefined && later !== undefined && later < earlier;
    });
    if (!isEarlier) return [];
    const name = valueAt(data, [...before, 'name']);
    return [
      {
        path: [...at, 'after'],
        message: `is ${String(valueAt(data, [...at, 'after']))}, but the rung before it${typeof name === 'string' ? `, ${name},` : ''} is only due after ${String(valueAt(data, [...before, 'after']))}`,
        remedy: 'put the rungs in the order in which they are due',
      },
    ];
  });
}

const calendarAt = (data: unknown, path: KeyPath, at: KeyPath): unknown =>
  valueAt(data, [...at, 'calendar']) ?? valueAt(data, [...path, 'calendar']) ?? 'always';

/** The targets that parts may be of, ms; undefined stands for a ladder without any. */
function targetsOf(data: unknown, path: KeyPath): readonly (number | undefined)[] {
  const target = valueAt(data, [...path, 'target']);
  if (typeof target === 'string') return [durationMs(target)];
  const byPriority = PRIORITIES.map((priority) => durationMs(valueAt(target, [priority])));
  const given = byPriority.filter((ms) => ms !== undefined);
  return given.length === 0 ? [undefined] : given;
}

const durationMs = (text: unknown): number | undefined => {
  const read = duration.safeParse(text);
  return read.success ? read.data : undefined;
};

const afterMs = (after: unknown, target: number | undefined): number | undefined => {
  if (!isPercent(after)) return durationMs(after);
  return target === undefined ? undefined : (target * Number(after.slice(0, -1))) / 100;
};

/** P9: once, after everything else. */
const directors = (data: unknown, path: KeyPath): Finding[] => {
  const rungs = rungsOf(data, path);
  return rungs.flatMap((at, index): Finding[] => {
    if (valueAt(data, [...at, 'director']) !== true) return [];
    const found: Finding[] = [];
    if (index < rungs.length - 1)
      found.push({
        path: [...at, 'director'],
        message: 'the Director’s rung must be the last one',
        remedy: 'move it to the end, or let a ladder of its own do what comes after',
      });
    if (valueAt(data, [...at, 'repeat']) !== undefined)
      found.push({
        path: [...at, 'repeat'],
        message: 'the Director is told only once per incident',
        remedy: 'leave it out',
      });
    return found;
  });
};
