import { isHealthy } from '../../model/check-event.ts';
import {
  hostFits,
  hostStateFits,
  isHostUnhandled,
  isServiceUnhandled,
  type Parameters,
  serviceFits,
} from './selectors.ts';
import type { Host, Monitored } from './state.ts';
import { nowOf, type World } from './world.ts';

/** Numbers are texts and a key that would be false is absent, as in the real answers. */
type Answer = Record<string, unknown>;

/** `GET /rest/status/service`: services grouped by host. */
export function serviceStatus(world: World, given: Parameters): Answer {
  const hosts = world.data.hosts.flatMap((host) => {
    const services = host.checks.filter((object) => serviceFits(world, host, object, given));
    const alone =
      given.includehosts !== undefined && hostNamed(host, given) && hostStateFits(world, host, given);
    return services.length > 0 || alone ? [{ host, services }] : [];
  });
  const services = hosts.flatMap(({ host, services: found }) => found.map((object) => ({ host, object })));
  const summary = {
    ...counts(world, services),
    host: hostCounts(
      world,
      hosts.map(({ host }) => host),
    ),
    service: counts(world, services),
  };
  if (given.rows?.[0] === '0') return { summary };
  const list = hosts.map(({ host, services: found }) => ({
    ...hostEntry(world, host, given),
    services: found.map((object) => serviceEntry(world, host, object, given)),
  }));
  return { summary, list: list.slice(0, rows(given, list.length)) };
}

/** A host without services in the answer still has to be one of those asked for by name. */
const hostNamed = (host: Host, given: Parameters): boolean =>
  given.hs === undefined && given.serviceid === undefined && (given.host ?? [host.name]).includes(host.name);

/** `GET /rest/status/host` */
export function hostStatus(world: World, given: Parameters): Answer {
  const hosts = world.data.hosts.filter((host) => hostFits(world, host, given));
  const list = hosts.map((host) => hostEntry(world, host, given));
  return { summary: hostCounts(world, hosts), list: list.slice(0, rows(given, list.length)) };
}

function rows(given: Parameters, all: number): number {
  const asked = given.rows?.[0];
  return asked === undefined || asked === 'all' || asked === '0' ? all : Number(asked);
}

function hostEntry(world: World, host: Host, given: Parameters): Answer {
  const services = host.checks.map((object) => ({ host, object }));
  return {
    name: host.name,
    alias: host.alias,
    ip: host.ip,
    hostgroup: host.hostGroup,
    icon: 'LOGO - Linux Penguin',
    ...entry(world, host, host.self, given, isHostUnhandled(world, host)),
    num_services: String(host.checks.length),
    num_interfaces: String(host.checks.filter(({ check }) => check.startsWith('Interface: ')).length),
    summary: counts(world, services),
  };
}

function serviceEntry(world: World, host: Host, object: Monitored, given: Parameters): Answer {
  return {
    name: object.check,
    service_object_id: String(object.id),
    ...entry(world, host, object, given, isServiceUnhandled(world, host, object)),
    markdown: '0',
    perfdata_available: '0',
  };
}

function entry(world: World, host: Host, object: Monitored, given: Parameters, isUnhandled: boolean): Answer {
  const details =
    given.includehandleddetails !== undefined && object.acknowledgement
      ? {
          acknowledged_author: object.acknowledgement.author,
          acknowledged_comment: object.acknowledgement.comment,
        }
      : {};
  const extra =
    given.includeextradetails !== undefined
      ? {
          last_state_change: String(object.lastStateChange),
          last_notification: String(object.lastNotification),
          current_notification_number: String(object.notificationNumber),
          flap_detection_enabled: '1',
        }
      : {};
  return {
    state: object.state.toLowerCase(),
    state_type: object.stateType.toLowerCase(),
    unhandled: isUnhandled ? '1' : '0',
    output: object.output,
    current_check_attempt: String(object.attempt),
    max_check_attempts: String(object.attemptsMax),
    last_check: String(object.lastCheck),
    state_duration: String(nowOf(world) - object.lastStateChange),
    ...downtimeOf(world, host, object),
    ...(object.acknowledgement ? { acknowledged: '1', comments: '1' } : {}),
    ...(object.isFlapping ? { flapping: '1' } : {}),
    ...details,
    ...extra,
  };
}

/** 0 none, 1 planned, 2 running; a service has its host's when that is higher. */
function downtimeOf(world: World, host: Host, object: Monitored): Answer {
  const covering = world.data.downtimes.filter(
    (one) => one.host === host.name && (one.check === object.check || one.check === ''),
  );
  const one = covering.find(({ started }) => started) ?? covering[0];
  if (!one) return { downtime: '0' };
  return {
    downtime: one.started ? '2' : '1',
    downtime_username: one.author,
    downtime_comment: one.comment,
  };
}

function counts(world: World, services: readonly { host: Host; object: Monitored }[]): Answer {
  const of = (state: string): string =>
    String(services.filter(({ object }) => object.state === state).length);
  const unhandled = services.filter(({ host, object }) => isServiceUnhandled(world, host, object)).length;
  return {
    ok: of('OK'),
    warning: of('WARNING'),
    critical: of('CRITICAL'),
    unknown: of('UNKNOWN'),
    handled: String(services.length - unhandled),
    unhandled: String(unhandled),
    total: String(services.length),
  };
}

function hostCounts(world: World, hosts: readonly Host[]): Answer {
  const of = (state: string): string => String(hosts.filter(({ self }) => self.state === state).length);
  const unhandled = hosts.filter((host) => isHostUnhandled(world, host)).length;
  return {
    up: of('UP'),
    down: of('DOWN'),
    unreachable: of('UNREACHABLE'),
    handled: String(hosts.length - unhandled),
    unhandled: String(unhandled),
    total: String(hosts.length),
  };
}

/** `GET /rest/detail`: one object; here states are in capitals and numbers are numbers. */
export function detail(world: World, host: Host, object: Monitored): Answer {
  return {
    object: {
      hostname: host.name,
      ...(object.check === '' ? {} : { servicename: object.check }),
      state: object.state,
      alias: host.alias,
      ip: host.ip,
      state_duration: nowOf(world) - object.lastStateChange,
      output: object.output,
      perfdata: '',
      current_attempt: object.attempt,
      max_attempts: object.attemptsMax,
      state_type: object.stateType === 'HARD' ? 1 : 0,
      last_check: object.lastCheck,
      monitored_by: 'Master Monitoring Server',
      check_type: 1,
      latency: 0,
      duration: 0,
      last_state_change: object.lastStateChange,
      acknowledged: object.acknowledgement ? 1 : 0,
      is_flapping: object.isFlapping ? 1 : 0,
      in_downtime: downtimeOf(world, host, object).downtime === '2' ? 1 : 0,
      active_checks: 1,
      handled: isHealthy(object.state) ? 1 : 0,
    },
  };
}
