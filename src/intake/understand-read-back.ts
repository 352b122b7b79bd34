import { z } from 'zod';
import { CHECK_STATES, type ReadBackEvent } from '../model/check-event.ts';
import { storableText } from './opsview-text.ts';
import type { Understood } from './understood.ts';

// Written by serialiseReadBack below, perhaps by an earlier release: dates are ISO texts, unknown keys are dropped.
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const object = z.object({ host: z.string(), check: z.string() });

const check = object.extend({
  kind: z.literal('check'),
  happening: z.literal('read_back'),
  state: z.enum(CHECK_STATES),
  stateType: z.enum(['SOFT', 'HARD']),
  checkAttempt: z.int().exactOptional(),
  notificationNumber: z.int().exactOptional(),
  inDowntime: z.boolean().exactOptional(),
  isFlapping: z.boolean().exactOptional(),
  isAcknowledged: z.boolean().exactOptional(),
  author: z.string().exactOptional(),
  comment: z.string().exactOptional(),
  output: z.string(),
  longOutput: z.string(),
  hostAlias: z.string().exactOptional(),
  hostAddress: z.string().exactOptional(),
  hostGroup: z.string().exactOptional(),
  hashtags: z.array(z.string()),
  stateSince: instant.exactOptional(),
  occurredAt: instant,
});

const ReadBack = z.object({
  kind: z.literal('read_back'),
  purpose: z.enum(['proof', 'sweep']),
  incidentId: z.string().exactOptional(),
  readAt: instant,
  objects: z.array(check),
  missing: z.array(object),
});

/** JSON text of what we read ourselves, for the inbox; `understandReadBack` reads it again. NUL becomes U+FFFD. */
export const serialiseReadBack = (event: ReadBackEvent): string =>
  JSON.stringify(event, (_, value: unknown) => (typeof value === 'string' ? storableText(value) : value));

export function understandReadBack(body: unknown): Understood<ReadBackEvent> {
  const read = ReadBack.safeParse(body);
  if (read.success) return { event: read.data };
  const fields = read.error.issues.map((issue) => issue.path.join('.') || 'the body').slice(0, 10);
  return {
    parked: {
      rule: 'read_back_unreadable',
      sentence: `Not a read-back: ${fields.join(', ')} cannot be read.`,
    },
  };
}
