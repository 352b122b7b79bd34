import type { Clock } from '../../model/clock.ts';
import type { JsonFile } from '../json-file.ts';
import type { FreshdeskSettings } from './settings.ts';
import { ACTIVITIES_KEPT, type Data, type Instant, type Task, type Ticket } from './state.ts';

/** Who does something: the agent of the API key, a person in the pages, or a contact. */
export type Actor = Readonly<{ userId: number; name: string }>;

/** Values that creation rules of the account set on a new ticket. */
export type CreationRule = (
  ticket: Readonly<Ticket>,
) => Partial<Pick<Ticket, 'group_id' | 'type' | 'priority' | 'tags'>>;

/** Everything the endpoints and pages of one stand-in Freshdesk share. */
export type World = {
  readonly clock: Clock;
  readonly settings: FreshdeskSettings;
  readonly data: Data;
  readonly file: JsonFile<Data>;
  creationRule: CreationRule | undefined;
  unsaved: boolean;
};

export const nowOf = (world: World): Instant => instant(world.clock.now());

/** UTC, whole seconds, as every instant in Freshdesk's answers. */
export const instant = (date: Date): Instant => `${date.toISOString().slice(0, 19)}Z`;

export function later(world: World, delayMs: number, task: WithoutDue<Task>): void {
  world.data.tasks.push({ ...task, dueAt: world.clock.now().getTime() + delayMs } as Task);
  world.unsaved = true;
}
type WithoutDue<T> = T extends unknown ? Omit<T, 'dueAt'> : never;

/** Tickets are numbered from 1 and never taken out of the list, only marked as deleted. */
export function findTicket(world: World, id: number): Ticket | undefined {
  return world.data.tickets[id - 1];
}

export function takeId(world: World, counter: 'nextTicketId' | 'nextConversationId' | 'nextOtherId'): number {
  const id = world.data[counter];
  world.data[counter] = id + 1;
  world.unsaved = true;
  return id;
}

/** Marks a change of the ticket: time, history, and a place in the queue of the search index. */
export function touch(world: World, ticket: Ticket, actor: Actor, what: string): void {
  const now = nowOf(world);
  if (ticket.updated_at < now) ticket.updated_at = now;
  ticket.activities.push({ at: now, who: actor.name, what });
  if (ticket.activities.length > ACTIVITIES_KEPT) ticket.activities.shift();
  later(world, world.settings.searchDelayMs, { kind: 'index', ticketId: ticket.id });
}

/** Call before any answer leaves: what was answered is on disk. */
export function saveChanges(world: World): void {
  if (!world.unsaved) return;
  world.file.save(world.data);
  world.unsaved = false;
}
