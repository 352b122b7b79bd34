import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import type { Connection, Database, Row } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { PrismaClient } from './generated/client.ts';

/** PGlite in `<dataDir>/db`: PostgreSQL inside this process, on a single connection. */
export async function openEmbedded(dataDir: string): Promise<Database> {
  const directory = join(dataDir, 'db');
  mkdirSync(dataDir, { recursive: true });
  const unlock = lockDirectory(directory);
  let pglite: PGlite;
  try {
    pglite = await PGlite.create(directory);
    // The adapter writes and reads instants without a zone.
    await pglite.exec(`SET TIME ZONE 'UTC'`);
  } catch (error) {
    unlock();
    throw new Error(
      `The embedded database in ${directory} does not open: ${String(error)}. If the disk is full, make room; if the ` +
        `directory is damaged, restore it from a backup or move it away to begin with an empty one.`,
      { cause: error },
    );
  }
  const prisma = new PrismaClient({ adapter: new PGliteAdapter(pglite) });
  const query = async (sql: string, parameters: readonly unknown[] = []) =>
    (await pglite.query<Row>(sql, [...parameters])).rows;
  const connection: Connection = { execute: async (sql) => void (await pglite.exec(sql)), query };
  return {
    kind: 'embedded',
    openedAs: randomUUID(),
    prisma,
    query,
    onOneConnection: (work) => work(connection),
    parallelStatements: 1,
    boss: { db: fromPglite(pglite), backend: 'pglite' },
    notify: async (channel, payload) => void (await query('SELECT pg_notify($1, $2)', [channel, payload])),
    listen: (channel, onNotification) => pglite.listen(channel, onNotification),
    claimAlone: async (work) => {
      await work(); // the directory lock has proved it
      return true;
    },
    ping: async () => void (await query('SELECT 1')),
    close: async () => {
      await prisma.$disconnect();
      await pglite.close();
      unlock();
    },
  };
}

/** The adapter swallows a COMMIT that fails (a full disk): here the transaction fails with it. */
class PGliteAdapter extends PrismaPGlite {
  readonly #latest: { transaction: Promise<unknown> };

  constructor(pglite: PGlite) {
    const latest: { transaction: Promise<unknown> } = { transaction: Promise.resolve() };
    const transaction: PGlite['transaction'] = (work) => {
      const running = pglite.transaction(work);
      latest.transaction = running;
      return running;
    };
    super(
      new Proxy(pglite, {
        get: (target, name) => {
          if (name === 'transaction') return transaction;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    );
    this.#latest = latest;
  }

  override async connect(): ReturnType<PrismaPGlite['connect']> {
    const adapter = await super.connect();
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async () => {
      const starting = start();
      const { transaction } = this.#latest; // begun by the line above, before anything else could
      transaction.catch(() => undefined);
      const started = await starting;
      const commit = started.commit.bind(started);
      started.commit = async () => {
        await commit();
        await transaction;
      };
      return started;
    };
    return adapter;
  }
}
