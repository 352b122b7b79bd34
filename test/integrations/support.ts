import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../integrations/opsview');
export const NOTIFY = join(folder, 'notify_watchdesk');
export const CHECK = join(folder, 'check_watchdesk');
export const UNIT = join(folder, 'watchdesk-forward.service');
export const CONFIG_EXAMPLE = join(folder, 'notify.conf.example');
export const SECRET = 'correct horse battery staple';

/** Python as on an Opsview machine, `PYTHON` to try another one; undefined where there is none. */
export const PYTHON: string | undefined = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find((name) => {
  try {
    return name !== undefined && execFileSync(name, ['--version'], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
});

export type Macros = Readonly<Record<string, string>>;
export type Finished = Readonly<{ code: number | null; stdout: string; stderr: string; ms: number }>;

const running = new Set<ChildProcess>();

/** Starts Python with nothing in its environment but PATH and what is given. */
export function start(args: readonly string[], env: Macros = {}): ChildProcess {
  const child = spawn(PYTHON ?? 'python3', ['-IS', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export function finished(child: ChildProcess): Promise<Finished> {
  const startedAt = performance.now();
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    text.stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    text.stderr += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text, ms: performance.now() - startedAt }));
  });
}

export const run = (args: readonly string[], env: Macros = {}): Promise<Finished> =>
  finished(start(args, env));

export function stopEverything(): void {
  for (const child of running) child.kill('SIGKILL');
}

export type Received = Readonly<{
  id: string;
  macros: Macros;
  sentAt: string;
  raw: Buffer;
  verified: boolean;
  at: number;
}>;
export type Reply = Readonly<{ status: number; headers?: Macros; body?: string; afterMs?: number }>;

export const problem = (status: number, title: string): Reply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ status, title }),
});

/** Stands where Watchdesk would: a real HTTP server that remembers and answers as told. */
export class Receiver {
  readonly received: Received[] = [];
  /** At most this many posts for one host and service were open at once; more than one would break their order. */
  maxAtOncePerObject = 0;
  maxAtOnce = 0;
  reply: (delivery: Received) => Reply = () => ({ status: 202, body: '{"id":"x","outcome":"kept"}' });
  #open: string[] = [];
  #server: Server | undefined;
  #port = 0;
  readonly #tls: Readonly<{ key: Buffer; cert: Buffer }> | undefined;

  constructor(tls?: Readonly<{ key: Buffer; cert: Buffer }>) {
    this.#tls = tls;
  }

  async listen(): Promise<void> {
    const listener: RequestListener = (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const delivery = this.#note(Buffer.concat(chunks), String(req.headers['x-watchdesk-signature']));
        const { status, headers, body, afterMs } = this.reply(delivery);
        const object = `${delivery.macros.NAGIOS_HOSTNAME}::${delivery.macros.NAGIOS_SERVICEDESC}`;
        this.#open.push(object);
        this.maxAtOnce = Math.max(this.maxAtOnce, this.#open.length);
        const same = this.#open.filter((other) => other === object).length;
        this.maxAtOncePerObject = Math.max(this.maxAtOncePerObject, same);
        setTimeout(() => {
          this.#open.splice(this.#open.indexOf(object), 1);
          res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
        }, afterMs ?? 0);
      });
    };
    const server = this.#tls === undefined ? createServer(listener) : createTlsServer(this.#tls, listener);
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  #note(raw: Buffer, signature: string): Received {
    const body = JSON.parse(raw.toString('utf8'));
    const [, at, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    const expected = createHmac('sha256', SECRET).update(`${at}.`).update(raw).digest('hex');
    const fresh = Math.abs(Number(at) - Date.now() / 1000) < 5;
    const verified = v1 === expected && fresh && body.version === 1;
    const { id, macros, sent_at: sentAt } = body;
    const delivery = { id, macros, sentAt, raw, verified, at: performance.now() };
    this.received.push(delivery);
    return delivery;
  }

  get url(): string {
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A spool of its own with a config file; `env` is what every call of the script needs. */
export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), 'watchdesk-notify-'));
  readonly spool = join(this.folder, 'spool');
  readonly config = join(this.folder, 'notify.conf');

  constructor(url: string, settings: Macros = {}) {
    mkdirSync(this.spool, { mode: 0o700 });
    this.configure({ url, ...settings });
  }

  configure(settings: Macros): void {
    const all = { secret: SECRET, spool: this.spool, forwarder: 'service', idle_exit: '0.1', ...settings };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(this.config, `# settings\n[watchdesk]\n${lines.join('\n')}\n`, { mode: 0o600 });
  }

  notify(macros: Macros): Promise<Finished> {
    return run([NOTIFY, '--config', this.config], macros);
  }

  /** Starts a forwarder that ends once everything is delivered. */
  forward(...more: readonly string[]): ChildProcess {
    return start([NOTIFY, '--config', this.config, '--forward', ...more]);
  }

  drain(): Promise<Finished> {
    return finished(this.forward());
  }

  async status(): Promise<Record<string, unknown>> {
    const { stdout } = await run([NOTIFY, '--config', this.config, '--status', '--json']);
    return JSON.parse(stdout);
  }

  files(part: 'queue' | 'rejected' | 'tmp'): readonly string[] {
    return readdirSync(join(this.spool, part)).sort();
  }

  /** Puts alerts into the queue as the script would have, only faster. */
  fill(alerts: readonly Macros[]): readonly string[] {
    for (const part of ['queue', 'tmp', 'rejected'])
      mkdirSync(join(this.spool, part), { recursive: true, mode: 0o700 });
    return alerts.map((macros, index) => {
      const id = randomUUID();
      const body = JSON.stringify({ version: 1, id, macros });
      const lane = Buffer.from(macros.NAGIOS_HOSTNAME ?? '')
        .toString('hex')
        .slice(-8)
        .padStart(8, '0');
      const name = `${String(Date.now() * 1000 + index).padStart(16, '0')}-0000001-000-${lane}-${Buffer.byteLength(body)}.json`;
      writeFileSync(join(this.spool, 'queue', name), body, { mode: 0o600 });
      return id;
    });
  }

  /** Ends a forwarder that a notification started, if there is one. */
  remove(): void {
    try {
      const { pid } = JSON.parse(readFileSync(join(this.spool, 'state.json'), 'utf8'));
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.folder)) process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended already
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function anAlert(host: string, number: number, more: Macros = {}): Macros {
  return {
    NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
    NAGIOS_NOTIFICATIONNUMBER: String(number),
    NAGIOS_HOSTNAME: host,
    NAGIOS_SERVICEDESC: 'HTTP',
    NAGIOS_SERVICESTATE: 'CRITICAL',
    NAGIOS_SERVICEOUTPUT: `attempt ${number}`,
    ...more,
  };
}

export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so within ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Numbers of the alerts that arrived, per host, in the order of arrival and without repetitions of one id. */
export function arrivedPerHost(received: readonly Received[]): ReadonlyMap<string, readonly number[]> {
  const seen = new Set<string>();
  const order = new Map<string, number[]>();
  for (const { id, macros } of received) {
    if (seen.has(id)) continue;
    seen.add(id);
    const host = macros.NAGIOS_HOSTNAME ?? '';
    order.set(host, [...(order.get(host) ?? []), Number(macros.NAGIOS_NOTIFICATIONNUMBER)]);
  }
  return order;
}
