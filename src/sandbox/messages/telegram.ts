import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import type { SandboxMessage, SandboxMessages } from './sandbox-message.ts';
import { type TelegramAnswer, telegramRefusal, telegramResult } from './telegram-answer.ts';
import { plainOfTelegram, whyTextRefused } from './telegram-html.ts';
import { createTelegramUpdates } from './telegram-updates.ts';

type Key = Readonly<{ text: string; callback_data?: string; url?: string }>;
type Stored = {
  readonly chat: number;
  readonly id: number;
  readonly at: Date;
  readonly replyTo?: number;
  html: string;
  keys: readonly Key[];
  isUpdated: boolean;
};

export type SandboxTelegram = SandboxMessages &
  Readonly<{
    faults: Faults;
    /** What whoever pressed a button was shown, oldest first. */
    alerts(): readonly string[];
    /** Somebody writes to the bot; the first time opens the chat for it. */
    write(from: TelegramPerson, text: string): Promise<void>;
    remove(id: number): void;
    /** Of messages, by their numbers in `messages()`: the message that each answers. */
    replyTo(id: number): number | undefined;
  }>;

export type TelegramPerson = Readonly<{ id: number; name: string }>;

export type SandboxTelegramOptions = Readonly<{
  clock: Clock;
  token: string;
  /** Chats that nobody has opened, and people who have blocked the bot. */
  unknown?: readonly number[];
  blockedBy?: readonly number[];
}>;

const MESSAGES_KEPT = 1_000;
const PRESS_BYTES_MAX = 64;

type Args = Readonly<Record<string, unknown>>;
const bad = (why: string): TelegramAnswer => telegramRefusal(400, `Bad Request: ${why}`);

/**
 * Behaves like the Bot API (core.telegram.org/bots/api) in what Watchdesk uses of it: the token in the path, answers with
 * `ok`, HTML texts, keyboards, and news by webhook or long poll.
 */
export function createSandboxTelegram(options: SandboxTelegramOptions): SandboxTelegram {
  const { clock, token, unknown = [], blockedBy = [] } = options;
  const faults = createFaults();
  const updates = createTelegramUpdates();
  const presses = new Set<string>();
  const alerts: string[] = [];
  let stored: Stored[] = [];
  let lastId = 0;

  function whyNoContent(args: Args): TelegramAnswer | undefined {
    const why =
      args.parse_mode === 'HTML' ? whyTextRefused(String(args.text ?? '')) : 'unsupported parse_mode';
    if (why !== undefined) return bad(why);
    for (const { callback_data, url, text } of keysOf(args)) {
      if (text === '') return bad('inline keyboard button text must be non-empty');
      if (callback_data !== undefined && Buffer.byteLength(callback_data) > PRESS_BYTES_MAX)
        return bad('BUTTON_DATA_INVALID');
      const hasDot = url !== undefined && URL.canParse(url) && new URL(url).hostname.includes('.');
      if (url !== undefined && !hasDot)
        return bad(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
    }
    return undefined;
  }

  const methods: Readonly<
    Record<string, (args: Args, req: Request) => TelegramAnswer | Promise<TelegramAnswer>>
  > = {
    getMe: () =>
      telegramResult({ id: 1, is_bot: true, first_name: 'Watchdesk', username: 'watchdesk_sandbox_bot' }),

    sendMessage(args) {
      const chat = Number(args.chat_id);
      if (!Number.isSafeInteger(chat) || unknown.includes(chat)) return bad('chat not found');
      if (blockedBy.includes(chat)) return telegramRefusal(403, 'Forbidden: bot was blocked by the user');
      const refusal = whyNoContent(args);
      if (refusal) return refusal;
      const reply = (args.reply_parameters as { message_id?: number } | undefined)?.message_id;
      const isThere = stored.some(({ id }) => id === reply);
      lastId += 1;
      const message: Stored = {
        chat,
        id: lastId,
        at: clock.now(),
        html: String(args.text),
        keys: keysOf(args),
        isUpdated: false,
        ...(reply !== undefined && isThere && { replyTo: reply }),
      };
      stored = [...stored, message].slice(-MESSAGES_KEPT);
      return telegramResult({
        message_id: message.id,
        chat: { id: chat },
        date: Math.floor(message.at.getTime() / 1_000),
      });
    },

    editMessageText(args) {
      const message = stored.find(({ chat, id }) => chat === args.chat_id && id === args.message_id);
      if (!message) return bad('message to edit not found');
      const refusal = whyNoContent(args);
      if (refusal) return refusal;
      const next = { html: String(args.text), keys: keysOf(args) };
      if (JSON.stringify(next) === JSON.stringify({ html: message.html, keys: message.keys }))
        return bad(
          'message is not modified: specified new message content and reply markup are exactly the same',
        );
      Object.assign(message, next, { isUpdated: true });
      return telegramResult({ message_id: message.id });
    },

    answerCallbackQuery(args) {
      if (!presses.delete(String(args.callback_query_id)))
        return bad('query is too old and response timeout expired or query ID is invalid');
      if (String(args.text ?? '').length > 200) return bad('MESSAGE_TOO_LONG');
      alerts.push(String(args.text ?? ''));
      return telegramResult(true);
    },

    getUpdates: (args, req) => updates.take(args, req),
    setWebhook: (args) => updates.setWebhook(args),
    deleteWebhook: () => updates.setWebhook({ url: '' }),
    getWebhookInfo: () => telegramResult({ url: updates.webhookUrl() }),
  };

  async function press(message: Stored, data: string, by?: string): Promise<void> {
    const id = randomUUID();
    presses.add(id);
    // In a chat with one person, the chat has that person's id.
    const from = by === undefined ? Math.abs(message.chat) : Number(by);
    await updates.tell({
      callback_query: {
        id,
        from: { id: from, is_bot: false, first_name: `Member ${from}` },
        message: { message_id: message.id, chat: { id: message.chat } },
        data,
      },
    });
  }

  const shown = (message: Stored): SandboxMessage => ({
    id: String(message.id),
    channel: 'telegram',
    to: String(message.chat),
    at: message.at,
    text: plainOfTelegram(message.html),
    buttons: message.keys.map(({ text, url, callback_data = '' }) => ({
      label: text,
      ...(url !== undefined && { url }),
      press: (by) => (url === undefined ? press(message, callback_data, by) : Promise.resolve()),
    })),
    isUpdated: message.isUpdated,
  });

  const router = Router();
  router.post(
    '/bot:token/:method',
    faults.middleware,
    express.json({ limit: '1mb' }),
    async (req: Request<{ token: string; method: string }>, res: Response) => {
      const method = Object.hasOwn(methods, req.params.method) ? methods[req.params.method] : undefined;
      const answer =
        req.params.token !== token
          ? telegramRefusal(401, 'Unauthorized')
          : method
            ? await method((req.body ?? {}) as Args, req as Request)
            : telegramRefusal(404, 'Not Found');
      res.status(answer.status).json(answer.body);
    },
  );

  return {
    name: 'telegram',
    router,
    faults,
    messages: () => stored.map(shown),
    alerts: () => alerts,
    replyTo: (id) => stored.find((one) => one.id === id)?.replyTo,
    remove: (id) => {
      stored = stored.filter((one) => one.id !== id);
    },
    write: ({ id, name }, text) =>
      updates.tell({
        message: {
          message_id: ++lastId,
          date: Math.floor(clock.now().getTime() / 1_000),
          chat: { id, type: 'private', first_name: name },
          from: { id, is_bot: false, first_name: name },
          text,
        },
      }),
  };
}

function keysOf(args: Args): readonly Key[] {
  const markup = args.reply_markup as { inline_keyboard?: readonly (readonly Key[])[] } | undefined;
  return (markup?.inline_keyboard ?? []).flat();
}
