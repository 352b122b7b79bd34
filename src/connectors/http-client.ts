import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import packageFile from '../../package.json' with { type: 'json' };
import { ConnectorError } from './connector-error.ts';
import { classifyFailure } from './network-failure.ts';

export type HttpRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash, already encoded; goes after the base URL. */
  path: string;
  /** Name and value, encoded here; a name may occur more than once. */
  query?: readonly (readonly [string, string])[];
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form instead. */
  form?: readonly (readonly [string, string])[];
  /** For error messages: `create a ticket`. */
  what: string;
  /** Ends the call early, such as one that waits for news while we are told to stop; it then counts as not answered. */
  signal?: AbortSignal;
}>;

/**
 * Any HTTP answer, 4xx and 5xx too. `json` is undefined when the body is empty or not JSON, `text` is the body without blanks
 * around it; names in `headers` are lower case.
 */
export type HttpAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  json: unknown;
  text: string;
  isEmpty: boolean;
}>;

export type HttpClient = Readonly<{
  /** Throws only ConnectorError, and only when there was no readable answer. Never follows a redirect. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Text of the other side made fit for messages: one line, bounded, known secrets taken out. */
  quote(text: string): string;
  /** From now on `quote` takes this secret out too, until a few more have come: an old token is no secret any more. */
  keepSecret(secret: string): void;
}>;

export type HttpClientParts = Readonly<{
  /** `Freshdesk`, for messages. */
  system: string;
  baseUrl: string;
  secrets: readonly string[];
  /** For one call from connect to last byte. Default 15 s. */
  timeoutMs?: number | undefined;
}>;

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
const REQUEST_BYTES_MAX = 20 * 1024 * 1024;
/** Idle connections are closed by us before the other side does it in the middle of our next request. */
const IDLE_MS = 20_000;
const SOCKETS_MAX = 16;
const QUOTE_CHARS_MAX = 300;
const SECRET_CHARS_MIN = 4;
/** An answer may quote a token that was renewed while it was under way; one renewed long ago is worthless. */
const LATER_SECRETS_MAX = 8;

/** The one way out to a helpdesk or monitoring system: verified TLS, bounded time and size, no proxy, no redirect. */
export function createHttpClient({
  system,
  baseUrl,
  secrets,
  timeoutMs = TIMEOUT_MS,
}: HttpClientParts): HttpClient {
  const configured = secrets.filter(isLongEnough);
  let later: readonly string[] = [];
  const keepSecret = (secret: string): void => {
    if (!isLongEnough(secret)) return;
    later = [...later.filter((known) => known !== secret), secret].slice(-LATER_SECRETS_MAX);
  };
  const quote = (text: string): string => {
    let clean = text;
    // Host names come back in lower case, hence without regard to case.
    for (const secret of [...configured, ...later].flatMap((known) => [known, encodeURIComponent(known)])) {
      clean = clean.replaceAll(new RegExp(literally(secret), 'gi'), '[secret]');
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of others end here
    clean = clean.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
    return clean.length > QUOTE_CHARS_MAX ? `${clean.slice(0, QUOTE_CHARS_MAX)}…` : clean;
  };

  const agent = { keepAlive: true, timeout: IDLE_MS, maxSockets: SOCKETS_MAX };
  const instance = axios.create({
    adapter: 'http',
    httpAgent: new http.Agent(agent),
    httpsAgent: new https.Agent({ ...agent, rejectUnauthorized: true }),
    proxy: false,
    maxRedirects: 0, // a redirected POST would become a GET, and a secret would go to a stranger
    maxContentLength: ANSWER_BYTES_MAX,
    maxBodyLength: REQUEST_BYTES_MAX,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    headers: { common: { Accept: 'application/json', 'User-Agent': `Watchdesk/${packageFile.version}` } },
  });

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await instance.request<Buffer>({
        method: request.method,
        url: baseUrl + request.path + queryText(request.query ?? []),
        ...contentOf(request),
        signal: request.signal ? AbortSignal.any([deadline, request.signal]) : deadline,
      });
      const text = answer.data.toString('utf8').trim();
      return {
        status: answer.status,
        headers: plainHeaders(answer.headers),
        json: jsonOrUndefined(text),
        text,
        isEmpty: text === '',
      };
    } catch (thrown) {
      // The axios error ends here: its config holds the credentials.
      throw unanswered({ thrown, timedOut: deadline.aborted });
    }

    function unanswered({ thrown, timedOut }: { thrown: unknown; timedOut: boolean }): ConnectorError {
      const asked = `${system} did not answer "${request.what}" at ${new URL(baseUrl).host}`;
      if (timedOut) {
        const remedy = 'look whether it happened before sending it again';
        return new ConnectorError('outcome_unknown', `${asked} within ${timeoutMs} ms: ${remedy}`, {
          code: 'ETIMEDOUT',
        });
      }
      const { kind, code, remedy } = classifyFailure(thrown);
      return new ConnectorError(kind, `${asked} (${code}): ${remedy}`, { code });
    }
  };
  return { send, quote, keepSecret };
}

const isLongEnough = (secret: string): boolean => secret.length >= SECRET_CHARS_MIN;

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const queryText = (query: readonly (readonly [string, string])[]): string =>
  query.length === 0
    ? ''
    : `?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;

/** Headers and body for axios; bytes pass through it untouched. */
function contentOf({ headers, body, form }: HttpRequest) {
  const [type, text] = form
    ? ['application/x-www-form-urlencoded', queryText(form).slice(1)]
    : ['application/json', body === undefined ? undefined : JSON.stringify(body)];
  return text === undefined
    ? { headers: { ...headers } }
    : { headers: { ...headers, 'Content-Type': type }, data: Buffer.from(text) };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // HTML of a proxy, Perl syntax, nothing: the caller sees that there is no JSON
  }
}

function plainHeaders(headers: object): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') plain[name.toLowerCase()] = value;
  }
  return plain;
}
