import { findOrCreateContact } from './people.ts';
import type { Agent, Company, Contact, Group } from './state.ts';
import { nowOf, saveChanges, takeId, type World } from './world.ts';

/** What an administrator does with the people of an account. Throws when a number names nobody. */
export type AccountPeople = Readonly<{
  addAgent(given: Readonly<{ name: string; email?: string; groupIds?: readonly number[] }>): Agent;
  setAvailable(agentId: number, isAvailable: boolean): void;
  /** A deactivated agent cannot be assigned any more; what they have stays theirs. */
  setDeactivated(agentId: number, isDeactivated: boolean): void;
  setOccasional(agentId: number, isOccasional: boolean): void;
  setGroups(agentId: number, groupIds: readonly number[]): void;
  addGroup(name: string): Group;
  /** Tickets keep its number, which then names nothing. */
  removeGroup(groupId: number): void;
  addContact(
    given: Readonly<{ email: string; name?: string; language?: string; companyId?: number }>,
  ): Contact;
  /** Contacts made later get it by the domain of their address. */
  addCompany(name: string, domains?: readonly string[]): Company;
}>;

export function accountPeople(world: World): AccountPeople {
  const { data } = world;
  const saved = <T>(change: () => T): T => {
    const result = change();
    world.unsaved = true;
    saveChanges(world);
    return result;
  };
  const agentOf = (id: number): Agent => {
    const agent = data.agents.find((one) => one.id === id);
    if (!agent) throw new Error(`The sandbox has no agent ${id}`);
    return agent;
  };
  const putInGroups = (agent: Agent, groupIds: readonly number[]): void => {
    agent.group_ids = [...groupIds];
    for (const group of data.groups) {
      const others = group.agent_ids.filter((id) => id !== agent.id);
      group.agent_ids = groupIds.includes(group.id) ? [...others, agent.id] : others;
    }
  };

  return {
    addAgent: ({ name, email, groupIds = [] }) =>
      saved(() => {
        const agent: Agent = {
          id: takeId(world, 'nextOtherId'),
          name,
          email: email ?? `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
          group_ids: [],
          available: true,
          deactivated: false,
          occasional: false,
        };
        data.agents.push(agent);
        putInGroups(agent, groupIds);
        return agent;
      }),
    setAvailable: (id, available) => void saved(() => Object.assign(agentOf(id), { available })),
    setDeactivated: (id, deactivated) => void saved(() => Object.assign(agentOf(id), { deactivated })),
    setOccasional: (id, occasional) => void saved(() => Object.assign(agentOf(id), { occasional })),
    setGroups: (id, groupIds) => saved(() => putInGroups(agentOf(id), groupIds)),
    addGroup: (name) =>
      saved(() => {
        const group: Group = { id: takeId(world, 'nextOtherId'), name, description: '', agent_ids: [] };
        data.groups.push(group);
        return group;
      }),
    removeGroup: (groupId) =>
      saved(() => {
        data.groups = data.groups.filter(({ id }) => id !== groupId);
        for (const agent of data.agents) agent.group_ids = agent.group_ids.filter((id) => id !== groupId);
      }),
    addContact: ({ email, name, language, companyId }) =>
      saved(() =>
        Object.assign(findOrCreateContact(world, { email, ...(name === undefined ? {} : { name }) }), {
          ...(language === undefined ? {} : { language }),
          ...(companyId === undefined ? {} : { company_id: companyId }),
        }),
      ),
    addCompany: (name, domains = []) =>
      saved(() => {
        const company: Company = {
          id: takeId(world, 'nextOtherId'),
          name,
          domains: [...domains],
          created_at: nowOf(world),
        };
        data.companies.push(company);
        return company;
      }),
  };
}
