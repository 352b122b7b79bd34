import { z } from 'zod';
import { CHECK_STATES, type ReadBackEvent } from '../model/check-event.ts';
import { inboxJson, instant, unreadable } from './inbox-json.ts';
import type { Understood } from './understood.ts';

// Written by serialiseReadBack below, perhaps by an earlier release: unknown keys are dropped.
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

/** What we read from Opsview ourselves, for the inbox; `understandReadBack` reads it again. */
export const serialiseReadBack = (event: ReadBackEvent): string => inboxJson(event);

export function understandReadBack(body: unknown): Understood<ReadBackEvent> {
  const read = ReadBack.safeParse(body);
  return read.success ? { event: read.data } : unreadable('read_back_unreadable', 'a read-back', read.error);
}
