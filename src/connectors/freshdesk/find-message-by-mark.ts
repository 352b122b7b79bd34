import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskMessage } from './add-private-note.ts';
import { readConversationPage } from './conversation-page.ts';
import type { FreshdeskCall } from './freshdesk.ts';

/** `mark` ends in a character that no mark goes on after, as `[WD-42/1]` does, so that none is part of another. */
export type MessageQuery = Readonly<{ ticketId: number; mark: string }>;

/**
 * The first note or reply whose text holds `mark`, or undefined after the last page. The order of the list is not
 * promised and pages get missed by clients that stop early, so it pages to the end.
 */
export async function findMessageByMark(
  call: FreshdeskCall,
  { ticketId, mark }: MessageQuery,
): Promise<FreshdeskMessage | undefined> {
  if (mark === '') throw new ConnectorError('rejected', 'A message is looked up by a mark that is not empty');
  for (let page = 1; ; page += 1) {
    const { entries, isLast } = await readConversationPage(call, { ticketId, page, verb: 'find_message' });
    const found = entries.find((entry) => entry.body_text?.includes(mark) || entry.body?.includes(mark));
    if (found) return { id: found.id };
    if (isLast) return undefined;
  }
}
