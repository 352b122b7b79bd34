import type { Arrival, Channel, Sent } from '../connectors/channel.ts';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { ChannelName } from '../model/escalation.ts';
import type { PageKind } from '../model/page.ts';
import { releaseFromFuture } from '../store/claim-pages.ts';
import * as pages from '../store/pages.ts';
import { inTransaction } from '../store/transaction.ts';
import { claimPage, idsOf, leaseEnd, type PageTask } from './claim-page.ts';
import { backoffMs } from './job-loop.ts';
import { createLoop, type Loop, type TurnOutcome } from './loop.ts';
import { tellOutcome } from './page-outcome.ts';
import type { EngineParts } from './parts.ts';

/** Messages under way at once by one channel: a slow one must not hold up the others. */
const CONCURRENCY = 4;
/** Meant for one reader at one moment; where its outcome is unknown and cannot be looked up, twice is better than never. */
const RATHER_TWICE: readonly PageKind[] = ['director', 'last', 'fault'];
/** How long a message that cannot leave is tried; ladders go on to the next channel long before. */
const TRY_FOR_MS = 30 * 60_000;
/** How often a message that was only accepted is asked about. */
const ASK_EVERY_MS = 10_000;

/**
 * Sends pages, each intent once, and tells the inbox what became of them.
 *
 * A page is marked before it is sent. Where the outcome stays unknown (the answer was lost, the process was killed) the
 * channel is asked whether it arrived; where that cannot be asked it counts as failed, so that the person is told by the
 * next channel rather than twice by this one.
 */
export function createPageLoop(parts: EngineParts): Loop {
  const underWay = new Map<Promise<void>, ChannelName>();

  /** Those that take no further message until one that is under way ends, which wakes the loop. */
  function busy(): ChannelName[] {
    const counts = new Map<ChannelName, number>();
    for (const channel of underWay.values()) counts.set(channel, (counts.get(channel) ?? 0) + 1);
    return [...counts].flatMap(([channel, count]) => (count < CONCURRENCY ? [] : [channel]));
  }

  let lastTurnAt = new Date(8.64e15); // the first turn follows a restart: who knows what the clock did meanwhile
  async function turn(): Promise<TurnOutcome> {
    const now = parts.clock.now();
    if (now < lastTurnAt) await releaseFromFuture(parts.database.prisma, now);
    lastTurnAt = now;
    const claimed = await inTransaction(parts.database, (tx) => claimPage(tx, parts, busy()));
    if (claimed === 'none_due') return 'idle';
    if (claimed === 'settled') {
      parts.wake.inbox();
      return 'more';
    }
    const work = carryOut(parts, claimed)
      .catch((error: unknown) => {
        // The database is away: the lease ends, and what became of the message is looked up then.
        parts.log.error('What became of a message could not be recorded; it is looked up later', {
          message: claimed.message.id,
          error: String(error),
        });
      })
      .finally(() => {
        underWay.delete(work);
        loop.wake();
      });
    underWay.set(work, claimed.bundle[0].payload.channel);
    return 'more';
  }

  const loop = createLoop('message', turn, parts.log);
  return {
    ...loop,
    async drain() {
      for (;;) {
        await loop.drain();
        if (underWay.size === 0) return;
        await Promise.all(underWay.keys());
      }
    },
    async stop() {
      await loop.stop();
      await Promise.all(underWay.keys());
    },
  };
}

/** A person wants a message that failed to be sent once more. */
export async function resendPage(parts: EngineParts, pageId: string): Promise<'done' | 'gone'> {
  const isAgain = await pages.resend(parts.database.prisma, pageId, parts.clock.now());
  parts.wake.messages();
  return isAgain ? 'done' : 'gone';
}

async function carryOut(parts: EngineParts, task: PageTask): Promise<void> {
  const { channel: name, kind } = task.bundle[0].payload;
  const channel = parts.channels[name];
  if (channel === undefined) return await fail(parts, task, `${name} is not set up; see docs/messages.md.`);
  if (kind === 'status') return await update(parts, task, channel);
  if (task.do === 'ask') return await ask(parts, task, channel);
  if (task.do === 'look') return await look(parts, task, channel);
  const sent = await asked(parts, task, () => channel.send(task.message));
  if (sent) await left(parts, task, sent.answer);
}

/**
 * What the channel answers; undefined when it could not, and then what that means is recorded. Nothing else happens
 * within: that a message left must not count as a refusal because we could not write it down.
 */
async function asked<T>(
  parts: EngineParts,
  task: PageTask,
  call: () => Promise<T>,
): Promise<Readonly<{ answer: T }> | undefined> {
  let thrown: unknown;
  try {
    return { answer: await call() };
  } catch (error) {
    thrown = error;
  }
  if (thrown instanceof ConnectorError) await refused(parts, task, thrown);
  else {
    const { channel } = task.bundle[0].payload;
    parts.log.error('A message met a fault of ours', {
      channel,
      message: task.message.id,
      error: thrown instanceof Error ? thrown.stack : String(thrown),
    });
    // It may have left before, and would meet the same fault again: the next channel tells.
    await fail(parts, task, `Watchdesk itself failed to send it by ${channel}; its log says why.`);
  }
  return undefined;
}

/** An earlier message is brought up to date; where there is none, nobody has to know. */
async function update(parts: EngineParts, task: PageTask, channel: Channel): Promise<void> {
  const { earlier } = task.message;
  const done = await asked(parts, task, async () => {
    if (earlier !== undefined && channel.update) await channel.update(earlier, task.message);
  });
  if (done) await left(parts, task, { externalId: '', state: 'delivered' });
}

async function look(parts: EngineParts, task: PageTask, channel: Channel): Promise<void> {
  const { bundle, message, lease } = task;
  const found = channel.find && (await asked(parts, task, async () => channel.find?.(message)));
  if (found?.answer) return await left(parts, task, found.answer);
  if (channel.find && !found) return;
  const isTriedOnce = bundle.every(({ attemptCount }) => attemptCount < 2);
  const isWorthTwo = bundle.some(({ payload }) => RATHER_TWICE.includes(payload.kind)) && isTriedOnce;
  if (!channel.find && !isWorthTwo) return await fail(parts, task, NOT_KNOWN);
  const until = leaseEnd(parts, parts.clock.now());
  const isOurs = await inTransaction(parts.database, (tx) =>
    pages.restart(tx, idsOf(bundle), { lease, until }),
  );
  if (!isOurs) return; // looking took so long that another process does it
  const sent = await asked(parts, task, () => channel.send({ ...message, mayBeRepeat: !channel.find }));
  if (sent) await left(parts, task, sent.answer);
}

const NOT_KNOWN = 'It is not known whether it arrived: the answer was lost, and the channel cannot be asked.';

async function ask(parts: EngineParts, task: PageTask, channel: Channel): Promise<void> {
  const [{ externalId, acceptedAt }] = task.bundle;
  const arrived: Arrival = { state: 'delivered' };
  const told = await asked(parts, task, async () =>
    externalId !== undefined && channel.check ? channel.check(externalId) : arrived,
  );
  if (!told) return;
  const arrival = told.answer;
  if (arrival.state === 'delivered')
    return await left(parts, task, { externalId: externalId ?? '', state: 'delivered' });
  if (arrival.state === 'failed') return await fail(parts, task, arrival.why);
  const now = parts.clock.now();
  if (acceptedAt !== undefined && now.getTime() - acceptedAt.getTime() > TRY_FOR_MS)
    return await fail(
      parts,
      task,
      'It was accepted, and nobody knows after half an hour whether it arrived.',
    );
  await inTransaction(parts.database, (tx) =>
    pages.postpone(tx, idsOf(task.bundle), { until: new Date(now.getTime() + ASK_EVERY_MS) }),
  );
}

async function left(parts: EngineParts, { bundle, message }: PageTask, sent: Sent): Promise<void> {
  const now = parts.clock.now();
  const { channel, recipientName, kind } = bundle[0].payload;
  await inTransaction(parts.database, async (tx) => {
    if (sent.state === 'accepted') {
      const until = new Date(now.getTime() + ASK_EVERY_MS);
      await pages.markAccepted(tx, idsOf(bundle), { now, until, externalId: sent.externalId });
    } else {
      await tellOutcome(tx, parts, bundle, {
        outcome: 'delivered',
        externalId: sent.externalId || undefined,
        now,
      });
    }
  });
  parts.log.info(`${recipientName} is told by ${channel}`, {
    message: message.id,
    kind,
    state: sent.state,
    incidents: bundle.map(({ payload }) => payload.reference),
  });
  parts.wake.inbox();
}

/** What the channel's error means for the next try. After half an hour it is given up, whatever the error. */
async function refused(parts: EngineParts, task: PageTask, error: ConnectorError): Promise<void> {
  const { kind, message: why, retryAfterMs } = error;
  const isUnknown = kind === 'outcome_unknown';
  if (!isUnknown && kind !== 'not_sent' && kind !== 'rate_limited') return await fail(parts, task, why);
  const now = parts.clock.now().getTime();
  const [{ createdAt, attemptCount, payload }] = task.bundle;
  const since = Math.max(createdAt.getTime(), payload.holdUntil?.getTime() ?? 0);
  if (now - since > TRY_FOR_MS) return await fail(parts, task, why);
  const waitMs = isUnknown ? parts.settleMs : (retryAfterMs ?? backoffMs(attemptCount, parts.random));
  const until = new Date(now + waitMs);
  parts.log.warn(why, { message: task.message.id, retryAt: until.toISOString() });
  // What was accepted, or may have arrived at an earlier try, stays so.
  const didNotLeave = task.do === 'send' && !isUnknown;
  await inTransaction(parts.database, (tx) => pages.postpone(tx, idsOf(task.bundle), { until, didNotLeave }));
}

async function fail(parts: EngineParts, { bundle, message }: PageTask, why: string): Promise<void> {
  const { channel, recipientName } = bundle[0].payload;
  parts.log.error(`${recipientName} could not be told by ${channel}: ${why}`, {
    message: message.id,
    incidents: bundle.map(({ payload }) => payload.reference),
  });
  const now = parts.clock.now();
  await inTransaction(parts.database, (tx) =>
    tellOutcome(tx, parts, bundle, { outcome: 'failed', why, now }),
  );
  parts.wake.inbox();
}
