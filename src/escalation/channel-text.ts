import type { AcknowledgedVia, ChannelName } from '../model/escalation.ts';

const CHANNEL_TEXTS: Readonly<Record<ChannelName, string>> = {
  email: 'e-mail',
  slack: 'Slack message',
  telegram: 'Telegram message',
  sms: 'text message',
  voice: 'phone call',
  webex: 'Webex message',
  teams: 'Teams message',
  google_chat: 'Google Chat message',
  webhook: 'webhook',
  ntfy: 'ntfy message',
  pushover: 'Pushover message',
};

/** What people call a message by this channel: `the phone call to Dana`, `by phone call`. */
export const channelText = (channel: ChannelName): string => CHANNEL_TEXTS[channel];

const VIA_TEXTS: Readonly<Record<AcknowledgedVia, string>> = {
  freshdesk: 'in Freshdesk',
  opsview: 'in Opsview',
  link: 'by the link',
  slack: 'by Slack',
  telegram: 'by Telegram',
  sms: 'by text message',
  voice: 'by phone',
  console: 'in the console',
  api: 'by the API',
};

/** `acknowledged by Dana, by Telegram`. */
export const viaText = (via: AcknowledgedVia): string => VIA_TEXTS[via];
