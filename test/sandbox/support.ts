import { SANDBOX_API_KEY } from '../../src/sandbox/freshdesk/settings.ts';
import {
  SANDBOX_OPSVIEW_LOGIN,
  type SandboxOptions,
  type StartedSandbox,
  startSandbox,
} from '../../src/sandbox/sandbox.ts';
import { manualClock } from '../support/manual-clock.ts';

export type Answer = Readonly<{ status: number; headers: Headers; body: unknown; text: string }>;
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
export type Json = any;

export const aTicket = {
  subject: 'web01 HTTP is CRITICAL',
  description: '<p>broken</p>',
  email: 'monitoring@example.com',
  status: 2,
  priority: 4,
};

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:X`).toString('base64')}`;

/** A running sandbox with a clock moved by hand and plain HTTP callers. */
export async function sandboxAt(start: string, options: SandboxOptions = {}) {
  const clock = manualClock(start);
  const sent: Readonly<Record<string, string>>[] = [];
  const sandbox = await startSandbox({
    ...options,
    clock,
    opsview: { send: (macros) => void sent.push(macros), ...options.opsview },
  });
  const freshdesk = async (
    method: string,
    path: string,
    body?: unknown,
    key = SANDBOX_API_KEY,
  ): Promise<Answer> =>
    answerOf(
      await fetch(`${sandbox.freshdeskUrl}/api/v2${path}`, {
        method,
        headers: {
          authorization: basic(key),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  return {
    clock,
    sandbox,
    sent,
    freshdesk,
    json: async (...call: Parameters<typeof freshdesk>): Promise<Json> => (await freshdesk(...call)).body,
  };
}

export async function answerOf(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').includes('application/json');
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : text };
}

/** Logs in and gives a caller of the REST API. */
export async function opsviewCaller(sandbox: StartedSandbox) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const login = await fetch(`${sandbox.opsviewUrl}/rest/login`, {
    method: 'POST',
    headers,
    body: JSON.stringify(SANDBOX_OPSVIEW_LOGIN),
  });
  const { token } = (await login.json()) as { token: string };
  return async (
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Answer> =>
    answerOf(
      await fetch(`${sandbox.opsviewUrl}/rest${path}`, {
        method,
        headers: {
          ...headers,
          'x-opsview-username': SANDBOX_OPSVIEW_LOGIN.username,
          'x-opsview-token': token,
          ...more,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
}
