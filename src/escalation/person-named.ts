import type { Policy } from '../policy/schema.ts';

/** The person of the policy whom somebody means by a key, a name or an e-mail address; letter case is ignored. */
export function personNamed(
  policy: Pick<Policy, 'people'>,
  by: string,
): Readonly<{ key: string; name: string }> | undefined {
  const wanted = by.trim().toLowerCase();
  const found = Object.entries(policy.people).find(([key, { name, email }]) =>
    [key, name, email].some((one) => one.toLowerCase() === wanted),
  );
  return found && { key: found[0], name: found[1].name };
}
