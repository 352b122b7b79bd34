import { isIP } from 'node:net';
import { z } from 'zod';

export const SETTING_GROUPS = ['Watchdesk', 'Freshdesk', 'Opsview', 'Messages', 'Sandbox'] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

/** What an operator has to know about a setting. */
export type SettingMeta = Readonly<{
  group: SettingGroup;
  describe: string;
  example: string;
  /** Also accepted as NAME_FILE, never printed. */
  isSecret?: true;
}>;

/** The reader sets values as texts; a setting that is absent or empty is undefined. */
export const described = <T extends z.ZodType>(schema: T, meta: SettingMeta): T => schema.meta(meta);

export const wholeNumber = (min: number, max: number, hint: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: hint, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: hint });

export const text = (hint: string) => z.string().refine((value) => value.trim() === value, { error: hint });

export const secret = (lengthMin: number, remedy: string) =>
  z
    .string()
    .min(lengthMin, { error: `has fewer than ${lengthMin} characters; ${remedy}` })
    .refine((value) => value.trim() === value, { error: 'begins or ends with blanks; remove them' });

/** True for names and addresses that only this machine can reach. */
export const isLoopbackHost = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));

/** Without user, query or fragment; the trailing slash goes, so that paths can be added. */
export function address(example: string, { needsTls }: Readonly<{ needsTls: boolean }>) {
  return z.string().transform((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const fault = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      return fault(`is not an http(s) address; write it like ${example}`);
    }
    if (url.username || url.password)
      return fault('holds a user or password; give those in their own settings');
    if (url.search || url.hash) return fault(`holds a query or fragment; write it like ${example}`);
    if (needsTls && url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
      return fault('is not encrypted; use https:// (http:// is only for this machine)');
    }
    return url.href.replace(/\/+$/, '');
  });
}

export const generate = 'make one with: openssl rand -hex 32';

/** Leaves out what is undefined. */
type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
export function present<T extends Record<string, unknown>>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Percent escapes of an address taken out, where they are some. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a per cent sign that begins no escape
  }
}
