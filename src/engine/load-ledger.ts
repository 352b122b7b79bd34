import { Ledger } from '../incidents/ledger.ts';
import { loadedRecords, type NewlyBadCount } from '../incidents/loaded-records.ts';
import { type Known, type Lookups, lockKeysFor, lookupsFor, objectKeysOf } from '../incidents/lookups.ts';
import type { Alert } from '../model/alert.ts';
import { type Event, type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { Incident } from '../model/incident.ts';
import { type IncidentLink, MEMBERS_LISTED_MAX } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import * as alerts from '../store/alerts.ts';
import * as incidents from '../store/incidents.ts';
import { lockKeys } from '../store/lock-keys.ts';
import type { Tx } from '../store/transaction.ts';

const NO_OBJECT: ObjectKey = { host: '', check: '' };

/** How many objects went bad lately, as the last batch counted; kept by the process between batches. */
export type StormHint = { newlyBad: number; countedAt: Date };

/**
 * Everything a batch of events may look at, locked against other processes until `tx` ends. A fixed number of
 * statements, however many events and however many rows are stored.
 *
 * `hint` saves a count: it only decides whether to queue up for a storm's lock beforehand, and where it is wrong the
 * unique key of open storms makes the later one decide again.
 *
 * Returns a way to make ledgers, since a batch may have to be decided a second time over the same rows.
 */
export async function loadForEvents(
  tx: Tx,
  events: readonly Event[],
  given: Readonly<{ policy: Policy; now: Date; hint: StormHint }>,
): Promise<() => Ledger> {
  const { policy, now, hint } = given;
  if (events.length === 0) return () => new Ledger(loadedRecords(NOTHING));
  const { storm } = policy.alerts;
  const isHintFresh = now.getTime() - hint.countedAt.getTime() <= storm.within;
  const known = await placesKnown(tx, events);
  await lockKeys(tx, lockKeysFor(events, policy, { known, newlyBadCount: isHintFresh ? hint.newlyBad : 0 }));

  const lookups = lookupsFor(events, policy, { now, known });
  const asked = await alerts.loadAlerts(tx, lookups.objectKeys);
  const linked = await incidents.loadOpenIncidents(tx, linksOf(lookups));
  const ids = new Set([
    ...lookups.incidentIds,
    ...linked.map(({ id }) => id),
    ...asked.flatMap(({ incidentId }) => incidentId ?? []),
  ]);
  const referred = await incidents.lockIncidents(tx, [...ids]);
  const counted = await alerts.countNewlyBad(
    tx,
    lookups.counts.map((count) => ({ ...count, except: NO_OBJECT })),
  );
  const newlyBad: NewlyBadCount[] = lookups.counts.map(({ link, since }, index) => ({
    link,
    since,
    count: counted[index] ?? 0,
  }));
  const lately = newlyBad.find(({ link }) => link === 'any')?.count ?? 0;
  if (lookups.counts.length > 0) Object.assign(hint, { newlyBad: lately, countedAt: now });
  // Only a storm asks how many Urgent incidents there were.
  const isStormPossible = lately + lookups.objectKeys.length > storm.alerts;
  const rows = {
    alerts: [...asked, ...(await around(tx, referred, asked))],
    incidents: referred,
    newlyBad,
    urgentOpened: isStormPossible ? await incidents.countUrgentOpened(tx, lookups.urgent) : 0,
  };
  return () => new Ledger(loadedRecords(rows));
}

/** One incident and what belongs to it, for a timer. Undefined while another process holds it, or when it is gone. */
export async function loadForTimer(
  tx: Tx,
  incidentId: string,
): Promise<Readonly<{ incident: Incident; ledger: Ledger }> | undefined> {
  const incident = await incidents.tryLockIncident(tx, incidentId);
  if (!incident) return undefined;
  const rows = { ...NOTHING, alerts: await around(tx, [incident], []), incidents: [incident] };
  return { incident, ledger: new Ledger(loadedRecords(rows)) };
}

const NOTHING = { alerts: [], incidents: [], newlyBad: [], urgentOpened: 0 };

/** The newest members of the incidents, and their causes where these are not among them. */
async function around(
  tx: Tx,
  referred: readonly Incident[],
  loaded: readonly Alert[],
): Promise<readonly Alert[]> {
  const members = await alerts.membersOf(
    tx,
    referred.map(({ id }) => id),
    MEMBERS_LISTED_MAX,
  );
  const have = new Set([...loaded, ...members].map(objectKeyText));
  const causes = referred.map(({ cause }) => cause).filter((cause) => !have.has(objectKeyText(cause)));
  const known = new Set(loaded.map(objectKeyText));
  return [
    ...members.filter((alert) => !known.has(objectKeyText(alert))),
    ...(await alerts.loadAlerts(tx, causes)),
  ];
}

/**
 * What is remembered of where the objects are: it decides which names to lock, so it is read before anything is locked,
 * unless the events themselves tell all of it.
 */
async function placesKnown(tx: Tx, events: readonly Event[]): Promise<Known> {
  if (events.every(tellsItsPlace)) return () => undefined;
  const rows = await alerts.loadAlerts(tx, objectKeysOf(events));
  const before = new Map(rows.map((alert) => [objectKeyText(alert), alert]));
  return (object) => before.get(objectKeyText(object));
}

const tellsItsPlace = (event: Event): boolean =>
  event.kind === 'check' && event.hostGroup !== undefined && event.hashtags.length > 0;

const linksOf = (lookups: Lookups): IncidentLink[] => [
  ...lookups.hosts.map((host) => ({ host })),
  ...lookups.serviceIds.map((serviceId) => ({ serviceId })),
  ...lookups.hostGroups.map((hostGroup) => ({ hostGroup })),
  ...lookups.stormKeys.map((stormKey) => ({ stormKey })),
];
