import type { Alert } from '../model/alert.ts';
import { type CheckEvent, type CheckHappening, isHealthy, objectName } from '../model/check-event.ts';
import type { Why } from '../model/decision.ts';
import type { Policy } from '../policy/schema.ts';
import { findService } from '../routing/route-alert.ts';

/** One event about one object, with the alert as it was and as it will be. */
export type Change = Readonly<{ event: CheckEvent; before: Alert | undefined; after: Alert }>;

/** Healthy and steady: a flapping object is not healthy, whatever it shows at the moment. */
export const isSteadilyHealthy = (alert: Pick<Alert, 'state' | 'isFlapping'>): boolean =>
  isHealthy(alert.state) && !alert.isFlapping;

/** These tell that someone did something; what they say of the state is not news. */
const WITHOUT_STATE: ReadonlySet<CheckHappening> = new Set(['acknowledged', 'custom']);
const STATE_ONLY: ReadonlySet<CheckHappening> = new Set(['problem', 'recovery', 'read_back']);

const later = (a: Date, b: Date): Date => (a >= b ? a : b);

/**
 * Why an event changes nothing, if so: it is SOFT, or older than what we know. A SOFT OK that we read ourselves counts:
 * after a host was down Opsview may show it until the next check, perhaps a day later, and the soak waits anyway.
 *
 * Opsview's times are whole seconds, so order within one second is not known from them alone. Events of different kinds
 * both count. Between a problem and a recovery, the one whose state began later wins. Where that is equal too, bad wins:
 * nothing closes without a proof, so a wrong "bad" costs a note and is healed by the next reading, whereas a wrong
 * "healthy" would hide an outage until then.
 */
export function whyIgnored(event: CheckEvent, before: Alert | undefined): Why | undefined {
  const name = objectName(event);
  const isOkRead = event.happening === 'read_back' && isHealthy(event.state);
  if (event.stateType === 'SOFT' && !isOkRead && (before === undefined || STATE_ONLY.has(event.happening))) {
    const sentence = `${name} is ${event.state} in a SOFT state, which Opsview has not confirmed yet, so nothing changes.`;
    return { rule: 'soft_state', sentence };
  }
  if (before === undefined || event.happening === 'custom' || !isStale(event, before)) return undefined;
  return {
    rule: 'stale',
    sentence: `Something newer is already known of ${name} than this event of ${event.occurredAt.toISOString()}.`,
  };
}

/** Notifications tell whole seconds, readings milliseconds: compared by the second, or a reading would look newer. */
const second = (instant: Date): number => Math.floor(instant.getTime() / 1000);

function isStale(event: CheckEvent, before: Alert): boolean {
  const occurred = second(event.occurredAt);
  const newest = second(before.lastEventAt);
  // An acknowledgement changes no state: it counts when late, as long as the state it was made in still lasts.
  if (event.happening === 'acknowledged') return occurred < newest && event.occurredAt < before.stateSince;
  if (occurred !== newest || event.happening === 'read_back') return occurred < newest;
  const since = event.stateSince ?? event.occurredAt;
  if (isHealthy(event.state) === isHealthy(before.state)) return since < before.stateSince;
  return isHealthy(event.state) ? since <= before.stateSince : since < before.stateSince;
}

/**
 * The alert after the event, with the service and customer it belongs to by the policy in force.
 * Membership of an incident is decided elsewhere and stays as it was.
 */
export function nextAlert(
  event: CheckEvent,
  before: Alert | undefined,
  { policy, now }: Readonly<{ policy: Policy; now: Date }>,
): Alert {
  const placed = placeOf(event, before);
  const found = findService({ ...placed, host: event.host, check: event.check }, policy);
  const customerId = found?.service.customers[0];
  return {
    host: event.host,
    check: event.check,
    ...placed,
    ...stateOf(event, before, now),
    ...flagsOf(event, before),
    ...(found ? { serviceId: found.id } : {}),
    ...(customerId === undefined ? {} : { customerId }),
    ...(before?.incidentId === undefined ? {} : { incidentId: before.incidentId }),
    ...(before?.joinedAt === undefined ? {} : { joinedAt: before.joinedAt }),
  };
}

type Place = Pick<Alert, 'hostAlias' | 'hostAddress' | 'hostGroup' | 'hashtags'>;

/** What an event does not tell stays as known. */
function placeOf(event: CheckEvent, before: Alert | undefined): Place {
  const hostAlias = event.hostAlias ?? before?.hostAlias;
  const hostAddress = event.hostAddress ?? before?.hostAddress;
  const hostGroup = event.hostGroup ?? before?.hostGroup;
  return {
    hashtags: event.hashtags.length > 0 ? event.hashtags : (before?.hashtags ?? []),
    ...(hostAlias === undefined ? {} : { hostAlias }),
    ...(hostAddress === undefined ? {} : { hostAddress }),
    ...(hostGroup === undefined ? {} : { hostGroup }),
  };
}

type State = Pick<Alert, 'state' | 'stateType' | 'stateSince' | 'lastEventAt' | 'output' | 'longOutput'> &
  Pick<Alert, 'badSince' | 'healthySince'>;

function stateOf(event: CheckEvent, before: Alert | undefined, now: Date): State {
  const lastEventAt = before ? later(before.lastEventAt, newestKnown(event)) : event.occurredAt;
  const isUnconfirmed =
    event.stateType === 'SOFT' && !(event.happening === 'read_back' && isHealthy(event.state));
  if (before && (WITHOUT_STATE.has(event.happening) || isUnconfirmed)) {
    return { ...stateKept(before), lastEventAt };
  }
  const isSame = before?.state === event.state;
  const stateSince = event.stateSince ?? (isSame ? before.stateSince : event.occurredAt);
  return {
    state: event.state,
    stateType: event.stateType,
    stateSince,
    lastEventAt,
    output: event.output,
    // The periodic reading does not carry it.
    longOutput: event.longOutput === '' && isSame ? before.longOutput : event.longOutput,
    ...(isHealthy(event.state)
      ? { healthySince: healthySinceOf(event, before, stateSince) }
      : { badSince: before?.badSince ?? now }),
  };
}

const stateKept = (before: Alert): State => ({
  state: before.state,
  stateType: before.stateType,
  stateSince: before.stateSince,
  lastEventAt: before.lastEventAt,
  output: before.output,
  longOutput: before.longOutput,
  ...(before.badSince ? { badSince: before.badSince } : {}),
  ...(before.healthySince ? { healthySince: before.healthySince } : {}),
});

/**
 * How far an event lets us forget older ones. A reading carries our clock, which may run ahead of Opsview's and would make
 * its next notifications look old, so only the beginning of the state counts, which is by Opsview's clock.
 */
const newestKnown = (event: CheckEvent): Date =>
  event.happening === 'read_back' ? (event.stateSince ?? new Date(0)) : event.occurredAt;

/** Durations are whole seconds and a reading takes a moment: less than this is the same beginning. */
const SAME_BEGINNING_MS = 3_000;

/** Never earlier than what we knew: a state that began later than we thought was bad in between. */
function healthySinceOf(event: CheckEvent, before: Alert | undefined, stateSince: Date): Date {
  if (before === undefined) return stateSince;
  const known = before.healthySince;
  if (known && Math.abs(known.getTime() - stateSince.getTime()) < SAME_BEGINNING_MS) return known;
  if (before.isFlapping && stopsFlapping(event)) return later(event.occurredAt, stateSince);
  return later(stateSince, before.healthySince ?? before.stateSince);
}

const stopsFlapping = (event: CheckEvent): boolean =>
  event.happening === 'flapping_stopped' || event.isFlapping === false;

function flagsOf(
  event: CheckEvent,
  before: Alert | undefined,
): Pick<Alert, 'inDowntime' | 'isFlapping' | 'isAcknowledged'> {
  const isHealthyNow = isHealthy(
    WITHOUT_STATE.has(event.happening) ? (before?.state ?? event.state) : event.state,
  );
  const told = { ...event, ...FLAGS_BY_HAPPENING[event.happening] };
  return {
    inDowntime: told.inDowntime ?? before?.inDowntime ?? false,
    isFlapping: told.isFlapping ?? before?.isFlapping ?? false,
    // Opsview drops an acknowledgement when the object recovers.
    isAcknowledged: !isHealthyNow && (told.isAcknowledged ?? before?.isAcknowledged ?? false),
  };
}

/** What these events mean by their name, whatever else they carry: DOWNTIMESTART, for one, still tells depth 0. */
const FLAGS_BY_HAPPENING: Readonly<Partial<Record<CheckHappening, Partial<CheckEvent>>>> = {
  acknowledged: { isAcknowledged: true },
  flapping_started: { isFlapping: true },
  flapping_stopped: { isFlapping: false },
  downtime_started: { inDowntime: true },
  downtime_ended: { inDowntime: false },
};
