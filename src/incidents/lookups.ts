import { type CheckEvent, isHealthy, type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { Event } from '../model/event.ts';
import type { IncidentLink } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import { groupLink, stormKeyOf } from '../routing/correlate.ts';
import { findService } from '../routing/route-alert.ts';

/**
 * Which rows and counts a batch of events needs, so that they can be fetched with a fixed number of queries.
 * Beyond what is named: the incidents that the alerts refer to, and of every incident its cause and newest members.
 */
export type Lookups = Readonly<{
  objectKeys: readonly ObjectKey[];
  /** Asked for by name: the incident that a proof is about, or that a person speaks of. */
  incidentIds: readonly string[];
  /** Freshdesk's numbers of tickets whose issues are needed, and tags that may be those of tickets of ours. */
  ticketIds: readonly number[];
  tags: readonly string[];
  /** Open incidents whose cause is on one of these hosts, or that carry one of these keys. */
  hosts: readonly string[];
  serviceIds: readonly string[];
  /** Services about which people may have reported before monitoring saw it. */
  reportedServiceIds: readonly string[];
  hostGroups: readonly string[];
  stormKeys: readonly string[];
  /** Objects bad since `since` or later within the link; counting may stop at `atMost`. */
  counts: readonly Readonly<{ link: IncidentLink | 'any'; since: Date; atMost: number }>[];
  /** Incidents of priority Urgent opened at or after `since`. */
  urgent: Readonly<{ since: Date; atMost: number }>;
}>;

function checksOf(event: Event): readonly CheckEvent[] {
  if (event.kind === 'check') return [event];
  return event.kind === 'read_back' ? event.objects : [];
}

/**
 * Only these can open or join an incident; everything else stays within the incident of its own object. The end of
 * flapping in a SOFT state tells no state: that of before counts, which may be bad.
 */
const mayOpen = ({ state, stateType, happening }: CheckEvent): boolean =>
  stateType === 'HARD' ? !isHealthy(state) : happening === 'flapping_stopped';

type Placed = Readonly<{
  check: CheckEvent;
  links: readonly IncidentLink[];
  serviceId: string | undefined;
  stormKey: string;
}>;

/** Where an object may be grouped; what its event does not tell is taken from what is known, as `nextAlert` does. */
function placed(check: CheckEvent, policy: Policy, known: KnownPlace | undefined): Placed {
  const hostGroup = check.hostGroup ?? known?.hostGroup;
  const hashtags = check.hashtags.length > 0 ? check.hashtags : (known?.hashtags ?? []);
  const found = findService({ host: check.host, check: check.check, hostGroup, hashtags }, policy);
  const place = { host: check.host, hostGroup, serviceId: found?.id };
  const links = policy.alerts.group.flatMap(({ by }) => groupLink(place, by) ?? []);
  return { check, links, serviceId: found?.id, stormKey: stormKeyOf(found?.service.customers[0]) };
}

/** What an alert row remembers of where its object is. */
export type KnownPlace = Readonly<{ hostGroup?: string | undefined; hashtags: readonly string[] }>;
/** Looks into the alert rows of `objectKeysOf(events)`, loaded before; undefined for an object without a row. */
export type Known = (object: ObjectKey) => KnownPlace | undefined;

/** Every object of the events and its host. */
export function objectKeysOf(events: readonly Event[]): readonly ObjectKey[] {
  const keys = new Map<string, ObjectKey>();
  const add = (host: string, check: string) => keys.set(objectKeyText({ host, check }), { host, check });
  for (const event of events) {
    for (const { host, check } of [...checksOf(event), ...missingOf(event)]) {
      add(host, check);
      add(host, '');
    }
  }
  return [...keys.values()];
}

const missingOf = (event: Event): readonly ObjectKey[] => (event.kind === 'read_back' ? event.missing : []);

/** The issues that an event names itself. */
function incidentIdsOf(event: Event): readonly string[] {
  if (event.kind === 'read_back') return event.incidentId === undefined ? [] : [event.incidentId];
  if (event.kind === 'page') return [event.incidentId];
  if (event.kind !== 'person') return [];
  const { action } = event;
  if (action.do === 'link') return [action.parentId, action.childId];
  return [action.do === 'unlink' ? action.childId : action.incidentId];
}

/** The tickets that an event is about, or says another was merged into. */
const ticketIdsOf = (event: Event): readonly number[] =>
  event.kind === 'ticket'
    ? [event.ticketId, ...(event.mergedInto === undefined ? [] : [event.mergedInto])]
    : [];

/**
 * `now` must be the one that the batch is decided with. `known` is needed because not every event tells host group and
 * hashtags, and a count that a decision asks for and that was not loaded is an error.
 */
export function lookupsFor(
  events: readonly Event[],
  policy: Policy,
  { now, known }: Readonly<{ now: Date; known: Known }>,
): Lookups {
  const all = events.flatMap(checksOf);
  const places = all.filter(mayOpen).map((check) => placed(check, policy, known(check)));
  const links = unique(places.flatMap(({ links }) => links));
  const { storm, group } = policy.alerts;
  const before = (ms: number) => new Date(now.getTime() - ms);
  const counts = links.flatMap((link) =>
    group
      .filter(({ by }) => LINK_FIELDS[by] in link)
      // The batch itself may take back as many as it has events, so that many more are counted.
      .map(({ within, at_least }) => ({ link, since: before(within), atMost: at_least + all.length })),
  );
  const stormCount = { link: 'any' as const, since: before(storm.within), atMost: storm.alerts + all.length };
  return {
    objectKeys: objectKeysOf(events),
    incidentIds: [...new Set(events.flatMap(incidentIdsOf))],
    ticketIds: [...new Set(events.flatMap(ticketIdsOf))],
    tags: [...new Set(events.flatMap((event) => (event.kind === 'ticket' ? event.fields.tags : [])))],
    hosts: links.flatMap((link) => ('host' in link ? [link.host] : [])),
    serviceIds: links.flatMap((link) => ('serviceId' in link ? [link.serviceId] : [])),
    reportedServiceIds: policy.tickets.handle
      ? [...new Set(places.flatMap(({ serviceId }) => serviceId ?? []))]
      : [],
    hostGroups: links.flatMap((link) => ('hostGroup' in link ? [link.hostGroup] : [])),
    stormKeys: [...new Set(places.map(({ stormKey }) => stormKey))],
    counts: places.length === 0 ? [] : [...unique(counts), stormCount],
    urgent: { since: before(storm.within), atMost: storm.urgent_max },
  };
}

const LINK_FIELDS = { host: 'host', service: 'serviceId', host_group: 'hostGroup' } as const;

const unique = <T>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const lockName = (link: IncidentLink): string => {
  if ('host' in link) return `host:${link.host}`;
  if ('serviceId' in link) return `service:${link.serviceId}`;
  if ('hostGroup' in link) return `group:${link.hostGroup}`;
  return 'stormKey' in link ? link.stormKey : `service:${link.reportedServiceId}`;
};

/**
 * Names under which batches that run at the same time could open two incidents for one problem, sorted, to be locked in
 * that order before anything is loaded.
 *
 * Its host covers an object and its host's incident; service and host group are needed only where a grouping rule looks
 * at them and the object is bad. A storm is locked only when one may be on (`newlyBadCount` from the database plus this
 * batch exceeds the policy's number), because otherwise it would hold up every batch; what slips through are at worst
 * two storm incidents of one customer, of which the older collects what follows. `version` guards every shared incident.
 */
export function lockKeysFor(
  events: readonly Event[],
  policy: Policy,
  { known, newlyBadCount }: Readonly<{ known: Known; newlyBadCount: number }>,
): readonly string[] {
  const all = events.flatMap(checksOf);
  const keys = new Set(objectKeysOf(events).map(({ host }) => `host:${host}`));
  const places = all.filter(mayOpen).map((check) => placed(check, policy, known(check)));
  const isStormPossible = newlyBadCount + places.length > policy.alerts.storm.alerts;
  for (const { links, stormKey } of places) {
    for (const link of links) keys.add(lockName(link));
    if (isStormPossible) keys.add(stormKey);
  }
  for (const event of events) {
    for (const id of incidentIdsOf(event)) keys.add(`incident:${id}`);
    for (const ticketId of ticketIdsOf(event)) keys.add(`ticket:${ticketId}`);
    // Two first reports of one problem must see each other.
    if (event.kind === 'ticket') keys.add('tickets');
  }
  return [...keys].sort();
}
