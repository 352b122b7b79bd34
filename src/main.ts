import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Router } from 'express';
import { z } from 'zod';
import { createAnswerPageData } from './answer-page-data.ts';
import { createApiData } from './api-data.ts';
import { createCallBudget } from './connectors/freshdesk/call-budget.ts';
import { limitsForTotal } from './connectors/freshdesk/call-limits.ts';
import { createFreshdesk } from './connectors/freshdesk/freshdesk.ts';
import { createOpsview } from './connectors/opsview/opsview.ts';
import { createConsole } from './console/console.ts';
import { createConsoleData } from './console/console-data.ts';
import { createSignIn } from './console/sign-in.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { greetOtherSides } from './engine/greet-other-sides.ts';
import { createLearntDeskFields } from './engine/learn-desk-fields.ts';
import { resendCommand, retryTicket } from './engine/outbound.ts';
import type { EngineParts } from './engine/parts.ts';
import { createReachability } from './engine/reachability.ts';
import { resendPage } from './engine/send-pages.ts';
import { createServiceStatus } from './engine/service-status.ts';
import { answerPages } from './http/answer-pages.ts';
import { apiRoutes } from './http/api.ts';
import { createApp } from './http/app.ts';
import { createMetrics } from './http/metrics.ts';
import { onCallFeed, onCallFeedPath } from './http/on-call-feed.ts';
import { startServer } from './http/server.ts';
import { signLink } from './http/signed-link.ts';
import { openMessageSide } from './message-side.ts';
import type { Clock } from './model/clock.ts';
import type { Logger } from './model/logger.ts';
import type { Policy } from './policy/schema.ts';
import { openPolicy } from './policy-in-force.ts';
import { openSandbox, type SandboxSide } from './sandbox-side.ts';
import type { SandboxSettings, Settings } from './settings.ts';
import { createBudgetStore } from './store/api-budget.ts';
import { type Database, openDatabase } from './store/database.ts';
import { replayParked } from './store/deliveries.ts';
import { findByNumber } from './store/incidents.ts';
import { createKeeper } from './store/keeper.ts';
import { memoOnce } from './store/memos.ts';
import { migrate } from './store/migrate.ts';
import { startQueue } from './store/queue.ts';

export type Watchdesk = Readonly<{
  /** Where it listens: `http://127.0.0.1:8080`. */
  url: string;
  /** Reads the policy again; a file with faults changes nothing. Resolves to the faults, none when it is in force. */
  reloadPolicy(): Promise<readonly string[]>;
  /** Takes no further request, ends what is under way, closes the database. */
  stop(): Promise<void>;
}>;

export type WatchdeskParts = Readonly<{ settings: Settings; clock: Clock; log: Logger }>;

const STOP_GRACE_MS = 10_000;
/** A job is given to another process after the time that this many calls may take. */
const CALLS_PER_JOB_MAX = 6;
/** This many turns without a reading make the read-back overdue. */
const READ_BACK_TURNS_MISSED = 5;

export const VERSION: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;

/**
 * Puts the parts together and serves.
 * Errors: rejects with a message for the operator when the policy, the database or the address will not do; whatever was
 *         opened by then is closed again.
 */
export async function startWatchdesk({ settings, clock, log }: WatchdeskParts): Promise<Watchdesk> {
  const opened: (() => Promise<unknown> | unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const policies = await openPolicy(settings.policyFile, clock, log);
    const database = await openDatabase({
      dataDir: settings.dataDir,
      applicationName: `watchdesk ${VERSION}`,
      ...(settings.databaseUrl === undefined ? {} : { databaseUrl: settings.databaseUrl }),
    });
    opened.push(() => database.close());
    await migrate(database);
    await policies.recordIn(database);
    const { callTimeoutMs } = settings;
    const queue = await startQueue(database, {
      expireSeconds: (callTimeoutMs / 1000) * CALLS_PER_JOB_MAX,
      onError: (error) => log.warn('The job queue met a fault and goes on', { error: error.message }),
    });
    opened.push(() => queue.stop());

    const reachability = createReachability(clock);
    const { metrics: counted, registry } = createMetrics();
    const metrics = reachability.listening(counted);
    const sandbox =
      settings.mode === 'sandbox'
        ? await openSandboxBehindDoor({ settings, clock, log, policy: policies.current })
        : undefined;
    if (sandbox) opened.push(() => sandbox.close());
    const access = settings.mode === 'real' ? settings : sandbox;
    if (!access) throw new Error('Neither the sandbox nor real systems are configured.');

    const account = new URL(access.freshdesk.url).host;
    const budget = createCallBudget({
      store: createBudgetStore(database),
      account,
      ...(access.freshdesk.callsPerMinute === undefined
        ? {}
        : { limits: limitsForTotal(access.freshdesk.callsPerMinute) }),
      clock,
    });
    const keeper = createKeeper(database);
    const status = createServiceStatus({
      database,
      queue,
      clock,
      budget,
      reachability,
      readBackOverdueMs: () => policies.current().read_back.every * READ_BACK_TURNS_MISSED,
    });
    const learnt = createLearntDeskFields({
      database,
      account,
      readTicketFields: () => freshdesk.readTicketFields(),
      clock,
      log,
    });
    const freshdesk = createFreshdesk({
      ...access.freshdesk,
      budget,
      clock,
      metrics,
      timeoutMs: callTimeoutMs,
      deskFieldNames: learnt.names,
    });
    const { linkSecret, watchesTicketsSince } = await ownFacts(database, account, clock);
    const opsview = createOpsview({ ...access.opsview, clock, metrics, timeoutMs: callTimeoutMs });
    const messages = openMessageSide({
      access: sandbox ? { ...sandbox.channels, ...settings.channels } : settings.channels,
      publicUrl: settings.publicUrl,
      timeoutMs: callTimeoutMs,
      database,
      keep: keeper.keep,
      clock,
      log,
      metrics,
      policy: policies.current,
    });
    opened.push(messages.close);
    const parts: Parameters<typeof createEngine>[0] = {
      database,
      queue,
      clock,
      log,
      metrics,
      keep: keeper.keep,
      policy: policies.current,
      freshdesk,
      opsview,
      ownOpsviewUser: access.opsview.username,
      links: linksFor({
        publicUrl: settings.publicUrl,
        opsviewUrl: access.opsview.url,
        freshdeskUrl: access.freshdesk.url,
        linkSecret,
      }),
      deskFields: learnt.deskFields,
      learnDeskFields: learnt.learn,
      watchesTicketsSince,
      newId: randomUUID,
      random: Math.random,
      settleMs: callTimeoutMs * 2,
      status,
      channels: messages.channels,
      homeUrl: settings.publicUrl,
    };
    const engine = createEngine(parts, messages.loops);
    keeper.onKept(engine.wakeInbox);

    const notice = noticeFor(settings);
    if (notice) log.warn(notice);
    const ticketUrl = (number: number | string) =>
      `${access.freshdesk.url.replace(/\/+$/, '')}/a/tickets/${number}`;
    const data = createConsoleData({
      database,
      policy: policies.current,
      clock,
      keep: keeper.keep,
      newId: randomUUID,
      metrics,
      status: status.forPages,
      ticketUrl,
      async replayParked(seq) {
        const isReplayed = await replayParked(database.prisma, BigInt(seq), clock.now());
        engine.wakeInbox();
        return isReplayed ? 'done' : 'gone';
      },
      resend: (commandId) => resendCommand(engine.parts, commandId),
      resendPage: (id) => resendPage(engine.parts, id),
      feedPath: (rotation) => onCallFeedPath(linkSecret, { rotation }),
      async retryTicket(number) {
        const incident = await findByNumber(database.prisma, number);
        return incident ? retryTicket(engine.parts, incident.id) : 'gone';
      },
    });
    const pages = createConsole({
      data,
      clock,
      log,
      mode: settings.mode === 'sandbox' ? 'sandbox' : 'connected',
      publicUrl: settings.publicUrl,
      version: VERSION,
      ...(settings.consolePassword === undefined ? {} : { password: settings.consolePassword }),
      ...(notice === undefined ? {} : { notice }),
    });
    const answers = answerPages({
      linkSecret,
      data: createAnswerPageData({ database, policy: policies.current }),
      keep: keeper.keep,
      clock,
      metrics,
      log,
    });
    const api = apiRoutes({
      ...(settings.apiToken === undefined ? {} : { token: settings.apiToken }),
      data: createApiData({ database, policy: policies.current, clock, ticketUrl }),
      keep: keeper.keep,
      clock,
      newId: randomUUID,
      metrics,
      log,
    });
    const shifts = onCallFeed({ policy: policies.current, clock, linkSecret });
    const app = createApp({
      keep: keeper.keep,
      clock,
      log,
      metrics,
      registry,
      opsviewSecrets: sandbox?.webhookSecrets ?? settings.opsviewWebhookSecrets,
      freshdeskSecrets: sandbox?.freshdeskSecrets ?? settings.freshdeskWebhookSecrets,
      newId: randomUUID,
      trustProxy: settings.trustProxy,
      probes: status.probes,
      figures: async () => {
        const now = await status.figures();
        return {
          inbox_waiting: now.inboxWaiting,
          inbox_oldest_seconds: Math.round(now.inboxOldestMs / 1000),
          timers_late_seconds: Math.round(now.timersLateMs / 1000),
          outbox_waiting: now.outboxWaiting,
          outbox_dead: now.outboxDead,
        };
      },
      refreshMetrics: () => status.refresh(metrics),
      ...(settings.metricsToken === undefined ? {} : { metricsToken: settings.metricsToken }),
      routers: [...messages.routers, answers, api, shifts, ...routersOf(pages, sandbox)],
    });
    return await serve({
      settings,
      app,
      engine,
      keeper,
      policies,
      closeAll,
      sandbox,
      log,
      greet: () => greetOtherSides({ freshdesk, opsview, log }),
    });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Whoever may see the console may see the stand-ins: both ask for the same password, with the same cookie. */
async function openSandboxBehindDoor(
  parts: Readonly<{ settings: SandboxSettings; clock: Clock; log: Logger; policy: () => Policy }>,
): Promise<SandboxSide> {
  const { settings, clock } = parts;
  const { required } = createSignIn({
    mode: 'sandbox',
    clock,
    publicUrl: settings.publicUrl,
    ...(settings.consolePassword === undefined ? {} : { password: settings.consolePassword }),
    showForm: (res) => res.redirect('/sign-in'),
  });
  return openSandbox({ ...parts, signInRequired: required });
}

type ServeParts = Readonly<{
  settings: Settings;
  app: ReturnType<typeof createApp>;
  engine: Engine;
  keeper: ReturnType<typeof createKeeper>;
  policies: Awaited<ReturnType<typeof openPolicy>>;
  sandbox: SandboxSide | undefined;
  closeAll(): Promise<void>;
  log: Logger;
  greet(): Promise<void>;
}>;

async function serve(parts: ServeParts): Promise<Watchdesk> {
  const { settings, app, engine, keeper, policies, sandbox, closeAll, log, greet } = parts;
  const server = await startServer(app, { host: settings.host, port: settings.port });
  const url = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${server.port}`;
  try {
    await engine.start();
  } catch (error) {
    await server.stop(0); // a process that only listens would look alive
    throw error;
  }
  sandbox?.start();
  void greet().catch((error: unknown) => log.error('Asking both sides at the start failed', { error }));
  log.info(`Watchdesk ${VERSION} serves at ${url}`, { mode: settings.mode, policy: policies.current().hash });
  return {
    url,
    reloadPolicy: policies.reload,
    async stop() {
      sandbox?.stop();
      // The stand-ins answer through this very server: whoever asks them ends before it does.
      if (sandbox) await engine.stop();
      await server.stop(STOP_GRACE_MS);
      await keeper.drain();
      if (!sandbox) await engine.stop();
      await closeAll();
      log.info('Watchdesk has stopped');
    },
  };
}

const routersOf = (pages: Router, sandbox: SandboxSide | undefined): readonly Router[] =>
  sandbox ? [sandbox.router, pages] : [pages];

/**
 * What this installation decided once, shared by all its processes: the secret of its signed links, and when it began to
 * look after the account's tickets.
 */
async function ownFacts(database: Database, account: string, clock: Clock) {
  const now = clock.now();
  const once = <Schema extends z.ZodType>(key: string, schema: Schema, first: string) =>
    memoOnce(database.prisma, { key, schema, first, now });
  const Instant = z.iso.datetime().transform((text) => new Date(text));
  // Freshdesk dates by whole seconds: a ticket of this very second counts as new.
  const thisSecond = new Date(Math.floor(now.getTime() / 1000) * 1000).toISOString();
  return {
    linkSecret: await once('link_secret', z.string().min(32), randomBytes(32).toString('base64url')),
    watchesTicketsSince: await once(`tickets_watched_since:${account}`, Instant, thisSecond),
  };
}

type Addresses = Readonly<{
  publicUrl: string;
  opsviewUrl: string;
  freshdeskUrl: string;
  linkSecret: string;
}>;

/** Addresses for people, in tickets and mails. */
const linksFor = ({ publicUrl, opsviewUrl, freshdeskUrl, linkSecret }: Addresses): EngineParts['links'] => ({
  confirmUrl: (asked) => `${publicUrl}/confirm/${signLink(linkSecret, { do: 'confirm', ...asked })}`,
  linkUrl: (asked) => `${publicUrl}/link/${signLink(linkSecret, { do: 'link', ...asked })}`,
  acknowledgeUrl: (asked) => `${publicUrl}/ack/${signLink(linkSecret, { do: 'acknowledge', ...asked })}`,
  stopUrl: (asked) => `${publicUrl}/stop/${signLink(linkSecret, { do: 'stop_director', ...asked })}`,
  ticketUrl: (number) => `${freshdeskUrl.replace(/\/+$/, '')}/a/tickets/${number}`,
  articleUrl: (number) => `${freshdeskUrl.replace(/\/+$/, '')}/a/solutions/articles/${number}`,
  watchdeskUrl: ({ number }: Readonly<{ number: number }>) => `${publicUrl}/incidents/${number}`,
  opsviewUrl: ({ host }: Readonly<{ host: string }>) =>
    `${opsviewUrl.replace(/\/+$/, '')}/monitoring/#!/${encodeURIComponent(host)}`,
});

function noticeFor(settings: Settings): string | undefined {
  if (settings.mode === 'sandbox' || settings.databaseUrl !== undefined) return undefined;
  return 'The embedded database survives a crash of Watchdesk but not a power cut: set DATABASE_URL for production.';
}
