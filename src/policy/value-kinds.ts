import { z } from 'zod';
import { LEVELS, PRIORITIES } from '../model/priority.ts';

/** The kinds of value that a policy is written in; faults are worded for its author. */

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION_MS_MAX = 366 * UNIT_MS.d;
const DURATION_FAULT = 'must be a duration such as 30s, 15m, 4h or 2d';

/** `90s`, `30m`, `4h`, `2d`; read as milliseconds. */
export const duration = z
  .string({ error: DURATION_FAULT })
  .regex(/^\d{1,9}(s|m|h|d)$/, DURATION_FAULT)
  .transform((text) => Number(text.slice(0, -1)) * UNIT_MS[text.at(-1) as keyof typeof UNIT_MS])
  .refine((ms) => ms <= DURATION_MS_MAX, 'must be at most 366d');
export const positiveDuration = duration.refine((ms) => ms > 0, 'must be longer than 0s');

const ID_CHARS_MAX = 100;

/**
 * A name used as a key elsewhere in the policy. Not digits alone: JavaScript would move such keys to the front, and the
 * order of services decides which one wins. Bounded, since signed links carry keys.
 */
export const id = z
  .string()
  .max(ID_CHARS_MAX, `must have at most ${ID_CHARS_MAX} characters`)
  .regex(
    /^(?=.*[a-z])[a-z0-9][a-z0-9-]*$/,
    'must be lower-case letters, digits and dashes, with at least one letter',
  );
export const level = z.enum(LEVELS);
export const priority = z.enum(PRIORITIES);
/** `*` stands for any run of characters, `?` for one; the rest is literal; letter case is ignored. */
export const glob = z.string().min(1).max(255);
export const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

/** An international telephone number. */
export const phone = z
  .string({ error: 'must be a number in quotes such as "+41791234567"' })
  .regex(/^\+[1-9]\d{6,14}$/, 'must be an international number such as +41791234567, without blanks');

/** Date and time as the clocks on the wall show them; whose clocks is said where it is used. */
export const wallClock = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/,
    'must be a date and time such as 2026-12-24T17:00',
  )
  .refine((text) => !/T\d\d:\d\d$/.test(text) || isDate(text), 'must be a day that the month has');

/** Such as the 30th of February: JavaScript would take it for the 2nd of March. */
const isDate = (text: string): boolean => {
  const ms = Date.parse(`${text}:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};

/** A time span by the clocks on the wall that ends after it begins. */
export const laterEnd = <T extends z.ZodType<Readonly<{ from: string; to: string }>>>(span: T): T =>
  span.refine(({ from, to }) => !isDate(from) || !isDate(to) || from < to, {
    message: 'must be later than from',
    path: ['to'],
  });

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Attaches what the documentation and editors show. */
export const doc = <T extends z.ZodType>(schema: T, description: string, example?: unknown): T =>
  schema.meta(example === undefined ? { description } : { description, example });
