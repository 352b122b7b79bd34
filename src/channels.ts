import type { Channels } from './connectors/channel.ts';
import type { ChannelAccess } from './connectors/channel-access.ts';
import { createEmailChannel } from './connectors/email/email-channel.ts';
import { createGoogleChatChannel } from './connectors/google-chat/google-chat.ts';
import { createNtfyChannel } from './connectors/ntfy/ntfy.ts';
import { createPushoverChannel } from './connectors/pushover/pushover.ts';
import { createSlackChannel } from './connectors/slack/slack.ts';
import { createTeamsChannel } from './connectors/teams/teams.ts';
import { createTelegramChannel } from './connectors/telegram/telegram.ts';
import { createTelegramBot, type TelegramBot } from './connectors/telegram/telegram-bot.ts';
import { createSmsChannel } from './connectors/twilio/sms.ts';
import { createVoiceChannel } from './connectors/twilio/voice.ts';
import { createWebexChannel } from './connectors/webex/webex.ts';
import { createWebhookChannel } from './connectors/webhook/webhook.ts';
import type { Clock } from './model/clock.ts';
import type { Metrics } from './model/metrics.ts';

export type OpenedChannels = Readonly<{
  channels: Channels;
  /** For answers to presses, and to ask for news; undefined without Telegram. */
  telegramBot?: TelegramBot;
  close(): void;
}>;

type Parts = Readonly<{ clock: Clock; metrics: Metrics; timeoutMs: number; publicUrl: string }>;

/** A mail server may think longer than others; still shorter than a page is left to the process that sends it. */
const MAIL_IS_SLOWER = 2;

/** Every way to tell people that the settings make possible; those left out are off. */
export function openChannels(access: ChannelAccess, { publicUrl, ...parts }: Parts): OpenedChannels {
  const { email, slack, telegram, twilio, webex, teams, googleChat, webhook, ntfy, pushover } = access;
  const mail =
    email && createEmailChannel({ ...email, publicUrl, timeoutMs: parts.timeoutMs * MAIL_IS_SLOWER });
  const telegramBot = telegram && createTelegramBot({ ...telegram, ...parts });
  return {
    channels: {
      ...(mail && { email: mail }),
      ...(slack && {
        slack: createSlackChannel({ ...slack, ...parts, hasButtons: slack.signingSecret !== undefined }),
      }),
      ...(telegramBot && { telegram: createTelegramChannel(telegramBot) }),
      ...(twilio && {
        sms: createSmsChannel({ twilio, ...parts }),
        voice: createVoiceChannel({ twilio, publicUrl, ...parts }),
      }),
      ...(webex && { webex: createWebexChannel({ webex, ...parts }) }),
      ...(teams && { teams: createTeamsChannel({ teams, ...parts }) }),
      ...(googleChat && { google_chat: createGoogleChatChannel({ googleChat, ...parts }) }),
      ...(webhook && { webhook: createWebhookChannel({ webhook, ...parts }) }),
      ...(ntfy && { ntfy: createNtfyChannel({ ntfy, ...parts }) }),
      ...(pushover && { pushover: createPushoverChannel({ pushover, ...parts }) }),
    },
    ...(telegramBot && { telegramBot }),
    close: () => mail?.close(),
  };
}
