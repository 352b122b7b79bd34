import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { readFreshdeskHook } from '../intake/understand-freshdesk.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep, NewDelivery } from '../model/delivery.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import { malformed, methodNotAllowed, Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { isSameText } from './same-text.ts';
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

export type FreshdeskWebhookParts = Readonly<{
  /** Rejects when the store is busy or away; Freshdesk then tries again after 5, 30 and 60 minutes. */
  keep: Keep;
  clock: Clock;
  /** The current one first; several while a secret is being changed; none: the webhook is off. */
  freshdeskSecrets: readonly string[];
  newId: () => string;
  metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate' | 'deliveryParked' | 'deliveryRefused'>;
  log: Pick<Logger, 'warn' | 'error'>;
}>;

const notConfigured = (): Problem =>
  new Problem({
    status: 503,
    kind: 'not-configured',
    title: 'Webhooks from Freshdesk are off',
    detail: 'FRESHDESK_WEBHOOK_SECRET is not set, so that no webhook could be verified.',
    remedy:
      'Set FRESHDESK_WEBHOOK_SECRET and give the same text to the automation rule; until then changes are found by polling.',
  });

/** Checks that cost nothing, before a single byte of the body is read. Every secret is compared, whichever fits. */
function verify(req: Request, secrets: readonly string[]): void {
  demandJson(req);
  const told = req.headers['x-watchdesk-secret'];
  if (typeof told !== 'string') {
    throw notVerified(
      'There is no X-Watchdesk-Secret header.',
      'Add the header X-Watchdesk-Secret with FRESHDESK_WEBHOOK_SECRET to the automation rule.',
    );
  }
  if (secrets.filter((secret) => isSameText(told, secret)).length === 0) {
    throw notVerified(
      'The X-Watchdesk-Secret header does not hold the secret.',
      'Compare FRESHDESK_WEBHOOK_SECRET with the header of the automation rule.',
    );
  }
}

/**
 * POST /webhooks/freshdesk: authenticate, keep, answer. 202 is written only after `keep` has resolved (promise P1).
 *
 * Freshdesk numbers no delivery and repeats a failed one with the same body, so each gets an id of its own: as a hint it
 * is harmless twice, whereas one taken for a repetition could be about a later change. One that is parked is known by its
 * body instead, so that a rule with a mistake fills one row and not thousands.
 */
export function freshdeskWebhook(parts: FreshdeskWebhookParts): Router {
  const { keep, clock, freshdeskSecrets, newId, metrics, log } = parts;
  const countFailedAttempt = countFailedAttempts('FRESHDESK_WEBHOOK_SECRET', 'webhook');
  const complain = storeComplaints(
    clock,
    log,
    'Webhooks of Freshdesk cannot be stored; it is asked to try again',
  );

  /** Undefined for the probe of `watchdesk doctor`: nothing is stored. */
  function deliveryOf(body: Buffer): NewDelivery | undefined {
    const hook = readFreshdeskHook(body.toString('utf8'));
    if (hook.kind === 'malformed') throw malformed(hook.detail);
    if (hook.kind === 'probe') return undefined;
    const delivery = { source: 'freshdesk', body: hook.stored, receivedAt: clock.now() } as const;
    if (hook.kind === 'hint') return { ...delivery, deliveryId: newId() };
    const deliveryId = `parked:${createHash('sha256').update(body).digest('hex')}`;
    return { ...delivery, deliveryId, parked: hook.why };
  }

  async function receive(req: Request, res: Response): Promise<void> {
    if (freshdeskSecrets.length === 0) throw notConfigured();
    verify(req, freshdeskSecrets);
    const delivery = deliveryOf(await readBody(req, WEBHOOK_BODY_BYTES_MAX));
    if (!delivery) return void res.status(202).json({ outcome: 'probe' });

    let outcome: 'kept' | 'duplicate';
    try {
      outcome = await keep(delivery);
    } catch (error) {
      complain(error);
      throw notStored('webhook');
    }
    if (outcome === 'kept') metrics.deliveryKept('freshdesk');
    else metrics.deliveryDuplicate('freshdesk');

    const { deliveryId, parked } = delivery;
    if (parked) {
      if (outcome === 'kept') {
        metrics.deliveryParked('freshdesk', parked.rule);
        log.warn('A webhook of Freshdesk was parked', {
          deliveryId,
          reason: parked.rule,
          sentence: parked.sentence,
        });
      }
      throw notUnderstood('webhook', deliveryId, parked);
    }
    res.status(202).json({ id: deliveryId, outcome });
  }

  const refused = countRefusals({ source: 'freshdesk', metrics, countFailedAttempt });

  const router = Router();
  router.post('/webhooks/freshdesk', receive, refused);
  router.all('/webhooks/freshdesk', methodNotAllowed('POST'));
  return router;
}
