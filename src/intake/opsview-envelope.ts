import { z } from 'zod';

/** `NAGIOS_…` and `OPSVIEW_…` variables by name. Read by fixed names only, never merged or iterated into objects. */
export type Macros = Readonly<Record<string, string | undefined>>;

/**
 * What the notification script posts. Extra keys are allowed, so that a newer script works with an older Watchdesk.
 *
 * `id` names this one run of the script; a resend carries it again. `sent_at` is informative: the alert's own
 * variables say when it happened.
 */
export type OpsviewEnvelope = Readonly<{ version: 1; id: string; sent_at: string; macros: Macros }>;

// A check in place, not z.record: the object is used as parsed, without a copy in which a key such as __proto__ could
// act, and on the hot path the copy of fifty variables would cost more than all other checks together.
function isMacros(value: unknown): value is Macros {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const name of Object.keys(value)) {
    if (typeof (value as Record<string, unknown>)[name] !== 'string') return false;
  }
  return true;
}

const Envelope = z.object({
  version: z.literal(1, { error: 'must be 1' }),
  id: z.guid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase()),
  sent_at: z.iso.datetime({ offset: true, error: 'must be an ISO 8601 date and time with a time zone' }),
  macros: z.custom<Macros>(isMacros, { error: 'must be an object whose values are all texts' }),
});

/** Reads the envelope; `faults` names every field that is wrong, without repeating what was sent. */
export function readOpsviewEnvelope(
  body: unknown,
): Readonly<{ envelope: OpsviewEnvelope } | { faults: readonly string[] }> {
  const read = Envelope.safeParse(body);
  if (read.success) return { envelope: read.data };
  const faults = read.error.issues.map((issue) =>
    issue.path.length === 0 ? 'the body must be a JSON object' : `${issue.path.join('.')} ${issue.message}`,
  );
  return { faults };
}
