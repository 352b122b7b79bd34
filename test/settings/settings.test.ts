import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSettings, secretsOf } from '../../src/settings.ts';
import { envExample, settingsPage } from '../../src/settings-docs.ts';
import { SETTING_NAMES, settingMeta } from '../../src/settings-schema.ts';

type Env = Record<string, string>;

const noFile = (path: string): string => {
  throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
};

const real: Env = {
  FRESHDESK_URL: 'https://acme.freshdesk.com/',
  FRESHDESK_API_KEY: 'fd-api-key',
  OPSVIEW_URL: 'https://opsview.example.com',
  OPSVIEW_USERNAME: 'watchdesk',
  OPSVIEW_PASSWORD: 'ov-password',
  OPSVIEW_WEBHOOK_SECRET: 'a-secret-of-at-least-16',
  CONSOLE_PASSWORD: 'ten-characters',
};

function settingsOf(env: Env, readFile = noFile) {
  const read = readSettings(env, readFile);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return read.settings;
}
function faultsOf(env: Env, readFile = noFile): readonly string[] {
  const read = readSettings(env, readFile);
  return 'faults' in read ? read.faults : [];
}

describe('modes', () => {
  test('without Freshdesk and Opsview it is the sandbox, on this machine only', () => {
    expect(settingsOf({ PATH: '/bin', HOME: '/root' })).toEqual({
      mode: 'sandbox',
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://127.0.0.1:8080',
      trustProxy: 0,
      dataDir: './data',
      policyFile: 'policy/sandbox.yaml',
      logLevel: 'info',
      callTimeoutMs: 15_000,
      opsviewWebhookSecrets: [],
      channels: {},
      freshdeskWebhookSecrets: [],
    });
  });

  test('with both it is real', () => {
    const env = {
      ...real,
      PORT: '9000',
      HOST: '::',
      TRUST_PROXY: '10.0.0.5, loopback',
      FRESHDESK_CALLS_PER_MINUTE: '200',
      OPSVIEW_WEBHOOK_SECRET_PREVIOUS: 'the-secret-that-was-before',
      FRESHDESK_WEBHOOK_SECRET: 'the-secret-of-freshdesk',
      FRESHDESK_WEBHOOK_SECRET_PREVIOUS: 'the-one-before-of-freshdesk',
    };
    expect(settingsOf(env)).toEqual({
      mode: 'real',
      host: '::',
      port: 9000,
      publicUrl: 'http://localhost:9000',
      trustProxy: ['10.0.0.5', 'loopback'],
      dataDir: './data',
      policyFile: 'policy/default.yaml',
      logLevel: 'info',
      callTimeoutMs: 15_000,
      consolePassword: 'ten-characters',
      opsviewWebhookSecrets: ['a-secret-of-at-least-16', 'the-secret-that-was-before'],
      channels: {},
      freshdeskWebhookSecrets: ['the-secret-of-freshdesk', 'the-one-before-of-freshdesk'],
      freshdesk: { url: 'https://acme.freshdesk.com', apiKey: 'fd-api-key', callsPerMinute: 200 },
      opsview: { url: 'https://opsview.example.com', username: 'watchdesk', password: 'ov-password' },
    });
  });

  test.each(Object.keys(real))('real without %s is a fault that names it and nothing else', (name) => {
    const faults = faultsOf({ ...real, [name]: '' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name} is missing; `));
  });

  test('the sandbox is not shown to strangers by accident', () => {
    const [host, password, ...rest] = faultsOf({ HOST: '0.0.0.0' });
    expect(host).toMatch(/^HOST is 0\.0\.0\.0, but the sandbox .*SANDBOX_PUBLIC=yes/);
    expect(password).toMatch(/^CONSOLE_PASSWORD is missing/);
    expect(rest).toEqual([]);
    expect(faultsOf({ HOST: '0.0.0.0', SANDBOX_PUBLIC: 'yes', CONSOLE_PASSWORD: 'ten-characters' })).toEqual(
      [],
    );
    for (const host of ['localhost', '::1', '127.0.0.53']) expect(faultsOf({ HOST: host })).toEqual([]);
    for (const host of ['127.example.com', '10.0.0.1']) expect(faultsOf({ HOST: host })).not.toEqual([]);
  });
});

test('all faults are told at once, one line each, with a remedy', () => {
  const faults = faultsOf({
    ...real,
    PORT: '80800',
    LOG_LEVEL: 'loud',
    FRESHDESK_URL: 'http://acme.freshdesk.com',
    CONSOLE_PASSWORD: 'short',
    OPSVIEW_WEBHOOK_SECERT: 'x',
  });
  expect(faults).toEqual([
    'OPSVIEW_WEBHOOK_SECERT is not a setting; did you mean OPSVIEW_WEBHOOK_SECRET?',
    'PORT is not a port; use a number from 0 to 65535, 0 for any free one.',
    'LOG_LEVEL is not a level; use error, warn, info or debug.',
    'CONSOLE_PASSWORD has fewer than 10 characters; choose a longer one.',
    'FRESHDESK_URL is not encrypted; use https:// (http:// is only for this machine).',
  ]);
});

test.each([
  // setting, value, what is said
  ['PORT', 'http', /^PORT is not a port/],
  ['PUBLIC_URL', 'watchdesk.example.com', /^PUBLIC_URL is not an http\(s\) address; write it like https:/],
  ['PUBLIC_URL', 'https://a.example.com/?x=1', /query/],
  ['FRESHDESK_URL', 'https://key:x@acme.freshdesk.com', /^FRESHDESK_URL holds a user or password/],
  ['FRESHDESK_URL', 'javascript:alert(1)', /not an http\(s\) address/],
  ['FRESHDESK_CALLS_PER_MINUTE', '0', /from 10 to 100000/],
  ['FRESHDESK_API_KEY', ' key ', /blanks/],
  ['DATABASE_URL', 'mysql://root:secret@db/x', /^DATABASE_URL is not a PostgreSQL address/],
  ['TRUST_PROXY', 'true', /^TRUST_PROXY is neither/],
  ['TRUST_PROXY', '10.0.0.0/33', /^TRUST_PROXY is neither/],
  ['METRICS_TOKEN', 'short', /openssl rand/],
  ['SANDBOX_PUBLIC', 'maybe', /^SANDBOX_PUBLIC is neither yes nor no/],
  ['FRESHDESK_DOMAIN_SUFFIX', 'x', /docs\/settings\.md/],
  ['FRESHDESK_APIKEY', 'x', /did you mean FRESHDESK_API_KEY\?/],
])('%s=%s is refused', (name, value, line) => {
  const faults = faultsOf({ ...real, [name]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(line);
});

test('a fault never shows the value of a secret', () => {
  const secrets = SETTING_NAMES.filter((name) => settingMeta(name).isSecret);
  const env = { ...real, ...Object.fromEntries(secrets.map((name) => [name, ' s3cr3t '])) };
  expect(faultsOf(env).length).toBeGreaterThan(5);
  expect(faultsOf(env).join('\n')).not.toContain('s3cr3t');
});

describe('secrets in files', () => {
  const files: Env = { '/run/key': 'key-from-file\n', '/run/empty': '\n' };
  const readFile = (path: string): string => files[path] ?? noFile(path);

  test('NAME_FILE is read, one line feed at its end ignored', () => {
    const { FRESHDESK_API_KEY: _, ...env } = real;
    expect(settingsOf({ ...env, FRESHDESK_API_KEY_FILE: '/run/key' }, readFile)).toMatchObject({
      freshdesk: { apiKey: 'key-from-file' },
    });
  });

  test.each([
    [
      { FRESHDESK_API_KEY_FILE: '/run/key' },
      'FRESHDESK_API_KEY and FRESHDESK_API_KEY_FILE are both set; keep one of them.',
    ],
    [
      { FRESHDESK_API_KEY: '', FRESHDESK_API_KEY_FILE: '/run/none' },
      'FRESHDESK_API_KEY_FILE names /run/none, which cannot be read (ENOENT); correct the path or its permissions.',
    ],
    [
      { FRESHDESK_API_KEY: '', FRESHDESK_API_KEY_FILE: '/run/empty' },
      'FRESHDESK_API_KEY_FILE names /run/empty, which is empty; write the secret into it.',
    ],
    [
      { OPSVIEW_USERNAME_FILE: '/run/key' },
      'OPSVIEW_USERNAME_FILE is not a setting; did you mean OPSVIEW_USERNAME?',
    ],
  ])('%j', (env, line) => expect(faultsOf({ ...real, ...env }, readFile)).toEqual([line]));
});

test('P10 every secret in force is known to the redaction, the password inside an address too', () => {
  const { FRESHDESK_URL, OPSVIEW_URL, OPSVIEW_USERNAME, ...secrets } = {
    ...real,
    DATABASE_URL: 'postgresql://w:p%40ss@db/w',
    METRICS_TOKEN: 'metrics-token-long',
    OPSVIEW_WEBHOOK_SECRET_PREVIOUS: 'the-secret-that-was-before',
    FRESHDESK_WEBHOOK_SECRET: 'the-secret-of-freshdesk',
    FRESHDESK_WEBHOOK_SECRET_PREVIOUS: 'the-one-before-of-freshdesk',
  } as Env;
  const settings = settingsOf({ FRESHDESK_URL, OPSVIEW_URL, OPSVIEW_USERNAME, ...secrets } as Env);
  expect(secretsOf(settings).toSorted()).toEqual([...Object.values(secrets), 'p%40ss', 'p@ss'].toSorted());
});

describe('generated pages', () => {
  const shipped = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

  test('.env.example is what the settings say', () => expect(shipped('.env.example')).toBe(envExample()));
  test('docs/settings.md is what the settings say', () =>
    expect(shipped('docs/settings.md')).toBe(settingsPage()));

  test('every example and default in .env.example is accepted', () => {
    const env: Env = {};
    for (const line of envExample().split('\n')) {
      const [, name, value] = /^#([A-Z_]+)=(.*)$/.exec(line) ?? [];
      if (name && value && !value.startsWith('/run/secrets/')) env[name] = value;
    }
    expect(Object.keys(env)).toEqual([...SETTING_NAMES]);
    expect(settingsOf(env)).toMatchObject({ mode: 'real' });
  });
});

describe('ways to tell people', () => {
  test('each is on when its first setting is set', () => {
    const { channels } = settingsOf({
      SMTP_URL: 'smtps://watchdesk:mail-pass@mail.example.com:465',
      SLACK_BOT_TOKEN: 'xoxb-token',
      SLACK_SIGNING_SECRET: 'slack-signing',
      TELEGRAM_BOT_TOKEN: '123456:tele-token-of-the-bot',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'twilio-token',
      TWILIO_FROM: '+41445550000',
      TEAMS_WEBHOOKS: 'ops=https://hooks.example.com/a  board=https://hooks.example.com/b',
      NTFY_URL: 'https://ntfy.example.com',
    });
    expect(channels).toEqual({
      email: { url: 'smtps://watchdesk:mail-pass@mail.example.com:465' },
      slack: { url: 'https://slack.com/api', token: 'xoxb-token', signingSecret: 'slack-signing' },
      telegram: { url: 'https://api.telegram.org', token: '123456:tele-token-of-the-bot' },
      twilio: {
        url: 'https://api.twilio.com',
        accountSid: `AC${'0'.repeat(32)}`,
        authToken: 'twilio-token',
        from: '+41445550000',
      },
      teams: { ops: 'https://hooks.example.com/a', board: 'https://hooks.example.com/b' },
      ntfy: { url: 'https://ntfy.example.com' },
    });
  });

  test('what belongs together is asked for together', () => {
    expect(faultsOf({ TWILIO_FROM: '+41445550000' })).toEqual([
      'TWILIO_ACCOUNT_SID is missing; set TWILIO_ACCOUNT_SID, because TWILIO_FROM is set.',
      'TWILIO_AUTH_TOKEN is missing; set TWILIO_AUTH_TOKEN or TWILIO_AUTH_TOKEN_FILE, because TWILIO_FROM is set.',
    ]);
    expect(faultsOf({ WEBHOOK_ADDRESSES: 'a=https://hooks.example.com/a' })).toHaveLength(1);
  });

  test.each([
    ['SMTP_URL', 'mail.example.com'],
    ['SMTP_URL', 'smtp://mail.example.com?tls=off'],
    ['TEAMS_WEBHOOKS', 'https://hooks.example.com/a'],
    ['TEAMS_WEBHOOKS', 'ops=http://hooks.example.com/a'],
    ['TELEGRAM_API_URL', 'http://api.example.com'],
    ['NTFY_URL', 'ntfy.example.com'],
    ['TELEGRAM_BOT_TOKEN', 'the-token'],
    ['TELEGRAM_WEBHOOK_SECRET', 'a secret with blanks in it'],
  ])('%s=%s is refused', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name} `));
  });

  test('P10 every secret of theirs is kept out of logs', () => {
    const secrets = secretsOf(
      settingsOf({
        SMTP_URL: 'smtps://watchdesk:m%40il@mail.example.com:465',
        SLACK_BOT_TOKEN: 'xoxb-token',
        TEAMS_WEBHOOKS: 'ops=https://hooks.example.com/a',
      }),
    );
    expect(secrets).toEqual(
      expect.arrayContaining(['m%40il', 'm@il', 'xoxb-token', 'https://hooks.example.com/a']),
    );
  });
});
