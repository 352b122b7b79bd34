import type { Changes } from '../incidents/ledger.ts';
import { ticketTag } from '../incidents/ticket-text.ts';
import type { Command } from '../model/decision.ts';
import { PRIORITIES, type Priority } from '../model/priority.ts';
import * as alerts from '../store/alerts.ts';
import * as commands from '../store/commands.ts';
import * as deskAgents from '../store/desk-agents.ts';
import * as incidents from '../store/incidents.ts';
import * as pages from '../store/pages.ts';
import * as peopleChanges from '../store/people-changes.ts';
import type { NewJob, QueueName } from '../store/queue.ts';
import * as ticketIntake from '../store/ticket-intake.ts';
import * as ticketLinks from '../store/ticket-links.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import * as timers from '../store/timers.ts';
import type { Tx } from '../store/transaction.ts';
import type { EngineParts } from './parts.ts';

/** What travels in a job: the name of the row that holds the work, never the work itself. */
export type JobData = Readonly<
  | { kind: 'sync'; incidentId: string }
  | { kind: 'read_ticket'; ticketId: number }
  | { kind: 'command'; commandId: string; incidentId: string }
>;

/** Freshdesk tells of one change several times, and of our own writes: what comes within this costs one reading. */
export const HINT_WAIT_MS = 1_000;

/** Among incidents the highest goes first; within one incident the order of creation holds. */
const jobPriority = (priority: Priority | undefined): number =>
  priority === undefined ? 0 : PRIORITIES.indexOf(priority) * 10;

/** Incident id → its priority, for the order of outward work. */
export type PriorityOf = (incidentId: string) => Priority | undefined;

/** Writes everything that was decided and enqueues the outward work, inside the caller's transaction. */
export async function commitChanges(
  tx: Tx,
  parts: EngineParts,
  changes: Changes,
  given: Readonly<{ now: Date; policyVersion: string; priorityOf: PriorityOf }>,
): Promise<void> {
  const { now, policyVersion, priorityOf } = given;
  await incidents.saveIncidents(tx, changes.incidents);
  await alerts.saveAlerts(tx, changes.alerts);
  await timeline.append(
    tx,
    changes.timeline.map((entry) => ({ ...entry, policyVersion })),
  );
  await timers.applyTimerChanges(tx, changes.timers, now);
  await ticketLinks.saveLinks(tx, changes.links);
  await peopleChanges.append(tx, changes.takenOver, now);
  await deskAgents.markAssigned(tx, newlyAssigned(changes, now), now);
  for (const { incidentId, ticketId } of changes.ticketMoves) await tickets.moveTo(tx, incidentId, ticketId);
  const wishes = changes.tickets.map((wish) => ({ ...wish, tag: ticketTag({ id: wish.incidentId }) }));
  const toSync = await tickets.saveWishes(tx, wishes, now);
  // The sync goes first: a note can only be added to a ticket that exists.
  await parts.queue.enqueue(
    tx,
    'freshdesk',
    toSync.map((incidentId) => jobOf({ kind: 'sync', incidentId }, priorityOf)),
  );
  await enqueueCommands(tx, parts, changes.commands, { now, priorityOf });
  await pages.add(
    tx,
    changes.pages.map((page) => ({ id: parts.newId(), page })),
    now,
  );
  await enqueueReadings(tx, parts, changes.ticketsToRead, now);
}

const newlyAssigned = ({ incidents: changed }: Changes, now: Date): readonly number[] =>
  changed.flatMap(({ incident: { desk } }) =>
    desk.assignedAgentId !== undefined && desk.assignedAt?.getTime() === now.getTime()
      ? [desk.assignedAgentId]
      : [],
  );

/** Has these tickets read: those of issues by their sync, others for the first time. */
export async function enqueueReadings(
  tx: Tx,
  parts: EngineParts,
  ticketIds: readonly number[],
  now: Date,
): Promise<void> {
  if (ticketIds.length === 0) return;
  const known = await tickets.loadByFreshdeskIds(tx, ticketIds);
  await enqueueSyncs(tx, parts, known, { waitMs: HINT_WAIT_MS });
  const have = new Set(known.map(({ freshdeskId }) => freshdeskId));
  const unknown = ticketIds.filter((ticketId) => !have.has(ticketId));
  const toRead = await ticketIntake.askForTickets(tx, unknown, now);
  const jobs = toRead.map((ticketId) => ({
    key: `ticket:${ticketId}`,
    data: { kind: 'read_ticket', ticketId } satisfies JobData,
    waitMs: HINT_WAIT_MS,
  }));
  await parts.queue.enqueue(tx, 'freshdesk', jobs);
}

/** Has these tickets read and compared again, although nothing new is wished for. */
export async function enqueueSyncs(
  tx: Tx,
  parts: EngineParts,
  changed: readonly Pick<TicketRow, 'incidentId' | 'wanted'>[],
  { waitMs }: Readonly<{ waitMs?: number }> = {},
): Promise<void> {
  const priorities = new Map(changed.map(({ incidentId, wanted }) => [incidentId, wanted.priority]));
  const toSync = await tickets.requestSync(tx, [...priorities.keys()]);
  const jobs = toSync.map((incidentId) => ({
    ...jobOf({ kind: 'sync', incidentId }, (id) => priorities.get(id)),
    ...(waitMs === undefined ? {} : { waitMs }),
  }));
  await parts.queue.enqueue(tx, 'freshdesk', jobs);
}

/** Which system a message goes to. */
export const queueOf = (kind: Command['kind']): QueueName =>
  kind === 'acknowledge_alert' || kind === 'read_proof' ? 'opsview' : 'freshdesk';

/** What keeps its order among what else is done for an incident. */
function keyOf({ kind, incidentId }: Pick<Command, 'kind' | 'incidentId'>): string {
  // A proof must not wait behind an acknowledgement that Opsview keeps refusing, or the incident never closes.
  if (kind === 'read_proof') return `${incidentId}:proof`;
  // Nor must a main ticket wait until the tickets that are linked to it exist.
  if (kind === 'show_link' || kind === 'hide_link') return `${incidentId}:links`;
  // Nor must a reply to a customer wait for a search.
  return kind === 'search_solutions' || kind === 'draft_article' ? `${incidentId}:solutions` : incidentId;
}

/** Adds messages to the outbox and their jobs to the queues; an intent that was there before is left alone. */
export async function enqueueCommands(
  tx: Tx,
  parts: EngineParts,
  wanted: readonly Command[],
  given: Readonly<{ now: Date; priorityOf: PriorityOf }>,
): Promise<void> {
  if (wanted.length === 0) return;
  const byId = new Map(wanted.map((command) => [parts.newId(), command]));
  const added = await commands.add(
    tx,
    [...byId].map(([id, command]) => ({ id, command })),
    given.now,
  );
  const waiting = added.flatMap(({ id, incidentId }) =>
    byId.get(id)?.kind === 'acknowledge_alert' ? [incidentId] : [],
  );
  const haveTicket = await tickets.lockExisting(tx, [...new Set(waiting)]);
  const jobs: Record<QueueName, NewJob[]> = { freshdesk: [], opsview: [] };
  for (const { id, incidentId } of added) {
    const command = byId.get(id);
    if (command === undefined) continue;
    // Opsview is told the ticket's number: before there is one, creating the ticket enqueues it.
    if (command.kind === 'acknowledge_alert' && !haveTicket.has(incidentId)) continue;
    jobs[queueOf(command.kind)].push(commandJob({ id, command }, given.priorityOf));
  }
  await parts.queue.enqueue(tx, 'freshdesk', jobs.freshdesk);
  await parts.queue.enqueue(tx, 'opsview', jobs.opsview);
}

/** The job that carries out one message. */
export const commandJob = (
  { id, command }: Readonly<{ id: string; command: Pick<Command, 'kind' | 'incidentId'> }>,
  priorityOf: PriorityOf,
): NewJob => ({
  ...jobOf({ kind: 'command', commandId: id, incidentId: command.incidentId }, priorityOf),
  key: keyOf(command),
});

/** Now that the ticket has a number, Opsview can be told it. */
export async function enqueueAcknowledgements(tx: Tx, parts: EngineParts, incidentId: string): Promise<void> {
  const waiting = await commands.listOpenOfKind(tx, incidentId, 'acknowledge_alert');
  const jobs = waiting.map(({ id, payload }) => commandJob({ id, command: payload }, () => undefined));
  await parts.queue.enqueue(tx, 'opsview', jobs);
}

const jobOf = (data: Extract<JobData, { incidentId: string }>, priorityOf: PriorityOf): NewJob => ({
  key: data.incidentId,
  data,
  priority: jobPriority(priorityOf(data.incidentId)),
});
