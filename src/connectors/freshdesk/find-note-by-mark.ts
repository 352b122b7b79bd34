import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskNote } from './add-private-note.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';

/** `mark` ends in a character that no mark goes on after, as `[WD-42/1]` does, so that none is part of another. */
export type NoteQuery = Readonly<{ ticketId: number; mark: string }>;

const PER_PAGE = 100;
/** Freshdesk advises against going deeper. */
const PAGES_MAX = 500;
const text = z.string().nullish().catch(null);
const ConversationsWire = z.array(z.object({ id: z.int().positive(), body_text: text, body: text }));

/**
 * The first note or reply whose text holds `mark`, or undefined after the last page. The order of the list is not
 * promised and pages get missed by clients that stop early, so it pages to the end.
 */
export async function findNoteByMark(
  { ask }: FreshdeskCall,
  { ticketId, mark }: NoteQuery,
): Promise<FreshdeskNote | undefined> {
  if (mark === '') throw new ConnectorError('rejected', 'A note is looked up by a mark that is not empty');
  const what = `list the conversations of ticket ${ticketId}`;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { body, hasNextPage } = await ask({
      method: 'GET',
      path: `${ticketPath(ticketId)}/conversations`,
      query: [
        ['page', String(page)],
        ['per_page', String(PER_PAGE)],
      ],
      kind: 'other',
      verb: 'find_note',
      what,
      schema: ConversationsWire,
    });
    const found = body.find((entry) => entry.body_text?.includes(mark) || entry.body?.includes(mark));
    if (found) return { id: found.id };
    if (body.length === 0 || (!hasNextPage && body.length < PER_PAGE)) return undefined;
  }
  throw new ConnectorError(
    'unexpected_response',
    `Freshdesk did not end the list at page ${PAGES_MAX}: ${what}`,
  );
}
