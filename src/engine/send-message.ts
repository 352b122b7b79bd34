import type { Command } from '../model/decision.ts';
import { incidentReference } from '../model/incident.ts';
import type { CommandRow } from '../store/commands.ts';
import * as commands from '../store/commands.ts';
import * as tickets from '../store/tickets.ts';
import { RetryAt } from './job-loop.ts';
import type { EngineParts } from './parts.ts';
import { certainlyDidNotHappen, overtaken } from './sync-ticket.ts';
import { isGone } from './ticket-gone.ts';

const NO_TICKET_YET_MS = 30_000;

type Message = Extract<Command, { kind: 'private_note' | 'public_reply' }>;

/** At the foot of every message of ours, so that people can name it and we can find it. */
export const messageMark = (incidentNumber: number, sequence: number): string =>
  `[${incidentReference({ number: incidentNumber })}/${sequence}]`;

/**
 * Adds a note or a reply to the ticket, unless it is there already. What is meant for a ticket that a person
 * deleted, or that is gone for good, is not sent.
 */
export async function addMessageOnce(
  parts: EngineParts,
  command: CommandRow,
  message: Message,
): Promise<void> {
  const ticketId = await ticketIdOf(parts, command);
  try {
    await send(parts, command, { ticketId, message });
  } catch (error) {
    if (!(await isGone(parts, ticketId, error))) throw error;
    parts.log.info(`A message is not sent, since Freshdesk ticket #${ticketId} was deleted or archived`, {
      incidentId: command.incidentId,
    });
    await commands.markDone(parts.database.prisma, command.id, { now: parts.clock.now() });
  }
}

async function send(
  parts: EngineParts,
  command: CommandRow,
  { ticketId, message }: Readonly<{ ticketId: number; message: Message }>,
): Promise<void> {
  const { database, freshdesk, clock } = parts;
  const mark = messageMark(command.incidentNumber, command.sequence);
  if (command.startedAt) {
    const found = await freshdesk.findMessageByMark(ticketId, mark);
    if (found)
      return commands.markDone(database.prisma, command.id, {
        now: clock.now(),
        externalId: String(found.id),
      });
    const settledAt = new Date(command.startedAt.getTime() + parts.settleMs);
    if (clock.now() < settledAt) {
      throw new RetryAt(
        settledAt,
        `The answer to message ${mark} was lost; it is looked for again once it must have settled`,
      );
    }
  }
  if (!(await commands.markStarted(database.prisma, command, clock.now()))) {
    throw overtaken(clock.now(), `message ${mark}`);
  }
  try {
    const sent =
      message.kind === 'private_note'
        ? await freshdesk.addPrivateNote(ticketId, `${message.html}<p>Watchdesk ${mark}</p>`)
        : await freshdesk.addPublicReply(ticketId, `${message.html}<p>${mark}</p>`);
    await commands.markDone(database.prisma, command.id, { now: clock.now(), externalId: String(sent.id) });
  } catch (error) {
    if (certainlyDidNotHappen(error)) await commands.clearStarted(database.prisma, command.id);
    throw error;
  }
}

/** Freshdesk's number of the ticket. Errors: RetryAt while it does not exist yet. */
export async function ticketIdOf(
  parts: EngineParts,
  { incidentId }: Pick<CommandRow, 'incidentId'>,
): Promise<number> {
  const ticket = await tickets.load(parts.database.prisma, incidentId);
  if (ticket?.freshdeskId !== undefined) return ticket.freshdeskId;
  throw new RetryAt(
    new Date(parts.clock.now().getTime() + NO_TICKET_YET_MS),
    'The ticket does not exist yet',
  );
}
