import { createHash } from 'node:crypto';
import { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import type { Clock } from '../model/clock.ts';
import type { Logger } from '../model/logger.ts';
import { loadAssets } from './assets.ts';
import type { ActionOutcome, ConsoleData } from './console-view.ts';
import { exact } from './format.ts';
import { filterAddress, readFilter, readNumber, readPageFilter } from './overview-filter.ts';
import { createPages } from './pages.ts';
import { personRoutes } from './person-routes.ts';
import { createSignIn, formBody, type Reader } from './sign-in.ts';
import { noticeOf, readTold } from './told.ts';

export type ConsoleParts = Readonly<{
  data: ConsoleData;
  clock: Clock;
  /** In `sandbox` every page says so, and a reader at this machine needs no sign-in. */
  mode: 'sandbox' | 'connected';
  /** CONSOLE_PASSWORD. */
  password?: string;
  publicUrl: string;
  /** One sentence shown on every page, such as how durable the database is. */
  notice?: string;
  version: string;
  log: Pick<Logger, 'error'>;
}>;

/** Milliseconds between two looks of an open overview. */
export const REFRESH_MS = 4_000;

/** How far back the report of what people change looks, in days; the first unless asked otherwise. */
const PEOPLE_DAYS = [30, 90] as const;

const SEQ = /^\d{1,18}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The server-rendered pages: `/`, `/incidents/:number`, `/suggestions`, `/problems`, `/on-call`, `/messages`, `/people`,
 * `/parked`, `/failed`, `/sign-in` and `/assets`. Everything but the sign-in form and the assets is behind the sign-in. Paths that are not ours pass on to the application.
 */
export function createConsole(parts: ConsoleParts): Router {
  const { data, clock } = parts;
  const assets = loadAssets();
  const pages = createPages(parts, assets);
  const signIn = createSignIn({ ...parts, showForm: (res, form) => pages.signIn(res, form) });
  const reader = (res: Response): Reader => res.locals.reader as Reader;
  const shield = safetyHeaders(parts.publicUrl);

  const router = Router();
  router.use(assets.router);
  router.use(['/sign-in', '/sign-out'], shield);
  router.use(signIn.router);

  router.get('/', shield, signIn.required, async (req, res) => {
    const filter = readFilter(req.query);
    const [overview, health] = await Promise.all([data.overview(filter), data.health()]);
    const now = clock.now();
    const live = pages.live({ overview, health, filter, now });
    const have = createHash('sha256')
      .update(live.now + live.list)
      .digest('base64url')
      .slice(0, 16);
    res.vary('HX-Request').set('X-Watchdesk-At', exact(now));
    if (req.get('hx-request') !== 'true') {
      pages.overview(res, {
        overview,
        health,
        filter,
        address: filterAddress(filter),
        live,
        have,
        reader: reader(res),
      });
    } else if (req.get('x-watchdesk-have') === have) {
      res.status(204).end(); // nothing changed: the page keeps focus and selection
    } else {
      res.type('html').send(pages.refresh({ live, have, address: filterAddress(filter) }));
    }
  });

  router.get('/incidents/:number', shield, signIn.required, async (req, res) => {
    const number = readNumber(req.params.number);
    const [page, health, told] = await Promise.all([
      number === undefined ? undefined : data.incident(number),
      data.health(),
      noticeOf(readTold(req.query), data),
    ]);
    if (page) pages.incident(res, { page, health, told, reader: reader(res) });
    else pages.missing(res, { health, reader: reader(res) });
  });

  router.get('/parked', shield, signIn.required, async (req, res) => {
    const [parked, health] = await Promise.all([data.parked(), data.health()]);
    pages.parked(res, { parked, health, outcome: readOutcome(req.query.outcome), reader: reader(res) });
  });
  router.get('/failed', shield, signIn.required, async (req, res) => {
    const [failed, stuck, health] = await Promise.all([data.failed(), data.stuck(), data.health()]);
    pages.failed(res, {
      failed,
      stuck,
      health,
      outcome: readOutcome(req.query.outcome),
      reader: reader(res),
    });
  });

  router.get('/suggestions', shield, signIn.required, async (req, res) => {
    const [suggestions, health, told] = await Promise.all([
      data.suggestions(),
      data.health(),
      noticeOf(readTold(req.query), data),
    ]);
    pages.suggestions(res, { suggestions, health, told, reader: reader(res) });
  });
  router.get('/problems', shield, signIn.required, async (_req, res) => {
    const [problems, health] = await Promise.all([data.problems(), data.health()]);
    pages.problems(res, { problems, health, reader: reader(res) });
  });
  router.get('/people', shield, signIn.required, async (req, res) => {
    const days = PEOPLE_DAYS.find((one) => String(one) === req.query.days) ?? PEOPLE_DAYS[0];
    const [changes, health] = await Promise.all([data.peopleChanges(days), data.health()]);
    pages.people(res, { changes, days, choices: PEOPLE_DAYS, health, reader: reader(res) });
  });

  router.get('/on-call', shield, signIn.required, async (_req, res) => {
    pages.onCall(res, { rotations: data.onCall(), health: await data.health(), reader: reader(res) });
  });
  router.get('/messages', shield, signIn.required, async (req, res) => {
    const [listed, health] = await Promise.all([data.pages(readPageFilter(req.query)), data.health()]);
    pages.messages(res, {
      pages: listed,
      health,
      outcome: readOutcome(req.query.outcome),
      reader: reader(res),
    });
  });

  router.use(personRoutes({ data, clock, signedIn: [shield, signIn.required], ownForm: signIn.ownForm }));
  const change: RequestHandler[] = [shield, signIn.required, formBody, signIn.ownForm];
  router.post('/parked/:seq/replay', ...change, async (req, res) => {
    const seq = String(req.params.seq);
    const outcome = SEQ.test(seq) ? await data.replayParked(seq) : 'gone';
    res.redirect(303, `/parked?outcome=${outcome}`);
  });
  router.post('/messages/:id/resend', ...change, async (req, res) => {
    const id = String(req.params.id);
    const outcome = UUID.test(id) ? await data.resendPage(id) : 'gone';
    res.redirect(303, `/messages?outcome=${outcome}`);
  });
  router.post('/failed/:id/resend', ...change, async (req, res) => {
    const id = String(req.params.id);
    const outcome = UUID.test(id) ? await data.resend(id) : 'gone';
    res.redirect(303, `/failed?outcome=${outcome}`);
  });
  router.post('/failed/tickets/:number/retry', ...change, async (req, res) => {
    const number = readNumber(req.params.number);
    const outcome = number === undefined ? 'gone' : await data.retryTicket(number);
    res.redirect(303, `/failed?outcome=${outcome}`);
  });

  const broken: ErrorRequestHandler = (error, req, res, next) => {
    const known = res.locals.reader as Reader | undefined;
    if (!known || res.headersSent || isClientFault(error)) return next(error);
    parts.log.error('A page could not be made', { path: req.path, error });
    pages.broken(res, { reader: known });
  };
  router.use(broken);
  return router;
}

/** Express' body parser marks what the sender did wrong. */
const isClientFault = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;

const readOutcome = (value: unknown): ActionOutcome | undefined =>
  value === 'done' || value === 'gone' ? value : undefined;

/** Nothing from elsewhere, nothing inline, no frame around us; https is enforced only where it is in use. */
function safetyHeaders(publicUrl: string): RequestHandler {
  const own = ["'self'"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: own,
        scriptSrc: own,
        imgSrc: own,
        connectSrc: own,
        formAction: own,
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // 'no-referrer' would make browsers post our own forms with Origin: null, which is refused.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: publicUrl.startsWith('https:'),
  });
}
