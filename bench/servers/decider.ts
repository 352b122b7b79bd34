import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EngineParts } from '../../src/engine/parts.ts';
import { createInboxTurn } from '../../src/engine/process-inbox.ts';
import { systemClock } from '../../src/model/clock.ts';
import { uncounted } from '../../src/model/metrics.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import { type DatabaseOptions, openDatabase } from '../../src/store/database.ts';
import { startQueue } from '../../src/store/queue.ts';
import { given, serveParent } from '../support/child.ts';

export type DeciderGiven = Readonly<{ database: DatabaseOptions; policyFile: string }>;
/** ms and µs; `turns` are transactions. */
export type DeciderReport = Readonly<{ tookMs: number; cpuUs: number; turns: number }>;

/** The inbox's turns as the engine takes them, until nothing waits. What is enqueued stays in the queue. */
const { database: options, policyFile } = given<DeciderGiven>();
const database = await openDatabase(options);
const queue = await startQueue(database);
const loaded = loadPolicy({ text: readFileSync(policyFile, 'utf8'), path: policyFile });
if ('faults' in loaded) throw new Error(loaded.faults.map(({ message }) => message).join('\n'));

const nobody = (what: string) => (): never => {
  throw new Error(`Deciding asked for ${what}, which only outward work does.`);
};
const parts: EngineParts = {
  database,
  queue,
  clock: systemClock,
  keep: nobody('a delivery to be kept'),
  log: { debug: () => {}, info: () => {}, warn: console.warn, error: console.error },
  metrics: uncounted,
  policy: () => loaded.policy,
  freshdesk: new Proxy({} as EngineParts['freshdesk'], { get: nobody('Freshdesk') }),
  deskFields: () => new Set(),
  learnDeskFields: async () => {},
  watchesTicketsSince: new Date(0),
  links: {
    confirmUrl: nobody('a link'),
    linkUrl: nobody('a link'),
    acknowledgeUrl: nobody('a link'),
    stopUrl: nobody('a link'),
    ticketUrl: (number) => `https://acme.freshdesk.com/a/tickets/${number}`,
    articleUrl: (number) => `https://acme.freshdesk.com/a/solutions/articles/${number}`,
    watchdeskUrl: ({ number }) => `https://watchdesk.example.com/incidents/${number}`,
    opsviewUrl: ({ host }) => `https://opsview.example.com/${host}`,
  },
  newId: randomUUID,
  random: Math.random,
  settleMs: 30_000,
  status: { readBackDone: async () => {} },
  channels: {},
  homeUrl: 'https://watchdesk.example.com',
  wake: { outbound: () => {}, inbox: () => {}, messages: () => {} },
  turns: new Map(),
};
const turn = createInboxTurn(parts);

serveParent<object, DeciderReport>(
  {},
  {
    async answer() {
      const cpuBefore = process.cpuUsage();
      const startedAt = performance.now();
      let turns = 0;
      while ((await turn()) === 'more') turns++;
      const { user, system } = process.cpuUsage(cpuBefore);
      return { tookMs: performance.now() - startedAt, cpuUs: user + system, turns };
    },
    async close() {
      await queue.stop();
      await database.close();
    },
  },
);
