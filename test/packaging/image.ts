import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Nobody where the tests run as root, else whoever runs them. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export type Image = Readonly<{
  /** What is `/app` in the image. */
  path: string;
  /** ENV, with `/app` replaced by where it is here. */
  environment: Readonly<Record<string, string>>;
  user: string;
  port: string;
  command: readonly string[];
  healthCheck: readonly string[];
  /** What each RUN wrote, by its line. */
  outputs: ReadonlyMap<string, string>;
  /** For `spawn`: the ordinary user, and a path with nothing but node, npm and the system. */
  asUser: Readonly<{ uid?: number; gid?: number; cwd: string; env: Readonly<Record<string, string>> }>;
  remove(): void;
}>;

/**
 * Carries out the Dockerfile without a container engine: its own COPY and RUN lines in an empty folder, by an ordinary
 * user. An instruction that is not known here is an error, so that none is left out unseen.
 */
export function buildImage(): Image {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-image-'));
  try {
    return carryOut(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function carryOut(folder: string): Image {
  const path = ownPath(folder);
  const stages = new Map<string, string>();
  const outputs = new Map<string, string>();
  const words: Record<string, string> = {};
  let environment: Record<string, string> = {};
  let image = '';
  for (const { word, rest } of readInstructions()) {
    if (word === 'FROM') {
      image = join(folder, `stage${stages.size}`);
      mkdirSync(image);
      stages.set(rest.split(' AS ')[1] ?? 'final', image);
      environment = {};
    } else if (word === 'COPY') copy(rest, image, stages);
    else if (word === 'RUN') {
      if (rest === INSTALL_ALL) takeInstalled(image);
      giveToUser(image);
      if (rest !== INSTALL_ALL) outputs.set(rest, run(rest, image, { ...path, ...npmSettings(folder) }));
    } else if (word === 'ENV') {
      for (const pair of rest.split(' ')) {
        const at = pair.indexOf('=');
        environment[pair.slice(0, at)] = pair.slice(at + 1).replace(/^\/app\b/, image);
      }
    } else if (word === 'WORKDIR' && rest !== '/app') throw new Error(`WORKDIR ${rest} is not /app`);
    else if (!['WORKDIR', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'CMD'].includes(word))
      throw new Error(`Dockerfile instruction ${word} is not known to this test`);
    else words[word] = rest;
  }
  giveToUser(image);
  return {
    path: image,
    environment,
    user: words.USER ?? 'root',
    port: words.EXPOSE ?? '',
    command: JSON.parse(words.CMD ?? '[]'),
    healthCheck: JSON.parse(/ CMD (\[.*\])$/.exec(words.HEALTHCHECK ?? '')?.[1] ?? '[]'),
    outputs,
    asUser: { ...user, cwd: image, env: path },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const readInstructions = (): { word: string; rest: string }[] =>
  readFileSync(join(repository, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ word: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));

/** Node and npm as in the base image. `chown` knows the image's user, which this machine does not have. */
function ownPath(folder: string): Record<string, string> {
  chmodSync(folder, 0o755);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const npm = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
  if (npm === '') throw new Error('npm is not on the path.');
  copyFileSync(process.execPath, join(bin, 'node')); // where this machine keeps it the user may not reach
  symlinkSync(npm, join(bin, 'npm'));
  writeFileSync(join(bin, 'chown'), '#!/bin/sh\n[ "$1" = node:node ] && [ -d "$2" ]\n', { mode: 0o755 });
  mkdirSync(join(folder, 'npm-cache'));
  giveToUser(join(folder, 'npm-cache'));
  return { PATH: `${bin}:/usr/bin:/bin`, HOME: folder };
}

/** COPY, from the repository or from an earlier stage; what .dockerignore leaves out is left out. */
function copy(rest: string, image: string, stages: ReadonlyMap<string, string>): void {
  const words = rest.split(' ');
  const stage = /^--from=(.+)$/.exec(words[0] ?? '')?.[1];
  if (stage !== undefined) words.shift();
  const from = stage === undefined ? repository : stages.get(stage);
  if (from === undefined) throw new Error(`COPY ${rest}: there is no stage ${stage}`);
  const target = join(image, words.pop() ?? '');
  const ignored = stage === undefined ? ignoredPaths() : [];
  for (const source of words) {
    const path = join(from, source.replace(/^\/app\//, ''));
    const isInto = target.endsWith('/') || words.length > 1;
    cpSync(path, isInto ? join(target, basename(path)) : target, {
      recursive: true,
      filter: (file) => !ignored.includes(file),
    });
  }
}

const ignoredPaths = (): string[] =>
  readFileSync(join(repository, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => join(repository, line));

/** What the first stage does was done here already: all packages of this lock file are installed, by the same command. */
const INSTALL_ALL = 'npm ci --no-audit --no-fund';

function takeInstalled(image: string): void {
  const [from, to] = [join(repository, 'node_modules'), join(image, 'node_modules')];
  const isReadable =
    spawnSync('test', ['-r', join(from, 'prisma', 'package.json')], { ...user }).status === 0;
  if (isReadable) {
    symlinkSync(from, to);
    return;
  }
  const copied = spawnSync('cp', ['-a', from, to]);
  if (copied.status !== 0) throw new Error(`The installed packages could not be copied: ${copied.stderr}`);
}

function run(line: string, image: string, env: Readonly<Record<string, string>>): string {
  const ended = spawnSync('sh', ['-c', line], { cwd: image, encoding: 'utf8', env, ...user });
  const output = `${ended.stdout}${ended.stderr}`;
  if (ended.status !== 0) throw new Error(`RUN ${line} failed:\n${output}`);
  return output;
}

/** Where packages come from, and whom to trust for them, is the machine's affair: nothing of it is written here. */
function npmSettings(folder: string): Record<string, string> {
  const registry = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim();
  return {
    npm_config_registry: registry,
    npm_config_cache: join(folder, 'npm-cache'),
    NODE_USE_SYSTEM_CA: '1',
  };
}

function giveToUser(path: string): void {
  if (user.uid === undefined) return;
  chownSync(path, user.uid, user.gid);
  spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, path]);
}
