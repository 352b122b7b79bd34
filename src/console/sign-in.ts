import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Clock } from '../model/clock.ts';
import { AttemptStore } from './attempt-store.ts';
import { isLocalReader, isSameOrigin, localPath } from './same-origin.ts';
import { createSessionKeys, newSession, SESSION_MS, type Session } from './session.ts';

/** Wrong passwords allowed in each window, per address and over all addresses. */
export const SIGN_IN_WINDOW_MS = 15 * 60_000;
export const FAILURES_PER_ADDRESS_MAX = 8;
export const FAILURES_MAX = 200;

export type SignInParts = Readonly<{
  mode: 'sandbox' | 'connected';
  /** CONSOLE_PASSWORD; without it nobody can sign in. */
  password?: string;
  clock: Clock;
  /** https here makes the cookie Secure. */
  publicUrl: string;
  /** Shows the form; `problem` is one sentence for the person who tries. */
  showForm: (res: Response, form: Readonly<{ next: string; problem?: string; possible: boolean }>) => void;
}>;

/** Who reads: `open` needed no sign-in. Kept in `res.locals.reader` behind `required`. */
export type Reader = Readonly<{ open: boolean; formToken: string }>;

export type SignIn = Readonly<{
  /** Lets a signed-in reader through; others are sent to the form and learn nothing else. */
  required: RequestHandler;
  /** After `required`, for every change: made by our own page and carrying its token. */
  ownForm: RequestHandler;
  /** `/sign-in` and `/sign-out`. */
  router: Router;
}>;

/** Express' body parser for our small forms. */
export const formBody = express.urlencoded({ extended: false, limit: '4kb' });

const field = (req: Request, name: string): string => {
  const value: unknown = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};

const OPEN_READER = 'open';

/**
 * The console's door. Open only in sandbox mode to a reader at this machine; everyone else gives CONSOLE_PASSWORD,
 * compared in constant time and throttled, and then carries a signed, expiring cookie.
 */
export function createSignIn(parts: SignInParts): SignIn {
  const { clock, password, publicUrl, showForm } = parts;
  const keys = createSessionKeys(password);
  const secure = publicUrl.startsWith('https:');
  const cookieName = secure ? '__Host-watchdesk' : 'watchdesk';
  const cookie = { httpOnly: true, sameSite: 'strict', secure, path: '/' } as const;

  const isOpenTo = (req: Request): boolean => parts.mode === 'sandbox' && isLocalReader(req);

  function sessionOf(req: Request): Session | undefined {
    if (password === undefined) return undefined;
    const text = readCookie(req.get('cookie'), cookieName);
    return text === undefined ? undefined : keys.open(text, clock.now());
  }

  const required: RequestHandler = (req, res, next) => {
    res.set('Cache-Control', 'no-store');
    const open = isOpenTo(req);
    const session = open ? undefined : sessionOf(req);
    if (open || session) {
      const formToken = keys.formToken(session?.id ?? OPEN_READER);
      res.locals.reader = { open, formToken } satisfies Reader;
      res.locals.sessionId = session?.id ?? OPEN_READER;
      next();
      return;
    }
    const reading = req.method === 'GET' || req.method === 'HEAD';
    const form = `/sign-in?next=${encodeURIComponent(localPath(reading ? req.originalUrl : '/'))}`;
    if (req.get('hx-request') === 'true') {
      res.status(401).set('HX-Redirect', '/sign-in').end();
    } else if (reading && req.get('sec-fetch-site') === 'cross-site') {
      // A strict cookie is not sent along a link from Freshdesk or a mail; asked again by our own page it is.
      res
        .set('Refresh', `0; url=${localPath(req.originalUrl)}`)
        .type('html')
        .send('<!doctype html><title>Watchdesk</title>');
    } else {
      res.redirect(303, form);
    }
  };

  const ownForm: RequestHandler = (req, res, next) => {
    const sessionId: unknown = res.locals.sessionId;
    const genuine =
      isSameOrigin(req, publicUrl) &&
      typeof sessionId === 'string' &&
      keys.isFormToken(sessionId, field(req, 'token'));
    if (genuine) next();
    else
      res
        .status(403)
        .type('text')
        .send('Refused: this form did not come from a current page. Go back and reload.');
  };

  const router = Router();
  router.get('/sign-in', (req, res) => {
    res.set('Cache-Control', 'no-store');
    const next = localPath(req.query.next);
    if (isOpenTo(req) || sessionOf(req)) return void res.redirect(303, next);
    showForm(res, { next, possible: password !== undefined });
  });
  const tooMany: RequestHandler = (req, res) => {
    const problem = `Too many wrong passwords. Wait ${SIGN_IN_WINDOW_MS / 60_000} minutes, then try again.`;
    res.status(429).set('Retry-After', String(SIGN_IN_WINDOW_MS / 1_000));
    showForm(res, { next: localPath(field(req, 'next')), problem, possible: true });
  };
  router.post('/sign-in', formBody, onlyFromHere(publicUrl), ...throttles(clock, tooMany), (req, res) => {
    const next = localPath(field(req, 'next'));
    if (!keys.isPassword(field(req, 'password'))) {
      res.status(401);
      showForm(res, { next, problem: 'That is not the password.', possible: password !== undefined });
      return;
    }
    res.cookie(cookieName, keys.seal(newSession(clock.now())), { ...cookie, maxAge: SESSION_MS });
    res.redirect(303, next);
  });
  router.post('/sign-out', formBody, required, ownForm, (_req, res) => {
    res.clearCookie(cookieName, cookie).redirect(303, '/sign-in');
  });
  return { required, ownForm, router };
}

/** Sign-in has no session to bind a token to; a foreign page must still not sign a person in. */
function onlyFromHere(publicUrl: string): RequestHandler {
  return (req, res, next) => {
    res.set('Cache-Control', 'no-store');
    if (isSameOrigin(req, publicUrl)) next();
    else res.status(403).type('text').send('Refused: sign in from the sign-in page of this site.');
  };
}

/** Only wrong passwords count; an address that is stopped no longer uses up the allowance of the others. */
function throttles(clock: Clock, handler: RequestHandler): RequestHandler[] {
  const shared = {
    windowMs: SIGN_IN_WINDOW_MS,
    skipSuccessfulRequests: true,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false, // who the peer is behind a proxy is the application's setting, checked at start
    handler,
  } as const;
  return [
    rateLimit({ ...shared, limit: FAILURES_PER_ADDRESS_MAX, store: new AttemptStore(clock) }),
    rateLimit({
      ...shared,
      limit: FAILURES_MAX,
      store: new AttemptStore(clock, 1),
      keyGenerator: () => 'all',
    }),
  ];
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
