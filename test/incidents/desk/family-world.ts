import { expect } from 'vitest';
import type { Incident } from '../../../src/model/incident.ts';
import type { PersonAction } from '../../../src/model/person-event.ts';
import type { TicketEvent } from '../../../src/model/ticket-event.ts';
import { aMessage, aTicketEvent } from '../../support/ticket-event.ts';
import { seconds, type World } from '../world.ts';
import { issueOf, nextReading } from './desk-world.ts';

type Given = Parameters<typeof aTicketEvent>[0];

/** Another person of Acme reports the same, in a ticket of this number. */
export function reports(world: World, ticketId: number, given: Given = {}): Incident {
  world.pass(seconds(20)).tell(
    aTicketEvent({
      ticketId,
      requester: { id: 500 + ticketId, email: `person${ticketId}@acme.example`, name: `Person ${ticketId}` },
      readAt: world.now,
      createdAt: world.now,
      updatedAt: world.now,
      ...given,
    }),
  );
  return issueOf(world, ticketId);
}

/** A main ticket #7 and so many reports of it, tickets #8 and on. */
export function family(world: World, count: number): World {
  for (let index = 0; index <= count; index++) reports(world, 7 + index);
  return world;
}

export const childrenOf = (world: World, parent: Incident): Incident[] =>
  [...world.incidents.values()].filter(({ parentId }) => parentId === parent.id);

export const act = (world: World, action: PersonAction) =>
  world.pass(seconds(1)).tell({ kind: 'person', at: world.now, action });

/** An agent, or Freshdesk's own rule, sets the status of a ticket. */
export function sees(
  world: World,
  ticketId: number,
  fields: Partial<TicketEvent['fields']>,
  more: Partial<Pick<TicketEvent, 'mergedInto'>> = {},
) {
  world.pass(seconds(1));
  const seen = { ticketId, fields: { responderId: 71, ...fields }, updatedAt: world.now, ...more };
  return world.tell(nextReading(world, seen));
}

export function agentReplies(world: World, ticketId: number, id: number, text: string) {
  world.pass(seconds(1));
  const messages = [aMessage({ id, at: world.now, text })];
  return world.tell(nextReading(world, { ticketId, messages, updatedAt: world.now }));
}

export const answers = (world: World, ticketId: number, answer: 'yes' | 'no', words = '') => {
  const { id, reopenCount } = issueOf(world, ticketId);
  return act(world, { do: 'confirm', incidentId: id, round: reopenCount, answer, words });
};

/** What must hold whatever happened: the table of links, the issues and their counts tell the same. */
export function expectSound(world: World): void {
  const linked = [...world.links.values()].filter(({ state }) => state === 'linked');
  for (const incident of world.incidents.values()) {
    const own = linked.filter(({ childId }) => childId === incident.id);
    expect(own.map(({ parentId }) => parentId)).toEqual(incident.parentId ? [incident.parentId] : []);
    const children = linked.filter(({ parentId }) => parentId === incident.id);
    const open = children.filter(({ childId }) => world.incidents.get(childId)?.status !== 'closed');
    expect([incident.childCount, incident.openChildCount]).toEqual([children.length, open.length]);
    if (incident.parentId !== undefined) expect(incident.childCount, 'a chain').toBe(0);
  }
}
