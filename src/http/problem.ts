import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from '../model/logger.ts';

/** `type` of a problem document, after `urn:watchdesk:problem:`; stable, so that a sender may decide by it. */
export type ProblemKind =
  | 'malformed'
  | 'not-verified'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'too-large'
  | 'not-json'
  | 'not-form'
  | 'not-understood'
  | 'too-many-attempts'
  | 'not-stored'
  | 'not-configured'
  | 'internal';

/**
 * An answer that is not a success, as RFC 9457 problem details: what is wrong and what to do about it.
 * Texts never repeat a secret; what the caller sent is repeated only where it is bounded.
 */
export class Problem extends Error {
  readonly status: number;
  readonly kind: ProblemKind;
  readonly title: string;
  readonly remedy: string;
  readonly extra: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    about: Readonly<{
      status: number;
      kind: ProblemKind;
      title: string;
      detail: string;
      remedy: string;
      extra?: Readonly<Record<string, string>>;
      headers?: Readonly<Record<string, string>>;
    }>,
  ) {
    super(about.detail);
    this.name = 'Problem';
    this.status = about.status;
    this.kind = about.kind;
    this.title = about.title;
    this.remedy = about.remedy;
    this.extra = about.extra ?? {};
    this.headers = about.headers ?? {};
  }
}

/** Names this answer in the log and in the problem document, so that a report of one leads to the other. */
export function requestIdOf(res: Response): string {
  const id: unknown = res.locals.requestId;
  if (typeof id === 'string') return id;
  const fresh = randomUUID();
  res.locals.requestId = fresh;
  return fresh;
}

export function sendProblem(res: Response, problem: Problem): void {
  const requestId = requestIdOf(res);
  const document = JSON.stringify({
    type: `urn:watchdesk:problem:${problem.kind}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    remedy: problem.remedy,
    instance: `urn:uuid:${requestId}`,
    ...problem.extra,
  });
  res.writeHead(problem.status, {
    ...problem.headers,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(document),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
  });
  res.end(document);
}

export const tooLarge = (limitBytes: number): Problem =>
  new Problem({
    status: 413,
    kind: 'too-large',
    title: 'Body too large',
    detail: `The body is larger than ${limitBytes} bytes.`,
    remedy: 'Shorten it; of an alert, the long output of the check.',
  });

export const malformed = (detail: string): Problem =>
  new Problem({
    status: 400,
    kind: 'malformed',
    title: 'Malformed request',
    detail,
    remedy: 'Send it as docs/openapi.yaml describes. Sending the same again will not help.',
  });

export const notFound: RequestHandler = (_req, _res, next) => {
  next(
    new Problem({
      status: 404,
      kind: 'not-found',
      title: 'Not found',
      detail: 'There is nothing at this address.',
      remedy: 'Look at docs/openapi.yaml for the addresses that exist.',
    }),
  );
};

/** For a path that exists, after the methods that it knows. */
export const methodNotAllowed =
  (allow: string): RequestHandler =>
  (req, _res, next) => {
    next(
      new Problem({
        status: 405,
        kind: 'method-not-allowed',
        title: 'Method not allowed',
        detail: `${req.method} is not possible here.`,
        remedy: `Use ${allow}.`,
        headers: { Allow: allow },
      }),
    );
  };

/** Errors of Express and its body and address parsers carry a 4xx status of their own. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return tooLarge(error instanceof Error && 'limit' in error ? Number(error.limit) : 0);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return malformed('The request could not be read to its end or its address could not be decoded.');
  }
  return undefined;
}

/** The last handler: every error becomes a problem document; one that is our fault is logged, and told without its text. */
export function problemHandler(log: Pick<Logger, 'error'>): ErrorRequestHandler {
  return (error, req, res, next) => {
    const problem = problemOf(error);
    if (!problem) log.error('A request failed', { requestId: requestIdOf(res), path: req.path, error });
    if (res.headersSent) return next(error);
    const internal = new Problem({
      status: 500,
      kind: 'internal',
      title: 'Watchdesk failed',
      detail: 'The request could not be answered because of an error in Watchdesk.',
      remedy: 'Try again; if it happens again, look for the request id in the log.',
    });
    sendProblem(res, problem ?? internal);
  };
}
