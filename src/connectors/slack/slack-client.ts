import { LogLevel, type Logger as SlackLogger, WebClient } from '@slack/web-api';
import type { z } from 'zod';
import type { Clock } from '../../model/clock.ts';
import { type Metrics, uncounted } from '../../model/metrics.ts';
import { normaliseBaseUrl } from '../base-url.ts';
import { ConnectorError, parseRetryAfter } from '../connector-error.ts';
import { slackFailure } from './slack-failure.ts';

export type SlackAccess = Readonly<{
  /** SLACK_API_URL: `https://slack.com/api`. */
  url: string;
  token: string;
  clock: Clock;
  /** For one call from connect to last byte. Default 15 s. */
  timeoutMs?: number;
  metrics?: Metrics;
}>;

export type SlackRequest<T> = Readonly<{
  /** `chat.postMessage`. */
  method: string;
  args: Readonly<Record<string, unknown>>;
  /** For people: `post a message`. */
  what: string;
  /** What we read of the answer, no more. */
  schema: z.ZodType<T>;
  /** Nothing that can happen twice: when there was no answer, the message certainly has not left. */
  isHarmless?: boolean;
}>;

/** One call of Slack's interface. Throws ConnectorError alone. */
export type SlackCall = <T>(request: SlackRequest<T>) => Promise<T>;

const TIMEOUT_MS = 15_000;
const RETRY_AFTER_MS = 30_000;
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

/** Slack's library writes to the console otherwise, past our log and its redaction. */
const silent: SlackLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};

/** The one way to Slack: no retries and no waiting of its own, so that whoever sends decides about another try. */
export function createSlackCall(access: SlackAccess): SlackCall {
  const { token, clock, metrics = uncounted, timeoutMs = TIMEOUT_MS } = access;
  const baseUrl = normaliseBaseUrl({ url: access.url, setting: 'SLACK_API_URL', suffixes: [] });
  const client = new WebClient(token, {
    slackApiUrl: `${baseUrl}/`,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: silent,
    fetch: async (url, init) => {
      const answer = await fetch(url, init);
      refuseRateLimit(answer, clock);
      const length = Number(answer.headers.get('content-length') ?? 0);
      if (length > ANSWER_BYTES_MAX)
        throw new ConnectorError('unexpected_response', 'Slack answered more than any answer should be');
      return answer;
    },
  });

  return async ({ method, args, what, schema, isHarmless = false }) => {
    try {
      const answer: unknown = await client.apiCall(method, { ...args });
      const read = schema.safeParse(answer);
      if (!read.success) {
        const fields = read.error.issues.map(({ path }) => path.join('.') || 'the answer').join(', ');
        throw new ConnectorError(
          'unexpected_response',
          `Slack's answer to "${what}" cannot be read (${fields}): check SLACK_API_URL`,
        );
      }
      metrics.connectorCall('slack', method, 'ok');
      return read.data;
    } catch (thrown) {
      const host = new URL(baseUrl).host;
      const failure = slackFailure(thrown, { what, host, secrets: [token] });
      const error = isHarmless && failure.kind === 'outcome_unknown' ? asNotSent(failure) : failure;
      metrics.connectorCall('slack', method, error.kind);
      throw error;
    }
  };
}

/** Slack's library gives up on a 429 without a readable Retry-After, without saying that it was one. */
function refuseRateLimit(answer: Response, clock: Clock): void {
  if (answer.status !== 429) return;
  const retryAfterMs =
    parseRetryAfter(answer.headers.get('retry-after') ?? undefined, clock.now()) ?? RETRY_AFTER_MS;
  throw new ConnectorError('rate_limited', 'Slack is told too much at once: it is left alone for a while', {
    status: 429,
    retryAfterMs,
  });
}

const asNotSent = ({ message, code, status }: ConnectorError): ConnectorError =>
  new ConnectorError('not_sent', message, {
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
  });
