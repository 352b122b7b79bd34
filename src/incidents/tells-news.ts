import type { Alert } from '../model/alert.ts';
import { type CheckEvent, isHealthy } from '../model/check-event.ts';

/**
 * Whether a reading says anything that the alert, as it is known, does not. A reading of an unhealthy object without an
 * incident always does: it may be what opens one.
 */
export function tellsNews(event: CheckEvent, known: Alert | undefined): boolean {
  if (known === undefined) return !isHealthy(event.state);
  return (
    known.state !== event.state ||
    known.stateType !== event.stateType ||
    known.isFlapping !== (event.isFlapping ?? known.isFlapping) ||
    known.inDowntime !== (event.inDowntime ?? known.inDowntime) ||
    known.isAcknowledged !== (event.isAcknowledged ?? known.isAcknowledged) ||
    known.missingSince !== undefined ||
    (!isHealthy(event.state) && known.incidentId === undefined)
  );
}
