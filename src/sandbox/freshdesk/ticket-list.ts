import { type Page, pageOf, type Query } from './paging.ts';
import { type FieldFault, invalid, notOneOf, unexpectedField } from './refusal.ts';
import type { Ticket } from './state.ts';
import { instant, type World } from './world.ts';

const PARAMETERS = new Set(
  (
    'filter requester_id email unique_external_id company_id updated_since order_by order_type include ' +
    'page per_page'
  ).split(' '),
);
const FILTERS = ['new_and_my_open', 'watching', 'spam', 'deleted'];
const ORDERS = ['created_at', 'due_by', 'updated_at', 'status'] as const;
const INCLUDES = ['stats', 'requester', 'description', 'company'];
const PAGES_MAX = 300;
const DEFAULT_WINDOW_MS = 30 * 24 * 3_600_000;

/** `GET /tickets`: which tickets, in which order, cut to one page. Throws a Refusal for a wrong parameter. */
export function listTickets(world: World, query: Query): Page<Ticket> {
  const faults = parameterFaults(query);
  if (faults.length > 0) throw invalid(...faults);
  const found = world.data.tickets.filter(
    (ticket) => inFilter(ticket, query) && matches(world, ticket, query),
  );
  const by = (query.order_by ?? 'created_at') as (typeof ORDERS)[number];
  const sign = query.order_type === 'asc' ? 1 : -1;
  found.sort((a, b) => sign * (compare(a[by] ?? '', b[by] ?? '') || a.id - b.id));
  return pageOf(found, query);
}

export const includeWords = (query: Query): string[] => (query.include ?? '').split(',').filter(Boolean);

function parameterFaults(query: Query): FieldFault[] {
  const faults = Object.keys(query)
    .filter((name) => !PARAMETERS.has(name))
    .map(unexpectedField);
  const wrong = (field: string, value: string | undefined, allowed: readonly string[]): void => {
    if (value !== undefined && !allowed.includes(value)) faults.push(notOneOf(field, allowed));
  };
  wrong('filter', query.filter, FILTERS);
  wrong('order_by', query.order_by, ORDERS);
  wrong('order_type', query.order_type, ['asc', 'desc']);
  for (const word of includeWords(query)) wrong('include', word, INCLUDES);
  if (query.updated_since !== undefined && Number.isNaN(Date.parse(query.updated_since))) {
    faults.push({ field: 'updated_since', message: 'It should be a valid date time', code: 'invalid_value' });
  }
  if (Number(query.page ?? 1) > PAGES_MAX) {
    const message = 'You cannot access tickets beyond the 300th page. Please provide a smaller page number.';
    faults.push({ field: 'page', message, code: 'invalid_value' });
  }
  return faults;
}

function inFilter(ticket: Ticket, query: Query): boolean {
  if (query.filter === 'deleted') return ticket.deleted;
  if (query.filter === 'spam') return ticket.spam;
  if (ticket.deleted || ticket.spam) return false;
  if (query.filter === 'new_and_my_open') return ticket.status === 2;
  return query.filter !== 'watching';
}

function matches(world: World, ticket: Ticket, query: Query): boolean {
  if (query.requester_id !== undefined && ticket.requester_id !== Number(query.requester_id)) return false;
  if (query.company_id !== undefined && ticket.company_id !== Number(query.company_id)) return false;
  if (query.email !== undefined) {
    const email = query.email.toLowerCase();
    const contact = world.data.contacts.find((one) => one.email === email);
    if (ticket.requester_id !== contact?.id) return false;
  }
  if (query.updated_since !== undefined) return ticket.updated_at >= instant(new Date(query.updated_since));
  // The month only bounds the plain list; one that names a requester or company shows older tickets as well.
  if (query.requester_id ?? query.company_id ?? query.email) return true;
  return Date.parse(ticket.created_at) >= world.clock.now().getTime() - DEFAULT_WINDOW_MS;
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
