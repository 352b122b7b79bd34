import { personOf } from '../escalation/acknowledged.ts';
import { type Escalated, escalate } from '../escalation/escalate.ts';
import { laddersOf } from '../escalation/ladder-policy.ts';
import type { Incident } from '../model/incident.ts';
import type { DecisionDraft } from './decision-draft.ts';

/** What ladders make of an incident as it was decided; undefined, and cheap, for one that none is concerned with. */
export function escalated(draft: DecisionDraft, incident: Incident): Escalated | undefined {
  const { policy, records, context } = draft;
  if (incident.escalation === undefined && (laddersOf(policy).length === 0 || incident.status === 'closed'))
    return undefined;
  const owner = ownerOf(draft, incident);
  const cause = incident.cause && draft.alert(incident.cause);
  const ticketId = draft.ticketOf(incident.id);
  return escalate({
    before: records.incident(incident.id),
    incident,
    policy,
    now: context.now,
    links: context.links,
    ...(owner === undefined ? {} : { owner }),
    ...(cause === undefined ? {} : { cause }),
    ...(ticketId === undefined ? {} : { ticketId }),
  });
}

/** Key from `people` of whoever has it: as they said themselves, else by the ticket's agent, else by name. */
function ownerOf({ policy, records }: DecisionDraft, incident: Incident): string | undefined {
  if (incident.owner === undefined) return undefined;
  const { person, by } = incident.escalation?.acknowledged ?? {};
  if (person !== undefined && by === incident.owner) return person;
  const agent = records.agents().find(({ id }) => id === incident.desk.responderId);
  const email = agent?.name === incident.owner ? agent.email : undefined;
  return personOf(policy, { email, name: incident.owner });
}
