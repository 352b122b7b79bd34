import { type CheckState, isHealthy } from '../../model/check-event.ts';
import type { Host, Monitored } from './state.ts';
import { inDowntime, type World } from './world.ts';

/** Parameters of a call, each with all its values in order. */
export type Parameters = Readonly<Record<string, readonly string[]>>;

/** From a query or a JSON body; a body wins over the URL. */
export function parametersOf(query: unknown, body?: unknown): Parameters {
  const given = { ...(query as object), ...(typeof body === 'object' && body !== null ? body : {}) };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).map(String),
    ]),
  );
}

/** SQL LIKE without regard to case: `%` is any text, `_` any one character. */
export function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'is').test(text);
}

const anyLike = (text: string, patterns: readonly string[] | undefined): boolean =>
  patterns === undefined || patterns.some((pattern) => isLike(text, pattern));
const anyEqual = (text: string, values: readonly string[] | undefined): boolean =>
  values === undefined || values.includes(text);

const SERVICE_CODES: readonly CheckState[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
const HOST_CODES: readonly CheckState[] = ['UP', 'DOWN', 'UNREACHABLE'];

export const isServiceUnhandled = (world: World, host: Host, object: Monitored): boolean =>
  !isHealthy(object.state) &&
  host.self.state === 'UP' &&
  !object.acknowledgement &&
  !inDowntime(world, object);

/** UNREACHABLE does not count. */
export const isHostUnhandled = (world: World, { self }: Host): boolean =>
  self.state === 'DOWN' && !self.acknowledgement && !inDowntime(world, self);

function inGroupAndKeyword(host: Host, given: Parameters): boolean {
  return (
    anyEqual(String(host.hostGroupId), given.hostgroupid) &&
    anyEqual(host.hostGroup, given.hostgroupname) &&
    (given.keyword === undefined || given.keyword.some((keyword) => host.hashtags.includes(keyword)))
  );
}

const filterFits = (filter: readonly string[] | undefined, isUnhandled: boolean, isBad: boolean): boolean => {
  if (filter === undefined) return true;
  return filter[0] === 'unhandled' ? isUnhandled : isBad && !isUnhandled;
};

/** Does the service belong into `GET /status/service` with these parameters? Host and service names are LIKE patterns. */
export function serviceFits(world: World, host: Host, object: Monitored, given: Parameters): boolean {
  const typeCode = object.stateType === 'HARD' ? '1' : '0';
  return (
    anyLike(host.name, given.host ?? given.hostname) &&
    anyLike(object.check, given.servicecheck ?? given.servicename) &&
    anyEqual(`${host.name}::${object.check}`, given.hs) &&
    anyEqual(String(host.self.id), given.hostid) &&
    anyEqual(String(object.id), given.serviceid) &&
    inGroupAndKeyword(host, given) &&
    anyEqual(String(SERVICE_CODES.indexOf(object.state)), given.state) &&
    anyEqual(typeCode, given.state_type) &&
    filterFits(given.filter, isServiceUnhandled(world, host, object), !isHealthy(object.state)) &&
    (given.includehosts !== undefined || hostStateFits(world, host, given))
  );
}

/** Does the host belong into a host list? There `host` is exact. */
export function hostFits(world: World, host: Host, given: Parameters): boolean {
  return (
    anyEqual(host.name, given.host) &&
    anyLike(host.name, given.hostname) &&
    anyEqual(String(host.self.id), given.hostid) &&
    inGroupAndKeyword(host, given) &&
    hostStateFits(world, host, given) &&
    filterFits(given.filter, isHostUnhandled(world, host), !isHealthy(host.self.state))
  );
}

export function hostStateFits(world: World, host: Host, given: Parameters): boolean {
  return (
    anyEqual(String(HOST_CODES.indexOf(host.self.state)), given.host_state) &&
    anyEqual(host.self.stateType === 'HARD' ? '1' : '0', given.host_state_type) &&
    filterFits(given.host_filter, isHostUnhandled(world, host), !isHealthy(host.self.state))
  );
}

/**
 * What an acknowledge or downtime call is about: typed selectors (`svc.hs`, `hst.hostname`, …) or plain ones, where any
 * service parameter selects services and otherwise hosts. No parameter selects nothing.
 */
export function selectObjects(world: World, given: Parameters): { hosts: Host[]; services: Monitored[] } {
  const service = typed(given, 'svc.');
  const host = typed(given, 'hst.');
  const isTyped = Object.keys(service).length + Object.keys(host).length > 0;
  const names = ['servicecheck', 'servicename', 'serviceid', 'hs', 'keyword'];
  const plain = Object.fromEntries(
    [...names, 'host', 'hostname', 'hostid', 'hostgroupid', 'hostgroupname', 'state', 'filter']
      .filter((name) => given[name] !== undefined)
      .map((name) => [name, given[name] ?? []]),
  );
  const wantsServices = names.some((name) => plain[name] !== undefined);
  const serviceGiven = isTyped ? service : wantsServices ? plain : {};
  const hostGiven = isTyped ? host : wantsServices ? {} : plain;
  const has = (selector: Parameters): boolean => Object.keys(selector).length > 0;
  return {
    hosts: has(hostGiven) ? world.data.hosts.filter((one) => hostFits(world, one, hostGiven)) : [],
    services: has(serviceGiven)
      ? world.data.hosts.flatMap((one) =>
          one.checks.filter((object) => serviceFits(world, one, object, serviceGiven)),
        )
      : [],
  };
}

/** A typed host name is exact, a typed service host or name a pattern, as for the plain ones. */
function typed(given: Parameters, prefix: string): Parameters {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [typedName(prefix, name.slice(prefix.length)), values]),
  );
}

const typedName = (prefix: string, name: string): string =>
  prefix === 'hst.' && name === 'hostname' ? 'host' : name === 'keywordname' ? 'keyword' : name;
