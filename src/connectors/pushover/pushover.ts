import { z } from 'zod';
import type { Page } from '../../model/page.ts';
import type { Priority } from '../../model/priority.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import type { Arrival, Channel, Message } from '../channel.ts';
import type { ChannelAccess } from '../channel-access.ts';
import { type ChannelParts, createChannelHttp, type Refusal } from '../channel-http.ts';
import type { HttpAnswer } from '../http-client.ts';
import { cut, fitted, linksOf, plainText } from '../message-text.ts';

export type PushoverParts = ChannelParts & Readonly<{ pushover: NonNullable<ChannelAccess['pushover']> }>;

/** In characters. */
const MESSAGE_MAX = 1_024;
const TITLE_MAX = 250;
const URL_MAX = 512;
const URL_TITLE_MAX = 100;

/** 2 sounds again and again until somebody confirms it on the telephone. */
const EMERGENCY = 2;
const URGENCY: Readonly<Record<Priority, number>> = { urgent: EMERGENCY, high: 1, medium: 0, low: -1 };
const urgencyOf = ({ kind, priority }: Page): number => (kind === 'status' ? -2 : URGENCY[priority]);
const SOUND_EVERY_SECONDS = 60;
const SOUND_FOR_SECONDS = 3_600;

/** A message without one is known by its request, a UUID. */
const RECEIPT = /^[A-Za-z0-9]{30}$/;

const flag = z.union([z.literal(0), z.literal(1)]);
const SentWire = z.object({
  status: z.literal(1),
  request: z.string().min(1),
  receipt: z.string().optional(),
});
const ReceiptWire = z.object({
  status: z.literal(1),
  acknowledged: flag,
  last_delivered_at: z.int(),
  expired: flag,
});
const DoneWire = z.object({ status: z.literal(1) });
const LimitsWire = z.object({ limit: z.int(), remaining: z.int() });
const ErrorBody = z.object({
  errors: z.array(z.string()).catch([]),
  token: z.string().optional(),
  user: z.string().optional(),
});
const errorOf = (json: unknown): z.infer<typeof ErrorBody> => ErrorBody.catch({ errors: [] }).parse(json);

type Form = readonly (readonly [string, string])[];

function formOf(message: Message): Form {
  const priority = Math.max(...message.pages.map(urgencyOf));
  const [link] = message.pages.flatMap((page) => linksOf(page, message.pages.length > 1));
  const { title, text } = fitted(message, (shown, title) => ({ title, text: plainText(shown) }), {
    sizeOf: ({ text }) => [...text].length,
    max: MESSAGE_MAX,
  });
  return [
    ['user', message.address],
    ['title', cut(title, TITLE_MAX)],
    ['message', cut(text, MESSAGE_MAX) || title],
    ['priority', String(priority)],
    ...(priority === EMERGENCY
      ? [['retry', String(SOUND_EVERY_SECONDS)] as const, ['expire', String(SOUND_FOR_SECONDS)] as const]
      : []),
    ...(link && link.url.length <= URL_MAX
      ? [['url', link.url] as const, ['url_title', cut(link.label, URL_TITLE_MAX)] as const]
      : []),
  ];
}

/** Its 429 is the month's allowance, and tells when the next month begins. */
const meaningAt =
  (now: Date) =>
  ({ status, json, headers }: HttpAnswer): Refusal | undefined => {
    if (status === 429) {
      const resetMs = Number(headers['x-limit-app-reset']) * 1000 - now.getTime();
      return {
        kind: 'rate_limited',
        remedy: 'the application’s messages of this month are used up; buy more at pushover.net',
        retryAfterMs: Number.isFinite(resetMs) ? Math.min(Math.max(resetMs, 60_000), 3_600_000) : 60_000,
      };
    }
    const { token, user } = errorOf(json);
    if (token === 'invalid') return { kind: 'unauthorised', remedy: 'check PUSHOVER_APP_TOKEN' };
    if (user === 'invalid')
      return { kind: 'not_found', remedy: 'correct `pushover` of this person in the policy' };
    return undefined;
  };

/** Push messages by Pushover; urgent ones as its emergencies, which tell whether they arrived. */
export function createPushoverChannel({ pushover, ...parts }: PushoverParts): Channel {
  const { token, url } = pushover;
  const http = createChannelHttp({
    ...parts,
    system: 'Pushover',
    baseUrl: normaliseBaseUrl({ url, setting: 'PUSHOVER_API_URL', suffixes: [] }),
    secrets: [token],
    said: (json) => errorOf(json).errors.join('; '),
    meaning: (answer) => meaningAt(parts.clock.now())(answer),
    remedies: {
      unauthorised: 'check PUSHOVER_APP_TOKEN',
      notFound: 'check PUSHOVER_API_URL',
      rejected: 'check `pushover` of this person in the policy',
    },
  });
  return {
    name: 'pushover',
    async send(message) {
      http.keepSecret(message.address);
      const { request, receipt } = await http.ask({
        method: 'POST',
        path: '/messages.json',
        form: [['token', token], ...formOf(message)],
        verb: 'send_message',
        what: `send a push message to ${message.recipientName}`,
        schema: SentWire,
      });
      return receipt === undefined
        ? { externalId: request, state: 'delivered' }
        : { externalId: receipt, state: 'accepted' };
    },
    async check(externalId): Promise<Arrival> {
      const receipt = await http.ask({
        method: 'GET',
        path: `/receipts/${encodeURIComponent(externalId)}.json`,
        query: [['token', token]],
        verb: 'check_receipt',
        what: 'read the receipt of a push message',
        schema: ReceiptWire,
      });
      if (receipt.last_delivered_at > 0 || receipt.acknowledged === 1) return { state: 'delivered' };
      return receipt.expired === 1
        ? { state: 'failed', why: 'the push message reached no device before it expired' }
        : { state: 'accepted' };
    },
    /** An emergency stops sounding; its text stays as it is, as do messages that sounded once. */
    async update(externalId, message) {
      if (!RECEIPT.test(externalId)) return;
      await http.ask({
        method: 'POST',
        path: `/receipts/${encodeURIComponent(externalId)}/cancel.json`,
        form: [['token', token]],
        verb: 'cancel_emergency',
        what: `silence a push message to ${message.recipientName}`,
        schema: DoneWire,
      });
    },
    async probe() {
      const { limit, remaining } = await http.ask({
        method: 'GET',
        path: '/apps/limits.json',
        query: [['token', token]],
        verb: 'read_limits',
        what: 'read the application’s limits',
        schema: LimitsWire,
      });
      return `Pushover knows the application; ${remaining} of ${limit} messages are left this month.`;
    },
  };
}
