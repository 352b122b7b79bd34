import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseOptions, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startQueue } from '../../src/store/queue.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';

/**
 * A real PostgreSQL of its own with its durable defaults (fsync, full_page_writes and synchronous_commit on), and empty
 * migrated databases on it.
 */
export async function startDatabases(scope: AsyncDisposableStack) {
  const folder = mkdtempSync(join(tmpdir(), 'watchdesk-bench-'));
  scope.defer(async () => rmSync(folder, { recursive: true, force: true }));
  const server = await startPostgres({ durable: true });
  scope.defer(server.stop);
  let made = 0;

  async function admin(sql: string): Promise<void> {
    const database = await openDatabase({ databaseUrl: server.url('postgres'), dataDir: folder });
    await database.query(sql).finally(database.close);
  }

  await admin('CREATE DATABASE template');
  const template = await openDatabase({ databaseUrl: server.url('template'), dataDir: folder });
  await migrate(template);
  await (await startQueue(template)).stop();
  await template.close();

  return {
    /** A folder for files of this run. */
    folder,
    /** Empty and migrated. */
    async postgresql(): Promise<DatabaseOptions & Readonly<{ databaseUrl: string }>> {
      const name = `bench_${++made}`;
      await admin(`CREATE DATABASE ${name} TEMPLATE template STRATEGY file_copy`);
      return { databaseUrl: server.url(name), dataDir: join(folder, name) };
    },
    /** Not even created: the embedded database makes its folder when it is opened. */
    embedded: (): DatabaseOptions => ({ dataDir: join(folder, `embedded_${++made}`) }),
    /** An existing database without a single table. */
    async bare(): Promise<DatabaseOptions & Readonly<{ databaseUrl: string }>> {
      const name = `bench_${++made}`;
      await admin(`CREATE DATABASE ${name}`);
      return { databaseUrl: server.url(name), dataDir: join(folder, name) };
    },
  };
}

export type Databases = Awaited<ReturnType<typeof startDatabases>>;
