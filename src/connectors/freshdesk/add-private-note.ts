import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import { checkedBody } from './ticket-wire.ts';

export type MessageDraft = Readonly<{ ticketId: number; html: string }>;
/** A note or reply as it was taken; its number grows with time within a ticket. */
export type FreshdeskMessage = Readonly<{ id: number }>;

const NoteBody = z.strictObject({ body: z.string().min(1), private: z.literal(true) });
export const MessageWire = z.object({ id: z.int().positive() });

/**
 * Seen by agents only; mails nobody. Not idempotent: after `outcome_unknown` look with `findMessageByMark`.
 * Caution: Freshdesk takes a note on a trashed ticket too, so success does not prove that the ticket is live.
 */
export async function addPrivateNote(
  { ask }: FreshdeskCall,
  { ticketId, html }: MessageDraft,
): Promise<FreshdeskMessage> {
  const what = `add a note to ticket ${ticketId}`;
  const { body } = await ask({
    method: 'POST',
    path: `${ticketPath(ticketId)}/notes`,
    body: checkedBody(NoteBody, { body: html, private: true }, what),
    kind: 'other',
    verb: 'add_private_note',
    what,
    schema: MessageWire,
  });
  return { id: body.id };
}
