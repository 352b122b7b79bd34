import type { Policy } from '../policy/schema.ts';

/** Who raised a ticket, as far as Freshdesk tells. */
export type TicketOrigin = Readonly<{ requesterEmail?: string; companyName?: string }>;

/**
 * The customer that a ticket comes from: the one whose `requester_email` wrote it, else the one with this company, else
 * the one with the requester's domain or the nearest above it (`eu.acme.example` is of `acme.example`).
 */
export function recogniseCustomer(
  { requesterEmail, companyName }: TicketOrigin,
  policy: Policy,
): string | undefined {
  const customers = Object.entries(policy.customers);
  const email = folded(requesterEmail);
  const company = folded(companyName);
  if (email !== '') {
    const exact = customers.find(([, customer]) => folded(customer.requester_email) === email);
    if (exact) return exact[0];
  }
  if (company !== '') {
    const named = customers.find(([, { companies, name }]) =>
      (companies.length > 0 ? companies : [name]).some((one) => folded(one) === company),
    );
    if (named) return named[0];
  }
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const owners = customers.flatMap(([id, { domains }]) =>
    domains
      .filter((one) => domain === one || domain.endsWith(`.${one}`))
      .map((one) => ({ id, length: one.length })),
  );
  return owners.sort((a, b) => b.length - a.length)[0]?.id;
}

const folded = (text: string | undefined): string => (text ?? '').normalize('NFKC').trim().toLowerCase();
