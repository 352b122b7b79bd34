import type { TicketFields } from '../../src/model/ticket.ts';
import type { TicketEvent, TicketMessage } from '../../src/model/ticket-event.ts';

type Given = Readonly<Partial<Omit<TicketEvent, 'fields'>> & { fields?: Partial<TicketFields> }>;

/** A customer's ticket as it was read: new, of no type, Low as Freshdesk makes it, nobody has it. */
export function aTicketEvent({ fields, ...given }: Given = {}): TicketEvent {
  const at = given.readAt ?? new Date('2026-03-02T12:00:00Z');
  return {
    kind: 'ticket',
    ticketId: 7,
    fields: {
      subject: 'The web shop does not load',
      status: 'open',
      priority: 'low',
      type: undefined,
      tags: [],
      ...fields,
    },
    descriptionText: 'Since this morning nothing works any more. Our users get an error message.',
    requester: { id: 501, email: 'ann@acme.example', name: 'Ann Archer' },
    source: 'email',
    isSpam: false,
    isDeleted: false,
    messages: [],
    takenOver: [],
    createdAt: at,
    updatedAt: at,
    readAt: at,
    ...given,
  };
}

/** A public reply of an agent. */
export const aMessage = (given: Partial<TicketMessage> = {}): TicketMessage => ({
  id: 1,
  at: new Date('2026-03-02T12:00:00Z'),
  author: 'agent',
  authorId: 71,
  isPrivate: false,
  text: 'We are looking into it.',
  html: '<p>We are looking into it.</p>',
  ...given,
});
