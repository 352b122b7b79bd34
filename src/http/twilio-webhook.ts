import { type Request, type RequestHandler, Router } from 'express';
import { callTwiml, messageTwiml, sayAndHangUp } from '../connectors/twilio/twiml.ts';
import { serialisePerson } from '../intake/understand-person.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep } from '../model/delivery.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import type { AnsweredPage, MessageAnswers } from './message-answers.ts';
import { methodNotAllowed, Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { readSmsAnswer } from './sms-answer.ts';
import { isSignedByTwilio } from './twilio-signature.ts';
import { countFailedAttempts, countRefusals, notVerified, storeComplaints } from './webhook-answers.ts';

export type TwilioWebhookParts = Readonly<{
  keep: Keep;
  clock: Clock;
  answers: MessageAnswers;
  /** TWILIO_AUTH_TOKEN: Twilio signs with it. */
  authToken: string;
  /** The address under which Twilio calls us; its signature covers it. */
  publicUrl: string;
  metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate' | 'deliveryRefused'>;
  log: Pick<Logger, 'error'>;
}>;

/** Ten segments of a text, and what Twilio tells about it. */
const BODY_BYTES_MAX = 64 * 1024;
/** Who answers later means something else. */
const ANSWERABLE_MS = 3 * 24 * 60 * 60_000;

const FORM = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const SID = /^(SM|MM|CA)[0-9a-f]{32}$/i;

const NO_REPLY = messageTwiml('');
const TRY_AGAIN = 'Watchdesk could not store your answer. Please send it again in a minute.';

const NOT_STORED =
  'Watchdesk cannot store your answer now. Please take the ticket in Freshdesk, or wait for the next call. Goodbye.';

/** Customers and vendors are informed; who has an issue is told by our own people. */
const isOurs = ({ recipient }: AnsweredPage): boolean => !/^(customer|vendor):/.test(recipient);

/**
 * POST /webhooks/twilio/sms and /webhooks/twilio/voice/<message id>: what people answer by text message and by key.
 *
 * Each is answered after the commit (promise P1), in words for the person, since nobody reads Twilio's log at night. A
 * resend carries the same SID and is kept once.
 */
export function twilioWebhook(parts: TwilioWebhookParts): Router {
  const { answers, clock, authToken, publicUrl, metrics } = parts;
  const countFailedAttempt = countFailedAttempts('TWILIO_AUTH_TOKEN and PUBLIC_URL', 'answer');
  const complain = storeComplaints(
    clock,
    parts.log,
    'Answers by telephone cannot be stored; people are told',
  );

  async function verified(req: Request): Promise<URLSearchParams> {
    const signature = req.headers['x-twilio-signature'];
    const isForm = FORM.test(req.headers['content-type'] ?? '');
    if (typeof signature !== 'string' || !isForm) {
      throw notVerified(
        'There is no X-Twilio-Signature header, or the body is no form.',
        'Let Twilio call this address by POST; nobody else may.',
      );
    }
    const params = new URLSearchParams((await readBody(req, BODY_BYTES_MAX)).toString('utf8'));
    if (!isSignedByTwilio(authToken, publicUrl + req.originalUrl, [...params], signature)) {
      throw notVerified(
        'The signature does not fit.',
        'Compare TWILIO_AUTH_TOKEN with the account, and PUBLIC_URL with the address that Twilio is told to call.',
      );
    }
    return params;
  }

  /** Every issue once for each ladder that is answered for itself; false when the store is away. */
  async function take(taken: readonly AnsweredPage[], via: 'sms' | 'voice', sid: string): Promise<boolean> {
    try {
      for (const [index, { incidentId, ladder, recipient, recipientName }] of taken.entries()) {
        const at = clock.now();
        const outcome = await parts.keep({
          source: 'person',
          // By place and not by issue: sent again, a digit may by now mean the next one.
          deliveryId: `${sid}:${index}`,
          body: serialisePerson({
            kind: 'person',
            at,
            action: {
              do: 'acknowledge',
              incidentId,
              ...(ladder !== undefined && { ladder }),
              by: recipientName,
              ...(!recipient.includes(':') && { person: recipient }),
              via,
            },
          }),
          receivedAt: at,
        });
        if (outcome === 'kept') metrics.deliveryKept('person');
        else metrics.deliveryDuplicate('person');
      }
      return true;
    } catch (error) {
      complain(error);
      metrics.deliveryRefused('person', 503);
      return false;
    }
  }

  async function sms(params: URLSearchParams): Promise<string> {
    const sid = sidOf(params.get('MessageSid'));
    const wanted = readSmsAnswer(params.get('Body') ?? '');
    if (wanted.kind === 'stop') return NO_REPLY;
    const since = new Date(clock.now().getTime() - ANSWERABLE_MS);
    const asked = { channel: 'sms', address: params.get('From') ?? '', since } as const;
    const open = (await answers.pagesToAddress(asked)).filter(isOurs);
    // Strangers learn nothing, not even that somebody listens.
    const [newest] = open;
    if (!newest) return NO_REPLY;
    const inNewest = (await answers.pagesOfMessage(newest.messageId)).filter(isOurs);
    const chosen = choose(wanted, open, inNewest);
    if (typeof chosen === 'string') return messageTwiml(chosen);
    return messageTwiml((await take(chosen, 'sms', sid)) ? `You have ${namesOf(chosen)}.` : TRY_AGAIN);
  }

  async function voice(params: URLSearchParams, req: Request): Promise<string> {
    const sid = sidOf(params.get('CallSid'));
    const digit = params.get('Digits') ?? '';
    const pages = (await answers.pagesOfMessage(String(req.params.messageId))).filter(isOurs);
    if (pages.length === 0) return sayAndHangUp('There is nothing to take. Goodbye.');
    const call = { pages, answerUrl: publicUrl + req.originalUrl };
    if (digit !== '1') return callTwiml(call);
    return (await take(pages, 'voice', `${sid}:${digit}`))
      ? sayAndHangUp(`Thank you. You have ${namesOf(pages)}. Goodbye.`)
      : callTwiml({ ...call, notice: 'Your answer could not be stored. Please press the key again.' });
  }

  /** Also when nothing can be looked up the person is told, and not Twilio alone. */
  const receive =
    (answer: typeof voice, sorry: string): RequestHandler =>
    async (req, res) => {
      const params = await verified(req);
      let text: string;
      try {
        text = await answer(params, req);
      } catch (error) {
        if (error instanceof Problem) throw error;
        complain(error);
        metrics.deliveryRefused('person', 503);
        text = sorry;
      }
      res.status(200).type('text/xml').set('Cache-Control', 'no-store').send(text);
    };

  const refused = countRefusals({ source: 'person', metrics, countFailedAttempt });

  const router = Router();
  router.post('/webhooks/twilio/sms', receive(sms, messageTwiml(TRY_AGAIN)), refused);
  router.post('/webhooks/twilio/voice/:messageId', receive(voice, sayAndHangUp(NOT_STORED)), refused);
  router.all(['/webhooks/twilio/sms', '/webhooks/twilio/voice/:messageId'], methodNotAllowed('POST'));
  return router;
}

function sidOf(sid: string | null): string {
  if (sid !== null && SID.test(sid)) return sid;
  throw new Problem({
    status: 400,
    kind: 'malformed',
    title: 'Malformed request',
    detail: 'There is no SID of a message or call.',
    remedy: 'Let Twilio call this address with its usual parameters.',
  });
}

const referencesOf = (pages: readonly AnsweredPage[]): readonly string[] => [
  ...new Set(pages.map(({ reference }) => reference)),
];

function namesOf(pages: readonly AnsweredPage[]): string {
  const names = referencesOf(pages);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Whatever the newest message named by this digit, in the order of its lines; else the issue with this number. */
const referenceOfDigit = (digit: number, inNewest: readonly AnsweredPage[]): string =>
  referencesOf(inNewest)[digit - 1] ?? `WD-${digit}`;

/** What is taken, or the sentence that asks back. Pure. */
function choose(
  wanted: ReturnType<typeof readSmsAnswer>,
  open: readonly AnsweredPage[],
  inNewest: readonly AnsweredPage[],
): readonly AnsweredPage[] | string {
  const openReferences = referencesOf(open);
  const how = `Reply ${openReferences.join(' or ')} to take ${openReferences.length > 1 ? 'one' : 'it'}.`;
  const all = distinct([...inNewest, ...open]);
  if (wanted.kind === 'take') {
    return openReferences.length > 1
      ? `Which one? ${how}`
      : all.filter(({ reference }) => reference === openReferences[0]);
  }
  if (wanted.kind !== 'take_these') return `Not understood. ${how}`;
  const references = [
    ...wanted.references,
    ...wanted.digits.map((digit) => referenceOfDigit(digit, inNewest)),
  ];
  const strange = references.find((name) => !all.some(({ reference }) => reference === name));
  return strange === undefined
    ? all.filter(({ reference }) => references.includes(reference))
    : `${strange} is not open among your messages. ${how}`;
}

const distinct = (pages: readonly AnsweredPage[]): readonly AnsweredPage[] => [
  ...new Map(pages.map((page) => [`${page.incidentId}:${page.ladder ?? ''}`, page])).values(),
];
