import { z } from 'zod';
import { readPressValue } from '../connectors/press-value.ts';
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

const Person = z.object({
  id: z.int(),
  first_name: z.string().catch(''),
  last_name: z.string().catch(''),
  username: z.string().optional().catch(undefined),
});
const Pressed = z.object({
  callback_query: z.object({ id: z.string().min(1), from: Person, data: z.string().catch('') }),
});
const Written = z.object({
  message: z.object({ chat: Person.extend({ title: z.string().optional().catch(undefined) }) }),
});

const nothing = async (): Promise<void> => {};

const nameOf = ({ first_name, last_name, username }: z.output<typeof Person>): string =>
  `${first_name} ${last_name}`.trim() || (username ?? '');

/**
 * What Telegram tells the bot, by webhook or asked for: a press of “I have it” is kept; a chat that writes to the bot is
 * remembered; everything else is forgotten. Throws only when the store is busy or away: then the update has to come again.
 */
export function createTelegramUpdates(parts: TelegramUpdatesParts): TakeTelegramUpdate {
  return async (update) => {
    const written = Written.safeParse(update).data;
    if (written) {
      const { chat } = written.message;
      await parts.rememberChat({ id: chat.id, name: chat.title ?? nameOf(chat), at: parts.clock.now() });
      return nothing;
    }
    const { id, from, data } = Pressed.safeParse(update).data?.callback_query ?? {};
    if (id === undefined || from === undefined) return nothing;
    const pressed = readPressValue(data ?? '');
    const text = pressed
      ? await takePress(parts, {
          via: 'telegram',
          pressId: id,
          pressed,
          isPresser: ({ telegram }) => telegram === from.id,
          calledThere: nameOf(from) || String(from.id),
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
