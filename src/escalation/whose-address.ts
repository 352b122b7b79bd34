import type { Policy } from '../policy/schema.ts';

type Addressed = Pick<Policy, 'people' | 'rooms' | 'customers' | 'vendors'>;

/** The name in the policy of whoever has this address, by whatever channel; undefined for strangers. */
export function whoseAddress({ people, rooms, customers, vendors }: Addressed, address: string) {
  const known = [
    ...Object.values(people).map(({ name, email, phone, slack, telegram, webex, ntfy, pushover }) => ({
      name,
      addresses: [email, phone, slack, telegram?.toString(), webex, ntfy, pushover],
    })),
    ...Object.values(rooms).map((room) => ({ name: room.name, addresses: [room.address] })),
    ...Object.values(customers)
      .flatMap(({ contacts }) => contacts)
      .map(({ name, email, phone }) => ({ name, addresses: [email, phone] })),
    ...Object.values(vendors).map(({ name, email, phone }) => ({ name, addresses: [email, phone] })),
  ];
  return known.find(({ addresses }) => addresses.includes(address))?.name;
}
