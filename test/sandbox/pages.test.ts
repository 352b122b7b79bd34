import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, answerOf, aTicket, type Json, sandboxAt } from './support.ts';

let at: Awaited<ReturnType<typeof sandboxAt>>;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z');
});
afterEach(() => at.sandbox.close());

const page = async (path: string): Promise<Answer> =>
  answerOf(await fetch(`${at.sandbox.url}/sandbox${path}`));
const submit = async (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
): Promise<Answer> =>
  answerOf(
    await fetch(`${at.sandbox.url}/sandbox${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams(fields),
    }),
  );

test.each([
  ['/', 'Try Watchdesk without an account', 'FRESHDESK_URL'],
  ['/opsview/', 'gw01', 'OPSVIEW_URL'],
  ['/freshdesk/', 'No ticket yet', 'FRESHDESK_URL'],
])('page %s says that it is a sandbox and which settings make it real', async (path, content, setting) => {
  const answer = await page(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.text).toContain('<strong>Sandbox.</strong>');
  expect(answer.text).toMatch(/not a real (Opsview|Freshdesk)/);
  expect(answer.text).toContain(`<code>${setting}</code>`);
  expect(answer.text).toContain(content);
  expect(answer.text).not.toMatch(/ on[a-z]+=|<script>|style="/);
});

test('the stylesheet of the pages is served', async () => {
  const answer = await page('/sandbox.css');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
});

test.each([
  ['CRITICAL', { state: 'CRITICAL', stateType: 'HARD' }, ['PROBLEM']],
  ['soft', { state: 'CRITICAL', stateType: 'SOFT' }, []],
  ['flap', { isFlapping: true }, ['FLAPPINGSTART']],
  ['downtime', { state: 'OK' }, ['DOWNTIMESTART']],
])('the button %s of a check does what it says and leads back to the host', async (button, object, types) => {
  const answer = await submit('/opsview/do', { host: 'web01', check: 'HTTP', do: button });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sandbox/opsview/#web01']);
  expect(at.sandbox.opsview.state.object('web01', 'HTTP')).toMatchObject(object);
  expect([...new Set(at.sent.map((macros) => macros.NAGIOS_NOTIFICATIONTYPE))]).toEqual(types);
});

test('recover untold, acknowledge and their opposites', async () => {
  const press = (button: string): Promise<Answer> =>
    submit('/opsview/do', { host: 'web01', check: '', do: button });
  await press('DOWN');
  await press('acknowledge');
  expect((await page('/opsview/')).text).toContain('acknowledged: Seen, working on it');
  await press('unacknowledge');
  await press('recover_untold');
  expect(at.sandbox.opsview.state.object('web01', '')).toMatchObject({ state: 'UP', acknowledgement: null });
  expect(at.sent.map((macros) => macros.NAGIOS_NOTIFICATIONTYPE)).not.toContain('RECOVERY');
});

test.each([
  ['an unknown host', { host: 'nope', check: '', do: 'UP' }],
  ['an unknown button', { host: 'web01', check: 'HTTP', do: 'constructor' }],
  ['a state of the other kind', { host: 'web01', check: 'HTTP', do: 'DOWN' }],
])('the Opsview form with %s is 400', async (_name, fields) => {
  expect((await submit('/opsview/do', fields)).status).toBe(400);
});

test('P10 a form from another site is refused and changes nothing', async () => {
  const fields = { host: 'web01', check: 'HTTP', do: 'CRITICAL' };
  for (const headers of [
    {},
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', origin: at.sandbox.url },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    expect((await submit('/opsview/do', fields, headers as Record<string, string>)).status).toBe(403);
    expect(
      (await submit('/freshdesk/reachable', { reachable: 'no' }, headers as Record<string, string>)).status,
    ).toBe(403);
  }
  expect(at.sent).toEqual([]);
  expect(at.sandbox.freshdesk.faults.isOutage()).toBe(false);
  expect((await submit('/opsview/do', fields, { origin: at.sandbox.url })).status).toBe(303);
});

test('P10 untrusted text is escaped on every page and descriptions are sanitised', async () => {
  const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>"'`;
  await at.freshdesk('POST', '/tickets', {
    ...aTicket,
    subject: evil,
    description: `<p>kept</p>${evil}`,
    tags: ['<i>t'],
  });
  await at.freshdesk('POST', '/tickets/1/notes', { body: `${evil}<b>note</b>` });
  at.sandbox.opsview.checks.setState('web01', 'HTTP', 'CRITICAL', evil);
  for (const path of ['/freshdesk/', '/freshdesk/a/tickets/1', '/opsview/']) {
    const { text } = await page(path);
    expect(text).not.toMatch(/<script>|<img|<i>t/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  }
  const { text } = await page('/freshdesk/a/tickets/1');
  expect(text).toContain('<p>kept</p>');
  expect(text).toContain('only agents see this');
});

test('an agent changes only what the form shows as changed', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const at1 = '/freshdesk/a/tickets/1';
  await at.freshdesk('PUT', '/tickets/1', { priority: 1 });
  const stale = {
    was_status: '2',
    status: '6',
    was_priority: '4',
    priority: '4',
    was_group_id: '',
    group_id: '158018300002',
  };
  expect((await submit(`${at1}/properties`, stale)).status).toBe(303);
  expect(await at.json('GET', '/tickets/1')).toMatchObject({
    status: 6,
    priority: 1,
    group_id: 158018300002,
  });
  expect((await page(at1)).text).toContain('<strong>Alex Agent</strong> set status to Waiting on Customer');
});

test('note, reply, the answer of the requester and closing by hand', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const at1 = '/freshdesk/a/tickets/1';
  await submit(`${at1}/note`, { body: 'for agents' });
  await submit(`${at1}/reply`, { body: 'to you' });
  await submit(`${at1}/properties`, { was_status: '', status: '5' });
  expect((await at.json('GET', '/tickets/1')).status).toBe(5);
  await submit(`${at1}/answer`, { body: 'still broken' });
  expect((await at.json('GET', '/tickets/1')).status).toBe(2);
  const talk = await at.json('GET', '/tickets/1/conversations');
  expect(talk.map((one: Json) => [one.body_text, one.private, one.incoming])).toEqual([
    ['for agents', true, false],
    ['to you', false, false],
    ['still broken', false, true],
  ]);
});

test('what Freshdesk refuses is shown on the page, and an unknown ticket or button is 404', async () => {
  await at.freshdesk('POST', '/tickets', aTicket);
  const refused = await submit('/freshdesk/a/tickets/1/properties', { was_status: '2', status: '99' });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('Freshdesk refused:');
  expect((await page('/freshdesk/a/tickets/9')).status).toBe(404);
  expect((await submit('/freshdesk/a/tickets/9/note', { body: 'x' })).status).toBe(404);
  expect((await submit('/freshdesk/a/tickets/1/constructor', {})).status).toBe(404);
});

test('Freshdesk can be made unreachable and brought back from its page, which itself stays', async () => {
  await submit('/freshdesk/reachable', { reachable: 'no' });
  await expect(at.freshdesk('GET', '/agents/me')).rejects.toThrow('fetch failed');
  expect((await page('/freshdesk/')).text).toContain('<strong>unreachable</strong>');
  await submit('/freshdesk/reachable', { reachable: 'yes' });
  expect((await at.freshdesk('GET', '/agents/me')).status).toBe(200);
});
