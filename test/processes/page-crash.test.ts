import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Incident } from '../../src/model/incident.ts';
import * as incidents from '../../src/store/incidents.ts';
import { alertSender, openSite, QUICK_POLICY, type Running, type Site, until } from '../support/process.ts';
import { seededRandom } from './story.ts';

const SEED = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const ROUNDS = Number(process.env.CRASH_ROUNDS_PAGES ?? 4);

const HOSTS = ['pager-a', 'pager-b', 'pager-c', 'pager-d'];
const RUNGS_AFTER_SECONDS = [2, 4, 6];
const INVENTORY = HOSTS.map((name, index) => ({
  name,
  alias: name,
  ip: `127.0.2.${index}`,
  hostGroup: 'Paged',
  hashtags: [],
  checks: [{ name: 'HTTP', okOutput: 'OK' }],
}));

const POLICY = {
  ...QUICK_POLICY,
  defaults: { policy_owner: 'dana' },
  people: { dana: { name: 'Dana', email: 'dana@acme.example' } },
  rooms: { hook: { name: 'Dashboard', channel: 'webhook', address: 'ops' } },
  notify: { bundle_within: '1s', delivered_within: '5m' },
  ladders: {
    ack: {
      name: 'Nobody takes it',
      kind: 'technical',
      watches: 'acknowledge',
      rungs: RUNGS_AFTER_SECONDS.map((seconds) => ({
        name: `Step ${seconds}`,
        after: `${seconds}s`,
        tell: [{ room: 'hook' }],
      })),
      last: { after: '1h', person: 'dana' },
    },
  },
};

type Told = Readonly<{ reference: string; rung: string; kind: string }>;

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

test('P2 P7 killed again and again while rungs fall due: each is told once, none early, none is missed', {
  timeout: 400_000,
}, async () => {
  const random = seededRandom(SEED);
  let alive: Running | undefined;
  const sender = alertSender(() => (alive ? [alive.url] : []));
  const place = await openSite('postgresql', {
    send: sender.send,
    policy: POLICY,
    sandbox: {
      channels: { watchdeskUrl: () => alive?.url ?? '' },
      opsview: { inventory: INVENTORY, settings: { acknowledgeDelayMs: 100, contacts: ['one'] } },
    },
  });
  site = place;
  const stand = place.sandbox.channels?.webhook;
  if (!stand) throw new Error('There is no stand-in for webhooks.');
  const settings = {
    WEBHOOK_ADDRESSES: `ops=${place.sandbox.url}/sandbox/channels/webhook/hook/ops`,
    WEBHOOK_SIGNING_SECRET: place.sandbox.channels?.access().webhook.secret,
  };
  const told = (): Told[] =>
    stand
      .bodies()
      .flatMap((body) => (body as Readonly<{ pages: readonly Told[] }>).pages)
      .filter(({ kind }) => kind === 'escalation');

  for (let round = 0; round < ROUNDS; round++) {
    const host = HOSTS[round % HOSTS.length];
    if (host !== undefined && round < HOSTS.length)
      place.sandbox.opsview.checks.setState(host, 'HTTP', 'CRITICAL');
    if (random() < 0.5) stand.faults.next({ kind: random() < 0.5 ? 'cut_after' : 'cut_before' });
    alive = await place.start(settings);
    await wait(500 + random() * 3_500);
    await alive.kill();
  }
  const last = await place.start(settings);
  alive = last;
  await sender.idle();
  const wanted = HOSTS.length * RUNGS_AFTER_SECONDS.length;
  await until(() => told().length >= wanted, { ms: 120_000, what: `${wanted} rungs were told` });
  await wait(3_000); // what would be told twice has its time
  const all = told();
  const opened = await place.inDatabase((database) => incidents.listNewest(database.prisma, 100));
  console.log(`seed ${SEED}`, { kills: ROUNDS, told: all.length, incidents: opened.length });
  expect(opened).toHaveLength(HOSTS.length);
  expect(all.map(({ reference, rung }) => `${reference} ${rung}`).toSorted()).toEqual(
    opened
      .flatMap(({ number }) => RUNGS_AFTER_SECONDS.map((seconds) => `WD-${number} Step ${seconds}`))
      .toSorted(),
  );
  for (const incident of opened) expect(earliness(incident)).toEqual([]);
  expect(last.log.filter(({ message }) => /fault of ours/.test(message))).toEqual([]);
  expect(await last.stop()).toBe(0);
});

/** Rungs that were told before their time. */
function earliness({ openedAt, escalation }: Incident): string[] {
  const [run] = escalation?.ladders ?? [];
  return (run?.rungs ?? []).flatMap(({ rung, at }, index) => {
    const dueAt = openedAt.getTime() + (RUNGS_AFTER_SECONDS[index] ?? 0) * 1_000;
    return at.getTime() < dueAt ? [`${rung} ${dueAt - at.getTime()} ms early`] : [];
  });
}
