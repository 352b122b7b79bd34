import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Connection, Database, Row } from './database.ts';
import { PrismaClient } from './generated/client.ts';
import { openSession } from './postgresql-session.ts';
import { bossDatabase, type SessionStatements } from './queue-database.ts';

/** Two cores keep about this many statements busy; more connections only wait for one another. */
const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 10_000;
/** No statement of ours takes nearly as long: whoever waits longer waits for packets that a network swallowed. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** A quiet connection asks after the other side from then on, before firewalls on the way forget it. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** Prepared statements are kept per connection: name the texts that come again and again, not every text. */
const PREPARED_MAX = 300;

/** A PostgreSQL server, its pool shared by Prisma, pg-boss and the fast path. */
export async function openPostgresql(
  options: Readonly<{ databaseUrl: string; applicationName: string; statementTimeoutMs?: number }>,
): Promise<Database> {
  const config: pg.ClientConfig = {
    connectionString: withVerifiedTls(options.databaseUrl),
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  };
  const session = await openSession(config).catch((error: unknown) => {
    throw new Error(
      `The database at ${nameOf(options.databaseUrl)} does not answer: ${String(error)}. Check DATABASE_URL, and that ` +
        `the server runs and lets this machine in.`,
    );
  });
  const sessionStatements: SessionStatements = { current: [] };
  const pool = new pg.Pool({
    ...config,
    query_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    max: CONNECTIONS_MAX,
    idleTimeoutMillis: 60_000,
    onConnect: async (client) => {
      endWhenTimedOut(client as pg.PoolClient & Pick<pg.Client, 'end'>);
      await client.query([SESSION_SETTINGS, ...sessionStatements.current].join(';'));
    },
  });
  pool.on('error', () => undefined); // an idle connection broke: the pool replaces it, the next statement tells
  const nameOfStatement = statementNames();
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOfStatement(sql) }),
  });
  const query = async (text: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await pool.query<Row>({ name: nameOfStatement(text), text, values: [...parameters] })).rows;
  return {
    kind: 'postgresql',
    openedAs: randomUUID(),
    prisma,
    query,
    onOneConnection: async (work) => {
      const client = new pg.Client(config); // not of the pool: a migration may take its time
      client.on('error', () => undefined); // the next statement tells
      try {
        await client.connect();
        await client.query(SESSION_SETTINGS);
        return await work(connectionOf(client));
      } finally {
        await client.end();
      }
    },
    parallelStatements: CONNECTIONS_MAX,
    boss: { db: bossDatabase(pool, sessionStatements), backend: 'postgres' },
    notify: async (channel, payload) => void (await query('SELECT pg_notify($1, $2)', [channel, payload])),
    listen: session.listen,
    claimAlone: session.claimAlone,
    ping: async () => void (await query('SELECT 1')),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
      await session.close();
    },
  };
}

// The adapter writes and reads instants without a zone. And a process that froze in the middle of a transaction must
// not hold its rows for ever.
const SESSION_SETTINGS = `SET TIME ZONE 'UTC'; SET idle_in_transaction_session_timeout = '60s'`;

/**
 * pg gives up waiting, but the connection still does, and whoever rolls back a transaction puts it back into the pool
 * as it is: it would be handed out again and again.
 */
function endWhenTimedOut(client: pg.PoolClient & Pick<pg.Client, 'end'>): void {
  const query = client.query.bind(client) as (...parameters: unknown[]) => unknown;
  const endingQuery = (...parameters: unknown[]): unknown => {
    const result = query(...parameters);
    if (!(result instanceof Promise)) return result; // by callback: the pool's own, which drops it after an error
    return result.catch((error: unknown) => {
      if (error instanceof Error && error.message === 'Query read timeout') void client.end();
      throw error;
    });
  };
  Object.assign(client, { query: endingQuery });
}

function connectionOf(client: pg.Client): Connection {
  return {
    execute: async (sql) => void (await client.query(sql)),
    query: async (sql, parameters = []) => (await client.query<Row>(sql, [...parameters])).rows,
  };
}

/** Whoever asks for TLS gets a verified server; `no-verify` and `disable` stay the operator's own word. */
function withVerifiedTls(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && ['prefer', 'require', 'verify-ca'].includes(mode)) {
    url.searchParams.set('sslmode', 'verify-full');
  }
  return url.toString();
}

/** For messages: never the user's name or password. */
function nameOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

function statementNames(): (sql: string) => string {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= PREPARED_MAX) return ''; // an unnamed statement
    const name = `wd${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
