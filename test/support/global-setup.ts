import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type DatabaseOptions, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startQueue } from '../../src/store/queue.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test asks for a database server, started when the first one asks. */
    databaseDesk: string;
  }
}

/** All tables, ours and those of the queue, in an otherwise empty database. */
async function prepare(options: DatabaseOptions): Promise<void> {
  const template = await openDatabase(options);
  await migrate(template);
  await (await startQueue(template)).stop();
  await template.close();
}

/**
 * Runs once around all tests. A small desk on loopback starts PostgreSQL and prepares the migrated templates when
 * a test first asks for them, so that a run of pure tests waits for nothing; teardown takes everything away again.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-test-'));
  let server: Promise<PostgresServer> | undefined;
  const prepared = new Map<string, Promise<object>>();

  async function postgresql(): Promise<object> {
    server = startPostgres({ durable: false });
    const { url } = await server;
    const admin = await openDatabase({ databaseUrl: url('postgres'), dataDir: folder });
    await admin.query('CREATE DATABASE template');
    await admin.close();
    await prepare({ databaseUrl: url('template'), dataDir: folder });
    return { url: url('template') };
  }

  async function embedded(): Promise<object> {
    const dataDir = join(folder, 'template');
    await prepare({ dataDir });
    return { template: dataDir };
  }

  const desk = createServer((request, response) => {
    // A connection kept open may be closed here in the very moment it is used again there.
    response.setHeader('connection', 'close');
    const kind = request.url === '/postgresql' ? postgresql : embedded;
    const answer = prepared.get(kind.name) ?? kind();
    prepared.set(kind.name, answer);
    answer.then(
      (body) => response.end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((listening) => desk.listen(0, '127.0.0.1', listening));
  const address = desk.address();
  if (address === null || typeof address === 'string') throw new Error('The database desk has no address.');
  project.provide('databaseDesk', `http://127.0.0.1:${address.port}`);

  return async () => {
    desk.close();
    desk.closeAllConnections();
    await Promise.allSettled(prepared.values());
    await server?.then(({ stop }) => stop()).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  };
}
