import type { Alert } from '../model/alert.ts';
import { type ObjectKey, objectKeyText } from '../model/check-event.ts';
import type { ChildLink } from '../model/child-link.ts';
import type {
  Command,
  Decision,
  TimelineEntry,
  TimelineKind,
  TimerChange,
  TimerName,
  Why,
} from '../model/decision.ts';
import type { Incident } from '../model/incident.ts';
import type { Page } from '../model/page.ts';
import type { Records } from '../model/records.ts';
import type { TicketStatus, TicketWish } from '../model/ticket.ts';
import type { TakenOver } from '../model/ticket-event.ts';
import type { Policy } from '../policy/schema.ts';
import type { DecisionContext } from './decision-context.ts';
import { withoutExpired } from './desk/people-set.ts';
import { escalateAll } from './escalate-all.ts';
import { isLinkOf } from './loaded-records.ts';
import { isSteadilyHealthy } from './next-alert.ts';
import { type NoteContent, noteHtml } from './ticket-text.ts';
import { ticketWishOf } from './ticket-wish-of.ts';

type NoteName = Parameters<typeof noteHtml>[1];

/**
 * A decision while it is being made: shows records as if what was decided so far were already so, keeps the incidents'
 * counters right whenever an alert changes, and wishes for the ticket whatever the changed incidents imply.
 */
export class DecisionDraft {
  readonly records: Records;
  readonly policy: Policy;
  readonly context: DecisionContext;
  readonly #alerts = new Map<string, Alert>();
  readonly #incidents = new Map<string, Incident>();
  readonly #timeline: TimelineEntry[] = [];
  readonly #timers: TimerChange[] = [];
  readonly #commands: Command[] = [];
  readonly #pages: Page[] = [];
  readonly #links = new Map<string, ChildLink>();
  readonly #ticketsToRead: number[] = [];
  readonly #ticketMoves: Decision['ticketMoves'][number][] = [];
  readonly #takenOver: Decision['takenOver'][number][] = [];
  readonly #adopted = new Map<string, Adopted>();
  readonly #setBack = new Set<string>();
  readonly #asserted = new Set<string>();
  readonly #laddersDue = new Set<string>();

  constructor(given: Readonly<{ records: Records; policy: Policy; context: DecisionContext }>) {
    this.records = given.records;
    this.policy = given.policy;
    this.context = given.context;
  }

  get now(): Date {
    return this.context.now;
  }

  alert(key: ObjectKey): Alert | undefined {
    return this.#alerts.get(objectKeyText(key)) ?? this.records.alert(key);
  }

  incident(id: string | undefined): Incident | undefined {
    if (id === undefined) return undefined;
    const known = this.#incidents.get(id) ?? this.records.incident(id);
    return known && withoutExpired(known, this.policy, this.now);
  }

  /** As it was decided so far; undefined while nothing of it was. */
  changed(id: string): Incident | undefined {
    return this.#incidents.get(id);
  }

  /** An incident that must exist because a row refers to it. */
  incidentOf(id: string): Incident {
    const incident = this.incident(id);
    if (incident === undefined)
      throw new Error(`Incident ${id} is referred to but was not loaded; load it with its alerts`);
    return incident;
  }

  /** The members as they will be, newest first; see Records.members for how many. */
  members(incidentId: string): readonly Alert[] {
    const kept = this.records.members(incidentId).filter((alert) => !this.#alerts.has(objectKeyText(alert)));
    const changed = [...this.#alerts.values()].filter((alert) => alert.incidentId === incidentId);
    return [...changed, ...kept];
  }

  /** The links as they will be. */
  links(incidentId: string): readonly ChildLink[] {
    const kept = this.records.links(incidentId).filter((link) => !this.#links.has(linkKey(link)));
    return [...kept, ...[...this.#links.values()].filter((link) => isLinkOf(link, incidentId))];
  }

  /** Also moves `badAlertCount`, `alertCount` and `memberCount` of the incidents that it leaves, joins or changes. */
  putAlert(after: Alert): void {
    const before = this.alert(after);
    this.#alerts.set(objectKeyText(after), after);
    const wasBad = before !== undefined && !isSteadilyHealthy(before) ? 1 : 0;
    const isBad = isSteadilyHealthy(after) ? 0 : 1;
    if (before?.incidentId === after.incidentId) {
      this.#count(after.incidentId, { bad: isBad - wasBad, members: 0 });
      return;
    }
    this.#count(before?.incidentId, { bad: -wasBad, members: -1 });
    this.#count(after.incidentId, { bad: isBad, members: 1 });
  }

  #count(incidentId: string | undefined, by: Readonly<{ bad: number; members: number }>): void {
    if (incidentId === undefined || (by.bad === 0 && by.members === 0)) return;
    const incident = this.incidentOf(incidentId);
    this.putIncident({
      ...incident,
      badAlertCount: incident.badAlertCount + by.bad,
      memberCount: incident.memberCount + by.members,
      alertCount: incident.alertCount + Math.max(0, by.members),
    });
  }

  /** One decision raises `version` by one, however often it puts. */
  putIncident(incident: Incident): Incident {
    const before = this.records.incident(incident.id);
    const next = { ...incident, version: before ? before.version + 1 : 1 };
    this.#incidents.set(incident.id, next);
    return next;
  }

  /** A new issue whose ticket was there first. `seen` is what Freshdesk shows, `peopleOwn` what people chose already. */
  adopt(incidentId: string, adopted: Adopted): void {
    this.#adopted.set(incidentId, adopted);
  }

  /**
   * Has the ticket's status set once, whatever people made of it meanwhile. `isSetBack` does so even on a ticket that is
   * closed. Without it a status is asserted whenever that of the incident changes what is wanted.
   */
  assertStatus(incidentId: string, asserted: TicketStatus, { isSetBack = false } = {}): void {
    const incident = this.incidentOf(incidentId);
    this.#asserted.add(incidentId);
    if (isSetBack) this.#setBack.add(incidentId);
    const { desk } = incident;
    this.putIncident({ ...incident, desk: { ...desk, asserted, statusTurn: desk.statusTurn + 1 } });
  }

  /** People moved the ticket as the issue now says, or it is gone: its status is left as it is. */
  leaveStatus(incidentId: string): void {
    const incident = this.incidentOf(incidentId);
    this.#asserted.add(incidentId);
    const { asserted, ...desk } = incident.desk;
    if (asserted !== undefined) this.putIncident({ ...incident, desk });
  }

  /** Freshdesk's number of the ticket, also of one that is adopted right now. */
  ticketOf(incidentId: string): number | undefined {
    return this.#adopted.get(incidentId)?.freshdeskId ?? this.records.ticketOf(incidentId);
  }

  putLink(link: ChildLink): void {
    this.#links.set(linkKey(link), link);
  }

  /** The ticket has to be read, since something about it, or in it, is not known here. */
  readTicket(ticketId: number): void {
    this.#ticketsToRead.push(ticketId);
  }

  moveTicket(incidentId: string, ticketId: number): void {
    this.#ticketMoves.push({ incidentId, ticketId });
  }

  /** For the report of what people change; see TakenOver. */
  countTakenOver(incidentId: string, takenOver: readonly TakenOver[]): void {
    this.#takenOver.push(...takenOver.map((one) => ({ ...one, incidentId })));
  }

  tell(incidentId: string, kind: TimelineKind, why: Why): void {
    this.#timeline.push({ incidentId, at: this.now, kind, rule: why.rule, sentence: why.sentence });
  }

  setTimer(incidentId: string, set: TimerName, dueAt: Date, why: string): void {
    this.#timers.push({ set, incidentId, dueAt, why });
  }

  cancelTimer(incidentId: string, cancel: TimerName): void {
    this.#timers.push({ cancel, incidentId });
  }

  /** A private note to the incident's ticket; the same `intent` is never sent twice. */
  note(incidentId: string, intent: string, name: NoteName, content: NoteContent): void {
    const incident = this.incidentOf(incidentId);
    const html = noteHtml(this.texts(incident), name, content);
    this.#commands.push({ kind: 'private_note', incidentId, intent, html });
  }

  /** A command as it is; the same `intent` is never carried out twice. */
  command(command: Command): void {
    this.#commands.push(command);
  }

  /** A message to a person or room; the same `intent` never leaves twice. */
  page(page: Page): void {
    this.#pages.push(page);
  }

  /** Has the ladders looked at although nothing else changes. */
  lookAtLadders(incidentId: string): void {
    this.#laddersDue.add(incidentId);
  }

  /** Tells Opsview that the object has a ticket, where the policy wants it. */
  acknowledge(incident: Incident, { host, check }: ObjectKey): void {
    if (this.policy.alerts.acknowledge_in_opsview === 'never') return;
    const intent = `ack:${objectKeyText({ host, check })}:${incident.reopenCount}`;
    this.#commands.push({
      kind: 'acknowledge_alert',
      incidentId: incident.id,
      intent,
      object: { host, check },
    });
  }

  askForProof(incidentId: string): void {
    const intent = `proof:${this.now.getTime()}`;
    this.#commands.push({ kind: 'read_proof', incidentId, intent });
  }

  /** What texts about an issue are made of. */
  texts(incident: Incident) {
    const { links, deskFields } = this.context;
    return { incident, policy: this.policy, links, deskFields };
  }

  #wishes(): TicketWish[] {
    return [...this.#incidents.values()].flatMap((changed) => {
      const { id } = changed;
      const adopts = this.#adopted.get(id);
      return ticketWishOf(this, changed, {
        isAsserted: this.#asserted.has(id),
        isSetBack: this.#setBack.has(id),
        ...(adopts && { adopts }),
      });
    });
  }

  done(why: Why, incidentId?: string): Decision {
    escalateAll(this, { ids: [...this.#incidents.keys(), ...this.#laddersDue], due: this.#laddersDue });
    const tickets = this.#wishes(); // first: it may assert a status
    return {
      why,
      ...(incidentId === undefined ? {} : { incidentId }),
      alerts: [...this.#alerts.values()],
      incidents: [...this.#incidents.values()],
      timeline: this.#timeline,
      timers: this.#timers,
      tickets,
      commands: this.#commands,
      pages: this.#pages,
      links: [...this.#links.values()],
      ticketsToRead: this.#ticketsToRead,
      ticketMoves: this.#ticketMoves,
      takenOver: this.#takenOver,
    };
  }
}

type Adopted = NonNullable<TicketWish['adopts']>;

const linkKey = ({ parentId, childId }: ChildLink): string => `${parentId} ${childId}`;
