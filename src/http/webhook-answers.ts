import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Clock } from '../model/clock.ts';
import type { Why } from '../model/decision.ts';
import type { DeliverySource } from '../model/delivery.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import { Problem } from './problem.ts';

// What webhooks answer, and how they are protected.

export const WEBHOOK_BODY_BYTES_MAX = 256 * 1024;

/** Requests from one address that may fail the verification within a minute; after that each is answered 429. */
export const FAILED_ATTEMPTS_PER_MINUTE_MAX = 30;

/** The sender's back-off grows by itself; this is where it starts. */
const RETRY_AFTER_SECONDS = 5;

/** While the store is away every request fails; one line a minute says so. */
const STORE_COMPLAINT_EVERY_MS = 60_000;

export const notVerified = (detail: string, remedy: string): Problem =>
  new Problem({ status: 401, kind: 'not-verified', title: 'Not verified', detail, remedy });

const notJson = (detail: string): Problem =>
  new Problem({
    status: 415,
    kind: 'not-json',
    title: 'Not JSON',
    detail,
    remedy: 'Send an uncompressed body as application/json in UTF-8.',
  });

/** @param what `alert`, or whatever was sent */
export const notStored = (what: string): Problem =>
  new Problem({
    status: 503,
    kind: 'not-stored',
    title: 'Cannot store now',
    detail: `The database did not store the ${what}.`,
    remedy: `Keep the ${what} and send it again after the time that Retry-After tells.`,
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  });

export const notUnderstood = (what: string, id: string, why: Why): Problem =>
  new Problem({
    status: 422,
    kind: 'not-understood',
    title: 'Not understood, parked',
    detail: why.sentence,
    remedy: `The ${what} is stored and waits for a person; sending it again will not help.`,
    extra: { id, outcome: 'parked', rule: why.rule },
  });

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType);

/** Costs nothing: before a single byte of the body is read. Throws the Problem. */
export function demandJson(req: Request): void {
  if (!isJson(req.headers['content-type']))
    throw notJson('The content type is not application/json in UTF-8.');
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw notJson('The body is compressed.');
}

/**
 * Counts failed verifications per address, so that genuine senders are never throttled.
 * @param secretName the setting that both sides have to agree on
 */
export const countFailedAttempts = (secretName: string, what: string): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: FAILED_ATTEMPTS_PER_MINUTE_MAX,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? 'unknown'),
    handler: (_req, _res, next) =>
      next(
        new Problem({
          status: 429,
          kind: 'too-many-attempts',
          title: 'Too many failed attempts',
          detail: `More than ${FAILED_ATTEMPTS_PER_MINUTE_MAX} requests from this address failed the verification within a minute.`,
          remedy: `Compare ${secretName} on both sides; verified ${what}s are accepted all the time.`,
          headers: { 'Retry-After': '60' },
        }),
      ),
  });

/** The end of a webhook's route: counts what was refused, and failed verifications per address, before it is answered. */
export function countRefusals({
  source,
  metrics,
  countFailedAttempt,
}: Readonly<{
  source: DeliverySource;
  metrics: Pick<Metrics, 'deliveryRefused'>;
  countFailedAttempt: RequestHandler;
}>): ErrorRequestHandler {
  return (error, req, res, next) => {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
    // What is parked is kept, not refused.
    if (status !== 422) metrics.deliveryRefused(source, status);
    if (status === 401) void countFailedAttempt(req, res, (tooMany?: unknown) => next(tooMany ?? error));
    else next(error);
  };
}

/** Tells the log that the store is away, once a minute. */
export function storeComplaints(clock: Clock, log: Pick<Logger, 'error'>, sentence: string) {
  let complainedAt = Number.NEGATIVE_INFINITY;
  return (error: unknown): void => {
    const now = clock.now().getTime();
    if (now - complainedAt < STORE_COMPLAINT_EVERY_MS) return;
    complainedAt = now;
    log.error(sentence, { error });
  };
}
