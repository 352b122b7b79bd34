import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, Router } from 'express';
import { type Clock, systemClock } from '../model/clock.ts';
import { createSandboxFreshdesk, type SandboxFreshdesk } from './freshdesk/sandbox-freshdesk.ts';
import type { SandboxFreshdeskOptions } from './freshdesk/settings.ts';
import { mailboxRouter } from './messages/mailbox-page.ts';
import { messagesPages, type NameOf } from './messages/messages-page.ts';
import type { SandboxChannels } from './messages/sandbox-channels.ts';
import {
  createSandboxOpsview,
  type SandboxOpsview,
  type SandboxOpsviewOptions,
} from './opsview/sandbox-opsview.ts';

import { startPage } from './pages/start.ts';

export type Sandbox = Readonly<{
  freshdesk: SandboxFreshdesk;
  opsview: SandboxOpsview;
  /** Absent: nobody can be told anything. */
  channels?: SandboxChannels;
  /** Whose an address is, where the policy knows. */
  nameOf?: NameOf;
}>;

/** All stand-ins and their pages, to be mounted at `/sandbox`. */
export function sandboxRouter({ freshdesk, opsview, channels, nameOf }: Sandbox): Router {
  const router = Router();
  const css = readFileSync(new URL('public/sandbox.css', import.meta.url));
  router.get('/', (req, res) => void res.type('html').send(startPage(req.baseUrl)));
  router.get('/sandbox.css', (_req, res) => void res.type('css').set('cache-control', 'no-cache').send(css));
  router.use('/freshdesk', freshdesk.router);
  router.use('/opsview', opsview.router);
  if (channels) {
    router.use('/channels', channels.router);
    router.use('/messages', messagesPages(channels.all, nameOf));
    router.use('/mail', mailboxRouter(channels.mailbox));
  }
  return router;
}

/** One application that holds nothing but the sandbox. */
export function createSandboxApp(sandbox: Sandbox): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use('/sandbox', sandboxRouter(sandbox));
  return app;
}

export type StartedSandbox = Sandbox &
  Readonly<{
    /** `http://127.0.0.1:port`; Freshdesk's base URL is `freshdeskUrl`, Opsview's `opsviewUrl`. */
    url: string;
    freshdeskUrl: string;
    opsviewUrl: string;
    /** While true connections are refused: nothing listens on the port. */
    refuseConnections(on: boolean): Promise<void>;
    close(): Promise<void>;
  }>;

export type SandboxOptions = Readonly<{
  clock?: Clock;
  freshdesk?: Omit<SandboxFreshdeskOptions, 'clock'>;
  /** With a clock of its own when it does not agree with ours. */
  opsview?: Partial<SandboxOpsviewOptions>;
  /** Stand-ins for the ways of telling people, whose answers go to this address. */
  channels?: Readonly<{ watchdeskUrl(): string }>;
}>;

export const SANDBOX_OPSVIEW_LOGIN = { username: 'watchdesk', password: 'sandbox-password' } as const;

/** Serves the sandbox on 127.0.0.1 with a free port, for tests. Time does not pass by itself: call the ticks. */
export async function startSandbox(options: SandboxOptions = {}): Promise<StartedSandbox> {
  const clock = options.clock ?? systemClock;
  const freshdesk = createSandboxFreshdesk({ ...options.freshdesk, clock });
  const send = options.opsview?.send ?? (() => undefined);
  const opsview = createSandboxOpsview({ clock, ...SANDBOX_OPSVIEW_LOGIN, ...options.opsview, send });
  let url = '';
  const channels = options.channels && (await openChannels(clock, () => url, options.channels.watchdeskUrl));
  const server = createServer(createSandboxApp({ freshdesk, opsview, ...(channels && { channels }) }));
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    freshdeskUrl: `${url}/sandbox/freshdesk`,
    opsviewUrl: `${url}/sandbox/opsview`,
    freshdesk,
    opsview,
    ...(channels && { channels }),
    refuseConnections: (on) => (on ? stop(server) : listen(server, port)),
    async close() {
      await stop(server);
      freshdesk.close();
      opsview.close();
      await channels?.close();
    },
  };
}

/** Loaded only where it is wanted: a mail server and its parser take their time. */
async function openChannels(
  clock: Clock,
  url: () => string,
  watchdeskUrl: () => string,
): Promise<SandboxChannels> {
  const { createSandboxChannels } = await import('./messages/sandbox-channels.ts');
  return createSandboxChannels({
    clock,
    url: () => `${url()}/sandbox/channels`,
    watchdeskUrl,
    publicUrl: watchdeskUrl,
  });
}

function listen(server: Server, port: number): Promise<void> {
  if (server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
