import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notify } from '../../src/cli/notify.ts';
import { createSandboxChannels } from '../../src/sandbox/messages/sandbox-channels.ts';
import { manualClock } from '../support/manual-clock.ts';
import { policyText } from '../support/policy.ts';

const clock = manualClock();
const folder = mkdtempSync(join(tmpdir(), 'watchdesk-notify-'));
const policyFile = join(folder, 'policy.yaml');
const server = createServer();
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
let stand: Awaited<ReturnType<typeof createSandboxChannels>>;

beforeAll(async () => {
  stand = await createSandboxChannels({ clock, url, watchdeskUrl: url, publicUrl: url });
  server.on('request', express().use(stand.router));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  writeFileSync(
    policyFile,
    policyText({
      people: {
        dana: { name: 'Dana Roth', email: 'dana@acme.example', ntfy: 'dana-1', phone: '+41791234567' },
      },
      rooms: { board: { name: 'Board', channel: 'teams', address: 'nobody-knows-it' } },
    }),
  );
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (options: Partial<Parameters<typeof notify>[0]>, env: Readonly<Record<string, string>> = {}) =>
  notify(
    { telegramChats: false, ...options },
    {
      env: {
        DATA_DIR: folder,
        POLICY_FILE: policyFile,
        SMTP_URL: stand.mailbox.url,
        NTFY_URL: `${url()}/ntfy`,
        TEAMS_WEBHOOKS: `ops=${stand.access().teams.ops}`,
        ...env,
      },
      readFile: () => '',
      clock,
    },
  );

test('each channel of a person is tried; one that is not set up says what to do', async () => {
  const lines = await run({ test: 'dana' });
  expect(lines.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'email: delivered (Dana Roth, dana@acme.example).',
      'ntfy: delivered (Dana Roth, dana-1).',
      'sms: not set up, so Dana Roth is never told by it; docs/messages.md says how.',
    ]),
  );
  expect(stand.mailbox.mails().at(-1)?.parsed.subject).toContain('Test message');
  expect(stand.ntfy.messages().at(-1)?.text).toContain('Test message');
});

test('only the channel that was asked for', async () => {
  const before = stand.mailbox.mails().length;
  expect(await run({ test: 'dana', channel: 'ntfy' })).toEqual([
    { text: 'ntfy: delivered (Dana Roth, dana-1).', isFault: false },
  ]);
  expect(stand.mailbox.mails()).toHaveLength(before);
});

test.each([
  [{ test: 'nobody' }, /^nobody is not in .*; there are dana, room:board\.$/],
  [{ test: 'dana', channel: 'pigeon' }, /^pigeon is no channel; there are email, /],
  [{ test: 'dana', channel: 'slack' }, /^Dana Roth has no address for slack/],
  [{ test: 'room:board' }, /^teams: .*TEAMS_WEBHOOKS/],
  [{ telegramChats: true }, /^TELEGRAM_BOT_TOKEN is not set/],
  [{}, /^Say whom/],
])('%o is a fault that says what to do', async (options, said) => {
  const [line, ...more] = await run(options);
  expect(more).toEqual([]);
  expect(line?.isFault).toBe(true);
  expect(line?.text).toMatch(said);
});

test('P10 settings that are wrong are told, without a secret', async () => {
  const lines = await run({ test: 'dana' }, { SMTP_URL: 'mail.example.com/secret-word' });
  expect(lines.every(({ isFault }) => isFault)).toBe(true);
  expect(JSON.stringify(lines)).not.toContain('secret-word');
});
