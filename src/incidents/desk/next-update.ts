import { type Incident, isActive } from '../../model/incident.ts';
import type { Policy } from '../../policy/schema.ts';

/**
 * By when the reporters should hear again: counted from the last public reply, else from the opening. Nobody is promised
 * anything for what is no incident, nobody reported or is restored already, or where policy says never.
 */
export function withNextUpdate(incident: Incident, policy: Policy): Incident {
  const { nextUpdateDueAt: _before, ...desk } = incident.desk;
  const every = policy.tickets.update_every[incident.priority];
  const isReported = incident.reporter !== undefined || incident.childCount > 0;
  if (incident.type !== 'Incident' || !isReported || !isActive(incident) || every === 0)
    return { ...incident, desk };
  const since = desk.lastUpdateAt ?? incident.openedAt;
  return { ...incident, desk: { ...desk, nextUpdateDueAt: new Date(since.getTime() + every) } };
}
