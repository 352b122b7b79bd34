import { z } from 'zod';
import * as commands from '../store/commands.ts';
import type { QueuedJob, QueueName } from '../store/queue.ts';
import * as tickets from '../store/tickets.ts';
import { inTransaction } from '../store/transaction.ts';
import { commandJob, type JobData, queueOf } from './commit-changes.ts';
import { deliverCommand } from './deliver-command.ts';
import { createJobLoop } from './job-loop.ts';
import type { Loop } from './loop.ts';
import type { EngineParts } from './parts.ts';
import { readNewTicket } from './read-new-ticket.ts';
import { syncTicket } from './sync-ticket.ts';

/** Calls under way at once: enough to hide Freshdesk's answer time, few enough to stay kind to it. */
const CONCURRENCY: Readonly<Record<QueueName, number>> = { freshdesk: 4, opsview: 4 };

const JobWire = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sync'), incidentId: z.uuid() }),
  z.object({ kind: z.literal('read_ticket'), ticketId: z.int().positive() }),
  z.object({ kind: z.literal('command'), commandId: z.uuid(), incidentId: z.uuid() }),
]) satisfies z.ZodType<JobData>;

/** The loop that carries out what is queued for one of the other sides. */
export function createOutboundLoop(parts: EngineParts, queueName: QueueName): Loop {
  return createJobLoop({
    queueName,
    queue: parts.queue,
    concurrency: CONCURRENCY[queueName],
    clock: parts.clock,
    random: parts.random,
    log: parts.log,
    async handle(job) {
      const work = JobWire.parse(job.data);
      if (work.kind === 'sync') await syncTicket(parts, work.incidentId);
      else if (work.kind === 'read_ticket') await readNewTicket(parts, work.ticketId);
      else await deliverCommand(parts, work.commandId);
    },
    giveUp: (job, error) => giveUp(parts, job, error),
  });
}

/**
 * A message that was refused is put aside and shown; what follows it goes on. A ticket that was refused holds back all
 * that is meant for it, since none of that could arrive.
 */
async function giveUp(parts: EngineParts, job: QueuedJob, error: Error): Promise<'hold' | 'skip'> {
  const work = JobWire.parse(job.data);
  const { prisma } = parts.database;
  if (work.kind === 'sync') {
    await tickets.markStuck(prisma, work.incidentId, error.message);
    return 'hold';
  }
  if (work.kind === 'read_ticket') return 'skip'; // refused and told in the log; the next change of it asks again
  await commands.markDead(prisma, work.commandId, { now: parts.clock.now(), error: error.message });
  return 'skip';
}

export type ActionOutcome = 'done' | 'gone';

/** A person wants a message that was given up to be tried again. */
export async function resendCommand(parts: EngineParts, commandId: string): Promise<ActionOutcome> {
  const outcome = await inTransaction(parts.database, async (tx) => {
    const command = await commands.load(tx, commandId);
    if (!command || !(await commands.replay(tx, commandId))) return 'gone';
    const job = commandJob({ id: commandId, command: command.payload }, () => undefined);
    await parts.queue.enqueue(tx, queueOf(command.payload.kind), [job]);
    return 'done';
  });
  parts.wake.outbound();
  return outcome;
}

/** A person wants a ticket that Freshdesk refused to be tried again, such as after mending a mandatory field. */
export async function retryTicket(parts: EngineParts, incidentId: string): Promise<ActionOutcome> {
  const dead = await parts.queue.listDead(DEAD_LOOKED_AT_MAX);
  const held = dead.filter(({ key, queue }) => key === incidentId && queue === 'freshdesk');
  if (held.length === 0) return 'gone';
  for (const job of held) await parts.queue.replay(job);
  await tickets.clearStuck(parts.database.prisma, incidentId);
  parts.wake.outbound();
  return 'done';
}

const DEAD_LOOKED_AT_MAX = 1_000;
