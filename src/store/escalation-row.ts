import { z } from 'zod';
import {
  ACKNOWLEDGED_VIA,
  CHANNELS,
  type EscalationState,
  LADDER_KINDS,
  TRIGGERS,
} from '../model/escalation.ts';

/** How the escalation of an incident is stored: one JSON column. */

const date = z.coerce.date();

const Acknowledged = z.object({
  by: z.string(),
  person: z.string().exactOptional(),
  via: z.enum(ACKNOWLEDGED_VIA),
  at: date,
});

const Attempt = z.object({
  channel: z.enum(CHANNELS),
  intent: z.string(),
  at: date,
  heldUntil: date.exactOptional(),
  outcome: z.enum(['delivered', 'failed']).exactOptional(),
  outcomeAt: date.exactOptional(),
  why: z.string().exactOptional(),
});

const Told = z.object({
  recipient: z.string(),
  name: z.string(),
  channels: z.array(z.enum(CHANNELS)),
  attempts: z.array(Attempt),
});

const Rung = z.object({
  rung: z.string(),
  level: z.int(),
  round: z.int(),
  dueAt: date,
  at: date,
  told: z.array(Told),
  nobodyWhy: z.string().exactOptional(),
  again: z.enum(['repeat', 'resumed']).exactOptional(),
  isLast: z.literal(true).exactOptional(),
});

const Director = z.object({
  rung: z.string(),
  announcedAt: date,
  firesAt: date,
  announcedTo: z.array(Told).exactOptional(),
  stopped: z.object({ by: z.string(), reason: z.string(), at: date }).exactOptional(),
  withheldWhy: z.string().exactOptional(),
  toldAt: date.exactOptional(),
});

const Ladder = z.object({
  ladder: z.string(),
  kind: z.enum(LADDER_KINDS),
  run: z.int(),
  round: z.int(),
  startedAt: date,
  why: z.string(),
  state: z.enum(['running', 'paused', 'ended']),
  counted: z.array(z.object({ from: date, to: date.exactOptional() })),
  resumesAt: date.exactOptional(),
  silentSince: date.exactOptional(),
  acknowledged: Acknowledged.exactOptional(),
  rungs: z.array(Rung),
  director: Director.exactOptional(),
  lastToldAt: date.exactOptional(),
  endedAt: date.exactOptional(),
  endedWhy: z.string().exactOptional(),
});

export const EscalationJson = z.object({
  ladders: z.array(Ladder),
  triggers: z.array(z.object({ kind: z.enum(TRIGGERS), id: z.string(), at: date, why: z.string() })),
  acknowledged: Acknowledged.exactOptional(),
  directorsTold: z.array(z.string()),
  lookAt: date.exactOptional(),
}) satisfies z.ZodType<EscalationState>;
