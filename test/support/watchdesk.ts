import { randomUUID } from 'node:crypto';
import { TestClock } from 'pg-boss';
import { createCallBudget } from '../../src/connectors/freshdesk/call-budget.ts';
import { PLAN_LIMITS } from '../../src/connectors/freshdesk/call-limits.ts';
import { createFreshdesk } from '../../src/connectors/freshdesk/freshdesk.ts';
import { createOpsview } from '../../src/connectors/opsview/opsview.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { opsviewEventKey } from '../../src/intake/event-key.ts';
import type { Incident } from '../../src/model/incident.ts';
import { uncounted } from '../../src/model/metrics.ts';
import type { Policy } from '../../src/policy/schema.ts';
import { SANDBOX_API_KEY } from '../../src/sandbox/freshdesk/settings.ts';
import { SANDBOX_OPSVIEW_LOGIN, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { createBudgetStore } from '../../src/store/api-budget.ts';
import * as incidents from '../../src/store/incidents.ts';
import { createKeeper } from '../../src/store/keeper.ts';
import { startQueue } from '../../src/store/queue.ts';
import * as timeline from '../../src/store/timeline.ts';
import { type DatabaseKind, openTestDatabase } from './database.ts';
import { MINUTE, manualClock } from './manual-clock.ts';
import { aPolicy } from './policy.ts';

export type TestWatchdesk = Awaited<ReturnType<typeof openWatchdesk>>;

type Options = Readonly<{
  /** Overrides of policy/default.yaml, in the policy's own words. */
  policy?: object;
  sandbox?: SandboxOptions;
  plan?: keyof typeof PLAN_LIMITS;
}>;

/**
 * Everything but the HTTP server and the pages: a real database, the stand-ins over real HTTP, and the engine, whose
 * loops are not started: time and work only move by `advance` and `settle`.
 */
export async function openWatchdesk(kind: DatabaseKind, options: Options = {}) {
  const clock = manualClock();
  const bossClock = new TestClock(clock.now());
  const opened = await openTestDatabase(kind);
  const { database } = opened;
  const queue = await startQueue(database, { clock: bossClock });
  const keeper = createKeeper(database);
  const inFlight: Promise<unknown>[] = [];

  const deliver = (macros: Readonly<Record<string, string>>, deliveryId: string = randomUUID()) => {
    const eventKey = opsviewEventKey(macros);
    const body = JSON.stringify({ version: 1, id: deliveryId, sent_at: clock.now().toISOString(), macros });
    return keeper.keep({
      source: 'opsview',
      deliveryId,
      body,
      receivedAt: clock.now(),
      ...(eventKey === undefined ? {} : { eventKey }),
    });
  };

  const sandbox = await startSandbox({
    ...options.sandbox,
    clock,
    opsview: { ...options.sandbox?.opsview, send: (macros) => void inFlight.push(deliver(macros)) },
  });
  let policy: Policy = aPolicy(options.policy);
  const errors: string[] = [];
  const limits = PLAN_LIMITS[options.plan ?? 'pro'];
  const parts = {
    database,
    queue,
    clock,
    keep: keeper.keep,
    log: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (message: string, meta?: object) => void errors.push(`${message} ${JSON.stringify(meta)}`),
    },
    metrics: uncounted,
    policy: () => policy,
    freshdesk: createFreshdesk({
      url: sandbox.freshdeskUrl,
      apiKey: SANDBOX_API_KEY,
      clock,
      timeoutMs: 2_000,
      budget: createCallBudget({
        store: createBudgetStore(database),
        account: 'test',
        limits,
        clock,
        random: () => 0,
      }),
    }),
    opsview: createOpsview({ url: sandbox.opsviewUrl, ...SANDBOX_OPSVIEW_LOGIN, clock, timeoutMs: 2_000 }),
    ownOpsviewUser: SANDBOX_OPSVIEW_LOGIN.username,
    links: {
      watchdeskUrl: ({ number }: Pick<Incident, 'number'>) =>
        `https://watchdesk.example.com/incidents/${number}`,
      opsviewUrl: ({ host }: Readonly<{ host: string }>) => `https://opsview.example.com/${host}`,
    },
    newId: randomUUID,
    random: () => 0,
    settleMs: 30_000,
    status: { readBackDone: async () => {} },
  };
  let engine = createEngine(parts);

  const settle = async (): Promise<void> => {
    await Promise.all(inFlight.splice(0));
    await engine.settle();
  };

  return {
    clock,
    database,
    queue,
    sandbox,
    errors,
    deliver,
    settle,
    keep: keeper.keep,
    /** What Opsview's checks do; their notifications are delivered. */
    checks: sandbox.opsview.checks,
    /** A new engine on the same database, as after a restart; what the old one held is taken over. */
    async restart(): Promise<void> {
      await queue.releaseActive();
      engine = createEngine(parts);
    },
    usePolicy(overrides: object): void {
      policy = aPolicy(overrides);
    },

    /** Moves time in steps, letting everything happen that becomes due; the clock ends exactly `ms` later. */
    async advance(ms: number, stepMs = MINUTE): Promise<void> {
      for (let left = ms; left > 0; left -= stepMs) {
        clock.advance(Math.min(stepMs, left));
        await bossClock.setTime(clock.now());
        await sandbox.freshdesk.tick();
        sandbox.opsview.tick();
        await settle();
      }
    },

    tickets: () => sandbox.freshdesk.state.data.tickets,
    /** Private notes of a ticket, oldest first. */
    notes: (ticketId: number) =>
      sandbox.freshdesk.state
        .conversations(ticketId)
        .filter((one) => one.private)
        .map((one) => one.body),
    calls: () =>
      sandbox.freshdesk.state.calls.map(({ method, path, status }) => `${method} ${path} ${status}`),
    incidents: () => incidents.listNewest(database.prisma, 1_000),
    rules: async (incidentId: string) =>
      (await timeline.list(database.prisma, incidentId, { limit: 500 })).map(({ rule }) => rule).toReversed(),

    async close(): Promise<void> {
      await queue.stop();
      await opened.close();
      await sandbox.close();
    },
  };
}
