import { fileURLToPath } from 'node:url';

/** The policy that comes with Watchdesk. */
export const shippedPolicy = (): string =>
  fileURLToPath(new URL('../../policy/default.yaml', import.meta.url));
