import { ConnectorError } from '../connectors/connector-error.ts';
import type { FreshdeskTicket } from '../connectors/freshdesk/freshdesk.ts';
import { type Reconciliation, reconcileTicket, seenSince } from '../incidents/reconcile-ticket.ts';
import { isDone, type TicketFields } from '../model/ticket.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import { inTransaction } from '../store/transaction.ts';
import { freeParents, mayWaitForChildren, waitsForChildren, withoutStatus } from './children-first.ts';
import { enqueueAcknowledgements } from './commit-changes.ts';
import { RetryAt } from './job-loop.ts';
import type { EngineParts } from './parts.ts';
import { comparedWithout, refusedChoices, tellRefused, withoutRefused } from './refused-choices.ts';
import { leaveUnreadable, ticketAnew } from './ticket-gone.ts';
import { type News, newsOf, tellNews } from './ticket-news.ts';

/** Freshdesk's creation rules set group, type and agent about a second after the answer; what they chose is theirs. */
const FIRST_SIGHT_MS = 5_000;
const OVERTAKEN_MS = 5_000;
/** The inbox has decided what it was told in less. */
const DECIDED_MS = 2_000;

/**
 * Brings the ticket to the wanted state: creates it, or sends the difference between what we want and what
 * nobody else has changed. Ten wishes that came while Freshdesk was away become one update. What is new in the ticket is
 * told to the inbox, where it decides.
 *
 * Errors: a ConnectorError or RetryAt; the job loop knows what each means.
 */
export async function syncTicket(parts: EngineParts, incidentId: string): Promise<void> {
  const ticket = await tickets.takeWish(parts.database.prisma, incidentId);
  if (!ticket || ticket.gone === 'unreadable') return;
  if (ticket.freshdeskId === undefined) await createOrFind(parts, ticket);
  else await compareAndSend(parts, ticket, ticket.freshdeskId);
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
    const { created, written } = await create(parts, ticket, ticket.wanted);
    await adopt(parts, ticket, { ticket: created, written, rule: 'ticket_created' });
  } catch (error) {
    if (certainlyDidNotHappen(error)) await tickets.clearCreateStarted(database.prisma, ticket.incidentId);
    throw error;
  }
}

/** A group that is gone must not keep an alert from its ticket: it is wished for, refused and told at the next sight. */
async function create(
  parts: EngineParts,
  ticket: TicketRow,
  written: TicketFields,
): Promise<Readonly<{ created: FreshdeskTicket; written: TicketFields }>> {
  const { descriptionHtml, requesterEmail } = ticket;
  try {
    const created = await parts.freshdesk.createTicket({ fields: written, descriptionHtml, requesterEmail });
    return { created, written };
  } catch (error) {
    const refused = refusedChoices(error, written);
    if (refused.length === 0) throw error;
    return await create(parts, ticket, withoutRefused(written, refused));
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

async function compareAndSend(parts: EngineParts, ticket: TicketRow, freshdeskId: number): Promise<void> {
  const read = await readIfThere(parts, ticket, freshdeskId);
  if (!read) return;
  if (read.isDeleted && (await ticketAnew(parts, ticket, read))) return syncTicket(parts, ticket.incidentId);
  const now = parts.clock.now();
  const isThere = !read.isDeleted && !read.isSpam;
  const compared = isThere ? compare(parts, ticket, { read, now }) : untouched(ticket);
  const isMoved = isMovedByPeople(ticket, { read, compared });
  const isHeld = isMoved || (await waitsForChildren(parts, ticket, compared.send));
  const news = await newsOf(parts, ticket, { read, takenOver: compared.takenOver });
  // Told first: should this process end here, it is told again, and recognised as told.
  await tellNews(parts, ticket, news);
  const sent = await send(parts, ticket, {
    read,
    compared: isHeld ? withoutStatus(compared, ticket.written ?? read.fields) : compared,
  });
  await save(parts, ticket, { ...sent, isHeld: isHeld || sent.isHeld, read, news, isThere, now });
  await freeParents(parts, ticket, sent.after.fields);
  if (isMoved) {
    const at = new Date(now.getTime() + DECIDED_MS);
    throw new RetryAt(at, 'People have just moved the ticket; its status waits until that is decided');
  }
}

async function readIfThere(
  parts: EngineParts,
  ticket: TicketRow,
  freshdeskId: number,
): Promise<FreshdeskTicket | undefined> {
  try {
    return await parts.freshdesk.readTicket(freshdeskId);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'not_found') throw error;
    await leaveUnreadable(parts, ticket, freshdeskId);
    return undefined;
  }
}

function compare(
  parts: EngineParts,
  ticket: TicketRow,
  { read, now }: Readonly<{ read: FreshdeskTicket; now: Date }>,
): Reconciliation {
  const { keep_for, release_on_reopen } = parts.policy().tickets.people;
  const isAsserted = ticket.statusTurn > ticket.statusTurnWritten;
  return reconcileTicket({
    wanted: ticket.wanted,
    written: ticket.written ?? read.fields,
    seen: read.fields,
    peopleOwn: ticket.peopleOwn,
    now,
    isFirstSight: ticket.seenAt === undefined,
    isReleased: release_on_reopen && ticket.round > ticket.roundWritten,
    assertsStatus: isAsserted ? (ticket.isSetBack ? 'set_back' : 'yes') : 'no',
    rules: ticket.rules,
    ...(keep_for === 'always' ? {} : { keepForMs: keep_for }),
    ...(ticket.attempted === undefined ? {} : { attempted: ticket.attempted }),
  });
}

/**
 * Whether a ticket would be resolved or closed that people have set to work under way since that was decided: what they
 * mean is decided first.
 */
function isMovedByPeople(
  { seen, attempted }: TicketRow,
  { read, compared }: Readonly<{ read: FreshdeskTicket; compared: Reconciliation }>,
): boolean {
  const { status } = read.fields;
  const { status: asserted } = compared.send;
  if (asserted === undefined || !isDone(asserted) || isDone(status) || seen === undefined) return false;
  return seen.status !== status && !attempted?.some((sent) => sent.status === status);
}

/** Nothing is sent to a ticket in the trash or in spam; what it was stays known. */
const untouched = ({ written, wanted, peopleOwn }: TicketRow): Reconciliation => ({
  send: {},
  written: written ?? wanted,
  peopleOwn,
  takenOver: [],
});

type Sent = Readonly<{
  compared: Reconciliation;
  after: FreshdeskTicket;
  /** Freshdesk does not take the status yet. */
  isHeld: boolean;
}>;

async function send(
  parts: EngineParts,
  ticket: TicketRow,
  { read, compared }: Readonly<{ read: FreshdeskTicket; compared: Reconciliation }>,
): Promise<Sent> {
  const { send: changes } = compared;
  if (Object.keys(changes).length === 0) return { compared, after: read, isHeld: false };
  await tickets.markUpdateStarted(parts.database.prisma, ticket.incidentId, changes);
  try {
    return { compared, after: await parts.freshdesk.updateTicket(read.id, changes), isHeld: false };
  } catch (error) {
    const refused = refusedChoices(error, changes);
    if (refused.length > 0) {
      const sent = await send(parts, ticket, { read, compared: comparedWithout(compared, refused) });
      await tellRefused(parts, read, refused);
      return sent;
    }
    if (!(await mayWaitForChildren(parts, read.id, { changes, error }))) throw error;
    const others = withoutStatus(compared, ticket.written ?? read.fields);
    return { ...(await send(parts, ticket, { read, compared: others })), isHeld: true };
  }
}

type Outcome = Sent & Readonly<{ read: FreshdeskTicket; news: News; isThere: boolean; now: Date }>;

async function save(
  { database }: EngineParts,
  ticket: TicketRow,
  { compared, read, news, after, isHeld, isThere, now }: Outcome,
): Promise<void> {
  await tickets.saveSynced(database.prisma, ticket.incidentId, {
    freshdeskId: read.id,
    written: compared.written,
    seen: seenSince(read.fields, { after: after.fields, sent: compared.send }),
    peopleOwn: compared.peopleOwn,
    statusTurnWritten: isThere && !isHeld ? ticket.statusTurn : ticket.statusTurnWritten,
    roundWritten: isThere ? ticket.round : ticket.roundWritten,
    seenUpdatedAt: settledBefore(read.updatedAt, now),
    messageCount: news.messageCount,
    ...(news.lastMessageId === undefined ? {} : { lastMessageId: news.lastMessageId }),
    ...(news.gone === undefined ? {} : { gone: news.gone }),
    now,
  });
}

/**
 * Freshdesk's times are whole seconds, so more may happen within the one of the last change: what is that young, by our
 * clock, does not count as seen, and the ticket's messages are listed once more.
 */
const settledBefore = (updatedAt: Date, now: Date): Date =>
  new Date(Math.min(updatedAt.getTime(), now.getTime() - SETTLES_MS));
const SETTLES_MS = 3_000;

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
