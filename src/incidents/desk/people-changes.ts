import type { Incident } from '../../model/incident.ts';
import { PRIORITIES, type Priority } from '../../model/priority.ts';
import type { OwnedField, TakenOver, TicketEvent } from '../../model/ticket-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { fieldName, groupName, teamOfGroup, valueName } from './desk-names.ts';
import { withNextUpdate } from './next-update.ts';
import { isPeoples, withPeoples } from './people-set.ts';

/**
 * Fields that people set to something else than a rule had decided: told once, counted for the report, and taken into the
 * issue, so that nothing here works against them (promise P5).
 */
export function followTakenOver(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const before = draft.incidentOf(incidentId);
  const news = event.takenOver.filter(({ field }) => !isPeoples(before, field));
  if (news.length === 0) return;
  const taken = news.reduce((so, one) => withChoice(draft, so, one), before);
  const fields = news.map(({ field }) => field);
  draft.putIncident(
    withNextUpdate({ ...taken, desk: withPeoples(taken.desk, fields, draft.now) }, draft.policy),
  );
  const told = news.map((one) => ({ one, sentence: takenText(draft, one) }));
  for (const { one, sentence } of told) draft.tell(incidentId, 'people', { rule: one.rule, sentence });
  draft.note(incidentId, `people:${event.readAt.getTime()}`, 'note_people', {
    sentence:
      news.length === 1
        ? 'Somebody set a field to something else than Watchdesk would, so Watchdesk leaves it alone.'
        : `Somebody set ${news.length} fields to something else than Watchdesk would, so Watchdesk leaves them alone.`,
    details: told.map(({ sentence }) => sentence),
  });
  draft.countTakenOver(incidentId, news);
}

function takenText(draft: DecisionDraft, { field, rule, wanted, chosen }: TakenOver): string {
  const names = { policy: draft.policy, agents: draft.records.agents() };
  const name = (value: string) => `“${valueName(field, value, names)}”`;
  return `${fieldName(field)} is ${name(chosen)} in Freshdesk; Watchdesk would have set ${name(wanted)} (rule: ${rule}).`;
}

/** The issue as people want its ticket. The type has consequences of its own; see followType. */
function withChoice(draft: DecisionDraft, incident: Incident, { field, chosen }: TakenOver): Incident {
  if (field === 'priority' && isPriority(chosen)) return withPriority(incident, chosen);
  if (field === 'groupId') return withGroup(draft, incident, chosen === '' ? undefined : Number(chosen));
  if (field !== 'responderId') return incident;
  const { assignedAgentId: _ours, ...desk } = incident.desk;
  return { ...incident, desk };
}

const isPriority = (text: string): text is Priority => PRIORITIES.some((priority) => priority === text);

const withPriority = (incident: Incident, chosen: Priority): Incident => ({
  ...incident,
  priority: chosen,
  priorityRule: 'set_by_person',
  priorityWhy: `Somebody set it to ${chosen} in Freshdesk, where rule ${incident.priorityRule} had decided ${incident.priority}.`,
});

/** A group that is no team of the policy's is nobody here: then no group is wished for. */
function withGroup(draft: DecisionDraft, incident: Incident, groupId: number | undefined): Incident {
  const team = groupId === undefined ? undefined : teamOfGroup(draft.policy, groupId);
  const { assignmentGroup: _before, ...rest } = incident;
  return team === undefined ? rest : { ...rest, assignmentGroup: team };
}

/**
 * Changes of priority and group that take nothing over, because they are people's already or nothing was wished for: followed
 * without a word in the ticket.
 */
export function followOwned(draft: DecisionDraft, incidentId: string, event: TicketEvent): void {
  const before = draft.incidentOf(incidentId);
  const { priority, groupId } = event.fields;
  if (isPeoples(before, 'priority') && priority !== before.priority) {
    const rule = 'set_by_person';
    const sentence = `Priority is ${priority} in Freshdesk now, ${before.priority} before; it is people's.`;
    draft.putIncident(
      withNextUpdate({ ...before, priority, priorityRule: rule, priorityWhy: sentence }, draft.policy),
    );
    draft.tell(incidentId, 'people', { rule, sentence });
  }
  followGroup(draft, incidentId, groupId);
}

function followGroup(draft: DecisionDraft, incidentId: string, groupId: number | undefined): void {
  const incident = draft.incidentOf(incidentId);
  const { policy } = draft;
  const ours = incident.assignmentGroup;
  const wished = ours === undefined ? undefined : policy.teams[ours]?.freshdesk_group_id;
  const isFree = isPeoples(incident, 'groupId') || wished === undefined;
  if (!isFree || groupId === wished || (groupId === undefined && !isPeoples(incident, 'groupId'))) return;
  const fields: readonly OwnedField[] = ['groupId'];
  const followed = {
    ...withGroup(draft, incident, groupId),
    desk: withPeoples(incident.desk, fields, draft.now),
  };
  // A group that policy does not know looks the same each time it is read.
  if (followed.assignmentGroup === ours && isPeoples(incident, 'groupId')) return;
  draft.putIncident(followed);
  const sentence =
    groupId === undefined
      ? 'The ticket has no group in Freshdesk any more.'
      : `The ticket was given to ${groupName(policy, groupId)} in Freshdesk.`;
  draft.tell(incidentId, 'people', { rule: 'group_set', sentence });
}
