import fc from 'fast-check';
import { expect } from 'vitest';
import { isSteadilyHealthy } from '../../src/incidents/next-alert.ts';
import type { Alert } from '../../src/model/alert.ts';
import { type CheckEvent, type CheckState, isHealthy, objectKeyText } from '../../src/model/check-event.ts';
import type { Incident } from '../../src/model/incident.ts';
import { aCheckEvent } from '../support/check-event.ts';
import { aPolicy } from '../support/policy.ts';
import { minutes, NOON, seconds, World } from './world.ts';

const POLICY = aPolicy({
  defaults: { impact: 'medium' },
  customers: { acme: { name: 'Acme' }, beta: { name: 'Beta' } },
  services: {
    shop: {
      name: 'Shop',
      customers: ['acme'],
      criticality: 'high',
      match: [{ host: 'h0', check: 'c*' }, { host: 'h1' }],
    },
    mail: { name: 'Mail', customers: ['beta'], match: [{ host: 'h2' }] },
  },
  alerts: {
    open_from: ['DOWN', 'UNREACHABLE', 'CRITICAL', 'UNKNOWN'],
    reopen_within: '2h',
    group: [
      { by: 'host', at_least: 2, within: '3m' },
      { by: 'service', at_least: 3, within: '3m' },
      { by: 'host_group', at_least: 4, within: '3m' },
    ],
    storm: { alerts: 5, within: '2m', urgent_max: 1 },
  },
});

// Few, so that a story comes back to the same ones.
const OBJECTS = ['h0:', 'h0:c0', 'h0:c1', 'h1:', 'h1:c0', 'h2:c0', 'h3:', 'h3:c0'].map((text) => {
  const [host = '', check = ''] = text.split(':');
  return { host, check };
});

/** What Opsview really sees of one object. */
type Truth = { state: CheckState; since: Date; isFlapping: boolean; inDowntime: boolean };

type Notify = 'sent' | 'twice' | 'late' | 'lost';
export type Step =
  | { do: 'change'; object: number; bad: 'no' | 'some' | 'much'; notify: Notify }
  | { do: 'flap' | 'downtime' | 'acknowledge' | 'custom' | 'soft'; object: number; notify: Notify }
  | { do: 'outage' | 'restore'; notify: Notify }
  | { do: 'sweep' | 'timers' | 'late' | 'proofs' | 'timers and proofs' };

const object = fc.nat({ max: OBJECTS.length - 1 });
const notify = fc.constantFrom<Notify>('sent', 'sent', 'sent', 'twice', 'late', 'lost');
const of = <T extends string>(...names: T[]) => fc.constantFrom<T>(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: of('change'), object, bad: of('no', 'no', 'some', 'much'), notify }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: of('flap', 'downtime', 'acknowledge', 'custom', 'soft'), object, notify }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('outage', 'restore'), notify }) },
  { weight: 5, arbitrary: fc.record({ do: of('sweep', 'timers', 'late', 'proofs', 'timers and proofs') }) },
);
const pause = fc.constantFrom(
  0,
  seconds(1),
  seconds(20),
  minutes(1),
  minutes(4),
  minutes(11),
  minutes(20),
  minutes(150),
);
export const story = fc.array(fc.record({ step, pause }), { minLength: 20, maxLength: 80, size: 'max' });

const SAID: Readonly<Record<'acknowledge' | 'custom' | 'soft', Partial<CheckEvent>>> = {
  acknowledge: { happening: 'acknowledged', author: 'jane' },
  custom: { happening: 'custom', comment: 'hello' },
  soft: { stateType: 'SOFT', state: 'CRITICAL' },
};

const causeText = ({ cause }: Incident): string => {
  if (cause === undefined) throw new Error('an incident of alerts without a cause');
  return objectKeyText(cause);
};

/** Opsview as it really is, its notifications on their way, and the world that hears of it. */
export class Story {
  readonly world = new World(POLICY);
  readonly truth = OBJECTS.map(
    ({ check }): Truth => ({
      state: check === '' ? 'UP' : 'OK',
      since: new Date(NOON.getTime() - minutes(60)),
      isFlapping: false,
      inDowntime: false,
    }),
  );
  /** Times at which an object was bad or flapping, for judging proofs. */
  readonly badUntil = new Map<string, Date>();
  readonly answered = new Set<string>();
  readonly judged = new Set<string>();
  readonly #intents = new Set<string>();
  #judgedCount = 0;
  late: CheckEvent[] = [];

  event(index: number, given: Partial<CheckEvent>): CheckEvent {
    const { state, since } = this.of(index);
    const key = OBJECTS[index] ?? { host: 'h0', check: '' };
    return aCheckEvent({
      ...key,
      state,
      stateSince: since,
      occurredAt: this.world.now,
      hostGroup: 'all',
      ...given,
    });
  }

  of(index: number): Truth {
    const truth = this.truth[index];
    if (!truth) throw new Error(`no object ${index}`);
    return truth;
  }

  read(index: number): CheckEvent {
    const { isFlapping, inDowntime } = this.of(index);
    return this.event(index, { happening: 'read_back', isFlapping, inDowntime, isAcknowledged: false });
  }

  send(event: CheckEvent, notify: Notify): void {
    if (notify === 'late') this.late.push(event);
    if (notify === 'sent') this.world.deliver(event);
    if (notify === 'twice') this.world.deliver(event, event);
  }

  /** Remembers until when each object was not steadily healthy. */
  observe(): void {
    this.truth.forEach((truth, index) => {
      if (isHealthy(truth.state) && !truth.isFlapping) return;
      this.badUntil.set(objectKeyText(OBJECTS[index] ?? { host: '', check: '' }), this.world.now);
    });
  }

  change(index: number, bad: 'no' | 'some' | 'much', notify: Notify): void {
    const truth = this.of(index);
    const isHost = OBJECTS[index]?.check === '';
    const states: Record<typeof bad, CheckState> = isHost
      ? { no: 'UP', some: 'UNREACHABLE', much: 'DOWN' }
      : { no: 'OK', some: 'WARNING', much: 'CRITICAL' };
    if (truth.state === states[bad]) return;
    this.observe();
    truth.state = states[bad];
    truth.since = this.world.now;
    this.observe();
    if (truth.inDowntime || truth.isFlapping) return; // Opsview notifies nothing then
    this.send(
      this.event(index, { happening: bad === 'no' ? 'recovery' : 'problem', inDowntime: false }),
      notify,
    );
  }

  changeAll(bad: 'no' | 'much', notify: Notify): void {
    for (const index of OBJECTS.keys()) this.change(index, bad, notify);
  }

  toggle(what: 'flap' | 'downtime', index: number, notify: Notify): void {
    const truth = this.of(index);
    this.observe();
    if (what === 'flap') truth.isFlapping = !truth.isFlapping;
    else truth.inDowntime = !truth.inDowntime;
    this.observe();
    const happening =
      what === 'flap'
        ? truth.isFlapping
          ? 'flapping_started'
          : 'flapping_stopped'
        : truth.inDowntime
          ? 'downtime_started'
          : 'downtime_ended';
    this.send(this.event(index, { happening }), notify);
  }

  sweep(): void {
    this.observe();
    const objects = OBJECTS.map((_, index) => this.read(index));
    this.world.deliver({ kind: 'read_back', purpose: 'sweep', readAt: this.world.now, objects, missing: [] });
  }

  /** Answers what was asked of Opsview for proof since the last time. */
  proofs(): void {
    this.observe();
    for (const [key, command] of this.world.commands) {
      if (command.kind !== 'read_proof' || this.answered.has(key)) continue;
      this.answered.add(key);
      const incident = this.world.incidents.get(command.incidentId);
      const members = this.world.members(command.incidentId).map(objectKeyText);
      const objects = OBJECTS.flatMap((one, index) =>
        members.includes(objectKeyText(one)) ? [this.read(index)] : [],
      );
      if (incident) this.world.deliver(this.world.proof(incident, objects));
    }
  }

  run({ step, pause }: { step: Step; pause: number }): void {
    this.world.pass(pause);
    this.take(step);
    this.judge();
  }

  take(step: Step): void {
    const { world } = this;
    if (step.do === 'change') this.change(step.object, step.bad, step.notify);
    else if (step.do === 'flap' || step.do === 'downtime') this.toggle(step.do, step.object, step.notify);
    else if (step.do === 'outage') this.changeAll('much', step.notify);
    else if (step.do === 'restore') this.changeAll('no', step.notify);
    else if (step.do === 'sweep') this.sweep();
    else if (step.do === 'late') world.deliver(...this.late.splice(0).reverse());
    else if ('object' in step) this.send(this.event(step.object, SAID[step.do]), step.notify);
    if (step.do === 'timers' || step.do === 'timers and proofs') world.fireTimers();
    if (step.do === 'proofs' || step.do === 'timers and proofs') this.proofs();
  }

  judge(): void {
    this.#judgeIncidents();
    for (; this.#judgedCount < this.world.decisions.length; this.#judgedCount++) {
      const { why, commands = [] } = this.world.decisions[this.#judgedCount] ?? {};
      if (why === undefined || !/^[a-z_]+$/.test(why.rule) || why.sentence.length < 20) {
        throw new Error(`P6 a decision without a reason: ${why?.rule}`);
      }
      for (const { incidentId, intent } of commands) this.#judgeIntent(`${incidentId} ${intent}`);
    }
  }

  /** What a person said twice in the same words is told apart by the inbox alone. */
  #judgeIntent(intent: string): void {
    if (intent.includes(' information:')) return;
    if (this.#intents.has(intent)) throw new Error(`P2 intended twice: ${intent}`);
    this.#intents.add(intent);
  }

  #judgeIncidents(): void {
    const open = new Set<string>();
    for (const incident of this.world.incidents.values()) {
      const members = this.world.members(incident.id);
      const bad = members.filter((alert: Alert) => !isSteadilyHealthy(alert)).length;
      expect({ number: incident.number, bad: incident.badAlertCount, all: incident.memberCount }).toEqual({
        number: incident.number,
        bad,
        all: members.length,
      });
      if (incident.status === 'closed') {
        this.#judgeClosed(incident);
        continue;
      }
      for (const member of members) {
        if (open.has(objectKeyText(member)))
          throw new Error(`P2 two open incidents for ${objectKeyText(member)}`);
        open.add(objectKeyText(member));
      }
      const about = causeText(incident);
      const causes = [...this.world.incidents.values()].filter(
        (other) => other.status !== 'closed' && causeText(other) === about,
      );
      if (causes.length > 1) throw new Error(`P2 ${causes.length} open incidents about ${about}`);
      const isWaiting = this.world.timers.has(`${incident.id} soak`);
      if (isWaiting !== (incident.status === 'resolved'))
        throw new Error(`P7 WD-${incident.number} ${incident.status}, soak ${isWaiting}`);
      if (incident.status !== 'resolved' && bad === 0)
        throw new Error(`P4 WD-${incident.number} is open with nothing bad`);
      if (incident.undigestedCount > 0 !== this.world.timers.has(`${incident.id} digest`))
        throw new Error('P7 digest');
      const customers = new Set(members.flatMap(({ customerId }) => customerId ?? []));
      if (customers.size > 1) throw new Error(`WD-${incident.number} mixes customers`);
    }
  }

  /** Judged once, right after the close: what happens later does not speak against the proof. */
  #judgeClosed({ id, reopenCount, proofs }: Incident): void {
    const proof = proofs.find(({ kind }) => kind === 'monitoring');
    if (proof?.kind !== 'monitoring' || proof.objects.length === 0)
      throw new Error('P3 closed without proof');
    if (this.judged.has(`${id} ${reopenCount}`)) return;
    this.judged.add(`${id} ${reopenCount}`);
    for (const key of proof.objects) {
      const badUntil = this.badUntil.get(objectKeyText(key))?.getTime() ?? 0;
      const healthyMs = proof.readAt.getTime() - badUntil;
      if (healthyMs < proof.soakMs)
        throw new Error(`P3 ${objectKeyText(key)} was healthy for ${healthyMs} ms only`);
    }
  }

  /** Everything becomes healthy, no recovery is notified, late ones arrive, and both sides are read now and then. */
  calmDown(): void {
    this.observe();
    this.world.pass(seconds(1));
    for (const truth of this.truth) {
      Object.assign(truth, { isFlapping: false, inDowntime: false });
      if (!isHealthy(truth.state)) {
        truth.state = truth.state === 'DOWN' || truth.state === 'UNREACHABLE' ? 'UP' : 'OK';
        truth.since = this.world.now;
      }
    }
    this.world.deliver(...this.late);
    for (let round = 0; round < 8; round++) {
      this.world.pass(minutes(16));
      this.sweep();
      this.world.fireTimers();
      this.proofs();
      this.judge();
    }
  }
}
