import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examine } from '../../src/cli/doctor/examine.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { findingsJson, findingsText } from '../../src/cli/doctor.ts';
import { setupFreshdesk } from '../../src/cli/setup/setup-freshdesk.ts';
import { openDatabase } from '../../src/store/database.ts';
import { lockDirectory } from '../../src/store/directory-lock.ts';
import { FRESHDESK_SECRET, startApp } from '../http/harness.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { manualClock } from '../support/manual-clock.ts';
import { policyText } from '../support/policy.ts';
import { cliSite, type Env, settingsOf } from './site.ts';

const SOUND_POLICY = {
  defaults: { requester_email: 'monitoring@mail.corp', team: 'desk' },
  people: { alex: { name: 'Alex', email: 'Alex.Agent@example.com' } },
  teams: { desk: { name: 'Desk', members: ['alex'], freshdesk_group_id: 158018300001 } },
};

let place: TestPlace;
beforeAll(async () => {
  place = await testPlace('postgresql');
});
afterAll(() => place.remove());

let site: Awaited<ReturnType<typeof cliSite>>;
let app: Awaited<ReturnType<typeof startApp>>;
let env: Env;
let folder: string;

/** A policy file with these differences from the shipped one. */
function policyFile(changes: object): string {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policyText(changes));
  return file;
}

beforeEach(async () => {
  site = await cliSite(place);
  app = await startApp();
  folder = mkdtempSync(join(tmpdir(), 'watchdesk-doctor-'));
  env = {
    ...site.env,
    PUBLIC_URL: app.url,
    FRESHDESK_WEBHOOK_SECRET: FRESHDESK_SECRET,
    POLICY_FILE: policyFile(SOUND_POLICY),
  };
});
afterEach(async () => {
  await app.stop();
  await site.close();
  rmSync(folder, { recursive: true });
});

const doctor = (changes: Env = {}, clock = site.clock): Promise<readonly Finding[]> =>
  examine({
    env: { ...env, ...changes },
    readFile: () => '',
    clock,
    pause: async (ms) => site.clock.advance(ms),
    onPause: () => undefined,
  });

const setUp = () =>
  setupFreshdesk({
    settings: settingsOf(env),
    options: { dryRun: false, yes: true, undo: false, fields: false },
    clock: site.clock,
    pause: async (ms) => site.clock.advance(ms),
    tell: () => undefined,
  });

const of = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.findLast((finding) => finding.check === check);

test('a site that is set up: nothing fails, nothing is changed, no secret is shown', async () => {
  await setUp();
  const before = site.sandbox.freshdesk.state.calls.length;
  const findings = await doctor();
  expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
  expect(findings.filter(({ level }) => level === 'warn').map(({ check }) => check)).toEqual([
    'Last webhook',
    'Last alert',
  ]);
  const calls = site.sandbox.freshdesk.state.calls.slice(before);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(app.kept).toEqual([]);
  for (const text of [findingsText(findings), findingsJson(findings)]) {
    expect(text).not.toContain(FRESHDESK_SECRET);
    expect(text).not.toContain(site.env.FRESHDESK_API_KEY);
    expect(text).not.toContain(site.env.OPSVIEW_PASSWORD);
  }
});

describe('Freshdesk', () => {
  test('a wrong key: one finding, and no further call', async () => {
    const findings = await doctor({ FRESHDESK_API_KEY: 'wrong' });
    expect(of(findings, 'Freshdesk key')).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('KEY'),
    });
    expect(site.sandbox.freshdesk.state.calls).toHaveLength(1);
  });

  test('nobody answers', async () => {
    site.sandbox.freshdesk.faults.outage(true);
    const findings = await doctor();
    expect(of(findings, 'Freshdesk key')?.level).toBe('fail');
    expect(of(findings, 'Opsview login')?.level).toBe('ok');
  });

  const self = { id: 5, contact: { name: 'Bot', email: 'bot@example.com' } };
  test.each([
    [{ ...self, ticket_scope: 2 }, 'fail', 'does not see all tickets'],
    [{ ...self, ticket_scope: 1 }, 'ok', 'who sees all tickets'],
  ])('the agent %o: %s', async (body, level, told) => {
    site.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 200,
      body,
      match: { pathPattern: /agents\/me/ },
    });
    expect(of(await doctor(), 'Freshdesk key')).toMatchObject({
      level,
      finding: expect.stringContaining(told),
    });
  });

  test.each([
    [{ FRESHDESK_CALLS_PER_MINUTE: '5000' }, 'fail', 'FRESHDESK_CALLS_PER_MINUTE is 5000'],
    [{ FRESHDESK_CALLS_PER_MINUTE: '100' }, 'ok', '700 calls a minute, as on the plan enterprise'],
    [{}, 'ok', '700 calls a minute'],
  ])('limits with %o: %s', async (changes, level, told) => {
    expect(of(await doctor(changes), 'Freshdesk plan')).toMatchObject({
      level,
      finding: expect.stringContaining(told),
    });
  });

  test.each([
    [0, 'ok'],
    [60_000, 'warn'],
    [-600_000, 'fail'],
  ])('clocks that differ by %i ms: %s', async (differenceMs, level) => {
    const ours = manualClock(new Date(site.clock.now().getTime() + differenceMs));
    const findings = await doctor({}, ours);
    expect(of(findings, 'Freshdesk clock')?.level).toBe(level);
    expect(of(findings, 'Opsview clock')?.level).toBe(level);
  });
});

describe('ticket fields, types and rules', () => {
  test('before setup', async () => {
    const findings = await doctor();
    expect(of(findings, 'Ticket fields')).toMatchObject({
      level: 'warn',
      finding: expect.stringMatching(/^27 of 27/),
    });
    expect(of(findings, 'Webhook rules')).toMatchObject({
      level: 'warn',
      remedy: expect.stringContaining('setup'),
    });
    expect(of(findings, 'Ticket types')?.level).toBe('ok');
  });

  test('a field of the wrong type', async () => {
    await site.freshdesk('POST', '/admin/ticket_fields', { label: 'Impact', type: 'custom_checkbox' });
    expect(of(await doctor(), 'Ticket fields')?.finding).toContain('“Impact” is left out');
  });

  const typeField = (...choices: string[]) => ({
    id: 1,
    name: 'ticket_type',
    label: 'Type',
    type: 'default_ticket_type',
    choices,
  });
  test.each([
    ['missing types', [typeField('Question', 'Incident')], 'Ticket types', 'Problem, Feature Request'],
    [
      'a mandatory field',
      [
        typeField(),
        { id: 2, name: 'cf_floor', label: 'Floor', type: 'custom_text', required_for_agents: true },
      ],
      'Ticket fields',
      '“Floor” is mandatory',
    ],
  ])('%s', async (_, body, check, told) => {
    site.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 200,
      body,
      match: { pathPattern: /ticket_fields/ },
    });
    expect(of(await doctor(), check)).toMatchObject({
      level: 'fail',
      finding: expect.stringContaining(told),
    });
  });

  test.each([
    ['switched off', { active: false }, 'it is switched off'],
    [
      'another address',
      {
        actions: [
          {
            field_name: 'trigger_webhook',
            request_type: 'POST',
            url: 'https://old.example.com',
            content_type: 'JSON',
            content_layout: '2',
            content: {},
          },
        ],
      },
      'it calls https://old.example.com',
    ],
  ])('our rule: %s', async (_, change, told) => {
    await setUp();
    const [rule] = site.sandbox.freshdesk.state.data.automationRules ?? [];
    await site.freshdesk('PUT', `/automations/1/rules/${rule?.id}`, change);
    expect(of(await doctor(), 'Webhook rules')).toMatchObject({
      level: 'warn',
      finding: expect.stringContaining(told),
    });
  });

  test.each([
    [3, { name: 'Close after 48 h', actions: [{ field_name: 'status', value: 5 }] }],
    [
      4,
      {
        name: 'Close after 48 h',
        actions: [{ field_name: 'status', value: '5' }],
        performer: { type: 1 },
        events: [],
      },
    ],
  ])(
    'a rule of type %i that closes tickets is named, with what Watchdesk does about it',
    async (type, rule) => {
      await site.freshdesk('POST', `/automations/${type}/rules`, rule);
      const found = of(await doctor(), 'Closing by Freshdesk');
      expect(found).toMatchObject({
        level: 'warn',
        finding: expect.stringContaining('“Close after 48 h” closes'),
      });
      expect(found?.finding).toContain('back to Resolved with a note, at most 3 times');
    },
  );

  test('rules that Freshdesk does not show: it could not tell, and says what to look at', async () => {
    site.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 403,
      body: { code: 'access_denied', message: 'You are not authorized to perform this action.' },
      match: { pathPattern: /automations/ },
      times: Number.POSITIVE_INFINITY,
    });
    const findings = await doctor();
    for (const check of ['Webhook rules', 'Closing by Freshdesk']) {
      expect(of(findings, check)).toMatchObject({
        level: 'warn',
        finding: expect.stringContaining('could not tell'),
        remedy: expect.stringContaining('Admin, Automations'),
      });
    }
  });
});

describe('the way of a webhook', () => {
  test('there and back, and nothing is stored', async () => {
    expect(of(await doctor(), 'Webhook round trip')?.level).toBe('ok');
    expect(app.kept).toEqual([]);
  });

  test.each([
    [
      'another secret here than there',
      { FRESHDESK_WEBHOOK_SECRET: 'another-secret-here' },
      'fail',
      'right secret with 401',
    ],
    ['no secret', { FRESHDESK_WEBHOOK_SECRET: undefined }, 'warn', 'webhooks are off'],
    ['nobody listens', { PUBLIC_URL: 'http://127.0.0.1:9' }, 'fail', 'did not answer'],
    ['something else listens', { PUBLIC_URL: 'SANDBOX' }, 'fail', 'something else'],
  ])('%s', async (_, changes, level, told) => {
    const place =
      'PUBLIC_URL' in changes && changes.PUBLIC_URL === 'SANDBOX'
        ? { PUBLIC_URL: site.sandbox.url }
        : changes;
    expect(of(await doctor(place), 'Webhook round trip')).toMatchObject({
      level,
      finding: expect.stringContaining(told),
    });
  });

  test('when something last came from either side', async () => {
    const database = await openDatabase(place.options);
    const receivedAt = new Date(site.clock.now().getTime() - 5 * 60_000);
    await database.prisma.delivery.create({
      data: { source: 'freshdesk', deliveryId: 'x', body: '{}', receivedAt, tryAfter: receivedAt },
    });
    const findings = await doctor();
    await database.prisma.delivery.deleteMany();
    await database.close();
    expect(of(findings, 'Last webhook')?.finding).toContain('5 minutes ago');
    expect(of(findings, 'Last alert')).toMatchObject({
      level: 'warn',
      remedy: expect.stringContaining('--test'),
    });
  });
});

describe('Opsview', () => {
  test('a wrong password', async () => {
    expect(of(await doctor({ OPSVIEW_PASSWORD: 'wrong' }), 'Opsview login')?.level).toBe('fail');
  });

  const hosts = (total: string) => ({ summary: { total }, list: [] });
  test.each([
    [['0'], 'sees no host'],
    [['12', '0'], 'may act on none'],
  ])('rights over %j hosts', async (totals, told) => {
    for (const total of totals) {
      site.sandbox.opsview.faults.next({
        kind: 'status',
        status: 200,
        body: hosts(total),
        match: { pathPattern: /status\/host/ },
      });
    }
    if (totals.length === 1) {
      site.sandbox.opsview.faults.next({
        kind: 'status',
        status: 200,
        body: hosts('0'),
        match: { pathPattern: /status\/host/ },
      });
    }
    expect(of(await doctor(), 'Opsview rights')).toMatchObject({
      level: 'fail',
      finding: expect.stringContaining(told),
    });
  });

  test('rights that it does not tell', async () => {
    site.sandbox.opsview.faults.next({
      kind: 'status',
      status: 403,
      body: { message: 'no' },
      match: { pathPattern: /status\/host/ },
    });
    expect(of(await doctor(), 'Opsview rights')).toMatchObject({
      level: 'warn',
      remedy: expect.stringContaining('VIEWALL'),
    });
  });
});

describe('what the policy names in Freshdesk', () => {
  const customer = (more: object) => ({ customers: { acme: { name: 'Acme', ...more } } });
  test.each([
    [
      'Policy: groups',
      { teams: { desk: { name: 'Desk', freshdesk_group_id: 7 } } },
      'fail',
      'teams.desk: Freshdesk has no group 7',
    ],
    [
      'Policy: people',
      { people: { alex: { name: 'Alex', email: 'gone@example.com' } } },
      'warn',
      'gone@example.com is no agent',
    ],
    ['Policy: companies', customer({}), 'warn', 'Freshdesk has no company Acme'],
    [
      'Policy: companies',
      customer({ companies: ['Acme Ltd'], domains: ['acme.example'] }),
      'warn',
      'no company Acme Ltd',
    ],
    ['Policy: companies', customer({ domains: ['acme.example'] }), 'ok', 'no wrong company'],
    ['Policy: Solutions', { tickets: { solutions: { folder_id: 7 } } }, 'fail', 'no Solutions folder 7'],
    ['Policy: Solutions', { tickets: { solutions: { folder_id: 158018500011 } } }, 'ok', '“Runbooks”'],
  ])('%s with %o: %s', async (check, changes, level, told) => {
    const findings = await doctor({
      POLICY_FILE: policyFile({
        people: { ...SOUND_POLICY.people, ...('people' in changes ? changes.people : {}) },
        teams: { ...SOUND_POLICY.teams, ...('teams' in changes ? changes.teams : {}) },
        ...('customers' in changes ? { customers: changes.customers } : {}),
        ...('tickets' in changes ? { tickets: changes.tickets } : {}),
      }),
    });
    const seen = findings.filter((finding) => finding.check === check);
    expect(seen).toContainEqual(expect.objectContaining({ level, finding: expect.stringContaining(told) }));
  });

  test('a deactivated agent', async () => {
    const body = [{ id: 5, deactivated: true, contact: { email: 'alex.agent@example.com' } }];
    site.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 200,
      body,
      match: { pathPattern: /\/agents$/ },
    });
    expect(of(await doctor(), 'Policy: people')?.finding).toContain('is deactivated');
  });
});

describe('our own side', () => {
  test('settings with faults', async () => {
    const findings = await doctor({ OPSVIEW_URL: 'nonsense' });
    expect(findings).toMatchObject([
      { check: 'Settings', level: 'fail', finding: expect.stringContaining('OPSVIEW_URL') },
    ]);
  });

  test('a policy with faults does not keep it from looking at the rest', async () => {
    const file = policyFile({});
    writeFileSync(file, 'version: 2');
    const findings = await doctor({ POLICY_FILE: file });
    expect(of(findings, 'Policy')?.level).toBe('fail');
    expect(of(findings, 'Freshdesk key')?.level).toBe('ok');
  });

  test('a database that does not answer', async () => {
    const findings = await doctor({ DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:9/none' });
    expect(of(findings, 'Database')?.level).toBe('fail');
    expect(of(findings, 'Ticket types')?.level).toBe('ok');
    expect(findingsText(findings)).not.toContain('nobody:none');
  });

  test('a database of an older version: it says so, and looks at the rest', async () => {
    const database = await openDatabase(place.options);
    const mark = (at: string) =>
      database.query(
        `UPDATE _prisma_migrations SET rolled_back_at = ${at}
         WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
      );
    await mark('now()');
    const findings = await doctor();
    await mark('NULL');
    await database.close();
    expect(of(findings, 'Database')).toMatchObject({
      level: 'warn',
      finding: expect.stringContaining('1 migration is to be applied'),
    });
    expect(of(findings, 'Last alert')?.finding).toContain('could not tell');
    expect(of(findings, 'Freshdesk key')?.level).toBe('ok');
  });

  test('an embedded database that a running Watchdesk has open', async () => {
    const unlock = lockDirectory(join(folder, 'db'));
    const findings = await doctor({ DATABASE_URL: undefined, DATA_DIR: folder });
    unlock();
    expect(of(findings, 'Database')).toMatchObject({
      level: 'warn',
      remedy: expect.stringContaining('stop Watchdesk'),
    });
    expect(of(findings, 'Last alert')?.finding).toContain('could not tell');
  });

  test('no settings at all: it says that real ones are needed', async () => {
    const findings = await examine({
      env: { POLICY_FILE: env.POLICY_FILE },
      readFile: () => '',
      clock: site.clock,
      pause: async () => undefined,
      onPause: () => undefined,
    });
    expect(findings.map(({ check, level }) => [check, level])).toEqual([
      ['Settings', 'warn'],
      ['Policy', 'ok'],
    ]);
    expect(findings[0]?.remedy).toContain('FRESHDESK_URL');
  });
});

test('a line for each check, with the remedy below, and a summary', () => {
  const findings: Finding[] = [
    { check: 'A', level: 'ok', finding: 'fine' },
    { check: 'Long', level: 'fail', finding: 'broken', remedy: 'mend it' },
  ];
  expect(findingsText(findings)).toBe(
    'ok    A     fine\nFAIL  Long  broken\n            → mend it\n1 failed, 0 warnings, 1 fine.\n',
  );
  expect(JSON.parse(findingsJson(findings))).toMatchObject({ findings });
});
