import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import type { Reconciliation } from '../incidents/reconcile-ticket.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { RefusedChoice } from '../model/ticket-event.ts';
import type { EngineParts } from './parts.ts';
import { refusalNews, tellTicket } from './ticket-news.ts';

/*
 * An agent who was deactivated, or a group that was removed, since policy or the last reading named them: Freshdesk then
 * refuses the whole call. Everything else is sent, and what was refused is told to the inbox, which chooses nobody.
 */

/** As Freshdesk names them in a refusal. */
const FIELDS = new Map<string, RefusedChoice['field']>([
  ['group_id', 'groupId'],
  ['responder_id', 'responderId'],
]);

/** Whom of `sent` Freshdesk refused; empty when it refused anything else as well. */
export function refusedChoices(error: unknown, sent: Partial<TicketFields>): readonly RefusedChoice[] {
  if (!(error instanceof ConnectorError) || error.kind !== 'rejected') return [];
  const refused = error.fieldErrors.flatMap(({ field: name, message }) => {
    const field = FIELDS.get(name);
    const wanted = field && sent[field];
    return field === undefined || wanted === undefined ? [] : [{ field, wanted, reason: message }];
  });
  return refused.length === error.fieldErrors.length ? refused : [];
}

/** The same fields without those that were refused. */
export function withoutRefused<Fields extends Partial<TicketFields>>(
  fields: Fields,
  refused: readonly RefusedChoice[],
): Fields {
  const rest = { ...fields };
  for (const { field } of refused) delete rest[field];
  return rest;
}

/** What is compared, as if the refused fields had not been wished for. */
export const comparedWithout = (
  compared: Reconciliation,
  refused: readonly RefusedChoice[],
): Reconciliation => ({
  ...compared,
  send: withoutRefused(compared.send, refused),
  written: withoutRefused(compared.written, refused),
});

export async function tellRefused(
  parts: EngineParts,
  read: FreshdeskTicket,
  refused: readonly RefusedChoice[],
): Promise<void> {
  for (const { field, wanted, reason } of refused)
    parts.log.warn(`Freshdesk refused ${field} ${wanted} for ticket #${read.id}: ${reason}`);
  await tellTicket(parts, refusalNews(parts, read, refused));
}
