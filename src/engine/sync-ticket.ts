import { createHash } from 'node:crypto';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import { reconcileTicket } from '../incidents/reconcile-ticket.ts';
import type { Command } from '../model/decision.ts';
import type { TicketFields } from '../model/ticket.ts';
import { escapeHtml } from '../policy/render-template.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import { inTransaction } from '../store/transaction.ts';
import { enqueueAcknowledgements, enqueueCommands } from './commit-changes.ts';
import { beforeRestored, leaveDeleted } from './deleted-ticket.ts';
import { RetryAt } from './job-loop.ts';
import type { EngineParts } from './parts.ts';

/** Freshdesk's creation rules set group, type and agent about a second after the answer; what they chose is theirs. */
const FIRST_SIGHT_MS = 5_000;
const OVERTAKEN_MS = 5_000;

/**
 * Brings the incident's ticket to the wanted state: creates it, or sends the difference between what we want and what
 * nobody else has changed. Ten wishes that came while Freshdesk was away become one update.
 *
 * Errors: a ConnectorError or RetryAt; the job loop knows what each means.
 */
export async function syncTicket(parts: EngineParts, incidentId: string): Promise<void> {
  const ticket = await tickets.takeWish(parts.database.prisma, incidentId);
  if (!ticket) return;
  if (ticket.freshdeskId === undefined) await createOrFind(parts, ticket);
  else await sendDifference(parts, ticket, ticket.freshdeskId);
}

async function createOrFind(parts: EngineParts, ticket: TicketRow): Promise<void> {
  const { database, freshdesk, clock } = parts;
  if (ticket.createStartedAt) {
    const found = await freshdesk.findTicketByTag({
      tag: ticket.tag,
      requesterEmail: ticket.requesterEmail,
      since: new Date(ticket.createStartedAt.getTime() - parts.settleMs),
    });
    // The wish may have changed since: what the lost create carried is what we wrote.
    const written = { ...ticket.wanted, ...ticket.attempted?.at(-1) };
    if (found) return adopt(parts, ticket, { ticket: found, written, rule: 'ticket_found' });
    const settledAt = new Date(ticket.createStartedAt.getTime() + parts.settleMs);
    if (clock.now() < settledAt) {
      throw new RetryAt(
        settledAt,
        'The answer to the ticket was lost; it is looked for again once it must have settled',
      );
    }
  }
  const isFirst = await tickets.markCreateStarted(database.prisma, ticket, {
    now: clock.now(),
    attempted: ticket.wanted,
    requesterEmail: ticket.requesterEmail,
  });
  if (!isFirst) throw overtaken(clock.now(), 'ticket');
  try {
    const created = await freshdesk.createTicket({
      fields: ticket.wanted,
      descriptionHtml: ticket.descriptionHtml,
      requesterEmail: ticket.requesterEmail,
    });
    await adopt(parts, ticket, { ticket: created, written: ticket.wanted, rule: 'ticket_created' });
  } catch (error) {
    if (certainlyDidNotHappen(error)) await tickets.clearCreateStarted(database.prisma, ticket.incidentId);
    throw error;
  }
}

type Adopted = Readonly<{
  ticket: FreshdeskTicket;
  /** What the create carried. */
  written: TicketFields;
  rule: 'ticket_created' | 'ticket_found';
}>;

async function adopt(
  parts: EngineParts,
  ticket: TicketRow,
  { ticket: created, written, rule }: Adopted,
): Promise<void> {
  const { database, clock } = parts;
  const now = clock.now();
  await inTransaction(database, async (tx) => {
    await tickets.markCreated(tx, ticket.incidentId, {
      freshdeskId: created.id,
      written,
      seen: created.fields,
    });
    const sentence =
      rule === 'ticket_created'
        ? `Freshdesk ticket #${created.id} was opened.`
        : `Freshdesk ticket #${created.id} was found again by its tag after its answer had been lost; no second one was made.`;
    await timeline.append(tx, [
      {
        incidentId: ticket.incidentId,
        at: now,
        kind: 'ticket',
        rule,
        sentence,
        policyVersion: parts.policy().hash,
      },
    ]);
    await enqueueAcknowledgements(tx, parts, ticket.incidentId);
  });
  parts.wake.outbound();
  const at = new Date(now.getTime() + FIRST_SIGHT_MS);
  throw new RetryAt(at, 'The ticket is read once more when Freshdesk has run its own rules on it');
}

async function sendDifference(parts: EngineParts, ticket: TicketRow, freshdeskId: number): Promise<void> {
  const { database, freshdesk, clock } = parts;
  const read = await freshdesk.readTicket(freshdeskId);
  if (read.isDeleted) {
    const outcome = await leaveDeleted(parts, ticket, read);
    return outcome === 'fails_again' ? syncTicket(parts, ticket.incidentId) : undefined;
  }
  const { send, written, peopleOwn, notices } = reconcileTicket({
    wanted: ticket.wanted,
    ...beforeRestored(ticket, read.fields),
    seen: read.fields,
    isFirstSight: ticket.seenAt === undefined,
    ...(ticket.attempted === undefined ? {} : { attempted: ticket.attempted }),
  });
  let seen = read.fields;
  if (Object.keys(send).length > 0) {
    await tickets.markUpdateStarted(database.prisma, ticket.incidentId, send);
    seen = (await freshdesk.updateTicket(freshdeskId, send)).fields;
  }
  const now = clock.now();
  const notes: Command[] = notices.map((sentence) => ({
    kind: 'private_note',
    incidentId: ticket.incidentId,
    // Told once by what is stored with it; the same may be news again when the incident has come back since.
    intent: `people:${createHash('sha256').update(`${ticket.seenAt?.toISOString()} ${sentence}`).digest('hex').slice(0, 16)}`,
    html: `<p>${escapeHtml(sentence)}</p>`,
  }));
  await inTransaction(database, async (tx) => {
    await enqueueCommands(tx, parts, notes, { now, priorityOf: () => ticket.wanted.priority });
    await tickets.saveSynced(tx, ticket.incidentId, { written, seen, peopleOwn, now });
  });
  if (notices.length > 0) parts.wake.outbound();
}

/** For a run whose job had expired while it was slow, and that another run was faster than. */
export const overtaken = (now: Date, what: string): RetryAt =>
  new RetryAt(
    new Date(now.getTime() + OVERTAKEN_MS),
    `Another run is sending the ${what}; it is looked at again after that`,
  );

/** Refused at the door, or never sent: the next try needs no search. */
export const certainlyDidNotHappen = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  ['not_sent', 'rate_limited', 'unauthorised', 'rejected', 'not_found'].includes(error.kind);
