import { type Page, pageOf, type Query } from './paging.ts';
import type { CallKind } from './rate-limit.ts';
import { notFound } from './refusal.ts';
import type { Ticket } from './state.ts';
import { type Actor, findTicket, type World } from './world.ts';

/** One call as an endpoint sees it; `apiUrl` is absolute and ends with `/api/v2`. */
export type ApiCall = Readonly<{
  world: World;
  params: Readonly<Record<string, string>>;
  query: Query;
  body: unknown;
  actor: Actor;
  requestId: string;
  apiUrl: string;
}>;

/** `more` says that a list goes on, which the router tells in the Link header. */
export type ApiAnswer = Readonly<{ status: number; body?: unknown; location?: string; page?: Page<unknown> }>;

export type Endpoint = Readonly<{
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  kind?: CallKind;
  run(call: ApiCall): ApiAnswer;
}>;

export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
export const nothing: ApiAnswer = { status: 204 };
export const created = (body: unknown, location: string): ApiAnswer => ({ status: 201, body, location });

/** One page of a list. */
export function listOf<T>(call: ApiCall, all: readonly T[], toView: (one: T) => unknown): ApiAnswer {
  const page = pageOf(all, call.query);
  return { status: 200, body: page.items.map(toView), page };
}

/** The ticket that the path names. Throws 404 with an empty body. */
export function ticketOf({ world, params }: ApiCall): Ticket {
  const ticket = /^\d+$/.test(params.id ?? '') ? findTicket(world, Number(params.id)) : undefined;
  if (!ticket) throw notFound();
  return ticket;
}

/** The ticket that the path names, unless it is in the trash. */
export function liveTicketOf(call: ApiCall): Ticket {
  const ticket = ticketOf(call);
  if (ticket.deleted) throw notFound();
  return ticket;
}
