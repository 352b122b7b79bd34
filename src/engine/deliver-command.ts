import { ConnectorError } from '../connectors/connector-error.ts';
import type { Opsview } from '../connectors/opsview/opsview.ts';
import { serialiseReadBack } from '../intake/understand-read-back.ts';
import { isHealthy, type ObjectKey, objectName } from '../model/check-event.ts';
import { incidentReference } from '../model/incident.ts';
import * as alerts from '../store/alerts.ts';
import type { CommandRow } from '../store/commands.ts';
import * as commands from '../store/commands.ts';
import { RetryAt } from './job-loop.ts';
import type { EngineParts } from './parts.ts';
import { addMessageOnce, ticketIdOf } from './send-message.ts';
import { hideLink, showLink } from './show-link.ts';
import { overtaken } from './sync-ticket.ts';
import { draftArticle, tellSolutions } from './tell-solutions.ts';

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
    case 'public_reply':
      return addMessageOnce(parts, command, command.payload);
    case 'show_link':
      return showLink(parts, command);
    case 'hide_link':
      return hideLink(parts, command);
    case 'search_solutions':
      return tellSolutions(parts, command, command.payload.words);
    case 'draft_article':
      return draftArticle(parts, command, command.payload);
    case 'acknowledge_alert':
      return acknowledge(parts, command, command.payload.object);
    case 'read_proof':
      return readProof(parts, command);
  }
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
