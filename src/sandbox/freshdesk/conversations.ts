import { changed } from './automation.ts';
import { type Body, type BodyRules, checkBody } from './body-rules.ts';
import { personOf } from './people.ts';
import { notFound } from './refusal.ts';
import { storedHtml, textOf } from './sanitise.ts';
import type { Conversation, Ticket } from './state.ts';
import { updateTicket } from './tickets.ts';
import { type Actor, nowOf, takeId, type World } from './world.ts';

const NOTE: BodyRules = {
  body: { type: 'String', required: true },
  private: { type: 'Boolean' },
  incoming: { type: 'Boolean' },
  notify_emails: { type: 'Array of String' },
  user_id: { type: 'Integer' },
};

const REPLY: BodyRules = {
  body: { type: 'String', required: true },
  from_email: { type: 'String', format: 'email' },
  user_id: { type: 'Integer' },
  cc_emails: { type: 'Array of String' },
  bcc_emails: { type: 'Array of String' },
};

const OPEN = 2;
const REPLY_SOURCE = 0;
const NOTE_SOURCE = 2;

/** `POST /tickets/{id}/notes`: private unless told otherwise. */
export function addNote(world: World, ticket: Ticket, input: unknown, actor: Actor): Conversation {
  const body = checkBody(input, NOTE);
  const isPrivate = (body.private as boolean | undefined) ?? true;
  const note = store(world, ticket, body, actor, {
    source: NOTE_SOURCE,
    private: isPrivate,
    incoming: (body.incoming as boolean | undefined) ?? false,
    to_emails: (body.notify_emails as string[] | undefined) ?? [],
    from_email: null,
  });
  if (note.incoming) ticket.stats.requester_responded_at = note.created_at;
  changed(world, ticket, actor, isPrivate ? 'added a private note' : 'added a public note');
  return note;
}

/** `POST /tickets/{id}/reply`: what the requester gets by e-mail. */
export function addReply(world: World, ticket: Ticket, input: unknown, actor: Actor): Conversation {
  const body = checkBody(input, REPLY);
  const requester = world.data.contacts.find(({ id }) => id === ticket.requester_id);
  const reply = store(world, ticket, body, actor, {
    source: REPLY_SOURCE,
    private: false,
    incoming: false,
    to_emails: requester?.email ? [requester.email] : [],
    from_email: (body.from_email as string | undefined) ?? 'support@example.com',
  });
  ticket.stats.first_responded_at ??= reply.created_at;
  ticket.stats.agent_responded_at = reply.created_at;
  changed(world, ticket, actor, 'replied to the requester');
  return reply;
}

/**
 * An answer by e-mail, of the requester unless told otherwise, which opens again a ticket that waits or is finished.
 * Freshdesk takes the mail of anybody in copy.
 */
export function addRequesterReply(
  world: World,
  ticket: Ticket,
  text: string,
  writerId = ticket.requester_id,
): Conversation {
  const requester = personOf(world, writerId);
  const actor: Actor = { userId: writerId, name: requester?.name ?? 'Requester' };
  const reply = store(world, ticket, { body: text }, actor, {
    source: REPLY_SOURCE,
    private: false,
    incoming: true,
    to_emails: ['support@example.com'],
    from_email: requester?.email ?? null,
  });
  ticket.stats.requester_responded_at = reply.created_at;
  changed(world, ticket, actor, 'answered by e-mail');
  if (world.settings.reopensOnAnswer && ticket.status !== OPEN) {
    updateTicket(world, ticket, { status: OPEN }, actor);
  }
  return reply;
}

function store(
  world: World,
  ticket: Ticket,
  body: Body,
  actor: Actor,
  kind: Pick<Conversation, 'source' | 'private' | 'incoming' | 'to_emails' | 'from_email'>,
): Conversation {
  const html = storedHtml(body.body as string);
  const now = nowOf(world);
  const conversation: Conversation = {
    id: takeId(world, 'nextConversationId'),
    ticket_id: ticket.id,
    user_id: (body.user_id as number | undefined) ?? actor.userId,
    body: html,
    body_text: textOf(html),
    cc_emails: (body.cc_emails as string[] | undefined) ?? [],
    bcc_emails: (body.bcc_emails as string[] | undefined) ?? [],
    ...kind,
    created_at: now,
    updated_at: now,
  };
  world.data.conversations.push(conversation);
  return conversation;
}

/** Oldest first. */
export const conversationsOf = (world: World, ticketId: number): Conversation[] =>
  world.data.conversations.filter((one) => one.ticket_id === ticketId);

/** `PUT /conversations/{id}`: notes only. Throws a Refusal. */
export function changeNote(world: World, id: number, input: unknown): Conversation {
  const note = world.data.conversations.find((one) => one.id === id && one.source === NOTE_SOURCE);
  if (!note) throw notFound();
  const { body } = checkBody(input, { body: { type: 'String', required: true } });
  note.body = storedHtml(body as string);
  note.body_text = textOf(note.body);
  note.updated_at = nowOf(world);
  world.unsaved = true;
  return note;
}

export function deleteConversation(world: World, id: number): void {
  const index = world.data.conversations.findIndex((one) => one.id === id);
  if (index === -1) throw notFound();
  world.data.conversations.splice(index, 1);
  world.unsaved = true;
}

/** The answer to a new note, which lacks `source`, or to a new reply. */
export function createdConversationView(conversation: Conversation): Record<string, unknown> {
  const { source, private: isPrivate, incoming, from_email, cc_emails, bcc_emails, ...common } = conversation;
  if (source === NOTE_SOURCE) {
    const texts = { structured_body: null, support_email: null, attachments: [] };
    return { ...common, incoming, private: isPrivate, ...texts };
  }
  return { ...common, from_email, cc_emails, bcc_emails, attachments: [], source_additional_info: null };
}

export function listedConversationView(conversation: Conversation): Record<string, unknown> {
  return {
    ...conversation,
    structured_body: null,
    support_email: null,
    category: conversation.source === NOTE_SOURCE ? 3 : 1,
    email_failure_count: null,
    outgoing_failures: null,
    thread_id: null,
    thread_message_id: null,
    last_edited_at: null,
    last_edited_user_id: null,
    attachments: [],
    automation_id: null,
    automation_type_id: null,
    auto_response: false,
    threading_type: null,
    source_additional_info: null,
  };
}
