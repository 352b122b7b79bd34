import type { Policy } from '../policy/schema.ts';
import { assignTicket } from './assign-ticket.ts';
import { classifyTicket, type TicketFacts } from './classify-ticket.ts';

/**
 * What Watchdesk would make of a ticket, as plain text for a terminal: the same decisions that a real one gets, but
 * without agents, of whom only Freshdesk knows, and without running incidents that it may report.
 */
export function explainTicket(facts: TicketFacts, policy: Policy): string {
  const found = classifyTicket(facts, policy);
  const assignment = assignTicket(found, {
    agents: [],
    policy: { ...policy, tickets: withoutAgents(policy) },
  });
  const team = assignment.team === undefined ? undefined : policy.teams[assignment.team];
  const group = assignment.groupId === undefined ? '' : ` (Freshdesk group ${assignment.groupId})`;
  const { method } = policy.tickets.assignment;
  const asks = found.isSure ? '' : ', too low: a person is asked';
  const category = [found.category, found.subCategory].filter((one) => one !== undefined).join(', ');
  return [
    facts.subject.trim() === '' ? '(no subject)' : facts.subject.trim(),
    row('type', `${found.type} (confidence ${found.confidence}${asks})`),
    row('type rule', found.typeRule),
    row('because', found.typeWhy),
    row('category', category === '' ? 'none' : `${category} (${found.categoryRule})`),
    row('customer', named(found.customerId, policy.customers)),
    row('service', named(found.serviceId, policy.services)),
    row('priority', `${found.priority} (impact ${found.impact}, urgency ${found.urgency})`),
    row('rule', found.rule),
    row('why', found.why),
    ...(found.openQuestions.length === 0
      ? [row('questions', 'none is left that would change the priority')]
      : found.openQuestions.map(({ field, ask }, index) =>
          row(index === 0 ? 'questions' : '', `${ask} (${field})`),
        )),
    row('assigned to', `${team?.name ?? 'no team'}${group}`),
    row('', assignment.why),
    ...(method === 'none' ? [] : [row('', `An agent is chosen by ${method} when the ticket comes.`)]),
  ].join('\n');
}

const withoutAgents = ({ tickets }: Policy): Policy['tickets'] => ({
  ...tickets,
  assignment: { ...tickets.assignment, method: 'none' },
});

const named = (id: string | undefined, all: Readonly<Record<string, Readonly<{ name: string }>>>): string =>
  id === undefined ? 'none' : `${all[id]?.name ?? id} (${id})`;

const row = (name: string, text: string): string => `  ${name.padEnd(12)} ${text}`;
