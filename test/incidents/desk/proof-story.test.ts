import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isReporters, missingProofs } from '../../../src/incidents/closing-needs.ts';
import { objectKeyText } from '../../../src/model/check-event.ts';
import type { Incident, Proof } from '../../../src/model/incident.ts';
import type { PersonAction } from '../../../src/model/person-event.ts';
import type { TicketStatus } from '../../../src/model/ticket.ts';
import { minutes } from '../world.ts';
import { event, readOk, recovery } from '../world-with.ts';
import { DeskTicket } from './desk-ticket.ts';
import { deskPolicy, deskWorld } from './desk-world.ts';

const SHOP = { host: 'shop1', check: 'HTTP' };
const HOUR = minutes(60);

const SAID = {
  yes: 'It works again, thank you',
  no: 'It is still broken',
  thanks: 'Thanks',
  unclear: 'Which printer do you mean?',
} as const;

type Step =
  | { do: 'set'; ticket: number; status: TicketStatus }
  | { do: 'close by rule'; ticket: number }
  | { do: 'say'; ticket: number; what: keyof typeof SAID; by: 'requester' | 'other' | 'agent' }
  | { do: 'link'; ticket: number; answer: 'yes' | 'no'; roundsAgo: number }
  | { do: 'record' | 'fill in' | 'delete' | 'restore' | 'spam' | 'merge'; ticket: number }
  | { do: 'join' | 'part'; ticket: number }
  | { do: 'bad' | 'ok' | 'flap' | 'prove' | 'timers' };

const ticket = fc.nat({ max: 1 });
const of = <T extends string>(...names: T[]) => fc.constantFrom<T>(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: of('set'),
      ticket,
      status: of<TicketStatus>('open', 'pending', 'resolved', 'closed', 'other'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: of('close by rule'), ticket }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: of('say'),
      ticket,
      what: of('yes', 'no', 'thanks', 'unclear'),
      by: of('requester', 'requester', 'other', 'agent'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: of('link'), ticket, answer: of('yes', 'no'), roundsAgo: fc.nat({ max: 1 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: of('record', 'fill in', 'delete', 'restore', 'spam', 'merge'), ticket }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('join', 'part'), ticket }) },
  { weight: 6, arbitrary: fc.record({ do: of('bad', 'ok', 'ok', 'flap', 'prove', 'prove', 'timers') }) },
);
const pause = fc.constantFrom(minutes(1), minutes(1), minutes(12), minutes(40), 26 * HOUR, 100 * HOUR);
const story = fc.array(fc.record({ step, pause }), { minLength: 8, maxLength: 30, size: 'max' });
const policies = fc.record({
  needs: of('monitoring', 'reporter', 'both', 'either'),
  silent: of('close', 'ask_agent'),
  children: of('do_not_wait', 'all_closed'),
});

type Chosen = typeof policies extends fc.Arbitrary<infer T> ? T : never;

/** Two customers' tickets and an alert, and all who may close, confirm or spoil something. */
class DeskStory {
  readonly world;
  readonly tickets: readonly DeskTicket[];
  /** What reporters and agents really said, and when: whatever counts as proof must be one of these. */
  readonly #evidence = new Set<string>();
  readonly #judged = new Set<string>();
  /** When the object was last bad or flapping, or began to be healthy. */
  #since = new Date(0);
  #isBad = false;

  constructor({ needs, silent, children }: Chosen) {
    const closing = {
      needs: [{ origin: 'ticket', has_alerts: true, proof: needs }],
      reporter: { when_silent: silent },
      children,
    };
    this.world = deskWorld(deskPolicy({ closing }));
    this.tickets = [7, 8].map((id) => new DeskTicket(this.world, id).raise());
  }

  run({ step, pause }: { step: Step; pause: number }): void {
    this.world.pass(pause);
    this.take(step);
    for (const one of this.tickets) one.sync();
    this.judge();
  }

  take(step: Step): void {
    const { world } = this;
    if (!('ticket' in step)) {
      this.monitor(step.do);
      return;
    }
    const one = this.tickets[step.ticket];
    if (one === undefined || one.mergedInto !== undefined) return;
    switch (step.do) {
      case 'set':
        if (one.gone === undefined) one.set(step.status);
        return;
      case 'close by rule':
        // A rule of Freshdesk that closes whatever was resolved, as often as that happens.
        for (let count = 0; count < 5 && one.gone === undefined; count++) {
          world.pass(1_000);
          one.set('closed');
        }
        return;
      case 'say':
        if (step.by === 'requester' && step.what === 'yes') this.#heard('reporter_reply');
        one.say(SAID[step.what], step.by);
        return;
      case 'link': {
        const round = one.issue.reopenCount - step.roundsAgo;
        if (step.answer === 'yes' && step.roundsAgo === 0) this.#heard('reporter_link');
        this.tell({ do: 'confirm', incidentId: one.issue.id, round, answer: step.answer, words: '' });
        return;
      }
      case 'record':
        this.#heard('agent_record');
        this.tell({
          do: 'record_confirmation',
          incidentId: one.issue.id,
          who: 'Ann',
          how: 'Phone',
          when: world.now,
          by: 'Jo',
        });
        return;
      case 'fill in':
        if (one.gone !== undefined) return;
        this.#heard('agent_record');
        one.set(one.status, { confirmed_by: 'Ann', confirmed_how: 'Chat' });
        return;
      case 'delete':
      case 'spam':
        one.gone ??= step.do === 'delete' ? 'deleted' : 'spam';
        return;
      case 'restore':
        delete one.gone;
        return;
      case 'join': {
        const [parentId, childId] = [one.issue.id, this.tickets[1 - step.ticket]?.issue.id ?? ''];
        this.tell({ do: 'link', parentId, childId, answer: 'accept', by: 'Jo' });
        return;
      }
      case 'part':
        this.tell({ do: 'unlink', childId: one.issue.id, by: 'Jo' });
        return;
      case 'merge': {
        const other = this.tickets[1 - step.ticket];
        if (other === undefined || other.gone || other.mergedInto || one.gone) return;
        one.mergedInto = other.id;
        one.set('closed');
      }
    }
  }

  monitor(what: 'bad' | 'ok' | 'flap' | 'prove' | 'timers'): void {
    const { world } = this;
    if (what === 'bad' && !this.#isBad) {
      this.#isBad = true;
      world.tell(event(world, SHOP));
    }
    if (what === 'ok' && this.#isBad) {
      this.#isBad = false;
      this.#since = world.now;
      world.tell(event(world, { ...SHOP, ...recovery }));
    }
    if (what === 'flap' && !this.#isBad) {
      world.tell(event(world, { ...SHOP, state: 'OK', happening: 'flapping_started' }));
      world.pass(minutes(2));
      this.#since = world.now;
      world.tell(event(world, { ...SHOP, state: 'OK', happening: 'flapping_stopped' }));
    }
    if (what === 'timers' || what === 'prove') world.fireTimers();
    if (what === 'prove') this.prove();
  }

  prove(): void {
    const { world } = this;
    const incident = world.incidents.get(world.alerts.get(objectKeyText(SHOP))?.incidentId ?? '');
    if (incident === undefined) return;
    const state = this.#isBad ? 'CRITICAL' : 'OK';
    const read = event(world, { ...SHOP, ...readOk, state, stateSince: this.#since });
    world.deliver(world.proof(incident, [read]));
  }

  tell(action: PersonAction): void {
    this.world.tell({ kind: 'person', at: this.world.now, action });
  }

  #heard(kind: Proof['kind']): void {
    this.#evidence.add(`${kind} ${this.world.now.getTime()}`);
  }

  judge(): void {
    for (const incident of this.world.incidents.values()) {
      if (incident.status !== 'closed' || incident.type !== 'Incident') continue;
      const name = `P3 WD-${incident.number} is closed`;
      if (this.#judged.has(`${incident.id} ${incident.reopenCount}`)) continue;
      this.#judged.add(`${incident.id} ${incident.reopenCount}`);
      // Right after the close: later its alerts may belong to another incident.
      if (missingProofs(incident, this.world.policy).length > 0) throw new Error(`${name} without proof`);
      this.#judgeProofs(incident, name);
    }
    for (const one of this.tickets) this.#judgeTicket(one);
  }

  #judgeProofs(incident: Incident, name: string): void {
    for (const proof of incident.proofs) {
      if (proof.kind === 'monitoring') {
        const healthyMs = proof.readAt.getTime() - this.#since.getTime();
        if (healthyMs < proof.soakMs) throw new Error(`${name}, healthy for ${healthyMs} ms only`);
      } else if (proof.kind === 'silence') {
        const asked = this.#sent(incident, `confirm:${incident.reopenCount}`);
        const reminded = this.#sent(incident, `confirm:${incident.reopenCount}:reminder:1`);
        if (!asked || !reminded) throw new Error(`${name} silently`);
        if (!this.#sent(incident, `closed_silent:${incident.reopenCount}`)) throw new Error(`${name} unsaid`);
      } else if (isReporters(proof) && !this.#evidence.has(`${proof.kind} ${proof.at.getTime()}`)) {
        throw new Error(`${name} on ${proof.kind} that nobody gave`);
      }
    }
    const isWithdrawn = incident.proofs.some(({ kind }) => kind === 'withdrawn');
    if (!isWithdrawn && incident.badAlertCount > 0) throw new Error(`${name} although it is bad`);
  }

  #sent = ({ id }: Incident, intent: string): boolean =>
    this.world.commands.get(`${id} ${intent}`)?.kind === 'public_reply';

  /** Freshdesk shows nothing closed that is not, unless Watchdesk has said that it gives up. */
  #judgeTicket(one: DeskTicket): void {
    if (one.gone !== undefined || one.mergedInto !== undefined || one.status !== 'closed') return;
    const { status, desk, number } = one.issue;
    if (status !== 'closed' && desk.gate?.stoppedAt === undefined)
      throw new Error(`P3 ticket #${one.id} is closed, and WD-${number} is ${status}`);
  }

  /** Everything heals, agents resolve what is open, reporters confirm, and Opsview is read. */
  calmDown(): void {
    for (const one of this.tickets) delete one.gone;
    for (let round = 0; round < 6; round++) {
      this.world.pass(minutes(41));
      this.monitor('ok');
      for (const one of this.tickets) {
        if (one.mergedInto !== undefined) continue;
        one.sync();
        if (one.status !== 'closed') one.set('resolved');
        this.take({ do: 'link', ticket: one.id - 7, answer: 'yes', roundsAgo: 0 });
        this.take({ do: 'say', ticket: one.id - 7, what: 'yes', by: 'requester' });
        one.sync();
      }
      this.world.pass(minutes(41));
      this.monitor('prove');
      for (const one of this.tickets) one.sync();
      this.judge();
    }
  }
}

test('P3 whoever closes, by whatever path: nothing closes without proof, and P4: with proof everything does', () => {
  const told = (steps: readonly { step: Step; pause: number }[], chosen: Chosen) => {
    const one = new DeskStory(chosen);
    for (const each of steps) one.run(each);
    one.calmDown();
    for (const incident of one.world.incidents.values()) {
      if (incident.type !== 'Incident') continue;
      expect(`WD-${incident.number} ${incident.status}`).toBe(`WD-${incident.number} closed`);
    }
  };
  fc.assert(fc.property(story, policies, told), { numRuns: 80 });
}, 60_000);
