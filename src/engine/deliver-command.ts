import { ConnectorError } from '../connectors/connector-error.ts';
import type { Opsview } from '../connectors/opsview/opsview.ts';
import { serialiseReadBack } from '../intake/understand-read-back.ts';
import { isHealthy, type ObjectKey, objectName } from '../model/check-event.ts';
import { incidentReference } from '../model/incident.ts';
import * as alerts from '../store/alerts.ts';
import type { CommandRow } from '../store/commands.ts';
import * as commands from '../store/commands.ts';
import * as tickets from '../store/tickets.ts';
import { isInTrash } from './deleted-ticket.ts';
import { RetryAt } from './job-loop.ts';
import type { EngineParts } from './parts.ts';
import { certainlyDidNotHappen, overtaken } from './sync-ticket.ts';

const NO_TICKET_YET_MS = 30_000;

/**
 * Sends one message of the outbox, unless it was sent already.
 *
 * Errors: a ConnectorError or RetryAt; the job loop knows what each means.
 */
export async function deliverCommand(parts: EngineParts, commandId: string): Promise<void> {
  const command = await commands.load(parts.database.prisma, commandId);
  if (!command || command.doneAt || command.deadAt) return;
  switch (command.payload.kind) {
    case 'private_note':
      return addNoteOnce(parts, command, command.payload.html);
    case 'acknowledge_alert':
      return acknowledge(parts, command, command.payload.object);
    case 'read_proof':
      return readProof(parts, command);
  }
}

/** At the foot of every note of ours, so that people can name it and we can find it. */
export const noteMark = (incidentNumber: number, sequence: number): string =>
  `[${incidentReference({ number: incidentNumber })}/${sequence}]`;

async function addNoteOnce(parts: EngineParts, command: CommandRow, html: string): Promise<void> {
  const ticketId = await ticketIdOf(parts, command);
  try {
    await sendNote(parts, command, { ticketId, html });
  } catch (error) {
    if (!(await isInTrash(parts, ticketId, error))) throw error;
    parts.log.info(`A note is not sent, since a person deleted Freshdesk ticket #${ticketId}`, {
      incidentId: command.incidentId,
    });
    await commands.markDone(parts.database.prisma, command.id, { now: parts.clock.now() });
  }
}

async function sendNote(
  parts: EngineParts,
  command: CommandRow,
  { ticketId, html }: Readonly<{ ticketId: number; html: string }>,
): Promise<void> {
  const { database, freshdesk, clock } = parts;
  const mark = noteMark(command.incidentNumber, command.sequence);
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
        `The answer to note ${mark} was lost; it is looked for again once it must have settled`,
      );
    }
  }
  if (!(await commands.markStarted(database.prisma, command, clock.now()))) {
    throw overtaken(clock.now(), `note ${mark}`);
  }
  try {
    const note = await freshdesk.addPrivateNote(ticketId, `${html}<p>Watchdesk ${mark}</p>`);
    await commands.markDone(database.prisma, command.id, { now: clock.now(), externalId: String(note.id) });
  } catch (error) {
    if (certainlyDidNotHappen(error)) await commands.clearStarted(database.prisma, command.id);
    throw error;
  }
}

async function ticketIdOf(parts: EngineParts, command: CommandRow): Promise<number> {
  const ticket = await tickets.load(parts.database.prisma, command.incidentId);
  if (ticket?.freshdeskId !== undefined) return ticket.freshdeskId;
  throw new RetryAt(
    new Date(parts.clock.now().getTime() + NO_TICKET_YET_MS),
    'The ticket does not exist yet',
  );
}

async function acknowledge(parts: EngineParts, command: CommandRow, object: ObjectKey): Promise<void> {
  const { database, opsview, clock } = parts;
  const done = () => commands.markDone(database.prisma, command.id, { now: clock.now() });
  if (!opsview) return done();
  const ticketId = await ticketIdOf(parts, command);
  const [alert] = await alerts.loadAlerts(database.prisma, [object]);
  if (!alert?.badSince || alert.isAcknowledged) return done();
  if (command.startedAt && (await needsNone(opsview, object))) return done();
  if (!(await commands.markStarted(database.prisma, command, clock.now()))) {
    throw overtaken(clock.now(), 'acknowledgement');
  }
  const reference = incidentReference({ number: command.incidentNumber });
  parts.log.info(`Acknowledging ${objectName(object)} in Opsview`, { incidentId: command.incidentId });
  try {
    await opsview.acknowledge(object, `Freshdesk #${ticketId} (${reference}, Watchdesk)`);
  } catch (error) {
    const isRefusal = error instanceof ConnectorError && ['rejected', 'not_found'].includes(error.kind);
    if (!isRefusal) throw error;
    // It may have recovered a moment ago, which Opsview answers like a missing right; and be bad again by now.
    if (!(await needsNone(opsview, object))) {
      if (command.attemptCount + 1 >= ACKNOWLEDGE_TRIES_MAX) throw error;
      const at = new Date(clock.now().getTime() + ACKNOWLEDGE_AGAIN_MS);
      throw new RetryAt(
        at,
        'Opsview chose nothing to acknowledge, yet shows it bad; it may have changed just then',
      );
    }
  }
  await done();
}

const ACKNOWLEDGE_TRIES_MAX = 3;
const ACKNOWLEDGE_AGAIN_MS = 5_000;

/** Healthy by now, gone, or acknowledged by somebody, perhaps by our own try whose answer was lost. */
async function needsNone(opsview: Opsview, object: ObjectKey): Promise<boolean> {
  const [state] = (await opsview.readObjects([object])).objects;
  return state === undefined || isHealthy(state.state) || state.isAcknowledged === true;
}

/**
 * Reads every object of the incident; the reading enters the inbox as an event like any other. While Opsview is away a
 * question is added every quarter of an hour: the newest is enough for all of them.
 */
async function readProof(parts: EngineParts, command: CommandRow): Promise<void> {
  const { database, opsview, clock } = parts;
  const open = await commands.listOpenOfKind(database.prisma, command.incidentId, 'read_proof');
  const isAskedAgain = open.some(({ sequence }) => sequence > command.sequence);
  if (opsview && !isAskedAgain) {
    const keys = await alerts.allMemberKeys(database.prisma, command.incidentId);
    const { objects, missing } = await opsview.readObjects(keys);
    const readAt = clock.now();
    await parts.keep({
      source: 'read_back',
      deliveryId: `proof:${command.id}`, // a second reading for the same question is a duplicate
      body: serialiseReadBack({
        kind: 'read_back',
        purpose: 'proof',
        incidentId: command.incidentId,
        readAt,
        objects,
        missing,
      }),
      receivedAt: readAt,
    });
  }
  await commands.markDone(database.prisma, command.id, { now: clock.now() });
}
