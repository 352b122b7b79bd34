import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadMemory } from '../../src/cli/setup/memory.ts';
import { type SetupParts, setupFreshdesk } from '../../src/cli/setup/setup-freshdesk.ts';
import { DESK_FIELDS_MEMO, DeskFieldsMemo } from '../../src/engine/learn-desk-fields.ts';
import { DESK_FIELD_KEYS } from '../../src/model/desk-field.ts';
import { openDatabase } from '../../src/store/database.ts';
import { lockDirectory } from '../../src/store/directory-lock.ts';
import { loadMemo } from '../../src/store/memos.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { cliSite, HOOK_SECRET, settingsOf } from './site.ts';

let place: TestPlace;
beforeAll(async () => {
  place = await testPlace('postgresql');
});
afterAll(() => place.remove());

let site: Awaited<ReturnType<typeof cliSite>>;
beforeEach(async () => {
  site = await cliSite(place);
});
afterEach(() => site.close());

const OPTIONS = { dryRun: false, yes: false, undo: false, fields: false };
const YES = { options: { ...OPTIONS, yes: true } };

async function setup(changes: Partial<SetupParts> = {}) {
  const lines: string[] = [];
  const code = await setupFreshdesk({
    settings: site.settings,
    options: OPTIONS,
    clock: site.clock,
    pause: async (ms) => site.clock.advance(ms),
    tell: (line) => void lines.push(line),
    ...changes,
  });
  const text = lines.join('\n');
  expect(text).not.toContain(HOOK_SECRET);
  expect(text).not.toContain(site.settings.freshdesk.apiKey);
  return { code, text, lines };
}

const writes = () => site.sandbox.freshdesk.state.calls.filter(({ method }) => method !== 'GET').length;
const data = () => site.sandbox.freshdesk.state.data;
const rules = () => data().automationRules ?? [];

async function inMemos<T>(look: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>) {
  const database = await openDatabase(place.options);
  return look(database).finally(database.close);
}
const remembered = () =>
  inMemos((database) => loadMemory(database, new URL(site.env.FRESHDESK_URL ?? '').host));

describe('what it makes', () => {
  test('fields and rules, whose webhooks then really come', async () => {
    const { code, text } = await setup(YES);
    expect(code).toBe(0);
    expect(text).toContain('+ 15 ticket fields that Watchdesk fills in: Watchdesk incident, ');
    expect(text).toContain('Done, and read back from Freshdesk: everything is there.');
    expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
    expect(rules().map(({ type, name, active }) => [type, name, active])).toEqual([
      [1, 'Watchdesk: ticket created', true],
      [4, 'Watchdesk: ticket updated', true],
    ]);
    expect(rules()[0]?.actions).toMatchObject([
      {
        url: `${site.sandbox.url}/webhooks/freshdesk`,
        content: { ticket_id: '{{ticket.id}}', event: 'ticket_created' },
        custom_headers: { 'X-Watchdesk-Secret': HOOK_SECRET },
      },
    ]);
  });

  test('a second run does nothing', async () => {
    await setup(YES);
    const before = writes();
    const { code, text } = await setup(YES);
    expect({ code, writes: writes() }).toEqual({ code: 0, writes: before });
    expect(text).toContain('Nothing to do: everything is there.');
  });

  test('the real names are read back and stored, also where a label was used before', async () => {
    const id = await site.freshdesk('POST', '/admin/ticket_fields', { label: 'Impact', type: 'custom_text' });
    await site.freshdesk('DELETE', `/admin/ticket_fields/${id}`);
    await setup(YES);
    const memo = await inMemos((database) => loadMemo(database.prisma, DESK_FIELDS_MEMO, DeskFieldsMemo));
    expect(memo?.names).toMatchObject({
      reference: 'cf_watchdesk_incident',
      impact: expect.stringMatching(/^cf_impact\d{6}$/),
    });
  });

  test('it waits where the calls of a minute are used up', async () => {
    site.sandbox.freshdesk.settings.limits = { total: 20, create: 20, update: 20, list: 20 };
    const { code, text } = await setup(YES);
    expect(code).toBe(0);
    expect(text).toMatch(/Waiting \d+ s for Freshdesk/);
    expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
    expect(site.sandbox.freshdesk.state.calls.filter(({ status }) => status === 429)).toEqual([]);
  });

  test('an account of another name is not taken for the one that was set up', async () => {
    await setup(YES);
    const memory = await inMemos((database) => loadMemory(database, 'other.freshdesk.com'));
    expect(memory).toEqual({ account: 'other.freshdesk.com', fields: {}, rules: {} });
  });
});

describe('asking', () => {
  test.each([
    ['a dry run', { options: { ...OPTIONS, dryRun: true, yes: true } }, 'this is a dry run'],
    ['nobody to ask', {}, 'with --yes'],
    ['no', { confirm: async () => false }, 'Nothing was done.'],
  ])('%s: nothing is done', async (_, parts, told) => {
    const { code, text } = await setup(parts);
    expect({ code, writes: writes() }).toEqual({ code: 0, writes: 0 });
    expect(text).toContain('+ automation rule “Watchdesk: ticket created”');
    expect(text).toContain(told);
  });

  test('yes does it', async () => {
    const { text } = await setup({ confirm: async () => true });
    expect(text).toContain('Done');
    expect(rules()).toHaveLength(2);
  });
});

describe('what others made stays', () => {
  test('a field of the wrong type is reported and not touched', async () => {
    await site.freshdesk('POST', '/admin/ticket_fields', {
      label: 'Impact',
      type: 'custom_dropdown',
      choices: [{ value: 'Low', position: 1 }],
    });
    const { code, text } = await setup(YES);
    expect(code).toBe(0);
    expect(text).toContain('Manual steps left');
    expect(text).toContain('is of type dropdown, Watchdesk needs text');
    expect(data().customFields.filter(({ label }) => label === 'Impact')).toMatchObject([
      { choices: ['Low'] },
    ]);
  });

  test('a rule that people switched off is named and stays off; undo knows nothing of it', async () => {
    await site.freshdesk('POST', '/automations/1/rules', {
      name: 'by hand',
      active: false,
      actions: [
        {
          field_name: 'trigger_webhook',
          request_type: 'POST',
          url: `${site.sandbox.url}/webhooks/freshdesk`,
          content_type: 'JSON',
          content_layout: '2',
          content: {},
        },
      ],
    });
    const { text } = await setup(YES);
    expect(text).toContain('“by hand” calls Watchdesk, was made by others and is switched off');
    await setup({ options: { ...OPTIONS, yes: true, undo: true, fields: true } });
    expect(rules()).toMatchObject([{ name: 'by hand', active: false }]);
  });

  test('our own rule is corrected after the secret was changed and somebody switched it off', async () => {
    await setup(YES);
    const [first] = rules();
    await site.freshdesk('PUT', `/automations/1/rules/${first?.id}`, { active: false });
    const settings = settingsOf({ ...site.env, FRESHDESK_WEBHOOK_SECRET: 'another-secret-now' });
    const { text } = await setup({ ...YES, settings });
    expect(text).toContain(
      '~ automation rule “Watchdesk: ticket created”: it is switched off, the secret is',
    );
    expect(rules()).toMatchObject([
      { active: true, actions: [{ custom_headers: { 'X-Watchdesk-Secret': 'another-secret-now' } }] },
      { active: true, actions: [{ custom_headers: { 'X-Watchdesk-Secret': 'another-secret-now' } }] },
    ]);
    expect((await setup({ ...YES, settings })).text).toContain('Nothing to do');
  });
});

describe('what the account refuses', () => {
  test.each([
    [403, { code: 'access_denied', message: 'You are not authorized to perform this action.' }, 1],
    [403, { code: 'require_feature', message: 'The webhooks feature is not supported in your plan.' }, 1],
    [405, { message: 'POST method is not allowed. It should be one of these method(s): GET' }, 1],
    [500, { message: 'something went wrong' }, 2],
  ])(
    'rules refused with %i %o: the fields are made, and the steps by hand are told',
    async (status, body, calls) => {
      site.sandbox.freshdesk.faults.next({
        kind: 'status',
        status,
        body,
        match: { method: 'POST', pathPattern: /automations/ },
        times: Number.POSITIVE_INFINITY,
      });
      const { code, text } = await setup(YES);
      expect(code).toBe(0);
      expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
      expect(text).toContain('Manual steps left');
      expect(text).toContain('Automations → Ticket Creation → New rule, named “Watchdesk: ticket created”');
      expect(text).toContain(`URL: ${site.sandbox.url}/webhooks/freshdesk`);
      expect(text).toContain('X-Watchdesk-Secret: ********');
      expect(text).toContain('{"ticket_id":"{{ticket.id}}","event":"ticket_updated"}');
      expect(text.match(/Refused, /g)).toHaveLength(calls);
      expect((await remembered()).pending).toBeUndefined();
      // Once a person made them by hand, it is content.
      site.sandbox.freshdesk.faults.clear();
    },
  );

  test('rules that are not even shown', async () => {
    site.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 403,
      body: { code: 'access_denied', message: 'You are not authorized to perform this action.' },
      match: { pathPattern: /automations/ },
      times: Number.POSITIVE_INFINITY,
    });
    const { code, text } = await setup(YES);
    expect(code).toBe(0);
    expect(text).toContain('New rule, named “Watchdesk: ticket updated”');
  });

  test('fields refused for lack of rights cost one call, and are listed with type and choices', async () => {
    site.sandbox.freshdesk.faults.next({
      kind: 'status',
      status: 403,
      body: { code: 'access_denied', message: 'You are not authorized to perform this action.' },
      match: { pathPattern: /admin/ },
      times: Number.POSITIVE_INFINITY,
    });
    const { code, text } = await setup(YES);
    expect(code).toBe(0);
    expect(text).toContain('  - Dropdown: Is there a workaround? with the choices Yes | No');
    expect(text).toContain('and 26 more');
    expect(rules()).toHaveLength(2);
  });

  test('a wrong key ends it with one clear line', async () => {
    const settings = settingsOf({ ...site.env, FRESHDESK_API_KEY: 'wrong' });
    const { code, lines } = await setup({ ...YES, settings });
    expect(code).toBe(1);
    expect(lines[0]).toContain('check FRESHDESK_API_KEY');
  });

  test('without a secret only the fields are made', async () => {
    const settings = settingsOf({ ...site.env, FRESHDESK_WEBHOOK_SECRET: undefined });
    const { code, text } = await setup({ ...YES, settings });
    expect(code).toBe(0);
    expect(text).toContain('First in Watchdesk: FRESHDESK_WEBHOOK_SECRET is not set');
    expect(rules()).toEqual([]);
    expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
  });
});

describe('going on after a failure', () => {
  test('the connection broke after a field was made: it is known as ours, and nothing is made twice', async () => {
    const { faults } = site.sandbox.freshdesk;
    const post = { method: 'POST', pathPattern: /ticket_fields/ };
    faults.next({ kind: 'slow', ms: 1, match: post });
    faults.next({ kind: 'cut_after', match: post });
    const first = await setup(YES);
    expect(first.code).toBe(1);
    expect(first.text).toContain('Run it again: it goes on where it stopped.');
    expect(data().customFields).toHaveLength(2);
    expect(await remembered()).toMatchObject({ pending: { field: 'host' } });

    const second = await setup(YES);
    expect(second.code).toBe(0);
    expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
    expect(new Set(data().customFields.map(({ label }) => label)).size).toBe(DESK_FIELD_KEYS.length);
    const memory = await remembered();
    expect(Object.keys(memory.fields)).toHaveLength(DESK_FIELD_KEYS.length);
    expect(memory.pending).toBeUndefined();
  });

  test('a rule that was made although the answer was a 500 is ours', async () => {
    const made = setup({
      ...YES,
      settings: settingsOf({ ...site.env, FRESHDESK_WEBHOOK_SECRET: undefined }),
    });
    await made;
    site.sandbox.freshdesk.faults.next({
      kind: 'cut_after',
      match: { method: 'POST', pathPattern: /automations\/4/ },
    });
    expect((await setup(YES)).code).toBe(1);
    expect((await setup(YES)).text).toContain('Nothing to do');
    expect(rules()).toHaveLength(2);
    expect(Object.keys((await remembered()).rules)).toEqual(['created', 'updated']);
  });

  test('nobody answers at all', async () => {
    await site.sandbox.refuseConnections(true);
    const { code, text } = await setup(YES);
    expect(code).toBe(1);
    expect(text).toContain('Run it again');
  });
});

describe('undo', () => {
  test('deletes the rules and leaves the fields', async () => {
    await setup(YES);
    const { code, text } = await setup({ options: { ...OPTIONS, yes: true, undo: true } });
    expect(code).toBe(0);
    expect(rules()).toEqual([]);
    expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
    expect(text).toContain('= 27 ticket fields stay; --undo --fields deletes them');
  });

  test('deletes the fields when asked to, but none that others made', async () => {
    await site.freshdesk('POST', '/admin/ticket_fields', { label: 'Impact', type: 'custom_text' });
    await setup(YES);
    await setup({ options: { ...OPTIONS, yes: true, undo: true, fields: true } });
    expect(data().customFields).toMatchObject([{ label: 'Impact' }]);
    expect((await setup({ options: { ...OPTIONS, undo: true } })).text).toContain('nothing to undo');
  });

  test('asks about the fields apart', async () => {
    await setup(YES);
    const questions: string[] = [];
    await setup({
      options: { ...OPTIONS, undo: true, fields: true },
      confirm: async (question) => questions.push(question) === 1,
    });
    expect(questions[1]).toBe('Delete 27 ticket fields with all that tickets hold in them, for good?');
    expect(rules()).toEqual([]);
    expect(data().customFields).toHaveLength(DESK_FIELD_KEYS.length);
  });

  test('set up again after an undo makes new rules', async () => {
    await setup(YES);
    await setup({ options: { ...OPTIONS, yes: true, undo: true } });
    await setup(YES);
    expect(rules()).toHaveLength(2);
  });
});

test('while Watchdesk has the embedded database open it says so, and makes everything all the same', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'watchdesk-setup-'));
  const unlock = lockDirectory(join(dataDir, 'db'));
  const settings = settingsOf({ ...site.env, DATABASE_URL: undefined, DATA_DIR: dataDir });
  const { code, text } = await setup({ ...YES, settings });
  expect(code).toBe(0);
  expect(text).toContain('Watchdesk runs and has its embedded database open');
  expect(text).toContain('Done, and read back');
  const again = await setup({ settings, options: { ...OPTIONS, undo: true } });
  expect(again).toMatchObject({ code: 1, text: expect.stringContaining('Stop Watchdesk and run it again') });
  unlock();
  rmSync(dataDir, { recursive: true });
});
