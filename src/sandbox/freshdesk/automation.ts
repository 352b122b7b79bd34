import { runInstalledRules } from './installed-rules.ts';
import type { Task, Ticket } from './state.ts';
import { type Actor, later, touch, type World } from './world.ts';

/**
 * The account's automation rules: one on ticket creation and one on every update, API writes included, each calling a
 * webhook whose template holds the ticket's number and a constant, nothing that would need escaping. Rules that were
 * made through the API run besides.
 */
export type WebhookEvent = 'ticket_created' | 'ticket_updated';

/** Carries one call; gives the HTTP status, or rejects when there was no answer. */
export type CarryWebhook = (call: Extract<Task, { kind: 'webhook' }>['call']) => Promise<number>;

const ANSWER_WITHIN_MS = 10_000;

/** Like `touch`, and the update rule runs. */
export function changed(world: World, ticket: Ticket, actor: Actor, what: string): void {
  touch(world, ticket, actor, what);
  runRules(world, ticket, 'ticket_updated');
}

export function runRules(world: World, ticket: Ticket, event: WebhookEvent): void {
  runInstalledRules(world, ticket, event === 'ticket_created' ? 1 : 4);
  const target = world.settings.webhook;
  if (!target) return;
  const hint = { ticket_id: target.ticketIdAs === 'number' ? ticket.id : String(ticket.id), event };
  const call = {
    url: target.url,
    headers: {
      'content-type': 'application/json',
      [(target.header ?? 'x-watchdesk-secret').toLowerCase()]: target.secret,
    },
    body: JSON.stringify(target.isWrapped ? { freshdesk_webhook: hint } : hint),
  };
  later(world, 0, { kind: 'webhook', call, tries: 0 });
}

/**
 * Sends what is due, one after the other. A failed call is tried again after the waiting times of the settings, so it
 * arrives after younger ones; after the last it is dropped, as Freshdesk does. Some are lost or doubled, or all come in
 * the wrong order, when the settings say so.
 */
export async function sendDueWebhooks(world: World, carry: CarryWebhook): Promise<void> {
  const now = world.clock.now().getTime();
  const due = world.data.tasks.filter((task) => task.kind === 'webhook' && task.dueAt <= now);
  if (due.length === 0) return;
  world.data.tasks = world.data.tasks.filter((task) => !due.includes(task));
  world.unsaved = true;
  const { webhookTrouble: trouble } = world.settings;
  for (const task of trouble.isReversed ? due.reverse() : due) {
    if (task.kind !== 'webhook') continue;
    if (trouble.lose > 0) {
      trouble.lose -= 1;
      continue;
    }
    if (trouble.duplicate > 0) {
      trouble.duplicate -= 1;
      await carry(task.call).catch(() => 0);
    }
    const status = await carry(task.call).catch(() => 0);
    if (status >= 200 && status < 300) continue;
    const waitMs = world.settings.webhookRetryMs[task.tries];
    if (waitMs !== undefined) later(world, waitMs, { ...task, tries: task.tries + 1 });
  }
}

export const carryByHttp: CarryWebhook = async ({ url, headers, body }) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  await answer.body?.cancel();
  return answer.status;
};
