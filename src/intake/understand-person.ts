import { z } from 'zod';
import { ACKNOWLEDGED_VIA } from '../model/escalation.ts';
import type { PersonEvent } from '../model/person-event.ts';
import { inboxJson, instant, unreadable } from './inbox-json.ts';
import type { Understood } from './understood.ts';

const incidentId = z.string();
const by = z.string();

// Written by serialisePerson below, perhaps by an earlier release: unknown keys are dropped.
const Person = z.object({
  kind: z.literal('person'),
  at: instant,
  action: z.discriminatedUnion('do', [
    z.object({
      do: z.literal('confirm'),
      incidentId,
      round: z.int().nonnegative(),
      answer: z.enum(['yes', 'no']),
      words: z.string(),
    }),
    z.object({
      do: z.literal('record_confirmation'),
      incidentId,
      who: z.string(),
      how: z.string(),
      when: instant,
      by,
    }),
    z.object({
      do: z.literal('link'),
      parentId: z.string(),
      childId: z.string(),
      answer: z.enum(['accept', 'decline']),
      by,
    }),
    z.object({ do: z.literal('unlink'), childId: z.string(), by }),
    z.object({ do: z.literal('create_problem'), incidentId, what: z.string(), by }),
    z.object({ do: z.literal('draft_article'), incidentId, by }),
    z.object({
      do: z.literal('acknowledge'),
      incidentId,
      ladder: z.string().exactOptional(),
      by,
      person: z.string().exactOptional(),
      via: z.enum(ACKNOWLEDGED_VIA),
    }),
    z.object({ do: z.literal('rate'), incidentId, ratingId: z.int(), feedback: z.string() }),
    z.object({ do: z.literal('escalate'), incidentId, reason: z.string(), by }),
    z.object({ do: z.literal('stop_director'), incidentId, ladder: z.string(), reason: z.string(), by }),
  ]),
});

/** What somebody told on one of our own pages, for the inbox; `understandPerson` reads it again. */
export const serialisePerson = (event: PersonEvent): string => inboxJson(event);

export function understandPerson(body: unknown): Understood<PersonEvent> {
  const read = Person.safeParse(body);
  return read.success
    ? { event: read.data }
    : unreadable('person_unreadable', 'what a person told', read.error);
}
