import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const START_MS_MAX = 30_000;

export type TryOut = Awaited<ReturnType<typeof openTryOut>>;

/**
 * Watchdesk as `npm start` starts it on a machine without settings, in an own data folder: a process of its own, in the
 * sandbox. The policy is the sandbox's with shorter waiting times.
 */
export async function openTryOut() {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-newcomer-'));
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, shortened());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    POLICY_FILE: policyFile,
  };
  let child: ChildProcess | undefined;
  let output = '';

  async function stop(): Promise<number | null> {
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    child.kill('SIGTERM');
    await once(child, 'exit');
    return child.exitCode;
  }

  return {
    url,
    output: () => output,
    /** Where the stand-in Opsview keeps its state while nothing runs. */
    opsviewFile: join(env.DATA_DIR, 'sandbox', 'opsview.json'),
    stop,
    async start(): Promise<void> {
      const started = spawn(process.execPath, [startProgram(), 'serve'], { cwd: repository, env });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk) => {
          output += String(chunk);
        });
      const deadline = performance.now() + START_MS_MAX;
      while (!(await isReady(url))) {
        if (started.exitCode !== null || performance.now() > deadline)
          throw new Error(`Watchdesk did not become ready:\n${output}`);
        await wait(50);
      }
    },
    async close(): Promise<void> {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What `npm start` runs after the installation. */
function startProgram(): string {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const [, program] = /^node (?:--\S+ )*(\S+) serve$/.exec(scripts.start) ?? [];
  if (program === undefined) throw new Error(`npm start is not "node <program> serve": ${scripts.start}`);
  return program;
}

type SandboxPolicy = {
  ladders: Record<
    string,
    {
      when: { priority?: unknown };
      rungs: { after: string; repeat?: unknown; director?: boolean; stop_within?: string }[];
    }
  >;
};

/** Seconds instead of minutes from the first rung to the Director, and only for what is Urgent. */
function hasten({ ladders }: SandboxPolicy): void {
  for (const { when } of Object.values(ladders)) if (when.priority) when.priority = 'urgent';
  for (const [index, rung] of (ladders['nobody-takes-it']?.rungs ?? []).entries()) {
    rung.after = `${index * 3}s`;
    rung.repeat = undefined;
    if (rung.director) rung.stop_within = '3s';
  }
}

function shortened(): string {
  const policy = parse(readFileSync(join(repository, 'policy', 'sandbox.yaml'), 'utf8'));
  policy.closing.soak = { urgent: '4s', high: '4s', medium: '4s', low: '4s' };
  policy.read_back.every = '1s';
  policy.alerts.digest_every = '1s';
  hasten(policy);
  return stringify(policy);
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No free port on 127.0.0.1.');
  return address.port;
}
