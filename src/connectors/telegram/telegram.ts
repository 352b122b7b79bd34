import type { Channel } from '../channel.ts';
import { ConnectorError } from '../connector-error.ts';
import type { TelegramBot } from './telegram-bot.ts';
import { telegramMessage } from './telegram-text.ts';

/**
 * Telegram, by a bot. The address is the chat's id. A repeat answers the message before it. Bots cannot look for what they
 * have sent, so there is no `find`.
 */
export const createTelegramChannel = (bot: TelegramBot): Channel => ({
  name: 'telegram',
  async send(message) {
    const earlier = message.earlier === undefined ? undefined : readPlace(message.earlier);
    const replyTo = earlier?.chat === message.address ? earlier.messageId : undefined;
    const messageId = await bot.sendMessage(message.address, telegramMessage(message), replyTo);
    return { externalId: `${message.address}:${messageId}`, state: 'delivered' };
  },
  async update(externalId, message) {
    const place = readPlace(externalId);
    if (!place)
      throw new ConnectorError('rejected', `"${externalId}" is not the place of a Telegram message`);
    await bot.editMessage(place, telegramMessage(message));
  },
  probe: async () => `Telegram knows the bot as @${await bot.ownName()}.`,
});

function readPlace(text: string): Readonly<{ chat: string; messageId: number }> | undefined {
  const [, chat, messageId] = /^(-?\d+):(\d+)$/.exec(text) ?? [];
  return chat === undefined ? undefined : { chat, messageId: Number(messageId) };
}
