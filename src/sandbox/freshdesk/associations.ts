import type { Body } from './body-rules.ts';
import { type FieldFault, featureMissing, invalid, notFound, Refusal, unexpectedField } from './refusal.ts';
import type { Ticket } from './state.ts';
import { ASSOCIATION, isDone } from './vocabulary.ts';
import { findTicket, type World } from './world.ts';

/** Refuses any use of associations in an account that has them switched off. */
export function requireAssociations(world: World): void {
  if (!world.settings.associationsEnabled) throw featureMissing('parent_child_tickets, link_tickets');
}

/**
 * An update as this account takes it. Throws how the account answers to a key that it does not know; nobody has recorded
 * which those are, so the settings say. `ignored` is success without effect.
 */
export function withKnownKeys(world: World, input: unknown): unknown {
  const { unknownAssociationKeys, unknownKeyAnswer } = world.settings;
  if (typeof input !== 'object' || input === null) return input;
  const key = unknownAssociationKeys.find((one) => Object.hasOwn(input, one));
  if (key === undefined) return input;
  switch (unknownKeyAnswer) {
    case 'invalid_field':
      throw invalid(unexpectedField(key));
    case 'invalid_value':
      throw invalid({ field: key, message: 'It should be a valid value', code: 'invalid_value' });
    case 'require_feature':
      throw featureMissing('parent_child_tickets, link_tickets');
    case 'not_found':
      throw notFound();
    case 'method_not_allowed':
      throw new Refusal(405, {
        message: 'PUT method is not allowed. It should be one of these method(s): GET',
      });
    case 'ignored':
      return Object.fromEntries(
        Object.entries(input as Body).filter(([name]) => name !== key && name !== 'association_type'),
      );
  }
}

/** In the words for a full one, or in those for anything else, by the settings. */
const fullMessage = (world: World, told: string): string =>
  world.settings.tellsAssociationLimit ? told : 'The ticket cannot be associated';

/** What speaks against making a child of `parentId`. `ticket` is undefined while it is being created. */
export function childFaults(world: World, parentId: number, ticket?: Ticket): FieldFault[] {
  const fault = (message: string, code = 'invalid_value'): FieldFault[] => [
    { field: 'parent_id', message, code },
  ];
  const parent = findTicket(world, parentId);
  if (!parent || parent.deleted || parent.spam || parent.id === ticket?.id) {
    return fault('There is no ticket matching the given parent_id');
  }
  if (parent.association_type !== null && parent.association_type !== ASSOCIATION.parent) {
    return fault('The parent ticket already has another association', 'incompatible_field');
  }
  if (ticket && ticket.association_type !== null) {
    return fault('The ticket already has an association', 'incompatible_field');
  }
  if (parent.associated_tickets_list.length >= world.settings.childrenMax) {
    return fault(
      fullMessage(world, `A parent ticket can have a maximum of ${world.settings.childrenMax} child tickets`),
    );
  }
  return [];
}

/** What speaks against relating these tickets to a tracker that has `already` members. */
export function relatedFaults(world: World, ids: readonly number[], already: number): FieldFault[] {
  const fault = (message: string, code = 'invalid_value'): FieldFault[] => [
    { field: 'related_ticket_ids', message, code },
  ];
  if (already + ids.length > world.settings.relatedMax) {
    return fault(
      fullMessage(world, `A tracker can have a maximum of ${world.settings.relatedMax} related tickets`),
    );
  }
  const tickets = ids.map((id) => findTicket(world, id));
  if (tickets.some((ticket) => !ticket || ticket.deleted || ticket.spam)) {
    return fault(`There are no live tickets matching: ${ids.join(', ')}`);
  }
  if (tickets.some((ticket) => ticket?.association_type !== null)) {
    return fault('A ticket already has an association', 'incompatible_field');
  }
  return [];
}

/** What speaks against a ticket as the tracker of others: it must be live and nothing else. */
export function trackerFaults(world: World, trackerId: number): FieldFault[] {
  const tracker = findTicket(world, trackerId);
  const field = 'tracker_id';
  if (!tracker || tracker.deleted || tracker.spam) {
    return [{ field, message: 'There is no ticket matching the given tracker_id', code: 'invalid_value' }];
  }
  if (tracker.association_type === null || tracker.association_type === ASSOCIATION.tracker) return [];
  return [{ field, message: 'The ticket already has another association', code: 'incompatible_field' }];
}

export function makeChild(world: World, parentId: number, child: Ticket): void {
  join(world, parentId, ASSOCIATION.parent, child, ASSOCIATION.child);
}

export function makeRelated(world: World, trackerId: number, related: Ticket): void {
  join(world, trackerId, ASSOCIATION.tracker, related, ASSOCIATION.related);
}

function join(world: World, primeId: number, primeType: number, member: Ticket, memberType: number): void {
  const prime = findTicket(world, primeId);
  if (!prime) return;
  prime.association_type = primeType;
  prime.associated_tickets_list.push(member.id);
  member.association_type = memberType;
  member.associated_tickets_list = [prime.id];
}

/** Takes a child or related ticket out of its association; a prime without members becomes an ordinary ticket. */
export function detach(world: World, member: Ticket): void {
  const prime = primeOf(world, member);
  member.association_type = null;
  member.associated_tickets_list = [];
  if (!prime) return;
  prime.associated_tickets_list = prime.associated_tickets_list.filter((id) => id !== member.id);
  if (prime.associated_tickets_list.length === 0) prime.association_type = null;
}

/** The parent or tracker of a child or related ticket. */
export function primeOf(world: World, ticket: Ticket): Ticket | undefined {
  const isMember =
    ticket.association_type === ASSOCIATION.child || ticket.association_type === ASSOCIATION.related;
  const primeId = ticket.associated_tickets_list[0];
  return isMember && primeId !== undefined ? findTicket(world, primeId) : undefined;
}

/** The children or related tickets of a parent or tracker. */
export function membersOf(world: World, ticket: Ticket): Ticket[] {
  if (ticket.association_type !== ASSOCIATION.parent && ticket.association_type !== ASSOCIATION.tracker)
    return [];
  return ticket.associated_tickets_list.flatMap((id) => findTicket(world, id) ?? []);
}

/** Freshdesk refuses to finish a parent whose children are not finished; those in the trash or in spam hold nothing up. */
export function openChildFaults(world: World, ticket: Ticket, status: unknown): FieldFault[] {
  if (typeof status !== 'number' || !isDone(status) || ticket.association_type !== ASSOCIATION.parent)
    return [];
  const isOver = (child: Ticket): boolean => child.deleted || child.spam || isDone(child.status);
  if (membersOf(world, ticket).every(isOver)) return [];
  const message = 'The child tickets must be resolved or closed first';
  return [{ field: 'status', message, code: 'inconsistent_state' }];
}
