import type { AutomationRule, Ticket } from './state.ts';
import { PRIORITY_LABELS, STATUS_LABELS } from './vocabulary.ts';
import { later, type World } from './world.ts';

/** Which rules a change of a ticket runs: 1 those for new tickets, 4 those for updates. Events and performers are not looked at. */
export function runInstalledRules(world: World, ticket: Ticket, type: 1 | 4): void {
  for (const rule of world.data.automationRules ?? []) {
    if (rule.type === type && rule.active) callWebhooks(world, ticket, rule);
  }
}

function callWebhooks(world: World, ticket: Ticket, rule: AutomationRule): void {
  for (const action of rule.actions) {
    if (action.field_name !== 'trigger_webhook') continue;
    const call = {
      url: String(action.url),
      headers: { 'content-type': 'application/json', ...lowerCase(action.custom_headers) },
      body: filledIn(JSON.stringify(action.content), ticket),
    };
    later(world, 0, { kind: 'webhook', call, tries: 0 });
  }
}

const lowerCase = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );

/** Placeholders are pasted as they are, without any escaping: a quote in a subject breaks the document. */
function filledIn(template: string, ticket: Ticket): string {
  const values: Readonly<Record<string, string>> = {
    'ticket.id': String(ticket.id),
    'ticket.subject': ticket.subject,
    'ticket.description': ticket.description,
    'ticket.status': STATUS_LABELS[ticket.status] ?? '',
    'ticket.priority': PRIORITY_LABELS[ticket.priority] ?? '',
    'ticket.ticket_type': ticket.type ?? '',
    'ticket.tags': ticket.tags.join(', '),
  };
  return template.replaceAll(/\{\{([a-z._]+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
