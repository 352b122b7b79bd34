import type { NewDelivery } from '../model/delivery.ts';
import { understandFreshdesk } from './understand-freshdesk.ts';
import { understandOpsview } from './understand-opsview.ts';
import { understandPage } from './understand-page.ts';
import { understandPerson } from './understand-person.ts';
import { understandReadBack } from './understand-read-back.ts';
import { understandTicket } from './understand-ticket.ts';
import type { Understood } from './understood.ts';

/**
 * A kept delivery → an event in our words, or why it has to be parked. Pure; never throws, whatever the body is.
 *
 * @param aheadMs how far Opsview's clock is known to be ahead of ours: its times are believed accordingly
 */
export function understand(
  { source, body, receivedAt }: Pick<NewDelivery, 'body' | 'receivedAt'> & Readonly<{ source: string }>,
  { aheadMs = 0 }: Readonly<{ aheadMs?: number }> = {},
): Understood {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { parked: { rule: 'json_unreadable', sentence: 'The body is not JSON.' } };
  }
  if (source === 'opsview') return understandOpsview(json, new Date(receivedAt.getTime() + aheadMs));
  if (source === 'freshdesk') return understandFreshdesk(json);
  if (source === 'read_back') return isTicket(json) ? understandTicket(json) : understandReadBack(json);
  if (source === 'person') return understandPerson(json);
  if (source === 'page') return understandPage(json);
  return { parked: { rule: 'source_unknown', sentence: `Nothing here reads deliveries from “${source}”.` } };
}

/** What we read ourselves comes from both sides. */
const isTicket = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'kind' in json && json.kind === 'ticket';
