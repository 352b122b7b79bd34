import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage, type Image } from './image.ts';

const START_MS_MAX = 60_000;

let image: Image;
beforeAll(() => {
  image = buildImage();
}, 300_000);
afterAll(() => image?.remove());

test('the image holds what runs and no development package', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(image.path, file), 'utf8'));
  const manifest = read('package.json');
  const { packages } = read('package-lock.json');
  const has = (name: string): boolean => existsSync(join(image.path, 'node_modules', name));
  expect(Object.keys(manifest.dependencies).filter((name) => !has(name))).toEqual([]);
  const isOnlyForDevelopment = (name: string): boolean => {
    const { dev, devOptional } = packages[`node_modules/${name}`];
    return dev === true || devOptional === true;
  };
  const development = Object.keys(manifest.devDependencies).filter(isOnlyForDevelopment);
  expect(development).toEqual(expect.arrayContaining(['node', 'prisma', 'typescript', 'vitest']));
  expect(development.filter(has)).toEqual([]);
  for (const path of ['test', 'bench', '.git', '.env', 'data/db'])
    expect(existsSync(join(image.path, path)), path).toBe(false);
});

test('the installation of what runs asks for no approval of a script', () => {
  const installs = [...image.outputs].filter(([line]) => line.startsWith('npm ci'));
  expect(installs).toHaveLength(1);
  for (const [line, output] of installs) expect(output, line).not.toMatch(/install.?script|approve/i);
});

test('it runs as an ordinary user, on the port that it names', () => {
  expect(image.user).toBe('node');
  expect(image.environment.PORT).toBe(image.port);
});

test("the image's own command starts Watchdesk, its health check succeeds, and SIGTERM ends it", async () => {
  const settings = { ...image.environment, HOST: '127.0.0.1', PORT: String(await freePort()) };
  const at = { ...image.asUser, env: { ...image.asUser.env, ...settings } };
  const health = () => spawnSync(image.healthCheck[0] ?? '', image.healthCheck.slice(1), at).status;
  expect(health(), 'before the start').toBe(1);

  const startedAt = performance.now();
  const child = spawn(image.command[0] ?? '', image.command.slice(1), at);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  try {
    while (health() !== 0) {
      if (child.exitCode !== null || performance.now() - startedAt > START_MS_MAX)
        throw new Error(`Not healthy after ${START_MS_MAX} ms:\n${output.join('')}`);
      await wait(200);
    }
    const ready = await fetch(`http://127.0.0.1:${settings.PORT}/readyz`);
    expect(await ready.json()).toMatchObject({ status: 'ready' });
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  expect(child.exitCode, output.join('')).toBe(0);
}, 90_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('No free port on 127.0.0.1.');
  return address.port;
}
