import { laddersOf, whyNotFor } from '../../escalation/ladder-policy.ts';
import type { Why } from '../../model/decision.ts';
import { NO_ESCALATION, type Trigger } from '../../model/escalation.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import type { PersonAction } from '../../model/person-event.ts';
import type { Policy } from '../../policy/schema.ts';
import type { DecisionDraft } from '../decision-draft.ts';

type Escalate = Extract<PersonAction, { do: 'escalate' }>;
type StopDirector = Extract<PersonAction, { do: 'stop_director' }>;

/** A person escalates: begins the ladders that a button may begin, if any. */
export function escalateByHand(draft: DecisionDraft, { incidentId, reason, by }: Escalate): Why {
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const said = `${by} escalates ${reference}: ${reason}`;
  if (incident.status === 'closed')
    return { rule: 'escalated_too_late', sentence: `${by} escalates ${reference}, which is closed already.` };
  const against = whyNoneBegins(draft.policy, incident);
  if (against !== undefined)
    return { rule: 'escalated_in_vain', sentence: `${by} escalates ${reference}, but ${against}.` };
  const escalation = incident.escalation ?? NO_ESCALATION;
  const count = escalation.triggers.filter(({ kind }) => kind === 'button').length;
  const trigger: Trigger = {
    kind: 'button',
    id: `${draft.now.getTime()}.${count}`,
    at: draft.now,
    why: said,
  };
  draft.putIncident({
    ...incident,
    escalation: { ...escalation, triggers: [...escalation.triggers, trigger] },
  });
  const why = { rule: 'escalated_by_person', sentence: said };
  draft.tell(incidentId, 'escalation', why);
  return why;
}

/** Whoever presses the button must not believe that somebody is told when nobody is. */
function whyNoneBegins(policy: Policy, incident: Incident): string | undefined {
  const ladders = laddersOf(policy).filter(([, { starts_on }]) => starts_on.includes('button'));
  if (ladders.length === 0) return 'no ladder of the policy has “button” in starts_on';
  const against = ladders.map(([, ladder]) => {
    const why = whyNotFor(ladder, incident, policy);
    return why && `“${ladder.name}” is not for it, since ${why}`;
  });
  return against.every((why) => why !== undefined) ? against.join(', and ') : undefined;
}

/** A person stops the Director's rung; it counts for this run of the ladder. */
export function stopDirector(draft: DecisionDraft, action: StopDirector): Why {
  const { incidentId, ladder, reason, by } = action;
  const incident = draft.incidentOf(incidentId);
  const reference = incidentReference(incident);
  const name = `“${draft.policy.ladders[ladder]?.name ?? ladder}”`;
  const { escalation } = incident;
  const run = escalation?.ladders.findLast((one) => one.ladder === ladder);
  if (escalation === undefined || run?.director === undefined || run.state === 'ended') {
    const sentence = `${by} wants to stop that ${name} tells the Director about ${reference}, which it is not about to do.`;
    return { rule: 'stop_not_needed', sentence };
  }
  const { director } = run;
  if (director.toldAt !== undefined || director.stopped !== undefined || director.withheldWhy !== undefined) {
    const state = director.toldAt ? 'who was told already' : 'who is not told anyway';
    const sentence = `${by} wants to stop that ${name} tells the Director about ${reference}, ${state}.`;
    return { rule: 'stop_too_late', sentence };
  }
  const stopped = { by, reason, at: draft.now };
  draft.putIncident({
    ...incident,
    escalation: {
      ...escalation,
      ladders: escalation.ladders.map((one) =>
        one === run ? { ...run, director: { ...director, stopped } } : one,
      ),
    },
  });
  const sentence = `${by} stopped that ${name} tells the Director about ${reference}: ${reason}`;
  const why = { rule: 'director_stopped', sentence };
  draft.tell(incidentId, 'escalation', why);
  draft.note(incidentId, `director_stopped:${ladder}:${run.run}`, 'note_information', { sentence });
  return why;
}
