import { type CheckEvent, isHealthy } from '../../model/check-event.ts';
import type { OpsviewCall } from './opsview.ts';
import { hostEvents, StatusWire, serviceEvents } from './status-wire.ts';

/** Opsview numbers states: services 1 WARNING, 2 CRITICAL, 3 UNKNOWN; hosts 1 DOWN, 2 UNREACHABLE. */
const BAD_SERVICES = [
  ['state', '1'],
  ['state', '2'],
  ['state', '3'],
] as const;
const BAD_HOSTS = [
  ['host_state', '1'],
  ['host_state', '2'],
] as const;

/**
 * Every host and service check that is not healthy, also acknowledged, in downtime, flapping, in SOFT states, or on a
 * host that is down; hosts first. Two calls, whatever the number.
 */
export async function readUnhealthy({ ask, clock }: OpsviewCall): Promise<readonly CheckEvent[]> {
  const hostsReadAt = clock.now();
  const hosts = await ask({
    method: 'GET',
    path: '/status/host',
    query: BAD_HOSTS,
    verb: 'read_unhealthy',
    what: 'list the hosts that are not up',
    schema: StatusWire,
  });
  const servicesReadAt = clock.now();
  const services = await ask({
    method: 'GET',
    path: '/status/service',
    query: [...BAD_SERVICES, ['includehandleddetails', '1']],
    verb: 'read_unhealthy',
    what: 'list the service checks that are not OK',
    schema: StatusWire,
  });
  return [...hostEvents(hosts.list, hostsReadAt), ...serviceEvents(services.list, servicesReadAt)].filter(
    ({ state }) => !isHealthy(state),
  );
}
