import type { Incident } from '../../model/incident.ts';
import { higherLevel, type Impact, type Priority, type Urgency } from '../../model/priority.ts';
import type { TicketEvent } from '../../model/ticket-event.ts';
import type { Policy } from '../../policy/schema.ts';
import { type Levels, movedByAnswers } from '../../routing/classify-priority.ts';
import { type Route, routeAlert } from '../../routing/route-alert.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { isSteadilyHealthy } from '../next-alert.ts';
import { countReporters } from './family.ts';
import { isPeoples } from './people-set.ts';
import { classifyAgain } from './ticket-facts.ts';

export type Weighed = Readonly<{
  impact: Impact;
  urgency: Urgency;
  priority: Priority;
  rule: string;
  why: string;
}>;

/**
 * Impact, urgency and priority of an incident as all that is known makes them now: what its ticket says and its agents
 * answered, what is bad in monitoring, and how many report it. May be lower than before, so it is for people's words only.
 */
export function weighAgain(draft: DecisionDraft, incident: Incident, event: TicketEvent): Weighed {
  const { policy } = draft;
  const routes = draft
    .members(incident.id)
    .filter((alert) => !isSteadilyHealthy(alert))
    .map((alert) => routeAlert(alert, policy));
  const weighed =
    incident.origin === 'ticket'
      ? raisedBy(classifyAgain(draft, event, incident, 'Incident'), routes, policy)
      : movedFromAlerts(incident, routes, policy);
  return raisedByReporters(weighed, countReporters(draft, incident), policy);
}

/** What monitoring says, moved by what agents answered. */
function movedFromAlerts(incident: Incident, [first, ...others]: readonly Route[], policy: Policy): Weighed {
  const { impact, urgency, priority, priorityRule, priorityWhy } = incident;
  if (first === undefined) return { impact, urgency, priority, rule: priorityRule, why: priorityWhy };
  const base = raisedBy(first, others, policy);
  const moved = movedByAnswers(base, incident.desk.answers ?? {}, policy);
  if (moved.impact === base.impact && moved.urgency === base.urgency) return base;
  return because('answers', 'What agents answered in the ticket moves it', moved, policy);
}

function raisedBy(base: Weighed, routes: readonly Route[], policy: Policy): Weighed {
  return routes.reduce<Weighed>((so, { impact, urgency, rule, why }) => {
    const levels = { impact: higherLevel(so.impact, impact), urgency: higherLevel(so.urgency, urgency) };
    if (levels.impact === so.impact && levels.urgency === so.urgency) return so;
    return { ...levels, priority: policy.priority.matrix[levels.impact][levels.urgency], rule, why };
  }, base);
}

function raisedByReporters(base: Weighed, reporters: number, policy: Policy): Weighed {
  const impact = policy.tickets.linking.raise_impact
    .filter((entry) => reporters >= entry.reporters)
    .reduce<Impact>((so, entry) => higherLevel(so, entry.impact), base.impact);
  if (impact === base.impact) return base;
  return because('reporter_count', `${reporters} people report it`, { ...base, impact }, policy);
}

function because(rule: string, reason: string, { impact, urgency }: Levels, policy: Policy): Weighed {
  const priority = policy.priority.matrix[impact][urgency];
  const why = `${reason}: impact is ${impact} and urgency ${urgency}, so priority ${priority}.`;
  return { impact, urgency, priority, rule, why };
}

/** A priority that people set stays; impact and urgency tell the truth all the same. */
export function withLevels(incident: Incident, weighed: Weighed): Incident {
  const { impact, urgency, priority, rule, why } = weighed;
  if (isPeoples(incident, 'priority')) return { ...incident, impact, urgency };
  return { ...incident, impact, urgency, priority, priorityRule: rule, priorityWhy: why };
}
