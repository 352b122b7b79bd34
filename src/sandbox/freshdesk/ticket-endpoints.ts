import { membersOf } from './associations.ts';
import { changed } from './automation.ts';
import { checkBody } from './body-rules.ts';
import {
  addNote,
  addReply,
  changeNote,
  conversationsOf,
  createdConversationView,
  deleteConversation,
  listedConversationView,
} from './conversations.ts';
import {
  type ApiAnswer,
  type ApiCall,
  created,
  type Endpoint,
  liveTicketOf,
  nothing,
  ok,
  ticketOf,
} from './endpoint.ts';
import { mergeTickets } from './merge.ts';
import { pageOf } from './paging.ts';
import { featureMissing, invalid, notFound, notOneOf } from './refusal.ts';
import { searchTickets } from './search.ts';
import { includeWords, listTickets } from './ticket-list.ts';
import { createdView, fullView, included, listView, primeView, updatedView } from './ticket-views.ts';
import { createTicket, updateTicket } from './tickets.ts';
import { later } from './world.ts';

const BULK_IDS_MAX = 100;
const VIEW_INCLUDES = ['conversations', 'requester', 'company', 'stats', 'sla_policy'];

function list({ world, query }: ApiCall): ApiAnswer {
  const page = listTickets(world, query);
  const words = includeWords(query);
  const body = page.items.map((ticket) => ({ ...listView(ticket), ...included(world, ticket, words) }));
  return { status: 200, body, page };
}

function view(call: ApiCall): ApiAnswer {
  const ticket = ticketOf(call);
  const words = includeWords(call.query);
  const unknown = words.find((word) => !VIEW_INCLUDES.includes(word));
  if (unknown !== undefined) throw invalid(notOneOf('include', VIEW_INCLUDES));
  const refused = words.find((word) => call.world.settings.refusedIncludes.includes(word));
  if (refused !== undefined) throw featureMissing(refused);
  const conversations = words.includes('conversations')
    ? { conversations: conversationsOf(call.world, ticket.id).slice(0, 10).map(listedConversationView) }
    : {};
  return ok({ ...fullView(ticket), ...included(call.world, ticket, words), ...conversations });
}

function bulk(call: ApiCall, deletes: boolean): ApiAnswer {
  const { world, requestId, apiUrl } = call;
  const { bulk_action: action } = checkBody(call.body, { bulk_action: { type: 'Hash', required: true } });
  const { ids, properties } = checkBody(action, {
    ids: { type: 'Array of Integer', required: true },
    ...(deletes ? {} : { properties: { type: 'Hash' } as const, reply: { type: 'Hash' } as const }),
  });
  if ((ids as number[]).length > BULK_IDS_MAX) {
    throw invalid({ field: 'ids', message: `At most ${BULK_IDS_MAX} ids`, code: 'invalid_value' });
  }
  world.data.jobs[requestId] = { id: requestId, status: 'QUEUED', failed: [] };
  later(world, world.settings.bulkDelayMs, {
    kind: 'bulk',
    jobId: requestId,
    ids: ids as number[],
    properties: deletes ? 'delete' : ((properties ?? {}) as Record<string, unknown>),
  });
  return { status: 202, body: { job_id: requestId, href: `${apiUrl}/jobs/${requestId}` } };
}

function setDeleted(call: ApiCall, deleted: boolean): ApiAnswer {
  const ticket = ticketOf(call);
  if (ticket.deleted === deleted) throw notFound();
  ticket.deleted = deleted;
  changed(call.world, ticket, call.actor, deleted ? 'deleted the ticket' : 'restored the ticket');
  return nothing;
}

/** In the order in which they are tried: fixed words before numbers. */
export const TICKET_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/tickets',
    kind: 'create',
    run(call) {
      const ticket = createTicket(call.world, call.body, call.actor);
      return created(createdView(ticket), `${call.apiUrl}/tickets/${ticket.id}`);
    },
  },
  { method: 'get', path: '/tickets', kind: 'list', run: list },
  {
    method: 'put',
    path: '/tickets/merge',
    kind: 'update',
    run({ world, body, actor }) {
      mergeTickets(world, body, actor);
      return nothing;
    },
  },
  { method: 'post', path: '/tickets/bulk_update', kind: 'update', run: (call) => bulk(call, false) },
  { method: 'post', path: '/tickets/bulk_delete', kind: 'update', run: (call) => bulk(call, true) },
  {
    method: 'get',
    path: '/jobs/:jobId',
    run({ world, params }) {
      const job = world.data.jobs[params.jobId ?? ''];
      if (!job) throw notFound();
      return ok({ id: job.id, status: job.status, data: job.failed.map((id) => ({ id, success: false })) });
    },
  },
  {
    method: 'get',
    path: '/search/tickets',
    run({ world, query }) {
      const { items, total } = searchTickets(world, query);
      return ok({ total, results: items.map(listView) });
    },
  },
  { method: 'get', path: '/tickets/:id', run: view },
  {
    method: 'put',
    path: '/tickets/:id',
    kind: 'update',
    run: (call) => ok(updatedView(updateTicket(call.world, liveTicketOf(call), call.body, call.actor))),
  },
  { method: 'delete', path: '/tickets/:id', run: (call) => setDeleted(call, true) },
  { method: 'put', path: '/tickets/:id/restore', run: (call) => setDeleted(call, false) },
  {
    method: 'get',
    path: '/tickets/:id/conversations',
    run(call) {
      const page = pageOf(conversationsOf(call.world, ticketOf(call).id), call.query);
      return { status: 200, body: page.items.map(listedConversationView), page };
    },
  },
  {
    method: 'post',
    path: '/tickets/:id/notes',
    run(call) {
      const note = addNote(call.world, ticketOf(call), call.body, call.actor);
      return created(createdConversationView(note), `${call.apiUrl}/conversations/${note.id}`);
    },
  },
  {
    method: 'post',
    path: '/tickets/:id/reply',
    run(call) {
      const reply = addReply(call.world, liveTicketOf(call), call.body, call.actor);
      return created(createdConversationView(reply), `${call.apiUrl}/conversations/${reply.id}`);
    },
  },
  {
    method: 'put',
    path: '/conversations/:conversationId',
    run: ({ world, params, body }) =>
      ok(listedConversationView(changeNote(world, Number(params.conversationId), body))),
  },
  {
    method: 'delete',
    path: '/conversations/:conversationId',
    run({ world, params }) {
      deleteConversation(world, Number(params.conversationId));
      return nothing;
    },
  },
  {
    method: 'get',
    path: '/tickets/:id/associated_tickets',
    run(call) {
      const members = membersOf(call.world, ticketOf(call));
      const { items } = pageOf(members, call.query, { perPage: 30, pagesMax: 500 });
      return ok({ tickets: items.map(listView) });
    },
  },
  {
    method: 'get',
    path: '/tickets/:id/prime_association',
    run(call) {
      const prime = primeView(call.world, ticketOf(call));
      if (!prime) throw notFound();
      return ok(prime);
    },
  },
];
