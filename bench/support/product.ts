import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { systemClock } from '../../src/model/clock.ts';
import { createSandboxFreshdesk } from '../../src/sandbox/freshdesk/sandbox-freshdesk.ts';
import type { FreshdeskSettings } from '../../src/sandbox/freshdesk/settings.ts';
import { createSandboxChannels } from '../../src/sandbox/messages/sandbox-channels.ts';
import { createSandboxOpsview } from '../../src/sandbox/opsview/sandbox-opsview.ts';
import { createSandboxApp, SANDBOX_OPSVIEW_LOGIN } from '../../src/sandbox/sandbox.ts';
import type { DatabaseOptions } from '../../src/store/database.ts';
import type { AlertObject } from './alerts.ts';
import { policyWith } from './policy.ts';

const COMMAND = fileURLToPath(new URL('../../src/cli/watchdesk.ts', import.meta.url));
const READY_MS_MAX = 60_000;
const POLL_MS = 10;

export const WEBHOOK_SECRET = 'the-secret-of-the-benchmark';

/** The stand-ins for both other sides, served by this process; `tickets` hears of each request to open a ticket. */
export async function startStandIns(
  scope: AsyncDisposableStack,
  given: Readonly<{
    objects?: readonly AlertObject[];
    settings?: Partial<FreshdeskSettings>;
    onCreate?(): void;
    /** Ways to tell people too, under /channels. */
    hasChannels?: boolean;
  }> = {},
) {
  const freshdesk = createSandboxFreshdesk({
    clock: systemClock,
    plan: 'pro',
    settings: given.settings ?? {},
  });
  const opsview = createSandboxOpsview({
    ...SANDBOX_OPSVIEW_LOGIN,
    clock: systemClock,
    send: () => undefined,
    inventory: inventoryOf(given.objects ?? []),
  });
  let base = '';
  const channels = given.hasChannels
    ? await createSandboxChannels({
        clock: systemClock,
        url: () => `${base}/sandbox/channels`,
        watchdeskUrl: () => base,
        publicUrl: () => base,
      })
    : undefined;
  const app = createSandboxApp({ freshdesk, opsview, ...(channels && { channels }) });
  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url?.endsWith('/api/v2/tickets')) given.onCreate?.();
    app(request, response);
  });
  await listen(server);
  const tick = setInterval(() => {
    void freshdesk.tick();
    opsview.tick();
  }, 1_000);
  scope.defer(async () => {
    clearInterval(tick);
    server.close();
    server.closeAllConnections();
    await channels?.close();
  });
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  return { freshdesk, opsview, url: `${base}/sandbox` };
}

type Inventory = NonNullable<Parameters<typeof createSandboxOpsview>[0]['inventory']>;

const inventoryOf = (objects: readonly AlertObject[]): Inventory =>
  [...Map.groupBy(objects, ({ host }) => host)].map(([name, own]) => ({
    name,
    alias: `Server ${name}`,
    ip: '127.0.0.11',
    hostGroup: own[0]?.hostGroup ?? 'none',
    hashtags: [],
    checks: [...new Set(own.map(({ check }) => check))].map((check) => ({ name: check, okOutput: 'OK' })),
  }));

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export type Product = Readonly<{
  port: number;
  /** From the start of the process to the first "ready". */
  readyAfterMs: number;
  figures(): Promise<Readonly<{ inboxWaiting: number; outboxWaiting: number }>>;
  /** Resident memory of the process, bytes. */
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}>;

/** What `npm start` gives to Node itself, such as the bounds of its memory. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(scripts.start)
    .split(' ')
    .filter((word) => word.startsWith('--max-'));
}

/** Watchdesk as an operator starts it, in a process of its own, with the default policy and `policy` on top. */
export async function startProduct(
  scope: AsyncDisposableStack,
  given: Readonly<{
    database: DatabaseOptions;
    standInsUrl: string;
    policy?: object;
    settings?: Readonly<Record<string, string>>;
  }>,
): Promise<Product> {
  const { dataDir, databaseUrl } = given.database;
  mkdirSync(dataDir, { recursive: true });
  const policyFile = join(dataDir, 'policy.yaml');
  writeFileSync(policyFile, stringify(policyWith(given.policy ?? {})));
  const port = await freePort();
  const logFile = join(dataDir, 'watchdesk.log');
  const log = openSync(logFile, 'w'); // as a service manager would: logging costs what it costs
  const startedAt = performance.now();
  const child = fork(COMMAND, ['serve'], {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: startFlags(),
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: dataDir,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      POLICY_FILE: policyFile,
      CONSOLE_PASSWORD: 'the-password-of-the-benchmark',
      FRESHDESK_URL: `${given.standInsUrl}/freshdesk`,
      FRESHDESK_API_KEY: 'sandbox-api-key',
      OPSVIEW_URL: `${given.standInsUrl}/opsview`,
      OPSVIEW_USERNAME: SANDBOX_OPSVIEW_LOGIN.username,
      OPSVIEW_PASSWORD: SANDBOX_OPSVIEW_LOGIN.password,
      OPSVIEW_WEBHOOK_SECRET: WEBHOOK_SECRET,
      ...given.settings,
    },
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(force);
  };
  scope.defer(stop);
  const base = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${base}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null || performance.now() - startedAt > READY_MS_MAX)
      throw new Error(`Watchdesk did not become ready:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
    await wait(POLL_MS);
  }
  return {
    port,
    readyAfterMs: performance.now() - startedAt,
    async figures() {
      const answer = await fetch(`${base}/readyz`);
      const { figures } = (await answer.json()) as {
        figures: { inbox_waiting: number; outbox_waiting: number };
      };
      return { inboxWaiting: figures.inbox_waiting, outboxWaiting: figures.outbox_waiting };
    },
    async residentBytes() {
      const text = await (await fetch(`${base}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
    },
    stop,
  };
}

/** Resolves when the inbox is empty; throws when it is not by then. */
export async function untilDecided(product: Product, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const { inboxWaiting } = await product.figures();
    if (inboxWaiting === 0) return;
    if (performance.now() > giveUpAt)
      throw new Error(`${inboxWaiting} alerts still wait after ${withinMs / 1000} s`);
    await wait(25);
  }
}
