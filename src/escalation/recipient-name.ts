import type { Policy } from '../policy/schema.ts';

/** How people call a recipient (see Told in model/escalation.ts); its key where the policy no longer knows it. */
export function recipientName(policy: Policy, recipient: string): string {
  const [kind, key = '', index] = recipient.split(':');
  if (kind === 'room') return `somebody in ${policy.rooms[key]?.name ?? key}`;
  if (kind === 'vendor') return policy.vendors[key]?.name ?? key;
  if (kind === 'customer') return policy.customers[key]?.contacts[Number(index)]?.name ?? key;
  return policy.people[recipient]?.name ?? recipient;
}
