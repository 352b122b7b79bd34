import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readTelegramUpdate } from '../../src/connectors/telegram/read-update.ts';
import { createTelegramBot, type TelegramBot } from '../../src/connectors/telegram/telegram-bot.ts';
import { createTelegramPoll } from '../../src/engine/poll-telegram.ts';
import { recentChats } from '../../src/engine/recent-telegram-chats.ts';
import { createTelegramWebhookLoop } from '../../src/engine/set-telegram-webhook.ts';
import { createSandboxTelegram, type SandboxTelegram } from '../../src/sandbox/messages/telegram.ts';
import { holdLease, releaseLease } from '../../src/store/leases.ts';
import { rememberChat } from '../../src/store/telegram-chats.ts';
import { type FakeServer, startHttpServer } from '../fakes/http-server.ts';
import { databases, openTestDatabase } from '../support/database.ts';
import { MINUTE, manualClock, SECOND } from '../support/manual-clock.ts';

const TOKEN = '123456:token';
const OWN = 'https://desk.example.com/webhooks/telegram';
const dana = { id: 1234, name: 'Dana' };

describe.each(databases)('answers in Telegram, asked for, on %s', (kind) => {
  let place: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: FakeServer;
  let telegram: SandboxTelegram;
  let bot: TelegramBot;
  let clock: ReturnType<typeof manualClock>;
  let taken: string[];
  let warned: string[];
  const store = { isAway: false };

  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(async () => {
    await place.close();
  });
  beforeEach(async () => {
    await place.database.prisma.memo.deleteMany();
    clock = manualClock();
    taken = [];
    warned = [];
    store.isAway = false;
    telegram = createSandboxTelegram({ clock, token: TOKEN });
    server = await startHttpServer(express().use(telegram.router));
    bot = createTelegramBot({ url: server.url, token: TOKEN, clock });
  });
  afterEach(async () => {
    await server.close();
  });

  const poll = (processId = 'one') =>
    createTelegramPoll({
      bot,
      database: place.database,
      clock,
      processId,
      ownWebhookUrl: OWN,
      waitSeconds: 30,
      log: { warn: (message) => void warned.push(message), error: (message) => void warned.push(message) },
      take: async (update) => {
        if (store.isAway) throw new Error('the store is away');
        const news = readTelegramUpdate(update);
        taken.push(news?.kind === 'written' ? news.chat.name : (news?.kind ?? ''));
        return async () => {};
      },
    });
  const write = (name: string) => telegram.write({ ...dana, name }, 'hello');

  test('each is taken once, in order, also by the next process', async () => {
    await write('a');
    await write('b');
    const first = poll();
    await first.drain();
    await first.drain();
    await first.stop();
    await write('c');
    await poll('two').drain();
    expect(taken).toEqual(['a', 'b', 'c']);
  });

  test('P1 what could not be kept comes again', async () => {
    await write('a');
    store.isAway = true;
    await expect(poll().drain()).rejects.toThrow('away');
    store.isAway = false;
    await poll().drain();
    expect(taken).toEqual(['a']);
  });

  test('one process at a time asks; the other takes over when the first is gone', async () => {
    await poll('one').drain();
    await write('a');
    const second = poll('two');
    await second.drain();
    expect(taken).toEqual([]);
    clock.advance(MINUTE);
    await second.drain();
    expect(taken).toEqual(['a']);
  });

  test('a started loop hears at once, and stops in the middle of waiting', async () => {
    const loop = poll();
    loop.start();
    await write('a');
    await vi.waitFor(() => expect(taken).toEqual(['a']), { interval: 5 });
    const before = performance.now();
    await loop.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(warned).toEqual([]);
    await poll('two').drain(); // the place was given back
    expect(
      await holdLease(place.database.prisma, {
        name: 'telegram_poll',
        by: 'three',
        forMs: 1,
        now: clock.now(),
      }),
    ).toBe(false);
  });

  test('an outage is told once and left alone for longer and longer', async () => {
    telegram.faults.next({ kind: 'status', status: 502, times: Number.POSITIVE_INFINITY });
    const loop = poll();
    for (let second = 0; second < 30; second += 1) {
      await loop.drain();
      clock.advance(SECOND);
    }
    expect(warned).toHaveLength(1);
    telegram.faults.clear();
    await write('a');
    clock.advance(MINUTE);
    await loop.drain();
    expect(taken).toEqual(['a']);
  });

  test('429 is obeyed', async () => {
    const body = { ok: false, error_code: 429, description: 'Too Many', parameters: { retry_after: 20 } };
    telegram.faults.next({ kind: 'status', status: 429, body });
    await write('a');
    const loop = poll();
    await loop.drain();
    clock.advance(19 * SECOND);
    await loop.drain();
    expect(taken).toEqual([]);
    clock.advance(2 * SECOND);
    await loop.drain();
    expect(taken).toEqual(['a']);
  });

  test('our own webhook of earlier goes; that of another program stays and is told', async () => {
    await bot.setWebhook({ url: OWN, secret: 'x' });
    await poll().drain();
    expect(await bot.webhookUrl()).toBeUndefined();
    await bot.setWebhook({ url: 'https://other.example.com/hook', secret: 'x' });
    await poll().drain();
    expect(await bot.webhookUrl()).toBe('https://other.example.com/hook');
    expect(warned).toEqual([expect.stringMatching(/has a webhook at other\.example\.com/)]);
  });

  test('the place counts for one bot alone', async () => {
    await write('a');
    await poll().drain();
    telegram = createSandboxTelegram({ clock, token: '777:other' });
    await server.close();
    server = await startHttpServer(express().use(telegram.router));
    bot = createTelegramBot({ url: server.url, token: '777:other', clock });
    await write('b');
    await poll().drain();
    expect(taken).toEqual(['a', 'b']);
  });

  test('chats that wrote are listed, those that wait first, and are still there for the loop', async () => {
    const { prisma } = place.database;
    const at = clock.now();
    await rememberChat(prisma, { id: 1, name: 'Sam\u0000\u001b[31m', at });
    await rememberChat(prisma, { id: 2, name: 'Kim', at });
    await rememberChat(prisma, { id: 1, name: 'Sam', at });
    await write('Dana');
    const chats = await recentChats({ bot, database: place.database, now: at });
    expect(chats.map(({ id, name }) => [id, name])).toEqual([
      [1234, 'Dana'],
      [1, 'Sam'],
      [2, 'Kim'],
    ]);
    await poll().drain();
    expect(taken).toEqual(['Dana']);
    await bot.setWebhook({ url: OWN, secret: 'x' });
    expect(await recentChats({ bot, database: place.database, now: at })).toHaveLength(2);
  });

  test('no more than fifty chats are remembered', async () => {
    for (let id = 1; id <= 55; id += 1)
      await rememberChat(place.database.prisma, { id, name: `n${id}`, at: clock.now() });
    const chats = await recentChats({ bot, database: place.database, now: clock.now() });
    expect([chats.length, chats[0]?.id, chats.at(-1)?.id]).toEqual([50, 55, 6]);
  });

  test('a lease is one process’s until given back or run out, and a clock set back does not keep it for ever', async () => {
    const { prisma } = place.database;
    const ask = (by: string) => holdLease(prisma, { name: 'x', by, forMs: MINUTE, now: clock.now() });
    expect(await Promise.all([ask('one'), ask('one')])).toEqual([true, true]);
    expect(await ask('two')).toBe(false);
    await releaseLease(prisma, { name: 'x', by: 'two' });
    expect(await ask('two')).toBe(false);
    await releaseLease(prisma, { name: 'x', by: 'one' });
    expect(await ask('two')).toBe(true);
    clock.advance(MINUTE);
    expect(await ask('one')).toBe(true);
    clock.advance(-60 * MINUTE);
    expect(await ask('two')).toBe(true);
  });
});

test('Telegram is told once where it calls us, and asked again until it takes it', async () => {
  const clock = manualClock();
  const telegram = createSandboxTelegram({ clock, token: TOKEN });
  const server = await startHttpServer(express().use(telegram.router));
  const bot = createTelegramBot({ url: server.url, token: TOKEN, clock });
  const warned: string[] = [];
  const log = { warn: (message: string) => void warned.push(message), error() {} };
  const loop = createTelegramWebhookLoop({ bot, url: OWN, secret: 'the-secret', clock, log });
  telegram.faults.next({ kind: 'status', status: 502, times: 2 });
  await loop.drain();
  await loop.drain();
  expect(warned).toHaveLength(1);
  clock.advance(MINUTE);
  await loop.drain();
  expect(await bot.webhookUrl()).toBeUndefined();
  clock.advance(MINUTE);
  await loop.drain();
  expect(await bot.webhookUrl()).toBe(OWN);
  await bot.dropWebhook();
  await loop.drain();
  expect(await bot.webhookUrl()).toBeUndefined();
  expect(warned.join()).not.toContain('the-secret');
  await server.close();
});
