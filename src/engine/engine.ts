import cron from 'node-cron';
import { DELIVERY_CHANNEL } from '../store/deliveries.ts';
import { createTimerTurn } from './fire-timers.ts';
import { tidyUp } from './housekeeping.ts';
import { createLadderLook } from './look-at-ladders.ts';
import { createLoop, type Loop } from './loop.ts';
import { createOutboundLoop } from './outbound.ts';
import type { EngineParts } from './parts.ts';
import { createInboxTurn } from './process-inbox.ts';
import { readAgents } from './read-agents.ts';
import { readBack } from './read-back.ts';
import { readBackTickets } from './read-back-tickets.ts';
import { readRatings } from './read-ratings.ts';
import { createPageLoop } from './send-pages.ts';

export type Engine = Readonly<{
  /** Takes over what a killed process left, then starts all loops. */
  start(): Promise<void>;
  /** No further turn begins; resolves when those under way and the calls under way have ended. */
  stop(): Promise<void>;
  /** A delivery was kept. */
  wakeInbox(): void;
  /** Without `start`: does everything that is due now, until nothing is left to do. For tests, which move the clock. */
  settle(): Promise<void>;
}>;

/** A little above once a second, so that a late tick is caught up: the floor under every wake-up. */
const FLOOR = '* * * * * *';

/** The loops. Each wakes the ones that it gives work to; the floor finds what a lost wake-up left lying. */
export function createEngine(
  parts: Omit<EngineParts, 'wake' | 'turns'>,
): Engine & Readonly<{ parts: EngineParts }> {
  const wakeAll = (some: readonly Loop[]): void => {
    for (const loop of some) loop.wake();
  };
  const wake = { outbound: () => wakeAll(outbound), inbox: () => inbox.wake() };
  const whole: EngineParts = { ...parts, wake, turns: new Map() };
  const { log, opsview, database, queue } = parts;

  const lookAtLadders = createLadderLook(whole);
  const inbox = createLoop('inbox', createInboxTurn(whole), log);
  const fireTimers = createTimerTurn(whole);
  const timers = createLoop(
    'timer',
    async () => {
      await lookAtLadders();
      return await fireTimers();
    },
    log,
  );
  const outbound = [
    createOutboundLoop(whole, 'freshdesk'),
    createOutboundLoop(whole, 'opsview'),
    createPageLoop(whole),
  ];
  const reading = createLoop(
    'read-back',
    once(async () => opsview && readBack(whole, opsview)),
    log,
  );
  const comparing = createLoop(
    'ticket read-back',
    once(() => readBackTickets(whole)),
    log,
  );
  const learning = createLoop(
    'account reading',
    once(async () => {
      await whole.learnDeskFields();
      await readAgents(whole);
      await readRatings(whole);
    }),
    log,
  );
  const tidying = createLoop(
    'housekeeping',
    once(() => tidyUp(whole)),
    log,
  );
  const loops: readonly Loop[] = [inbox, timers, ...outbound, reading, comparing, learning, tidying];

  let stopTicking = (): void => {};
  let stopListening = async (): Promise<void> => {};

  return {
    parts: whole,
    wakeInbox: inbox.wake,

    async start() {
      const isAlone = await database.claimAlone(async () => {
        const released = await queue.releaseActive();
        if (released > 0)
          log.warn('Work that an earlier process left unfinished is taken up', { jobs: released });
      });
      if (!isAlone) log.info('Another Watchdesk process shares this database');
      stopListening = await database.listen(DELIVERY_CHANNEL, (keptBy) => {
        if (keptBy !== database.openedAs) inbox.wake(); // our own keeper has woken it already
      });
      for (const loop of loops) loop.start();
      const tick = cron.schedule(FLOOR, () => wakeAll(loops), { suppressMissedWarning: true });
      stopTicking = () => void tick.destroy();
    },

    async stop() {
      stopTicking();
      await stopListening();
      await Promise.all(loops.map((loop) => loop.stop()));
    },

    async settle() {
      await learning.drain();
      await reading.drain();
      await comparing.drain();
      // What one loop does may give work to another; a fixed number of rounds would hide a loop that never ends.
      for (let before = Number.NaN, done = await workDone(whole); before !== done; ) {
        before = done;
        for (const loop of [inbox, timers, ...outbound]) await loop.drain();
        done = await workDone(whole);
      }
    },
  };
}

const once =
  (work: () => Promise<unknown> | undefined): (() => Promise<'idle'>) =>
  async () => {
    await work();
    return 'idle';
  };

/** Grows whenever any loop has done something. */
async function workDone({ database }: EngineParts): Promise<number> {
  const [row] = await database.query(
    `SELECT (SELECT count(*) FROM delivery WHERE status <> 'waiting') + (SELECT count(*) FROM timer WHERE fired_at IS NOT NULL)
       + (SELECT coalesce(sum(attempt_count), 0) + count(*) FILTER (WHERE delivered_at IS NOT NULL OR failed_at IS NOT NULL) FROM page)
       + (SELECT coalesce(sum(retry_count), 0) + count(*) FILTER (WHERE state IN ('completed', 'failed')) FROM pgboss.job) AS done`,
  );
  return Number(row?.done ?? 0);
}
