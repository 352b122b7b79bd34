import { Ledger } from '../incidents/ledger.ts';
import { type DeskRows, loadedRecords, type NewlyBadCount } from '../incidents/loaded-records.ts';
import { type Known, type Lookups, lockKeysFor, lookupsFor, objectKeysOf } from '../incidents/lookups.ts';
import type { Alert } from '../model/alert.ts';
import { type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { TimerName } from '../model/decision.ts';
import type { Event } from '../model/event.ts';
import type { Incident } from '../model/incident.ts';
import { CANDIDATES_MAX, type IncidentLink, MEMBERS_LISTED_MAX } from '../model/records.ts';
import type { Policy } from '../policy/schema.ts';
import * as alerts from '../store/alerts.ts';
import * as commands from '../store/commands.ts';
import * as deskAgents from '../store/desk-agents.ts';
import * as incidents from '../store/incidents.ts';
import { lockKeys } from '../store/lock-keys.ts';
import * as ticketLinks from '../store/ticket-links.ts';
import * as tickets from '../store/tickets.ts';
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
  const ofTickets = await tickets.findIncidents(tx, lookups.ticketIds);
  const named = [...lookups.incidentIds, ...ofTickets.map(({ incidentId }) => incidentId)];
  const ids = new Set([
    ...(await relativesOf(tx, named)),
    ...linked.map(({ id }) => id),
    ...asked.flatMap(({ incidentId }) => incidentId ?? []),
  ]);
  const locked = await incidents.lockIncidents(tx, [...ids]);
  const isAboutTickets = events.some(({ kind }) => kind === 'ticket' || kind === 'person');
  const candidates = isAboutTickets ? await incidents.loadCandidates(tx, CANDIDATES_MAX) : [];
  const have = new Set(locked.map(({ id }) => id));
  const others = candidates.filter(({ id }) => !have.has(id));
  const relatives = await loadRelatives(tx, [...locked, ...others]);
  const referred = [...locked, ...relatives];
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
    alerts: [...asked, ...(await around(tx, referred, asked, others))],
    incidents: referred,
    newlyBad,
    urgentOpened: isStormPossible ? await incidents.countUrgentOpened(tx, lookups.urgent) : 0,
    desk: {
      ...(await deskOf(tx, [...referred, ...others], { policy, isAboutTickets, mayAssign: isAboutTickets })),
      ...(isAboutTickets ? { ownTags: await tickets.findTags(tx, lookups.tags) } : {}),
      candidates,
    },
  };
  return () => new Ledger(loadedRecords(rows));
}

/** What decisions about issues of people look at; nothing is asked for when there are none. */
async function deskOf(
  tx: Tx,
  loaded: readonly Incident[],
  given: Readonly<{ policy: Policy; isAboutTickets: boolean; mayAssign: boolean }>,
): Promise<DeskRows> {
  const hasLadders = Object.keys(given.policy.ladders).length > 0;
  const nothing = { ownTags: [], candidates: [], agents: [], alike: [], unsentReplies: [] };
  const ofPeople = loaded.filter(isOfPeople).map(({ id }) => id);
  // A new ticket may report what only monitoring knows of so far; whoever is paged is led to the ticket.
  if (ofPeople.length === 0 && !given.isAboutTickets && !hasLadders)
    return { ...nothing, tickets: [], links: [] };
  // Ladders ask who of the policy's people an agent is.
  const isAgentAsked = hasLadders && loaded.some(({ desk }) => desk.responderId !== undefined);
  return {
    ...nothing,
    agents: given.mayAssign || isAgentAsked ? await deskAgents.loadAgents(tx) : [],
    tickets: await tickets.loadNumbers(
      tx,
      loaded.map(({ id }) => id),
    ),
    links: await ticketLinks.loadLinks(tx, ofPeople),
  };
}

const isOfPeople = ({ reporter, origin, parentId, childCount }: Incident): boolean =>
  reporter !== undefined || origin !== 'alert' || parentId !== undefined || childCount > 0;

/** These and their parents, children and siblings. */
async function relativesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set(ids);
  if (ids.length === 0) return found;
  for (const { parentId, childId } of await ticketLinks.loadLinks(tx, ids)) found.add(parentId).add(childId);
  if (found.size === ids.length) return found;
  for (const { parentId, childId } of await ticketLinks.loadLinks(tx, [...found]))
    if (found.has(parentId)) found.add(childId);
  return found;
}

/** Those that were not asked for. They are not locked: their versions guard them. */
async function loadRelatives(tx: Tx, loaded: readonly Incident[]): Promise<readonly Incident[]> {
  const withRelatives = loaded.filter(({ parentId, childCount }) => parentId !== undefined || childCount > 0);
  if (withRelatives.length === 0) return [];
  const have = new Set(loaded.map(({ id }) => id));
  const relatives = await relativesOf(
    tx,
    withRelatives.map(({ id }) => id),
  );
  return await incidents.loadIncidents(
    tx,
    [...relatives].filter((id) => !have.has(id)),
  );
}

export type DueTimer = Readonly<{ incidentId: string; name: TimerName }>;

/**
 * The incidents of due timers and what belongs to them; `since` is when counting alike ones begins, for timers `repeat`.
 * `isLocked` is false for one that another transaction holds, or that is gone.
 */
export async function loadForTimers(
  tx: Tx,
  due: readonly DueTimer[],
  { policy, since }: Readonly<{ policy: Policy; since: Date }>,
): Promise<Readonly<{ ledger: Ledger; isLocked(incidentId: string): boolean }>> {
  const locked = await incidents.tryLockIncidents(
    tx,
    due.map(({ incidentId }) => incidentId),
  );
  const all = [...locked, ...(await loadRelatives(tx, locked))];
  const rows = {
    ...NOTHING,
    alerts: await around(tx, all, []),
    incidents: all,
    desk: {
      ...(await deskOf(tx, all, { policy, isAboutTickets: false, mayAssign: locked.some(isOfPeople) })),
      ...(await askedByFew(tx, due, { locked, since })),
    },
  };
  const ids = new Set(locked.map(({ id }) => id));
  return { ledger: new Ledger(loadedRecords(rows)), isLocked: (incidentId) => ids.has(incidentId) };
}

/** What single timers alone want to know; few are due at once. */
async function askedByFew(
  tx: Tx,
  due: readonly DueTimer[],
  { locked, since }: Readonly<{ locked: readonly Incident[]; since: Date }>,
): Promise<Pick<DeskRows, 'alike' | 'unsentReplies'>> {
  const alike: DeskRows['alike'][number][] = [];
  const unsentReplies: DeskRows['unsentReplies'][number][] = [];
  for (const incident of locked) {
    const isAsked = (name: TimerName) =>
      due.some((timer) => timer.incidentId === incident.id && timer.name === name);
    if (isAsked('repeat'))
      alike.push({ incidentId: incident.id, count: await incidents.countAlike(tx, incident, since) });
    if (isAsked('confirm') && incident.desk.confirmation)
      unsentReplies.push(...(await commands.listUnsentReplies(tx, incident.id)));
  }
  return { alike, unsentReplies };
}

const NOTHING = { alerts: [], incidents: [], newlyBad: [], urgentOpened: 0 };

/**
 * The newest members of the incidents, and their causes where these are not among them. Of `candidates` only the causes:
 * one that is linked to may get another wish for its ticket, which tells of it.
 */
async function around(
  tx: Tx,
  referred: readonly Incident[],
  loaded: readonly Alert[],
  candidates: readonly Incident[] = [],
): Promise<readonly Alert[]> {
  const members = await alerts.membersOf(
    tx,
    referred.map(({ id }) => id),
    MEMBERS_LISTED_MAX,
  );
  const have = new Set([...loaded, ...members].map(objectKeyText));
  const causes = [...referred, ...candidates].flatMap(({ cause }) =>
    cause && !have.has(objectKeyText(cause)) ? [cause] : [],
  );
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
  ...lookups.reportedServiceIds.map((reportedServiceId) => ({ reportedServiceId })),
  ...lookups.hostGroups.map((hostGroup) => ({ hostGroup })),
  ...lookups.stormKeys.map((stormKey) => ({ stormKey })),
];
