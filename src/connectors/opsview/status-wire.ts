import { z } from 'zod';
import { CHECK_STATES, type CheckEvent, type CheckState, type StateType } from '../../model/check-event.ts';

/** Nearly all numbers come as texts, absent keys mean false, and answers differ between versions. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

const objectStatus = {
  name: z.string(),
  state: z.string(),
  state_type: text,
  output: text,
  current_check_attempt: text,
  state_duration: text,
  downtime: text,
  acknowledged: z.unknown().optional(),
  acknowledged_author: text,
  acknowledged_comment: text,
  flapping: z.unknown().optional(),
};
const ServiceWire = z.object(objectStatus);
const HostWire = z.object({
  ...objectStatus,
  alias: text,
  ip: text,
  hostgroup: text,
  services: z.array(ServiceWire).nullish(),
});
export type ServiceWire = z.infer<typeof ServiceWire>;
export type HostWire = z.infer<typeof HostWire>;

/** A status list: hosts, each with its services when services were asked for. */
export const StatusWire = z.object({ list: z.array(HostWire) });

/** Monitoring is younger than this; such a duration counts from the year 1970 or from nothing at all. */
const DURATION_SECONDS_MAX = 50 * 365 * 86_400;
const DOWNTIME_RUNNING = 2; // 0 none, 1 planned, 2 running; a service has its host's when that is higher

/**
 * A state that we read, as an event.
 *
 * Units:   `readAt` is when the reading began, so that a notification sent meanwhile counts as newer; `stateSince` is
 *          that minus the duration in whole seconds, so two readings of one state may differ by a second.
 * Absent:  `stateSince` when the duration is missing, not a number, or more than 50 years. Flapping and acknowledged are told by absence, hence always known here. A state word that we do not know,
 *          such as pending, becomes UNKNOWN or UNREACHABLE and SOFT: it proves nothing and opens nothing.
 */
export function eventOf(host: HostWire, service: ServiceWire | undefined, readAt: Date): CheckEvent {
  const status = service ?? host;
  const known = stateOf(status.state, service ? SERVICE_STATES : HOST_STATES);
  const state: CheckState = known ?? (service ? 'UNKNOWN' : 'UNREACHABLE');
  const stateType: StateType =
    known === undefined || status.state_type?.toLowerCase() === 'soft' ? 'SOFT' : 'HARD';
  const checkAttempt = wholeNumber(status.current_check_attempt);
  const duration = durationOf(status.state_duration);
  const isAcknowledged = isTrue(status.acknowledged);
  const [output, ...more] = (status.output ?? '').split(/\r?\n/);
  return {
    kind: 'check',
    happening: 'read_back',
    host: host.name,
    check: service?.name ?? '',
    state,
    stateType,
    ...(checkAttempt === undefined ? {} : { checkAttempt }),
    inDowntime: (wholeNumber(status.downtime) ?? 0) >= DOWNTIME_RUNNING,
    isFlapping: isTrue(status.flapping),
    isAcknowledged,
    ...(isAcknowledged && status.acknowledged_author ? { author: status.acknowledged_author } : {}),
    ...(isAcknowledged && status.acknowledged_comment ? { comment: status.acknowledged_comment } : {}),
    output: output ?? '',
    longOutput: more.join('\n'),
    ...(host.alias ? { hostAlias: host.alias } : {}),
    ...(host.ip ? { hostAddress: host.ip } : {}),
    ...(host.hostgroup ? { hostGroup: host.hostgroup } : {}),
    hashtags: [],
    ...(duration === undefined ? {} : { stateSince: new Date(readAt.getTime() - duration * 1000) }),
    occurredAt: readAt,
  };
}

/** Every service of a service list. */
export const serviceEvents = (hosts: readonly HostWire[], readAt: Date): CheckEvent[] =>
  hosts.flatMap((host) => (host.services ?? []).map((service) => eventOf(host, service, readAt)));

/** Every host of a host list. */
export const hostEvents = (hosts: readonly HostWire[], readAt: Date): CheckEvent[] =>
  hosts.map((host) => eventOf(host, undefined, readAt));

const HOST_STATES: ReadonlySet<string> = new Set(['UP', 'DOWN', 'UNREACHABLE']);
const SERVICE_STATES: ReadonlySet<string> = new Set(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']);

function stateOf(word: string, among: ReadonlySet<string>): CheckState | undefined {
  const upper = word.trim().toUpperCase();
  return among.has(upper) ? CHECK_STATES.find((state) => state === upper) : undefined;
}

function wholeNumber(value: string | null | undefined): number | undefined {
  const trimmed = value?.trim() ?? '';
  return /^\d{1,12}(\.\d+)?$/.test(trimmed) ? Math.floor(Number(trimmed)) : undefined;
}

function durationOf(value: string | null | undefined): number | undefined {
  const seconds = wholeNumber(value);
  return seconds === undefined || seconds > DURATION_SECONDS_MAX ? undefined : seconds;
}

const isTrue = (value: unknown): boolean => value === true || value === 1 || value === '1';
