import { setTimeout as pauseFor } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../../model/clock.ts';
import { type Metrics, uncounted } from '../../model/metrics.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import { ConnectorError, kindOfStatus, parseRetryAfter } from '../connector-error.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../http-client.ts';

export type OpsviewRequest<T> = Readonly<{
  method: 'GET' | 'POST';
  /** After `/rest`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: unknown;
  /** The connector's verb, for metrics: `read_objects`. */
  verb: string;
  /** For people: `read the state of 3 objects`. */
  what: string;
  /** What we read of the answer, no more. */
  schema: z.ZodType<T>;
}>;

export type OpsviewHttp = <T>(request: OpsviewRequest<T>) => Promise<T>;

export type OpsviewAccess = Readonly<{
  /** OPSVIEW_URL; `https://opsview.example.com`, also with a trailing slash or `/rest`. */
  url: string;
  username: string;
  password: string;
  clock: Clock;
  timeoutMs?: number;
  metrics?: Metrics;
  /** Between two tries after a database deadlock inside Opsview. */
  pause?: (ms: number) => Promise<unknown>;
}>;

/** The address without slash and without `/rest`; throws when it is no address or not https (loopback excepted). */
export const opsviewBaseUrl = (url: string): string =>
  normaliseBaseUrl({ url, setting: 'OPSVIEW_URL', suffixes: ['/rest'] });

const DEADLOCK_TRIES_MAX = 5;
const DEADLOCK_PAUSE_MS = 1000;

export type OpsviewConnection = Readonly<{
  ask: OpsviewHttp;
  /**
   * Opsview's clock, as far as its answers' Date header tells: notifications carry its times, and a reading dated by
   * ours would look older or newer than they are where the two clocks differ.
   */
  opsviewClock: Clock;
}>;

/** Date headers are whole seconds and the answer was under way: less than this is no difference. */
const SKEW_MS_MIN = 3_000;

/** Every Opsview call goes through here: token, its renewal once on 401, deadlock tries, answer to value or error. */
export function createOpsviewHttp(access: OpsviewAccess): OpsviewConnection {
  const { url, username, password, clock, timeoutMs, metrics = uncounted, pause = pauseFor } = access;
  let aheadMs = 0;
  const client = createHttpClient({
    system: 'Opsview',
    baseUrl: opsviewBaseUrl(url),
    secrets: [password],
    timeoutMs,
  });
  const http: HttpClient = {
    ...client,
    async send(request) {
      const answer = await client.send(request);
      const difference = Date.parse(answer.headers.date ?? '') - clock.now().getTime();
      if (!Number.isNaN(difference)) aheadMs = Math.abs(difference) < SKEW_MS_MIN ? 0 : difference;
      return answer;
    },
  };
  const session = createSession({ http, username, password, clock });

  const sendOnce = async (request: OpsviewRequest<unknown>): Promise<HttpAnswer> => {
    const send = (token: string): Promise<HttpAnswer> =>
      http.send({
        method: request.method,
        path: `/rest${request.path}`,
        headers: { 'X-Opsview-Username': username, 'X-Opsview-Token': token },
        what: request.what,
        ...(request.query ? { query: request.query } : {}),
        ...(request.body === undefined ? {} : { body: request.body }),
      });
    const token = await session.token();
    const answer = await send(token);
    // Expired: a call refused for its token was not done, so a write may be repeated too.
    return answer.status === 401 ? await send(await session.renew(token)) : answer;
  };

  const ask = async <T>(request: OpsviewRequest<T>): Promise<T> => {
    let answer = await sendOnce(request);
    for (let tries = 1; isDeadlock(answer) && tries < DEADLOCK_TRIES_MAX; tries += 1) {
      await pause(DEADLOCK_PAUSE_MS);
      answer = await sendOnce(request);
    }
    return understood({ answer, request, http, now: clock.now() });
  };

  const askCounted: OpsviewHttp = async (request) => {
    try {
      const value = await ask(request);
      metrics.connectorCall('opsview', request.verb, 'ok');
      return value;
    } catch (error) {
      metrics.connectorCall('opsview', request.verb, error instanceof ConnectorError ? error.kind : 'failed');
      throw error;
    }
  };
  return { ask: askCounted, opsviewClock: { now: () => new Date(clock.now().getTime() + aheadMs) } };
}

type Session = Readonly<{
  token(): Promise<string>;
  /** A new token unless somebody else has replaced `expired` already. */
  renew(expired: string): Promise<string>;
}>;

type SessionParts = Readonly<{ http: HttpClient; username: string; password: string; clock: Clock }>;

/** A token lives for an hour after its last use; its length differs between versions, so nothing is assumed of it. */
const LoginWire = z.object({ token: z.string().min(1) });

/** One login at a time, shared by all calls that wait for it. */
function createSession({ http, username, password, clock }: SessionParts): Session {
  let current: string | undefined;
  let underWay: Promise<string> | undefined;

  const logIn = async (): Promise<string> => {
    const request = { what: 'log in', schema: LoginWire } as const;
    try {
      const answer = await http.send({
        method: 'POST',
        path: '/rest/login',
        body: { username, password },
        what: request.what,
      });
      const { token } = understood({ answer, request, http, now: clock.now() });
      http.keepSecret(token);
      current = token;
      return token;
    } catch (error) {
      // However the login ended, the call that needed it was not made.
      if (error instanceof ConnectorError && error.kind === 'outcome_unknown') {
        throw new ConnectorError('not_sent', error.message, factsOf(error));
      }
      throw error;
    }
  };
  const logInOnce = (): Promise<string> => {
    underWay ??= logIn().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  return {
    token: async () => current ?? (await logInOnce()),
    renew: async (expired) => {
      if (current !== undefined && current !== expired) return current;
      current = undefined;
      return await logInOnce();
    },
  };
}

const factsOf = ({ status, code, retryAfterMs }: ConnectorError) => ({
  ...(status === undefined ? {} : { status }),
  ...(code === undefined ? {} : { code }),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

const said = z.string().catch('');
const MessageWire = z.object({ message: said, detail: said });

type Understanding<T> = Readonly<{
  answer: HttpAnswer;
  request: Readonly<{ what: string; schema: z.ZodType<T> }>;
  http: HttpClient;
  now: Date;
}>;

/** An error may come with any status: an answer with a `message` and nothing else in it is one, as Opsview's own client has it. */
function understood<T>({ answer, request, http, now }: Understanding<T>): T {
  const { status } = answer;
  const { message, detail } = saidBy(answer);
  if (status >= 300 || (message !== '' && !hasContent(answer.json))) {
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], now);
    const kind = refusalKind(status, message);
    const quoted = http.quote([message, detail].filter((part) => part !== '').join(': '));
    throw new ConnectorError(
      kind,
      `Opsview refused to ${request.what} with ${status}${quoted === '' ? '' : ` "${quoted}"`}: ${http.quote(remedy(status, answer))}`,
      {
        status,
        ...(retryAfterMs !== undefined ? { retryAfterMs } : {}),
        ...(kind === 'rate_limited' ? { retryAfterMs: retryAfterMs ?? RETRY_AFTER_MS_DEFAULT } : {}),
      },
    );
  }
  const parsed = request.schema.safeParse(answer.json);
  if (parsed.success) return parsed.data;
  throw new ConnectorError(
    'unexpected_response',
    `Opsview's answer to "${request.what}" cannot be read (${http.quote(z.prettifyError(parsed.error))}): ` +
      'check that OPSVIEW_URL is Opsview itself and no proxy answers for it',
    { status },
  );
}

const RETRY_AFTER_MS_DEFAULT = 60_000;

function saidBy(answer: HttpAnswer): Readonly<{ message: string; detail: string }> {
  const parsed = MessageWire.safeParse(answer.json);
  return parsed.success ? parsed.data : { message: '', detail: '' };
}

const hasContent = (json: unknown): boolean =>
  typeof json === 'object' &&
  json !== null &&
  ['list', 'object', 'summary', 'token'].some((key) => key in json);

/** The message of an acknowledge that reached nothing is all that tells it from a malformed one. */
function refusalKind(status: number, message: string): ConnectorError['kind'] {
  if (/^No objects chosen/i.test(message)) return 'not_found';
  if (/^Errors setting acknowledgements|deadlock/i.test(message)) return 'outcome_unknown';
  return status >= 300 ? kindOfStatus(status) : 'rejected';
}

function isDeadlock(answer: HttpAnswer): boolean {
  const { message, detail } = saidBy(answer);
  return answer.status >= 300 && /deadlock/i.test(`${message} ${detail}`);
}

function remedy(status: number, answer: HttpAnswer): string {
  if (status === 401) return 'check OPSVIEW_USERNAME and OPSVIEW_PASSWORD';
  if (status === 403) return "the user's role needs VIEWALL and ACTIONALL";
  if (status >= 500 || status === 408) return 'Opsview has trouble, see its own log';
  if (status >= 300 && status < 400) {
    const { location } = answer.headers;
    const origin =
      location !== undefined && URL.canParse(location) ? new URL(location).origin : 'another address';
    return `it points to ${origin}; set OPSVIEW_URL to Opsview's own address`;
  }
  return 'check that the object exists and that the user may see it and act on it';
}
