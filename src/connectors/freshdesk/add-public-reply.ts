import { z } from 'zod';
import { type FreshdeskMessage, type MessageDraft, MessageWire } from './add-private-note.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';
import { checkedBody } from './ticket-wire.ts';

const ReplyBody = z.strictObject({ body: z.string().min(1) });

/**
 * Freshdesk mails it to the requester and whoever is in copy: a second one cannot be taken back. Not idempotent: after
 * `outcome_unknown` look with `findMessageByMark`.
 */
export async function addPublicReply(
  { ask }: FreshdeskCall,
  { ticketId, html }: MessageDraft,
): Promise<FreshdeskMessage> {
  const what = `reply on ticket ${ticketId}`;
  const { body } = await ask({
    method: 'POST',
    path: `${ticketPath(ticketId)}/reply`,
    body: checkedBody(ReplyBody, { body: html }, what),
    kind: 'other',
    verb: 'add_public_reply',
    what,
    schema: MessageWire,
  });
  return { id: body.id };
}
