import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';
import { type ListedGroup, listGroups } from './list-groups.ts';
import { readAllPages } from './read-all-pages.ts';

/**
 * One agent of the account.
 *
 * Absent: nothing; an account that does not tell who is available has everybody available. An agent whom the list
 *         leaves out is gone or deactivated: whether deactivated ones are listed is not known.
 */
export type ListedAgent = Readonly<{
  id: number;
  name: string;
  email: string;
  isAvailable: boolean;
  isDeactivated: boolean;
  /** With a day pass only. */
  isOccasional: boolean;
  groupIds: readonly number[];
}>;

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const AgentWire = z.object({
  id: z.int().positive(),
  available: flag,
  deactivated: flag,
  occasional: flag,
  group_ids: z.array(z.int().positive()).nullish().catch(null),
  contact: z.object({ name: text, email: text }).nullish().catch(null),
});

/** All pages. Which groups an agent is in is taken from the groups, since the list of agents leaves it out. */
export async function listAgents(
  call: Pick<FreshdeskCall, 'ask'>,
  groups?: readonly ListedGroup[],
): Promise<readonly ListedAgent[]> {
  const agents = await readAllPages(call, {
    path: '/agents',
    verb: 'list_agents',
    what: 'list the agents',
    schema: AgentWire,
  });
  const known = groups ?? (await listGroups(call));
  return agents.map((agent) => ({
    id: agent.id,
    name: agent.contact?.name ?? '',
    email: agent.contact?.email ?? '',
    isAvailable: agent.available ?? true,
    isDeactivated: agent.deactivated ?? false,
    isOccasional: agent.occasional ?? false,
    groupIds:
      agent.group_ids ?? known.filter(({ agentIds }) => agentIds.includes(agent.id)).map(({ id }) => id),
  }));
}
