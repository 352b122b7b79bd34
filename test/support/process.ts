import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SANDBOX_API_KEY } from '../../src/sandbox/freshdesk/settings.ts';
import {
  SANDBOX_OPSVIEW_LOGIN,
  type SandboxOptions,
  type StartedSandbox,
  startSandbox,
} from '../../src/sandbox/sandbox.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type DatabaseKind, type TestPlace, testPlace } from './database.ts';
import { policyText } from './policy.ts';

const PROGRAM = fileURLToPath(new URL('../../src/cli/watchdesk.ts', import.meta.url));
/** Compiled code of the starts before, so that a start costs half. */
const COMPILE_CACHE = join(tmpdir(), 'watchdesk-test-compile-cache');

export const WEBHOOK_SECRET = 'a webhook secret for tests';
export const CONSOLE_PASSWORD = 'a console password for tests';
export const SECRETS = [WEBHOOK_SECRET, CONSOLE_PASSWORD, SANDBOX_API_KEY, SANDBOX_OPSVIEW_LOGIN.password];

/** Flows that take an hour in production finish in seconds; nothing is grouped unless a test says so. */
export const QUICK_POLICY = {
  alerts: { group: [], digest_every: '1s', storm: { alerts: 10_000 } },
  closing: { soak: { urgent: '2s', high: '2s', medium: '2s', low: '2s' } },
  read_back: { every: '1s' },
};

export type Macros = Readonly<Record<string, string>>;
export type LogLine = Readonly<Record<string, unknown> & { level: string; message: string }>;

/** One process of `watchdesk serve`. */
export type Running = Readonly<{
  url: string;
  pid: number;
  log: readonly LogLine[];
  /** Everything it wrote, both streams. */
  output(): string;
  /** Calls back on each line of the log from now on. */
  onLine(listener: (line: LogLine) => void): void;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  isGone(): boolean;
  /** /readyz, whatever its status. */
  readyz(): Promise<Readonly<{ status: number; body: ReadyBody }>>;
}>;

export type ReadyBody = Readonly<{
  status: string;
  checks: Readonly<Record<string, Readonly<{ ok: boolean; detail: string }>>>;
  figures: Readonly<Record<string, number>> | null;
}>;

export type Site = Awaited<ReturnType<typeof openSite>>;

type SiteOptions = Readonly<{
  sandbox?: SandboxOptions;
  /** Instead of a fresh one. */
  place?: TestPlace;
  policy?: object;
  /** Where notifications of the stand-in Opsview go; without it nowhere. */
  send?: (macros: Macros) => void;
}>;

/**
 * A place where Watchdesk processes run as in production: a database, the policy as a file, and stand-ins for Freshdesk
 * and Opsview that live in the test and keep real time.
 */
export async function openSite(kind: DatabaseKind, options: SiteOptions = {}) {
  const place = options.place ?? (await testPlace(kind));
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-site-'));
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, policyText(options.policy ?? QUICK_POLICY));
  const { send } = options;
  const sandbox = await startSandbox({
    freshdesk: { plan: 'enterprise', settings: { settleDelayMs: 100, searchDelayMs: 1_000 } },
    ...options.sandbox,
    opsview: {
      settings: { acknowledgeDelayMs: 100, contacts: ['watchdesk/01default'] },
      ...options.sandbox?.opsview,
      ...(send && { send }),
    },
  });
  const ticking = setInterval(() => {
    void sandbox.freshdesk.tick();
    sandbox.opsview.tick();
  }, 100);
  const { databaseUrl, dataDir } = place.options;
  const env: Macros = {
    PATH: process.env.PATH ?? '',
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    PORT: '0',
    PUBLIC_URL: 'http://watchdesk.example.com',
    ...(databaseUrl === undefined ? { DATA_DIR: dataDir } : { DATABASE_URL: databaseUrl }),
    POLICY_FILE: policyFile,
    CALL_TIMEOUT_SECONDS: '1',
    CONSOLE_PASSWORD,
    FRESHDESK_URL: sandbox.freshdeskUrl,
    FRESHDESK_API_KEY: SANDBOX_API_KEY,
    FRESHDESK_CALLS_PER_MINUTE: '10000',
    OPSVIEW_URL: sandbox.opsviewUrl,
    OPSVIEW_USERNAME: SANDBOX_OPSVIEW_LOGIN.username,
    OPSVIEW_PASSWORD: SANDBOX_OPSVIEW_LOGIN.password,
    OPSVIEW_WEBHOOK_SECRET: WEBHOOK_SECRET,
  };
  const started: Running[] = [];

  return {
    place,
    folder,
    policyFile,
    sandbox,
    env,
    /** Resolves when it serves and is ready; `changes` of undefined unset a setting. */
    async start(changes: Readonly<Record<string, string | undefined>> = {}): Promise<Running> {
      const running = await startProcess({ ...env, ...changes }, folder);
      started.push(running);
      return running;
    },
    /** A start that is killed after `afterMs`, ready or not. */
    async startAndKill(
      changes: Readonly<Record<string, string | undefined>>,
      afterMs: number,
    ): Promise<void> {
      const child = spawnServe({ ...env, ...changes }, folder);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await wait(afterMs);
      child.kill('SIGKILL');
      await gone;
    },
    usePolicy: (policy: object | string): void =>
      writeFileSync(policyFile, typeof policy === 'string' ? policy : policyText(policy)),
    /** Looks into the database; the embedded one only while no process has it open. */
    async inDatabase<T>(look: (database: Database) => Promise<T>): Promise<T> {
      const database = await openDatabase(place.options);
      return await look(database).finally(database.close);
    },
    async close(): Promise<void> {
      await Promise.all(started.map((running) => running.kill()));
      clearInterval(ticking);
      await sandbox.close();
      if (!options.place) await place.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** Runs `watchdesk <args>` to its end: for starts that fail. */
export async function runToEnd(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Ended> {
  const child = spawnServe(env, cwd);
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.on('data', (chunk) => out.push(String(chunk)));
  child.stderr?.on('data', (chunk) => err.push(String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout: out.join(''), stderr: err.join('') };
}

const spawnServe = (env: Readonly<Record<string, string | undefined>>, cwd: string): ChildProcess =>
  spawn(process.execPath, [PROGRAM, 'serve'], { env: { ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] });

async function startProcess(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Running> {
  const child = spawnServe(env, cwd);
  const log: LogLine[] = [];
  const written: string[] = [];
  const listeners: ((line: LogLine) => void)[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let isGone = false;
  child.once('exit', () => {
    isGone = true;
  });
  child.stderr?.on('data', (chunk) => written.push(String(chunk)));
  if (!child.stdout) throw new Error('The process has no output.');
  createInterface(child.stdout).on('line', (text) => {
    written.push(`${text}\n`);
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as LogLine;
    log.push(line);
    for (const listener of listeners) listener(line);
  });
  const output = () => written.join('');
  const url = await until(
    () => {
      if (isGone) throw new Error(`Watchdesk ended while starting:\n${output()}`);
      return / serves at (http\S+)$/.exec(
        log.find((line) => line.message.includes(' serves at '))?.message ?? '',
      )?.[1];
    },
    { ms: 120_000, what: 'Watchdesk serves' },
  );
  const readyz = async () => {
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, body: (await answer.json()) as ReadyBody };
  };
  return {
    url,
    pid: child.pid ?? 0,
    log,
    output,
    readyz,
    onLine: (listener) => void listeners.push(listener),
    isGone: () => isGone,
    signal: (name) => void child.kill(name),
    async kill() {
      if (!isGone) child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

type Waiting = Readonly<{ ms?: number; everyMs?: number; what: string }>;

/** Asks again until the answer is something, and resolves to it. */
export async function until<T>(
  ask: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  { ms = 60_000, everyMs = 20, what }: Waiting,
): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Not so within ${ms} ms: ${what}`);
    await wait(everyMs);
  }
}

/** Posts one signed alert; resolves to the status. Rejects when nobody answers. */
export async function post(url: string, body: string, secret: string = WEBHOOK_SECRET): Promise<number> {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const answer = await fetch(`${url}/webhooks/opsview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-watchdesk-signature': `t=${at},v1=${signature}` },
    body,
    signal: AbortSignal.timeout(5_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}

export const envelope = (macros: Macros, id: string = randomUUID()): string =>
  JSON.stringify({ version: 1, id, sent_at: new Date().toISOString(), macros });

/**
 * Sends alerts as the notification script does: in order per object, each again and again until it is accepted.
 * `targets` names who may be posted to now: in turns, or with `everywhere` each alert to all of them at once.
 */
export function alertSender(
  targets: () => readonly string[],
  { everywhere = false, onAccepted }: Readonly<{ everywhere?: boolean; onAccepted?: () => void }> = {},
) {
  const lanes = new Map<string, Promise<void>>();
  const macrosOf = new Map<string, Macros>();
  const accepted: string[] = [];
  const answers: number[] = [];
  let turn = 0;
  let isClosed = false;

  async function deliver(macros: Macros, id: string): Promise<void> {
    const body = envelope(macros, id);
    while (!isClosed) {
      const urls = targets();
      const one = urls[turn++ % Math.max(1, urls.length)];
      const chosen = everywhere ? urls : urls.filter((url) => url === one);
      const statuses = await Promise.all(chosen.map((url) => post(url, body).catch(() => 0)));
      answers.push(...statuses);
      if (statuses.includes(202) || statuses.includes(422)) {
        accepted.push(id);
        return onAccepted?.();
      }
      await wait(50);
    }
  }

  return {
    accepted,
    macrosOf,
    /** Every status that was answered; 0 stands for no answer. */
    answers,
    send(macros: Macros): void {
      const lane = `${macros.NAGIOS_HOSTNAME} ${macros.NAGIOS_SERVICEDESC}`;
      const id = randomUUID();
      macrosOf.set(id, macros);
      const before = lanes.get(lane) ?? Promise.resolve();
      lanes.set(
        lane,
        before.then(() => deliver(macros, id)),
      );
    },
    /** Resolves when everything given was accepted. */
    idle: async (): Promise<void> => void (await Promise.all(lanes.values())),
    close: (): void => {
      isClosed = true;
    },
  };
}

/** A port that was free a moment ago, for a process that others must find again after its restart. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

export type { StartedSandbox };
