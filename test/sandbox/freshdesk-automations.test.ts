import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebhookCall } from '../../src/sandbox/freshdesk/settings.ts';
import { aTicket, sandboxAt } from './support.ts';

let at: Awaited<ReturnType<typeof sandboxAt>>;
const called: WebhookCall[] = [];
beforeEach(async () => {
  called.length = 0;
  at = await sandboxAt('2026-03-02T09:00:00Z', {
    freshdesk: {
      onWebhook: async (call) => {
        called.push(call);
        return 202;
      },
    },
  });
});
afterEach(() => at.sandbox.close());

const webhook = (content: object) => ({
  field_name: 'trigger_webhook',
  request_type: 'POST',
  url: 'http://127.0.0.1:9/webhooks/freshdesk',
  content_type: 'JSON',
  content_layout: '2',
  content,
  custom_headers: { 'X-Watchdesk-Secret': 's3cret' },
});
const creationRule = { name: 'tell', actions: [webhook({ ticket_id: '{{ticket.id}}', event: 'made' })] };

test('an installed rule calls its webhook, with placeholders pasted without escaping', async () => {
  const made = await at.freshdesk('POST', '/automations/1/rules', creationRule);
  expect(made).toMatchObject({ status: 201, body: { active: true, conditions: [{ properties: [] }] } });
  await at.freshdesk('POST', '/automations/4/rules', {
    name: 'tell all',
    performer: { type: 3 },
    events: [{ field_name: 'status', from: '--', to: '--' }],
    actions: [webhook({ subject: '{{ticket.subject}}' })],
  });
  await at.freshdesk('POST', '/tickets', { ...aTicket, subject: 'it says "no"' });
  at.clock.advance(1000);
  await at.sandbox.freshdesk.tick();
  await at.freshdesk('PUT', '/tickets/1', { priority: 1 });
  await at.sandbox.freshdesk.tick();
  expect(called.map(({ body }) => body)).toEqual([
    '{"ticket_id":"1","event":"made"}',
    '{"subject":"it says "no""}',
  ]);
  expect(called[0]?.headers['x-watchdesk-secret']).toBe('s3cret');
});

test('rules are listed by type, changed, switched off and deleted', async () => {
  const { id } = await at.json('POST', '/automations/1/rules', creationRule);
  expect(await at.json('GET', '/automations/4/rules')).toEqual([]);
  await at.freshdesk('PUT', `/automations/1/rules/${id}`, { active: false });
  expect(await at.json('GET', '/automations/1/rules')).toMatchObject([{ id, name: 'tell', active: false }]);
  await at.freshdesk('POST', '/tickets', aTicket);
  at.clock.advance(1000);
  await at.sandbox.freshdesk.tick();
  expect(called).toEqual([]);
  expect((await at.freshdesk('DELETE', `/automations/1/rules/${id}`)).status).toBe(204);
  expect((await at.freshdesk('GET', `/automations/1/rules/${id}`)).status).toBe(404);
});

test.each([
  ['/automations/2/rules', creationRule, 404],
  ['/automations/1/rules', { ...creationRule, actions: [{ field_name: 'trigger_webhook', url: 'x' }] }, 500],
  ['/automations/1/rules', { ...creationRule, performer: { type: 1 } }, 400],
  ['/automations/4/rules', { name: 'no events', actions: [] }, 400],
])('POST %s %j is refused with %i', async (path, body, status) => {
  expect((await at.freshdesk('POST', path, body)).status).toBe(status);
});

test('a deleted field leaves the tickets, and its name is never given again', async () => {
  const field = { label: 'Floor', type: 'custom_text' };
  const { id } = await at.json('POST', '/admin/ticket_fields', field);
  await at.freshdesk('POST', '/tickets', { ...aTicket, custom_fields: { cf_floor: '3' } });
  expect((await at.freshdesk('DELETE', `/admin/ticket_fields/${id}`)).status).toBe(204);
  expect((await at.json('GET', '/tickets/1')).custom_fields).toEqual({});
  expect((await at.json('POST', '/admin/ticket_fields', field)).name).toMatch(/^cf_floor\d{6}$/);
});
