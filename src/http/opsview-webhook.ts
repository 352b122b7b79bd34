import { type Request, type Response, Router } from 'express';
import { opsviewEventKey } from '../intake/event-key.ts';
import { type OpsviewEnvelope, readOpsviewEnvelope } from '../intake/opsview-envelope.ts';
import { whyNotUnderstood } from '../intake/understand-opsview.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep, NewDelivery } from '../model/delivery.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import { malformed, methodNotAllowed } from './problem.ts';
import { readBody } from './read-body.ts';
import {
  isSignedBy,
  outsideToleranceMs,
  readSignature,
  SIGNATURE_TOLERANCE_MS,
  type SignatureClaim,
  signingKeys,
} from './signature.ts';
import {
  countFailedAttempts,
  countRefusals,
  demandJson,
  notStored,
  notUnderstood,
  notVerified,
  storeComplaints,
  WEBHOOK_BODY_BYTES_MAX,
} from './webhook-answers.ts';

export type OpsviewWebhookParts = Readonly<{
  /** Bounds what waits: it rejects when the store is busy or away, and the sender is asked to try again. */
  keep: Keep;
  clock: Clock;
  /** The current one first; several while a secret is being changed. */
  opsviewSecrets: readonly string[];
  metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate' | 'deliveryParked' | 'deliveryRefused'>;
  log: Pick<Logger, 'warn' | 'error'>;
}>;

/** Checks that cost nothing, before a single byte of the body is read; the claim is verified once the body is there. */
function claimOf(req: Request, now: Date): SignatureClaim {
  demandJson(req);
  const header = req.headers['x-watchdesk-signature'];
  const claim = typeof header === 'string' ? readSignature(header) : undefined;
  if (!claim) {
    throw notVerified(
      header === undefined
        ? 'There is no X-Watchdesk-Signature header.'
        : 'The X-Watchdesk-Signature header cannot be read.',
      'Sign the request: t=<unix seconds>,v1=<hex HMAC-SHA256 of t, a dot and the body>.',
    );
  }
  const outsideMs = outsideToleranceMs(claim.signedAt, now);
  if (outsideMs !== 0) {
    const seconds = Math.round(Math.abs(outsideMs) / 1000);
    throw notVerified(
      `The signature was made ${seconds} s in the ${outsideMs < 0 ? 'past' : 'future'} by our clock (${now.toISOString()}); ` +
        `${SIGNATURE_TOLERANCE_MS / 1000} s are allowed.`,
      'Sign at the moment of sending, and set the clocks of both machines by NTP.',
    );
  }
  return claim;
}

function readEnvelope(body: Buffer): Readonly<{ text: string; envelope: OpsviewEnvelope }> {
  const text = body.toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
  const read = readOpsviewEnvelope(json);
  if ('faults' in read) throw malformed(`${read.faults.join('; ')}.`);
  return { text, envelope: read.envelope };
}

function deliveryOf(body: Buffer, receivedAt: Date): NewDelivery {
  const { text, envelope } = readEnvelope(body);
  const parked = whyNotUnderstood(envelope);
  const eventKey = opsviewEventKey(envelope.macros);
  return {
    source: 'opsview',
    deliveryId: envelope.id,
    body: text,
    receivedAt,
    ...(eventKey !== undefined && { eventKey }),
    ...(parked !== undefined && { parked }),
  };
}

/**
 * POST /webhooks/opsview: authenticate, keep, answer. 202 is written only after `keep` has resolved (promise P1).
 *
 * What cannot be understood is kept as well, parked with its reason, and answered 422. Only failed verifications are
 * counted per address, so that a storm of genuine alerts is never throttled.
 */
export function opsviewWebhook({ keep, clock, opsviewSecrets, metrics, log }: OpsviewWebhookParts): Router {
  const keys = signingKeys(opsviewSecrets);
  const countFailedAttempt = countFailedAttempts('OPSVIEW_WEBHOOK_SECRET', 'alert');
  const complain = storeComplaints(clock, log, 'Alerts cannot be stored; senders are asked to try again');

  async function receive(req: Request, res: Response): Promise<void> {
    const claim = claimOf(req, clock.now());
    const body = await readBody(req, WEBHOOK_BODY_BYTES_MAX);
    if (!isSignedBy(keys, claim, body)) {
      throw notVerified(
        'The signature does not fit the body.',
        'Compare OPSVIEW_WEBHOOK_SECRET on both sides, and sign the very bytes that are sent.',
      );
    }
    const delivery = deliveryOf(body, clock.now());

    let outcome: 'kept' | 'duplicate';
    try {
      outcome = await keep(delivery);
    } catch (error) {
      complain(error);
      throw notStored('alert');
    }
    if (outcome === 'kept') metrics.deliveryKept('opsview');
    else metrics.deliveryDuplicate('opsview');

    if (delivery.parked) {
      metrics.deliveryParked('opsview', delivery.parked.rule);
      const { rule, sentence } = delivery.parked;
      log.warn('An alert was parked', { deliveryId: delivery.deliveryId, reason: rule, sentence });
      throw notUnderstood('alert', delivery.deliveryId, delivery.parked);
    }
    const answer = `{"id":"${delivery.deliveryId}","outcome":"${outcome}"}`;
    // With its length known the answer leaves in one write, without it in chunks.
    res.writeHead(202, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': answer.length,
    });
    res.end(answer);
  }

  const refused = countRefusals({ source: 'opsview', metrics, countFailedAttempt });

  const router = Router();
  router.post('/webhooks/opsview', receive, refused);
  router.all('/webhooks/opsview', methodNotAllowed('POST'));
  return router;
}
