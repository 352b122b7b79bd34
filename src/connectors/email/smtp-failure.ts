import { ConnectorError, type ConnectorErrorKind } from '../connector-error.ts';
import type { SmtpAccess } from './smtp-access.ts';

/** What nodemailer's errors carry; none of it is sure. */
type SmtpFault = Readonly<{
  message: string;
  code: string;
  /** What the system called it before nodemailer did: `ECONNREFUSED`. */
  originalCode: string;
  /** The stage: `CONN`, `EHLO`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  command: string;
  response: string;
  status?: number;
}>;

/** A server that is busy is left alone for so long. */
const RETRY_AFTER_MS = 60_000;

const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/;

const AUTH_STATUS: readonly (number | undefined)[] = [530, 534, 535, 538];

/**
 * Too many connections or mails from us, which concerns all mails; greylisting, a first refusal of unknown senders on
 * principle, concerns one recipient alone and is no such thing.
 */
const isBusy = ({ status, response }: SmtpFault): boolean =>
  !/gr[ae]y-?list/i.test(response) && (status === 421 || /\brate\b|too (many|much)|throttl/i.test(response));

/**
 * Pure: what an error of nodemailer means.
 *
 * A mail counts as sent only when the server has answered to its end, so a fault before that end left us, or a refusal in
 * answer to it, is certainly no mail; only silence after the end leaves the outcome open.
 *
 * @param wasHandedOver the whole mail had been given to the connection when it broke
 */
export function smtpFailure(
  thrown: unknown,
  { access, what, wasHandedOver }: Readonly<{ access: SmtpAccess; what: string; wasHandedOver: boolean }>,
): ConnectorError {
  const fault = faultOf(thrown);
  const { kind, remedy, retryAfterMs } = verdictOf(fault, wasHandedOver);
  const code = fault.originalCode || fault.code;
  const answer = fault.response === '' ? '' : `: "${access.quote(fault.response)}"`;
  return new ConnectorError(
    kind,
    `Mail server ${access.label} did not take "${what}" (${fault.status ?? code})${answer}; ${remedy}`,
    {
      code,
      ...(fault.status === undefined ? {} : { status: fault.status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

type Verdict = Readonly<{ kind: ConnectorErrorKind; remedy: string; retryAfterMs?: number }>;

function verdictOf(fault: SmtpFault, wasHandedOver: boolean): Verdict {
  const { status, code, originalCode, command } = fault;
  if (status !== undefined && status >= 400) return refusal(fault, status);
  if (wasHandedOver) {
    return {
      kind: 'outcome_unknown',
      remedy: 'the connection ended after the mail had been handed over, so it may have been taken',
    };
  }
  if (CERTIFICATE.test(originalCode)) {
    return {
      kind: 'not_sent',
      remedy:
        'its TLS certificate was not accepted; for a private certificate authority set NODE_EXTRA_CA_CERTS',
    };
  }
  if (command === 'STARTTLS' || code === 'ETLS') {
    return {
      kind: 'not_sent',
      remedy:
        'no encrypted connection came about and mails are not sent in plain; check port and TLS of the server',
    };
  }
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    return { kind: 'unauthorised', remedy: 'check user and password in SMTP_URL' };
  }
  if (code === 'EENVELOPE')
    return { kind: 'rejected', remedy: 'check MAIL_FROM and the address of the recipient' };
  if (code === 'EMESSAGE') return { kind: 'rejected', remedy: 'the mail is larger than the server allows' };
  if (code === 'EABORT' || code === 'ETIMEDOUT') {
    return { kind: 'not_sent', remedy: 'it was too slow; check the address, the network and any firewall' };
  }
  return { kind: 'not_sent', remedy: 'check the address in SMTP_URL, the network and any firewall' };
}

function refusal(fault: SmtpFault, status: number): Verdict {
  if (AUTH_STATUS.includes(status) || fault.code === 'EAUTH') {
    if (status < 500) return { kind: 'not_sent', remedy: 'signing in did not work for the moment' };
    return { kind: 'unauthorised', remedy: 'check user and password in SMTP_URL' };
  }
  if (isBusy(fault) && status < 500) {
    return {
      kind: 'rate_limited',
      remedy: 'it is tried again in a minute',
      retryAfterMs: RETRY_AFTER_MS,
    };
  }
  if (status < 500) return { kind: 'not_sent', remedy: 'the refusal is temporary, it is tried again' };
  if (fault.command === 'STARTTLS' || fault.code === 'ETLS') {
    return { kind: 'not_sent', remedy: 'no encrypted connection came about and mails are not sent in plain' };
  }
  if (fault.command === 'RCPT TO') return { kind: 'rejected', remedy: 'check the address of the recipient' };
  if (fault.command === 'MAIL FROM') return { kind: 'rejected', remedy: 'check MAIL_FROM' };
  return { kind: 'rejected', remedy: 'ask who runs the mail server' };
}

function faultOf(thrown: unknown): SmtpFault {
  const fields: Readonly<Record<string, unknown>> =
    typeof thrown === 'object' && thrown !== null ? { ...thrown } : {};
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  const status = fields.responseCode;
  const code = text('code');
  return {
    message: thrown instanceof Error ? thrown.message : '',
    code: code === '' ? 'unknown' : code,
    originalCode: text('originalCode'),
    command: text('command'),
    response: text('response'),
    ...(typeof status === 'number' ? { status } : {}),
  };
}
