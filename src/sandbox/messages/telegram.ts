import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import type { SandboxMessage, SandboxMessages } from './sandbox-message.ts';
import { type TelegramAnswer, telegramRefusal, telegramResult } from './telegram-answer.ts';
import { plainOfTelegram } from './telegram-html.ts';
import { createTelegramStore, type TelegramArgs, type TelegramStored } from './telegram-store.ts';
import { createTelegramUpdates } from './telegram-updates.ts';

export type SandboxTelegram = SandboxMessages &
  Readonly<{
    faults: Faults;
    /** What whoever pressed a button was shown, oldest first. */
    alerts(): readonly string[];
    /** Somebody writes to the bot. */
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
  const store = createTelegramStore({ clock, unknown, blockedBy });

  const methods: Readonly<
    Record<string, (args: TelegramArgs, req: Request) => TelegramAnswer | Promise<TelegramAnswer>>
  > = {
    getMe: () =>
      telegramResult({ id: 1, is_bot: true, first_name: 'Watchdesk', username: 'watchdesk_sandbox_bot' }),

    sendMessage: store.sendMessage,
    editMessageText: store.editMessageText,

    answerCallbackQuery(args) {
      if (!presses.delete(String(args.callback_query_id)))
        return telegramRefusal(
          400,
          'Bad Request: query is too old and response timeout expired or query ID is invalid',
        );
      if (String(args.text ?? '').length > 200) return telegramRefusal(400, 'Bad Request: MESSAGE_TOO_LONG');
      alerts.push(String(args.text ?? ''));
      return telegramResult(true);
    },

    getUpdates: (args, req) => updates.take(args, req),
    setWebhook: (args) => updates.setWebhook(args),
    deleteWebhook: () => updates.setWebhook({ url: '' }),
    getWebhookInfo: () => telegramResult({ url: updates.webhookUrl() }),
  };

  async function press(message: TelegramStored, data: string, by?: string): Promise<void> {
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

  const shown = (message: TelegramStored): SandboxMessage => ({
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
            ? await method((req.body ?? {}) as TelegramArgs, req as Request)
            : telegramRefusal(404, 'Not Found');
      res.status(answer.status).json(answer.body);
    },
  );

  return {
    name: 'telegram',
    router,
    faults,
    messages: () => store.stored().map(shown),
    alerts: () => alerts,
    replyTo: (id) => store.stored().find((one) => one.id === id)?.replyTo,
    remove: store.remove,
    write: ({ id, name }, text) =>
      updates.tell({
        message: {
          message_id: store.newId(),
          date: Math.floor(clock.now().getTime() / 1_000),
          chat: { id, type: 'private', first_name: name },
          from: { id, is_bot: false, first_name: name },
          text,
        },
      }),
  };
}
