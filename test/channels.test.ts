import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChannels } from '../src/channels.ts';
import type { ChannelName } from '../src/model/escalation.ts';
import { uncounted } from '../src/model/metrics.ts';
import type { Page } from '../src/model/page.ts';
import { createSandboxChannels } from '../src/sandbox/messages/sandbox-channels.ts';
import { manualClock } from './support/manual-clock.ts';

const clock = manualClock();
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
let server: Server;
let stand: Awaited<ReturnType<typeof createSandboxChannels>>;
let opened: ReturnType<typeof openChannels>;

beforeAll(async () => {
  stand = await createSandboxChannels({ clock, url, watchdeskUrl: url, publicUrl: url });
  server = createServer(express().use(stand.router));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  opened = openChannels(stand.access(), { clock, metrics: uncounted, timeoutMs: 10_000, publicUrl: url() });
});
afterAll(async () => {
  opened.close();
  server.close();
  server.closeAllConnections();
  await stand.close();
});

const ADDRESSES: Readonly<Record<ChannelName, string>> = {
  email: 'dana@acme.example',
  slack: 'C024BE91L',
  telegram: '700',
  sms: '+41791234567',
  voice: '+41791234567',
  webex: 'dana@acme.example',
  teams: 'ops',
  google_chat: 'ops',
  webhook: 'ops',
  ntfy: 'dana',
  pushover: 'sandboxsandboxsandboxsandboxsa',
};

const aPage = (channel: ChannelName, n: number): Page => ({
  intent: `page:${n}`,
  kind: 'escalation',
  incidentId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  reference: `WD-${n}`,
  recipient: 'dana',
  recipientName: 'Dana Ðürr 😀',
  channel,
  address: ADDRESSES[channel],
  timeZone: 'Europe/Zurich',
  priority: n === 1 ? 'urgent' : 'high',
  content: {
    subject: `WD-${n} High: web-server-with-a-rather-long-name-${n} “Disk /var & /tmp” is <CRITICAL>`,
    sentence: 'Nobody has taken it for 15 min. You are told because you are on call for Platform.',
    facts: [
      { label: 'Who is hit', value: 'Web shop; Acme Retail' },
      { label: 'Since', value: 'Sat 02:00 (Europe/Zurich)' },
    ],
    ask: 'Please take it.',
    history: [],
    links: {
      acknowledge: `https://watchdesk.example.com/ack/${'x'.repeat(120)}${n}`,
      watchdesk: `https://watchdesk.example.com/incidents/${n}`,
    },
    hasState: false,
  },
});

test.each(Object.keys(ADDRESSES) as ChannelName[])(
  'a storm’s 500 pages to one person are one message by %s, the first named in it',
  async (name) => {
    const [first, ...rest] = Array.from({ length: 500 }, (_, index) => aPage(name, index + 1));
    if (!first) throw new Error('There are no pages');
    const sent = await opened.channels[name]?.send({
      id: '11111111-2222-4333-8444-555555555555',
      address: ADDRESSES[name],
      recipientName: 'Dana',
      timeZone: 'Europe/Zurich',
      pages: [first, ...rest],
      mayBeRepeat: false,
      sentAt: clock.now(),
    });
    expect(sent?.externalId).toBeDefined();
    const text =
      name === 'email'
        ? stand.mailbox.mails().at(-1)?.parsed.text
        : stand.all
            .find((one) => one.name === name)
            ?.messages()
            .at(-1)?.text;
    expect(text).toMatch(/WD-1\b|W D 1\b/);
  },
);
