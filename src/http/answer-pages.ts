import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { serialisePerson } from '../intake/understand-person.ts';
import type { Clock } from '../model/clock.ts';
import type { Keep } from '../model/delivery.ts';
import type { Logger } from '../model/logger.ts';
import type { Metrics } from '../model/metrics.ts';
import { ACKNOWLEDGE_REFUSALS, lookAtAcknowledge } from './acknowledge-page.ts';
import { readAnswerForm } from './answer-form.ts';
import type { AnswerPageData } from './answer-page-data.ts';
import { answerLanguage, answerPageHeaders, createAnswerPageView } from './answer-page-view.ts';
import type { Question, Refused, Settled } from './answer-question.ts';
import { answerTexts } from './answer-texts.ts';
import { lookAtConfirmation } from './confirm-page.ts';
import { LINK_REFUSALS, lookAtLink } from './link-page.ts';
import { methodNotAllowed, Problem } from './problem.ts';
import { type LinkClaim, openLink } from './signed-link.ts';
import { lookAtStop, STOP_REFUSALS } from './stop-page.ts';
import { storeComplaints } from './webhook-answers.ts';

export type AnswerPagesParts = Readonly<{
  /** With which the links were signed; of this installation alone. */
  linkSecret: string;
  data: AnswerPageData;
  /** Rejects when the store is busy or away; the page then asks to try again. */
  keep: Keep;
  clock: Clock;
  metrics: Pick<Metrics, 'deliveryKept' | 'deliveryDuplicate'>;
  log: Pick<Logger, 'error'>;
}>;

/** A company's mail scanner may open many links from one address; guessing would take longer than the world lasts. */
export const PAGES_PER_MINUTE_MAX = 120;

const RETRY_AFTER_SECONDS = '60';

type Why = keyof typeof LINK_REFUSALS;

/** What colleagues are told, in English as the notes and pages are; reporters are told in their language. */
const REFUSALS = {
  link: LINK_REFUSALS,
  acknowledge: ACKNOWLEDGE_REFUSALS,
  stop_director: STOP_REFUSALS,
} as const satisfies Partial<
  Record<LinkClaim['do'], Readonly<Record<Why, Readonly<{ title: string; lead: string }>>>>
>;

/**
 * `/confirm/:token`, `/link/:token`, `/ack/:token` and `/stop/:token`: the pages behind links in messages and notes.
 *
 * Looking changes nothing, however often (mail scanners open every link); only the form counts. The token is the right
 * to answer, so the form needs no other: it is of one purpose, ticket, person, round and answer, and ends. Whoever has
 * none learns nothing, not even whether there is such a ticket. The token never reaches the log.
 */
export function answerPages(parts: AnswerPagesParts): Router {
  const { linkSecret, data, keep, clock, metrics, log } = parts;
  const view = createAnswerPageView();
  const complain = storeComplaints(
    clock,
    log,
    'The pages behind links cannot answer; people are asked to try again',
  );

  /** Resolves after the commit. */
  async function keepAnswer({ deliveryId, action }: Question, words: string): Promise<void> {
    const at = clock.now();
    const body = serialisePerson({ kind: 'person', at, action: action(words) });
    const outcome = await keep({ source: 'person', deliveryId: deliveryId(at), body, receivedAt: at });
    if (outcome === 'kept') metrics.deliveryKept('person');
    else metrics.deliveryDuplicate('person');
  }

  function routesFor(purpose: LinkClaim['do']): Router {
    async function look(req: Request): Promise<Question | Settled | Refused> {
      const opened = openLink(linkSecret, String(req.params.token), clock.now());
      if ('refused' in opened) return { refused: opened.refused === 'expired' ? 'over' : 'unknown' };
      const { claim } = opened;
      if (claim.do !== purpose) return { refused: 'unknown' };
      switch (claim.do) {
        case 'confirm':
          return lookAtConfirmation(data, claim, req);
        case 'link':
          return lookAtLink(data, claim);
        case 'acknowledge':
          return lookAtAcknowledge(data, claim, clock.now());
        case 'stop_director':
          return lookAtStop(data, claim, clock.now());
      }
    }

    function refuse(req: Request, res: Response, status: number, why: Why, known?: string): void {
      const language = purpose === 'confirm' ? answerLanguage(req, known) : 'en';
      const text = purpose === 'confirm' ? answerTexts(language)[why] : REFUSALS[purpose][why];
      view.told(res, { language, status, ...text, about: [], tone: 'plain' });
    }
    const tryLater = (req: Request, res: Response, status: number): void => {
      res.set('Retry-After', RETRY_AFTER_SECONDS);
      refuse(req, res, status, 'later');
    };

    const show: RequestHandler = async (req, res) => {
      const found = await look(req);
      if ('refused' in found) refuse(req, res, STATUS[found.refused], found.refused, found.known);
      else if ('settled' in found) view.told(res, found.settled);
      else if (found.isAnswered) view.told(res, found.thanks);
      else view.ask(res, found.ask);
    };

    const receive: RequestHandler = async (req, res) => {
      const found = await look(req);
      if ('refused' in found) return refuse(req, res, STATUS[found.refused], found.refused, found.known);
      if ('settled' in found) return view.told(res, found.settled);
      const form = await readAnswerForm(req);
      if (form.answer !== found.answer) return refuse(req, res, 409, 'unreadable');
      if (!found.isAnswered && found.needsWords !== undefined && form.words === '')
        return view.ask(res, { ...found.ask, fault: found.needsWords });
      if (!found.isAnswered) await keepAnswer(found, form.words);
      view.told(res, found.thanks);
    };

    const limit = rateLimit({
      windowMs: 60_000,
      limit: PAGES_PER_MINUTE_MAX,
      standardHeaders: false,
      legacyHeaders: false,
      validate: false,
      keyGenerator: (req) => ipKeyGenerator(req.ip ?? 'unknown'),
      handler: (req, res) => tryLater(req, res, 429),
    });

    /** A form that we did not send is the sender's mistake; everything else is ours, and may be better in a minute. */
    const failed: ErrorRequestHandler = (error, req, res, _next) => {
      if (error instanceof Problem) return refuse(req, res, error.status, 'unreadable');
      if (error instanceof URIError) return refuse(req, res, 404, 'unknown'); // %-escapes that are none
      complain(error);
      tryLater(req, res, 503);
    };

    const router = Router();
    router.use(answerPageHeaders, limit);
    router.get('/:token', show);
    router.post('/:token', receive);
    router.use(failed);
    router.all('/:token', methodNotAllowed('GET, POST'));
    router.use((req, res) => refuse(req, res, 404, 'unknown'));
    return router;
  }

  const router = Router();
  router.use(view.router);
  router.use('/confirm', routesFor('confirm'));
  router.use('/link', routesFor('link'));
  router.use('/ack', routesFor('acknowledge'));
  router.use('/stop', routesFor('stop_director'));
  return router;
}

const STATUS = { unknown: 404, over: 410, answered: 409 } as const;
