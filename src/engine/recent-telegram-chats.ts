import { ConnectorError } from '../connectors/connector-error.ts';
import { readTelegramUpdate } from '../connectors/telegram/read-update.ts';
import type { TelegramBot } from '../connectors/telegram/telegram-bot.ts';
import type { Database } from '../store/database.ts';
import { type RecentChat, recentChats as rememberedChats } from '../store/telegram-chats.ts';

/**
 * Chats in which somebody wrote to the bot, the newest first: those that a running Watchdesk remembered, and those that
 * still wait to be fetched, which stay where they are. `database` is absent when none can be opened.
 *
 * Errors: ConnectorError when Telegram cannot be asked; not when another program or a webhook gets the news.
 */
export async function recentChats({
  bot,
  database,
  now,
}: Readonly<{
  bot: Pick<TelegramBot, 'getUpdates'>;
  database?: Pick<Database, 'prisma'>;
  now: Date;
}>): Promise<readonly RecentChat[]> {
  const remembered = database ? await rememberedChats(database.prisma) : [];
  const waiting = new Map<number, RecentChat>();
  for (const update of await peek(bot)) {
    const news = readTelegramUpdate(update);
    if (news?.kind === 'written') waiting.set(news.chat.id, { ...news.chat, at: now });
  }
  return [...[...waiting.values()].toReversed(), ...remembered.filter(({ id }) => !waiting.has(id))];
}

async function peek(bot: Pick<TelegramBot, 'getUpdates'>): Promise<readonly unknown[]> {
  try {
    // Without an offset nothing is confirmed: whoever asks next gets the same.
    return (await bot.getUpdates({ waitSeconds: 0 })) ?? [];
  } catch (error) {
    if (error instanceof ConnectorError && error.status === 409) return [];
    throw error;
  }
}
