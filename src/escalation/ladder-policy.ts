import type { TriggerKind } from '../model/escalation.ts';
import type { Incident } from '../model/incident.ts';
import type { Priority } from '../model/priority.ts';
import type { Policy } from '../policy/schema.ts';

export type Ladder = Policy['ladders'][string];
export type Rung = Ladder['rungs'][number];
export type Signal = NonNullable<Ladder['stops_on']>[number];

const ENTRIES = new WeakMap<Policy['ladders'], readonly (readonly [string, Ladder])[]>();

/** The policy's ladders with their keys; asked for with every decision, so it is made once per policy. */
export function laddersOf({ ladders }: Policy): readonly (readonly [string, Ladder])[] {
  const known = ENTRIES.get(ladders);
  if (known !== undefined) return known;
  const entries = Object.entries(ladders);
  ENTRIES.set(ladders, entries);
  return entries;
}

export const levelOf = (ladder: Ladder, rung: Rung): number => rung.level ?? ladder.rungs.indexOf(rung) + 1;

export const targetMs = ({ target }: Ladder, priority: Priority): number | undefined =>
  typeof target === 'object' ? target[priority] : target;

/** How long after the ladder began the rung is due, ms; undefined when it follows levels, or has no target to be part of. */
export function afterMs({ after }: Rung, ladder: Ladder, priority: Priority): number | undefined {
  if (after === undefined || typeof after === 'number') return after;
  const target = targetMs(ladder, priority);
  return target === undefined ? undefined : (target * after.percent) / 100;
}

/** What lets the ladder rest for `acknowledged_for`. */
export const pausesOn = ({ pauses_on, watches }: Ladder): readonly Signal[] =>
  pauses_on ?? (watches === 'acknowledge' ? ['acknowledged'] : []);

export const restartsOn = ({ restarts_on, watches }: Ladder): readonly Signal[] =>
  restarts_on ?? (watches === 'progress' ? ['progress'] : []);

/** Somebody has to acknowledge this ladder itself; who takes the incident has not done that. */
export const isOwnDuty = ({ watches }: Ladder): boolean => watches === 'accept' || watches === 'trigger';

/** What is no reason any more once it works again: nobody has complained. */
const WHILE_IT_LASTS: ReadonlySet<TriggerKind> = new Set(['vip', 'missed_update']);

/** A customer who is unhappy is not done with because it works again. */
export const outlivesResolving = ({ watches, kind, starts_on }: Ladder): boolean =>
  watches === 'trigger'
    ? starts_on.length === 0 || starts_on.some((trigger) => !WHILE_IT_LASTS.has(trigger))
    : kind === 'relationship';

/** Why the ladder is not for this incident as it is now, to be read after “since”; undefined when it is. */
export function whyNotFor(ladder: Ladder, incident: Incident, policy: Policy): string | undefined {
  const { when, kind } = ladder;
  const { type, priority, serviceId, customerId, assignmentGroup, origin, desk, parentId } = incident;
  if (!(when.type ?? ['Incident']).includes(type)) return `its type is ${type}`;
  if (parentId !== undefined && kind !== 'relationship')
    return 'it is linked to an incident that is escalated';
  if (when.priority && !when.priority.includes(priority)) return `its priority is ${priority} now`;
  if (when.service && !when.service.includes(serviceId ?? '')) return 'it is about another service';
  if (when.customer && !when.customer.includes(customerId ?? '')) return 'it is of another customer';
  const isVip = policy.customers[customerId ?? '']?.vip ?? false;
  if (when.vip !== undefined && when.vip !== isVip) return `its customer is ${isVip ? 'a' : 'no'} VIP`;
  if (when.team && !when.team.includes(assignmentGroup ?? '')) return 'another team has its ticket';
  if (when.origin && when.origin !== origin)
    return `it came from ${origin === 'alert' ? 'monitoring' : origin}`;
  if (when.source && !(desk.ticketSource && when.source.includes(desk.ticketSource)))
    return 'its ticket came in another way';
  const isReported = incident.reporter !== undefined;
  if (when.reported !== undefined && when.reported !== isReported)
    return isReported ? 'somebody waits for an answer' : 'nobody waits for an answer';
  const isPart = ladder.rungs.some(({ after }) => typeof after === 'object');
  if (isPart && targetMs(ladder, priority) === undefined) return `it has no target for priority ${priority}`;
  return undefined;
}
