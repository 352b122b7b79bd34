import { decideTimer } from '../incidents/decide-timer.ts';
import type { Decision } from '../model/decision.ts';
import type { Policy } from '../policy/schema.ts';
import { nextIncidentNumbers } from '../store/incidents.ts';
import type { LowWaterMark, Timer } from '../store/timers.ts';
import * as timers from '../store/timers.ts';
import { inTransaction, type Tx } from '../store/transaction.ts';
import { commitChanges } from './commit-changes.ts';
import { backoffMs } from './job-loop.ts';
import { loadForTimer } from './load-ledger.ts';
import type { TurnOutcome } from './loop.ts';
import type { EngineParts } from './parts.ts';
import { decisionContext, OutOfNumbers } from './process-inbox.ts';

/** So that a long absence is caught up in turns and a stop does not wait for thousands. */
export const TIMERS_PER_TURN_MAX = 100;

/** An incident that another transaction holds is free again in less. */
const BUSY_MS = 250;

type Fired = 'fired' | 'busy' | 'postponed' | 'none_due';

/**
 * Makes the timers' turn: every due timer asks whether it is still needed, does what it promised and is marked fired, in
 * one transaction (promise P7). Never early; late by the tick at most, unless its incident is being changed just then.
 */
export function createTimerTurn(parts: EngineParts): () => Promise<TurnOutcome> {
  const mark: LowWaterMark = {};
  return async () => {
    for (let fired = 0; fired < TIMERS_PER_TURN_MAX; fired++) {
      const outcome = await fireOne(parts, mark);
      if (outcome === 'none_due') return 'idle';
    }
    return 'more';
  };
}

async function fireOne(parts: EngineParts, mark: LowWaterMark): Promise<Fired> {
  const claim: { timer?: Timer; tell?: () => void } = {};
  try {
    const outcome = await inTransaction(parts.database, async (tx): Promise<Fired> => {
      const now = parts.clock.now();
      const [timer] = await timers.claimDueTimers(tx, now, 1, mark);
      if (!timer) return 'none_due';
      claim.timer = timer;
      const policy = parts.policy();
      const loaded = await loadForTimer(tx, timer.incidentId, {
        policy,
        repeatsSince: timer.name === 'repeat' ? repeatsSince(policy, now) : undefined,
      });
      if (!loaded) {
        // Whoever changes the incident may set or cancel this very timer: waiting for it here would be for ever.
        await timers.postponeTimer(tx, timer.id, new Date(now.getTime() + BUSY_MS));
        return 'busy';
      }
      const { incident, ledger } = loaded;
      const decision = await withNumbers(tx, (nextNumber) =>
        decideTimer(timer.name, incident, ledger, policy, decisionContext(parts, now, nextNumber)),
      );
      ledger.apply(decision);
      await timers.markFired(tx, [timer], now); // first: the decision may set a timer of the same name
      await commitChanges(tx, parts, ledger.changes(), {
        now,
        policyVersion: policy.hash,
        priorityOf: () => incident.priority,
      });
      claim.tell = () => tell(parts, timer, { now, ...decision.why });
      return 'fired';
    });
    if (outcome !== 'fired') return outcome;
    claim.tell?.(); // now that it is committed
    parts.wake.outbound();
    return outcome;
  } catch (error) {
    if (!claim.timer) throw error; // the database, not this timer: the loop fails loudly
    await putOff(parts, claim.timer, error);
    return 'postponed';
  }
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
async function putOff(parts: EngineParts, timer: Timer, error: unknown): Promise<void> {
  const until = new Date(parts.clock.now().getTime() + backoffMs(timer.attemptCount, parts.random));
  await inTransaction(parts.database, (tx) => timers.postponeTimer(tx, timer.id, until));
  parts.log.error('A timer could not fire by a fault of ours; it stays due and is tried again', {
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
