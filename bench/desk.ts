import { TestClock } from 'pg-boss';
import { PLAN_LIMITS } from '../src/connectors/freshdesk/call-limits.ts';
import { openDatabase } from '../src/store/database.ts';
import { startQueue } from '../src/store/queue.ts';
import { workAnHour } from '../test/support/desk-hour.ts';
import { HOUR, manualClock, SECOND } from '../test/support/manual-clock.ts';
import { openWatchdesk } from '../test/support/watchdesk.ts';
import type { Bench } from './figure.ts';
import { shown } from './support/numbers.ts';

const LOAD = { tickets: 160, updates: 1_000, withinMs: HOUR, stepMs: 2 * SECOND };
const LIMITS = PLAN_LIMITS.growth;
const DECIDED_WITHIN_MS = 60 * SECOND;

/** An hour of a busy help desk on the smallest plan, by a clock that is moved: webhooks, readings and decisions are real. */
export const desk: Bench = async ({ databases, scope, say }) => {
  const database = await openDatabase(await databases.postgresql());
  scope.defer(database.close);
  const bossClock = new TestClock(manualClock().now());
  const queue = await startQueue(database, { clock: bossClock });
  scope.defer(() => queue.stop());
  const place = { database, bossClock, queue, close: async () => {} };
  const watchdesk = await openWatchdesk(place, { isServed: true, plan: 'growth' });
  scope.defer(watchdesk.close);

  const { calls, fullest, refused, decidedAfterMs, byPath } = await workAnHour(watchdesk, LOAD);
  for (const [path, count] of [...byPath].slice(0, 12)) say(`${count} ${path}`);
  for (const error of watchdesk.errors) say(error);
  const told = decidedAfterMs.filter((ms) => ms !== undefined).toSorted((a, b) => a - b);
  const slowestMs = told.at(-1) ?? Number.POSITIVE_INFINITY;
  const medianMs = told[Math.floor(told.length / 2)] ?? Number.POSITIVE_INFINITY;
  return [
    {
      measured: `${LOAD.updates} updates of 200 tickets in an hour on the Growth plan: Freshdesk calls in all`,
      result: `${calls} calls, ${shown(calls / LOAD.updates)} per update, ${refused} refused`,
      wanted: '0 refused',
      holds: refused === 0 && watchdesk.errors.length === 0,
    },
    {
      measured: 'the fullest minute: all calls, creates, updates, lists',
      result: `${fullest.total}, ${fullest.create}, ${fullest.update}, ${fullest.list}`,
      wanted: `≤ ${LIMITS.all}, ${LIMITS.create}, ${LIMITS.update}, ${LIMITS.list}`,
      holds:
        (['create', 'update', 'list'] as const).every((kind) => fullest[kind] <= LIMITS[kind]) &&
        fullest.total <= LIMITS.all,
    },
    {
      measured: 'from what a person did to the decision: median, longest',
      result: `${shown(medianMs / SECOND)} s, ${shown(slowestMs / SECOND)} s; ${decidedAfterMs.length - told.length} never`,
      wanted: `≤ ${DECIDED_WITHIN_MS / SECOND} s, all`,
      holds: told.length === decidedAfterMs.length && slowestMs <= DECIDED_WITHIN_MS,
    },
  ];
};
