import type { Changes } from '../incidents/ledger.ts';
import { ticketTag } from '../incidents/ticket-text.ts';
import type { Command } from '../model/decision.ts';
import { PRIORITIES, type Priority } from '../model/priority.ts';
import * as alerts from '../store/alerts.ts';
import * as commands from '../store/commands.ts';
import * as incidents from '../store/incidents.ts';
import type { NewJob, QueueName } from '../store/queue.ts';
import type { TicketRow } from '../store/tickets.ts';
import * as tickets from '../store/tickets.ts';
import * as timeline from '../store/timeline.ts';
import * as timers from '../store/timers.ts';
import type { Tx } from '../store/transaction.ts';
import type { EngineParts } from './parts.ts';

/** What travels in a job: the name of the row that holds the work, never the work itself. */
export type JobData = Readonly<
  { kind: 'sync'; incidentId: string } | { kind: 'command'; commandId: string; incidentId: string }
>;

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
  const wishes = changes.tickets.map((wish) => ({ ...wish, tag: ticketTag({ id: wish.incidentId }) }));
  const toSync = await tickets.saveWishes(tx, wishes);
  // The sync goes first: a note can only be added to a ticket that exists.
  await parts.queue.enqueue(
    tx,
    'freshdesk',
    toSync.map((incidentId) => jobOf({ kind: 'sync', incidentId }, priorityOf)),
  );
  await enqueueCommands(tx, parts, changes.commands, { now, priorityOf });
}

/** Has these tickets read and compared again, although nothing new is wished for. */
export async function enqueueSyncs(
  tx: Tx,
  parts: EngineParts,
  changed: readonly Pick<TicketRow, 'incidentId' | 'wanted'>[],
): Promise<void> {
  const priorities = new Map(changed.map(({ incidentId, wanted }) => [incidentId, wanted.priority]));
  const toSync = await tickets.requestSync(tx, [...priorities.keys()]);
  const jobs = toSync.map((incidentId) => jobOf({ kind: 'sync', incidentId }, (id) => priorities.get(id)));
  await parts.queue.enqueue(tx, 'freshdesk', jobs);
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
  const kindOf = (id: string) => byId.get(id)?.kind;
  const waiting = added
    .filter(({ id }) => kindOf(id) === 'acknowledge_alert')
    .map(({ incidentId }) => incidentId);
  const haveTicket = await tickets.lockExisting(tx, [...new Set(waiting)]);
  const jobs: Record<QueueName, NewJob[]> = { freshdesk: [], opsview: [] };
  for (const { id, incidentId } of added) {
    const kind = kindOf(id);
    // Opsview is told the ticket's number: before there is one, creating the ticket enqueues it.
    if (kind === 'acknowledge_alert' && !haveTicket.has(incidentId)) continue;
    const queue = kind === 'private_note' ? 'freshdesk' : 'opsview';
    const job = jobOf({ kind: 'command', commandId: id, incidentId }, given.priorityOf);
    // A proof must not wait behind an acknowledgement that Opsview keeps refusing, or the incident never closes.
    jobs[queue].push(kind === 'read_proof' ? { ...job, key: `${incidentId}:proof` } : job);
  }
  await parts.queue.enqueue(tx, 'freshdesk', jobs.freshdesk);
  await parts.queue.enqueue(tx, 'opsview', jobs.opsview);
}

/** Now that the ticket has a number, Opsview can be told it. */
export async function enqueueAcknowledgements(tx: Tx, parts: EngineParts, incidentId: string): Promise<void> {
  const waiting = await commands.listOpenOfKind(tx, incidentId, 'acknowledge_alert');
  const jobs = waiting.map(({ id }) =>
    jobOf({ kind: 'command', commandId: id, incidentId }, () => undefined),
  );
  await parts.queue.enqueue(tx, 'opsview', jobs);
}

const jobOf = (data: JobData, priorityOf: PriorityOf): NewJob => ({
  key: data.incidentId,
  data,
  priority: jobPriority(priorityOf(data.incidentId)),
});
