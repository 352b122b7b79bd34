// Writes the Prisma client to src/store/generated. Generation needs no engine, but the CLI insists on finding one:
// naming any executable keeps it from trying to download its own.
import { spawnSync } from 'node:child_process';

const prisma = new URL('../node_modules/prisma/build/index.js', import.meta.url).pathname;
const { status, stdout, stderr } = spawnSync(process.execPath, [prisma, 'generate'], {
  cwd: new URL('..', import.meta.url).pathname,
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  encoding: 'utf8',
});
if (status !== 0) {
  process.stderr.write(
    `Generating the database client from prisma/schema.prisma failed:\n${stdout}${stderr}`,
  );
  process.exit(1);
}
