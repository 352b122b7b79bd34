import { setTimeout as wait } from 'node:timers/promises';
import { PLAN_LIMITS, withoutReserve } from '../src/connectors/freshdesk/call-limits.ts';
import type { Bench } from './figure.ts';
import { URGENT_HOST } from './support/alerts.ts';
import { startLoad } from './support/load.ts';
import { shown } from './support/numbers.ts';
import { startProduct, startStandIns, untilDecided, WEBHOOK_SECRET } from './support/product.ts';
import { becomeCritical, incidentCount, objectsOf, readingDone } from './support/storm-parts.ts';

const PLAN = { run: 'flood', count: 10_000, hosts: 500, checks: 20, hostsPerGroup: 10, urgentAt: 5_000 };
const SEND_PER_SECOND = 400;
const BUDGET_PER_MINUTE = withoutReserve(PLAN_LIMITS.pro, 0.2).all;
/** Long enough after the storm for the digests, which come a minute after the first alert that they tell. */
const WATCHED_MS = 68_000;
/** "Among the first": before this many other tickets that were opened after the Urgent alert came. */
const AHEAD_MAX = 5;

const URGENT_SERVICE = {
  services: { payments: { name: 'Payments', criticality: 'high', match: [{ host: URGENT_HOST }] } },
};

/** 10,000 alerts of 500 hosts within half a minute, with an Urgent one in the middle, against an account of a Pro plan. */
export const flood: Bench = async ({ databases, scope, say }) => {
  const load = await startLoad(scope);
  const objects = objectsOf(PLAN);
  const created: number[] = [];
  const standIns = await startStandIns(scope, { objects, onCreate: () => created.push(performance.now()) });
  const database = await databases.postgresql();
  const product = await startProduct(scope, { database, standInsUrl: standIns.url, policy: URGENT_SERVICE });
  await readingDone(standIns.opsview);
  becomeCritical(standIns.opsview, objects);
  const startedAt = performance.now();
  const sending = load({
    port: product.port,
    secret: WEBHOOK_SECRET,
    connections: 64,
    plan: PLAN,
    perSecond: SEND_PER_SECOND,
  });
  const urgentSentAt = startedAt + ((PLAN.urgentAt ?? 0) / SEND_PER_SECOND) * 1_000;
  const sent = await sending;
  say(`all sent in ${shown(sent.tookMs / 1000)} s`);
  await untilDecided(product, 30_000);
  await wait(Math.max(0, startedAt + WATCHED_MS - performance.now()));

  const { data, minutes, calls } = standIns.freshdesk.state;
  const perMinuteMax = Math.max(...minutes.map(({ total }) => total));
  const refused = minutes.reduce((sum, minute) => sum + minute.refused, 0);
  const urgent = data.tickets.findIndex(({ subject }) => subject.includes(URGENT_HOST));
  const before = created.slice(0, Math.max(0, urgent)).filter((at) => at > urgentSentAt).length;
  const incidents = await incidentCount(database);
  return [
    {
      measured: '10,000 alerts of 500 hosts in half a minute: Freshdesk calls in the fullest minute',
      result: `${perMinuteMax} calls, ${refused} refused by Freshdesk`,
      wanted: `≤ ${BUDGET_PER_MINUTE}`,
      holds: perMinuteMax <= BUDGET_PER_MINUTE && refused === 0,
    },
    {
      measured: `all calls within ${shown(WATCHED_MS / 1000)} s, digests included`,
      result: `${calls.length} calls, ${incidents} incidents, ${data.tickets.length} tickets`,
      ratio: shown(calls.length / PLAN.count),
      wanted: '≤ 5 per incident + 10',
      holds: calls.length <= 5 * incidents + 10,
    },
    {
      measured: 'the Urgent alert in the middle: tickets opened ahead of it after it came',
      result:
        urgent < 0
          ? 'no ticket'
          : `${before}, after ${shown(((created[urgent] ?? Number.NaN) - urgentSentAt) / 1000)} s`,
      wanted: `≤ ${AHEAD_MAX}`,
      holds: urgent >= 0 && before <= AHEAD_MAX,
    },
  ];
};
