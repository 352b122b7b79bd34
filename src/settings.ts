import type { z } from 'zod';
import type { ChannelAccess } from './connectors/channel-access.ts';
import { decoded, isLoopbackHost, present } from './setting-kinds.ts';
import { channelSecrets, channelsOf } from './settings-channels.ts';
import { SETTING_NAMES, type SettingName, SettingsSchema, settingMeta } from './settings-schema.ts';

type Common = Readonly<{
  host: string;
  port: number;
  /** Without a trailing slash. */
  publicUrl: string;
  /** How Express finds a caller's address: a number of proxies or their addresses. */
  trustProxy: number | readonly string[];
  /** Undefined: the embedded database in `dataDir`. */
  databaseUrl?: string;
  dataDir: string;
  policyFile: string;
  logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** How long the other sides may take to answer one call. */
  callTimeoutMs: number;
  metricsToken?: string;
  /** The current secret first, then the one being replaced. Empty only in the sandbox. */
  opsviewWebhookSecrets: readonly string[];
  /** The same for Freshdesk's webhooks. Empty: they are off, in the sandbox its own secret counts. */
  freshdeskWebhookSecrets: readonly string[];
  /** For /api; undefined: off. */
  apiToken?: string;
  channels: ChannelAccess;
}>;

/** Neither Freshdesk nor Opsview is configured: Watchdesk runs with its own stand-ins. */
export type SandboxSettings = Common & Readonly<{ mode: 'sandbox'; consolePassword?: string }>;

export type RealSettings = Common &
  Readonly<{
    mode: 'real';
    consolePassword: string;
    freshdesk: Readonly<{ url: string; apiKey: string; callsPerMinute?: number }>;
    opsview: Readonly<{ url: string; username: string; password: string }>;
  }>;

export type Settings = SandboxSettings | RealSettings;

/** In the folder that Watchdesk is started from. */
const DEFAULT_POLICY_FILE = 'policy/default.yaml';
/** Made for the stand-in Opsview's hosts, with short waiting times. */
const SANDBOX_POLICY_FILE = 'policy/sandbox.yaml';

type Values = z.output<typeof SettingsSchema>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The one reader of the environment.
 *
 * @param readFile reads a whole text file, for NAME_FILE; its error's `code` is told
 * @returns the settings, or every fault at once: one line each, naming the setting, what is wrong and the remedy,
 *   never the value of a secret
 */
export function readSettings(
  env: Environment,
  readFile: (path: string) => string,
): Readonly<{ settings: Settings } | { faults: readonly string[] }> {
  const { texts, faults, broken } = gather(env, readFile);
  faults.push(...unknownNames(env));

  const read = SettingsSchema.safeParse(texts);
  if (!read.success) {
    for (const issue of read.error.issues) {
      const name = String(issue.path[0]);
      broken.add(name);
      faults.push(`${name} ${issue.message}.`);
    }
  }
  faults.push(...rulesBetween(texts, broken));
  if (!read.success || faults.length > 0) return { faults };
  return { settings: settingsOf(read.data) };
}

type Texts = { [Name in SettingName]?: string };

type Gathered = Readonly<{ texts: Texts; faults: string[]; broken: Set<string> }>;

/** Texts by name; an empty text counts as not set, so that `NAME=` in a file of settings switches it off. */
function gather(env: Environment, readFile: (path: string) => string): Gathered {
  const texts: Texts = {};
  const faults: string[] = [];
  const broken = new Set<string>();
  const fault = (name: SettingName, line: string) => {
    broken.add(name);
    faults.push(line);
  };
  for (const name of SETTING_NAMES) {
    const direct = env[name];
    const path = settingMeta(name).isSecret ? env[`${name}_FILE`] : undefined;
    if (direct && path) fault(name, `${name} and ${name}_FILE are both set; keep one of them.`);
    if (direct) texts[name] = direct;
    if (direct || !path) continue;
    try {
      const text = readFile(path).replace(/\r?\n$/, '');
      if (text === '') fault(name, `${name}_FILE names ${path}, which is empty; write the secret into it.`);
      else texts[name] = text;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      fault(
        name,
        `${name}_FILE names ${path}, which cannot be read (${code}); correct the path or its permissions.`,
      );
    }
  }
  return { texts, faults, broken };
}

/** Names that are surely meant for us: a misspelt one would otherwise silently do nothing. */
function unknownNames(env: Environment): string[] {
  const known = SETTING_NAMES.flatMap((name) =>
    settingMeta(name).isSecret ? [name, `${name}_FILE`] : [name],
  );
  const meantForUs = Object.keys(env).filter(
    (name) =>
      /^(FRESHDESK|OPSVIEW|SMTP|SLACK|TELEGRAM|TWILIO|WEBEX|TEAMS|GOOGLE_CHAT|NTFY|PUSHOVER)_/.test(name) &&
      env[name],
  );
  return meantForUs
    .filter((name) => !known.includes(name))
    .map((name) => {
      const [nearest] = known.toSorted((a, b) => editDistance(name, a) - editDistance(name, b));
      const isNear = nearest !== undefined && editDistance(name, nearest) <= Math.max(2, name.length / 4);
      return `${name} is not a setting; ${isNear ? `did you mean ${nearest}?` : 'remove it, docs/settings.md lists them all.'}`;
    });
}

/** How many letters have to be changed, added or removed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

const FRESHDESK_NEEDS = ['FRESHDESK_URL', 'FRESHDESK_API_KEY'] as const;
const OPSVIEW_NEEDS = ['OPSVIEW_URL', 'OPSVIEW_USERNAME', 'OPSVIEW_PASSWORD'] as const;

const TWILIO_NEEDS = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'] as const;
const WEBHOOK_NEEDS = ['WEBHOOK_ADDRESSES', 'WEBHOOK_SIGNING_SECRET'] as const;

/** Rules that look at several settings; a setting in `broken` already has its own line. */
function rulesBetween(texts: Texts, broken: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const missing = (name: SettingName) => texts[name] === undefined && !broken.has(name);
  const need = (name: SettingName, remedy: string) => {
    if (missing(name)) faults.push(`${name} is missing; ${remedy}.`);
  };
  const secret = (name: SettingName) => (settingMeta(name).isSecret ? ` or ${name}_FILE` : '');

  for (const group of [TWILIO_NEEDS, WEBHOOK_NEEDS]) {
    const set = group.filter((name) => !missing(name));
    for (const name of set.length === 0 ? [] : group)
      need(
        name,
        `set ${name}${secret(name)}, because ${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} set`,
      );
  }

  const all = [...FRESHDESK_NEEDS, ...OPSVIEW_NEEDS];
  if (all.some((name) => !missing(name))) {
    const set = all.filter((name) => !missing(name));
    const because = `${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} set`;
    for (const name of all) {
      need(
        name,
        `set ${name}${secret(name)}, because ${because}, or unset all of ${all.join(', ')} to try the sandbox`,
      );
    }
    need(
      'OPSVIEW_WEBHOOK_SECRET',
      'alerts are accepted only with a signature: make one with openssl rand -hex 32 and give it to the notification script too',
    );
    need('CONSOLE_PASSWORD', 'the pages show real data: set a password of at least 10 characters');
    return faults;
  }

  const host = texts.HOST ?? '127.0.0.1';
  if (!isLoopbackHost(host)) {
    if (!broken.has('SANDBOX_PUBLIC') && texts.SANDBOX_PUBLIC !== 'yes') {
      faults.push(
        `HOST is ${host}, but the sandbox listens on this machine only; set ${FRESHDESK_NEEDS.join(', ')} and ` +
          `${OPSVIEW_NEEDS.join(', ')} to run for real, or SANDBOX_PUBLIC=yes to let others try it.`,
      );
    }
    need(
      'CONSOLE_PASSWORD',
      `the sandbox on ${host} can be reached by others: set a password of at least 10 characters`,
    );
  }
  return faults;
}

function settingsOf(values: Values): Settings {
  const host = values.HOST;
  const reachable =
    host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const common: Common = {
    host,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL ?? `http://${reachable}:${values.PORT}`,
    trustProxy: values.TRUST_PROXY,
    dataDir: values.DATA_DIR,
    policyFile: values.POLICY_FILE ?? SANDBOX_POLICY_FILE,
    logLevel: values.LOG_LEVEL,
    callTimeoutMs: values.CALL_TIMEOUT_SECONDS * 1000,
    opsviewWebhookSecrets: [values.OPSVIEW_WEBHOOK_SECRET, values.OPSVIEW_WEBHOOK_SECRET_PREVIOUS].filter(
      (secret) => secret !== undefined,
    ),
    freshdeskWebhookSecrets: [
      values.FRESHDESK_WEBHOOK_SECRET,
      values.FRESHDESK_WEBHOOK_SECRET_PREVIOUS,
    ].filter((secret) => secret !== undefined),
    channels: channelsOf(values),
    ...present({
      databaseUrl: values.DATABASE_URL,
      metricsToken: values.METRICS_TOKEN,
      apiToken: values.API_TOKEN,
    }),
  };
  const {
    FRESHDESK_URL,
    FRESHDESK_API_KEY,
    OPSVIEW_URL,
    OPSVIEW_USERNAME,
    OPSVIEW_PASSWORD,
    CONSOLE_PASSWORD,
  } = values;
  if (
    FRESHDESK_URL === undefined ||
    FRESHDESK_API_KEY === undefined ||
    OPSVIEW_URL === undefined ||
    OPSVIEW_USERNAME === undefined ||
    OPSVIEW_PASSWORD === undefined ||
    CONSOLE_PASSWORD === undefined
  ) {
    return { mode: 'sandbox', ...common, ...present({ consolePassword: CONSOLE_PASSWORD }) };
  }
  return {
    mode: 'real',
    ...common,
    policyFile: values.POLICY_FILE ?? DEFAULT_POLICY_FILE,
    consolePassword: CONSOLE_PASSWORD,
    freshdesk: {
      url: FRESHDESK_URL,
      apiKey: FRESHDESK_API_KEY,
      ...present({ callsPerMinute: values.FRESHDESK_CALLS_PER_MINUTE }),
    },
    opsview: { url: OPSVIEW_URL, username: OPSVIEW_USERNAME, password: OPSVIEW_PASSWORD },
  };
}

/** Every secret text in force, for redaction; of an address with a password also the password alone, as written and decoded. */
export function secretsOf(settings: Settings): readonly string[] {
  const database = settings.databaseUrl === undefined ? '' : new URL(settings.databaseUrl).password;
  const secrets = [
    settings.databaseUrl,
    database,
    decoded(database),
    settings.metricsToken,
    settings.consolePassword,
    ...settings.opsviewWebhookSecrets,
    ...settings.freshdeskWebhookSecrets,
    settings.apiToken,
    ...channelSecrets(settings.channels),
  ];
  if (settings.mode === 'real') secrets.push(settings.freshdesk.apiKey, settings.opsview.password);
  return secrets.filter((secret) => secret !== undefined && secret !== '') as string[];
}
