import { runRules } from './automation.ts';
import { indexTicket } from './search.ts';
import type { Task, Ticket } from './state.ts';
import { updateTicket } from './tickets.ts';
import { SLA_MINUTES } from './vocabulary.ts';
import { type Actor, findTicket, instant, touch, type World } from './world.ts';

const FRESHDESK: Actor = { userId: 0, name: 'Freshdesk' };

/** Runs what has become due by the clock, oldest first; webhooks apart, which leave the process. */
export function runDueTasks(world: World): void {
  const now = world.clock.now().getTime();
  for (;;) {
    const due = world.data.tasks.filter((task) => task.dueAt <= now && task.kind !== 'webhook');
    if (due.length === 0) return;
    world.data.tasks = world.data.tasks.filter((task) => !due.includes(task));
    world.unsaved = true;
    for (const task of due.sort((a, b) => a.dueAt - b.dueAt)) runTask(world, task);
  }
}

function runTask(world: World, task: Task): void {
  if (task.kind === 'bulk') runBulk(world, task);
  const ticket = 'ticketId' in task ? findTicket(world, task.ticketId) : undefined;
  if (!ticket) return;
  if (task.kind === 'index') indexTicket(world, ticket);
  if (task.kind === 'settle') settle(world, ticket);
}

/** What happens a second after a create: deadlines, creation rules, and `updated_at` moves on. */
function settle(world: World, ticket: Ticket): void {
  setDeadlines(ticket);
  const set = world.creationRule?.(ticket);
  if (set) Object.assign(ticket, set);
  const settledAt = instant(new Date(Date.parse(ticket.created_at) + world.settings.settleDelayMs));
  if (ticket.updated_at < settledAt) ticket.updated_at = settledAt;
  if (set) touch(world, ticket, FRESHDESK, 'ran the rules for new tickets');
  runRules(world, ticket, 'ticket_created');
}

function setDeadlines(ticket: Ticket): void {
  const [respond, resolve] = SLA_MINUTES[ticket.priority] ?? [0, 0];
  const after = (minutes: number): string =>
    instant(new Date(Date.parse(ticket.created_at) + minutes * 60_000));
  ticket.fr_due_by ??= after(respond);
  ticket.due_by ??= after(resolve);
}

function runBulk(world: World, task: Extract<Task, { kind: 'bulk' }>): void {
  const failed = task.ids.filter((id) => {
    const ticket = findTicket(world, id);
    if (!ticket || ticket.deleted) return true;
    try {
      if (task.properties === 'delete') {
        ticket.deleted = true;
        touch(world, ticket, FRESHDESK, 'deleted the ticket');
      } else {
        updateTicket(world, ticket, task.properties, FRESHDESK);
      }
      return false;
    } catch {
      return true; // reported in the job, as the caller has long had its answer
    }
  });
  world.data.jobs[task.jobId] = { id: task.jobId, status: 'COMPLETED', failed };
}
