import type { Arrival, Channel, Message, Sent } from '../connectors/channel.ts';
import { ConnectorError } from '../connectors/connector-error.ts';
import type { PageKind } from '../model/page.ts';
import { loadIncidents } from '../store/incidents.ts';
import type { PageRow } from '../store/pages.ts';
import * as pages from '../store/pages.ts';
import { inTransaction, type Tx } from '../store/transaction.ts';
import { backoffMs } from './job-loop.ts';
import { createLoop, type Loop, type TurnOutcome } from './loop.ts';
import { tellOutcome } from './page-outcome.ts';
import type { EngineParts } from './parts.ts';
import { unneededWhy } from './unneeded-page.ts';

/** Messages under way at once: a slow channel must not hold up the others. */
const CONCURRENCY = 8;
/** In one message; more of them come in the next. */
const BUNDLE_MAX = 20;
/** What is for people of ours and may come in one message with others. */
const BUNDLED: readonly PageKind[] = [
  'escalation',
  'last',
  'announcement',
  'meeting',
  'estimate',
  'fault',
  'handover',
];
/** Meant for one reader at one moment; where its outcome is unknown and cannot be looked up, twice is better than never. */
const RATHER_TWICE: readonly PageKind[] = ['director', 'last', 'fault'];
/** How long a message that cannot leave is tried; ladders go on to the next channel long before. */
const TRY_FOR_MS = 30 * 60_000;
/** How often a message that was only accepted is asked about. */
const ASK_EVERY_MS = 10_000;

/** What a turn took on: a message to send, to look for since its outcome is unknown, or to ask about. */
type Task = Readonly<{
  do: 'send' | 'look' | 'ask';
  bundle: readonly [PageRow, ...PageRow[]];
  message: Message;
}>;

/**
 * Sends pages, each intent once, and tells the inbox what became of them.
 *
 * A page is marked before it is sent. Where the outcome stays unknown (the answer was lost, the process was killed) the
 * channel is asked whether it arrived; where that cannot be asked it counts as failed, so that the person is told by the
 * next channel rather than twice by this one.
 */
export function createPageLoop(parts: EngineParts): Loop {
  const underWay = new Set<Promise<void>>();

  async function turn(): Promise<TurnOutcome> {
    if (underWay.size >= CONCURRENCY) return 'idle'; // the message that ends wakes the loop
    const claimed = await inTransaction(parts.database, (tx) => claim(tx, parts));
    if (claimed === 'none_due') return 'idle';
    if (claimed === 'settled') return 'more';
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
    underWay.add(work);
    return 'more';
  }

  const loop = createLoop('message', turn, parts.log);
  return {
    ...loop,
    async drain() {
      for (;;) {
        await loop.drain();
        if (underWay.size === 0) return;
        await Promise.all(underWay);
      }
    },
    async stop() {
      await loop.stop();
      await Promise.all(underWay);
    },
  };
}

/** A person wants a message that failed to be sent once more. */
export async function resendPage(parts: EngineParts, pageId: string): Promise<'done' | 'gone'> {
  const isAgain = await pages.resend(parts.database.prisma, pageId, parts.clock.now());
  parts.wake.outbound();
  return isAgain ? 'done' : 'gone';
}

/** Decides under lock what to do with the page that waits longest; `settled` when nothing has to be sent for it. */
async function claim(tx: Tx, parts: EngineParts): Promise<Task | 'settled' | 'none_due'> {
  const now = parts.clock.now();
  const first = await pages.claimDue(tx, now);
  if (first === undefined) return 'none_due';
  if (first.startedAt !== undefined || first.acceptedAt !== undefined) return await resume(tx, parts, first);
  if (await dropUnneeded(tx, parts, first, now)) return 'settled';
  const { bundle_within: within } = parts.policy().notify;
  const isBundled = BUNDLED.includes(first.payload.kind) && within > 0;
  if (isBundled) {
    const since = new Date(now.getTime() - within);
    const last = await pages.lastLeftAt(tx, first.payload, { since, kinds: BUNDLED });
    if (last !== undefined) {
      await pages.postpone(tx, [first.id], { until: new Date(last.getTime() + within) });
      return 'settled';
    }
  }
  const others = isBundled
    ? await pages.claimCompanions(tx, first, { now, kinds: BUNDLED, limit: BUNDLE_MAX })
    : [];
  const bundle = inOrder([first, ...others.filter(({ id }) => id !== first.id)]);
  const bundleId = parts.newId();
  await pages.markStarted(tx, idsOf(bundle), { now, until: leaseEnd(parts, now), bundleId });
  return {
    do: 'send',
    bundle,
    message: await messageOf(tx, bundle, { id: bundleId, sentAt: now, mayBeRepeat: false }),
  };
}

/** One that was tried before: its outcome is unknown, or it was only accepted. */
async function resume(tx: Tx, parts: EngineParts, first: PageRow): Promise<Task> {
  const now = parts.clock.now();
  const id = first.bundleId ?? parts.newId();
  const all = first.bundleId === undefined ? [] : await pages.ofBundle(tx, first.bundleId);
  const open = all.filter(({ deliveredAt, failedAt }) => deliveredAt === undefined && failedAt === undefined);
  const bundle = inOrder([first, ...open.filter((page) => page.id !== first.id)]);
  await pages.postpone(tx, idsOf(bundle), { until: leaseEnd(parts, now) });
  // Looked for is what left at the earlier try, and not what leaves now.
  const sentAt = first.startedAt ?? now;
  const message = await messageOf(tx, bundle, { id, sentAt, mayBeRepeat: true });
  return { do: first.acceptedAt === undefined ? 'look' : 'ask', bundle, message };
}

/** A page falls silent when what it asks for has happened meanwhile. */
async function dropUnneeded(tx: Tx, parts: EngineParts, page: PageRow, now: Date): Promise<boolean> {
  const { incidentId } = page.payload;
  if (incidentId === undefined) return false;
  const [incident] = await loadIncidents(tx, [incidentId]);
  const why = incident && unneededWhy(page.payload, incident);
  if (why === undefined) return false;
  await tellOutcome(tx, parts, [page], { outcome: 'failed', why, now });
  return true;
}

async function carryOut(parts: EngineParts, task: Task): Promise<void> {
  const { channel: name } = task.message.pages[0];
  const channel = parts.channels[name];
  if (channel === undefined) return await fail(parts, task, `${name} is not set up; see docs/messages.md.`);
  try {
    if (task.message.pages[0].kind === 'status') return await update(parts, task, channel);
    if (task.do === 'ask') return await ask(parts, task, channel);
    if (task.do === 'look') return await look(parts, task, channel);
    await left(parts, task, await channel.send(task.message));
  } catch (error) {
    if (!(error instanceof ConnectorError)) {
      parts.log.error('A message could not be sent by a fault of ours', {
        channel: name,
        error: error instanceof Error ? error.stack : String(error),
      });
      return await tryLater(parts, task, error);
    }
    await refused(parts, task, error);
  }
}

/** An earlier message is brought up to date; where there is none, nobody has to know. */
async function update(parts: EngineParts, task: Task, channel: Channel): Promise<void> {
  const { earlier } = task.message;
  if (earlier !== undefined && channel.update) await channel.update(earlier, task.message);
  await left(parts, task, { externalId: '', state: 'delivered' });
}

async function look(parts: EngineParts, task: Task, channel: Channel): Promise<void> {
  const found = await channel.find?.(task.message);
  if (found) return await left(parts, task, found);
  const isTriedOnce = task.bundle.every(({ attemptCount }) => attemptCount < 2);
  const isWorthTwo = task.bundle.some(({ payload }) => RATHER_TWICE.includes(payload.kind)) && isTriedOnce;
  if (!channel.find && !isWorthTwo)
    return await fail(
      parts,
      task,
      'It is not known whether it arrived: the answer was lost, and the channel cannot be asked.',
    );
  const now = parts.clock.now();
  await inTransaction(parts.database, (tx) =>
    pages.markStarted(tx, idsOf(task.bundle), {
      now,
      until: leaseEnd(parts, now),
      bundleId: task.message.id,
    }),
  );
  await left(parts, task, await channel.send({ ...task.message, mayBeRepeat: !channel.find }));
}

async function ask(parts: EngineParts, task: Task, channel: Channel): Promise<void> {
  const [{ externalId, acceptedAt }] = task.bundle;
  const arrival: Arrival =
    externalId !== undefined && channel.check ? await channel.check(externalId) : { state: 'delivered' };
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

async function left(parts: EngineParts, { bundle, message }: Task, sent: Sent): Promise<void> {
  const now = parts.clock.now();
  const [{ channel, recipientName, kind }] = message.pages;
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
    incidents: message.pages.map(({ reference }) => reference),
  });
  parts.wake.inbox();
}

/** What the channel's error means for the next try. */
async function refused(parts: EngineParts, task: Task, error: ConnectorError): Promise<void> {
  switch (error.kind) {
    case 'not_sent':
    case 'rate_limited':
      return await tryLater(parts, task, error);
    case 'outcome_unknown':
      parts.log.warn(error.message, { message: task.message.id });
      await inTransaction(parts.database, (tx) =>
        pages.postpone(tx, idsOf(task.bundle), {
          until: new Date(parts.clock.now().getTime() + parts.settleMs),
        }),
      );
      return;
    default:
      return await fail(parts, task, error.message);
  }
}

/** Certainly nothing left; after half an hour it is given up. What was accepted, or may have arrived, stays so. */
async function tryLater(parts: EngineParts, task: Task, error: unknown): Promise<void> {
  const now = parts.clock.now();
  const [{ createdAt, attemptCount, payload }] = task.bundle;
  const since = Math.max(createdAt.getTime(), payload.holdUntil?.getTime() ?? 0);
  const why = error instanceof Error ? error.message : String(error);
  if (now.getTime() - since > TRY_FOR_MS) return await fail(parts, task, why);
  const retryAfterMs = error instanceof ConnectorError ? error.retryAfterMs : undefined;
  const until = new Date(now.getTime() + (retryAfterMs ?? backoffMs(attemptCount, parts.random)));
  parts.log.warn(why, { message: task.message.id, retryAt: until.toISOString() });
  await inTransaction(parts.database, (tx) =>
    pages.postpone(tx, idsOf(task.bundle), { until, didNotLeave: task.do === 'send' }),
  );
}

async function fail(parts: EngineParts, { bundle, message }: Task, why: string): Promise<void> {
  const [{ channel, recipientName }] = message.pages;
  parts.log.error(`${recipientName} could not be told by ${channel}: ${why}`, {
    message: message.id,
    incidents: message.pages.map(({ reference }) => reference),
  });
  const now = parts.clock.now();
  await inTransaction(parts.database, (tx) =>
    tellOutcome(tx, parts, bundle, { outcome: 'failed', why, now }),
  );
  parts.wake.inbox();
}

async function messageOf(
  tx: Tx,
  bundle: Task['bundle'],
  { id, sentAt, mayBeRepeat }: Readonly<{ id: string; sentAt: Date; mayBeRepeat: boolean }>,
): Promise<Message> {
  const [first, ...others] = bundle;
  const { address, recipientName, timeZone } = first.payload;
  const isAlone = others.every(({ payload }) => payload.incidentId === first.payload.incidentId);
  const before = new Date(first.createdAt.getTime() - 1);
  const earlier = isAlone ? await pages.earlierMessage(tx, first.payload, before) : undefined;
  return {
    id,
    address,
    recipientName,
    timeZone,
    pages: [first.payload, ...others.map(({ payload }) => payload)],
    mayBeRepeat,
    ...(earlier === undefined ? {} : { earlier }),
    sentAt,
  };
}

/** After that a process that vanished in the middle of a try is given up. */
const leaseEnd = ({ settleMs }: EngineParts, now: Date): Date => new Date(now.getTime() + 2 * settleMs);

const idsOf = (bundle: readonly PageRow[]): string[] => bundle.map(({ id }) => id);

const inOrder = (bundle: readonly [PageRow, ...PageRow[]]): [PageRow, ...PageRow[]] =>
  bundle.toSorted(pages.messageOrder) as [PageRow, ...PageRow[]];
