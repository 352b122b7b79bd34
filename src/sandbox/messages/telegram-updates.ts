import type { Request } from 'express';
import { type TelegramAnswer, telegramRefusal, telegramResult } from './telegram-answer.ts';

type Update = Readonly<{ update_id: number } & Record<string, unknown>>;
type Args = Readonly<Record<string, unknown>>;

/**
 * News for a bot, each with a number that grows: called out by webhook, or kept until asked for. One that the webhook did
 * not take is kept and told with the next, as Telegram tries again.
 */
export function createTelegramUpdates() {
  let webhook: Readonly<{ url: string; secret: string }> | undefined;
  let waiting: readonly Update[] = [];
  let lastId = 100;
  let wake = (): void => {};
  let endOther: (() => void) | undefined;

  async function callOut(): Promise<void> {
    for (const update of webhook ? waiting : []) {
      const answer = await fetch(webhook?.url ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-telegram-bot-api-secret-token': webhook?.secret ?? '',
        },
        body: JSON.stringify(update),
      });
      if (!answer.ok) throw new Error(`The webhook was answered ${answer.status}; Telegram will try again`);
      waiting = waiting.filter((one) => one !== update);
    }
  }

  return {
    webhookUrl: (): string => webhook?.url ?? '',

    setWebhook({ url, secret_token }: Args): TelegramAnswer {
      webhook = url ? { url: String(url), secret: String(secret_token ?? '') } : undefined;
      return telegramResult(true);
    },

    /** Resolves when the webhook has taken it; without one, at once. */
    async tell(news: Args): Promise<void> {
      lastId += 1;
      waiting = [...waiting, { update_id: lastId, ...news }];
      wake();
      await callOut();
    },

    /** `getUpdates`: waits as long as asked for while there is nothing. The older of two that ask at once is refused. */
    async take({ offset, timeout = 0, limit = 100 }: Args, req: Request): Promise<TelegramAnswer> {
      if (webhook)
        return telegramRefusal(409, "Conflict: can't use getUpdates method while webhook is active");
      endOther?.();
      if (offset !== undefined) waiting = waiting.filter(({ update_id }) => update_id >= Number(offset));
      let isReplaced = false;
      if (waiting.length === 0 && Number(timeout) > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Number(timeout) * 1_000);
          const end = (): void => {
            clearTimeout(timer);
            resolve();
          };
          wake = end;
          endOther = () => {
            isReplaced = true;
            end();
          };
          req.socket.once('close', end);
        });
        wake = () => {};
      }
      if (isReplaced)
        return telegramRefusal(
          409,
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        );
      endOther = undefined;
      return telegramResult(waiting.slice(0, Number(limit)));
    },
  };
}
