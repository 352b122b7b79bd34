import type { DeskAgent } from '../model/desk-agent.ts';
import type { Policy } from '../policy/schema.ts';

/**
 * Who gets a ticket by policy.
 *
 * Absent: `team` when policy names nobody; `groupId` when the team has no Freshdesk group; `agentId` and `agentName`
 *         when policy chooses no agent or nobody is available.
 */
export type Assignment = Readonly<{
  team?: string;
  groupId?: number;
  agentId?: number;
  agentName?: string;
  /** Name of the assignment rule, or `service_owner`, `default_team`, `no_team`. */
  rule: string;
  /** One sentence or two: why this team, and why this agent or none. */
  why: string;
}>;

export type AssignedTicket = Readonly<{ category?: string; serviceId?: string; customerId?: string }>;

type Rule = Policy['tickets']['assignment']['rules'][number];
type TeamChoice = Readonly<{ team?: string; rule: string; why: string; skill?: string }>;

/** Pure: the team by rule, service owner or default; then an agent of it by the policy's method. */
export function assignTicket(
  ticket: AssignedTicket,
  { agents, policy }: Readonly<{ agents: readonly DeskAgent[]; policy: Policy }>,
): Assignment {
  const choice = chooseTeam(ticket, policy);
  const team = choice.team === undefined ? undefined : policy.teams[choice.team];
  if (choice.team === undefined || team === undefined) return { rule: choice.rule, why: choice.why };
  const groupId = team.freshdesk_group_id;
  const { agent, why } = chooseAgent(choice.team, choice.skill, agents, policy);
  return {
    team: choice.team,
    ...(groupId === undefined ? {} : { groupId }),
    ...(agent === undefined ? {} : { agentId: agent.id, agentName: agent.name }),
    rule: choice.rule,
    why: why === '' ? choice.why : `${choice.why} ${why}`,
  };
}

function chooseTeam(ticket: AssignedTicket, policy: Policy): TeamChoice {
  const rule = policy.tickets.assignment.rules.find((one) => ruleMatches(one, ticket));
  const nameOf = (team: string) => policy.teams[team]?.name ?? team;
  if (rule) {
    const why = `Rule “${rule.name}” gives it to ${nameOf(rule.team)}.`;
    return {
      team: rule.team,
      rule: rule.name,
      why,
      ...(rule.skill === undefined ? {} : { skill: rule.skill }),
    };
  }
  const service = ticket.serviceId === undefined ? undefined : policy.services[ticket.serviceId];
  if (service?.owner !== undefined) {
    const why = `${service.name} belongs to ${nameOf(service.owner)}.`;
    return { team: service.owner, rule: 'service_owner', why };
  }
  const { team } = policy.defaults;
  if (team === undefined) return { rule: 'no_team', why: 'The policy names no team for it.' };
  return {
    team,
    rule: 'default_team',
    why: `No rule or service owner takes it, so it goes to ${nameOf(team)}.`,
  };
}

const ruleMatches = (rule: Rule, ticket: AssignedTicket): boolean =>
  holds(rule.category?.map(folded), ticket.category === undefined ? undefined : folded(ticket.category)) &&
  holds(rule.service, ticket.serviceId) &&
  holds(rule.customer, ticket.customerId);

const holds = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

const folded = (text: string): string => text.trim().toLowerCase();

/** The agents of a team, available ones only; `why` is empty when policy chooses no agents at all. */
function chooseAgent(
  teamId: string,
  skill: string | undefined,
  agents: readonly DeskAgent[],
  policy: Policy,
): { agent?: DeskAgent; why: string } {
  const { method } = policy.tickets.assignment;
  if (method === 'none') return { why: '' };
  const team = policy.teams[teamId];
  const skillsByEmail = new Map(
    (team?.members ?? []).flatMap((key) => {
      const person = policy.people[key];
      return person ? [[folded(person.email), person.skills] as const] : [];
    }),
  );
  const groupId = team?.freshdesk_group_id;
  const isMember = (agent: DeskAgent): boolean =>
    skillsByEmail.size > 0
      ? skillsByEmail.has(folded(agent.email))
      : groupId !== undefined && agent.groupIds.includes(groupId);
  const available = agents.filter((agent) => isMember(agent) && agent.isAvailable && !agent.isDeactivated);
  const isSkilled = (agent: DeskAgent): boolean =>
    skill !== undefined &&
    skillsOf(agent, skillsByEmail, policy).some((one) => folded(one) === folded(skill));
  const skilled = available.filter(isSkilled);
  const candidates = skilled.length > 0 ? skilled : available;
  const agent = candidates.toSorted(method === 'least_busy' ? byLoad : byWaiting)[0];
  if (agent === undefined)
    return { why: `Nobody of ${team?.name ?? teamId} is available, so it stays with the group.` };
  const missed =
    skill !== undefined && skilled.length === 0 ? ` Nobody available has the skill ${skill}.` : '';
  return { agent, why: `${reasonFor(agent, method)}${missed}` };
}

/** Policy gives skills to people, so agents of a group without members in policy are looked up by address too. */
function skillsOf(
  agent: DeskAgent,
  byEmail: ReadonlyMap<string, readonly string[]>,
  policy: Policy,
): readonly string[] {
  const email = folded(agent.email);
  return (
    byEmail.get(email) ??
    Object.values(policy.people).find((one) => folded(one.email) === email)?.skills ??
    []
  );
}

function reasonFor(agent: DeskAgent, method: 'round_robin' | 'least_busy'): string {
  if (method === 'least_busy') return `${agent.name} has the fewest open tickets (${agent.openCount}).`;
  return agent.lastAssignedAt === undefined
    ? `${agent.name} has not been given one yet.`
    : `${agent.name} has waited longest for one.`;
}

const waitingSince = (agent: DeskAgent): number =>
  agent.lastAssignedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
const byWaiting = (a: DeskAgent, b: DeskAgent): number =>
  // Two that never had one are both at minus infinity, whose difference is no number. Several tickets may be given out in
  // one instant: then whoever has fewer is next.
  waitingSince(a) === waitingSince(b)
    ? a.openCount - b.openCount || a.id - b.id
    : waitingSince(a) - waitingSince(b);
const byLoad = (a: DeskAgent, b: DeskAgent): number => a.openCount - b.openCount || byWaiting(a, b);
