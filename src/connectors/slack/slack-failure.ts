import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { z } from 'zod';
import { ConnectorError, type ConnectorErrorKind, kindOfStatus } from '../connector-error.ts';
import { classifyFailure } from '../network-failure.ts';

type Refusal = Readonly<{ kind: ConnectorErrorKind; remedy: string }>;

const TOKEN = 'check SLACK_BOT_TOKEN: install the app in the workspace again and copy its bot token';
const NO_ACCESS: Refusal = { kind: 'unauthorised', remedy: TOKEN };
const UNKNOWN_CHANNEL: Refusal = {
  kind: 'not_found',
  remedy:
    'compare the address in the policy with the channel’s or member’s id in Slack, and invite the app to the channel',
};
const TROUBLE: Refusal = {
  kind: 'outcome_unknown',
  remedy: 'Slack has trouble; look whether it happened before sending it again',
};

/** What Slack’s words mean (docs.slack.dev/reference/methods); any other is a refusal that a person has to look at. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  invalid_auth: NO_ACCESS,
  not_authed: NO_ACCESS,
  account_inactive: NO_ACCESS,
  token_revoked: NO_ACCESS,
  token_expired: NO_ACCESS,
  not_allowed_token_type: {
    kind: 'unauthorised',
    remedy: 'SLACK_BOT_TOKEN must be a bot token, it begins with xoxb-',
  },
  missing_scope: {
    kind: 'unauthorised',
    remedy: 'add the scope to the app and install it in the workspace again',
  },
  no_permission: {
    kind: 'unauthorised',
    remedy: 'the app lacks a right in this workspace; ask its administrator',
  },
  access_denied: {
    kind: 'unauthorised',
    remedy: 'the app lacks a right in this workspace; ask its administrator',
  },
  channel_not_found: UNKNOWN_CHANNEL,
  user_not_found: UNKNOWN_CHANNEL,
  users_not_found: UNKNOWN_CHANNEL,
  user_not_visible: UNKNOWN_CHANNEL,
  message_not_found: { kind: 'not_found', remedy: 'the message was deleted; nothing has to be done' },
  thread_not_found: { kind: 'not_found', remedy: 'the message was deleted; nothing has to be done' },
  not_in_channel: { kind: 'rejected', remedy: 'invite the app to the channel: /invite and its name' },
  is_archived: { kind: 'rejected', remedy: 'the channel is archived; name another one in the policy' },
  user_disabled: {
    kind: 'rejected',
    remedy: 'the member was deactivated in Slack; take the id out of the policy',
  },
  cannot_dm_bot: { kind: 'rejected', remedy: 'the id is a bot’s; write the member’s id into the policy' },
  restricted_action: {
    kind: 'rejected',
    remedy: 'the workspace forbids apps to post there; ask its administrator',
  },
  internal_error: TROUBLE,
  fatal_error: TROUBLE,
  service_unavailable: TROUBLE,
  request_timeout: TROUBLE,
};

const RETRY_AFTER_MS = 30_000;
const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

const Platform = z.object({
  error: z.string().catch(''),
  needed: z.string().optional().catch(undefined),
  response_metadata: z.object({ messages: z.array(z.string()).catch([]) }).catch({ messages: [] }),
});

type About = Readonly<{ what: string; host: string; secrets: readonly string[] }>;

/** Everything that Slack’s library throws, as a ConnectorError: its own errors hold the answer, and with it perhaps secrets. */
export function slackFailure(thrown: unknown, about: About): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown;
  const { what, host } = about;
  if (thrown instanceof WebAPIRateLimitedError) return rateLimited(what, thrown.retryAfter * 1_000);
  if (thrown instanceof WebAPIPlatformError) return refused(thrown.data, about);
  if (thrown instanceof WebAPIHTTPError) {
    const kind = kindOfStatus(thrown.statusCode);
    const remedy = kind === 'outcome_unknown' ? TROUBLE.remedy : 'check SLACK_API_URL and any proxy';
    return new ConnectorError(kind, `Slack refused to ${what} with ${thrown.statusCode}: ${remedy}`, {
      status: thrown.statusCode,
    });
  }
  const original = thrown instanceof WebAPIRequestError ? thrown.original : thrown;
  return original instanceof ConnectorError ? original : unanswered(original, { what, host });
}

function unanswered(
  thrown: unknown,
  { what, host }: Readonly<{ what: string; host: string }>,
): ConnectorError {
  const asked = `Slack did not answer "${what}" at ${host}`;
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    const message = `${asked} in time: look whether it happened before sending it again`;
    return new ConnectorError('outcome_unknown', message, { code: 'ETIMEDOUT' });
  }
  const { kind, code, remedy } = classifyFailure(thrown);
  if (code === CONNECT_TIMEOUT)
    return new ConnectorError('not_sent', `${asked} (${code}): check the network and any firewall`, { code });
  return new ConnectorError(kind, `${asked} (${code}): ${remedy}`, { code });
}

function rateLimited(what: string, retryAfterMs: number): ConnectorError {
  return new ConnectorError('rate_limited', `Slack refused to ${what}: too many calls`, { retryAfterMs });
}

function refused(data: unknown, { what, secrets }: About): ConnectorError {
  const { error, needed, response_metadata } = Platform.parse(data);
  // Slack's library puts a whole page here when the answer was not JSON.
  if (!/^[a-z][a-z0-9_:.-]{0,99}$/.test(error)) {
    return new ConnectorError(
      'unexpected_response',
      `Slack's answer to "${what}" is not JSON: check that SLACK_API_URL is Slack itself and no proxy answers for it`,
    );
  }
  if (error === 'ratelimited' || error === 'rate_limited') return rateLimited(what, RETRY_AFTER_MS);
  const { kind, remedy } = REFUSALS[error] ?? {
    kind: 'rejected',
    remedy: 'look the word up in Slack’s documentation of its methods',
  };
  const scope = needed === undefined ? '' : ` (${needed})`;
  const details = response_metadata.messages.slice(0, 3).join('; ');
  const said = quote(`${error}${scope}${details === '' ? '' : `: ${details}`}`, secrets);
  return new ConnectorError(kind, `Slack refused to ${what} with "${said}": ${remedy}`, {
    code: quote(error, secrets),
  });
}

const QUOTE_CHARS_MAX = 300;

function quote(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '[secret]');
  clean = clean.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return clean.length > QUOTE_CHARS_MAX ? `${clean.slice(0, QUOTE_CHARS_MAX)}…` : clean;
}
