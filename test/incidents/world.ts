import { decideEvent } from '../../src/incidents/decide-event.ts';
import { decideTimer } from '../../src/incidents/decide-timer.ts';
import type { DecisionContext } from '../../src/incidents/decision-context.ts';
import { Ledger } from '../../src/incidents/ledger.ts';
import {
  isCandidate,
  isLinkOf,
  isNewlyBad,
  type LoadedRows,
  loadedRecords,
  matchesLink,
} from '../../src/incidents/loaded-records.ts';
import { lookupsFor, objectKeysOf } from '../../src/incidents/lookups.ts';
import type { Alert } from '../../src/model/alert.ts';
import {
  type CheckEvent,
  type ObjectKey,
  objectKeyText,
  type ReadBackEvent,
} from '../../src/model/check-event.ts';
import type { ChildLink } from '../../src/model/child-link.ts';
import type { Command, Decision, TimelineEntry, TimerName } from '../../src/model/decision.ts';
import type { DeskAgent } from '../../src/model/desk-agent.ts';
import { DESK_FIELD_KEYS, type DeskField } from '../../src/model/desk-field.ts';
import type { Event } from '../../src/model/event.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Page } from '../../src/model/page.ts';
import { CANDIDATES_MAX, MEMBERS_LISTED_MAX } from '../../src/model/records.ts';
import type { TicketWish } from '../../src/model/ticket.ts';
import type { Policy } from '../../src/policy/schema.ts';
import { aPolicy } from '../support/policy.ts';

export const NOON = new Date('2026-03-02T12:00:00Z');
export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => count * 60_000;

/**
 * Rows in memory and a clock moved by hand. It loads exactly what `lookupsFor` asks for, decides on a Ledger and stores
 * its changes under the constraints that the database has, so that a look-up forgotten or an intent used twice shows.
 */
export class World {
  policy: Policy;
  now = NOON;
  readonly alerts = new Map<string, Alert>();
  readonly incidents = new Map<string, Incident>();
  readonly timers = new Map<string, { incidentId: string; name: TimerName; dueAt: Date }>();
  readonly tickets = new Map<string, TicketWish>();
  readonly wishes: TicketWish[] = [];
  readonly commands = new Map<string, Command>();
  readonly timeline: TimelineEntry[] = [];
  /** By incident and intent. */
  readonly pages = new Map<string, Page>();
  readonly decisions: Decision[] = [];
  /** Freshdesk's numbers of tickets, by incident. Tickets of alerts get theirs from `createTickets`. */
  readonly ticketNumbers = new Map<string, number>();
  readonly links = new Map<string, ChildLink>();
  readonly ticketsToRead: number[] = [];
  readonly takenOver: Decision['takenOver'][number][] = [];
  agents: readonly DeskAgent[] = [];
  /** Public replies that Freshdesk has not taken. */
  unsentReplies: readonly Readonly<{ incidentId: string; intent: string }>[] = [];
  deskFields: ReadonlySet<DeskField> = new Set(DESK_FIELD_KEYS);
  watchesTicketsSince = new Date(0);
  readonly ownOpsviewUser: string;
  #ids = 0;

  constructor(policy: Policy = aPolicy(), ownOpsviewUser = 'watchdesk') {
    this.policy = policy;
    this.ownOpsviewUser = ownOpsviewUser;
  }

  get context(): DecisionContext {
    return {
      now: this.now,
      newId: () => `00000000-0000-7000-8000-${String(++this.#ids).padStart(12, '0')}`,
      nextNumber: () => this.incidents.size + this.#ids,
      ownOpsviewUser: this.ownOpsviewUser,
      deskFields: this.deskFields,
      watchesTicketsSince: this.watchesTicketsSince,
      links: {
        confirmUrl: ({ incidentId, round, answer }) =>
          `https://watchdesk.example/confirm/${incidentId}-${round}-${answer}`,
        linkUrl: ({ parentId, childId, answer }) =>
          `https://watchdesk.example/link/${parentId}-${childId}-${answer}`,
        acknowledgeUrl: ({ incidentId, ladder, person }) =>
          `https://watchdesk.example/ack/${[incidentId, person, ladder ?? ''].join('-')}`,
        stopUrl: ({ incidentId, ladder, person }) =>
          `https://watchdesk.example/stop/${incidentId}-${person}-${ladder}`,
        articleUrl: (articleId) => `https://acme.freshdesk.com/a/solutions/articles/${articleId}`,
        ticketUrl: (ticketId) => `https://acme.freshdesk.com/a/tickets/${ticketId}`,
        watchdeskUrl: ({ number }) => `https://watchdesk.example/incidents/${number}`,
        opsviewUrl: ({ host }) => `https://opsview.example/monitoring/${host}`,
      },
    };
  }

  pass(ms: number): this {
    this.now = new Date(this.now.getTime() + ms);
    return this;
  }

  /** Decides the events as one batch and returns their decisions. */
  deliver(...events: Event[]): readonly Decision[] {
    const ledger = new Ledger(loadedRecords(this.#load(events)));
    const { context } = this;
    const decisions = events.flatMap((event) => {
      const made = decideEvent(event, ledger, this.policy, context);
      for (const decision of made) ledger.apply(decision);
      return made;
    });
    this.#save(ledger, decisions);
    return decisions;
  }

  /** Delivers one event and returns its last decision. */
  tell(event: Event): Decision {
    const decision = this.deliver(event).at(-1);
    if (decision === undefined) throw new Error('an event without a decision');
    return decision;
  }

  /** Fires the timers that are due, once each. */
  fireTimers(): readonly Decision[] {
    const due = [...this.timers].filter(([, { dueAt }]) => dueAt <= this.now);
    return due.map(([key, { incidentId, name }]) => {
      this.timers.delete(key);
      const ledger = new Ledger(loadedRecords(this.#rowsOf([], [incidentId])));
      const incident = ledger.incident(incidentId);
      if (incident === undefined) throw new Error(`timer of unknown incident ${incidentId}`);
      const decision = decideTimer(name, incident, ledger, this.policy, this.context);
      ledger.apply(decision);
      this.#save(ledger, [decision]);
      return decision;
    });
  }

  members(incidentId: string): Alert[] {
    return [...this.alerts.values()].filter((alert) => alert.incidentId === incidentId);
  }

  only(): Incident {
    const all = [...this.incidents.values()];
    if (all.length !== 1 || all[0] === undefined) throw new Error(`${all.length} incidents, not one`);
    return all[0];
  }

  alert(key: ObjectKey): Alert {
    const alert = this.alerts.get(objectKeyText(key));
    if (alert === undefined) throw new Error(`no alert ${objectKeyText(key)}`);
    return alert;
  }

  intents(kind?: Command['kind']): string[] {
    return [...this.commands.values()]
      .filter((one) => kind === undefined || one.kind === kind)
      .map((one) => one.intent);
  }

  /** A reading for the proof of an incident: its members as given, at the present instant. */
  proof(
    incident: Incident,
    objects: readonly CheckEvent[],
    missing: readonly ObjectKey[] = [],
  ): ReadBackEvent {
    return {
      kind: 'read_back',
      purpose: 'proof',
      incidentId: incident.id,
      readAt: this.now,
      objects,
      missing,
    };
  }

  #load(events: readonly Event[]): LoadedRows {
    const known = (key: ObjectKey) => this.alerts.get(objectKeyText(key));
    const asked = lookupsFor(events, this.policy, { now: this.now, known });
    const linked = [...this.incidents.values()].filter((incident) =>
      [
        ...asked.hosts.map((host) => ({ host })),
        ...asked.serviceIds.map((serviceId) => ({ serviceId })),
        ...asked.reportedServiceIds.map((reportedServiceId) => ({ reportedServiceId })),
        ...asked.hostGroups.map((hostGroup) => ({ hostGroup })),
        ...asked.stormKeys.map((stormKey) => ({ stormKey })),
      ].some((link) => matchesLink(incident, link)),
    );
    const ofTickets = [...this.ticketNumbers].flatMap(([id, number]) =>
      asked.ticketIds.includes(number) ? [id] : [],
    );
    const isAboutTickets = events.some(({ kind }) => kind === 'ticket' || kind === 'person');
    const candidates = isAboutTickets ? [...this.incidents.values()].filter(isCandidate) : [];
    const ids = [
      ...asked.incidentIds,
      ...ofTickets,
      ...linked.map(({ id }) => id),
      ...candidates.filter(({ childCount }) => childCount > 0).map(({ id }) => id),
    ];
    const rows = this.#rowsOf(objectKeysOf(events), ids);
    return {
      ...rows,
      newlyBad: asked.counts.map(({ link, since, atMost }) => ({
        link,
        since,
        count: Math.min(
          atMost,
          [...this.alerts.values()].filter((one) => isNewlyBad(one, { link, since })).length,
        ),
      })),
      urgentOpened: [...this.incidents.values()].filter(
        ({ priority, openedAt }) => priority === 'urgent' && openedAt >= asked.urgent.since,
      ).length,
    };
  }

  #rowsOf(keys: readonly ObjectKey[], incidentIds: readonly string[]): LoadedRows {
    const alerts = new Map<string, Alert>();
    const add = (alert: Alert | undefined) => alert && alerts.set(objectKeyText(alert), alert);
    for (const key of keys) add(this.alerts.get(objectKeyText(key)));
    const ids = new Set([
      ...incidentIds,
      ...[...alerts.values()].flatMap(({ incidentId }) => incidentId ?? []),
    ]);
    for (const id of this.#relativesOf(ids)) ids.add(id);
    const incidents = [...ids].flatMap((id) => this.incidents.get(id) ?? []);
    for (const incident of incidents) {
      if (incident.cause) add(this.alerts.get(objectKeyText(incident.cause)));
      const newest = this.members(incident.id).sort(
        (a, b) => (b.joinedAt?.getTime() ?? 0) - (a.joinedAt?.getTime() ?? 0),
      );
      for (const member of newest.slice(0, MEMBERS_LISTED_MAX)) add(member);
    }
    // A cause may by now belong to an incident of its own, which its row refers to.
    const referred = [...alerts.values()].flatMap(
      ({ incidentId }) => this.incidents.get(incidentId ?? '') ?? [],
    );
    const all = new Map([...incidents, ...referred].map((incident) => [incident.id, incident]));
    const links = [...this.links.values()].filter((link) => [...all.keys()].some((id) => isLinkOf(link, id)));
    const desk = {
      tickets: [...this.ticketNumbers].map(([incidentId, freshdeskId]) => ({ incidentId, freshdeskId })),
      ownTags: [...this.tickets.values()].flatMap(({ fields }) =>
        fields.tags.filter((tag) => /^wd-/.test(tag)),
      ),
      links,
      candidates: [...this.incidents.values()].filter(isCandidate).slice(-CANDIDATES_MAX),
      agents: this.agents,
      unsentReplies: this.unsentReplies,
      alike: [...all.keys()].map((incidentId) => ({ incidentId, count: this.#alike(incidentId) })),
    };
    return {
      alerts: [...alerts.values()],
      incidents: [...all.values()],
      newlyBad: [],
      urgentOpened: 0,
      desk,
    };
  }

  /** Parents, children and siblings, as the loader brings them. */
  #relativesOf(ids: ReadonlySet<string>): ReadonlySet<string> {
    const found = new Set(ids);
    for (let hop = 0; hop < 2; hop++) {
      for (const link of this.links.values()) {
        if (hop === 0 ? isRelated(link, found) : found.has(link.parentId)) {
          found.add(link.parentId).add(link.childId);
        }
      }
    }
    return found;
  }

  #alike(incidentId: string): number {
    const one = this.incidents.get(incidentId);
    const since = this.now.getTime() - this.policy.problems.repeat.within;
    return [...this.incidents.values()].filter(
      ({ cause, serviceId, category, openedAt }) =>
        openedAt.getTime() >= since &&
        (one?.cause
          ? cause?.host === one.cause.host && cause.check === one.cause.check
          : cause === undefined && serviceId === one?.serviceId && category === one?.category),
    ).length;
  }

  /** Freshdesk creates the tickets that are wished for and have no number yet. */
  createTickets(): this {
    for (const id of this.tickets.keys()) {
      if (!this.ticketNumbers.has(id)) this.ticketNumbers.set(id, 1_000 + this.ticketNumbers.size);
    }
    return this;
  }

  #save(ledger: Ledger, decisions: readonly Decision[]): void {
    this.decisions.push(...decisions);
    const changes = ledger.changes();
    for (const alert of changes.alerts) this.alerts.set(objectKeyText(alert), alert);
    for (const { incident, loadedVersion } of changes.incidents) {
      if (this.incidents.get(incident.id)?.version !== loadedVersion) throw new Error('version conflict');
      const storm = [...this.incidents.values()].find(
        (other) =>
          other.id !== incident.id && other.status !== 'closed' && other.stormKey === incident.stormKey,
      );
      if (incident.stormKey !== undefined && incident.status !== 'closed' && storm) {
        throw new Error(`two open incidents for ${incident.stormKey}`);
      }
      this.incidents.set(incident.id, incident);
    }
    this.timeline.push(...changes.timeline);
    for (const timer of changes.timers) {
      const name = 'set' in timer ? timer.set : timer.cancel;
      const key = `${timer.incidentId} ${name}`;
      if ('set' in timer) this.timers.set(key, { incidentId: timer.incidentId, name, dueAt: timer.dueAt });
      else this.timers.delete(key);
    }
    for (const wish of changes.tickets) {
      const descriptionHtml =
        wish.descriptionHtml || (this.tickets.get(wish.incidentId)?.descriptionHtml ?? '');
      this.tickets.set(wish.incidentId, { ...wish, descriptionHtml });
      this.wishes.push(wish);
      if (wish.adopts) this.ticketNumbers.set(wish.incidentId, wish.adopts.freshdeskId);
    }
    for (const move of changes.ticketMoves) this.ticketNumbers.set(move.incidentId, move.ticketId);
    for (const link of changes.links) this.links.set(`${link.parentId} ${link.childId}`, link);
    for (const child of new Set([...this.links.values()].map(({ childId }) => childId))) {
      const parents = [...this.links.values()].filter(
        (one) => one.childId === child && one.state === 'linked',
      );
      if (parents.length > 1) throw new Error(`${child} has ${parents.length} parents`);
    }
    this.ticketsToRead.push(...changes.ticketsToRead);
    this.takenOver.push(...changes.takenOver);
    for (const page of changes.pages) {
      const key = `${page.incidentId} ${page.intent}`;
      if (this.pages.has(key)) throw new Error(`page ${page.intent} is to leave twice`);
      this.pages.set(key, page);
    }
    for (const command of changes.commands) {
      const key = `${command.incidentId} ${command.intent}`;
      if (!this.commands.has(key)) this.commands.set(key, command);
    }
  }
}

const isRelated = ({ parentId, childId }: ChildLink, ids: ReadonlySet<string>): boolean =>
  ids.has(parentId) || ids.has(childId);
