import { z } from 'zod';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { TelegramBot, TelegramUpdate } from '../connectors/telegram/telegram-bot.ts';
import type { Clock } from '../model/clock.ts';
import type { Logger } from '../model/logger.ts';
import type { Database } from '../store/database.ts';
import { holdLease, releaseLease } from '../store/leases.ts';
import { loadMemo, saveMemo } from '../store/memos.ts';
import { createLoop, type Loop, type TurnOutcome } from './loop.ts';

export type TelegramPollParts = Readonly<{
  bot: Pick<TelegramBot, 'id' | 'getUpdates' | 'webhookUrl' | 'dropWebhook'>;
  database: Pick<Database, 'prisma'>;
  clock: Clock;
  log: Pick<Logger, 'warn' | 'error'>;
  /** Keeps what an update says and resolves after the commit, with what may still fail; see http/telegram-updates.ts. */
  take(update: TelegramUpdate): Promise<() => Promise<void>>;
  /** Tells this process from others. */
  processId: string;
  /** Address of our own webhook, under PUBLIC_URL: left from a time when TELEGRAM_WEBHOOK_SECRET was set, it goes. */
  ownWebhookUrl: string;
  /** How long Telegram waits for news, s; the bot's calls must have longer. */
  waitSeconds?: number;
}>;

/** Below the 15 s that a call may take. */
const WAIT_SECONDS = 10;
/** Longer than a call: who holds it is asking all the time. */
const LEASE_MS = 60_000;
const ASK_AGAIN_MS = 10_000;
const REST_MS = 5_000;
const REST_MS_MAX = 60_000;
const LEASE = 'telegram_poll';

const Offset = z.int().nonnegative();

/**
 * Asks Telegram for answers, where it cannot call us. One process at a time, since Telegram tells each update to one that
 * asks; the place up to which updates were kept is remembered, and moves only after the commit.
 *
 * `drain` does not wait for news. `stop` ends the call under way.
 */
export function createTelegramPoll(parts: TelegramPollParts): Loop {
  const { clock, database, log, processId, waitSeconds = WAIT_SECONDS } = parts;
  let stopping = new AbortController();
  let notBefore = 0;
  let failures = 0;

  async function turn(wait: number): Promise<TurnOutcome> {
    const now = clock.now();
    const resting = notBefore - now.getTime();
    if (resting > 0 && resting <= 2 * REST_MS_MAX) return 'idle';
    if (!(await holdLease(database.prisma, { name: LEASE, by: processId, forMs: LEASE_MS, now }))) {
      notBefore = now.getTime() + ASK_AGAIN_MS;
      return 'idle';
    }
    try {
      const outcome = await poll(parts, wait, stopping.signal);
      failures = 0;
      return outcome;
    } catch (error) {
      if (stopping.signal.aborted) return 'idle';
      if (!(error instanceof ConnectorError)) throw error;
      rest(error);
      return 'idle';
    }
  }

  /** Others' troubles are told once, and left alone for ever longer. */
  function rest({ message, kind, retryAfterMs }: ConnectorError): void {
    if (failures === 0)
      log.warn(`Answers in Telegram cannot be fetched; it is tried again: ${message}`, { kind });
    const pauseMs = retryAfterMs ?? Math.min(REST_MS * 2 ** failures, REST_MS_MAX);
    notBefore = clock.now().getTime() + Math.min(pauseMs, REST_MS_MAX);
    failures += 1;
  }

  const loop = createLoop('Telegram', () => turn(waitSeconds), log);
  return {
    ...loop,
    async drain() {
      while ((await turn(0)) === 'more');
    },
    start() {
      stopping = new AbortController();
      loop.start();
    },
    async stop() {
      stopping.abort();
      await loop.stop();
      // Not given back it runs out by itself.
      await releaseLease(database.prisma, { name: LEASE, by: processId }).catch(() => undefined);
    },
  };
}

/** `more` when there was something, and perhaps is more. */
async function poll(
  parts: TelegramPollParts,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const { bot, database, clock, take } = parts;
  const { prisma } = database;
  // Another bot counts its updates by other numbers.
  const key = `telegram_offset:${bot.id}`;
  const offset = await loadMemo(prisma, key, Offset);
  const updates = await bot.getUpdates({ offset, waitSeconds, signal });
  if (!updates) {
    await dropOwnWebhook(parts);
    return 'more';
  }
  for (const update of updates) {
    const answer = await take(update);
    await saveMemo(prisma, key, update.update_id + 1, clock.now());
    await answer();
  }
  return updates.length > 0 ? 'more' : 'idle';
}

async function dropOwnWebhook({ bot, ownWebhookUrl }: TelegramPollParts): Promise<void> {
  const url = await bot.webhookUrl();
  if (url === undefined) return;
  if (url !== ownWebhookUrl) {
    throw new ConnectorError(
      'rejected',
      `The Telegram bot has a webhook at ${new URL(url).host}, so answers go there: make a bot for Watchdesk alone, or set TELEGRAM_WEBHOOK_SECRET`,
    );
  }
  await bot.dropWebhook();
}
