import { setTimeout as wait } from 'node:timers/promises';
import type { Bench } from './figure.ts';
import { startLoad } from './support/load.ts';
import { shown } from './support/numbers.ts';
import { startProduct, startStandIns, WEBHOOK_SECRET } from './support/product.ts';

const ALERTS = 100_000;
const PER_LOAD = 10_000;
/** On a machine that is busy with other things fewer alerts fit in; the table then says how many. */
const WHOLE_MS_MAX = 75_000;
const MEGABYTE = 1_000_000;

/** How long until it is ready, on both databases and with nothing there yet; and its memory after 100,000 alerts. */
export const size: Bench = async ({ databases, scope, say }) => {
  const giveUpAt = performance.now() + WHOLE_MS_MAX;
  const load = await startLoad(scope);
  const standIns = await startStandIns(scope);
  const start = async (database: Parameters<typeof startProduct>[1]['database']) =>
    startProduct(scope, { database, standInsUrl: standIns.url });
  const embedded = await start(databases.embedded());
  await embedded.stop();
  const empty = await databases.bare();
  const first = await start(empty);
  await first.stop();
  const product = await start(empty);

  let residentMax = 0;
  const watch = async () => {
    const resident = await product.residentBytes();
    residentMax = Math.max(residentMax, resident);
    return resident;
  };
  let sent = 0;
  for (; sent < ALERTS && performance.now() < giveUpAt; sent += PER_LOAD) {
    const plan = { run: `size${sent}`, count: PER_LOAD, hosts: 500, checks: 20, hostsPerGroup: 10 };
    await load({ port: product.port, secret: WEBHOOK_SECRET, connections: 64, plan });
    await watch();
  }
  say('all sent');
  let waiting = sent;
  while (performance.now() < giveUpAt) {
    waiting = (await product.figures()).inboxWaiting;
    if (waiting === 0) break;
    await watch();
    await wait(500);
  }
  const resident = await watch();
  return [
    {
      measured: 'start to ready on an empty embedded database',
      result: `${shown(embedded.readyAfterMs / 1000)} s`,
      wanted: '≤ 10 s',
      holds: embedded.readyAfterMs <= 10_000,
    },
    {
      measured: 'start to ready on PostgreSQL: tables made, and again',
      result: `${shown(first.readyAfterMs / 1000)} s and ${shown(product.readyAfterMs / 1000)} s`,
      wanted: '≤ 3 s',
      holds: Math.max(first.readyAfterMs, product.readyAfterMs) <= 3_000,
    },
    {
      measured: `resident memory on PostgreSQL after ${shown(sent)} alerts, ${shown(sent - waiting)} of them decided`,
      result: `${shown(resident / MEGABYTE)} MB, at most ${shown(residentMax / MEGABYTE)} MB`,
      wanted: '≤ 250 MB',
      holds: sent === ALERTS && residentMax <= 250 * MEGABYTE,
    },
  ];
};
