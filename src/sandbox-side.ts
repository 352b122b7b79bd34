import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type RequestHandler, Router } from 'express';
import cron from 'node-cron';
import { whoseAddress } from './escalation/whose-address.ts';
import type { Clock } from './model/clock.ts';
import type { Logger } from './model/logger.ts';
import type { Policy } from './policy/schema.ts';
import { createSandboxFreshdesk } from './sandbox/freshdesk/sandbox-freshdesk.ts';
import { createSandboxChannels } from './sandbox/messages/sandbox-channels.ts';
import { createSandboxOpsview } from './sandbox/opsview/sandbox-opsview.ts';
import { sandboxRouter } from './sandbox/sandbox.ts';
import type { SandboxSettings } from './settings.ts';

export type SandboxSide = Awaited<ReturnType<typeof openSandbox>>;

type SandboxSideParts = Readonly<{
  settings: SandboxSettings;
  clock: Clock;
  log: Logger;
  policy: () => Policy;
  /** In front of the pages; the interfaces have keys of their own. */
  signInRequired: RequestHandler;
}>;

/** The stand-ins' own interfaces, which Watchdesk calls with a key made at each start. */
const INTERFACES = /^\/(freshdesk\/api|opsview\/rest|channels)(\/|$)/;

/**
 * The stand-ins for Freshdesk and Opsview, served by this very process. Watchdesk reaches them over HTTP as it would the
 * real ones, and they reach Watchdesk through its signed webhook.
 */
export async function openSandbox(parts: SandboxSideParts) {
  const { settings, clock, log, policy, signInRequired } = parts;
  const base = `http://127.0.0.1:${settings.port}`;
  const webhookSecrets =
    settings.opsviewWebhookSecrets.length > 0
      ? settings.opsviewWebhookSecrets
      : [randomBytes(32).toString('hex')];
  const freshdeskSecret = randomBytes(24).toString('hex');
  const apiKey = randomBytes(16).toString('hex');
  const login = { username: 'watchdesk', password: randomBytes(16).toString('hex') };

  async function send(macros: Readonly<Record<string, string>>): Promise<void> {
    const body = JSON.stringify({ version: 1, id: randomUUID(), sent_at: clock.now().toISOString(), macros });
    const at = Math.floor(clock.now().getTime() / 1000);
    const signature = createHmac('sha256', webhookSecrets[0] ?? '')
      .update(`${at}.${body}`)
      .digest('hex');
    const answer = await fetch(`${base}/webhooks/opsview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-watchdesk-signature': `t=${at},v1=${signature}` },
      body,
    });
    if (!answer.ok) log.warn('The sandbox could not deliver an alert', { status: answer.status });
  }

  const file = (name: string): string => join(settings.dataDir, 'sandbox', name);
  const freshdesk = createSandboxFreshdesk({
    clock,
    apiKey,
    persistPath: file('freshdesk.json'),
    isFurnished: true,
    settings: { webhook: { url: `${base}/webhooks/freshdesk`, secret: freshdeskSecret } },
  });
  const opsview = createSandboxOpsview({
    ...login,
    clock,
    send,
    persistPath: file('opsview.json'),
  });
  const channels = await createSandboxChannels({
    clock,
    url: () => `${base}/sandbox/channels`,
    watchdeskUrl: () => base,
    publicUrl: () => settings.publicUrl,
  });
  const router = Router();
  router.use('/sandbox', (req, res, next) => {
    if (INTERFACES.test(req.path)) next();
    else signInRequired(req, res, next);
  });
  router.use(
    '/sandbox',
    sandboxRouter({ freshdesk, opsview, channels, nameOf: (address) => whoseAddress(policy(), address) }),
  );
  let stopTicking = (): void => {};

  return {
    router,
    webhookSecrets,
    freshdeskSecrets: [freshdeskSecret],
    freshdesk: { url: `${base}/sandbox/freshdesk`, apiKey, callsPerMinute: undefined },
    opsview: { url: `${base}/sandbox/opsview`, ...login },
    channels: channels.access(),
    /** Lets the stand-ins' own time pass: soft states harden, acknowledgements take effect. */
    start(): void {
      const tick = cron.schedule(
        '* * * * * *',
        () => {
          void freshdesk.tick();
          opsview.tick();
        },
        { suppressMissedWarning: true },
      );
      stopTicking = () => void tick.destroy();
    },
    stop: (): void => stopTicking(),
    async close(): Promise<void> {
      freshdesk.close();
      opsview.close();
      await channels.close();
    },
  };
}
