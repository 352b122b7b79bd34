// Runs before `npm start` and `npm test`, on whatever Node npm came with (20 or newer): installs what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modifiedAt = (path) => (existsSync(root + path) ? statSync(root + path).mtimeMs : 0);

function run(command, args, what) {
  console.log(what);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(
      `${command} ${args.join(' ')} failed: see the lines above, then run the same command again.`,
    );
    process.exit(1);
  }
}

// npm writes node_modules/.package-lock.json at the end of a complete install and at no other time.
if (modifiedAt('package-lock.json') > modifiedAt('node_modules/.package-lock.json')) {
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'Installing dependencies (once, about a minute) …',
  );
}
if (modifiedAt('prisma/schema.prisma') > modifiedAt('src/store/generated/client.ts')) {
  run(
    fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url)),
    ['scripts/generate-prisma.mjs'],
    'Generating the database client …',
  );
}
