import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';

/** What `doctor` asks an account about itself. Every function is a read. */

type Call = Pick<FreshdeskCall, 'ask'>;
const text = z.string().nullish().catch(null);

/** `plan` is Freshdesk's own word for it; both are empty when not told. */
export type AccountFacts = Readonly<{ name: string; plan: string }>;

export async function readAccount({ ask }: Call): Promise<AccountFacts> {
  const { body } = await ask({
    method: 'GET',
    path: '/account',
    kind: 'other',
    verb: 'read_account',
    what: 'read the account',
    schema: z.object({ account_name: text, tier_type: text }),
  });
  return { name: body.account_name ?? '', plan: body.tier_type ?? '' };
}

/** Names of the roles that the key's agent has; empty when Freshdesk does not tell. */
export async function readOwnRoles({ ask }: Call): Promise<readonly string[]> {
  const { body: self } = await ask({
    method: 'GET',
    path: '/agents/me',
    kind: 'other',
    verb: 'read_self',
    what: "read the key's own agent",
    schema: z.object({ role_ids: z.array(z.int()).nullish().catch(null) }),
  });
  const own = self.role_ids ?? [];
  if (own.length === 0) return [];
  const roles = await all(call('/roles', 'read the roles', { ask }), NamedWire);
  return roles.filter(({ id }) => own.includes(id)).map(({ name }) => name);
}

export type NamedThing = Readonly<{ id: number; name: string }>;

export const listGroupNames = ({ ask }: Call): Promise<readonly NamedThing[]> =>
  all(call('/groups', 'list the groups', { ask }), NamedWire);

export const listCompanyNames = ({ ask }: Call): Promise<readonly NamedThing[]> =>
  all(call('/companies', 'list the companies', { ask }), NamedWire);

export type AgentSeen = Readonly<{ id: number; email: string; isDeactivated: boolean }>;

export async function listAgentsSeen({ ask }: Call): Promise<readonly AgentSeen[]> {
  const agents = await all(call('/agents', 'list the agents', { ask }), AgentWire);
  return agents.map(({ id, deactivated, contact }) => ({
    id,
    email: (contact?.email ?? '').toLowerCase(),
    isDeactivated: deactivated === true,
  }));
}

/** Throws `not_found` when there is none. */
export async function readSolutionFolder({ ask }: Call, id: number): Promise<NamedThing> {
  const { body } = await ask({
    method: 'GET',
    path: `/solutions/folders/${id}`,
    kind: 'other',
    verb: 'read_solution_folder',
    what: `read the Solutions folder ${id}`,
    schema: NamedWire,
  });
  return body;
}

const NamedWire = z.object({
  id: z.int().positive(),
  name: text.transform((name) => name ?? ''),
});
const AgentWire = z.object({
  id: z.int().positive(),
  deactivated: z.boolean().nullish().catch(null),
  contact: z.object({ email: text }).nullish().catch(null),
});

const PER_PAGE = 100;
const PAGES_MAX = 50;

type ListCall = Call & Readonly<{ path: string; what: string }>;
const call = (path: string, what: string, { ask }: Call): ListCall => ({ ask, path, what });

async function all<T>({ ask, path, what }: ListCall, item: z.ZodType<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { body, hasNextPage } = await ask({
      method: 'GET',
      path,
      query: [
        ['page', String(page)],
        ['per_page', String(PER_PAGE)],
      ],
      kind: 'other',
      verb: 'read_account',
      what,
      schema: z.array(item),
    });
    found.push(...body);
    if (!hasNextPage) break;
  }
  return found;
}
