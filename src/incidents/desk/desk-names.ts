import type { DeskAgent } from '../../model/desk-agent.ts';
import { DESK_FIELDS } from '../../model/desk-field.ts';
import type { OwnedField } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';

/** How things of Freshdesk are called in sentences for people. */

type Named = Pick<DeskAgent, 'id' | 'name'>;

export const agentName = (agents: readonly Named[], id: number): string =>
  agents.find((agent) => agent.id === id)?.name ?? `agent ${id}`;

/** The first team of the policy whose tickets go to this Freshdesk group. */
export const teamOfGroup = (policy: Policy, groupId: number): string | undefined =>
  Object.entries(policy.teams).find(([, team]) => team.freshdesk_group_id === groupId)?.[0];

export function groupName(policy: Policy, groupId: number): string {
  const team = teamOfGroup(policy, groupId);
  return (team === undefined ? undefined : policy.teams[team]?.name) ?? `group ${groupId}`;
}

const FIELD_NAMES = {
  subject: 'Subject',
  priority: 'Priority',
  type: 'Type',
  groupId: 'Group',
  responderId: 'Agent',
} as const;

export function fieldName(field: OwnedField): string {
  if (!isCustom(field)) return FIELD_NAMES[field];
  const key = field.slice('custom.'.length);
  return Object.entries(DESK_FIELDS).find(([known]) => known === key)?.[1].label ?? key;
}

const isCustom = (field: OwnedField): field is `custom.${string}` => field.startsWith('custom.');

/** The value of a field as people read it; empty text for none. */
export function valueName(
  field: OwnedField,
  value: string,
  { policy, agents }: Readonly<{ policy: Policy; agents: readonly Named[] }>,
): string {
  if (value === '') return 'none';
  if (field === 'groupId') return groupName(policy, Number(value));
  return field === 'responderId' ? agentName(agents, Number(value)) : value;
}
