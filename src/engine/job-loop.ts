import { ConnectorError } from '../connectors/connector-error.ts';
import type { Clock } from '../model/clock.ts';
import type { Logger } from '../model/logger.ts';
import type { Queue, QueuedJob, QueueName } from '../store/queue.ts';
import { createLoop, type Loop } from './loop.ts';

/** Thrown by a handler that must look again at a known instant, such as when the outcome of a try has settled. */
export class RetryAt extends Error {
  readonly at: Date;
  constructor(at: Date, reason: string) {
    super(reason);
    this.at = at;
  }
}

const BACKOFF_MS = 1_000;
const BACKOFF_MS_MAX = 5 * 60_000;
/** A refused key or right needs a person; asking more often only eats the call budget. */
const UNAUTHORISED_PAUSE_MS = 60_000;

/** The n-th retry waits 1 s, 2 s, 4 s … 5 min, with up to a quarter more so that processes do not march in step. */
export function backoffMs(attempt: number, random: () => number): number {
  const plain = Math.min(BACKOFF_MS * 2 ** Math.min(attempt, 20), BACKOFF_MS_MAX);
  return Math.round(plain * (1 + random() / 4));
}

export type JobLoopParts = Readonly<{
  queueName: QueueName;
  queue: Queue;
  /** Jobs under way at once in this process. */
  concurrency: number;
  clock: Clock;
  random: () => number;
  log: Logger;
  /** Carries out one job; throwing decides what becomes of it by the error's kind. */
  handle(job: QueuedJob): Promise<void>;
  /** The job cannot succeed until a person acts: record it where people look. `hold` keeps its successors waiting. */
  giveUp(job: QueuedJob, error: Error): Promise<'hold' | 'skip'>;
}>;

/**
 * Carries out the jobs of one queue, several at once but in order per key.
 *
 * Errors: `not_sent` and `outcome_unknown` back off; `rate_limited` and `unauthorised` rest the whole loop, since every
 * other job would meet the same answer; `rejected` and `not_found` are given up and wait for a person.
 */
export function createJobLoop(parts: JobLoopParts): Loop {
  const { queue, clock, log, concurrency, queueName } = parts;
  const underWay = new Set<Promise<void>>();
  /** Failures of each job that this process holds back. Not the job's own count, which grows by crashes and waits too. */
  const failures = new Map<string, number>();
  let restsUntil = 0;

  async function turn(): Promise<'more' | 'idle'> {
    if (clock.now().getTime() < restsUntil) return 'idle';
    const free = concurrency - underWay.size;
    if (free === 0) return 'idle'; // the job that ends wakes the loop
    const jobs = await queue.fetch(queueName, free);
    for (const job of jobs) {
      const work = runOne(job).finally(() => {
        underWay.delete(work);
        loop.wake();
      });
      underWay.add(work);
    }
    return jobs.length === free ? 'more' : 'idle';
  }

  async function runOne(job: QueuedJob): Promise<void> {
    try {
      await parts.handle(job);
      await queue.complete(job);
      failures.delete(job.id);
    } catch (error) {
      await settle(job, error instanceof Error ? error : new Error(String(error))).catch(
        (failure: unknown) => {
          // The database is away: the job stays active, expires and is fetched again.
          log.error(`A ${queueName} job could not be put back`, { ...facts(job), error: String(failure) });
        },
      );
    }
  }

  async function settle(job: QueuedJob, error: Error): Promise<void> {
    const now = clock.now().getTime();
    const retryAt = (at: number) => queue.failFor(job, at - now, error.message);
    if (error instanceof RetryAt) return await retryAt(error.at.getTime());
    const failed = failures.get(job.id) ?? 0;
    failures.set(job.id, failed + 1);
    const later = now + backoffMs(failed, parts.random);
    if (!(error instanceof ConnectorError)) {
      log.error(`A ${queueName} job failed by a fault of ours and will be tried again`, {
        ...facts(job),
        error: error.stack ?? error.message,
      });
      return await retryAt(later);
    }
    switch (error.kind) {
      case 'rate_limited':
        restsUntil = now + (error.retryAfterMs ?? UNAUTHORISED_PAUSE_MS);
        return await retryAt(restsUntil);
      case 'unauthorised':
        log.error(error.message, facts(job));
        restsUntil = now + UNAUTHORISED_PAUSE_MS;
        // The rest is this process's: started again with the right key, it finds the job due.
        return await retryAt(later);
      case 'not_sent':
      case 'outcome_unknown':
      case 'unexpected_response':
        log.warn(error.message, { ...facts(job), kind: error.kind, retryAt: new Date(later).toISOString() });
        return await retryAt(later);
      case 'not_found':
      case 'rejected':
        log.error(error.message, { ...facts(job), kind: error.kind });
        failures.delete(job.id);
        if ((await parts.giveUp(job, error)) === 'hold') await queue.deadLetter(job, error.message);
        else await queue.complete(job);
    }
  }

  const loop = createLoop(queueName, turn, log);
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

const facts = (job: QueuedJob): Record<string, unknown> => ({
  job: job.id,
  ...job.data,
  attempt: job.retryCount + 1,
});
