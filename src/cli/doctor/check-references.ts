import { ConnectorError } from '../../connectors/connector-error.ts';
import { listCompanies, readSolutionFolder } from '../../connectors/freshdesk/account-facts.ts';
import { type ListedAgent, listAgents } from '../../connectors/freshdesk/list-agents.ts';
import { type ListedGroup, listGroups } from '../../connectors/freshdesk/list-groups.ts';
import type { Policy } from '../../policy/schema.ts';
import type { FreshdeskAccount } from '../freshdesk-access.ts';
import { type Finding, fail, look, ok, some, warn } from './finding.ts';

/** What the policy names in Freshdesk and Freshdesk does not have. */
export async function checkReferences(
  freshdesk: FreshdeskAccount,
  policy: Policy,
): Promise<readonly Finding[]> {
  const byHand = 'compare the policy with Freshdesk, Admin';
  const groups = await look('Policy: groups', byHand, async () =>
    groupFindings(policy, await listGroups(freshdesk)),
  );
  const people = await look('Policy: people', byHand, async () =>
    peopleFindings(policy, await listAgents(freshdesk)),
  );
  const companies = await look('Policy: companies', byHand, async () =>
    companyFindings(
      policy,
      (await listCompanies(freshdesk)).map(({ name }) => name),
    ),
  );
  return [...groups, ...people, ...companies, ...(await folderFindings(policy, freshdesk))];
}

export function groupFindings(policy: Policy, groups: readonly ListedGroup[]): readonly Finding[] {
  const check = 'Policy: groups';
  const teams = Object.entries(policy.teams);
  const wrong = teams.filter(
    ([, { freshdesk_group_id: id }]) => id !== undefined && !groups.some((group) => group.id === id),
  );
  if (wrong.length === 0) return [ok(check, `${teams.length} teams, no wrong freshdesk_group_id`)];
  const known = some(groups.map(({ id, name }) => `${name} ${id}`));
  return wrong.map(([key, team]) =>
    fail(
      check,
      `teams.${key}: Freshdesk has no group ${team.freshdesk_group_id}, so its tickets would be refused`,
      `correct freshdesk_group_id; Freshdesk has ${known}`,
    ),
  );
}

/** People whom tickets are assigned to: members of teams, and technical managers. */
export function peopleFindings(policy: Policy, agents: readonly ListedAgent[]): readonly Finding[] {
  const check = 'Policy: people';
  const needed = new Set([
    ...Object.values(policy.teams).flatMap(({ members }) => members),
    ...Object.values(policy.customers).flatMap(({ technical_manager: key }) => key ?? []),
    ...(policy.defaults.technical_manager === undefined ? [] : [policy.defaults.technical_manager]),
  ]);
  const findings = [...needed].flatMap((key) => {
    const person = policy.people[key];
    if (!person) return [];
    const agent = agents.find(({ email }) => email.toLowerCase() === person.email.toLowerCase());
    const remedy = 'correct the address in the policy, or make the agent active in Freshdesk, Admin, Agents';
    if (!agent) return [warn(check, `people.${key}: ${person.email} is no agent in Freshdesk`, remedy)];
    return agent.isDeactivated
      ? [warn(check, `people.${key}: the agent ${person.email} is deactivated`, remedy)]
      : [];
  });
  if (findings.length > 0) return findings;
  return [
    ok(
      check,
      needed.size === 0
        ? 'it assigns to nobody by name'
        : `${needed.size} people get tickets, all are agents`,
    ),
  ];
}

export function companyFindings(policy: Policy, companies: readonly string[]): readonly Finding[] {
  const check = 'Policy: companies';
  const known = new Set(companies.map((name) => name.toLowerCase()));
  const customers = Object.entries(policy.customers);
  const findings = customers.flatMap(([key, customer]) => {
    const named = customer.companies.length > 0 ? customer.companies : [customer.name];
    const missing = named.filter((name) => !known.has(name.toLowerCase()));
    // Without companies of its own a customer may be known by its domains alone.
    if (missing.length === 0 || (customer.companies.length === 0 && customer.domains.length > 0)) return [];
    return [
      warn(
        check,
        `customers.${key}: Freshdesk has no company ${missing.join(', ')}, so its tickets may not be known as this customer's`,
        'correct companies in the policy, or add domains',
      ),
    ];
  });
  return findings.length > 0 ? findings : [ok(check, `${customers.length} customers, no wrong company`)];
}

async function folderFindings(policy: Policy, freshdesk: FreshdeskAccount): Promise<readonly Finding[]> {
  const check = 'Policy: Solutions';
  const id = policy.tickets.solutions.folder_id;
  if (id === undefined) return [];
  return look(check, 'Freshdesk, Solutions: look for the folder', async () => {
    try {
      const { name } = await readSolutionFolder(freshdesk, id);
      return [ok(check, `drafts go to the folder “${name}”`)];
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'not_found') throw error;
      return [fail(check, `Freshdesk has no Solutions folder ${id}`, 'correct tickets.solutions.folder_id')];
    }
  });
}
