import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DESK_FIELD_KEYS, DESK_FIELDS } from '../../src/model/desk-field.ts';
import { createSandboxFreshdesk } from '../../src/sandbox/freshdesk/sandbox-freshdesk.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Answer, answerOf, type Json, sandboxAt } from './support.ts';

let at: Awaited<ReturnType<typeof sandboxAt>>;
beforeEach(async () => {
  at = await sandboxAt('2026-03-02T09:00:00Z', { freshdesk: { isFurnished: true } });
});
afterEach(() => at.sandbox.close());

const page = async (path: string): Promise<Answer> =>
  answerOf(await fetch(`${at.sandbox.url}/sandbox/freshdesk${path}`));
const submit = async (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
): Promise<Answer> =>
  answerOf(
    await fetch(`${at.sandbox.url}/sandbox/freshdesk${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams(fields),
    }),
  );
const MAIL = {
  name: 'Ann Archer',
  email: 'ann@northwind.example',
  subject: 'The shop is down',
  text: 'Nobody can pay.\nPlease help.',
};
const raise = async (changes: Partial<typeof MAIL> = {}): Promise<string> =>
  String((await submit('/raise', { ...MAIL, ...changes })).headers.get('location'));
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const nameOf = (label: string): string =>
  at.sandbox.freshdesk.state.data.customFields.find((field) => field.label === label)?.name ?? '';

describe('a furnished account', () => {
  test('has every field of Watchdesk', async () => {
    const labels = DESK_FIELD_KEYS.map((key) => DESK_FIELDS[key].label);
    const fields: Json = await at.json('GET', '/ticket_fields');
    const custom = fields.filter((field: Json) => !field.default);
    expect(custom.map((field: Json) => field.label)).toEqual(labels);
    expect(custom.find((field: Json) => field.label === 'Fix or workaround')).toMatchObject({
      type: 'custom_dropdown',
      choices: ['Fix', 'Workaround'],
    });
  });

  test('opened again it has them once, and what people changed stays', () => {
    const dir = mkdtempSync(join(tmpdir(), 'watchdesk-sandbox-'));
    const open = () =>
      createSandboxFreshdesk({
        clock: manualClock(),
        isFurnished: true,
        persistPath: join(dir, 'freshdesk.json'),
      });
    const first = open();
    first.customers.raise({ email: 'ann@northwind.example', subject: 's', text: 't' });
    first.close();
    const { data } = open().state;
    expect(data.customFields).toHaveLength(DESK_FIELD_KEYS.length);
    expect(data.companies).toHaveLength(2);
    expect(data.agents.filter(({ email }) => email.endsWith('@sandbox.watchdesk.local'))).toHaveLength(2);
    expect(data.tickets).toHaveLength(1);
    rmSync(dir, { recursive: true });
  });

  test('others start without, as an account does that was not set up', () => {
    const plain = createSandboxFreshdesk({ clock: manualClock() });
    expect(plain.state.data).toMatchObject({ customFields: [], companies: [] });
  });
});

test('a customer raises a ticket, which shows who, from where and for which company', async () => {
  const location = await raise();
  expect(location).toBe('/sandbox/freshdesk/a/tickets/1');
  expect(await at.json('GET', '/tickets/1')).toMatchObject({ subject: MAIL.subject, source: 1, status: 2 });
  const who = 'from Ann Archer (ann@northwind.example, Northwind Retail) by Email';
  expect(textOf((await page('/')).text)).toContain(who);
  const shown = (await page('/a/tickets/1')).text;
  expect(textOf(shown)).toContain(who);
  expect(shown).toContain('Nobody can pay.<br>Please help.');
});

test.each([[{ email: '' }], [{ email: 'nobody' }], [{ subject: ' ' }], [{ text: '' }]])(
  'a mail with %j is not taken',
  async (changes) => {
    expect((await submit('/raise', { ...MAIL, ...changes })).status).toBe(400);
    expect(at.sandbox.freshdesk.state.data.tickets).toEqual([]);
  },
);

test('agents and the customer write, and the mail to the customer stands there with links that can be followed', async () => {
  await raise();
  await submit('/a/tickets/1/note', { body: 'for agents', as: '158018000004' });
  await submit('/a/tickets/1/reply', { body: 'We look\r\ninto it', as: '158018000005' });
  const link = 'http://127.0.0.1:8080/confirm/abc.def';
  await at.freshdesk('POST', '/tickets/1/reply', { body: `<p>Again? <a href="${link}">Yes</a></p>` });
  await submit('/a/tickets/1/answer', { body: 'It is <b>not</b>' });
  const { text } = await page('/a/tickets/1');
  expect(text).toContain(`<a href="${link}"`);
  expect(text).toContain('We look<br>into it');
  expect(text).toContain('It is &lt;b&gt;not&lt;/b&gt;');
  expect(textOf(text)).toMatch(/Private note Priya Nair [^<]*only agents see this for agents/);
  expect(textOf(text)).toMatch(/Reply Lena Vogt .* e-mail to ann@northwind.example We look/);
  expect(textOf(text)).toContain('Answer Ann Archer');
});

test('custom fields: only what the agent changed is changed, each as its type is', async () => {
  await raise();
  const [how, on, missing, text, host] = [
    ...[
      'Restored: confirmed how',
      'Restored: confirmed on',
      'Documentation is missing',
      'Resolution',
      'Opsview host',
    ],
  ].map(nameOf) as [string, string, string, string, string];
  await at.freshdesk('PUT', '/tickets/1', { custom_fields: { [host]: 'web01', [text]: 'a\nb' } });
  const shown = (await page('/a/tickets/1')).text;
  for (const name of [how, on, missing, text, host]) expect(shown).toContain(`name="was_${name}"`);
  const form = { [how]: 'Phone', [on]: '2026-03-01', [missing]: 'true', [text]: 'a\r\nb', [host]: '' };
  const was = { [`was_${how}`]: '', [`was_${on}`]: '', [`was_${text}`]: 'a\nb', [`was_${host}`]: '' };
  expect((await submit('/a/tickets/1/fields', { ...form, ...was, [`was_${missing}`]: '' })).status).toBe(303);
  expect((await at.json('GET', '/tickets/1')).custom_fields).toMatchObject({
    [how]: 'Phone',
    [on]: '2026-03-01',
    [missing]: true,
    [text]: 'a\nb',
    [host]: 'web01',
  });
  const saved = textOf((await page('/a/tickets/1')).text);
  expect(saved).toContain('Restored: confirmed how Phone');
  expect(saved).toContain('Documentation is missing Yes');
  const refused = await submit('/a/tickets/1/fields', { [how]: 'Telepathy', [`was_${how}`]: 'Phone' });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('Freshdesk refused:');
});

test('an address in a field can be followed, and nothing else becomes a link', async () => {
  await raise();
  const [link, host] = [nameOf('Watchdesk link'), nameOf('Opsview host')];
  const custom_fields = { [link]: 'http://127.0.0.1:8080/incidents/1', [host]: 'javascript:alert(1)' };
  await at.freshdesk('PUT', '/tickets/1', { custom_fields });
  const { text } = await page('/a/tickets/1');
  expect(text).toContain('<a href="http://127.0.0.1:8080/incidents/1">');
  expect(text).not.toMatch(/href="javascript/);
});

test('merge, spam and trash, and back', async () => {
  await raise();
  await raise({ subject: 'The same again' });
  await submit('/a/tickets/2/merge', { into: '#1' });
  expect((await at.json('GET', '/tickets/2')).status).toBe(5);
  expect((await page('/a/tickets/2')).text).toContain('href="/sandbox/freshdesk/a/tickets/1"');
  expect((await submit('/a/tickets/2/merge', { into: '99' })).status).toBe(400);
  expect((await submit('/a/tickets/2/merge', { into: 'x' })).status).toBe(400);
  await submit('/a/tickets/1/spam', { is: 'yes' });
  await submit('/a/tickets/2/trash', { is: 'yes' });
  expect(textOf((await page('/')).text)).toContain(
    'In the trash or marked as spam: #1 The shop is down #2 The same again',
  );
  expect((await page('/a/tickets/1')).text).toContain('<span class="tag">spam</span>');
  await submit('/a/tickets/1/spam', { is: 'no' });
  await submit('/a/tickets/2/trash', { is: 'no' });
  expect((await page('/')).text).not.toContain('In the trash');
});

test('parent and child name each other', async () => {
  await raise();
  await raise({ subject: 'The same again' });
  await at.freshdesk('PUT', '/tickets/2', { parent_id: 1 });
  const list = textOf((await page('/')).text);
  expect(list).toContain('· 1 child');
  expect(list).toContain('· child of #1');
  expect(textOf((await page('/a/tickets/1')).text)).toContain('Children #2 The same again Open');
  expect(textOf((await page('/a/tickets/2')).text)).toContain('Child of #1 The shop is down Open');
});

test('P10 forms from another site are refused; names, addresses and texts never become markup', async () => {
  const evil = `<img src=x onerror=alert(1)>"'`;
  await raise({ name: evil, subject: evil, text: evil });
  for (const path of ['/', '/a/tickets/1']) {
    const { text } = await page(path);
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img');
  }
  for (const path of [
    'raise',
    'a/tickets/1/merge',
    'a/tickets/1/spam',
    'a/tickets/1/trash',
    'a/tickets/1/fields',
  ])
    expect((await submit(`/${path}`, MAIL, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(at.sandbox.freshdesk.state.data.tickets).toHaveLength(1);
});
