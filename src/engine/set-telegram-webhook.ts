import { ConnectorError } from '../connectors/connector-error.ts';
import type { TelegramBot } from '../connectors/telegram/telegram-bot.ts';
import type { Clock } from '../model/clock.ts';
import type { Logger } from '../model/logger.ts';
import { createLoop, type Loop } from './loop.ts';

export type TelegramWebhookSetting = Readonly<{
  bot: Pick<TelegramBot, 'setWebhook'>;
  /** Under PUBLIC_URL; Telegram calls only https. */
  url: string;
  secret: string;
  clock: Clock;
  log: Pick<Logger, 'warn' | 'error'>;
}>;

const TRY_AGAIN_MS = 60_000;

/** Tells Telegram once, after each start, where it calls us: setting it again changes nothing. Tried until it is taken. */
export function createTelegramWebhookLoop({ bot, url, secret, clock, log }: TelegramWebhookSetting): Loop {
  let isSet = false;
  let notBefore = 0;

  async function turn(): Promise<'idle'> {
    const resting = notBefore - clock.now().getTime();
    if (isSet || (resting > 0 && resting <= TRY_AGAIN_MS)) return 'idle';
    try {
      await bot.setWebhook({ url, secret });
      isSet = true;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      notBefore = clock.now().getTime() + TRY_AGAIN_MS;
      log.warn(`Buttons in Telegram do not work yet; it is tried again in a minute: ${error.message}`, {
        kind: error.kind,
      });
    }
    return 'idle';
  }
  return createLoop('Telegram', turn, log);
}
