import type { TicketStatus } from '../../model/ticket.ts';
import type { TicketMessage } from '../../model/ticket-event.ts';

/**
 * The whole note that Freshdesk leaves in a ticket which was merged into another, in markup; group 1 is the other's
 * number. Recorded is only that it links to `/a/tickets/{id}`; the wording is remembered and in the account's language,
 * hence a setting of the connector. Anything before or after makes it somebody's own note.
 */
export const STOCK_MERGE_NOTE =
  /^\s*(?:<(?:div|p|span)\b[^<>]*>\s*)*This ticket is closed and merged into (?:the )?ticket\s*#?\s*<a\b[^<>]*\bhref="(?:https:\/\/[^"/]+)?\/(?:a|helpdesk)\/tickets\/(\d{1,15})"[^<>]*>\s*(?:ticket\s*)?#?\1\s*<\/a>\s*\.?\s*(?:<\/(?:div|p|span)>\s*)*$/i;

/** The number of the ticket into which this one was merged. Only agents write private notes, and merging closes. */
export function mergedInto(
  messages: readonly TicketMessage[],
  status: TicketStatus,
  pattern: RegExp = STOCK_MERGE_NOTE,
): number | undefined {
  if (status !== 'closed') return undefined;
  return messages
    .filter(({ isPrivate, author }) => isPrivate && author !== 'requester')
    .flatMap(({ html }) => {
      const primary = Number(pattern.exec(html)?.[1]);
      return Number.isSafeInteger(primary) && primary > 0 ? [primary] : [];
    })
    .at(-1);
}
