import { type Request, type Response, Router } from 'express';
import type { Clock } from '../model/clock.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import { malformed, methodNotAllowed, Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { isSameText } from './same-text.ts';
import type { TakeTelegramUpdate } from './telegram-updates.ts';
import {
  countFailedAttempts,
  countRefusals,
  demandJson,
  notStored,
  notVerified,
  storeComplaints,
  WEBHOOK_BODY_BYTES_MAX,
} from './webhook-answers.ts';

export type TelegramWebhookParts = Readonly<{
  /** TELEGRAM_WEBHOOK_SECRET; undefined: the webhook is off. */
  webhookSecret: string | undefined;
  take: TakeTelegramUpdate;
  clock: Clock;
  metrics: Pick<Metrics, 'deliveryRefused'>;
  log: Pick<Logger, 'error'>;
}>;

const notConfigured = (): Problem =>
  new Problem({
    status: 503,
    kind: 'not-configured',
    title: 'The webhook for Telegram is off',
    detail: 'TELEGRAM_WEBHOOK_SECRET is not set, so that no call could be verified.',
    remedy: 'Set TELEGRAM_WEBHOOK_SECRET; without it Watchdesk asks Telegram for answers itself.',
  });

/**
 * POST /webhooks/telegram: presses of buttons, and who wrote to the bot. 200 is written only after the commit; any other
 * status makes Telegram send the update again.
 */
export function telegramWebhook({ webhookSecret, take, clock, metrics, log }: TelegramWebhookParts): Router {
  const countFailedAttempt = countFailedAttempts('TELEGRAM_WEBHOOK_SECRET', 'update');
  const complain = storeComplaints(
    clock,
    log,
    'Updates of Telegram cannot be stored; it is asked to try again',
  );

  async function receive(req: Request, res: Response): Promise<void> {
    if (webhookSecret === undefined) throw notConfigured();
    demandJson(req);
    const told = req.headers['x-telegram-bot-api-secret-token'];
    if (typeof told !== 'string' || !isSameText(told, webhookSecret)) {
      throw notVerified(
        'The header X-Telegram-Bot-Api-Secret-Token is missing or does not hold the secret.',
        'Restart Watchdesk: it tells Telegram TELEGRAM_WEBHOOK_SECRET when it starts.',
      );
    }
    const update = readJson(await readBody(req, WEBHOOK_BODY_BYTES_MAX));
    let answerPress: () => Promise<void>;
    try {
      answerPress = await take(update);
    } catch (error) {
      complain(error);
      throw notStored('update');
    }
    res.writeHead(200, { 'Content-Length': 0 });
    res.end();
    await answerPress();
  }

  const refused = countRefusals({ source: 'person', metrics, countFailedAttempt });

  const router = Router();
  router.post('/webhooks/telegram', receive, refused);
  router.all('/webhooks/telegram', methodNotAllowed('POST'));
  return router;
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed('The body is not JSON.');
  }
}
