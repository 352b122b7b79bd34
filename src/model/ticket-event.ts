import type { TicketFields } from './ticket.ts';

/** Freshdesk's webhook, or our own list of changed tickets, says that a ticket is worth reading; nothing else is believed. */
export type TicketHint = Readonly<{ kind: 'ticket_hint'; ticketId: number }>;

export const TICKET_SOURCES = [
  'email',
  'portal',
  'phone',
  'chat',
  'feedback_widget',
  'outbound_email',
  'other',
] as const;
export type TicketSource = (typeof TICKET_SOURCES)[number];

/** Who wrote a message: the ticket's requester, an agent, Watchdesk itself (our own echo), or somebody else in copy. */
export type MessageAuthor = 'requester' | 'agent' | 'watchdesk' | 'other';

/** One note or reply of a ticket. `text` is plain text as people wrote it, quoted mails included, untrusted. */
export type TicketMessage = Readonly<{
  /** Grows with time within a ticket. */
  id: number;
  at: Date;
  author: MessageAuthor;
  authorId?: number;
  isPrivate: boolean;
  text: string;
  /** As Freshdesk sanitised it; still untrusted, never put into a page as it is. */
  html: string;
}>;

export type Requester = Readonly<{
  id: number;
  email?: string;
  name?: string;
  /** Two letters such as `de`; absent when Freshdesk does not tell. */
  language?: string;
}>;

/** A field that a person, or a Freshdesk rule, set to something else than we wanted: theirs from now on (promise P5). */
export type TakenOver = Readonly<{
  field: OwnedField;
  /** The rule that had decided what we wanted. */
  rule: string;
  wanted: string;
  chosen: string;
}>;

/**
 * Whom a rule chose and Freshdesk refused: an agent who was deactivated, a group that was removed. `reason` is Freshdesk's.
 */
export type RefusedChoice = Readonly<{ field: 'groupId' | 'responderId'; wanted: number; reason: string }>;

/** Fields in which people win one by one. Custom fields count by their key. */
export type OwnedField = 'subject' | 'priority' | 'type' | 'groupId' | 'responderId' | `custom.${string}`;

/**
 * A ticket as it was read from Freshdesk, and what is new in it.
 *
 * Shape:   `fields` is what Freshdesk showed when it was read, before anything that we sent since; `messages` are those
 *          with a higher id than the last that was told, oldest first. One may be told twice: compare ids.
 * Units:   instants are UTC; all but `readAt` by Freshdesk's clock.
 * Absent:  `descriptionText` is empty and `requester`, `company` are undefined when they were not read, as for a ticket
 *          that is known already. `mergedInto` unless it was merged into another ticket.
 * Source:  GET /tickets/{id} and its conversations, by the connector.
 */
export type TicketEvent = Readonly<{
  kind: 'ticket';
  ticketId: number;
  fields: TicketFields;
  /** What it showed when it was last read, or as we wrote it since; undefined at the first sight. */
  before?: TicketFields;
  descriptionText: string;
  requester?: Requester;
  company?: Readonly<{ id: number; name: string }>;
  source: TicketSource;
  isSpam: boolean;
  isDeleted: boolean;
  mergedInto?: number;
  messages: readonly TicketMessage[];
  /** Empty at the first sight of a ticket. */
  takenOver: readonly TakenOver[];
  /** What Freshdesk refused when it was sent; absent when nothing was. */
  refused?: readonly RefusedChoice[];
  createdAt: Date;
  updatedAt: Date;
  readAt: Date;
}>;
