import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTicket, type Json, sandboxAt } from './support.ts';

let at: Awaited<ReturnType<typeof sandboxAt>>;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z');
});
afterEach(() => at.sandbox.close());

test('a wrong key is answered 401 with code and message, and costs a call', async () => {
  const answer = await at.freshdesk('GET', '/tickets', undefined, 'wrong');
  expect(answer.status).toBe(401);
  expect(answer.body).toEqual({
    code: 'invalid_credentials',
    message: 'You have to be logged in to perform this action.',
  });
  expect(answer.headers.get('x-ratelimit-remaining')).toBe('399.0');
});

test('an unknown ticket and an unknown address are 404 with an empty body', async () => {
  for (const path of ['/tickets/7', '/tickets/x', '/nothing']) {
    expect(await at.freshdesk('GET', path)).toMatchObject({ status: 404, text: '' });
  }
});

test('a wrong method names the allowed ones, a wrong content type is 415, broken JSON is 400, a trailing slash too', async () => {
  const method = await at.freshdesk('PUT', '/tickets', {});
  expect(method).toMatchObject({ status: 405 });
  expect(method.text).toContain('It should be one of these method(s): POST, GET');
  expect((await at.freshdesk('POST', '/tickets', '{"a":')).body).toMatchObject({ code: 'invalid_json' });
  const slash = await at.freshdesk('GET', '/tickets/');
  expect(slash).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'ticket', code: 'invalid_field' }] },
  });
  const form = await fetch(`${at.sandbox.freshdeskUrl}/api/v2/tickets`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('sandbox-api-key:X').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'a=b',
  });
  expect(form.status).toBe(415);
});

test('a request with several faults hears of all of them and changes nothing', async () => {
  const answer = await at.freshdesk('POST', '/tickets', {
    ...aTicket,
    status: '2',
    priority: 9,
    description_text: 'x',
    group_id: 4,
    tags: ['x'.repeat(33)],
    custom_fields: { cf_none: 1 },
  });
  expect(answer.status).toBe(400);
  const { description, errors } = answer.body as Json;
  expect(description).toBe('Validation failed');
  expect(Object.fromEntries(errors.map((one: Json) => [one.field, one.code]))).toEqual({
    description_text: 'invalid_field',
    status: 'datatype_mismatch',
    priority: 'invalid_value',
    tags: 'invalid_value',
    group_id: 'invalid_value',
    cf_none: 'invalid_field',
  });
  expect(at.sandbox.freshdesk.state.data.tickets).toEqual([]);
});

test('a ticket without requester, subject and description is refused with missing_field for each', async () => {
  const { errors } = await at.json('POST', '/tickets', {});
  expect(errors.map((one: Json) => [one.field, one.code]).sort()).toEqual([
    ['description', 'missing_field'],
    ['requester_id', 'missing_field'],
    ['subject', 'missing_field'],
  ]);
});

test('the answer to a create has no deadlines; a second later they are set and updated_at has moved by one second', async () => {
  const created = await at.freshdesk('POST', '/tickets', aTicket);
  expect(created.status).toBe(201);
  expect(created.headers.get('location')).toBe(`${at.sandbox.freshdeskUrl}/api/v2/tickets/1`);
  expect(created.body).toMatchObject({ id: 1, due_by: null, fr_due_by: null, to_emails: null });
  expect(created.body).not.toHaveProperty('association_type');
  at.clock.advance(1000);
  const read = await at.json('GET', '/tickets/1');
  expect(read).toMatchObject({
    updated_at: '2026-03-02T09:00:01Z',
    fr_due_by: '2026-03-02T09:15:00Z',
    due_by: '2026-03-02T17:00:00Z',
    association_type: null,
  });
});

test('creation rules run in the gap after a create', async () => {
  at.sandbox.freshdesk.onCreation(() => ({ group_id: 158018300002 }));
  expect((await at.json('POST', '/tickets', aTicket)).group_id).toBeNull();
  at.clock.advance(1000);
  expect((await at.json('GET', '/tickets/1')).group_id).toBe(158018300002);
});

test('an unknown requester becomes a contact once', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  await at.freshdesk('POST', '/tickets', aTicket);
  const found = await at.json('GET', '/contacts?email=Monitoring@example.com');
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ name: 'Monitoring', email: 'monitoring@example.com' });
});

test('an update changes only what was sent, replaces tags, stamps the status and may be cleared with null', async () => {
  await at.freshdesk('POST', '/tickets', { ...aTicket, tags: ['a', 'b'], type: 'Incident' });
  at.clock.advance(60_000);
  const updated = await at.json('PUT', '/tickets/1', { status: 4, tags: ['c'], type: null });
  expect(updated).toMatchObject({
    status: 4,
    tags: ['c'],
    type: null,
    priority: 4,
    subject: aTicket.subject,
  });
  const { stats } = await at.json('GET', '/tickets/1?include=stats');
  expect(stats).toMatchObject({ resolved_at: '2026-03-02T09:01:00Z', closed_at: null, reopened_at: null });
});

test.each([
  ['plain text is wrapped and escaped', 'a < b & c', '<div>a &lt; b &amp; c</div>'],
  ['harmless markup stays', '<p>x <b>y</b></p>', '<p>x <b>y</b></p>'],
  ['scripts go with their content', '<p>x</p><script>alert(1)</script>', '<p>x</p>'],
  ['handlers and styles go', '<p onclick="x()" style="color:red">x</p>', '<p>x</p>'],
  ['a link keeps only a web address', '<a href="javascript:x">y</a>', '<a rel="noreferrer">y</a>'],
  ['images go', 'x<img src=x onerror=alert(1)>', '<div>x</div>'],
  ['what is left open is closed', '<ul><li>x', '<ul><li>x</li></ul>'],
  ['a half tag is text', '<p>x <b', '<p>x &lt;b</p>'],
  ['entities are not escaped twice', '<p>&lt;script&gt;</p>', '<p>&lt;script&gt;</p>'],
])('description: %s', async (_name, sent, stored) => {
  const { description } = await at.json('POST', '/tickets', { ...aTicket, description: sent });
  expect(description).toBe(stored);
});

test('the list shows tickets of the last 30 days unless updated_since reaches back, and hides the trash', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  at.clock.advance(31 * 24 * 3_600_000);
  await at.freshdesk('POST', '/tickets', aTicket);
  const ids = async (query: string): Promise<number[]> =>
    (await at.json('GET', `/tickets${query}`)).map((one: Json) => one.id);
  expect(await ids('')).toEqual([2]);
  expect(await ids('?updated_since=2026-01-01T00:00:00Z&order_by=updated_at&order_type=asc')).toEqual([1, 2]);
  expect((await at.freshdesk('DELETE', '/tickets/2')).status).toBe(204);
  expect(await ids('')).toEqual([]);
  expect(await ids('?filter=deleted')).toEqual([2]);
  expect((await at.freshdesk('PUT', '/tickets/2', { status: 4 })).status).toBe(404);
  expect(await at.freshdesk('PUT', '/tickets/2/restore')).toMatchObject({ status: 204, text: '' });
  expect(await ids('')).toEqual([2]);
});

test('a list entry has its own keys: no description, but associated_tickets_count', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const [plain] = await at.json('GET', '/tickets');
  expect(plain).not.toHaveProperty('description');
  expect(plain).toHaveProperty('associated_tickets_count', null);
  const [full] = await at.json('GET', '/tickets?include=description,requester');
  expect(full).toMatchObject({
    description: '<p>broken</p>',
    requester: { email: 'monitoring@example.com' },
  });
});

test('Link leads to the next page with an absolute address and is absent on the last; page 301 is refused', async () => {
  for (let index = 0; index < 3; index += 1) await at.freshdesk('POST', '/tickets', aTicket);
  const first = await at.freshdesk('GET', '/tickets?per_page=2');
  const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1];
  expect(next).toBe(`${at.sandbox.freshdeskUrl}/api/v2/tickets?per_page=2&page=2`);
  const second = await at.freshdesk('GET', '/tickets?per_page=2&page=2');
  expect(second.body).toHaveLength(1);
  expect(second.headers.get('link')).toBeNull();
  expect(await at.json('GET', '/tickets?page=301')).toMatchObject({
    errors: [{ field: 'page', code: 'invalid_value' }],
  });
  expect((await at.freshdesk('GET', '/tickets?per_page=101')).status).toBe(400);
  expect((await at.freshdesk('GET', '/tickets?colour=red')).status).toBe(400);
});

test('a note is private unless told otherwise; replies, notes and their pages come oldest first', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const note = await at.freshdesk('POST', '/tickets/1/notes', { body: 'seen' });
  expect(note).toMatchObject({
    status: 201,
    body: { private: true, incoming: false, body: '<div>seen</div>' },
  });
  expect(note.body).not.toHaveProperty('source');
  const { id } = note.body as Json;
  expect(note.headers.get('location')).toBe(`${at.sandbox.freshdeskUrl}/api/v2/conversations/${id}`);
  const reply = await at.json('POST', '/tickets/1/reply', { body: '<p>hello</p>' });
  expect(reply).toMatchObject({ to_emails: ['monitoring@example.com'], ticket_id: 1 });
  const listed = await at.json('GET', '/tickets/1/conversations');
  expect(listed.map((one: Json) => [one.source, one.private, one.body_text])).toEqual([
    [2, true, 'seen'],
    [0, false, 'hello'],
  ]);
  expect(await at.json('GET', '/tickets/1/conversations?per_page=1&page=2')).toHaveLength(1);
  expect(await at.json('PUT', `/conversations/${id}`, { body: 'other' })).toMatchObject({
    body_text: 'other',
  });
  expect((await at.freshdesk('PUT', `/conversations/${reply.id}`, { body: 'other' })).status).toBe(404);
  expect((await at.freshdesk('DELETE', `/conversations/${id}`)).status).toBe(204);
});

test('merging closes the secondary ticket with a note that links to the primary', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  await at.freshdesk('POST', '/tickets', aTicket);
  expect((await at.freshdesk('PUT', '/tickets/merge', { primary_id: 1, ticket_ids: [2] })).status).toBe(204);
  expect((await at.json('GET', '/tickets/2')).status).toBe(5);
  expect((await at.json('GET', '/tickets/2/conversations'))[0].body_text).toContain('merged into ticket');
});

test('a bulk update answers at once, runs later, and its job id is the request id', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const answer = await at.freshdesk('POST', '/tickets/bulk_update', {
    bulk_action: { ids: [1, 99], properties: { status: 4 } },
  });
  const { job_id: jobId } = answer.body as Json;
  expect(answer.status).toBe(202);
  expect(answer.headers.get('x-request-id')).toBe(jobId);
  expect((await at.json('GET', '/tickets/1')).status).toBe(2);
  at.clock.advance(2000);
  expect((await at.json('GET', '/tickets/1')).status).toBe(4);
  expect(await at.json('GET', `/jobs/${jobId}`)).toMatchObject({ status: 'COMPLETED', data: [{ id: 99 }] });
});
