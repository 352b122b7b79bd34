import { randomUUID } from 'node:crypto';
import { createApp } from '../../src/http/app.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { startServer } from '../../src/http/server.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { Keep } from '../../src/model/delivery.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/store/database.ts';
import { createKeeper } from '../../src/store/keeper.ts';
import { migrate } from '../../src/store/migrate.ts';
import { given, serveParent } from '../support/child.ts';

/** `grouped` is Watchdesk's own intake; `single` the same webhook with one INSERT and commit for each request. */
export type IntakeServerGiven = Readonly<{
  database: DatabaseOptions;
  secret: string;
  keep: 'grouped' | 'single';
}>;
/** µs of this process so far. */
export type CpuReport = Readonly<{ user: number; system: number }>;

/** Through the same pool and as a prepared statement, like the grouped one: what differs is the grouping alone. */
const keepSingly =
  (database: Database): Keep =>
  async ({ source, deliveryId, eventKey, body, receivedAt }) => {
    const kept = await database.query(
      `INSERT INTO delivery (source, delivery_id, event_key, body, received_at, try_after)
       VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING seq`,
      [source, deliveryId, eventKey ?? null, body, receivedAt.toISOString()],
    );
    return kept.length === 1 ? 'kept' : 'duplicate';
  };

/** The webhook with its store and nothing behind it: what is kept waits. */
const { database: options, secret, keep } = given<IntakeServerGiven>();
const database = await openDatabase(options);
await migrate(database);
const { metrics, registry } = createMetrics();
const app = createApp({
  keep: keep === 'grouped' ? createKeeper(database).keep : keepSingly(database),
  clock: systemClock,
  log: { warn: console.warn, error: console.error },
  metrics,
  registry,
  opsviewSecrets: [secret],
  freshdeskSecrets: [],
  newId: randomUUID,
  trustProxy: 0,
  probes: {},
  figures: async () => {
    throw new Error('Nobody asks the intake benchmark how it is.');
  },
  routers: [],
});
const server = await startServer(app, { host: '127.0.0.1', port: 0 });
serveParent<object, CpuReport>(
  { port: server.port },
  {
    answer: async () => process.cpuUsage(),
    close: async () => {
      await server.stop(1_000);
      await database.close();
    },
  },
);
