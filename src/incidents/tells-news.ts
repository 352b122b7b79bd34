import type { Alert } from '../model/alert.ts';
import { type CheckEvent, type CheckState, isHealthy } from '../model/check-event.ts';
import type { Policy } from '../policy/schema.ts';

/** Whether the policy lets this state open an incident. */
export const opensFrom = (state: CheckState, policy: Policy): boolean =>
  (policy.alerts.open_from as readonly string[]).includes(state);

/**
 * Whether a reading says anything that the alert, as it is known, does not. A reading of an unhealthy object without an
 * open incident does as long as it may open one: nobody has it in hand, and it is in no downtime.
 */
export function tellsNews(
  event: CheckEvent,
  known: Alert | undefined,
  { policy, isInOpenIncident }: Readonly<{ policy: Policy; isInOpenIncident: boolean }>,
): boolean {
  if (known === undefined) return !isHealthy(event.state);
  return (
    known.state !== event.state ||
    known.stateType !== event.stateType ||
    known.isFlapping !== (event.isFlapping ?? known.isFlapping) ||
    known.inDowntime !== (event.inDowntime ?? known.inDowntime) ||
    known.isAcknowledged !== (event.isAcknowledged ?? known.isAcknowledged) ||
    known.missingSince !== undefined ||
    (!isInOpenIncident && !known.isAcknowledged && !known.inDowntime && opensFrom(event.state, policy))
  );
}
