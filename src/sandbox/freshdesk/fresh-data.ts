import { freshSolutions } from './fresh-solutions.ts';
import { type Agent, BOT_AGENT_ID, type Data, type Group, HUMAN_AGENT_ID } from './state.ts';

/** The groups of a fresh account. */
export const GROUP_IDS = {
  serviceDesk: 158018300001,
  platform: 158018300002,
  applications: 158018300003,
} as const;

const { serviceDesk, platform, applications } = GROUP_IDS;

const agent = (id: number, name: string, group_ids: number[]): Agent => ({
  id,
  name,
  email: `${name.toLowerCase().replace(' ', '.')}@example.com`,
  group_ids,
  available: true,
  deactivated: false,
  occasional: false,
});

const freshAgents = (): Agent[] => [
  { ...agent(BOT_AGENT_ID, 'Watchdesk', []), email: 'watchdesk@example.com' },
  agent(HUMAN_AGENT_ID, 'Alex Agent', [serviceDesk, platform, applications]),
  agent(158018000003, 'Sam Sommer', [serviceDesk]),
  agent(158018000004, 'Priya Nair', [platform]),
  agent(158018000005, 'Lena Vogt', [platform, applications]),
  agent(158018000006, 'Tom Baker', [applications]),
];

/** What an earlier version kept in its file lacks what came later. */
export function completed(kept: Data): Data {
  const lacking = { available: true, deactivated: false, occasional: false };
  return {
    ...kept,
    agents: kept.agents.map((one) => ({ ...lacking, ...one })),
    contacts: kept.contacts.map((one) => ({
      ...one,
      company_id: one.company_id ?? null,
      language: one.language ?? 'en',
    })),
    solutions: kept.solutions ?? freshSolutions(),
    ratings: kept.ratings ?? [],
  };
}

/** A fresh account: six agents in three groups, a small knowledge base, no tickets. */
export function freshData(): Data {
  const agents = freshAgents();
  const group = (id: number, name: string, description: string): Group => ({
    id,
    name,
    description,
    agent_ids: agents.filter(({ group_ids }) => group_ids.includes(id)).map((one) => one.id),
  });
  return {
    nextTicketId: 1,
    nextConversationId: 158018200001,
    nextOtherId: 158018100001,
    tickets: [],
    conversations: [],
    contacts: [],
    companies: [],
    agents,
    groups: [
      group(serviceDesk, 'Service Desk', 'First line'),
      group(platform, 'Platform', 'Servers, databases and networks'),
      group(applications, 'Applications', 'What customers use'),
    ],
    solutions: freshSolutions(),
    ratings: [],
    customFields: [],
    index: {},
    tasks: [],
    jobs: {},
  };
}
