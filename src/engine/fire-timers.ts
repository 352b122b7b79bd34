import { decideTimer } from '../incidents/decide-timer.ts';
import type { Decision, Why } from '../model/decision.ts';
import type { Policy } from '../policy/schema.ts';
import { nextIncidentNumbers } from '../store/incidents.ts';
import type { LowWaterMark, Timer } from '../store/timers.ts';
import * as timers from '../store/timers.ts';
import { inTransaction, type Tx } from '../store/transaction.ts';
import { commitChanges } from './commit-changes.ts';
import { backoffMs } from './job-loop.ts';
import { loadForTimers } from './load-ledger.ts';
import type { TurnOutcome } from './loop.ts';
import type { EngineParts } from './parts.ts';
import { decisionContext, OutOfNumbers } from './process-inbox.ts';

/** So that a long absence is caught up in turns and a stop does not wait for thousands. */
export const TIMERS_PER_TURN_MAX = 100;

/** Fired in one transaction: enough that its cost is shared, few enough that others wait briefly. */
const TIMERS_PER_BATCH_MAX = 25;

/** An incident that another transaction holds is free again in less. */
const BUSY_MS = 250;

type Failed = Readonly<{ timer: Timer; error: unknown }>;
/** What became of the timers of one transaction; `count` is how many were due. */
type Batch = Readonly<{
  count: number;
  fired: readonly Readonly<{ timer: Timer; why: Why }>[];
  failed: readonly Failed[];
  hasPages: boolean;
  now: Date;
}>;

/**
 * Makes the timers' turn: every due timer asks whether it is still needed, does what it promised and is marked fired, in
 * one transaction with others that are due (promise P7). Never early; late by the tick at most, unless its incident is
 * being changed just then.
 *
 * Errors: a timer whose decision throws is put off alone, ever longer. When the commit itself fails, the timers are tried one
 *         by one, so that one bad row never holds up the others. Only the database being away fails the turn.
 */
export function createTimerTurn(parts: EngineParts): () => Promise<TurnOutcome> {
  const mark: LowWaterMark = {};
  return async () => {
    for (let fired = 0; fired < TIMERS_PER_TURN_MAX; ) {
      const count = await fireSome(parts, mark);
      if (count === 0) return 'idle';
      fired += count;
    }
    return 'more';
  };
}

async function fireSome(parts: EngineParts, mark: LowWaterMark): Promise<number> {
  const claimed: Timer[] = [];
  try {
    return await fireBatch(parts, mark, { limit: TIMERS_PER_BATCH_MAX, claimed });
  } catch (error) {
    if (claimed.length === 0) throw error; // the database, not these timers: the loop fails loudly
    parts.log.warn('A batch of timers could not be committed; they are tried one by one', {
      timers: claimed.length,
      error: String(error),
    });
    for (let turn = 0, left = claimed.length; turn < left; turn++)
      if ((await fireOne(parts, mark)) === 0) break;
    return claimed.length;
  }
}

async function fireOne(parts: EngineParts, mark: LowWaterMark): Promise<number> {
  const claimed: Timer[] = [];
  try {
    return await fireBatch(parts, mark, { limit: 1, claimed });
  } catch (error) {
    const [timer] = claimed;
    if (timer === undefined) throw error;
    await inTransaction(parts.database, (tx) => putOff(tx, parts, [{ timer, error }]));
    complain(parts, { timer, error });
    return 1;
  }
}

async function fireBatch(
  parts: EngineParts,
  mark: LowWaterMark,
  { limit, claimed }: Readonly<{ limit: number; claimed: Timer[] }>,
): Promise<number> {
  const batch = await inTransaction(parts.database, async (tx): Promise<Batch | undefined> => {
    const now = parts.clock.now();
    const due = await timers.claimDueTimers(tx, now, limit, mark);
    claimed.splice(0, claimed.length, ...due);
    return due.length === 0 ? undefined : await fireDue(tx, parts, due, now);
  });
  if (batch === undefined) return 0;
  for (const { timer, why } of batch.fired) tell(parts, timer, { now: batch.now, ...why });
  for (const failed of batch.failed) complain(parts, failed);
  parts.wake.outbound();
  if (batch.hasPages) parts.wake.messages();
  return batch.count;
}

async function fireDue(tx: Tx, parts: EngineParts, due: readonly Timer[], now: Date): Promise<Batch> {
  const policy = parts.policy();
  // The first decision about an incident may cancel its other timers: those stay due and are looked at next.
  const first = [
    ...new Map(due.toReversed().map((timer) => [timer.incidentId, timer])).values(),
  ].toReversed();
  const since = repeatsSince(policy, now);
  const { ledger, isLocked } = await loadForTimers(tx, first, { policy, since });
  const fired: Batch['fired'][number][] = [];
  const failed: Failed[] = [];
  const busy: Timer[] = [];
  for (const timer of first) {
    const incident = isLocked(timer.incidentId) ? ledger.incident(timer.incidentId) : undefined;
    if (incident === undefined) {
      busy.push(timer);
      continue;
    }
    try {
      const decision = await withNumbers(tx, (nextNumber) =>
        decideTimer(timer.name, incident, ledger, policy, decisionContext(parts, now, nextNumber)),
      );
      ledger.apply(decision);
      fired.push({ timer, why: decision.why });
    } catch (error) {
      failed.push({ timer, error });
    }
  }
  await timers.markFired(
    tx,
    fired.map(({ timer }) => timer),
    now,
  ); // first: a decision may set a timer of the same name
  const changes = ledger.changes();
  await commitChanges(tx, parts, changes, {
    now,
    policyVersion: policy.hash,
    priorityOf: (incidentId) => ledger.incident(incidentId)?.priority,
  });
  // Whoever changes an incident may set or cancel this very timer: waiting for it here would be for ever.
  for (const { id } of busy) await timers.postponeTimer(tx, id, new Date(now.getTime() + BUSY_MS));
  await putOff(tx, parts, failed);
  return { count: due.length, fired, failed, hasPages: changes.pages.length > 0, now };
}

function tell(
  parts: EngineParts,
  timer: Timer,
  { now, rule, sentence }: Readonly<{ now: Date; rule: string; sentence: string }>,
): void {
  parts.metrics.timerLateness(now.getTime() - timer.dueAt.getTime());
  parts.metrics.decided(rule);
  parts.log.info(sentence, { incidentId: timer.incidentId, eventId: `timer ${timer.id}`, reason: rule });
}

/** One bad timer never holds up the others: it stays due and is tried again, ever later. */
async function putOff(tx: Tx, parts: EngineParts, failed: readonly Failed[]): Promise<void> {
  const now = parts.clock.now().getTime();
  for (const { timer } of failed)
    await timers.postponeTimer(tx, timer.id, new Date(now + backoffMs(timer.attemptCount, parts.random)));
}

function complain({ log }: EngineParts, { timer, error }: Failed): void {
  log.error('A timer could not fire by a fault of ours; it stays due and is tried again', {
    incidentId: timer.incidentId,
    timer: timer.name,
    error: error instanceof Error ? error.stack : String(error),
  });
}

/**
 * Most timers open nothing. The rule for silent reporters may close a child, and with it the main incident, and each may
 * open the follow-up of a workaround.
 */
async function withNumbers(tx: Tx, decide: (nextNumber: () => number) => Decision): Promise<Decision> {
  const numbers: number[] = [];
  for (;;) {
    let used = 0;
    const nextNumber = (): number => {
      const number = numbers[used++];
      if (number === undefined) throw new OutOfNumbers();
      return number;
    };
    try {
      return decide(nextNumber);
    } catch (error) {
      if (!(error instanceof OutOfNumbers)) throw error;
      numbers.push(...(await nextIncidentNumbers(tx, 1)));
    }
  }
}

const repeatsSince = ({ problems }: Policy, now: Date): Date =>
  new Date(now.getTime() - problems.repeat.within);
