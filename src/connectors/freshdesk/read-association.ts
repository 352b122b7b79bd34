import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import type { FreshdeskCall } from './freshdesk.ts';
import { ticketPath } from './freshdesk-http.ts';

export type AssociationKind = 'parent' | 'child' | 'tracker' | 'related';

/**
 * How Freshdesk shows a ticket as tied to others.
 *
 * Absent: `kind` when it is tied to none. `primeId`, the parent or tracker, unless it is a child or related; also when
 *         Freshdesk does not tell it. `memberIds` are the children or related tickets of a parent or tracker, else empty.
 */
export type Association = Readonly<{
  kind?: AssociationKind;
  memberIds: readonly number[];
  primeId?: number;
}>;

/** `association_type`. Source: client code and the documentation's wording; not recorded. */
const KINDS: Readonly<Record<number, AssociationKind>> = {
  1: 'parent',
  2: 'child',
  3: 'tracker',
  4: 'related',
};

const id = z.int().positive();
const AssociationWire = z.object({
  id,
  association_type: z.int().nullish().catch(null),
  associated_tickets_list: z.array(id).nullish().catch(null),
});
const MembersWire = z.object({ tickets: z.array(z.object({ id })) });
const MEMBERS_PER_PAGE = 30;
const MEMBER_PAGES_MAX = 50;

/** One call where the ticket itself tells its members, as clients have seen; else one more, or one for 30 members. */
export async function readAssociation(call: FreshdeskCall, ticketId: number): Promise<Association> {
  const { body } = await call.ask({
    method: 'GET',
    path: ticketPath(ticketId),
    kind: 'other',
    verb: 'read_association',
    what: `read what ticket ${ticketId} is tied to`,
    schema: AssociationWire,
  });
  const kind = KINDS[body.association_type ?? 0];
  const told = body.associated_tickets_list ?? undefined;
  if (kind === undefined) return { memberIds: [] };
  if (kind === 'parent' || kind === 'tracker') {
    return { kind, memberIds: told ?? (await readMembers(call, ticketId)) };
  }
  const primeId = told?.find((one) => one !== ticketId) ?? (await readPrime(call, ticketId));
  return { kind, memberIds: [], ...(primeId === undefined ? {} : { primeId }) };
}

async function readMembers({ ask }: FreshdeskCall, ticketId: number): Promise<readonly number[]> {
  const members: number[] = [];
  for (let page = 1; page <= MEMBER_PAGES_MAX; page += 1) {
    const { body, hasNextPage } = await ask({
      method: 'GET',
      path: `${ticketPath(ticketId)}/associated_tickets`,
      query: [['page', String(page)]],
      kind: 'other',
      verb: 'read_association',
      what: `list the tickets tied to ticket ${ticketId}`,
      schema: MembersWire,
    });
    members.push(...body.tickets.map((ticket) => ticket.id));
    if (!hasNextPage && body.tickets.length < MEMBERS_PER_PAGE) break;
  }
  return members;
}

async function readPrime({ ask }: FreshdeskCall, ticketId: number): Promise<number | undefined> {
  try {
    const { body } = await ask({
      method: 'GET',
      path: `${ticketPath(ticketId)}/prime_association`,
      kind: 'other',
      verb: 'read_association',
      what: `read the ticket to which ticket ${ticketId} belongs`,
      schema: z.object({ id }),
    });
    return body.id;
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'not_found') return undefined;
    throw error;
  }
}
