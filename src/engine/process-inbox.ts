import { decideEvent } from '../incidents/decide-event.ts';
import type { DecisionContext } from '../incidents/decision-context.ts';
import type { Ledger } from '../incidents/ledger.ts';
import { understand } from '../intake/understand.ts';
import type { Decision, Why } from '../model/decision.ts';
import type { Event } from '../model/event.ts';
import type { Policy } from '../policy/schema.ts';
import type { Delivery, DeliveryMark } from '../store/deliveries.ts';
import * as deliveries from '../store/deliveries.ts';
import * as incidents from '../store/incidents.ts';
import { inTransaction, type Tx } from '../store/transaction.ts';
import { commitChanges } from './commit-changes.ts';
import { backoffMs } from './job-loop.ts';
import { loadForEvents, type StormHint } from './load-ledger.ts';
import type { TurnOutcome } from './loop.ts';
import type { EngineParts } from './parts.ts';

/** Deliveries decided in one transaction: enough that its cost is shared, few enough that others wait briefly. */
export const DELIVERIES_PER_TURN_MAX = 100;

type Claimed = Pick<Delivery, 'seq' | 'attemptCount'>;
type Decided = Readonly<{ delivery: Delivery; decisions: readonly Decision[] }>;
type Parked = Readonly<{ delivery: Delivery; why: Why }>;
type Failed = Readonly<{ delivery: Delivery; error: unknown }>;
type Batch = Readonly<{
  count: number;
  decided: readonly Decided[];
  parked: readonly Parked[];
  failed: readonly Failed[];
  numbersUsed: number;
}>;

/** Incident numbers taken from the database and not used yet; kept by the process so that none is wasted. */
type NumberPool = number[];
type TurnState = Readonly<{ numbers: NumberPool; mark: DeliveryMark; hint: StormHint }>;

/** The pool has run dry in the middle of deciding: take more and decide again, which a pure decision allows. */
export class OutOfNumbers extends Error {}

/**
 * Makes the inbox's turn: claims waiting deliveries, oldest first, decides each on top of the one before, and commits
 * all of it at once.
 *
 * Errors: a delivery whose decision throws is put off alone, ever longer. When the commit itself fails, the deliveries
 *         are tried one by one, so that one bad row never holds up the others. Only the database being away fails the turn.
 */
export function createInboxTurn(parts: EngineParts): () => Promise<TurnOutcome> {
  const state: TurnState = { numbers: [], mark: {}, hint: { newlyBad: 0, countedAt: new Date(0) } };
  return async () => {
    const claimed: Claimed[] = [];
    try {
      const count = await processBatch(parts, state, { limit: DELIVERIES_PER_TURN_MAX, claimed });
      // A turn that was not full took everything there was; whatever is kept from now on wakes the loop again.
      return count < DELIVERIES_PER_TURN_MAX ? 'idle' : 'more';
    } catch (error) {
      if (claimed.length === 0) throw error;
      parts.log.warn('A batch of deliveries could not be committed; they are tried one by one', {
        deliveries: claimed.length,
        error: String(error),
      });
      await processOneByOne(parts, state, claimed.length);
      return 'more';
    }
  };
}

async function processOneByOne(parts: EngineParts, state: TurnState, atMost: number): Promise<void> {
  for (let turn = 0; turn < atMost; turn++) {
    const claimed: Claimed[] = [];
    try {
      if ((await processBatch(parts, state, { limit: 1, claimed })) === 0) return;
    } catch (error) {
      const [delivery] = claimed;
      if (delivery === undefined) throw error;
      await inTransaction(parts.database, (tx) => putOff(tx, parts, [{ delivery, error }]));
    }
  }
}

async function processBatch(
  parts: EngineParts,
  { numbers, mark: claimMark, hint }: TurnState,
  { limit, claimed }: Readonly<{ limit: number; claimed: Claimed[] }>,
): Promise<number> {
  let mayBeCommitted = false;
  const batch = await inTransaction(parts.database, async (tx) => {
    mayBeCommitted = false;
    const now = parts.clock.now();
    const waiting = await deliveries.claimDeliveries(tx, now, limit, claimMark);
    claimed.splice(0, claimed.length, ...waiting);
    if (waiting.length === 0) return undefined;
    // Asked for only now: what was kept after a reload is decided by the policy that was in force then.
    const policy = parts.policy();
    const decided = await decideAndCommit(tx, parts, { waiting, policy, now, numbers, hint });
    mayBeCommitted = true;
    return decided;
  }).catch((error: unknown) => {
    // Perhaps only the answer to the commit was lost: a gap is better than a number given twice.
    if (mayBeCommitted) numbers.length = 0;
    throw error;
  });
  if (!batch) return 0;
  numbers.splice(0, batch.numbersUsed);
  tell(parts, batch);
  parts.wake.outbound();
  if (batch.decided.some(({ decisions }) => decisions.some(({ pages }) => pages.length > 0)))
    parts.wake.messages();
  return batch.count;
}

async function decideAndCommit(
  tx: Tx,
  parts: EngineParts,
  given: Readonly<{
    waiting: readonly Delivery[];
    policy: Policy;
    now: Date;
    numbers: NumberPool;
    hint: StormHint;
  }>,
): Promise<Batch> {
  const { waiting, policy, now, numbers, hint } = given;
  const aheadMs = parts.opsview?.aheadMs() ?? 0;
  const understood = waiting.map((delivery) => ({ delivery, ...understand(delivery, { aheadMs }) }));
  const parked = understood.flatMap((one) =>
    'parked' in one ? [{ delivery: one.delivery, why: one.parked }] : [],
  );
  const events = understood.flatMap((one) =>
    'event' in one ? [{ delivery: one.delivery, event: one.event }] : [],
  );
  const newLedger = await loadForEvents(
    tx,
    events.map(({ event }) => event),
    { policy, now, hint },
  );
  for (;;) {
    const ledger = newLedger();
    try {
      const result = decideAll(parts, { events, ledger, policy, now, numbers });
      await commitChanges(tx, parts, ledger.changes(), {
        now,
        policyVersion: policy.hash,
        priorityOf: (incidentId) => ledger.incident(incidentId)?.priority,
      });
      await mark(tx, parts, { ...result, parked, now });
      return { count: waiting.length, parked, ...result };
    } catch (error) {
      if (!(error instanceof OutOfNumbers)) throw error;
      numbers.push(...(await incidents.nextIncidentNumbers(tx, events.length)));
    }
  }
}

function decideAll(
  parts: EngineParts,
  given: Readonly<{
    events: readonly Readonly<{ delivery: Delivery; event: Event }>[];
    ledger: Ledger;
    policy: Policy;
    now: Date;
    numbers: NumberPool;
  }>,
): Pick<Batch, 'decided' | 'failed' | 'numbersUsed'> {
  const { events, ledger, policy, now, numbers } = given;
  let numbersUsed = 0;
  const context = decisionContext(parts, now, () => {
    const number = numbers[numbersUsed];
    if (number === undefined) throw new OutOfNumbers();
    numbersUsed += 1;
    return number;
  });
  const decided: Decided[] = [];
  const failed: Failed[] = [];
  for (const { delivery, event } of events) {
    try {
      const decisions = decideEvent(event, ledger, policy, context);
      for (const decision of decisions) ledger.apply(decision, delivery.seq);
      decided.push({ delivery, decisions });
    } catch (error) {
      if (error instanceof OutOfNumbers) throw error;
      failed.push({ delivery, error });
    }
  }
  return { decided, failed, numbersUsed };
}

/** What decisions need from outside. */
export const decisionContext = (
  parts: EngineParts,
  now: Date,
  nextNumber: () => number,
): DecisionContext => ({
  now,
  nextNumber,
  newId: parts.newId,
  links: parts.links,
  deskFields: parts.deskFields(),
  watchesTicketsSince: parts.watchesTicketsSince,
  ...(parts.ownOpsviewUser === undefined ? {} : { ownOpsviewUser: parts.ownOpsviewUser }),
});

async function mark(
  tx: Tx,
  parts: EngineParts,
  { decided, parked, failed, now }: Pick<Batch, 'decided' | 'parked' | 'failed'> & Readonly<{ now: Date }>,
): Promise<void> {
  await deliveries.markDecided(
    tx,
    decided.map(({ delivery, decisions }) => ({ seq: delivery.seq, ...telling(decisions) })),
    now,
  );
  await deliveries.parkDeliveries(
    tx,
    parked.map(({ delivery, why }) => ({ seq: delivery.seq, why })),
  );
  await putOff(tx, parts, failed);
}

async function putOff(
  tx: Tx,
  parts: EngineParts,
  failed: readonly Readonly<{ delivery: Claimed; error: unknown }>[],
): Promise<void> {
  if (failed.length === 0) return;
  const now = parts.clock.now().getTime();
  const rows = failed.map(({ delivery: { seq, attemptCount } }) => ({
    seq,
    until: new Date(now + backoffMs(attemptCount, parts.random)),
  }));
  await deliveries.postponeDeliveries(tx, rows);
  for (const { delivery, error } of failed) {
    parts.log.error('A delivery could not be decided by a fault of ours; it stays and is tried again', {
      eventId: String(delivery.seq),
      error: error instanceof Error ? error.stack : String(error),
    });
  }
}

/** The delivery's row keeps what matters most of several decisions: the one that is about an incident. */
function telling(decisions: readonly Decision[]): Readonly<{ why: Why; incidentId?: string }> {
  const main = decisions.findLast(({ incidentId }) => incidentId !== undefined) ?? decisions.at(-1);
  if (!main)
    throw new Error('An event was decided without a decision; there must be one, if only to say why not');
  return { why: main.why, ...(main.incidentId === undefined ? {} : { incidentId: main.incidentId }) };
}

/** One line of the log per decision (promise P6), after the commit. */
function tell(parts: EngineParts, { decided, parked }: Batch): void {
  for (const { delivery, decisions } of decided) {
    for (const { why, incidentId } of decisions) {
      parts.metrics.decided(why.rule);
      parts.log.info(why.sentence, { eventId: String(delivery.seq), incidentId, reason: why.rule });
    }
  }
  for (const { delivery, why } of parked) {
    parts.metrics.deliveryParked(delivery.source, why.rule);
    parts.log.warn(why.sentence, { eventId: String(delivery.seq), reason: why.rule });
  }
}
