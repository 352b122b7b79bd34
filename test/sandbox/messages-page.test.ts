import express, { Router } from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesPages } from '../../src/sandbox/messages/messages-page.ts';
import type { SandboxMessage } from '../../src/sandbox/messages/sandbox-message.ts';
import { type FakeServer, startHttpServer } from '../fakes/http-server.ts';

const at = new Date('2026-03-02T01:31:00Z');
let messages: SandboxMessage[];
let pressed: string[];
let server: FakeServer;

const aMessage = (extra: Partial<SandboxMessage> = {}): SandboxMessage => ({
  id: '1772415060.000001',
  channel: 'slack',
  to: 'U0DANA01',
  at,
  text: 'WD-42 Urgent: <web01> is DOWN\nNobody has it.',
  buttons: [
    { label: 'I have it', press: async () => void pressed.push('have') },
    { label: 'Ticket', url: 'https://acme.example.com/7', press: async () => void pressed.push('ticket') },
  ],
  isUpdated: false,
  ...extra,
});

beforeEach(async () => {
  pressed = [];
  messages = [];
  const of = (name: 'slack' | 'sms') => ({
    name,
    router: Router(),
    messages: () => messages.filter(({ channel }) => channel === name),
  });
  const nameOf = (address: string) => (address === 'U0DANA01' ? 'Dana <Ott>' : undefined);
  const pages = messagesPages([of('slack'), of('sms')], nameOf);
  server = await startHttpServer(express().use('/sandbox/messages', pages));
});
afterEach(async () => {
  await server.close();
});

const page = async (query = '') => (await fetch(`${server.url}/sandbox/messages/${query}`)).text();
const press = (
  body: Record<string, string>,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
) =>
  fetch(`${server.url}/sandbox/messages/press`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams(body),
  });
const have = { channel: 'slack', id: '1772415060.000001', button: '0' };

test('before anybody was told the page says how to come to that', async () => {
  expect(await page()).toContain('Nobody was told anything yet.');
});

test('what people got is shown, the newest first, escaped, with links and buttons', async () => {
  messages = [
    aMessage(),
    aMessage({
      id: '2',
      channel: 'sms',
      to: '+41791234567',
      text: 'Later',
      at: new Date(at.getTime() + 1),
      buttons: [],
      isUpdated: true,
    }),
  ];
  const text = await page();
  expect(text.indexOf('Later')).toBeLessThan(text.indexOf('WD-42'));
  expect(text).toContain('WD-42 Urgent: &lt;web01&gt; is DOWN');
  expect(text).toContain(
    '<a href="https://acme.example.com/7" target="_blank" rel="noopener noreferrer">Ticket</a>',
  );
  expect(text).toContain('value="0">I have it</button>');
  expect(text).toContain('brought up to date');
  expect(text).toContain('to <strong>Dana &lt;Ott&gt;</strong> (U0DANA01)');
  expect(text).toContain('to <strong>+41791234567</strong>');
  expect(await page('?channel=sms')).not.toContain('WD-42');
});

test('a button is pressed as the person would, and the page shows the message again', async () => {
  messages = [aMessage()];
  const answer = await press(have);
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    '/sandbox/messages/#slack-1772415060-000001',
  ]);
  expect(pressed).toEqual(['have']);
});

test('a press that Watchdesk does not take is told', async () => {
  messages = [
    aMessage({ buttons: [{ label: 'I have it', press: () => Promise.reject(new Error('answered 503')) }] }),
  ];
  const answer = await press(have);
  expect(answer.status).toBe(502);
  expect(await answer.text()).toContain('answered 503');
});

test.each([
  { ...have, id: 'x' },
  { ...have, button: '9' },
  { ...have, button: '__proto__' },
  { ...have, channel: 'sms' },
])('what is not there is not pressed: %j', async (body) => {
  messages = [aMessage()];
  expect((await press(body)).status).toBe(404);
  expect(pressed).toEqual([]);
});

test('P10 another site cannot press', async () => {
  messages = [aMessage()];
  expect((await press(have, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(pressed).toEqual([]);
});
