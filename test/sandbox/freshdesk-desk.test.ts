import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshData } from '../../src/sandbox/freshdesk/fresh-data.ts';
import { createSandboxFreshdesk } from '../../src/sandbox/freshdesk/sandbox-freshdesk.ts';
import type { WebhookCall } from '../../src/sandbox/freshdesk/settings.ts';
import { BOT_AGENT_ID, HUMAN_AGENT_ID } from '../../src/sandbox/freshdesk/state.ts';
import { aTicket, type Json, sandboxAt } from './support.ts';

const MAIL = { email: 'kim@northwind.example', name: 'Kim', subject: 'No e-mail', text: 'since 9 & <b>' };

describe('people', () => {
  let at: Awaited<ReturnType<typeof sandboxAt>>;
  beforeEach(async () => {
    at = await sandboxAt('2026-03-02T09:00:00Z');
  });
  afterEach(() => at.sandbox.close());

  test('a fresh account has agents in every group, and both sides say the same', async () => {
    const { agents, groups } = at.sandbox.freshdesk.state.data;
    expect(agents.length).toBeGreaterThanOrEqual(6);
    for (const group of groups) {
      const members = agents.filter(({ group_ids }) => group_ids.includes(group.id)).map(({ id }) => id);
      expect(group.agent_ids.toSorted()).toEqual(members.toSorted());
      expect(members.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('a mail is a ticket of its sender and of the company with that domain', async () => {
    const { people, customers } = at.sandbox.freshdesk;
    const company = people.addCompany('Northwind', ['northwind.example']);
    const { id } = customers.raise({ ...MAIL, cc: ['boss@northwind.example'] });
    expect(await at.json('GET', `/tickets/${id}?include=requester,company,stats`)).toMatchObject({
      source: 1,
      status: 2,
      type: null,
      company_id: company.id,
      company: { id: company.id, name: 'Northwind' },
      requester: { name: 'Kim', email: 'kim@northwind.example' },
      description_text: 'since 9 & <b>',
      cc_emails: ['boss@northwind.example'],
      stats: { resolved_at: null },
    });
  });

  test('an answer opens a ticket again unless the account has no such rule', async () => {
    const { customers, agent, settings } = at.sandbox.freshdesk;
    const { id } = customers.raise(MAIL);
    for (const status of [3, 4, 5, 6]) {
      agent().update(id, { status });
      customers.reply(id, 'hello?');
      expect((await at.json('GET', `/tickets/${id}`)).status).toBe(2);
    }
    settings.reopensOnAnswer = false;
    agent().update(id, { status: 5 });
    customers.reply(id, 'thanks', 'boss@northwind.example');
    expect((await at.json('GET', `/tickets/${id}`)).status).toBe(5);
  });

  test('whoever acts is named in the history, and the bot is nobody else', () => {
    const { customers, agent, state } = at.sandbox.freshdesk;
    const { id } = customers.raise(MAIL);
    agent(158018000004).note(id, 'looking');
    agent().reply(id, 'done');
    expect(state.ticket(id)?.activities.map(({ who }) => who)).toEqual(['Kim', 'Priya Nair', 'Alex Agent']);
    expect(state.conversations(id).map(({ user_id }) => user_id)).toEqual([158018000004, HUMAN_AGENT_ID]);
    expect(BOT_AGENT_ID).not.toBe(HUMAN_AGENT_ID);
  });

  test('spam and trash are hidden from lists and come back', async () => {
    const { customers, agent } = at.sandbox.freshdesk;
    const { id } = customers.raise(MAIL);
    const listed = async () => (await at.json('GET', '/tickets')).map((one: Json) => one.id);
    agent().markSpam(id);
    expect(await listed()).toEqual([]);
    expect(await at.json('GET', `/tickets/${id}`)).toMatchObject({ spam: true });
    agent().markSpam(id, false);
    agent().trash(id);
    expect(await listed()).toEqual([]);
    agent().restore(id);
    expect(await listed()).toEqual([id]);
  });

  test('a merge closes the secondary with a note that links to the primary', async () => {
    const { customers, agent, state } = at.sandbox.freshdesk;
    const [first, second] = [customers.raise(MAIL), customers.raise(MAIL)];
    agent().merge([second.id], first.id);
    expect(state.ticket(second.id)?.status).toBe(5);
    const [note] = state.conversations(second.id);
    expect(note).toMatchObject({ private: true, user_id: HUMAN_AGENT_ID });
    expect(note?.body).toContain(`href="/a/tickets/${first.id}"`);
    const page = await (await fetch(`${at.sandbox.freshdeskUrl}/a/tickets/${second.id}`)).text();
    expect(page).toContain(`href="/sandbox/freshdesk/a/tickets/${first.id}"`);
  });

  test('an unknown custom field and a wrong date are refused by name', async () => {
    await at.freshdesk('POST', '/admin/ticket_fields', { label: 'Confirmed on', type: 'custom_date' });
    for (const [name, value] of [
      ['cf_nothing', 'x'],
      ['cf_confirmed_on', '2 March'],
    ]) {
      const refused = await at.freshdesk('POST', '/tickets', {
        ...aTicket,
        custom_fields: { [name ?? '']: value },
      });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: name }] } });
    }
  });
});

describe('webhooks', () => {
  const sent: WebhookCall[] = [];
  const start = async (webhook: object = {}) => {
    sent.length = 0;
    return sandboxAt('2026-03-02T09:00:00Z', {
      freshdesk: {
        settings: { webhook: { url: 'http://desk.example/hook', secret: 's3', ...webhook } },
        onWebhook: async (call) => {
          sent.push(call);
          return 202;
        },
      },
    });
  };
  const ticketIds = () => sent.map(({ body }) => JSON.parse(body).ticket_id);

  test.each([
    [{}, '{"ticket_id":"1","event":"ticket_created"}', 'x-watchdesk-secret'],
    [{ ticketIdAs: 'number' }, '{"ticket_id":1,"event":"ticket_created"}', 'x-watchdesk-secret'],
    [
      { isWrapped: true, header: 'X-Hook' },
      '{"freshdesk_webhook":{"ticket_id":"1","event":"ticket_created"}}',
      'x-hook',
    ],
  ])('with %j the body is %s', async (webhook, body, header) => {
    const at = await start(webhook);
    at.sandbox.freshdesk.customers.raise(MAIL);
    at.clock.advance(1000);
    await at.sandbox.freshdesk.tick();
    expect(sent).toMatchObject([{ body, headers: { [header]: 's3' } }]);
    await at.sandbox.close();
  });

  test.each([
    ['lost', { lose: 2 }, ['3']],
    ['doubled', { duplicate: 1 }, ['1', '1', '2', '3']],
    ['in the wrong order', { isReversed: true }, ['3', '2', '1']],
  ])('%s', async (_name, trouble, expected) => {
    const at = await start();
    for (let n = 0; n < 3; n += 1) at.sandbox.freshdesk.customers.raise(MAIL);
    Object.assign(at.sandbox.freshdesk.settings.webhookTrouble, trouble);
    at.clock.advance(1000);
    await at.sandbox.freshdesk.tick();
    expect(ticketIds()).toEqual(expected);
    await at.sandbox.close();
  });
});

test('solutions: folders, articles, search and a draft', async () => {
  const at = await sandboxAt('2026-03-02T09:00:00Z');
  const [category] = await at.json('GET', '/solutions/categories');
  const [folder] = await at.json('GET', `/solutions/categories/${category.id}/folders`);
  const draft = { title: 'Printer jams', description: '<p>Open <script>x</script>the flap</p>' };
  const { status, body } = await at.freshdesk('POST', `/solutions/folders/${folder.id}/articles`, draft);
  expect([status, body]).toMatchObject([201, { status: 1, description: '<p>Open the flap</p>' }]);
  const found = await at.json('GET', '/search/solutions?term=printer%20flap');
  expect(found.map((one: Json) => one.title)).toEqual(['Printer jams']);
  expect(await at.json('GET', `/solutions/folders/${folder.id}/articles`)).toHaveLength(3);
  expect((await at.freshdesk('POST', '/solutions/folders/1/articles', draft)).status).toBe(404);
  await at.sandbox.close();
});

test('a file of an earlier version is completed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const persistPath = join(folder, 'freshdesk.json');
  const { solutions: _, ...earlier } = freshData();
  const agents = [{ id: BOT_AGENT_ID, name: 'Watchdesk', email: 'w@example.com', group_ids: [] }];
  const contacts = [{ id: 7, name: 'Kim', email: 'k@example.com', phone: null, created_at: 'x' }];
  writeFileSync(persistPath, JSON.stringify({ ...earlier, agents, contacts }));
  const clock = { now: () => new Date('2026-03-02T09:00:00Z') };
  const { state } = createSandboxFreshdesk({ clock, persistPath });
  expect(state.data).toMatchObject({
    agents: [{ available: true, deactivated: false }],
    contacts: [{ company_id: null, language: 'en' }],
    solutions: { folders: [{ name: 'Runbooks' }, {}] },
  });
  rmSync(folder, { recursive: true });
});
