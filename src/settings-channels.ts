import { z } from 'zod';
import type { ChannelAccess } from './connectors/channel-access.ts';
import {
  address,
  decoded,
  described,
  generate,
  isLoopbackHost,
  present,
  secret,
  text,
} from './setting-kinds.ts';

/** Settings of the ways in which people are told. A channel is on when its first setting is set. */

const api = (value: string) => address(value, { needsTls: true }).prefault(value);

const smtpUrl = z.string().transform((value, context): string => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const fault = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    return fault('is not a mail server; write it like smtps://user:password@mail.example.com:465');
  const isPlain = url.protocol === 'smtp:' && url.searchParams.get('tls') === 'off';
  if (isPlain && !isLoopbackHost(url.hostname))
    return fault('switches encryption off; tls=off is only for a mail server on this machine');
  return value;
});

/** `ops=https://… board=https://…`: names that rooms in the policy refer to, each with its secret address. */
const namedAddresses = z.string().transform((value, context): Readonly<Record<string, string>> => {
  const named: Record<string, string> = {};
  for (const part of value.split(/\s+/).filter((one) => one !== '')) {
    const [, name, href] = /^([a-z0-9][a-z0-9-]*)=(\S+)$/.exec(part) ?? [];
    const url = href !== undefined && URL.canParse(href) ? new URL(href) : undefined;
    const isSafe =
      url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)));
    if (name === undefined || href === undefined || !isSafe) {
      context.addIssue({
        code: 'custom',
        message: 'must be names with addresses, separated by blanks, like ops=https://hooks.example.com/abc',
      });
      return z.NEVER;
    }
    named[name] = href;
  }
  return named;
});

const optionalSecret = (describe: string, example: string) =>
  described(secret(1, '').optional(), { group: 'Messages', describe, example, isSecret: true });

export const channelSettings = {
  SMTP_URL: described(smtpUrl.optional(), {
    group: 'Messages',
    describe:
      'Mail server, with user and password where it wants them: smtp:// begins in plain and must change to TLS, smtps:// is encrypted from the start. On this machine ?tls=off leaves it plain.',
    example: 'smtps://watchdesk:password@mail.example.com:465',
    isSecret: true,
  }),
  MAIL_FROM: described(text('begins or ends with blanks; remove them').optional(), {
    group: 'Messages',
    describe: 'Sender of mails. Without it: watchdesk@ and the name of the host in PUBLIC_URL.',
    example: 'Watchdesk <watchdesk@example.com>',
  }),
  SLACK_BOT_TOKEN: optionalSecret(
    'Bot token of the Slack app, with the scopes chat:write, im:write, im:history, channels:history and groups:history.',
    'xoxb-the-token',
  ),
  SLACK_SIGNING_SECRET: optionalSecret(
    'Signing secret of the Slack app: buttons in messages count only with it.',
    'the-signing-secret',
  ),
  SLACK_API_URL: described(api('https://slack.com/api'), {
    group: 'Messages',
    describe: 'Address of Slack’s interface.',
    example: 'https://slack.com/api',
  }),
  TELEGRAM_BOT_TOKEN: described(
    z
      .string()
      .regex(
        /^\d{3,20}:[\w-]{10,100}$/,
        'is not the token of a bot: digits, a colon and a long text, as BotFather gave it',
      )
      .optional(),
    {
      group: 'Messages',
      describe: 'Token of the Telegram bot, as BotFather gave it.',
      example: '123456789:the-long-text-from-BotFather',
      isSecret: true,
    },
  ),
  TELEGRAM_WEBHOOK_SECRET: described(
    secret(16, generate)
      .regex(/^[\w-]{1,256}$/, 'may hold letters, digits, - and _ only: Telegram takes no others')
      .optional(),
    {
      group: 'Messages',
      describe:
        'Secret with which Telegram calls Watchdesk under PUBLIC_URL, letters, digits, - and _ only. Without it Watchdesk asks Telegram for answers itself.',
      example: 'a-long-random-text',
      isSecret: true,
    },
  ),
  TELEGRAM_API_URL: described(api('https://api.telegram.org'), {
    group: 'Messages',
    describe: 'Address of Telegram’s interface.',
    example: 'https://api.telegram.org',
  }),
  TWILIO_ACCOUNT_SID: described(
    z
      .string()
      .regex(/^AC[0-9a-f]{32}$/, 'is not an account’s SID: AC and 32 hex digits')
      .optional(),
    {
      group: 'Messages',
      describe: 'Account for text messages and calls.',
      example: 'AC00112233445566778899aabbccddeeff',
    },
  ),
  TWILIO_AUTH_TOKEN: optionalSecret(
    'Its auth token; it also signs Twilio’s answers to us.',
    'the-auth-token',
  ),
  TWILIO_FROM: described(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'is not an international number such as +41445550000')
      .optional(),
    {
      group: 'Messages',
      describe: 'Number that text messages and calls come from.',
      example: '+41445550000',
    },
  ),
  TWILIO_API_URL: described(api('https://api.twilio.com'), {
    group: 'Messages',
    describe: 'Address of Twilio’s interface, or of a provider with the same.',
    example: 'https://api.twilio.com',
  }),
  WEBEX_BOT_TOKEN: optionalSecret('Token of the Webex bot.', 'the-token'),
  WEBEX_API_URL: described(api('https://webexapis.com/v1'), {
    group: 'Messages',
    describe: 'Address of Webex’s interface.',
    example: 'https://webexapis.com/v1',
  }),
  TEAMS_WEBHOOKS: described(namedAddresses.optional(), {
    group: 'Messages',
    describe:
      'Webhook addresses of Microsoft Teams workflows, each under the name that a room in the policy has as its address, separated by blanks.',
    example: 'ops=https://example.webhook.office.example/abc',
    isSecret: true,
  }),
  GOOGLE_CHAT_WEBHOOKS: described(namedAddresses.optional(), {
    group: 'Messages',
    describe: 'Webhook addresses of Google Chat spaces, written in the same way.',
    example: 'ops=https://chat.googleapis.com/v1/spaces/AAA/messages?key=abc',
    isSecret: true,
  }),
  WEBHOOK_ADDRESSES: described(namedAddresses.optional(), {
    group: 'Messages',
    describe: 'Addresses of other programs that are told, written in the same way.',
    example: 'dashboard=https://dashboard.example.com/hook',
    isSecret: true,
  }),
  WEBHOOK_SIGNING_SECRET: described(secret(16, generate).optional(), {
    group: 'Messages',
    describe:
      'Secret with which messages to WEBHOOK_ADDRESSES are signed, in the header X-Watchdesk-Signature.',
    example: 'a-long-random-text',
    isSecret: true,
  }),
  NTFY_URL: described(address('https://ntfy.sh', { needsTls: true }).optional(), {
    group: 'Messages',
    describe: 'Address of the ntfy server.',
    example: 'https://ntfy.sh',
  }),
  NTFY_TOKEN: optionalSecret('Access token, where the ntfy server wants one.', 'tk_the-token'),
  PUSHOVER_APP_TOKEN: optionalSecret('Token of the Pushover application.', 'the-token'),
  PUSHOVER_API_URL: described(api('https://api.pushover.net/1'), {
    group: 'Messages',
    describe: 'Address of Pushover’s interface.',
    example: 'https://api.pushover.net/1',
  }),
};

type Values = z.output<z.ZodObject<typeof channelSettings>>;

export function channelsOf(values: Values): ChannelAccess {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from } = values;
  const { WEBHOOK_ADDRESSES: addresses, WEBHOOK_SIGNING_SECRET: signing } = values;
  const withToken = <Extra extends object>(url: string, token: string | undefined, extra: Extra) =>
    token === undefined ? undefined : { url, token, ...extra };
  return present({
    email: values.SMTP_URL && { url: values.SMTP_URL, ...present({ from: values.MAIL_FROM }) },
    slack: withToken(
      values.SLACK_API_URL,
      values.SLACK_BOT_TOKEN,
      present({ signingSecret: values.SLACK_SIGNING_SECRET }),
    ),
    telegram: withToken(
      values.TELEGRAM_API_URL,
      values.TELEGRAM_BOT_TOKEN,
      present({ webhookSecret: values.TELEGRAM_WEBHOOK_SECRET }),
    ),
    twilio:
      accountSid && authToken && from
        ? { url: values.TWILIO_API_URL, accountSid, authToken, from }
        : undefined,
    webex: withToken(values.WEBEX_API_URL, values.WEBEX_BOT_TOKEN, {}),
    teams: values.TEAMS_WEBHOOKS,
    googleChat: values.GOOGLE_CHAT_WEBHOOKS,
    webhook: addresses && signing ? { addresses, secret: signing } : undefined,
    ntfy: values.NTFY_URL && { url: values.NTFY_URL, ...present({ token: values.NTFY_TOKEN }) },
    pushover: withToken(values.PUSHOVER_API_URL, values.PUSHOVER_APP_TOKEN, {}),
  }) as ChannelAccess;
}

/** Every secret text in it, for redaction. */
export function channelSecrets({ email, slack, telegram, twilio, webhook, ...rest }: ChannelAccess) {
  const mail = email === undefined ? '' : new URL(email.url).password;
  const rooms = [rest.teams, rest.googleChat, webhook?.addresses].flatMap((named) =>
    Object.values(named ?? {}),
  );
  return [
    mail,
    decoded(mail),
    slack?.token,
    slack?.signingSecret,
    telegram?.token,
    telegram?.webhookSecret,
    twilio?.authToken,
    webhook?.secret,
    rest.webex?.token,
    rest.ntfy?.token,
    rest.pushover?.token,
    ...rooms,
  ];
}
