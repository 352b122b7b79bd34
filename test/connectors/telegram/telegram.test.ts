import express from 'express';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTelegramChannel } from '../../../src/connectors/telegram/telegram.ts';
import { createTelegramBot } from '../../../src/connectors/telegram/telegram-bot.ts';
import { TELEGRAM_CHARS_MAX, telegramMessage } from '../../../src/connectors/telegram/telegram-text.ts';
import { createSandboxTelegram, type SandboxTelegram } from '../../../src/sandbox/messages/telegram.ts';
import { whyTextRefused } from '../../../src/sandbox/messages/telegram-html.ts';
import { type FakeServer, startHttpServer } from '../../fakes/http-server.ts';
import { everythingIn } from '../../fakes/leaks.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { aContent, aMessage, anyMessage, aPage, NOW } from '../sample-message.ts';

const TOKEN = '123456:the-token_of-this-test';
const BLOCKED_BY = 99;
const UNKNOWN = 404;

let telegram: SandboxTelegram;
let server: FakeServer;
const clock = manualClock(NOW);

beforeEach(async () => {
  telegram = createSandboxTelegram({ clock, token: TOKEN, unknown: [UNKNOWN], blockedBy: [BLOCKED_BY] });
  server = await startHttpServer(express().use(telegram.router));
});
afterEach(async () => {
  await server.close();
});

const botWith = (extra: { token?: string; timeoutMs?: number } = {}) =>
  createTelegramBot({ url: server.url, token: TOKEN, clock, ...extra });
const channelWith = (extra = {}) => createTelegramChannel(botWith(extra));
const toDana = (extra: Parameters<typeof aMessage>[0] = {}) => aMessage({ address: '1234', ...extra });

describe('sending', () => {
  test('all that it says, and buttons', async () => {
    const sent = await channelWith().send(toDana());
    const [message] = telegram.messages();
    expect(sent).toEqual({ externalId: `1234:${message?.id}`, state: 'delivered' });
    expect(message).toMatchObject({ channel: 'telegram', to: '1234', at: NOW, isUpdated: false });
    expect(message?.text).toBe(
      [
        'WD-42 Urgent: web01 is DOWN',
        'Nobody has acknowledged it for 15 minutes.',
        'Take it, or say who does.',
        'Hit: Acme: shop',
        'Since: 02:16 (Europe/Zurich)',
      ].join('\n'),
    );
    expect(message?.buttons.map(({ label, url }) => [label, url])).toEqual([
      ['I have it', undefined],
      ['Ticket', 'https://acme.freshdesk.example.com/a/tickets/7'],
      ['Watchdesk', 'https://desk.example.com/incidents/42'],
    ]);
  });

  test('a link to a name that only this machine knows stands in the text, since Telegram takes no such button', async () => {
    const links = {
      acknowledge: 'http://localhost:8080/ack/x',
      watchdesk: 'http://localhost:8080/incidents/42',
    };
    await channelWith().send(toDana({ pages: [aPage({ content: aContent({ links }) })] }));
    expect(telegram.messages()[0]).toMatchObject({
      text: expect.stringMatching(/\nWatchdesk: http:\/\/localhost:8080\/incidents\/42$/),
      buttons: [{ label: 'I have it' }],
    });
  });

  test('a repeat answers the message before it, and is sent all the same when that was deleted', async () => {
    const channel = channelWith();
    const first = await channel.send(toDana());
    await channel.send(toDana({ earlier: first.externalId }));
    expect(telegram.replyTo(2)).toBe(1);
    telegram.remove(1);
    await channel.send(toDana({ earlier: first.externalId, mayBeRepeat: true }));
    expect(telegram.replyTo(3)).toBeUndefined();
    expect(telegram.messages().at(-1)?.text).toMatch(/may be a repetition/);
  });

  test('groups have negative numbers', async () => {
    expect((await channelWith().send(toDana({ address: '-100123' }))).externalId).toBe('-100123:1');
  });

  test('what is no chat is refused before a call', async () => {
    await expect(channelWith().send(toDana({ address: '@dana' }))).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringMatching(/--telegram-chats/),
    });
  });

  test('what others wrote stays text', async () => {
    const content = aContent({ subject: '</b><a href="https://evil.example">x</a> & y' });
    await channelWith().send(toDana({ pages: [aPage({ content })] }));
    expect(telegram.messages()[0]?.text).toContain(content.subject);
  });

  test('P10 any message at all is within the limits and its tags close', () =>
    fc.assert(
      fc.property(anyMessage, (message) => {
        const { text, reply_markup } = telegramMessage(message);
        expect(whyTextRefused(text)).toBeUndefined();
        expect(text.length).toBeLessThanOrEqual(TELEGRAM_CHARS_MAX);
        expect(text.isWellFormed()).toBe(true);
        const keys = reply_markup.inline_keyboard.flat();
        expect(keys.length).toBeLessThanOrEqual(100);
        for (const key of keys)
          if ('callback_data' in key) expect(Buffer.byteLength(key.callback_data)).toBeLessThanOrEqual(64);
      }),
      { numRuns: 150 },
    ));

  test('the longest message arrives', async () => {
    const long = 'ä<&>'.repeat(5_000);
    const page = aPage({ content: aContent({ subject: long, sentence: long, ask: long }) });
    await channelWith().send(toDana({ pages: [page, ...Array.from({ length: 80 }, () => page)] }));
    expect(telegram.messages()[0]?.text).toMatch(/…$/);
  });
});

describe('bringing up to date', () => {
  const status = toDana({
    pages: [aPage({ kind: 'status', content: aContent({ sentence: 'Dana has it since 02:31.' }) })],
  });

  test('edits the message; nothing asks for anything any more; twice does no harm', async () => {
    const channel = channelWith();
    const { externalId } = await channel.send(toDana());
    await channel.update?.(externalId, status);
    await channel.update?.(externalId, status);
    const [message, ...others] = telegram.messages();
    expect(others).toEqual([]);
    expect(message?.isUpdated).toBe(true);
    expect(message?.text).toContain('Dana has it since 02:31.');
    expect(message?.buttons.map(({ label }) => label)).toEqual(['Ticket', 'Watchdesk']);
  });

  test('a deleted message is not found', async () => {
    await expect(channelWith().update?.('1234:77', status)).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('an id that is none of ours is refused', async () => {
    await expect(channelWith().update?.('C1:1.2', status)).rejects.toMatchObject({ kind: 'rejected' });
  });
});

describe('refusals', () => {
  const failing = async (address = '1234') =>
    channelWith()
      .send(toDana({ address }))
      .catch((error: unknown) => error);

  test.each([
    [String(BLOCKED_BY), 'rejected', /unblock it and press Start/],
    [String(UNKNOWN), 'not_found', /write to the bot/],
  ])('the chat %s: %s with the remedy', async (address, kind, message) => {
    expect(await failing(address)).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test.each([
    [401, 'Unauthorized', 'unauthorised'],
    [404, 'Not Found', 'unauthorised'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'rejected'],
    [400, 'Bad Request: message is too long', 'rejected'],
    [500, 'Internal Server Error', 'outcome_unknown'],
  ])('%i %s is %s', async (status, description, kind) => {
    telegram.faults.next({ kind: 'status', status, body: { ok: false, error_code: status, description } });
    expect(await failing()).toMatchObject({ name: 'ConnectorError', kind, status });
  });

  test('a group that got another id names it', async () => {
    const description = 'Bad Request: group chat was upgraded to a supergroup chat';
    const body = { ok: false, error_code: 400, description, parameters: { migrate_to_chat_id: -100777 } };
    telegram.faults.next({ kind: 'status', status: 400, body });
    expect(await failing('-5')).toMatchObject({
      kind: 'rejected',
      message: expect.stringMatching(/-100777/),
    });
  });

  test.each([
    [
      { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 12 } },
      12_000,
    ],
    [{ ok: false, error_code: 429, description: 'Too Many Requests' }, 30_000],
    [undefined, 30_000],
  ])('429 with %j is waited for by whoever sends', async (body, retryAfterMs) => {
    telegram.faults.next({ kind: 'status', status: 429, body });
    expect(await failing()).toMatchObject({ kind: 'rate_limited', retryAfterMs });
  });

  test.each([
    ['a page of an edge server', { kind: 'html_502' }, 0],
    ['a connection that breaks before', { kind: 'cut_before' }, 0],
    ['a connection that breaks after', { kind: 'cut_after' }, 1],
  ] as const)('%s leaves the outcome unknown', async (_, fault, arrived) => {
    telegram.faults.next(fault);
    expect(await failing()).toMatchObject({ kind: 'outcome_unknown' });
    expect(telegram.messages()).toHaveLength(arrived);
  });

  test('an answer in another shape says where to look', async () => {
    telegram.faults.next({ kind: 'status', status: 200, body: { hello: 'world' } });
    expect(await failing()).toMatchObject({
      kind: 'unexpected_response',
      message: expect.stringMatching(/TELEGRAM_API_URL/),
    });
  });

  test('P10 no error holds the token, which is part of every address', async () => {
    const faults = [
      { kind: 'status', status: 400, body: { ok: false, description: `no ${TOKEN} ${TOKEN.split(':')[1]}` } },
      { kind: 'status', status: 302, headers: { location: `https://evil.example/bot${TOKEN}/getMe` } },
      { kind: 'cut_before' },
      { kind: 'cut_after' },
      { kind: 'html_502' },
      { kind: 'status', status: 200, body: { ok: true, result: { [TOKEN]: TOKEN } } },
    ] as const;
    for (const fault of faults) {
      telegram.faults.next(fault);
      expect(everythingIn(await failing())).not.toContain('the-token_of');
    }
    const { url } = server;
    await server.close();
    const bot = createTelegramBot({ url, token: TOKEN, clock });
    const refused = await createTelegramChannel(bot)
      .send(toDana())
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ kind: 'not_sent' });
    expect(everythingIn(refused)).not.toContain('the-token_of');
    server = await startHttpServer(express());
  });

  test('a token that cannot be one stops the start, without being told', () => {
    const odd = () => createTelegramBot({ url: server.url, token: 'abc/../secret', clock });
    expect(odd).toThrow(/^TELEGRAM_BOT_TOKEN is not a bot token/);
    expect(odd).not.toThrow(/secret/);
  });
});

test('there is no way to look for a message', () => expect(channelWith().find).toBeUndefined());

describe('the probe', () => {
  test('tells who the token belongs to', async () =>
    expect(await channelWith().probe?.()).toBe('Telegram knows the bot as @watchdesk_sandbox_bot.'));

  test('a wrong token is refused with the setting that holds it', async () =>
    await expect(channelWith({ token: '1:wrong' }).probe?.()).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringMatching(/TELEGRAM_BOT_TOKEN/),
    }));
});
