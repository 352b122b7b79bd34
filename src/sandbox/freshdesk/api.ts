import { randomUUID, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { ACCOUNT_ENDPOINTS } from './account-endpoints.ts';
import { AUTOMATION_ENDPOINTS } from './automation-endpoints.ts';
import type { ApiAnswer, Endpoint } from './endpoint.ts';
import type { Query } from './paging.ts';
import type { CallKind, RateLimiter } from './rate-limit.ts';
import { RATING_ENDPOINTS } from './rating-endpoints.ts';
import { invalid, notFound, notLoggedIn, Refusal, unexpectedField } from './refusal.ts';
import { SOLUTION_ENDPOINTS } from './solution-endpoints.ts';
import { BOT_AGENT_ID } from './state.ts';
import { runDueTasks } from './tasks.ts';
import { TICKET_ENDPOINTS } from './ticket-endpoints.ts';
import { saveChanges, type World } from './world.ts';

/** One call as it was answered; `at` by the clock. */
export type LoggedCall = Readonly<{ at: Date; method: string; path: string; kind: CallKind; status: number }>;

export type ApiParts = Readonly<{
  world: World;
  clock: Clock;
  apiKey: string;
  limiter: RateLimiter;
  calls: LoggedCall[];
}>;

const CALLS_KEPT = 20_000;
const ENDPOINTS: readonly Endpoint[] = [
  ...TICKET_ENDPOINTS,
  ...ACCOUNT_ENDPOINTS,
  ...AUTOMATION_ENDPOINTS,
  ...SOLUTION_ENDPOINTS,
  ...RATING_ENDPOINTS,
];
const BODY_LIMIT = '20mb';

/** Freshdesk's API v2, to be mounted at `/api/v2`. */
export function freshdeskApi(parts: ApiParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((req, _res, next) => {
    // A double or trailing slash is answered as a wrong field of the ticket, not as an unknown address.
    next(/\/\/|.\/$/.test(req.path) ? invalid(unexpectedField('ticket')) : undefined);
  });
  router.use((req, _res, next) => {
    const hasBody = Number(req.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in req.headers;
    next(hasBody && !req.is('application/json') ? new Refusal(415) : undefined);
  });
  router.use(express.json({ limit: BODY_LIMIT, strict: false }));
  for (const endpoint of ENDPOINTS) {
    router[endpoint.method](endpoint.path, (req, res) => serve(parts, endpoint, req, res));
  }
  for (const path of new Set(ENDPOINTS.map((endpoint) => endpoint.path))) {
    router.all(path, (req, res) => refuse(parts, req, res, wrongMethod(path, req.method)));
  }
  router.use((req, res) => refuse(parts, req, res, notFound()));
  const onError: ErrorRequestHandler = (error, req, res, _next) =>
    refuse(parts, req, res, refusalFrom(error));
  router.use(onError);
  return router;
}

/** What the body parser throws has a status of its own; anything else is a fault of the stand-in. */
function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SyntaxError) {
    return new Refusal(400, { code: 'invalid_json', message: 'Request body has invalid json format' });
  }
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return new Refusal(status, { code: 'internal_error', message: String(error) });
}

/** Every call costs, also one that is refused before it reaches an endpoint. */
function refuse(parts: ApiParts, req: Request, res: Response, refusal: Refusal): void {
  serve(
    parts,
    {
      ...NO_ENDPOINT,
      run: () => {
        throw refusal;
      },
    },
    req,
    res,
  );
}
const NO_ENDPOINT = { method: 'get', path: '' } as const;

function serve(parts: ApiParts, endpoint: Endpoint, req: Request, res: Response): void {
  const { world, limiter } = parts;
  const kind = endpoint.kind ?? 'other';
  const query = req.query as Query;
  // Each `include` of a list costs two more calls.
  const cost = kind === 'list' ? 1 + 2 * (query.include?.split(',').filter(Boolean).length ?? 0) : 1;
  const spent = limiter.spend(kind, cost);
  const requestId = randomUUID();
  res.set({
    'x-freshdesk-api-version': 'latest=v2; requested=v2',
    'x-ratelimit-total': spent.total.toFixed(1),
    'x-ratelimit-remaining': spent.remaining.toFixed(1),
    'x-ratelimit-used-currentrequest': String(cost),
    'x-request-id': requestId,
    'x-fw-ratelimiting-managed': 'true',
    date: parts.clock.now().toUTCString(),
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
  const answer = attempt(() => {
    if (!spent.allowed) {
      const message = 'You have exceeded the limit of requests per minute';
      throw new Refusal(429, { message }, { 'retry-after': String(spent.retryAfterS) });
    }
    if (!isLoggedIn(req, parts.apiKey)) throw notLoggedIn();
    runDueTasks(world);
    const apiUrl = `${req.protocol}://${req.get('host')}${req.baseUrl}`;
    const params = req.params as Record<string, string>;
    const actor = { userId: BOT_AGENT_ID, name: 'Watchdesk' };
    return endpoint.run({ world, params, query, body: req.body, actor, requestId, apiUrl });
  });
  saveChanges(world);
  parts.calls.push({
    at: parts.clock.now(),
    method: req.method,
    path: req.path,
    kind,
    status: answer.status,
  });
  if (parts.calls.length > CALLS_KEPT) parts.calls.shift();
  send(answer, req, res);
}

function attempt(run: () => ApiAnswer): ApiAnswer & Readonly<{ headers?: Readonly<Record<string, string>> }> {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: error.body, headers: error.headers };
  }
}

function send(
  answer: ApiAnswer & Readonly<{ headers?: Readonly<Record<string, string>> }>,
  req: Request,
  res: Response,
): void {
  if (answer.headers) res.set(answer.headers);
  if (answer.location !== undefined) res.set('location', answer.location);
  if (answer.page?.hasMore) {
    const url = new URL(`${req.protocol}://${req.get('host')}${req.originalUrl}`);
    url.searchParams.set('page', String(answer.page.page + 1));
    res.set('link', `<${url.href}>; rel="next"`);
  }
  res.status(answer.status);
  if (answer.body === undefined) res.end();
  else res.json(answer.body);
}

function wrongMethod(path: string, method: string): Refusal {
  const allowed = ENDPOINTS.filter((endpoint) => endpoint.path === path).map((one) =>
    one.method.toUpperCase(),
  );
  const message = `${method} method is not allowed. It should be one of these method(s): ${allowed.join(', ')}`;
  return new Refusal(405, { message }, { allow: allowed.join(', ') });
}

/** Basic authentication: the key is the user name, the password any text. */
function isLoggedIn(req: Request, apiKey: string): boolean {
  const encoded = /^Basic\s+(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return false;
  const user = Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? '';
  const given = Buffer.from(user);
  const wanted = Buffer.from(apiKey);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
