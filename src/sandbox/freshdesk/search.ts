import { type Page, pageOf, type Query } from './paging.ts';
import { invalid, unexpectedField } from './refusal.ts';
import { parseSearchQuery, SearchQueryError, type SearchTerm, type SearchValue } from './search-query.ts';
import type { IndexEntry, Ticket } from './state.ts';
import { findTicket, type World } from './world.ts';

const FIELDS = new Set(
  'agent_id group_id priority status tag type due_by fr_due_by created_at updated_at'.split(' '),
);
const RESULTS_MAX = 300;

/** Puts the ticket as it is now into the index; called some time after each write, see `FreshdeskSettings`. */
export function indexTicket(world: World, ticket: Ticket): void {
  world.data.index[ticket.id] = {
    agent_id: ticket.responder_id,
    status: ticket.status,
    priority: ticket.priority,
    type: ticket.type,
    group_id: ticket.group_id,
    tags: [...ticket.tags],
    custom_fields: { ...ticket.custom_fields },
    due_by: ticket.due_by,
    fr_due_by: ticket.fr_due_by,
    created_at: ticket.created_at,
    updated_at: ticket.updated_at,
  };
}

/** `GET /search/tickets`; `total` counts all hits, the pages stop at 300. Throws a Refusal for a wrong query. */
export function searchTickets(world: World, query: Query): Page<Ticket> & { total: number } {
  const term = parse(query.query ?? '');
  checkFields(world, term);
  const hits = Object.entries(world.data.index)
    .filter(([, entry]) => holds(term, entry))
    .flatMap(([id]) => findTicket(world, Number(id)) ?? [])
    .filter((ticket) => !ticket.deleted && !ticket.spam)
    .reverse();
  const page = pageOf(hits.slice(0, RESULTS_MAX), query, { perPage: 30, pagesMax: 10 });
  return { ...page, total: hits.length };
}

function parse(text: string): SearchTerm {
  try {
    return parseSearchQuery(text);
  } catch (error) {
    if (!(error instanceof SearchQueryError)) throw error;
    throw invalid({ field: 'query', message: error.message, code: 'invalid_value' });
  }
}

function checkFields(world: World, term: SearchTerm): void {
  if ('all' in term || 'any' in term) {
    for (const inner of 'all' in term ? term.all : term.any) checkFields(world, inner);
  } else if (!FIELDS.has(term.field) && !world.data.customFields.some(({ name }) => name === term.field)) {
    throw invalid(unexpectedField(term.field));
  }
}

function holds(term: SearchTerm, entry: IndexEntry): boolean {
  if ('all' in term) return term.all.every((inner) => holds(inner, entry));
  if ('any' in term) return term.any.some((inner) => holds(inner, entry));
  if (term.field === 'tag') {
    return term.value === null ? entry.tags.length === 0 : entry.tags.includes(String(term.value));
  }
  const stored = FIELDS.has(term.field)
    ? entry[term.field as keyof IndexEntry]
    : entry.custom_fields[term.field];
  return compares(stored ?? null, term.operator, term.value);
}

function compares(stored: unknown, operator: ':' | ':>' | ':<', value: SearchValue): boolean {
  if (value === null || stored === null) return operator === ':' && stored === value;
  if (typeof stored === 'number') {
    if (operator === ':') return stored === Number(value);
    return operator === ':>' ? stored >= Number(value) : stored <= Number(value);
  }
  const text = String(stored);
  const wanted = String(value);
  // A date stands for its whole day, so only the part that was given is compared.
  const part = /^\d{4}-\d{2}-\d{2}/.test(wanted) ? text.slice(0, wanted.length) : text;
  if (operator === ':') return part === wanted;
  return operator === ':>' ? part >= wanted : part <= wanted;
}
