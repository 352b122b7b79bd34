import { changed } from './automation.ts';
import { addNote, addReply, addRequesterReply, deleteConversation } from './conversations.ts';
import { mergeTickets } from './merge.ts';
import { findOrCreateContact, personName } from './people.ts';
import { type Mood, rateTicket } from './rating-endpoints.ts';
import type { Conversation, Ticket } from './state.ts';
import { runDueTasks } from './tasks.ts';
import { createTicket, updateTicket } from './tickets.ts';
import { type Actor, findTicket, saveChanges, type World } from './world.ts';

/** A mail to the help desk. `text` is plain; an address that is not known becomes a contact. */
export type CustomerMail = Readonly<{
  email: string;
  name?: string;
  subject: string;
  text: string;
  cc?: readonly string[];
}>;

/** What customers do. Rules, deadlines and webhooks follow as for anything else. */
export type Customers = Readonly<{
  raise(mail: CustomerMail): Ticket;
  /** The requester answers by e-mail, or whoever has the address `email`. */
  reply(ticketId: number, text: string, email?: string): Conversation;
  /** The requester says how content they are. */
  rate(ticketId: number, mood: Mood, feedback?: string): void;
}>;

/** What an agent does in Freshdesk's pages; bodies and fields are those of the API. Throws a Refusal as the API does. */
export type ActingAgent = Readonly<{
  update(ticketId: number, fields: Readonly<Record<string, unknown>>): Ticket;
  note(ticketId: number, html: string): Conversation;
  reply(ticketId: number, html: string): Conversation;
  merge(ticketIds: readonly number[], primaryId: number): void;
  trash(ticketId: number): void;
  restore(ticketId: number): void;
  markSpam(ticketId: number, isSpam?: boolean): void;
  deleteMessage(conversationId: number): void;
}>;

const EMAIL_SOURCE = 1;

export function actingCustomers(world: World): Customers {
  return {
    raise: ({ email, name, subject, text, cc = [] }) =>
      acting(world, () => {
        const contact = findOrCreateContact(world, { email, ...(name === undefined ? {} : { name }) });
        const mail = {
          requester_id: contact.id,
          subject,
          description: htmlOf(text),
          source: EMAIL_SOURCE,
          cc_emails: [...cc],
        };
        return createTicket(world, mail, { userId: contact.id, name: contact.name });
      }),
    reply: (ticketId, text, email) =>
      acting(world, () => {
        const writer = email === undefined ? undefined : findOrCreateContact(world, { email });
        return addRequesterReply(world, ticketOf(world, ticketId), htmlOf(text), writer?.id);
      }),
    rate: (ticketId, mood, feedback = '') =>
      acting(world, () => void rateTicket(world, ticketOf(world, ticketId), { mood, feedback })),
  };
}

export function actingAgent(world: World, id: number): ActingAgent {
  const actor: Actor = { userId: id, name: personName(world, id) };
  const set = (ticketId: number, fields: Partial<Ticket>, what: string): void =>
    acting(world, () => {
      const ticket = Object.assign(ticketOf(world, ticketId), fields);
      changed(world, ticket, actor, what);
    });
  return {
    update: (ticketId, fields) =>
      acting(world, () => updateTicket(world, ticketOf(world, ticketId), fields, actor)),
    note: (ticketId, html) =>
      acting(world, () => addNote(world, ticketOf(world, ticketId), { body: html }, actor)),
    reply: (ticketId, html) =>
      acting(world, () => addReply(world, ticketOf(world, ticketId), { body: html }, actor)),
    merge: (ticketIds, primaryId) =>
      acting(world, () => mergeTickets(world, { primary_id: primaryId, ticket_ids: [...ticketIds] }, actor)),
    trash: (ticketId) => set(ticketId, { deleted: true }, 'deleted the ticket'),
    restore: (ticketId) => set(ticketId, { deleted: false }, 'restored the ticket'),
    markSpam: (ticketId, isSpam = true) =>
      set(ticketId, { spam: isSpam }, isSpam ? 'marked the ticket as spam' : 'said that it is no spam'),
    deleteMessage: (conversationId) => acting(world, () => deleteConversation(world, conversationId)),
  };
}

function acting<T>(world: World, act: () => T): T {
  runDueTasks(world);
  try {
    return act();
  } finally {
    saveChanges(world);
  }
}

function ticketOf(world: World, id: number): Ticket {
  const ticket = findTicket(world, id);
  if (!ticket) throw new Error(`The sandbox has no ticket ${id}`);
  return ticket;
}

/** What a person typed, as the body of a message. */
export const htmlOf = (text: string): string =>
  `<div>${text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\r?\n/g, '<br>')}</div>`;
