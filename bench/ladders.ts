import { setTimeout as wait } from 'node:timers/promises';
import type { Database, DatabaseOptions } from '../src/store/database.ts';
import { openDatabase } from '../src/store/database.ts';
import type { Bench } from './figure.ts';
import { startLoad } from './support/load.ts';
import { quantile, shown } from './support/numbers.ts';
import { startProduct, startStandIns, WEBHOOK_SECRET } from './support/product.ts';
import { becomeCritical, objectsOf, readingDone } from './support/storm-parts.ts';

const INCIDENTS = 200;
const OPENED_PER_SECOND = 20;
/** What keeps Watchdesk busy while rungs fall due: one incident for each host, without a ladder. */
const NOISE = { run: 'noise', count: 3_000, hosts: 150, checks: 20, hostsPerGroup: 10 };
const NOISE_PER_SECOND = 100;
const RUNGS = 3;
/** The tick is a second, and a second more is allowed. */
const LATE_MS_MAX = 2_000;
const DONE_MS_MAX = 75_000;

const POLICY = {
  alerts: { storm: { alerts: 100_000 }, group: [{ by: 'host', at_least: 2, within: '10m' }] },
  services: { owned: { name: 'Owned', match: [{ host: 'owned-*' }] } },
  people: Object.fromEntries(
    Array.from({ length: RUNGS }, (_, n) => [
      `p${n}-a`,
      { name: `Person ${n}`, email: `p${n}@acme.example`, ntfy: `p${n}` },
    ]),
  ),
  defaults: { policy_owner: 'p0-a' },
  ladders: {
    ack: {
      name: 'Nobody takes it',
      kind: 'technical',
      watches: 'acknowledge',
      when: { service: 'owned' },
      rungs: Array.from({ length: RUNGS }, (_, n) => ({
        name: `Step ${n}`,
        after: `${15 + n * 5}s`,
        tell: [{ person: `p${n}-a` }],
        channels: ['ntfy'],
        before_next: 'nothing',
      })),
      last: { after: '1h', person: 'p0-a', channels: ['ntfy'] },
    },
  },
};

/** Rungs that fall due while alerts pour in: how long after its instant each was told. */
export const ladders: Bench = async ({ databases, scope, say }) => {
  const load = await startLoad(scope);
  const plan = { run: 'owned', count: INCIDENTS, hosts: INCIDENTS, checks: 1, hostsPerGroup: 1 };
  const objects = [...objectsOf(plan), ...objectsOf(NOISE)];
  const standIns = await startStandIns(scope, {
    objects,
    settings: { limits: { total: 100_000, create: 100_000, update: 100_000, list: 100_000 } },
    hasChannels: true,
  });
  const database = await databases.postgresql();
  const product = await startProduct(scope, {
    database,
    standInsUrl: standIns.url,
    policy: POLICY,
    settings: { NTFY_URL: `${standIns.url}/channels/ntfy` },
  });
  await readingDone(standIns.opsview);
  becomeCritical(standIns.opsview, objects);
  const order = { port: product.port, secret: WEBHOOK_SECRET };
  await load({ ...order, connections: 4, plan, perSecond: OPENED_PER_SECOND });
  say(`${INCIDENTS} incidents are open; ${NOISE.count} alerts follow while their rungs fall due`);
  await load({ ...order, connections: 8, plan: NOISE, perSecond: NOISE_PER_SECOND });
  const late = await untilTold(database);
  const worst = quantile(late, 1);
  return [
    {
      measured: `${late.length} rungs that fell due while ${NOISE_PER_SECOND} alerts a second came in: how late they were told, median`,
      result: `${shown(quantile(late, 0.5))} ms`,
    },
    {
      measured: 'the same, p99 and the latest',
      result: `${shown(quantile(late, 0.99))} ms, ${shown(worst)} ms`,
      wanted: `≤ ${LATE_MS_MAX} ms`,
      holds: worst <= LATE_MS_MAX,
    },
  ];
};

/** How late each rung was told, ms, once all of the incidents opened first have told all of theirs. */
async function untilTold(options: DatabaseOptions): Promise<readonly number[]> {
  const database = await openDatabase(options);
  try {
    const startedAt = performance.now();
    for (;;) {
      const late = await lateness(database);
      if (late.length >= INCIDENTS * RUNGS) return late;
      if (performance.now() - startedAt > DONE_MS_MAX)
        throw new Error(`${late.length} of ${INCIDENTS * RUNGS} rungs were told.`);
      await wait(500);
    }
  } finally {
    await database.close();
  }
}

async function lateness(database: Database): Promise<readonly number[]> {
  const rows = await database.query(
    `SELECT extract(epoch FROM (rung ->> 'at')::timestamptz - (rung ->> 'dueAt')::timestamptz)::float8 * 1000 AS late
     FROM incident, jsonb_array_elements(escalation -> 'ladders') AS run, jsonb_array_elements(run -> 'rungs') AS rung
     WHERE cause_host LIKE 'owned-%'`,
  );
  return rows.map(({ late }) => Number(late));
}
