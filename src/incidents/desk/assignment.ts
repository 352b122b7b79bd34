import type { Why } from '../../model/decision.ts';
import { assignTicket } from '../../routing/assign-ticket.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { isPeoples } from './people-set.ts';

/**
 * Gives the issue to a team and, where policy says so, to an agent of it; never against a person's choice: who has it
 * stays, and in a group that people chose only its own agents are given it. Returns why, or undefined when nothing was
 * chosen.
 */
export function assign(draft: DecisionDraft, incidentId: string): Why | undefined {
  const incident = draft.incidentOf(incidentId);
  const { policy, now } = draft;
  if (isPeoples(incident, 'responderId') || incident.desk.responderId !== undefined) return undefined;
  const choice = assignTicket(incident, { agents: draft.records.agents(), policy });
  const isGroupPeoples = isPeoples(incident, 'groupId');
  if (choice.team === undefined) return undefined;
  if (isGroupPeoples && (choice.agentId === undefined || choice.team !== incident.assignmentGroup))
    return undefined;
  draft.putIncident({
    ...incident,
    assignmentGroup: choice.team,
    desk: {
      ...incident.desk,
      assignmentRule: choice.rule,
      ...(choice.agentId === undefined ? {} : { assignedAgentId: choice.agentId, assignedAt: now }),
    },
  });
  const why = { rule: choice.rule, sentence: choice.why };
  draft.tell(incidentId, 'assigned', why);
  return why;
}
