import { SANDBOX_API_KEY } from '../../src/sandbox/freshdesk/settings.ts';
import { SANDBOX_OPSVIEW_LOGIN, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type RealSettings, readSettings } from '../../src/settings.ts';
import type { TestPlace } from '../support/database.ts';
import { manualClock } from '../support/manual-clock.ts';

export const HOOK_SECRET = 'a-secret-of-the-rules';

export type Env = Readonly<Record<string, string | undefined>>;

export function settingsOf(env: Env): RealSettings {
  const read = readSettings(env, () => '');
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  if (read.settings.mode !== 'real') throw new Error('These settings are those of the sandbox.');
  return read.settings;
}

/**
 * Stand-ins with a clock moved by hand, and settings that lead to them and to a database; sites may share it, as what is
 * remembered there belongs to an account.
 */
export async function cliSite(place: TestPlace, options: SandboxOptions = {}) {
  const clock = manualClock();
  const sandbox = await startSandbox({ freshdesk: { plan: 'enterprise' }, ...options, clock });
  const { databaseUrl, dataDir } = place.options;
  const env: Env = {
    ...(databaseUrl === undefined ? { DATA_DIR: dataDir } : { DATABASE_URL: databaseUrl }),
    PUBLIC_URL: sandbox.url,
    CONSOLE_PASSWORD: 'ten-characters',
    FRESHDESK_URL: sandbox.freshdeskUrl,
    FRESHDESK_API_KEY: SANDBOX_API_KEY,
    FRESHDESK_WEBHOOK_SECRET: HOOK_SECRET,
    OPSVIEW_URL: sandbox.opsviewUrl,
    OPSVIEW_USERNAME: SANDBOX_OPSVIEW_LOGIN.username,
    OPSVIEW_PASSWORD: SANDBOX_OPSVIEW_LOGIN.password,
    OPSVIEW_WEBHOOK_SECRET: 'a-secret-of-the-script',
    POLICY_FILE: 'policy/default.yaml',
  };
  return {
    clock,
    sandbox,
    env,
    settings: settingsOf(env),
    /** Seeds the account by its own API. */
    async freshdesk(method: string, path: string, body?: unknown): Promise<number> {
      const answer = await fetch(`${sandbox.freshdeskUrl}/api/v2${path}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${SANDBOX_API_KEY}:X`).toString('base64')}`,
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const made: unknown = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(made)}`);
      return typeof made === 'object' && made !== null && 'id' in made ? Number(made.id) : 0;
    },
    close: () => sandbox.close(),
  };
}
