import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';
import { readAllPages } from './read-all-pages.ts';

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
  const roles = await readAllPages(
    { ask },
    { path: '/roles', verb: 'list_roles', what: 'read the roles', schema: NamedWire },
  );
  return roles.filter(({ id }) => own.includes(id)).map(({ name }) => name);
}

export type NamedThing = Readonly<{ id: number; name: string }>;

export const listCompanies = (call: Call): Promise<readonly NamedThing[]> =>
  readAllPages(call, {
    path: '/companies',
    verb: 'list_companies',
    what: 'list the companies',
    schema: NamedWire,
  });

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
