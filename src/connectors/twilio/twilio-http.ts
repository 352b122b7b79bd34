import { z } from 'zod';
import { normaliseBaseUrl } from '../base-url.ts';
import type { ChannelAccess } from '../channel-access.ts';
import { type ChannelHttp, type ChannelParts, createChannelHttp, type Refusal } from '../channel-http.ts';
import type { HttpAnswer } from '../http-client.ts';

export type TwilioAccess = NonNullable<ChannelAccess['twilio']>;
export type TwilioParts = ChannelParts & Readonly<{ twilio: TwilioAccess }>;

/** An account's interface: `path` goes after the account. */
export type Twilio = ChannelHttp & Readonly<{ account: string }>;

const ErrorBody = z.object({ code: z.int().catch(0), message: z.string().catch('') });

/**
 * Numbers that no text or call can reach, by Twilio's error codes: not a number, not a mobile one, unsubscribed, not
 * allowed by region or in a trial. Source: Twilio's error and warning dictionary.
 */
const BAD_NUMBER = new Set([13223, 13224, 21211, 21214, 21217, 21612, 21614]);
const REMEDIES: Readonly<Record<number, string>> = {
  21210: 'TWILIO_FROM is not a number of this account',
  21212: 'TWILIO_FROM is not a number that Twilio can send from',
  21606: 'TWILIO_FROM cannot send text messages to this number; choose a number of the account that can',
  21215: 'allow calls to this country in the account’s geographic permissions',
  21408: 'allow text messages to this country in the account’s geographic permissions',
  21608: 'a trial account reaches verified numbers alone; verify the number or upgrade the account',
  21610: 'the person replied STOP; they can reply START to get text messages again',
};

function meaning({ json, status }: HttpAnswer): Refusal | undefined {
  const { code } = ErrorBody.catch({ code: 0, message: '' }).parse(json);
  if (status !== 400) return undefined;
  if (BAD_NUMBER.has(code))
    return { kind: 'not_found', remedy: 'correct `phone` of this person in the policy' };
  const remedy = REMEDIES[code];
  return remedy === undefined ? undefined : { kind: 'rejected', remedy };
}

/** Basic authentication with the account's SID and token. */
export function createTwilioHttp({ twilio, ...parts }: TwilioParts): Twilio {
  const { accountSid, authToken, url } = twilio;
  const basic = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  const http = createChannelHttp({
    ...parts,
    system: 'Twilio',
    baseUrl: normaliseBaseUrl({ url, setting: 'TWILIO_API_URL', suffixes: ['/2010-04-01'] }),
    secrets: [authToken, basic],
    headers: { Authorization: `Basic ${basic}` },
    said: (json) => ErrorBody.catch({ code: 0, message: '' }).parse(json).message,
    meaning,
    remedies: {
      unauthorised: 'check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN',
      notFound: 'check TWILIO_ACCOUNT_SID and TWILIO_API_URL',
      rejected: 'look the message up in Twilio’s console',
    },
  });
  return { ...http, account: `/2010-04-01/Accounts/${accountSid}` };
}

const AccountWire = z.object({ friendly_name: z.string(), status: z.string() });

/** Whether the account is there and active. */
export async function probeTwilio(twilio: Twilio): Promise<string> {
  const account = await twilio.ask({
    method: 'GET',
    path: `${twilio.account}.json`,
    verb: 'read_account',
    what: 'read the account',
    schema: AccountWire,
  });
  return `Twilio account "${account.friendly_name}" is ${account.status}.`;
}

/** How far Twilio's clock may be behind ours; its times are whole seconds. */
const SKEW_MS = 2_000;

/** Made after we began to send: ours, and not an earlier one with the same words. */
export const isMadeSince = (dateCreated: string, since: Date): boolean =>
  Date.parse(dateCreated) >= since.getTime() - SKEW_MS;
