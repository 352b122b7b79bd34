import { personOf, withAcknowledgement } from '../../escalation/acknowledged.ts';
import { type Incident, isActive } from '../../model/incident.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { agentName } from './desk-names.ts';
import { isPeoples, withPeoples } from './people-set.ts';

/** Who has the ticket, as people say by its agent and by answering it: a new issue is acknowledged by that. */
export function followResponder(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  const seen = event.fields.responderId;
  const known = incident.desk.responderId;
  if (seen === known) return;
  const { responderId: _known, ...rest } = incident.desk;
  // Our own choice, come back: nobody has taken it yet.
  if (seen !== undefined && seen === incident.desk.assignedAgentId && !isPeoples(incident, 'responderId')) {
    draft.putIncident({ ...incident, desk: { ...rest, responderId: seen } });
    return;
  }
  if (seen === undefined) {
    // Nothing is wished for any more, and nobody else is chosen: people took the agent away.
    const { assignedAgentId: _agent, ...desk } = rest;
    released(draft, { ...incident, desk: withPeoples(desk, ['responderId'], draft.now) }, known);
    return;
  }
  const { assignedAgentId: _agent, ...desk } = rest;
  const taken = {
    ...incident,
    desk: withPeoples({ ...desk, responderId: seen }, ['responderId'], draft.now),
  };
  const owner = agentName(draft.records.agents(), seen);
  acknowledged(
    draft,
    taken,
    { owner, agentId: seen },
    {
      rule: 'agent_set',
      sentence: `${owner} has the ticket in Freshdesk.`,
    },
  );
}

function released(draft: DecisionDraft, incident: Incident, known: number | undefined): void {
  const name = known === undefined ? undefined : agentName(draft.records.agents(), known);
  const hadIt = incident.owner !== undefined && incident.owner === name;
  if (!hadIt) {
    draft.putIncident(incident);
    return;
  }
  const { owner: _owner, acknowledgedAt, ...free } = incident;
  const isBack = incident.status === 'acknowledged';
  draft.putIncident({
    ...free,
    ...(isBack ? { status: 'new' as const } : acknowledgedAt ? { acknowledgedAt } : {}),
  });
  draft.tell(incident.id, isBack ? 'unacknowledged' : 'people', {
    rule: 'agent_removed',
    sentence: `${name} does not have the ticket any more, and nobody else does.`,
  });
}

/** An agent who answers the reporter first has taken it, whoever is named in the ticket. */
export function followFirstReply(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const incident = draft.incidentOf(incidentId);
  if (incident.status !== 'new') return;
  const reply = event.messages.find(
    ({ id, author, isPrivate }) =>
      author === 'agent' && !isPrivate && id > (incident.desk.lastMessageId ?? 0),
  );
  if (reply === undefined) return;
  const by = reply.authorId === undefined ? undefined : agentName(draft.records.agents(), reply.authorId);
  acknowledged(
    draft,
    incident,
    { owner: incident.owner ?? by, agentId: reply.authorId },
    {
      rule: 'agent_replied',
      sentence: `${by ?? 'An agent'} answered the reporter.`,
    },
  );
}

function acknowledged(
  draft: DecisionDraft,
  incident: Incident,
  { owner, agentId }: Readonly<{ owner: string | undefined; agentId: number | undefined }>,
  why: Readonly<{ rule: string; sentence: string }>,
): void {
  const agent = draft.records.agents().find(({ id }) => id === agentId);
  const person = personOf(draft.policy, { email: agent?.email, name: agent?.name });
  const by = agent?.name ?? owner ?? 'An agent';
  const taken = withAcknowledgement(incident, {
    ...{ by, via: 'freshdesk', at: draft.now },
    ...(person === undefined ? {} : { person }),
  });
  draft.putIncident({
    ...(isActive(incident) ? taken : incident),
    ...(owner === undefined ? {} : { owner }),
    ...(isActive(incident)
      ? { status: 'acknowledged' as const, acknowledgedAt: incident.acknowledgedAt ?? draft.now }
      : {}),
  });
  draft.tell(incident.id, isActive(incident) ? 'acknowledged' : 'people', why);
}
