import { createHmac } from 'node:crypto';
import { isSameText } from './same-text.ts';

/**
 * The signature that Twilio makes of one of its calls: HMAC-SHA1 with the account's token over the full address as Twilio
 * calls it, followed by every parameter's name and value, sorted by name. Base64.
 */
export function twilioSignature(
  authToken: string,
  url: string,
  params: readonly (readonly [string, string])[],
): string {
  const sorted = [...params].sort(([a, x], [b, y]) => order(a, b) || order(x, y));
  const text = url + sorted.map(([name, value]) => name + value).join('');
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

/** By code units, as the sender sorts, and not by any language's alphabet. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Takes the same time wherever the two differ. */
export const isSignedByTwilio = (
  authToken: string,
  url: string,
  params: readonly (readonly [string, string])[],
  signature: string,
): boolean => isSameText(signature, twilioSignature(authToken, url, params));
