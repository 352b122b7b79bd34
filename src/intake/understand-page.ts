import { z } from 'zod';
import type { PageEvent } from '../model/page.ts';
import { inboxJson, instant, unreadable } from './inbox-json.ts';
import type { Understood } from './understood.ts';

// Written by serialisePage below, perhaps by an earlier release: unknown keys are dropped.
const Page = z.object({
  kind: z.literal('page'),
  incidentId: z.string(),
  intent: z.string(),
  outcome: z.enum(['delivered', 'failed']),
  why: z.string(),
  at: instant,
});

/** What became of a message that we sent, for the inbox; `understandPage` reads it again. */
export const serialisePage = (event: PageEvent): string => inboxJson(event);

export function understandPage(body: unknown): Understood<PageEvent> {
  const read = Page.safeParse(body);
  return read.success
    ? { event: read.data }
    : unreadable('page_unreadable', 'what became of a message', read.error);
}
