import { pathText } from './fault.ts';
import type { PolicyRules } from './schema.ts';

/** Something that is allowed but probably not meant. */
export type PolicyNote = Readonly<{ path: string; message: string }>;

/** Names that RFC 2606 keeps for examples: nobody receives mail there. */
const EXAMPLE_DOMAIN = /[@.](example|example\.(com|net|org)|invalid|test)$/i;

/** What to tell the author of a policy that has no faults. */
export function policyNotes(policy: PolicyRules): PolicyNote[] {
  const notes: PolicyNote[] = [];
  const note = (path: readonly string[], message: string) => notes.push({ path: pathText(path), message });

  if (EXAMPLE_DOMAIN.test(policy.defaults.requester_email))
    note(
      ['defaults', 'requester_email'],
      `${policy.defaults.requester_email} is an example: give a mailbox of your own before tickets are opened for real`,
    );
  for (const [key, customer] of Object.entries(policy.customers))
    if (customer.requester_email !== undefined && EXAMPLE_DOMAIN.test(customer.requester_email))
      note(['customers', key, 'requester_email'], `${customer.requester_email} is an example`);
  for (const [key, team] of Object.entries(policy.teams))
    if (team.freshdesk_group_id === undefined)
      note(['teams', key], 'has no freshdesk_group_id: its tickets are assigned to no Freshdesk group');
  for (const [key, service] of Object.entries(policy.services))
    if (service.owner === undefined && policy.defaults.team === undefined)
      note(['services', key], 'has no owner and there is no defaults.team: its tickets go to no team');
  return notes;
}
