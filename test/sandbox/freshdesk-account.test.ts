import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTicket, type Json, sandboxAt } from './support.ts';

let at: Awaited<ReturnType<typeof sandboxAt>>;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z');
});
afterEach(() => at.sandbox.close());

const search = (query: string, page = 1): string =>
  `/search/tickets?query=${encodeURIComponent(`"${query}"`)}&page=${page}`;

test('the search finds a write only after the index delay', async () => {
  await at.freshdesk('POST', '/tickets', { ...aTicket, tags: ['wd-42'] });
  at.clock.advance(119_000);
  expect(await at.json('GET', search("tag:'wd-42'"))).toEqual({ total: 0, results: [] });
  at.clock.advance(1000);
  expect(await at.json('GET', search("tag:'wd-42'"))).toMatchObject({ total: 1, results: [{ id: 1 }] });
  at.sandbox.freshdesk.settings.searchDelayMs = 0;
  await at.freshdesk('PUT', '/tickets/1', { tags: ['other'] });
  expect(await at.json('GET', search("tag:'wd-42'"))).toMatchObject({ total: 0 });
});

test.each([
  ["tag:'a'", [1, 2]],
  ["tag:'a' AND status:4", [2]],
  ['(priority:1 OR priority:4) AND status:2', [1, 3]],
  ["tag:'zzz' OR status:4", [2]],
  ['type:null', [3]],
  ["type:'Incident'", [1, 2]],
  ["created_at:>'2026-03-03'", [3]],
  ["created_at:<'2026-03-02'", [1, 2]],
  ["cf_reference:'WD-1'", [1]],
  ['cf_reference:null', [2, 3]],
])('search %s', async (query, ids) => {
  const { settings } = at.sandbox.freshdesk;
  settings.searchDelayMs = 0;
  await at.freshdesk('POST', '/admin/ticket_fields', { label: 'Reference', type: 'custom_text' });
  const base = { ...aTicket, tags: ['a'], type: 'Incident' };
  await at.freshdesk('POST', '/tickets', { ...base, custom_fields: { cf_reference: 'WD-1' } });
  await at.freshdesk('POST', '/tickets', { ...base, status: 4, priority: 1 });
  at.clock.advance(24 * 3_600_000);
  await at.freshdesk('POST', '/tickets', { ...aTicket, priority: 1 });
  const { results } = await at.json('GET', search(query));
  expect(results.map((one: Json) => one.id).sort()).toEqual(ids);
});

test.each([
  ['/search/tickets?query=status:2', 'query'],
  [search("subject:'x'"), 'subject'],
  [search('status:'), 'query'],
  [search('(status:2'), 'query'],
  [search("status:2 tag:'x'"), 'query'],
  [search(`tag:'${'x'.repeat(510)}'`), 'query'],
  [search('status:2', 11), 'page'],
])('a search that cannot be is refused: %s', async (path, field) => {
  expect(await at.freshdesk('GET', path)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
});

test('a search shows 300 hits at most, 30 a page', async () => {
  at.sandbox.freshdesk.settings.limits = { total: 5000, create: 5000, update: 5000, list: 5000 };
  at.sandbox.freshdesk.settings.searchDelayMs = 0;
  for (let index = 0; index < 310; index += 1) await at.freshdesk('POST', '/tickets', aTicket);
  const last = await at.json('GET', search('status:2', 10));
  expect(last.total).toBe(310);
  expect(last.results).toHaveLength(30);
});

test('a field label that was used before gets digits, and every ticket shows a new field as null', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const field = { label: 'Watchdesk id', type: 'custom_text' };
  const first = await at.freshdesk('POST', '/admin/ticket_fields', field);
  expect(first).toMatchObject({ status: 201, body: { name: 'cf_watchdesk_id', archived: false } });
  const second = await at.json('POST', '/admin/ticket_fields', field);
  expect(second.name).toMatch(/^cf_watchdesk_id\d{6}$/);
  expect((await at.json('GET', '/tickets/1')).custom_fields).toEqual({
    cf_watchdesk_id: null,
    [second.name]: null,
  });
});

test('ticket fields give their choices in the four shapes of the real answer', async () => {
  await at.freshdesk('POST', '/admin/ticket_fields', {
    label: 'Site',
    type: 'custom_dropdown',
    choices: [{ value: 'Zürich', position: 1 }],
  });
  const fields = Object.fromEntries(
    (await at.json('GET', '/ticket_fields')).map((one: Json) => [one.name, one.choices]),
  );
  expect(fields.ticket_type).toContain('Incident');
  expect(fields.status['4']).toEqual(['Resolved', 'This ticket has been Resolved']);
  expect(fields.priority).toEqual({ Low: 1, Medium: 2, High: 3, Urgent: 4 });
  expect(fields.cf_site).toEqual(['Zürich']);
});

test('agents/me is the agent of the key, with groups and roles that the list leaves out', async () => {
  const me = await at.json('GET', '/agents/me');
  expect(me).toMatchObject({ ticket_scope: 1, contact: { email: 'watchdesk@example.com' }, group_ids: [] });
  const [listed] = await at.json('GET', '/agents');
  expect(listed).not.toHaveProperty('group_ids');
  const groups = await at.json('GET', '/groups');
  expect(groups.map((one: Json) => one.name)).toEqual(['Service Desk', 'Platform', 'Applications']);
});

test('a second contact with the same e-mail is a conflict', async () => {
  const contact = { name: 'Jo', email: 'jo@example.com' };
  expect((await at.freshdesk('POST', '/contacts', contact)).status).toBe(201);
  expect(await at.freshdesk('POST', '/contacts', contact)).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'email', code: 'duplicate_value' }] },
  });
});

test('children: limit, one role, open children hold the parent, prime and members, detach', async () => {
  at.sandbox.freshdesk.settings.childrenMax = 2;
  await at.freshdesk('POST', '/tickets', aTicket);
  await at.freshdesk('POST', '/tickets', { ...aTicket, parent_id: 1 });
  await at.freshdesk('POST', '/tickets', { ...aTicket, parent_id: 1 });
  const refusals = await Promise.all([
    at.freshdesk('POST', '/tickets', { ...aTicket, parent_id: 1 }),
    at.freshdesk('POST', '/tickets', { ...aTicket, parent_id: 2 }),
    at.freshdesk('POST', '/tickets', { ...aTicket, parent_id: 77 }),
    at.freshdesk('PUT', '/tickets/1', { status: 5 }),
  ]);
  expect(refusals.map(({ status, body }) => [status, (body as Json).errors[0].field])).toEqual([
    [400, 'parent_id'],
    [400, 'parent_id'],
    [400, 'parent_id'],
    [400, 'status'],
  ]);
  expect(await at.json('GET', '/tickets/1')).toMatchObject({
    association_type: 1,
    associated_tickets_list: [2, 3],
  });
  expect((await at.json('GET', '/tickets/1/associated_tickets')).tickets).toHaveLength(2);
  expect((await at.json('GET', '/tickets/2/prime_association')).id).toBe(1);
  expect((await at.freshdesk('GET', '/tickets/1/prime_association')).status).toBe(404);
  await at.freshdesk('PUT', '/tickets/2', { parent_id: null });
  await at.freshdesk('PUT', '/tickets/3', { status: 4 });
  expect((await at.freshdesk('PUT', '/tickets/1', { status: 5 })).status).toBe(200);
});

test('a tracker takes related tickets at its creation and by tracker_id; a switched-off feature is 403', async () => {
  for (let index = 0; index < 3; index += 1) await at.freshdesk('POST', '/tickets', aTicket);
  await at.freshdesk('POST', '/tickets', { ...aTicket, related_ticket_ids: [1, 2] });
  await at.freshdesk('PUT', '/tickets/3', { tracker_id: 4 });
  expect(await at.json('GET', '/tickets/4')).toMatchObject({
    association_type: 3,
    associated_tickets_list: [1, 2, 3],
  });
  expect(await at.json('GET', '/tickets/1')).toMatchObject({
    association_type: 4,
    associated_tickets_list: [4],
  });
  at.sandbox.freshdesk.settings.associationsEnabled = false;
  expect(await at.freshdesk('POST', '/tickets', { ...aTicket, parent_id: 1 })).toMatchObject({
    status: 403,
    body: { code: 'require_feature' },
  });
});
