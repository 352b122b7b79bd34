import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';
import { readAllPages } from './read-all-pages.ts';

export type ListedGroup = Readonly<{ id: number; name: string; agentIds: readonly number[] }>;

const GroupWire = z.object({
  id: z.int().positive(),
  name: z.string(),
  agent_ids: z.array(z.int().positive()).nullish().catch(null),
});

/** All pages, in Freshdesk's order. */
export async function listGroups(call: Pick<FreshdeskCall, 'ask'>): Promise<readonly ListedGroup[]> {
  const groups = await readAllPages(call, {
    path: '/groups',
    verb: 'list_groups',
    what: 'list the groups',
    schema: GroupWire,
  });
  return groups.map(({ id, name, agent_ids }) => ({ id, name, agentIds: agent_ids ?? [] }));
}
