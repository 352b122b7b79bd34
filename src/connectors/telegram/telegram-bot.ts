import { z } from 'zod';
import { ConnectorError } from '../connector-error.ts';
import { createTelegramCall, type TelegramAccess } from './telegram-http.ts';
import type { TelegramContent } from './telegram-text.ts';

/** Something new for the bot, as Telegram tells it; read by who takes it. */
export type TelegramUpdate = Readonly<{ update_id: number } & Record<string, unknown>>;

/** What we use of the Bot API. Every function throws ConnectorError alone. */
export type TelegramBot = Readonly<{
  /** Digits; of the bot, not secret. */
  id: string;
  /** Returns the message's number in the chat. */
  sendMessage(chat: string, content: TelegramContent, replyTo?: number): Promise<number>;
  editMessage(place: Readonly<{ chat: string; messageId: number }>, content: TelegramContent): Promise<void>;
  /** Shows whoever pressed a button a text, at most 200 characters of it. */
  answerPress(pressId: string, text: string): Promise<void>;
  /**
   * What is new from `offset` on, waiting up to `waitSeconds` for something; undefined when the bot has a webhook.
   * An offset confirms everything before it.
   */
  getUpdates(
    asked: Readonly<{ offset?: number | undefined; waitSeconds: number; signal?: AbortSignal | undefined }>,
  ): Promise<readonly TelegramUpdate[] | undefined>;
  /** Telegram calls `url` from now on, with `secret` in its header. */
  setWebhook(webhook: Readonly<{ url: string; secret: string }>): Promise<void>;
  /** Address of the webhook; undefined when there is none. */
  webhookUrl(): Promise<string | undefined>;
  dropWebhook(): Promise<void>;
  /** Name of the bot, such as `acme_watchdesk_bot`. */
  ownName(): Promise<string>;
}>;

const PRESS_TEXT_CHARS_MAX = 200;
const UPDATES_PER_CALL = 100;
const NEWS = ['message', 'callback_query'] as const;

const Update = z.looseObject({ update_id: z.int() });
const anything = z.unknown();

/** Chat ids are whole numbers, of groups negative. */
const chatId = (chat: string): number => {
  const id = /^-?\d{1,19}$/.test(chat) ? Number(chat) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new ConnectorError(
    'rejected',
    'The address is not the id of a Telegram chat: watchdesk notify --telegram-chats lists the ids',
  );
};

export function createTelegramBot(access: TelegramAccess): TelegramBot {
  const call = createTelegramCall(access);
  return {
    id: access.token.split(':')[0] ?? '',
    async sendMessage(chat, content, replyTo) {
      const reply = { message_id: replyTo, allow_sending_without_reply: true };
      const { message_id } = await call({
        method: 'sendMessage',
        args: {
          chat_id: chatId(chat),
          ...content,
          ...(replyTo !== undefined && { reply_parameters: reply }),
        },
        what: 'send a message',
        schema: z.object({ message_id: z.int() }),
      });
      return message_id;
    },
    async editMessage({ chat, messageId }, content) {
      const args = { chat_id: chatId(chat), message_id: messageId, ...content };
      await call({
        method: 'editMessageText',
        args,
        what: 'bring a message up to date',
        schema: anything,
      }).catch((error: unknown) => {
        // An earlier try did it already.
        const isDone = error instanceof ConnectorError && /not modified/i.test(error.code ?? '');
        if (!isDone) throw error;
      });
    },
    async answerPress(pressId, text) {
      const shown = text.length > PRESS_TEXT_CHARS_MAX ? `${text.slice(0, PRESS_TEXT_CHARS_MAX - 1)}…` : text;
      await call({
        method: 'answerCallbackQuery',
        args: { callback_query_id: pressId, text: shown.toWellFormed(), show_alert: true },
        what: 'answer a button',
        schema: anything,
      });
    },
    async getUpdates({ offset, waitSeconds, signal }) {
      try {
        return await call({
          method: 'getUpdates',
          args: {
            ...(offset !== undefined && { offset }),
            timeout: waitSeconds,
            limit: UPDATES_PER_CALL,
            allowed_updates: NEWS,
          },
          what: 'ask for news',
          schema: z.array(Update),
          signal,
        });
      } catch (error) {
        if (error instanceof ConnectorError && error.status === 409 && /webhook/i.test(error.code ?? ''))
          return undefined;
        throw error;
      }
    },
    async setWebhook({ url, secret }) {
      await call({
        method: 'setWebhook',
        args: { url, secret_token: secret, allowed_updates: NEWS },
        what: 'set the webhook',
        schema: anything,
      });
    },
    async webhookUrl() {
      const { url } = await call({
        method: 'getWebhookInfo',
        args: {},
        what: 'tell the webhook',
        schema: z.object({ url: z.string() }),
      });
      return url === '' ? undefined : url;
    },
    async dropWebhook() {
      await call({ method: 'deleteWebhook', args: {}, what: 'delete the webhook', schema: anything });
    },
    async ownName() {
      const schema = z.object({ username: z.string() });
      const { username } = await call({
        method: 'getMe',
        args: {},
        what: 'tell who the token belongs to',
        schema,
      });
      return username;
    },
  };
}
