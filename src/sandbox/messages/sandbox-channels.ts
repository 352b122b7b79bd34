import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createSandboxGoogleChat } from './google-chat.ts';
import { createMailbox } from './mailbox.ts';
import { createSandboxNtfy } from './ntfy.ts';
import { createSandboxPushover } from './pushover.ts';
import type { SandboxMessages } from './sandbox-message.ts';
import { createSandboxSlack } from './slack.ts';
import { createSandboxTeams } from './teams.ts';
import { createSandboxTelegram } from './telegram.ts';
import { createSandboxTwilio } from './twilio.ts';
import { createSandboxWebex } from './webex.ts';
import { createSandboxWebhook } from './webhook.ts';

export type SandboxChannelsOptions = Readonly<{
  clock: Clock;
  /** Where `router` is mounted, and where Watchdesk is: both known once something listens. */
  url: () => string;
  watchdeskUrl: () => string;
  /** Watchdesk's PUBLIC_URL, which Twilio's signatures cover. */
  publicUrl: () => string;
}>;

export type SandboxChannels = Awaited<ReturnType<typeof createSandboxChannels>>;

/** Rooms, users and names that the sandbox's policy may use. */
const ROOMS = ['ops', 'board'] as const;
const WEBEX_ROOM = 'sandbox-webex-room';
const PUSHOVER_USER = 'sandboxsandboxsandboxsandboxsa';
const TWILIO_FROM = '+15005550006';

const secret = (): string => randomBytes(16).toString('hex');

/**
 * Stand-ins for every way of telling people, with secrets made at each start. `access` is what Watchdesk needs of them, in
 * the form of its settings; the connectors reach them over HTTP and SMTP as they would the real ones.
 */
export async function createSandboxChannels(options: SandboxChannelsOptions) {
  const { clock, url, watchdeskUrl, publicUrl } = options;
  const tokens = { slack: `xoxb-${secret()}`, telegram: `150000001:${secret()}` };
  const signingSecret = secret();
  const accountSid = `AC${secret()}`;
  const authToken = secret();
  const hookSecret = secret();
  const pushoverToken = secret();
  const webexToken = secret();
  const named = Object.fromEntries(ROOMS.map((name) => [name, secret()]));

  const mailbox = await createMailbox({ clock });
  const slack = createSandboxSlack({
    clock,
    token: tokens.slack,
    signingSecret,
    get webhookUrl() {
      return `${watchdeskUrl()}/webhooks/slack`;
    },
    url: () => `${url()}/slack`,
  });
  const telegram = createSandboxTelegram({ clock, token: tokens.telegram });
  const twilio = createSandboxTwilio({
    clock,
    accountSid,
    authToken,
    from: TWILIO_FROM,
    publicUrl,
    reachableUrl: watchdeskUrl,
  });
  const webex = createSandboxWebex({ clock, token: webexToken, rooms: [WEBEX_ROOM] });
  const teams = createSandboxTeams({ clock, workflows: named });
  const googleChat = createSandboxGoogleChat({ clock, spaces: named });
  const webhook = createSandboxWebhook({ clock, secret: hookSecret });
  const ntfy = createSandboxNtfy({ clock });
  const pushover = createSandboxPushover({ clock, token: pushoverToken, users: [PUSHOVER_USER] });

  const router = Router();
  router.use('/slack', slack.router);
  router.use('/telegram', telegram.router);
  router.use('/twilio', twilio.router);
  router.use('/webex', webex.router);
  router.use('/teams', teams.router);
  router.use('/google-chat', googleChat.router);
  router.use('/webhook', webhook.router);
  router.use('/ntfy', ntfy.router);
  router.use('/pushover', pushover.router);

  const all: readonly SandboxMessages[] = [
    slack,
    telegram,
    twilio.sms,
    twilio.voice,
    webex,
    teams,
    googleChat,
    webhook,
    ntfy,
    pushover,
  ];

  return {
    router,
    mailbox,
    slack,
    telegram,
    twilio,
    webex,
    teams,
    googleChat,
    webhook,
    ntfy,
    pushover,
    /** Everything but mail, for the page that shows what people got. */
    all,
    /** Computed when asked for, since addresses are known only once something listens. */
    access: () => ({
      email: { url: mailbox.url, from: 'Watchdesk <watchdesk@sandbox.watchdesk.local>' },
      slack: { url: `${url()}/slack/api`, token: tokens.slack, signingSecret },
      telegram: { url: `${url()}/telegram`, token: tokens.telegram },
      twilio: { url: `${url()}/twilio`, accountSid, authToken, from: TWILIO_FROM },
      webex: { url: `${url()}/webex`, token: webexToken },
      teams: Object.fromEntries(ROOMS.map((name) => [name, `${url()}/teams${teams.pathOf(name)}`])),
      googleChat: Object.fromEntries(
        ROOMS.map((name) => [name, `${url()}/google-chat${googleChat.pathOf(name)}`]),
      ),
      webhook: {
        addresses: Object.fromEntries(ROOMS.map((name) => [name, `${url()}/webhook/hook/${name}`])),
        secret: hookSecret,
      },
      ntfy: { url: `${url()}/ntfy` },
      pushover: { url: `${url()}/pushover`, token: pushoverToken },
    }),
    close: () => mailbox.close(),
  };
}
