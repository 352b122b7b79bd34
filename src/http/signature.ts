import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** How far the sender's clock and ours may be apart, and how long a captured request can be sent again, ms. */
export const SIGNATURE_TOLERANCE_MS = 5 * 60_000;

/** A sender that changes its secret signs with both; more than a few are not a signature. */
const SIGNATURES_MAX = 4;

export type SignatureClaim = Readonly<{
  /** As sent: the signature covers these digits. */
  timestamp: string;
  signedAt: Date;
  signatures: readonly Buffer[];
}>;

export const signingKeys = (secrets: readonly string[]): readonly KeyObject[] =>
  secrets.map((secret) => createSecretKey(secret, 'utf8'));

/** Reads `t=<unix seconds>,v1=<hex>[,v1=<hex>…]`; schemes other than v1 are skipped; undefined when it is none. */
export function readSignature(header: string): SignatureClaim | undefined {
  let timestamp: string | undefined;
  const signatures: Buffer[] = [];
  for (const part of header.split(',')) {
    const [, name, value] = /^\s*([a-z0-9]+)=([0-9A-Za-z]+)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    if (name === 't') {
      if (timestamp !== undefined || !/^\d{1,11}$/.test(value)) return undefined;
      timestamp = value;
    } else if (name === 'v1') {
      if (!/^[0-9a-f]{64}$/i.test(value) || signatures.length === SIGNATURES_MAX) return undefined;
      signatures.push(Buffer.from(value, 'hex'));
    }
  }
  if (timestamp === undefined || signatures.length === 0) return undefined;
  return { timestamp, signedAt: new Date(Number(timestamp) * 1000), signatures };
}

/** How far `signedAt` is outside the tolerance, ms; 0 when it is inside. Negative when it lies in the past. */
export function outsideToleranceMs(signedAt: Date, now: Date): number {
  const aheadMs = signedAt.getTime() - now.getTime();
  return Math.abs(aheadMs) <= SIGNATURE_TOLERANCE_MS ? 0 : aheadMs;
}

/** True when one of the signatures was made over these bytes with one of the keys. Takes the same time wherever they differ. */
export function isSignedBy(keys: readonly KeyObject[], claim: SignatureClaim, body: Uint8Array): boolean {
  let isSigned = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(`${claim.timestamp}.`).update(body).digest();
    for (const signature of claim.signatures) isSigned = timingSafeEqual(expected, signature) || isSigned;
  }
  return isSigned;
}
