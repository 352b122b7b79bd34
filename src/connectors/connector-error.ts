/**
 * What a failed call means for the next try; whoever sends acts on this word alone.
 * - `not_sent`: refused, no such host, certificate not trusted: certainly did not happen, send again
 * - `outcome_unknown`: no answer, or 5xx: may have happened, look before sending again
 * - `rate_limited`: nothing happened, send again after `retryAfterMs`
 * - `unauthorised`, `not_found`, `rejected`, `unexpected_response`: a person has to look
 */
export const CONNECTOR_ERROR_KINDS = [
  'not_sent',
  'outcome_unknown',
  'rate_limited',
  'unauthorised',
  'not_found',
  'rejected',
  'unexpected_response',
] as const;
export type ConnectorErrorKind = (typeof CONNECTOR_ERROR_KINDS)[number];

/** One field that the other side refused, in its own words. */
export type FieldError = Readonly<{ field: string; message: string; code: string }>;

export type ConnectorErrorFacts = Readonly<{
  /** HTTP status, if there was an answer. */
  status?: number;
  /** The other side's code (`require_feature`) or the network's (`ECONNREFUSED`). */
  code?: string;
  /** How long to leave the other side alone; always there for `rate_limited`. */
  retryAfterMs?: number;
  fieldErrors?: readonly FieldError[];
}>;

/**
 * The only error that leaves a connector when the world says no.
 *
 * Shape:   `message` names what was asked of whom and the remedy. It carries neither a request nor an axios error,
 *          so no key, password or token can travel with it.
 * Units:   `retryAfterMs` milliseconds from now.
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly kind: ConnectorErrorKind;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly fieldErrors: readonly FieldError[];

  constructor(kind: ConnectorErrorKind, message: string, facts: ConnectorErrorFacts = {}) {
    super(message);
    this.kind = kind;
    this.status = facts.status;
    this.code = facts.code;
    this.retryAfterMs = facts.retryAfterMs;
    this.fieldErrors = facts.fieldErrors ?? [];
  }
}

/** What an HTTP status of 300 and above means. 2xx is not for here. */
export function kindOfStatus(status: number): ConnectorErrorKind {
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  // 408 is a server or proxy that gave up on us in the middle: as unsure as no answer.
  if (status === 408 || status >= 500) return 'outcome_unknown';
  return status >= 400 ? 'rejected' : 'unexpected_response';
}

const RETRY_AFTER_MS_MAX = 60 * 60_000;

/**
 * `Retry-After` as milliseconds from `now`: seconds (also decimal) or an HTTP date, at most one hour.
 * Undefined when absent or unreadable.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), RETRY_AFTER_MS_MAX);
  if (!/^[A-Za-z]{3,9}, /.test(text)) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return Math.min(Math.max(at - now.getTime(), 0), RETRY_AFTER_MS_MAX);
}
