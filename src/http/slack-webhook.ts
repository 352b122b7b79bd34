import { createSecretKey } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { readPressValue } from '../connectors/press-value.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import { type ButtonPress, type ButtonPressParts, takePress } from './button-press.ts';
import { malformed, methodNotAllowed, Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { outsideToleranceMs, SIGNATURE_TOLERANCE_MS } from './signature.ts';
import { isSignedBySlack, readSlackClaim, type SlackClaim } from './slack-signature.ts';
import {
  countFailedAttempts,
  countRefusals,
  notStored,
  notVerified,
  storeComplaints,
} from './webhook-answers.ts';

export type SlackWebhookParts = ButtonPressParts &
  Readonly<{
    /** SLACK_SIGNING_SECRET; undefined: the webhook is off. */
    signingSecret: string | undefined;
    /** Shows whoever pressed a text that nobody else sees; see connectors/slack/whisper.ts. */
    whisper(responseUrl: string, text: string): Promise<void>;
    metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate' | 'deliveryRefused'>;
    log: Pick<Logger, 'warn' | 'error'>;
  }>;

/** Slack sends the whole message along, every sign of it percent-encoded. */
export const SLACK_BODY_BYTES_MAX = 1024 * 1024;

const Pressed = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() }),
  response_url: z.string().optional(),
  actions: z.array(
    z.object({ action_id: z.string(), action_ts: z.string().optional(), value: z.string().optional() }),
  ),
  trigger_id: z.string().optional(),
});
type Pressed = z.output<typeof Pressed>;

/**
 * POST /webhooks/slack: buttons in our messages. Verifies, keeps, answers 200 with nothing in it, well within the three
 * seconds that Slack waits; only then whoever pressed is told what was noted. That they are not told loses nothing.
 *
 * Slack sends every press of every button here; what is no “I have it” of ours is answered and forgotten.
 */
export function slackWebhook(parts: SlackWebhookParts): Router {
  const { clock, metrics, log, signingSecret, whisper } = parts;
  const key = signingSecret === undefined ? undefined : createSecretKey(signingSecret, 'utf8');
  const countFailedAttempt = countFailedAttempts('SLACK_SIGNING_SECRET', 'press');
  const complain = storeComplaints(
    clock,
    log,
    'Buttons in Slack cannot be stored; people see a warning sign',
  );

  async function receive(req: Request, res: Response): Promise<void> {
    if (!key) throw notConfigured();
    const claim = claimOf(req, clock.now());
    const body = await readBody(req, SLACK_BODY_BYTES_MAX);
    if (!isSignedBySlack(key, claim, body)) throw notVerified('The signature does not fit the body.', REMEDY);
    const pressed = readPressed(body);
    const texts: string[] = [];
    for (const press of pressed ? pressesIn(pressed) : []) {
      try {
        texts.push(await takePress(parts, press));
      } catch (error) {
        complain(error);
        throw notStored('press');
      }
    }
    res.writeHead(200, { 'Content-Length': 0 });
    res.end();
    if (pressed?.response_url === undefined || texts.length === 0) return;
    try {
      await whisper(pressed.response_url, texts.join('\n'));
    } catch (error) {
      log.warn('Whoever pressed a button in Slack was not told that it is noted', { reason: String(error) });
    }
  }

  const refused = countRefusals({ source: 'person', metrics, countFailedAttempt });

  const router = Router();
  router.post('/webhooks/slack', receive, refused);
  router.all('/webhooks/slack', methodNotAllowed('POST'));
  return router;
}

const REMEDY = 'Compare SLACK_SIGNING_SECRET with the signing secret of the Slack app.';

const notConfigured = (): Problem =>
  new Problem({
    status: 503,
    kind: 'not-configured',
    title: 'Buttons in Slack are off',
    detail: 'SLACK_SIGNING_SECRET is not set, so that no press could be verified.',
    remedy: 'Set SLACK_SIGNING_SECRET to the signing secret of the Slack app.',
  });

/** Checks that cost nothing, before a single byte of the body is read. */
function claimOf(req: Request, now: Date): SlackClaim {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    throw new Problem({
      status: 415,
      kind: 'not-form',
      title: 'Not a form',
      detail: 'The content type is not application/x-www-form-urlencoded.',
      remedy: 'Let only Slack send to this address.',
    });
  }
  const signature = req.headers['x-slack-signature'];
  const timestamp = req.headers['x-slack-request-timestamp'];
  const claim =
    typeof signature === 'string' && typeof timestamp === 'string'
      ? readSlackClaim(signature, timestamp)
      : undefined;
  if (!claim) {
    throw notVerified(
      'The headers X-Slack-Signature and X-Slack-Request-Timestamp are missing or cannot be read.',
      'Let only Slack send to this address, and let proxies pass its headers on.',
    );
  }
  const outsideMs = outsideToleranceMs(claim.signedAt, now);
  if (outsideMs !== 0) {
    throw notVerified(
      `The signature was made ${Math.round(Math.abs(outsideMs) / 1000)} s in the ${outsideMs < 0 ? 'past' : 'future'} ` +
        `by our clock (${now.toISOString()}); ${SIGNATURE_TOLERANCE_MS / 1000} s are allowed.`,
      'Set this machine’s clock by NTP.',
    );
  }
  return claim;
}

/** Undefined for anything else that Slack tells, such as a form or a menu. */
function readPressed(body: Buffer): Pressed | undefined {
  const payload = new URLSearchParams(body.toString('utf8')).get('payload');
  if (payload === null) return undefined;
  try {
    return Pressed.safeParse(JSON.parse(payload)).data;
  } catch {
    throw malformed('The field payload is not JSON.');
  }
}

function pressesIn({ user, actions, trigger_id = '' }: Pressed): ButtonPress[] {
  return actions.flatMap(({ action_id, value = '', action_ts = trigger_id }): ButtonPress[] => {
    const pressed = action_id === 'acknowledge' ? readPressValue(value) : undefined;
    if (!pressed) return [];
    const { messageId, index } = pressed;
    return [
      {
        via: 'slack',
        pressId: `${action_ts}:${user.id}:${messageId}:${index}`,
        pressed,
        isPresser: ({ slack }) => slack === user.id,
        calledThere: user.name ?? user.username ?? user.id,
      },
    ];
  });
}
