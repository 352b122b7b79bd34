import type { Alert } from '../model/alert.ts';
import { type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { ChildLink } from '../model/child-link.ts';
import type { Command, Decision, TimelineEntry, TimerChange } from '../model/decision.ts';
import type { DeskAgent } from '../model/desk-agent.ts';
import type { Incident } from '../model/incident.ts';
import type { Page } from '../model/page.ts';
import type { IncidentLink, Records } from '../model/records.ts';
import type { TicketWish } from '../model/ticket.ts';
import {
  isCandidate,
  isLinkOf,
  isNewlyBad,
  linksOf,
  linkText,
  matchesLink,
  newestMembersFirst,
  oldestFirst,
} from './loaded-records.ts';

type NewlyBadQuery = Parameters<Records['newlyBad']>[0];

/** What a batch of decisions changes, ready to be stored: the last value of each row, lists in the order decided. */
export type Changes = Readonly<{
  alerts: readonly Alert[];
  /** `loadedVersion` is undefined for a new one; else update only where the row still has it. */
  incidents: readonly Readonly<{ incident: Incident; loadedVersion: number | undefined }>[];
  /** `deliverySeq` as it was given to `apply`. */
  timeline: readonly (TimelineEntry & Readonly<{ deliverySeq?: bigint }>)[];
  /** The last change of each timer. */
  timers: readonly TimerChange[];
  /** The last wish of each incident, with the description of the first that has one. */
  tickets: readonly TicketWish[];
  /** Each intent once. */
  commands: readonly Command[];
  /** Each intent once. */
  pages: readonly Page[];
  /** The last value of each. */
  links: readonly ChildLink[];
  ticketsToRead: readonly number[];
  ticketMoves: Decision['ticketMoves'];
  takenOver: Decision['takenOver'];
}>;

/**
 * Records with decisions applied on top, so that every event of a batch is decided as if the earlier ones were committed.
 *
 *     const ledger = new Ledger(loadedRecords(rows));
 *     for (const event of events) decideEvent(event, ledger, policy, context).forEach((d) => ledger.apply(d));
 *     await save(ledger.changes());
 */
export class Ledger implements Records {
  readonly #base: Records;
  readonly #alerts = new Map<string, Alert>();
  readonly #incidents = new Map<string, Incident>();
  /** Changed alerts that belong, or belonged, to a link; and how many are newly bad of each link since an instant, ms. */
  readonly #changedOf = new Map<string, Set<string>>();
  readonly #counts = new Map<string, Map<number, number>>();
  readonly #membersChanged = new Map<string, Map<string, Alert>>();
  readonly #timeline: (TimelineEntry & Readonly<{ deliverySeq?: bigint }>)[] = [];
  readonly #timers = new Map<string, TimerChange>();
  readonly #tickets = new Map<string, TicketWish>();
  readonly #commands = new Map<string, Command>();
  readonly #pages = new Map<string, Page>();
  readonly #links = new Map<string, ChildLink>();
  /** Freshdesk's numbers of tickets that this batch adopted or moved. */
  readonly #ticketOf = new Map<string, number>();
  readonly #ticketsToRead = new Set<number>();
  readonly #ticketMoves: Decision['ticketMoves'][number][] = [];
  readonly #takenOver: Decision['takenOver'][number][] = [];

  constructor(base: Records) {
    this.#base = base;
  }

  alert(key: ObjectKey): Alert | undefined {
    return this.#alerts.get(objectKeyText(key)) ?? this.#base.alert(key);
  }

  incident(id: string): Incident | undefined {
    return this.#incidents.get(id) ?? this.#base.incident(id);
  }

  openIncidents(link: IncidentLink): readonly Incident[] {
    const unchanged = this.#base.openIncidents(link).filter(({ id }) => !this.#incidents.has(id));
    const changed = [...this.#incidents.values()].filter((incident) => matchesLink(incident, link));
    return changed.length === 0 ? unchanged : oldestFirst([...unchanged, ...changed]);
  }

  members(incidentId: string): readonly Alert[] {
    const unchanged = this.#base
      .members(incidentId)
      .filter((alert) => !this.#alerts.has(objectKeyText(alert)));
    const changed = this.#membersChanged.get(incidentId)?.values() ?? [];
    return newestMembersFirst([...changed, ...unchanged]);
  }

  newlyBad(query: NewlyBadQuery): number {
    const count = this.#countOf(query) - Number(isNewlyBad(this.alert(query.except), query));
    return Math.min(query.atMost, count);
  }

  /** All newly bad ones of the query, counted once and kept right by `#putAlert`: a batch asks for every bad object. */
  #countOf({ link, since, except }: NewlyBadQuery): number {
    const name = linkText(link);
    const counts = this.#counts.get(name) ?? new Map<number, number>();
    const known = counts.get(since.getTime());
    if (known !== undefined) return known;
    const query = { link, since };
    let count =
      this.#base.newlyBad({ ...query, atMost: Number.POSITIVE_INFINITY, except }) +
      Number(isNewlyBad(this.#base.alert(except), query));
    for (const key of this.#changedOf.get(name) ?? []) {
      const alert = this.#alerts.get(key);
      if (alert)
        count += Number(isNewlyBad(alert, query)) - Number(isNewlyBad(this.#base.alert(alert), query));
    }
    this.#counts.set(name, counts.set(since.getTime(), count));
    return count;
  }

  #recount(before: Alert | undefined, after: Alert): void {
    const key = objectKeyText(after);
    for (const [name, link] of new Map(
      [before, after].flatMap((alert) => (alert ? linksOf(alert) : [])).map((link) => [linkText(link), link]),
    )) {
      const changed = this.#changedOf.get(name) ?? new Set<string>();
      this.#changedOf.set(name, changed.add(key));
      for (const [since, count] of this.#counts.get(name) ?? []) {
        const query = { link, since: new Date(since) };
        const by = Number(isNewlyBad(after, query)) - Number(isNewlyBad(before, query));
        if (by !== 0) this.#counts.get(name)?.set(since, count + by);
      }
    }
  }

  incidentOfTicket(ticketId: number): Incident | undefined {
    for (const [incidentId, number] of this.#ticketOf)
      if (number === ticketId) return this.incident(incidentId);
    const before = this.#base.incidentOfTicket(ticketId);
    return before === undefined || this.#ticketOf.has(before.id) ? undefined : this.incident(before.id);
  }

  ticketOf(incidentId: string): number | undefined {
    return this.#ticketOf.get(incidentId) ?? this.#base.ticketOf(incidentId);
  }

  isOwnTag(tag: string): boolean {
    return this.#base.isOwnTag(tag);
  }

  links(incidentId: string): readonly ChildLink[] {
    const unchanged = this.#base.links(incidentId).filter((link) => !this.#links.has(linkKey(link)));
    return [...unchanged, ...[...this.#links.values()].filter((link) => isLinkOf(link, incidentId))];
  }

  candidates(): readonly Incident[] {
    const unchanged = this.#base.candidates().filter(({ id }) => !this.#incidents.has(id));
    return [...[...this.#incidents.values()].filter(isCandidate), ...unchanged];
  }

  /** With what this batch assigned already. */
  agents(): readonly DeskAgent[] {
    const chosen = [...this.#incidents.values()].flatMap(({ id, desk }) => {
      const { assignedAgentId, assignedAt } = desk;
      const isNew = assignedAgentId !== this.#base.incident(id)?.desk.assignedAgentId;
      return isNew && assignedAgentId !== undefined && assignedAt ? [{ assignedAgentId, assignedAt }] : [];
    });
    return this.#base.agents().map((agent) => {
      const mine = chosen.filter(({ assignedAgentId }) => assignedAgentId === agent.id);
      const last = mine.at(-1)?.assignedAt;
      return last ? { ...agent, openCount: agent.openCount + mine.length, lastAssignedAt: last } : agent;
    });
  }

  /** As they were loaded: what this batch says itself has no outcome yet. */
  unsentReplies(incidentId: string): readonly string[] {
    return this.#base.unsentReplies(incidentId);
  }

  alike(query: Parameters<Records['alike']>[0]): number {
    return this.#base.alike(query);
  }

  urgentOpened(query: Parameters<Records['urgentOpened']>[0]): number {
    let count = this.#base.urgentOpened({ ...query, atMost: Number.POSITIVE_INFINITY });
    for (const incident of this.#incidents.values()) {
      if (incident.priority !== 'urgent' || incident.status === 'closed') continue;
      const before = this.#base.incident(incident.id);
      // One that is reopened costs people as much as a new one.
      if (before === undefined ? incident.openedAt >= query.since : before.status === 'closed') count++;
    }
    return Math.min(query.atMost, count);
  }

  /** `deliverySeq`: the delivery that led to it, for the timeline. */
  apply(decision: Decision, deliverySeq?: bigint): void {
    for (const incident of decision.incidents) this.#incidents.set(incident.id, incident);
    for (const alert of decision.alerts) this.#putAlert(alert);
    for (const entry of decision.timeline) {
      this.#timeline.push(deliverySeq === undefined ? entry : { ...entry, deliverySeq });
    }
    for (const timer of decision.timers) {
      const name = 'set' in timer ? timer.set : timer.cancel;
      this.#timers.set(`${timer.incidentId} ${name}`, timer);
    }
    for (const wish of decision.tickets) {
      const first = this.#tickets.get(wish.incidentId);
      this.#tickets.set(wish.incidentId, {
        ...(first?.adopts === undefined ? {} : { adopts: first.adopts }),
        ...wish,
        descriptionHtml: wish.descriptionHtml || (first?.descriptionHtml ?? ''),
        // Set back and then asserted again before it was sent: it still has to leave Closed.
        isSetBack: wish.isSetBack || (first?.isSetBack ?? false),
      });
    }
    for (const link of decision.links) this.#links.set(linkKey(link), link);
    for (const wish of decision.tickets)
      if (wish.adopts) this.#ticketOf.set(wish.incidentId, wish.adopts.freshdeskId);
    for (const move of decision.ticketMoves) this.#ticketOf.set(move.incidentId, move.ticketId);
    for (const ticketId of decision.ticketsToRead) this.#ticketsToRead.add(ticketId);
    this.#ticketMoves.push(...decision.ticketMoves);
    this.#takenOver.push(...decision.takenOver);
    for (const command of decision.commands) {
      const intent = `${command.incidentId} ${command.intent}`;
      if (!this.#commands.has(intent)) this.#commands.set(intent, command);
    }
    for (const page of decision.pages) {
      const intent = `${page.incidentId} ${page.intent}`;
      if (!this.#pages.has(intent)) this.#pages.set(intent, page);
    }
  }

  #putAlert(alert: Alert): void {
    const key = objectKeyText(alert);
    this.#recount(this.alert(alert), alert);
    const before = this.#alerts.get(key);
    if (before?.incidentId !== undefined) this.#membersChanged.get(before.incidentId)?.delete(key);
    this.#alerts.set(key, alert);
    if (alert.incidentId === undefined) return;
    const members = this.#membersChanged.get(alert.incidentId) ?? new Map<string, Alert>();
    this.#membersChanged.set(alert.incidentId, members.set(key, alert));
  }

  changes(): Changes {
    return {
      alerts: [...this.#alerts.values()],
      incidents: [...this.#incidents.values()].map((incident) => ({
        incident,
        loadedVersion: this.#base.incident(incident.id)?.version,
      })),
      timeline: this.#timeline,
      timers: [...this.#timers.values()],
      tickets: [...this.#tickets.values()],
      commands: [...this.#commands.values()],
      pages: [...this.#pages.values()],
      links: [...this.#links.values()],
      ticketsToRead: [...this.#ticketsToRead],
      ticketMoves: this.#ticketMoves,
      takenOver: this.#takenOver,
    };
  }
}

const linkKey = ({ parentId, childId }: ChildLink): string => `${parentId} ${childId}`;
