import type { Clock } from '../../model/clock.ts';
import { type TelegramAnswer, telegramRefusal, telegramResult } from './telegram-answer.ts';
import { whyTextRefused } from './telegram-html.ts';

export type TelegramKey = Readonly<{ text: string; callback_data?: string; url?: string }>;
export type TelegramStored = {
  readonly chat: number;
  readonly id: number;
  readonly at: Date;
  readonly replyTo?: number;
  html: string;
  keys: readonly TelegramKey[];
  isUpdated: boolean;
};
export type TelegramArgs = Readonly<Record<string, unknown>>;

const MESSAGES_KEPT = 1_000;
const PRESS_BYTES_MAX = 64;
const bad = (why: string): TelegramAnswer => telegramRefusal(400, `Bad Request: ${why}`);

/** Messages of a bot, and what sending and editing do with them. */
export function createTelegramStore({
  clock,
  unknown,
  blockedBy,
}: Readonly<{ clock: Clock; unknown: readonly number[]; blockedBy: readonly number[] }>) {
  let stored: readonly TelegramStored[] = [];
  let lastId = 0;
  const newId = (): number => {
    lastId += 1;
    return lastId;
  };

  return {
    newId,
    /** Oldest first. */
    stored: () => stored,
    remove: (id: number): void => {
      stored = stored.filter((one) => one.id !== id);
    },

    sendMessage(args: TelegramArgs): TelegramAnswer {
      const chat = Number(args.chat_id);
      if (!Number.isSafeInteger(chat) || unknown.includes(chat)) return bad('chat not found');
      if (blockedBy.includes(chat)) return telegramRefusal(403, 'Forbidden: bot was blocked by the user');
      const refusal = whyNoContent(args);
      if (refusal) return refusal;
      const reply = (args.reply_parameters as { message_id?: number } | undefined)?.message_id;
      const message: TelegramStored = {
        chat,
        id: newId(),
        at: clock.now(),
        html: String(args.text),
        keys: keysOf(args),
        isUpdated: false,
        ...(reply !== undefined && stored.some(({ id }) => id === reply) && { replyTo: reply }),
      };
      stored = [...stored, message].slice(-MESSAGES_KEPT);
      const date = Math.floor(message.at.getTime() / 1_000);
      return telegramResult({ message_id: message.id, chat: { id: chat }, date });
    },

    editMessageText(args: TelegramArgs): TelegramAnswer {
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
  };
}

function whyNoContent(args: TelegramArgs): TelegramAnswer | undefined {
  const why = args.parse_mode === 'HTML' ? whyTextRefused(String(args.text ?? '')) : 'unsupported parse_mode';
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

function keysOf(args: TelegramArgs): readonly TelegramKey[] {
  const markup = args.reply_markup as { inline_keyboard?: readonly (readonly TelegramKey[])[] } | undefined;
  return (markup?.inline_keyboard ?? []).flat();
}
