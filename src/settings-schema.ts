import { isIP } from 'node:net';
import { z } from 'zod';
import {
  address,
  described,
  generate,
  type SettingMeta,
  secret,
  text,
  wholeNumber,
} from './setting-kinds.ts';
import { channelSettings } from './settings-channels.ts';

const trustProxy = z.string().transform((value, context): number | string[] => {
  if (/^\d$/.test(value)) return Number(value);
  const proxies = value.split(',').map((proxy) => proxy.trim());
  const isProxy = (proxy: string): boolean => {
    const [ip = '', prefix, ...rest] = proxy.split('/');
    const isPrefix =
      prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(ip) === 4 ? 32 : 128));
    return isIP(ip) !== 0 && isPrefix && rest.length === 0;
  };
  if (proxies.every((proxy) => proxy === 'loopback' || isProxy(proxy))) return proxies;
  context.addIssue({
    code: 'custom',
    message:
      'is neither a number of proxies nor a list of their addresses; write for example 1 or 10.0.0.5,10.1.0.0/16',
  });
  return z.NEVER;
});

const databaseUrl = z
  .string()
  .refine((value) => URL.canParse(value) && ['postgresql:', 'postgres:'].includes(new URL(value).protocol), {
    error:
      'is not a PostgreSQL address; write it like postgresql://watchdesk:password@db.example.com:5432/watchdesk',
  });

/**
 * Every setting, with what an operator has to know about it. The start, `.env.example` and `docs/settings.md` are made
 * from this one list, in this order.
 */
export const SettingsSchema = z.object({
  HOST: described(text('begins or ends with blanks; remove them').default('127.0.0.1'), {
    group: 'Watchdesk',
    describe:
      'Address to listen on. The default is reachable from this machine only; 0.0.0.0 listens everywhere.',
    example: '0.0.0.0',
  }),
  PORT: described(
    wholeNumber(0, 65_535, 'is not a port; use a number from 0 to 65535, 0 for any free one').prefault(
      '8080',
    ),
    {
      group: 'Watchdesk',
      describe: 'Port to listen on.',
      example: '8080',
    },
  ),
  PUBLIC_URL: described(address('https://watchdesk.example.com', { needsTls: false }).optional(), {
    group: 'Watchdesk',
    describe:
      'Address under which people and systems reach Watchdesk; links in tickets begin with it. Without it, links lead to HOST and PORT.',
    example: 'https://watchdesk.example.com',
  }),
  TRUST_PROXY: described(trustProxy.prefault('0'), {
    group: 'Watchdesk',
    describe:
      'Reverse proxies in front of Watchdesk: how many there are, or their addresses or networks, separated by commas. It decides whose word is taken for the address of a caller.',
    example: '1',
  }),
  DATABASE_URL: described(databaseUrl.optional(), {
    group: 'Watchdesk',
    describe:
      'PostgreSQL to use. Without it an embedded database in DATA_DIR is used, which survives a crash of the process but not a power cut.',
    example: 'postgresql://watchdesk:password@db.example.com:5432/watchdesk',
    isSecret: true,
  }),
  DATA_DIR: described(z.string().default('./data'), {
    group: 'Watchdesk',
    describe: 'Folder of the embedded database. One process only.',
    example: '/var/lib/watchdesk',
  }),
  POLICY_FILE: described(z.string().optional(), {
    group: 'Watchdesk',
    describe:
      'The policy: services, customers, priorities, correlation, closing. Read again on SIGHUP. Without it policy/default.yaml, or policy/sandbox.yaml in the sandbox.',
    example: '/etc/watchdesk/policy.yaml',
  }),
  LOG_LEVEL: described(
    z
      .enum(['error', 'warn', 'info', 'debug'], { error: 'is not a level; use error, warn, info or debug' })
      .default('info'),
    { group: 'Watchdesk', describe: 'How much is logged: error, warn, info or debug.', example: 'info' },
  ),
  CALL_TIMEOUT_SECONDS: described(
    wholeNumber(1, 60, 'is not a number of seconds from 1 to 60').prefault('15'),
    {
      group: 'Watchdesk',
      describe:
        'How long Freshdesk or Opsview may take to answer a call, in seconds. After an answer that was lost, twice as long passes before “not found” counts as “did not happen”.',
      example: '15',
    },
  ),
  API_TOKEN: described(secret(16, generate).optional(), {
    group: 'Watchdesk',
    describe:
      'Bearer token for the interface under /api, at least 16 characters. Without it the interface is off.',
    example: 'a-long-random-text',
    isSecret: true,
  }),
  METRICS_TOKEN: described(secret(16, generate).optional(), {
    group: 'Watchdesk',
    describe: 'Bearer token for /metrics from other machines. Without it only this machine may read them.',
    example: 'a-long-random-text',
    isSecret: true,
  }),
  CONSOLE_PASSWORD: described(secret(10, 'choose a longer one').optional(), {
    group: 'Watchdesk',
    describe:
      'Password for the pages, at least 10 characters. Needed as soon as Freshdesk and Opsview are set.',
    example: 'a-long-pass-phrase',
    isSecret: true,
  }),
  FRESHDESK_URL: described(address('https://yourcompany.freshdesk.com', { needsTls: true }).optional(), {
    group: 'Freshdesk',
    describe: 'Address of the helpdesk.',
    example: 'https://yourcompany.freshdesk.com',
  }),
  FRESHDESK_API_KEY: described(secret(1, '').optional(), {
    group: 'Freshdesk',
    describe: 'API key of the agent that Watchdesk acts as (Freshdesk: Profile settings, View API key).',
    example: 'the-api-key',
    isSecret: true,
  }),
  FRESHDESK_CALLS_PER_MINUTE: described(
    wholeNumber(
      10,
      100_000,
      'is not a number from 10 to 100000; leave it out to use what Freshdesk reports',
    ).optional(),
    {
      group: 'Freshdesk',
      describe:
        'Calls per minute that the plan allows, when Watchdesk shall not use the figure that Freshdesk reports.',
      example: '200',
    },
  ),
  FRESHDESK_WEBHOOK_SECRET: described(secret(16, generate).optional(), {
    group: 'Freshdesk',
    describe:
      'Secret that Freshdesk sends with its webhooks in the header X-Watchdesk-Secret, at least 16 characters. Without it webhooks are refused and changes of tickets are found by polling only.',
    example: 'a-long-random-text',
    isSecret: true,
  }),
  FRESHDESK_WEBHOOK_SECRET_PREVIOUS: described(secret(16, generate).optional(), {
    group: 'Freshdesk',
    describe:
      'The secret before, accepted as well while it is being changed in Freshdesk’s rules. Remove it afterwards.',
    example: 'the-secret-before',
    isSecret: true,
  }),
  OPSVIEW_URL: described(address('https://opsview.example.com', { needsTls: true }).optional(), {
    group: 'Opsview',
    describe: 'Address of Opsview, without /rest.',
    example: 'https://opsview.example.com',
  }),
  OPSVIEW_USERNAME: described(text('begins or ends with blanks; remove them').optional(), {
    group: 'Opsview',
    describe: 'User for the REST interface, with a role that may view status and acknowledge.',
    example: 'watchdesk',
  }),
  OPSVIEW_PASSWORD: described(z.string().optional(), {
    group: 'Opsview',
    describe: 'Password of that user.',
    example: 'the-password',
    isSecret: true,
  }),
  OPSVIEW_WEBHOOK_SECRET: described(secret(16, generate).optional(), {
    group: 'Opsview',
    describe:
      'Secret with which the notification script signs alerts, at least 16 characters; the same text on both sides.',
    example: 'a-long-random-text',
    isSecret: true,
  }),
  OPSVIEW_WEBHOOK_SECRET_PREVIOUS: described(secret(16, generate).optional(), {
    group: 'Opsview',
    describe:
      'The secret before, accepted as well while it is being changed on the monitoring side. Remove it afterwards.',
    example: 'the-secret-before',
    isSecret: true,
  }),
  ...channelSettings,
  SANDBOX_PUBLIC: described(
    z
      .enum(['yes', 'no'], { error: 'is neither yes nor no' })
      .default('no')
      .transform((value) => value === 'yes'),
    {
      group: 'Sandbox',
      describe:
        'yes lets the sandbox listen on other addresses than this machine’s own; CONSOLE_PASSWORD is then needed.',
      example: 'yes',
    },
  ),
});

export type SettingName = keyof typeof SettingsSchema.shape;
export const SETTING_NAMES = Object.keys(SettingsSchema.shape) as SettingName[];

export const settingMeta = (name: SettingName): SettingMeta =>
  SettingsSchema.shape[name].meta() as SettingMeta;
