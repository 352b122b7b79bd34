import { readPressValue } from '../connectors/press-value.ts';
import { readTelegramUpdate } from '../connectors/telegram/read-update.ts';
import type { Logger } from '../model/logger.ts';
import { type ButtonPressParts, takePress } from './button-press.ts';

/** A chat that somebody has written to the bot in. */
export type TelegramChat = Readonly<{ id: number; name: string; at: Date }>;

export type TelegramUpdatesParts = ButtonPressParts &
  Readonly<{
    /** Shows whoever pressed a text; see connectors/telegram/telegram-bot.ts. */
    answerPress(pressId: string, text: string): Promise<void>;
    /** So that chat ids can be listed for the policy. */
    rememberChat(chat: TelegramChat): Promise<void>;
    log: Pick<Logger, 'warn'>;
  }>;

/** Takes one update; resolves after the commit with what remains to be done, which loses nothing when it fails. */
export type TakeTelegramUpdate = (update: unknown) => Promise<() => Promise<void>>;

const nothing = async (): Promise<void> => {};

/**
 * What Telegram tells the bot, by webhook or asked for: a press of “I have it” is kept; a chat that writes to the bot is
 * remembered; everything else is forgotten. Throws only when the store is busy or away: then the update has to come again.
 */
export function createTelegramUpdates(parts: TelegramUpdatesParts): TakeTelegramUpdate {
  return async (update) => {
    const news = readTelegramUpdate(update);
    if (!news) return nothing;
    if (news.kind === 'written') {
      await parts.rememberChat({ ...news.chat, at: parts.clock.now() });
      return nothing;
    }
    const { id, from, data } = news;
    const pressed = readPressValue(data);
    const text = pressed
      ? await takePress(parts, {
          via: 'telegram',
          pressId: id,
          pressed,
          isPresser: ({ telegram }) => telegram === from.id,
          calledThere: from.name,
        })
      : 'Watchdesk does not know this button.';
    return async () => {
      try {
        await parts.answerPress(id, text);
      } catch (error) {
        parts.log.warn('Whoever pressed a button in Telegram was not told that it is noted', {
          reason: String(error),
        });
      }
    };
  };
}
