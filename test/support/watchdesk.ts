import { randomUUID } from 'node:crypto';
import express, { Router } from 'express';
import { TestClock } from 'pg-boss';
import { createAnswerPageData } from '../../src/answer-page-data.ts';
import { createCallBudget } from '../../src/connectors/freshdesk/call-budget.ts';
import { PLAN_LIMITS } from '../../src/connectors/freshdesk/call-limits.ts';
import { createFreshdesk } from '../../src/connectors/freshdesk/freshdesk.ts';
import { createOpsview } from '../../src/connectors/opsview/opsview.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { createLearntDeskFields } from '../../src/engine/learn-desk-fields.ts';
import type { EngineParts } from '../../src/engine/parts.ts';
import { answerPages } from '../../src/http/answer-pages.ts';
import { freshdeskWebhook } from '../../src/http/freshdesk-webhook.ts';
import { problemHandler } from '../../src/http/problem.ts';
import { startServer } from '../../src/http/server.ts';
import { signLink } from '../../src/http/signed-link.ts';
import type { ConfirmLink } from '../../src/incidents/decision-context.ts';
import { opsviewEventKey } from '../../src/intake/event-key.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { Keep } from '../../src/model/delivery.ts';
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
import { type DatabaseKind, emptyTables, openTestDatabase } from './database.ts';
import { MINUTE, manualClock } from './manual-clock.ts';
import { aPolicy } from './policy.ts';

/** What Freshdesk's rules send along. */
export const FRESHDESK_SECRET = 'a secret of Freshdesk that only tests use';

/** Signs the links of all tests. */
export const LINK_SECRET = 'a secret of tests that is long enough for everybody';

export type TestWatchdesk = Awaited<ReturnType<typeof openWatchdesk>>;

export type WatchdeskOptions = Readonly<{
  /** Overrides of policy/default.yaml, in the policy's own words. */
  policy?: object;
  sandbox?: SandboxOptions;
  /** What the clock shows at first; where nothing is said, a Monday morning. */
  startsAt?: string;
  /** What Freshdesk allows, and what Watchdesk knows of it. */
  plan?: keyof typeof PLAN_LIMITS;
  /** Serves Freshdesk's webhook and the pages behind links; Freshdesk's rules call the one. */
  isServed?: boolean;
  /** People are told by the stand-ins of all channels; their answers count when it is served too. */
  hasChannels?: boolean;
  /** How far Opsview's clock is ahead of ours; negative when it is behind. */
  opsviewAheadMs?: number;
}>;

/** Database and queue, which are slow to open: one for a file, emptied by each `openWatchdesk` on it. */
export async function openPlace(kind: DatabaseKind) {
  const { database, close } = await openTestDatabase(kind);
  const bossClock = new TestClock(manualClock().now());
  const queue = await startQueue(database, { clock: bossClock });
  return {
    database,
    bossClock,
    queue,
    async close(): Promise<void> {
      await queue.stop();
      await close();
    },
  };
}

export type Place = Awaited<ReturnType<typeof openPlace>>;

/**
 * Everything but the HTTP server and the pages: a real database, the stand-ins over real HTTP, and the engine, whose
 * loops are not started: time and work only move by `advance` and `settle`. Given a place, that stays open afterwards.
 */
export async function openWatchdesk(where: DatabaseKind | Place, options: WatchdeskOptions = {}) {
  const clock = manualClock(options.startsAt);
  const place = typeof where === 'string' ? await openPlace(where) : where;
  const { database, queue, bossClock } = place;
  await emptyTables(database);
  await bossClock.setTime(clock.now());
  const keeper = createKeeper(database);
  const { opsviewAheadMs = 0, plan = 'pro' } = options;
  const opsviewClock = { now: () => new Date(clock.now().getTime() + opsviewAheadMs) };
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

  let policy: Policy = aPolicy(options.policy);
  const answerRouters: Router[] = [];
  const front = options.isServed
    ? await serveFront({ database, clock, keep: keeper.keep, policy: () => policy, answerRouters })
    : { url: 'https://watchdesk.example.com', close: async () => {} };

  /** While false, what Opsview's script sends is lost. */
  let isDelivering = true;
  const sent: Readonly<Record<string, string>>[] = [];
  const sandbox = await startSandbox({
    ...options.sandbox,
    clock,
    ...(options.hasChannels && { channels: { watchdeskUrl: () => front.url } }),
    freshdesk: { plan, ...options.sandbox?.freshdesk },
    opsview: {
      ...options.sandbox?.opsview,
      clock: opsviewClock,
      send: (macros) => {
        sent.push(macros);
        if (isDelivering) inFlight.push(deliver(macros));
      },
    },
  });
  if (options.isServed)
    sandbox.freshdesk.settings.webhook ??= {
      url: `${front.url}/webhooks/freshdesk`,
      secret: FRESHDESK_SECRET,
    };
  const errors: string[] = [];
  const limits = PLAN_LIMITS[plan];
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message: string, meta?: object) => void errors.push(`${message} ${JSON.stringify(meta)}`),
  };
  const learnt = createLearntDeskFields({
    database,
    account: 'test',
    readTicketFields: () => freshdesk.readTicketFields(),
    clock,
    log,
  });
  const freshdesk = createFreshdesk({
    url: sandbox.freshdeskUrl,
    apiKey: SANDBOX_API_KEY,
    clock,
    timeoutMs: 2_000,
    deskFieldNames: learnt.names,
    budget: createCallBudget({
      store: createBudgetStore(database),
      account: 'test',
      limits,
      clock,
      random: () => 0,
    }),
  });
  const messages = await openMessages();
  answerRouters.push(...(messages?.routers ?? []));
  const parts = {
    database,
    queue,
    clock,
    keep: keeper.keep,
    log,
    metrics: uncounted,
    policy: () => policy,
    freshdesk,
    opsview: createOpsview({ url: sandbox.opsviewUrl, ...SANDBOX_OPSVIEW_LOGIN, clock, timeoutMs: 2_000 }),
    ownOpsviewUser: SANDBOX_OPSVIEW_LOGIN.username,
    deskFields: learnt.deskFields,
    learnDeskFields: learnt.learn,
    watchesTicketsSince: clock.now(),
    links: {
      confirmUrl: (asked: ConfirmLink) =>
        `${front.url}/confirm/${signLink(LINK_SECRET, { do: 'confirm', ...asked })}`,
      linkUrl: (asked: Parameters<EngineParts['links']['linkUrl']>[0]) =>
        `${front.url}/link/${signLink(LINK_SECRET, { do: 'link', ...asked })}`,
      acknowledgeUrl: (asked: Parameters<EngineParts['links']['acknowledgeUrl']>[0]) =>
        `${front.url}/ack/${signLink(LINK_SECRET, { do: 'acknowledge', ...asked })}`,
      stopUrl: (asked: Parameters<EngineParts['links']['stopUrl']>[0]) =>
        `${front.url}/stop/${signLink(LINK_SECRET, { do: 'stop_director', ...asked })}`,
      ticketUrl: (number: number) => `https://acme.freshdesk.com/a/tickets/${number}`,
      articleUrl: (number: number) => `https://acme.freshdesk.com/a/solutions/articles/${number}`,
      watchdeskUrl: ({ number }: Pick<Incident, 'number'>) =>
        `https://watchdesk.example.com/incidents/${number}`,
      opsviewUrl: ({ host }: Readonly<{ host: string }>) => `https://opsview.example.com/${host}`,
    },
    newId: randomUUID,
    random: () => 0,
    settleMs: 30_000,
    status: { readBackDone: async () => {} },
    channels: messages?.channels ?? {},
    homeUrl: front.url,
  };
  const newEngine = () => createEngine(parts, messages?.loops);
  let engine = newEngine();

  /** Loaded only where it is wanted. */
  async function openMessages() {
    if (!sandbox.channels) return undefined;
    const { openMessageSide } = await import('../../src/message-side.ts');
    return openMessageSide({
      access: sandbox.channels.access(),
      publicUrl: front.url,
      timeoutMs: 2_000,
      database,
      keep: keeper.keep,
      clock,
      log,
      metrics: uncounted,
      policy: () => policy,
    });
  }

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
    /** The engine's parts as they are now, for what a person does in the console. */
    parts: () => engine.parts,
    /** What Opsview's checks do; their notifications are delivered. */
    checks: sandbox.opsview.checks,
    /** What every notification so far carried, and whether they arrive. */
    sent,
    deliverNotifications(on: boolean): void {
      isDelivering = on;
    },
    /** A new engine on the same database, as after a restart; what the old one held is taken over. */
    async restart(): Promise<void> {
      await queue.releaseActive();
      engine = newEngine();
    },
    usePolicy(overrides: object): void {
      policy = aPolicy(overrides);
    },

    /** The clock of this machine is set, forwards or backwards, and nothing else happens. */
    async setClock(byMs: number): Promise<void> {
      clock.advance(byMs);
      await bossClock.setTime(clock.now());
    },

    /** Moves time in steps, letting everything happen that becomes due; the clock ends exactly `ms` later. */
    async advance(ms: number, stepMs = MINUTE): Promise<void> {
      if (inFlight.length > 0) await settle(); // what was sent arrives before the time that passes now
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

    /** Where webhook and pages are served; only with `isServed`. */
    url: front.url,

    async close(): Promise<void> {
      messages?.close();
      await front.close();
      await sandbox.close();
      if (typeof where === 'string') await place.close();
    },
  };
}

type FrontParts = Readonly<{
  database: Place['database'];
  clock: Clock;
  keep: Keep;
  policy(): Policy;
  /** Known only once the stand-ins listen. */
  answerRouters: readonly Router[];
}>;

/** The part of our own HTTP that people and Freshdesk meet, for real. */
async function serveFront({ database, clock, keep, policy, answerRouters }: FrontParts) {
  const log = { warn: () => {}, error: () => {} };
  const shared = { keep, clock, metrics: uncounted, log };
  const app = express();
  app.use(freshdeskWebhook({ ...shared, freshdeskSecrets: [FRESHDESK_SECRET], newId: randomUUID }));
  app.use(
    answerPages({ ...shared, linkSecret: LINK_SECRET, data: createAnswerPageData({ database, policy }) }),
  );
  app.use((req, res, next) => {
    const router = Router();
    for (const one of answerRouters) router.use(one);
    router(req, res, next);
  });
  app.use(problemHandler(log));
  const server = await startServer(app, { host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop(0) };
}
