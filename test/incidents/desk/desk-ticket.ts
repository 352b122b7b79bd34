import { isSameTicket, reconcileTicket } from '../../../src/incidents/reconcile-ticket.ts';
import type { Decision } from '../../../src/model/decision.ts';
import type { DeskFieldValues } from '../../../src/model/desk-field.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { isDone, type TicketFields, type TicketStatus } from '../../../src/model/ticket.ts';
import type { MessageAuthor, TicketEvent, TicketMessage } from '../../../src/model/ticket-event.ts';
import { aMessage, aTicketEvent } from '../../support/ticket-event.ts';
import type { World } from '../world.ts';
import { issueOf } from './desk-world.ts';

/**
 * A ticket as Freshdesk has it, moved by agents, customers and rules, read and written as our sync does: what is new is
 * told to the world, and what the world wishes is sent, a reading later than it was decided.
 */
export class DeskTicket {
  readonly world: World;
  readonly id: number;
  fields: TicketFields = aTicketEvent().fields;
  gone?: 'spam' | 'deleted';
  mergedInto?: number;
  messages: TicketMessage[] = [];
  #seen: TicketFields | undefined;
  #written: TicketFields | undefined;
  #turnWritten = 0;
  #goneTold: string | undefined;
  #messagesTold = 0;

  constructor(world: World, id = 7) {
    this.world = world;
    this.id = id;
  }

  /** Reported and adopted as an incident, unless `given` says otherwise. */
  raise(given: Partial<TicketFields> = {}): this {
    this.fields = { ...this.fields, type: 'Incident', ...given };
    this.sync();
    return this;
  }

  get issue(): Incident {
    return issueOf(this.world, this.id);
  }

  get status(): TicketStatus {
    return this.fields.status;
  }

  /** An agent, or a rule of Freshdesk, sets it. */
  set(status: TicketStatus, custom: DeskFieldValues = {}): readonly Decision[] {
    this.fields = { ...this.fields, status, custom: { ...this.fields.custom, ...custom } };
    return this.sync();
  }

  /** As Freshdesk does, a reply from outside opens a ticket that was done. */
  say(text: string, author: MessageAuthor = 'requester'): readonly Decision[] {
    const { now: at } = this.world;
    this.messages.push(aMessage({ id: this.id * 1_000 + this.messages.length + 1, at, author, text }));
    if (author !== 'agent' && isDone(this.status)) this.fields = { ...this.fields, status: 'open' };
    return this.sync();
  }

  /** What Freshdesk shows now, as it would be told; undefined when there is nothing new. */
  news(): TicketEvent | undefined {
    const gone = this.mergedInto === undefined ? this.gone : 'merged';
    const messages = this.messages.slice(this.#messagesTold);
    const isNews =
      this.#seen === undefined ||
      messages.length > 0 ||
      gone !== this.#goneTold ||
      !isSameTicket(this.#seen, this.fields);
    if (!isNews) return undefined;
    return aTicketEvent({
      ticketId: this.id,
      fields: this.fields,
      messages,
      isSpam: this.gone === 'spam',
      isDeleted: this.gone === 'deleted',
      readAt: this.world.now,
      ...(this.#seen === undefined ? {} : { before: this.#seen }),
      ...(this.mergedInto === undefined ? {} : { mergedInto: this.mergedInto }),
    });
  }

  /** Until nothing is new and nothing is left to send. */
  sync(): readonly Decision[] {
    const decisions: Decision[] = [];
    for (let round = 0; round < 6; round++) {
      const event = this.news();
      const isSent = this.#send();
      this.#seen = this.fields;
      this.#goneTold = this.mergedInto === undefined ? this.gone : 'merged';
      this.#messagesTold = this.messages.length;
      if (event !== undefined) decisions.push(...this.world.deliver(event));
      else if (!isSent) return decisions;
    }
    throw new Error('the ticket comes to no rest');
  }

  /** Whether anything was changed. */
  #send(): boolean {
    const incidentId = [...this.world.ticketNumbers].find(([, number]) => number === this.id)?.[0] ?? '';
    const wish = this.world.tickets.get(incidentId);
    if (wish === undefined || this.gone !== undefined || this.mergedInto !== undefined) return false;
    const isAsserted = wish.statusTurn > this.#turnWritten;
    const { send, written } = reconcileTicket({
      wanted: wish.fields,
      written: this.#written ?? this.fields,
      seen: this.fields,
      peopleOwn: { type: this.world.now, priority: this.world.now },
      now: this.world.now,
      assertsStatus: isAsserted ? (wish.isSetBack ? 'set_back' : 'yes') : 'no',
    });
    this.#turnWritten = wish.statusTurn;
    this.#written = written;
    const before = this.fields;
    this.fields = { ...before, ...send, custom: { ...before.custom, ...send.custom } };
    return !isSameTicket(before, this.fields);
  }
}
