import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';

/** The key's own agent. `id` is the author of everything Watchdesk writes; `hasGlobalScope` is needed to see every ticket. */
export type FreshdeskAgent = Readonly<{
  id: number;
  name: string;
  email: string;
  hasGlobalScope: boolean;
}>;

const GLOBAL_SCOPE = 1;
const text = z.string().nullish().catch(null);
const AgentWire = z.object({
  id: z.int().positive(),
  ticket_scope: z.int().nullish().catch(null),
  contact: z.object({ name: text, email: text }).nullish().catch(null),
});

/** Checks the key without touching anything. A missing scope counts as not global. */
export async function readSelf({ ask }: Pick<FreshdeskCall, 'ask'>): Promise<FreshdeskAgent> {
  const { body } = await ask({
    method: 'GET',
    path: '/agents/me',
    kind: 'other',
    verb: 'read_self',
    what: "read the key's own agent",
    schema: AgentWire,
  });
  return {
    id: body.id,
    name: body.contact?.name ?? '',
    email: body.contact?.email ?? '',
    hasGlobalScope: body.ticket_scope === GLOBAL_SCOPE,
  };
}
