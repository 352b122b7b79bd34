import type { Why } from '../../model/decision.ts';
import type { RefusedChoice, TicketEvent } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { agentName, groupName } from './desk-names.ts';

/**
 * Freshdesk knows the agent, or the group, that was chosen no more: nobody is wished for then, which is said once, so that
 * a person chooses.
 */
export function followRefused(draft: DecisionDraft, incidentId: string, { refused = [] }: TicketEvent): void {
  for (const choice of refused) {
    if (!isStillWished(draft, incidentId, choice)) continue;
    const why: Why = { rule: 'assignment_refused', sentence: refusedText(draft, choice) };
    dropWish(draft, incidentId, choice);
    draft.tell(incidentId, 'people', why);
    draft.note(incidentId, `refused:${choice.field}:${choice.wanted}`, 'note_information', {
      sentence: why.sentence,
    });
  }
}

function isStillWished(draft: DecisionDraft, incidentId: string, { field, wanted }: RefusedChoice): boolean {
  const { desk, assignmentGroup } = draft.incidentOf(incidentId);
  if (field === 'responderId') return desk.assignedAgentId === wanted;
  return assignmentGroup !== undefined && draft.policy.teams[assignmentGroup]?.freshdesk_group_id === wanted;
}

function dropWish(draft: DecisionDraft, incidentId: string, { field }: RefusedChoice): void {
  const incident = draft.incidentOf(incidentId);
  if (field === 'groupId') {
    const { assignmentGroup: _refused, ...rest } = incident;
    draft.putIncident(rest);
    return;
  }
  const { assignedAgentId: _refused, assignedAt: _at, ...desk } = incident.desk;
  draft.putIncident({ ...incident, desk });
}

function refusedText({ policy, records }: DecisionDraft, { field, wanted, reason }: RefusedChoice): string {
  if (field === 'responderId') {
    const name = agentName(records.agents(), wanted);
    return `Freshdesk does not accept ${name} as the agent of this ticket (“${reason}”), so nobody is chosen: please choose somebody.`;
  }
  const name = groupName(policy, wanted);
  return `Freshdesk does not accept the group of ${name}, number ${wanted} (“${reason}”), so none is set: please choose one. If that group is gone, the policy’s freshdesk_group_id of ${name} has to change.`;
}
