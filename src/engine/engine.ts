import cron from 'node-cron';
import { DELIVERY_CHANNEL } from '../store/deliveries.ts';
import { workWaiting } from '../store/work-waiting.ts';
import { createTimerTurn } from './fire-timers.ts';
import { handOver } from './hand-over.ts';
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
  /** Of channels, such as asking a chat for answers; run with ours. */
  others: readonly Loop[] = [],
): Engine & Readonly<{ parts: EngineParts }> {
  const wakeAll = (some: readonly Loop[]): void => {
    for (const loop of some) loop.wake();
  };
  const wake = {
    outbound: () => wakeAll(outbound),
    inbox: () => inbox.wake(),
    messages: () => messages.wake(),
  };
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
  const outbound = [createOutboundLoop(whole, 'freshdesk'), createOutboundLoop(whole, 'opsview')];
  const messages = createPageLoop(whole);
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
  const handing = createLoop(
    'hand-over',
    once(() => handOver(whole)),
    log,
  );
  const loops: readonly Loop[] = [
    inbox,
    timers,
    ...outbound,
    messages,
    reading,
    comparing,
    learning,
    handing,
    tidying,
    ...others,
  ];

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
      await handing.drain();
      for (const other of others) await other.drain();
      // What one loop does may give work to another; a fixed number of rounds would hide a loop that never ends.
      await lookAtLadders();
      for (let before = Number.NaN; ; ) {
        const { done, due } = await workWaiting(database, whole.clock.now());
        const busy = [inbox, timers, ...outbound, messages].filter(({ name }) => due.has(name));
        if (busy.length === 0 || done === before) return; // nothing is due, or only what something else holds back
        before = done;
        for (const loop of busy) await loop.drain();
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
