import type { Agent, Company, Contact } from './state.ts';
import { nowOf, takeId, type World } from './world.ts';

/** Finds the contact or, as Freshdesk does for an unknown requester, makes one. */
export function findOrCreateContact(
  world: World,
  given: Readonly<{ email?: string; phone?: string; name?: string }>,
): Contact {
  const email = given.email?.toLowerCase() ?? null;
  const phone = given.phone ?? null;
  const known = world.data.contacts.find((contact) =>
    email === null ? phone !== null && contact.phone === phone : contact.email === email,
  );
  if (known) return known;
  const name = given.name ?? nameFromEmail(email ?? phone ?? 'Someone');
  const contact: Contact = {
    id: takeId(world, 'nextOtherId'),
    name,
    email,
    phone,
    company_id: companyOfEmail(world, email)?.id ?? null,
    language: 'en',
    created_at: nowOf(world),
  };
  world.data.contacts.push(contact);
  return contact;
}

/** The company whose domain the address has. */
function companyOfEmail(world: World, email: string | null): Company | undefined {
  const domain = email?.split('@')[1];
  return world.data.companies.find(({ domains }) => domains.some((one) => one.toLowerCase() === domain));
}

/** Name and address of whoever raised a ticket: a contact, or an agent. */
export const personOf = (world: World, id: number): Contact | Agent | undefined =>
  world.data.contacts.find((one) => one.id === id) ?? world.data.agents.find((one) => one.id === id);

function nameFromEmail(email: string): string {
  const local = email.split('@')[0] ?? email;
  return local.charAt(0).toUpperCase() + local.slice(1);
}

/** The name of an agent or contact, for pages and history. */
export function personName(world: World, id: number | null): string {
  const agent = world.data.agents.find((one) => one.id === id);
  const contact = world.data.contacts.find((one) => one.id === id);
  return agent?.name ?? contact?.name ?? 'nobody';
}
