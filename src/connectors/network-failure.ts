import { isAxiosError } from 'axios';
import type { ConnectorErrorKind } from './connector-error.ts';

/** A request that ended without an answer: what it means, the code, and the remedy for a person. */
export type NetworkFailure = Readonly<{ kind: ConnectorErrorKind; code: string; remedy: string }>;

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

// Certificates are looked at in the handshake, before a byte of the request has left.
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/;

const REFUSED_BY_US = new Set(['ERR_INVALID_URL', 'ERR_INVALID_CHAR', 'ERR_BAD_OPTION', 'ERR_BAD_REQUEST']);

/** Pure: classifies what axios threw. Anything it does not know may have happened, which is the safe side. */
export function classifyFailure(thrown: unknown): NetworkFailure {
  const code = codeOf(thrown);
  if (NO_CONNECTION.has(code) || (code === 'ETIMEDOUT' && failedConnecting(thrown))) {
    return { kind: 'not_sent', code, remedy: 'check the address, the network and any firewall' };
  }
  if (CERTIFICATE.test(code)) {
    return {
      kind: 'not_sent',
      code,
      remedy:
        'its TLS certificate was not accepted; for a private certificate authority set NODE_EXTRA_CA_CERTS',
    };
  }
  if (failedInHandshake(thrown)) {
    return { kind: 'not_sent', code, remedy: 'no TLS connection came about; check port and TLS versions' };
  }
  if (isAxiosError(thrown) && thrown.message.includes('maxContentLength')) {
    return { kind: 'unexpected_response', code, remedy: 'the answer was larger than any answer should be' };
  }
  if (REFUSED_BY_US.has(code)) {
    return {
      kind: 'rejected',
      code,
      remedy: 'the request cannot be sent as it is: too large, or odd characters in it',
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      kind: 'outcome_unknown',
      code,
      remedy: 'the answer was not HTTP; check what listens at the address',
    };
  }
  return { kind: 'outcome_unknown', code, remedy: 'look whether it happened before sending it again' };
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'unknown';
  const code = 'code' in thrown ? thrown.code : undefined;
  if (typeof code === 'string' && code !== '') return code;
  const cause = 'cause' in thrown ? thrown.cause : undefined;
  return cause === undefined ? 'unknown' : codeOf(cause);
}

/** Node sends nothing of a request before the handshake has ended, and TLS sockets tell whether it has. */
function failedInHandshake(thrown: unknown): boolean {
  const request: unknown = isAxiosError(thrown) ? thrown.request : undefined;
  if (typeof request !== 'object' || request === null || !('socket' in request)) return false;
  const { socket } = request;
  return (
    typeof socket === 'object' &&
    socket !== null &&
    'secureConnecting' in socket &&
    socket.secureConnecting === true
  );
}

/** A connect() that timed out, for one address or for all of a name. */
function failedConnecting(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false;
  if ('syscall' in thrown && thrown.syscall === 'connect') return true;
  if ('errors' in thrown && Array.isArray(thrown.errors)) {
    return thrown.errors.length > 0 && thrown.errors.every(failedConnecting);
  }
  return 'cause' in thrown && failedConnecting(thrown.cause);
}
