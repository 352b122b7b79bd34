import { z } from 'zod';
import type { Why } from '../model/decision.ts';
import type { Event } from '../model/event.ts';
import { storableText } from './opsview-text.ts';

/**
 * JSON text of an event that we made ourselves, for the inbox; it is understood from there, perhaps by a later release.
 * Dates become ISO texts; NUL and broken surrogates, which the database could not store, become U+FFFD.
 */
export const inboxJson = (event: Event): string =>
  JSON.stringify(event, (_, value: unknown) => (typeof value === 'string' ? storableText(value) : value));

/** A date as `inboxJson` wrote it. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Names the fields and not their values, which may be people's own words. */
export function unreadable(rule: string, what: string, error: z.ZodError): Readonly<{ parked: Why }> {
  const fields = error.issues.map((issue) => issue.path.join('.') || 'the body').slice(0, 10);
  return { parked: { rule, sentence: `Not ${what}: ${fields.join(', ')} cannot be read.` } };
}
