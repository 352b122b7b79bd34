import type { Clock } from '../../model/clock.ts';
import { ConnectorError, parseRetryAfter } from '../connector-error.ts';
import { type CallLimits, limitsForTotal, PLAN_LIMITS, withoutReserve } from './call-limits.ts';
import { parseRateHeaders } from './rate-headers.ts';

/** `other` has no limit of its own, only the account's. Notes, single reads and searches are `other`. */
export type CallKind = 'create' | 'update' | 'list' | 'other';
export type Bucket = 'all' | 'create' | 'update' | 'list';

export type Spent = Readonly<{ granted: true; left: number }> | Readonly<{ granted: false; retryAt: Date }>;

/**
 * Where calls are counted, shared by every process that uses the account.
 * `spend` takes one call out of the bucket's running window (a new window begins with the first call after the old one
 * has passed), or says when there is one again; `block` refuses every call of the bucket until then.
 */
export type BudgetStore = Readonly<{
  spend(bucket: string, rule: Readonly<{ limit: number; windowMs: number; now: Date }>): Promise<Spent>;
  block(bucket: string, until: Date): Promise<void>;
}>;

/** For metrics: what this process has seen. `left` and `blockedUntil` are as last told by the store or by Freshdesk. */
export type BudgetState = Readonly<{
  limits: CallLimits;
  taken: Readonly<Record<CallKind, number>>;
  refused: Readonly<Record<CallKind, number>>;
  left: Readonly<Partial<Record<Bucket, number>>>;
  blockedUntil: Readonly<Partial<Record<Bucket, Date>>>;
  freshdeskTotal: number | undefined;
  freshdeskRemaining: number | undefined;
}>;

export type CallBudget = Readonly<{
  /** Throws ConnectorError `rate_limited` when no call is left. Never waits and never calls. */
  take(kind: CallKind): Promise<void>;
  /** After every answer, refused ones too: learns the account's limit and notices that others ate the budget. */
  observe(headers: Readonly<Record<string, string>>): Promise<void>;
  /** After a 429: blocks the bucket that most likely tripped and says for how many ms. */
  refused(kind: CallKind, headers: Readonly<Record<string, string>>): Promise<number>;
  state(): BudgetState;
}>;

export type CallBudgetParts = Readonly<{
  store: BudgetStore;
  /** Freshdesk host: limits are per account. */
  account: string;
  /** The plan's limits when the settings name them; undefined: learnt from the answers, a trial's until then. */
  limits?: CallLimits | undefined;
  /** Share of every limit that is left for people's other apps. Default 0.2. */
  reserve?: number;
  clock: Clock;
  /** 0 ≤ n < 1; spreads the processes that wait for one 429. */
  random?: () => number;
}>;

const WINDOW_MS = 60_000;
const RETRY_AFTER_MS_DEFAULT = WINDOW_MS;
/** Others may refill or eat on: short enough to notice soon, long enough that asking costs four calls a minute. */
const OTHERS_ATE_MS = 15_000;

export function createCallBudget({
  store,
  account,
  limits,
  reserve = 0.2,
  clock,
  random = Math.random,
}: CallBudgetParts): CallBudget {
  let accountLimits: CallLimits = limits ?? PLAN_LIMITS.trial;
  let ours = withoutReserve(accountLimits, reserve);
  const taken = { create: 0, update: 0, list: 0, other: 0 };
  const refusals = { create: 0, update: 0, list: 0, other: 0 };
  const left: Partial<Record<Bucket, number>> = {};
  const blockedUntil: Partial<Record<Bucket, Date>> = {};
  let told: { total: number | undefined; remaining: number | undefined } = {
    total: undefined,
    remaining: undefined,
  };

  const block = async (bucket: Bucket, forMs: number): Promise<void> => {
    const until = new Date(clock.now().getTime() + forMs);
    blockedUntil[bucket] = until;
    await store.block(`freshdesk:${account}:${bucket}`, until);
  };

  const take = async (kind: CallKind): Promise<void> => {
    // The narrow bucket first: a poll without list calls left must not use up what creating a ticket needs.
    for (const bucket of bucketsOf(kind)) {
      const now = clock.now();
      const spent = await store.spend(`freshdesk:${account}:${bucket}`, {
        limit: ours[bucket],
        windowMs: WINDOW_MS,
        now,
      });
      if (!spent.granted) {
        left[bucket] = 0;
        refusals[kind] += 1;
        const retryAfterMs = Math.max(1, spent.retryAt.getTime() - now.getTime());
        throw new ConnectorError(
          'rate_limited',
          `No Freshdesk call left in the budget "${bucket}" of ${account} (${ours[bucket]} a minute): ` +
            `wait ${retryAfterMs} ms, or raise the plan or lower the reserve`,
          { retryAfterMs, code: 'budget' },
        );
      }
      left[bucket] = spent.left;
    }
    taken[kind] += 1;
  };

  const observe = async (headers: Readonly<Record<string, string>>): Promise<void> => {
    const { total, remaining } = parseRateHeaders(headers);
    told = { total: total ?? told.total, remaining: remaining ?? told.remaining };
    if (total !== undefined && total > 0 && limits === undefined) {
      accountLimits = limitsForTotal(total);
      ours = withoutReserve(accountLimits, reserve);
    }
    const kept = Math.floor((total ?? accountLimits.all) * reserve);
    if (remaining !== undefined && remaining < kept) await block('all', OTHERS_ATE_MS);
  };

  const refused = async (kind: CallKind, headers: Readonly<Record<string, string>>): Promise<number> => {
    refusals[kind] += 1;
    const askedMs = parseRetryAfter(headers['retry-after'], clock.now()) ?? RETRY_AFTER_MS_DEFAULT;
    const forMs = askedMs + Math.floor(random() * Math.max(1000, askedMs * 0.2));
    await block(trippedBucket(kind, headers), forMs);
    return forMs;
  };

  return {
    take,
    observe,
    refused,
    state: () => ({
      limits: ours,
      taken: { ...taken },
      refused: { ...refusals },
      left: { ...left },
      blockedUntil: { ...blockedUntil },
      freshdeskTotal: told.total,
      freshdeskRemaining: told.remaining,
    }),
  };
}

const bucketsOf = (kind: CallKind): readonly Bucket[] => (kind === 'other' ? ['all'] : [kind, 'all']);

/**
 * Freshdesk does not say which limit a 429 is about; a sub-limit may trip while the headers still show calls left.
 * Guessed wrong, the next call of another kind earns its own 429 and blocks its own bucket.
 */
function trippedBucket(kind: CallKind, headers: Readonly<Record<string, string>>): Bucket {
  const { remaining } = parseRateHeaders(headers);
  return kind !== 'other' && remaining !== undefined && remaining > 0 ? kind : 'all';
}
