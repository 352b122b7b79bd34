import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import type { TicketFields } from '../model/ticket.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import { inTransaction } from '../store/transaction.ts';
import type { EngineParts } from './parts.ts';

/** Among what people own: the ticket itself, since they deleted it. */
const THE_TICKET = 'ticket';

/**
 * A person moved the ticket to the trash: it is theirs (promise P5), which its history says once. Only when the incident
 * fails again after it was restored is that news, and gets a ticket of its own: `fails_again`, with the old one let go.
 */
export async function leaveDeleted(
  parts: EngineParts,
  ticket: TicketRow,
  read: FreshdeskTicket,
): Promise<'left' | 'fails_again'> {
  const { database, clock } = parts;
  const now = clock.now();
  const written = ticket.written ?? ticket.wanted;
  const failsAgain = ticket.wanted.status === 'open' && written.status !== 'open';
  const wasTold = ticket.peopleOwn.includes(THE_TICKET);
  const rule = failsAgain ? 'ticket_anew' : 'ticket_deleted';
  const sentence = failsAgain
    ? `Freshdesk ticket #${read.id} had been deleted, so the incident that fails again gets a new one.`
    : `Freshdesk ticket #${read.id} was deleted by a person; Watchdesk leaves it alone.`;
  await inTransaction(database, async (tx) => {
    if (failsAgain || !wasTold) {
      const policyVersion = parts.policy().hash;
      await timeline.append(tx, [
        { incidentId: ticket.incidentId, at: now, kind: 'ticket', rule, sentence, policyVersion },
      ]);
    }
    if (failsAgain) return tickets.letGo(tx, ticket.incidentId);
    await tickets.saveSynced(tx, ticket.incidentId, {
      written: { ...written, status: ticket.wanted.status },
      seen: read.fields,
      peopleOwn: wasTold ? ticket.peopleOwn : [...ticket.peopleOwn, THE_TICKET],
      now,
    });
  });
  return failsAgain ? 'fails_again' : 'left';
}

type Before = Readonly<{ written: TicketFields; peopleOwn: readonly string[] }>;

/** What to compare with: after a person took the ticket out of the trash, whatever the incident did meanwhile is news. */
export function beforeRestored(ticket: TicketRow, seen: TicketFields): Before {
  const { written = ticket.wanted, peopleOwn } = ticket;
  if (!peopleOwn.includes(THE_TICKET)) return { written, peopleOwn };
  return {
    written: { ...written, status: seen.status },
    peopleOwn: peopleOwn.filter((field) => field !== THE_TICKET),
  };
}

/** Whether a refusal only means that the ticket is in the trash, which is no fault of anybody. */
export async function isInTrash(parts: EngineParts, ticketId: number, error: unknown): Promise<boolean> {
  if (!(error instanceof ConnectorError) || error.kind !== 'not_found') return false;
  try {
    return (await parts.freshdesk.readTicket(ticketId)).isDeleted;
  } catch (reading) {
    if (reading instanceof ConnectorError && reading.kind === 'not_found') return false;
    throw reading;
  }
}
