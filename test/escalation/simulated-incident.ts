import { withAcknowledgement } from '../../src/escalation/acknowledged.ts';
import { type Escalated, escalate } from '../../src/escalation/escalate.ts';
import { findAttempt, withPageOutcome } from '../../src/escalation/page-outcome.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Policy } from '../../src/policy/schema.ts';
import { EscalationJson } from '../../src/store/escalation-row.ts';
import { LadderOracle } from './ladder-oracle.ts';

type Change = (incident: Incident, now: Date) => Incident;
type Due = Readonly<{ at: number; do: () => void }>;

const MINUTE = 60_000;
const LINKS = {
  acknowledgeUrl: () => 'https://watchdesk.example/ack/x',
  stopUrl: () => 'https://watchdesk.example/stop/x',
  ticketUrl: () => 'https://acme.freshdesk.com/a/tickets/1',
  watchdeskUrl: () => 'https://watchdesk.example/incidents/1',
};

/**
 * One incident with an engine around it in which everything goes wrong that can: decisions are lost before they are stored,
 * another worker was faster, timers come late, outcomes are lost, doubled, late and out of order, and the clock jumps.
 */
export class SimulatedIncident {
  readonly oracle = new LadderOracle();
  readonly counts = {
    decisions: 0,
    lost: 0,
    stale: 0,
    pages: 0,
    outcomes: 0,
    jumps: 0,
    reloads: 0,
    restarts: 0,
  };
  readonly #random: () => number;
  readonly #intents = new Set<string>();
  readonly #queue: Due[] = [];
  #policy: Policy;
  #row: Incident | undefined;
  #timer: number | undefined;
  /** What the world's time is, and what our clock shows beyond it. */
  #time: number;
  #ahead = 0;

  constructor(given: Readonly<{ policy: Policy; random: () => number; at: number }>) {
    this.#policy = given.policy;
    this.#random = given.random;
    this.#time = given.at;
  }

  get incident(): Incident {
    if (this.#row === undefined) throw new Error('not opened');
    return this.#row;
  }

  get #now(): Date {
    return new Date(this.#time + this.#ahead);
  }

  /** Opens it, lets people react as they like, and goes on until `until`. */
  run({
    opened,
    until,
    reactions,
    policies,
  }: Readonly<{ opened: Incident; until: number; reactions: number; policies: readonly Policy[] }>): void {
    this.#decide(() => opened);
    for (let at = this.#time; at < until; at += (0.5 + this.#random()) * 30 * MINUTE)
      this.#queue.push({ at, do: () => this.oracle.probe(this.#now.getTime(), this.#policy) });
    for (let count = 0; count < reactions; count++)
      this.#queue.push({
        at: this.#time + this.#random() * (until - this.#time),
        do: () => this.#react(policies),
      });
    for (let step = 0; step < 2_000; step++) {
      const next = this.#queue.toSorted((a, b) => a.at - b.at)[0];
      const timerAt = this.#timer === undefined ? Number.POSITIVE_INFINITY : this.#timer - this.#ahead;
      const at = Math.max(this.#time, Math.min(next?.at ?? Number.POSITIVE_INFINITY, timerAt));
      if (at > until) return;
      this.#time = at;
      if (timerAt <= (next?.at ?? Number.POSITIVE_INFINITY)) this.#fire();
      else if (next) {
        this.#queue.splice(this.#queue.indexOf(next), 1);
        next.do();
      }
    }
    this.oracle.faults.push('never comes to rest');
  }

  /** Sometimes a little late, as a worker is; twice when two think that it is theirs. */
  #fire(): void {
    if (this.#random() < 0.1) this.#time += Math.floor(this.#random() * MINUTE);
    this.#timer = undefined;
    this.#change((incident) => incident, { isTimer: true });
    if (this.#random() < 0.05) this.#change((incident) => incident);
  }

  #react(policies: readonly Policy[]): void {
    const dice = this.#random();
    if (dice < 0.3) this.#change((incident, at) => taken(incident, at, this.#random() < 0.5 ? 'jo' : 'dana'));
    else if (dice < 0.4) this.#change(released);
    else if (dice < 0.47) this.#change(worked);
    else if (dice < 0.52) this.#change((incident, at) => over(incident, at));
    else if (dice < 0.62) this.#change(reopened);
    else if (dice < 0.68)
      this.#change((incident) => ({
        ...incident,
        priority: incident.priority === 'urgent' ? 'high' : 'urgent',
      }));
    else if (dice < 0.74) this.#jump();
    else if (dice < 0.8) this.#reload(policies);
    else if (dice < 0.88) this.#stopDirector();
    else this.#restart();
  }

  #jump(): void {
    this.counts.jumps++;
    this.#ahead += Math.floor((this.#random() - 0.5) * 60) * MINUTE;
  }

  #reload(policies: readonly Policy[]): void {
    this.counts.reloads++;
    this.#policy = policies[Math.floor(this.#random() * policies.length)] ?? this.#policy;
    this.#change((incident) => incident, { isTimer: true });
  }

  /** Nothing happens for a while, and what was due meanwhile is late. */
  #restart(): void {
    this.counts.restarts++;
    const back = this.#time + this.#random() * 40 * MINUTE;
    this.#queue.splice(
      0,
      this.#queue.length,
      ...this.#queue.map((one) => ({ ...one, at: Math.max(one.at, back) })),
    );
    this.#time = back;
    this.#change((incident) => incident, { isTimer: true });
  }

  #stopDirector(): void {
    const run = this.incident.escalation?.ladders.find(
      (one) =>
        one.state === 'running' &&
        one.director &&
        !one.director.toldAt &&
        !one.director.withheldWhy &&
        !one.director.stopped,
    );
    if (run === undefined) return;
    this.#change(
      (incident, at) => ({
        ...incident,
        escalation: {
          ...(incident.escalation ?? fail()),
          ladders:
            incident.escalation?.ladders.map((one) =>
              one.ladder === run.ladder && one.run === run.run && one.director
                ? { ...one, director: { ...one.director, stopped: { by: 'Jo', reason: 'known', at } } }
                : one,
            ) ?? [],
        },
      }),
      { stops: new Set([run.ladder]) },
    );
  }

  #change(change: Change, given: Readonly<{ isTimer?: boolean; stops?: Set<string> }> = {}): void {
    this.#decide((before, now) => change(before ?? fail(), now), given);
  }

  /** Decides until the decision is stored: some are lost on the way, others meet a row that is newer. */
  #decide(
    change: (before: Incident | undefined, now: Date) => Incident,
    { isTimer = false, stops = new Set<string>() } = {},
  ): void {
    for (;;) {
      const before = this.#row;
      const now = this.#now;
      const incident = change(before, now);
      const owner = incident.escalation?.acknowledged?.person;
      const made = escalate({
        before,
        incident,
        policy: this.#policy,
        now,
        links: LINKS,
        ...(owner && { owner }),
      });
      this.counts.decisions++;
      if (this.#random() < 0.02) {
        this.counts.lost++; // the process died before the commit
        this.#time += 1_000;
        continue;
      }
      if (before && this.#random() < 0.02) {
        this.counts.stale++; // another worker stored the same outcome of a message, or nothing, before
        this.#row = { ...before, version: before.version + 1 };
        continue;
      }
      this.#commit({ before, incident: made?.incident ?? incident, made, now, isTimer, stops });
      return;
    }
  }

  #commit(
    given: Readonly<{
      before: Incident | undefined;
      incident: Incident;
      made: Escalated | undefined;
      now: Date;
      isTimer: boolean;
      stops: ReadonlySet<string>;
    }>,
  ): void {
    const { before, incident, made, now, isTimer, stops } = given;
    const pages = (made?.pages ?? []).filter(({ intent }) => !this.#intents.has(intent));
    for (const { intent } of made?.pages ?? [])
      if (this.#intents.has(intent)) this.oracle.faults.push(`${intent} was to leave twice`);
    for (const { intent, kind } of pages) {
      this.#intents.add(intent);
      this.counts.pages++;
      if (kind !== 'status') this.#send(intent);
    }
    const { lookAt } = incident.escalation ?? {};
    if (isTimer || lookAt?.getTime() !== before?.escalation?.lookAt?.getTime())
      this.#timer = lookAt?.getTime();
    const row = incident === before ? incident : { ...incident, version: (before?.version ?? 0) + 1 };
    this.#row = this.#random() < 0.01 ? stored(row) : row;
    this.oracle.see({
      now: now.getTime(),
      before,
      after: incident,
      pages,
      policy: this.#policy,
      stoppedDirectorOf: stops,
    });
  }

  /** What becomes of a message: most arrive soon; some fail, come late, twice, in contradiction, or are never heard of. */
  #send(intent: string): void {
    const dice = this.#random();
    if (dice < 0.04) return;
    const after = dice < 0.1 ? 20 * MINUTE * this.#random() : 90_000 * this.#random();
    const outcome = dice > 0.85 ? 'failed' : 'delivered';
    this.#queue.push({ at: this.#time + after, do: () => this.#hear(intent, outcome) });
    if (this.#random() < 0.05)
      this.#queue.push({ at: this.#time + after * 3, do: () => this.#hear(intent, outcome) });
    if (this.#random() < 0.02)
      this.#queue.push({ at: this.#time + after * 2, do: () => this.#hear(intent, 'failed') });
  }

  #hear(intent: string, outcome: 'delivered' | 'failed'): void {
    this.counts.outcomes++;
    const { escalation } = this.incident;
    if (escalation === undefined || findAttempt(escalation, intent) === undefined) return;
    this.oracle.outcome(intent, outcome);
    this.#change((incident, at) => ({
      ...incident,
      escalation: withPageOutcome(incident.escalation ?? fail(), {
        kind: 'page',
        incidentId: incident.id,
        intent,
        outcome,
        why: 'Refused.',
        at,
      }),
    }));
  }
}

const stored = (incident: Incident): Incident =>
  incident.escalation === undefined
    ? incident
    : { ...incident, escalation: EscalationJson.parse(JSON.parse(JSON.stringify(incident.escalation))) };

function taken(incident: Incident, at: Date, person: string): Incident {
  if (incident.status === 'resolved' || incident.status === 'closed') return incident;
  return {
    ...withAcknowledgement(incident, { by: person, person, via: 'console', at }),
    status: 'acknowledged',
    owner: person,
    acknowledgedAt: incident.acknowledgedAt ?? at,
  };
}

function released(incident: Incident): Incident {
  if (incident.status !== 'acknowledged') return incident;
  const { owner: _owner, acknowledgedAt: _at, ...free } = incident;
  return { ...free, status: 'new' };
}

/** Somebody says again that they have it. */
const worked: Change = (incident, at) =>
  incident.status === 'acknowledged' && incident.owner ? taken(incident, at, incident.owner) : incident;

const over = (incident: Incident, at: Date): Incident =>
  incident.status === 'resolved' ? incident : { ...incident, status: 'resolved', resolvedAt: at };

function reopened(incident: Incident): Incident {
  if (incident.status !== 'resolved') return incident;
  const { owner: _owner, acknowledgedAt: _at, resolvedAt: _resolvedAt, ...free } = incident;
  return { ...free, status: 'new', reopenCount: incident.reopenCount + 1 };
}

function fail(): never {
  throw new Error('no escalation');
}

export { MINUTE };
