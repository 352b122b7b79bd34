import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { openChannels } from './channels.ts';
import type { Channels } from './connectors/channel.ts';
import type { ChannelAccess } from './connectors/channel-access.ts';
import { createWhisper } from './connectors/slack/whisper.ts';
import type { Loop } from './engine/loop.ts';
import { createTelegramPoll } from './engine/poll-telegram.ts';
import { createTelegramWebhookLoop } from './engine/set-telegram-webhook.ts';
import { slackWebhook } from './http/slack-webhook.ts';
import { createTelegramUpdates } from './http/telegram-updates.ts';
import { telegramWebhook } from './http/telegram-webhook.ts';
import { twilioWebhook } from './http/twilio-webhook.ts';
import { createMessageAnswers } from './message-answers.ts';
import type { Clock } from './model/clock.ts';
import type { Keep } from './model/delivery.ts';
import type { Logger } from './model/logger.ts';
import type { Metrics } from './model/metrics.ts';
import type { Policy } from './policy/schema.ts';
import type { Database } from './store/database.ts';
import { rememberChat } from './store/telegram-chats.ts';

export type MessageSideParts = Readonly<{
  access: ChannelAccess;
  publicUrl: string;
  timeoutMs: number;
  database: Database;
  keep: Keep;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  policy(): Policy;
}>;

export type MessageSide = Readonly<{
  channels: Channels;
  /** Where chats and telephones tell what people answered. */
  routers: readonly Router[];
  /** For the engine: asks for answers where nobody can call us, or says where to call. */
  loops: readonly Loop[];
  close(): void;
}>;

/** Both directions of talking with people: the channels that tell them, and the ways in which they answer. */
export function openMessageSide(parts: MessageSideParts): MessageSide {
  const { access, publicUrl, database, clock, log, metrics } = parts;
  const { slack, telegram, twilio } = access;
  const opened = openChannels(access, parts);
  const shared = { keep: parts.keep, clock, log, metrics, answers: createMessageAnswers(database) };
  const people = () => parts.policy().people;
  const routers: Router[] = [];
  if (slack) {
    const whisper = createWhisper(slack.url);
    routers.push(slackWebhook({ ...shared, people, signingSecret: slack.signingSecret, whisper }));
  }
  if (twilio) routers.push(twilioWebhook({ ...shared, authToken: twilio.authToken, publicUrl }));

  const loops: Loop[] = [];
  const bot = opened.telegramBot;
  if (bot && telegram) {
    const { webhookSecret } = telegram;
    const url = `${publicUrl}/webhooks/telegram`;
    const take = createTelegramUpdates({
      ...shared,
      people,
      answerPress: bot.answerPress,
      rememberChat: (chat) => rememberChat(database.prisma, chat),
    });
    if (webhookSecret === undefined) {
      const processId = randomUUID();
      loops.push(createTelegramPoll({ bot, database, clock, log, take, processId, ownWebhookUrl: url }));
    } else {
      routers.push(telegramWebhook({ ...shared, webhookSecret, take }));
      loops.push(createTelegramWebhookLoop({ bot, url, secret: webhookSecret, clock, log }));
    }
  }
  return { channels: opened.channels, routers, loops, close: opened.close };
}
