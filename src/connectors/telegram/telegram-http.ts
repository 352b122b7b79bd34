import { z } from 'zod';
import type { Clock } from '../../model/clock.ts';
import { type Metrics, uncounted } from '../../model/metrics.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import { ConnectorError, kindOfStatus, parseRetryAfter } from '../connector-error.ts';
import { createHttpClient, type HttpAnswer } from '../http-client.ts';

export type TelegramAccess = Readonly<{
  /** TELEGRAM_API_URL: `https://api.telegram.org`. */
  url: string;
  token: string;
  clock: Clock;
  /** For one call from connect to last byte; longer than the longest wait for news. Default 15 s. */
  timeoutMs?: number;
  metrics?: Metrics;
}>;

export type TelegramRequest<T> = Readonly<{
  /** `sendMessage`. */
  method: string;
  args: Readonly<Record<string, unknown>>;
  /** For people: `send a message`. */
  what: string;
  /** What we read of `result`, no more. */
  schema: z.ZodType<T>;
  signal?: AbortSignal | undefined;
}>;

/** One call of the Bot API. Throws ConnectorError alone. */
export type TelegramCall = <T>(request: TelegramRequest<T>) => Promise<T>;

const RETRY_AFTER_MS = 30_000;
const RETRY_AFTER_MS_MAX = 60 * 60_000;

const Answer = z.object({
  ok: z.boolean(),
  description: z.string().catch(''),
  result: z.unknown().optional(),
  parameters: z
    .object({
      retry_after: z.number().positive().optional().catch(undefined),
      migrate_to_chat_id: z.int().optional().catch(undefined),
    })
    .catch({}),
});
type Answer = z.output<typeof Answer>;

/** The one way to Telegram. The token is part of every address, so no address is ever told. */
export function createTelegramCall(access: TelegramAccess): TelegramCall {
  const { token, clock, timeoutMs, metrics = uncounted } = access;
  if (!/^\d+:[\w-]+$/.test(token))
    throw new Error('TELEGRAM_BOT_TOKEN is not a bot token: copy it from BotFather, like 123456:ABC-def');
  const baseUrl = normaliseBaseUrl({ url: access.url, setting: 'TELEGRAM_API_URL', suffixes: [] });
  const [, secret = ''] = token.split(':');
  const http = createHttpClient({ system: 'Telegram', baseUrl, secrets: [token, secret], timeoutMs });

  const ask = async <T>({ method, args, what, schema, signal }: TelegramRequest<T>): Promise<T> => {
    const answer = await http.send({
      method: 'POST',
      path: `/bot${token}/${method}`,
      body: args,
      what,
      ...(signal && { signal }),
    });
    const read = Answer.safeParse(answer.json);
    if (answer.status >= 300 || (read.success && !read.data.ok))
      throw refusal({ answer, said: read.data, what, quote: http.quote, now: clock.now() });
    const result = schema.safeParse(read.data?.result);
    if (!result.success) {
      throw new ConnectorError(
        'unexpected_response',
        `Telegram's answer to "${what}" cannot be read (${http.quote(z.prettifyError(result.error))}): ` +
          'check that TELEGRAM_API_URL is Telegram itself and no proxy answers for it',
        { status: answer.status },
      );
    }
    return result.data;
  };

  return async (request) => {
    try {
      const result = await ask(request);
      metrics.connectorCall('telegram', request.method, 'ok');
      return result;
    } catch (error) {
      metrics.connectorCall(
        'telegram',
        request.method,
        error instanceof ConnectorError ? error.kind : 'failed',
      );
      throw error;
    }
  };
}

type Refused = Readonly<{
  answer: HttpAnswer;
  said: Answer | undefined;
  what: string;
  quote: (text: string) => string;
  now: Date;
}>;

function refusal({ answer, said, what, quote, now }: Refused): ConnectorError {
  const { status } = answer;
  const description = said?.description ?? '';
  const facts = { status, ...(description !== '' && { code: quote(description) }) };
  if (status === 429) {
    const told = said?.parameters.retry_after;
    const retryAfterMs =
      told === undefined
        ? (parseRetryAfter(answer.headers['retry-after'], now) ?? RETRY_AFTER_MS)
        : Math.min(told * 1_000, RETRY_AFTER_MS_MAX);
    return new ConnectorError('rate_limited', `Telegram refused to ${what}: too many messages`, {
      status,
      retryAfterMs,
    });
  }
  const { kind, remedy } = meaningOf(status, said);
  const quoted = description === '' ? '' : ` "${quote(description)}"`;
  return new ConnectorError(kind, `Telegram refused to ${what} with ${status}${quoted}: ${remedy}`, facts);
}

type Meaning = Readonly<{ kind: ConnectorError['kind']; remedy: string }>;

/** Telegram has no codes besides the status: the words are what tells refusals apart (core.telegram.org/bots/api). */
function meaningOf(status: number, said: Answer | undefined): Meaning {
  const words = said?.description.toLowerCase() ?? '';
  const movedTo = said?.parameters.migrate_to_chat_id;
  // Without the words of a chat, 404 means that Telegram knows no such bot.
  if (status === 401 || (status === 404 && !words.includes('chat')))
    return { kind: 'unauthorised', remedy: 'check TELEGRAM_BOT_TOKEN and TELEGRAM_API_URL' };
  if (movedTo !== undefined)
    return { kind: 'rejected', remedy: `the group has the chat id ${movedTo} now; write it into the policy` };
  if (words.includes('bot was blocked'))
    return {
      kind: 'rejected',
      remedy: 'ask the person to open the chat with the bot, unblock it and press Start',
    };
  if (words.includes("can't initiate conversation"))
    return { kind: 'rejected', remedy: 'ask the person to open the chat with the bot and press Start' };
  if (status === 403)
    return {
      kind: 'rejected',
      remedy: 'the bot may not write there; add it to the chat, or correct the policy',
    };
  if (words.includes('chat not found'))
    return {
      kind: 'not_found',
      remedy:
        'ask the person to write to the bot, then compare the chat id with watchdesk notify --telegram-chats',
    };
  if (words.includes('not found'))
    return { kind: 'not_found', remedy: 'it was deleted; nothing has to be done' };
  if (status === 409)
    return {
      kind: 'rejected',
      remedy: 'let only one program ask this bot for news, and make a bot for each',
    };
  const kind = kindOfStatus(status);
  return kind === 'outcome_unknown'
    ? { kind, remedy: 'Telegram has trouble; look whether it arrived before sending it again' }
    : {
        kind,
        remedy: 'look its words up in the documentation of the Bot API',
      };
}
