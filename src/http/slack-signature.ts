import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** A request of Slack as it says to be signed; `timestamp` as sent, since the signature covers these digits. */
export type SlackClaim = Readonly<{ timestamp: string; signedAt: Date; signature: Buffer }>;

/** Reads `v0=<hex>` and unix seconds; undefined when they are none. */
export function readSlackClaim(signature: string, timestamp: string): SlackClaim | undefined {
  const [, hex] = /^v0=([0-9a-f]{64})$/i.exec(signature) ?? [];
  if (hex === undefined || !/^\d{1,11}$/.test(timestamp)) return undefined;
  return { timestamp, signedAt: new Date(Number(timestamp) * 1000), signature: Buffer.from(hex, 'hex') };
}

/** Made over `v0:<timestamp>:<body>` (docs.slack.dev/authentication/verifying-requests-from-slack); compared in constant time. */
export function isSignedBySlack(key: KeyObject, claim: SlackClaim, body: Uint8Array): boolean {
  const expected = createHmac('sha256', key).update(`v0:${claim.timestamp}:`).update(body).digest();
  return timingSafeEqual(expected, claim.signature);
}
