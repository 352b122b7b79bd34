import { isHealthy } from '../../model/check-event.ts';
import { submitAcknowledgement, submitRemoval } from './acknowledge.ts';
import { RestError } from './answer.ts';
import { cancelDowntimes, scheduleDowntime } from './downtime.ts';
import { isHostUnhandled, isServiceUnhandled, type Parameters, selectObjects } from './selectors.ts';
import type { Host, Monitored } from './state.ts';
import { findHost, nowOf, type World } from './world.ts';

type Selected = ReturnType<typeof selectObjects>;

/** `POST /rest/acknowledge`: of the selected objects those that are not healthy; the state follows later. */
export function postAcknowledge(world: World, given: Parameters, author: string): object {
  const comment = (given.comment?.[0] ?? '').replace(/[<>;\n]/g, '');
  if (comment.trim() === '') {
    throw new RestError(400, 'Error validating acknowledge parameters', 'Field comment is required');
  }
  const chosen = badOnly(selectObjects(world, given));
  refuseNone(chosen, 'No objects chosen for acknowledgements');
  const acknowledgement = { author, comment, sticky: isOn(given.sticky), notify: isOn(given.notify) };
  for (const object of objectsOf(chosen)) submitAcknowledgement(world, object, acknowledgement);
  return submitted(chosen);
}

/** `GET /rest/acknowledge`: what could be acknowledged now. */
export function getAcknowledge(world: World, given: Parameters): object {
  const { hosts, services } = selectObjects(world, given);
  return submitted({
    hosts: hosts.filter((host) => isHostUnhandled(world, host)),
    services: services.filter((object) => {
      const host = findHost(world, object.host);
      return host !== undefined && isServiceUnhandled(world, host, object);
    }),
  });
}

export function deleteAcknowledge(world: World, given: Parameters): object {
  const selected = selectObjects(world, given);
  const chosen = {
    hosts: selected.hosts.filter(({ self }) => self.acknowledgement),
    services: selected.services.filter(({ acknowledgement }) => acknowledgement),
  };
  refuseNone(chosen, 'No objects chosen for acknowledgements');
  for (const object of objectsOf(chosen)) submitRemoval(world, object);
  return submitted(chosen);
}

/** `POST /rest/downtime` with `starttime` (epoch seconds or a date) and `endtime` or `duration` such as `2h 30m`. */
export function postDowntime(world: World, given: Parameters, author: string): object {
  const start = seconds(given.starttime?.[0]) ?? nowOf(world);
  const end = seconds(given.endtime?.[0]) ?? start + durationSeconds(given.duration?.[0] ?? '');
  const comment = given.comment?.[0] ?? '';
  if (comment.trim() === '' || !(end > start)) {
    throw new RestError(
      400,
      'Error validating downtime parameters',
      'comment and an end after the start are required',
    );
  }
  const chosen = selectObjects(world, given);
  refuseNone(chosen, 'No objects chosen for downtime');
  for (const { host, check } of objectsOf(chosen)) {
    scheduleDowntime(world, { host, check, author, comment, start, end });
  }
  return submitted(chosen);
}

export function getDowntime(world: World): object {
  const list = world.data.downtimes.map((one) => ({
    started: one.started ? '1' : '0',
    start_time: String(one.start),
    actual_start_time: one.started ? String(one.start) : '0',
    scheduled_end_time: String(one.end),
    comment: one.comment,
    author: one.author,
    objects: {
      hosts:
        one.check === ''
          ? [{ hostname: one.host, id: String(findHost(world, one.host)?.self.id ?? '') }]
          : [],
      services: one.check === '' ? [] : [{ hostname: one.host, servicename: one.check }],
    },
  }));
  const hosts = world.data.downtimes.filter(({ check }) => check === '').length;
  return {
    summary: {
      num_hosts: String(hosts),
      num_services: String(list.length - hosts),
      rows: String(list.length),
    },
    list,
  };
}

export function deleteDowntime(world: World, given: Parameters): object {
  const chosen = selectObjects(world, given);
  refuseNone(chosen, 'No objects chosen for downtime');
  for (const object of objectsOf(chosen)) cancelDowntimes(world, object);
  return submitted(chosen);
}

/** `GET /rest/event`, newest first; the filters that a connector could need. */
export function getEvents(world: World, given: Parameters): object {
  const startTime = seconds(given.startTime?.[0]) ?? 0;
  const found = world.data.events
    .filter(
      (event) =>
        event.time >= startTime &&
        (given.host?.includes(event.host) ?? true) &&
        (given.service === undefined || event.check === '' || given.service.includes(event.check)) &&
        (given.eventtype?.includes(String(event.eventtype)) ?? true),
    )
    .reverse();
  const size = Number(given.rows?.[0] ?? 50) || found.length;
  const page = Number(given.page?.[0] ?? 1);
  const list = found.slice((page - 1) * size, page * size).map((event) => ({
    eventid: String(event.eventid),
    eventtype: String(event.eventtype),
    hostname: event.host,
    ...(event.check === '' ? {} : { servicename: event.check }),
    state: event.state.toLowerCase(),
    state_type: event.stateType.toLowerCase(),
    time: String(event.time),
    output: event.output,
    ...(event.eventtype === 1 ? { ack_author: event.author, ack_comment: event.comment } : {}),
    ...(event.eventtype >= 2 ? { downtime_author: event.author, downtime_comment: event.comment } : {}),
  }));
  const maxeventid = String(world.data.events.at(-1)?.eventid ?? 0);
  const pages = Math.max(1, Math.ceil(found.length / size));
  return { summary: { entries: list.length, page, pages, total_entries: found.length, maxeventid }, list };
}

const badOnly = ({ hosts, services }: Selected): Selected => ({
  hosts: hosts.filter(({ self }) => !isHealthy(self.state)),
  services: services.filter(({ state }) => !isHealthy(state)),
});

function refuseNone({ hosts, services }: Selected, message: string): void {
  if (hosts.length + services.length === 0) throw new RestError(400, message);
}

const objectsOf = ({ hosts, services }: Selected): Monitored[] => [
  ...hosts.map((host: Host) => host.self),
  ...services,
];

const submitted = ({ hosts, services }: Selected): object => ({
  summary: { num_hosts: String(hosts.length), num_services: String(services.length) },
  list: {
    hosts: hosts.map(({ name, self }) => ({ id: String(self.id), hostname: name })),
    services: services.map(({ id, host, check }) => ({ id: String(id), hostname: host, servicename: check })),
  },
});

const isOn = (values: readonly string[] | undefined): boolean =>
  values?.[0] === '1' || values?.[0] === 'true';

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const ms = Date.parse(`${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(ms)) throw new RestError(400, 'Error validating parameters', `"${text}" is not a time`);
  return ms / 1000;
}

function durationSeconds(text: string): number {
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
  return [...text.matchAll(/(\d+)\s*([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  );
}
