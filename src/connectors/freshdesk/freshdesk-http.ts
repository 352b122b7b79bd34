import { z } from 'zod';
import type { Clock } from '../../model/clock.ts';
import { type Metrics, uncounted } from '../../model/metrics.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import { ConnectorError, type FieldError, kindOfStatus, parseRetryAfter } from '../connector-error.ts';
import { createHttpClient, type HttpAnswer } from '../http-client.ts';
import type { CallBudget, CallKind } from './call-budget.ts';

export type FreshdeskRequest<T> = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** After `/api/v2`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: unknown;
  /** Which part of the budget it costs. */
  kind: CallKind;
  /** The connector's verb, for metrics: `create_ticket`. */
  verb: string;
  /** For people: `create a ticket`. */
  what: string;
  /** What we read of the answer, no more. */
  schema: z.ZodType<T>;
}>;

/** One answered call; `hasNextPage` when the answer's Link header names one. */
export type FreshdeskAnswer<T> = Readonly<{ body: T; hasNextPage: boolean }>;
export type FreshdeskHttp = <T>(request: FreshdeskRequest<T>) => Promise<FreshdeskAnswer<T>>;

export type FreshdeskAccess = Readonly<{
  /** FRESHDESK_URL; `https://acme.freshdesk.com`, also with a trailing slash or `/api/v2`. */
  url: string;
  apiKey: string;
  budget: CallBudget;
  clock: Clock;
  timeoutMs?: number;
  metrics?: Metrics;
}>;

/** The address without slash and without `/api/v2`; throws when it is no address or not https (loopback excepted). */
export const freshdeskBaseUrl = (url: string): string =>
  normaliseBaseUrl({ url, setting: 'FRESHDESK_URL', suffixes: ['/api/v2', '/api'] });

/** Every Freshdesk call goes through here: budget, Basic auth, answer to value or ConnectorError. */
export function createFreshdeskHttp({
  url,
  apiKey,
  budget,
  clock,
  timeoutMs,
  metrics = uncounted,
}: FreshdeskAccess): FreshdeskHttp {
  const baseUrl = freshdeskBaseUrl(url);
  const basic = Buffer.from(`${apiKey}:X`).toString('base64');
  const http = createHttpClient({ system: 'Freshdesk', baseUrl, secrets: [apiKey, basic], timeoutMs });
  const headers = { Authorization: `Basic ${basic}` };

  const ask = async <T>(request: FreshdeskRequest<T>): Promise<FreshdeskAnswer<T>> => {
    const { method, query, body, what, schema } = request;
    await budget.take(request.kind);
    const answer = await http.send({
      method,
      path: `/api/v2${request.path}`,
      headers,
      what,
      ...(query ? { query } : {}),
      ...(body === undefined ? {} : { body }),
    });
    await budget.observe(answer.headers);
    if (answer.status === 429) {
      const retryAfterMs = await budget.refused(request.kind, answer.headers);
      throw new ConnectorError('rate_limited', `Freshdesk refused to ${what}: too many calls a minute`, {
        status: 429,
        retryAfterMs,
      });
    }
    if (answer.status >= 300) throw refusal({ answer, what, quote: http.quote, now: clock.now() });
    const parsed = schema.safeParse(answer.json);
    if (!parsed.success) {
      throw new ConnectorError(
        'unexpected_response',
        `Freshdesk's answer to "${what}" cannot be read (${http.quote(z.prettifyError(parsed.error))}): ` +
          'check that FRESHDESK_URL is the account itself and no proxy answers for it',
        { status: answer.status },
      );
    }
    return { body: parsed.data, hasNextPage: /rel="?next"?/.test(answer.headers.link ?? '') };
  };

  return async (request) => {
    try {
      const answer = await ask(request);
      metrics.connectorCall('freshdesk', request.verb, 'ok');
      return answer;
    } catch (error) {
      metrics.connectorCall(
        'freshdesk',
        request.verb,
        error instanceof ConnectorError ? error.kind : 'failed',
      );
      throw error;
    }
  };
}

const text = z.string().catch('');
const ErrorBody = z.object({
  description: text,
  message: text,
  code: text,
  errors: z.array(z.object({ field: text, message: text, code: text })).catch([]),
});

type Refused = Readonly<{ answer: HttpAnswer; what: string; quote: (text: string) => string; now: Date }>;

/** Two body shapes (a list of field errors; one code and message), an empty 404, and HTML from the edge. */
function refusal({ answer, what, quote, now }: Refused): ConnectorError {
  const { status } = answer;
  const parsed = ErrorBody.safeParse(answer.json);
  const body = parsed.success ? parsed.data : { description: '', message: '', code: '', errors: [] };
  const fieldErrors: FieldError[] = body.errors.map(({ field, message, code }) => ({
    field: quote(field),
    message: quote(message),
    code: quote(code),
  }));
  // A feature that the plan lacks is no matter of rights: the caller may have another way.
  const kind = body.code === 'require_feature' ? 'rejected' : kindOfStatus(status);
  const said = [
    body.message || body.description,
    ...fieldErrors.map(({ field, message, code }) => `${field}: ${message} (${code})`),
  ]
    .filter((part) => part !== '')
    .join('; ');
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], now);
  return new ConnectorError(
    kind,
    `Freshdesk refused to ${what} with ${status}${said === '' ? '' : ` "${quote(said)}"`}: ${quote(remedy(status, body.code, answer))}`,
    {
      status,
      fieldErrors,
      ...(body.code === '' ? {} : { code: quote(body.code) }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

function remedy(status: number, code: string, answer: HttpAnswer): string {
  if (code === 'require_feature') return "the account's plan lacks this feature";
  if (code === 'account_suspended') return 'the Freshdesk account is suspended, its administrator must pay';
  if (status === 401) return 'check FRESHDESK_API_KEY';
  if (status === 403) return "check the role and the ticket scope (global is needed) of the key's agent";
  if (status === 404) return 'it does not exist, was archived, or the key may not know of it';
  if (status >= 500 || status === 408)
    return 'Freshdesk has trouble; look whether it happened before sending it again';
  if (status < 400)
    return `it points to ${originOf(answer.headers.location)}; set FRESHDESK_URL to the account's own address`;
  return 'the request does not fit the account; compare its ticket fields';
}

const originOf = (location: string | undefined): string =>
  location !== undefined && URL.canParse(location) ? new URL(location).origin : 'another address';

/** Path of one ticket; a number that cannot be a ticket never becomes a call. */
export function ticketPath(id: number): string {
  if (!Number.isSafeInteger(id) || id <= 0) {
    throw new ConnectorError('rejected', `${id} is not a Freshdesk ticket number`);
  }
  return `/tickets/${id}`;
}
