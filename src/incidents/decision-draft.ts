import type { Alert } from '../model/alert.ts';
import { type ObjectKey, objectKeyText } from '../model/check-event.ts';
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
import type { Records } from '../model/records.ts';
import type { TicketWish } from '../model/ticket.ts';
import type { Policy } from '../policy/schema.ts';
import type { DecisionContext } from './decision-context.ts';
import { isSteadilyHealthy } from './next-alert.ts';
import { type NoteContent, noteHtml, ticketWish } from './ticket-text.ts';

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
    return id === undefined ? undefined : (this.#incidents.get(id) ?? this.records.incident(id));
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
    const html = noteHtml(this.#texts(incident), name, content);
    this.#commands.push({ kind: 'private_note', incidentId, intent, html });
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

  #texts(incident: Incident) {
    return { incident, policy: this.policy, links: this.context.links };
  }

  #wishes(): TicketWish[] {
    return [...this.#incidents.values()].flatMap((incident) => {
      const before = this.records.incident(incident.id);
      if (before && !changesTicket(before, incident)) return [];
      return [ticketWish(this.#texts(incident), this.alert(incident.cause), before === undefined)];
    });
  }

  done(why: Why, incidentId?: string): Decision {
    return {
      why,
      ...(incidentId === undefined ? {} : { incidentId }),
      alerts: [...this.#alerts.values()],
      incidents: [...this.#incidents.values()],
      timeline: this.#timeline,
      timers: this.#timers,
      tickets: this.#wishes(),
      commands: this.#commands,
    };
  }
}

const changesTicket = (before: Incident, after: Incident): boolean =>
  before.status !== after.status ||
  before.priority !== after.priority ||
  before.title !== after.title ||
  before.customerId !== after.customerId ||
  before.assignmentGroup !== after.assignmentGroup;
