import { z } from 'zod';
import type { Clock } from '../model/clock.ts';
import { type Metrics, uncounted } from '../model/metrics.ts';
import { ConnectorError, type ConnectorErrorKind, kindOfStatus, parseRetryAfter } from './connector-error.ts';
import { createHttpClient, type HttpAnswer, type HttpRequest } from './http-client.ts';

/** What every channel over HTTP is made with, beside its own access. */
export type ChannelParts = Readonly<{ clock: Clock; timeoutMs?: number | undefined; metrics?: Metrics }>;

export type ChannelRequest<T> = HttpRequest &
  Readonly<{
    /** The channel's verb, for metrics: `send_sms`. */
    verb: string;
    /** What we read of the answer's JSON, no more. */
    schema: z.ZodType<T>;
  }>;

export type ChannelHttp = Readonly<{
  /** Throws ConnectorError alone. */
  ask<T>(request: ChannelRequest<T>): Promise<T>;
  /** As `ask`, for answers that are no JSON. */
  askText(request: Omit<ChannelRequest<unknown>, 'schema'>): Promise<string>;
  /** From now on never repeated in an error: an address that lets its reader in. */
  keepSecret(secret: string): void;
}>;

/** What a refusal means where the status alone does not tell, and what a person can do about it. */
export type Refusal = Readonly<{ kind: ConnectorErrorKind; remedy: string; retryAfterMs?: number }>;

export type ChannelSide = ChannelParts &
  Readonly<{
    /** `Twilio`, for messages. */
    system: string;
    baseUrl: string;
    secrets: readonly string[];
    headers?: Readonly<Record<string, string>>;
    /** The other side's own words of a refusal, read from its JSON; empty when there are none. */
    said(json: unknown): string;
    /** Undefined: what the status says. */
    meaning?(answer: HttpAnswer): Refusal | undefined;
    /** For a person, by what is wrong; each names the setting or the policy's field. */
    remedies: Readonly<{ unauthorised: string; notFound: string; rejected: string }>;
  }>;

/** Where a 429 names no time. */
const RETRY_AFTER_MS_DEFAULT = 60_000;

/** The way of one channel to its other side: its headers, its refusals, secrets kept out of errors. */
export function createChannelHttp(side: ChannelSide): ChannelHttp {
  const { system, baseUrl, secrets, timeoutMs, clock, metrics = uncounted } = side;
  const client = createHttpClient({ system, baseUrl, secrets, timeoutMs });

  const send = async ({ verb, ...request }: Omit<ChannelRequest<unknown>, 'schema'>): Promise<HttpAnswer> => {
    const answer = await client.send({ ...request, headers: { ...side.headers, ...request.headers } });
    if (answer.status >= 300) {
      throw refusal({ answer, side, quote: client.quote, what: request.what, now: clock.now() });
    }
    return answer;
  };
  const counted = async <T>(verb: string, work: () => Promise<T>): Promise<T> => {
    const connector = system.toLowerCase().replaceAll(/\W+/g, '_');
    try {
      const value = await work();
      metrics.connectorCall(connector, verb, 'ok');
      return value;
    } catch (error) {
      metrics.connectorCall(connector, verb, error instanceof ConnectorError ? error.kind : 'failed');
      throw error;
    }
  };

  return {
    ask: ({ schema, ...request }) =>
      counted(request.verb, async () => {
        const answer = await send(request);
        const parsed = schema.safeParse(answer.json);
        if (parsed.success) return parsed.data;
        throw new ConnectorError(
          'unexpected_response',
          `${system}'s answer to "${request.what}" cannot be read (${client.quote(z.prettifyError(parsed.error))}): ` +
            'check that the address in the settings is the interface itself and no proxy answers for it',
          { status: answer.status },
        );
      }),
    askText: (request) => counted(request.verb, async () => (await send(request)).text),
    keepSecret: client.keepSecret,
  };
}

type Refused = Readonly<{
  answer: HttpAnswer;
  side: ChannelSide;
  quote: (text: string) => string;
  what: string;
  now: Date;
}>;

function refusal({ answer, side, quote, what, now }: Refused): ConnectorError {
  const { status } = answer;
  const told = side.meaning?.(answer);
  const kind = told?.kind ?? kindOfStatus(status);
  const said = quote(side.said(answer.json));
  const retryAfterMs = told?.retryAfterMs ?? parseRetryAfter(answer.headers['retry-after'], now);
  return new ConnectorError(
    kind,
    `${side.system} refused to ${what} with ${status}${said === '' ? '' : ` "${said}"`}: ${told?.remedy ?? remedyOf(kind, side)}`,
    {
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(kind === 'rate_limited' ? { retryAfterMs: retryAfterMs ?? RETRY_AFTER_MS_DEFAULT } : {}),
    },
  );
}

function remedyOf(kind: ConnectorErrorKind, { system, remedies }: ChannelSide): string {
  switch (kind) {
    case 'unauthorised':
      return remedies.unauthorised;
    case 'not_found':
      return remedies.notFound;
    case 'rate_limited':
      return 'too many messages; it is tried again when it allows more';
    case 'outcome_unknown':
      return `${system} has trouble; look whether the message arrived before sending it again`;
    case 'unexpected_response':
      return 'it points elsewhere; check the address in the settings';
    default:
      return remedies.rejected;
  }
}
