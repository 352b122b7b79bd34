import type { Why } from '../../model/decision.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { higherLevel, higherPriority, type Impact, priorityRank } from '../../model/priority.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { raised } from '../status-changes.ts';
import { countReporters, linkedChildren } from './family.ts';
import { isPeoples } from './people-set.ts';

/**
 * How many people report it raises the impact as policy says, and with that the priority by the matrix. A priority that
 * people set stays.
 */
export function raiseByReporters(draft: DecisionDraft, parentId: string): void {
  const parent = draft.incidentOf(parentId);
  if (parent.status === 'closed') return;
  const reporters = countReporters(draft, parent);
  const impact = impactOf(draft, reporters);
  if (impact === undefined || higherLevel(parent.impact, impact) === parent.impact) return;
  const byMatrix = draft.policy.priority.matrix[impact][parent.urgency];
  const isTheirs = isPeoples(parent, 'priority');
  const priority = isTheirs ? parent.priority : higherPriority(parent.priority, byMatrix);
  const isRaised = priority !== parent.priority;
  const leads = isRaised
    ? `so priority ${priority}`
    : isTheirs
      ? `and priority stays ${priority} as people set it`
      : `which leaves priority ${priority}`;
  const sentence = `${reporters} people report ${incidentReference(parent)}: impact ${impact} and urgency ${parent.urgency}, ${leads}.`;
  const why: Why = { rule: 'reporter_count', sentence };
  const { urgency } = parent;
  const route = { type: 'Incident', impact, urgency, priority, rule: why.rule, why: sentence } as const;
  draft.putIncident(raised(parent, route).incident);
  draft.tell(parentId, 'worsened', why);
  if (!isRaised) return;
  draft.note(parentId, `reporters:${impact}:${urgency}:${priority}`, 'note_worsened', {
    sentence,
    withPriority: true,
  });
  followPriority(draft, parentId);
}

function impactOf(draft: DecisionDraft, reporters: number): Impact | undefined {
  return draft.policy.tickets.linking.raise_impact
    .filter((entry) => reporters >= entry.reporters)
    .map(({ impact }) => impact)
    .reduce<Impact | undefined>((a, b) => (a === undefined ? b : higherLevel(a, b)), undefined);
}

/** After the main incident's priority rose: its open children are as urgent, so that nobody's ticket waits in a lower queue. */
export function followPriority(draft: DecisionDraft, parentId: string): void {
  const parent = draft.incidentOf(parentId);
  for (const child of linkedChildren(draft, parentId)) {
    const next = asUrgentAs(parent, child);
    if (next === child) continue;
    draft.putIncident(next);
    draft.tell(child.id, 'worsened', { rule: next.priorityRule, sentence: next.priorityWhy });
  }
}

/** At least the main incident's impact, urgency and priority; only people lower them, and what people set stays. */
export function asUrgentAs(parent: Incident, child: Incident): Incident {
  const isLower = priorityRank(child.priority) < priorityRank(parent.priority);
  if (!isLower || child.status === 'closed' || isPeoples(child, 'priority')) return child;
  const { impact, urgency, priority } = parent;
  const why = `${incidentReference(child)} reports ${incidentReference(parent)}, which has priority ${priority}.`;
  return raised(child, { type: 'Incident', impact, urgency, priority, rule: 'as_main_incident', why })
    .incident;
}
