import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTelegramChannel } from '../../src/connectors/telegram/telegram.ts';
import { createTelegramBot, type TelegramBot } from '../../src/connectors/telegram/telegram-bot.ts';
import { createTelegramUpdates, type TelegramChat } from '../../src/http/telegram-updates.ts';
import { telegramWebhook } from '../../src/http/telegram-webhook.ts';
import { createSandboxTelegram, type SandboxTelegram } from '../../src/sandbox/messages/telegram.ts';
import { aMessage, aPage } from '../connectors/sample-message.ts';
import type { FakeServer } from '../fakes/http-server.ts';
import { pressWorld } from './press-world.ts';

const SECRET = 'the-webhook-secret-of-this-test';
const TOKEN = '123456:token';

let world: ReturnType<typeof pressWorld>;
let server: FakeServer;
let telegram: SandboxTelegram;
let bot: TelegramBot;
let chats: TelegramChat[];

beforeEach(async () => {
  world = pressWorld();
  chats = [];
  telegram = createSandboxTelegram({ clock: world.clock, token: TOKEN });
  const take = createTelegramUpdates({
    ...world.parts,
    answerPress: (id, text) => bot.answerPress(id, text),
    rememberChat: async (chat) => void chats.push(chat),
  });
  const webhook = telegramWebhook({ ...world.parts, webhookSecret: SECRET, take });
  server = await world.serve(webhook, telegram.router);
  bot = createTelegramBot({ url: server.url, token: TOKEN, clock: world.clock });
  await bot.setWebhook({ url: `${server.url}/webhooks/telegram`, secret: SECRET });
});
afterEach(async () => {
  await server.close();
});

async function button(extra: Parameters<typeof world.addPage>[0] = {}, address = '1234') {
  const page = world.addPage(extra);
  const pages = [aPage({ incidentId: page.incidentId })] as const;
  await createTelegramChannel(bot).send(aMessage({ id: page.messageId, address, pages }));
  const found = telegram
    .messages()
    .at(-1)
    ?.buttons.find(({ label }) => label === 'I have it');
  if (!found) throw new Error('The message has no such button.');
  return { page, press: found.press };
}
const told = () => vi.waitFor(() => expect(telegram.alerts()).not.toEqual([]), { interval: 5 });

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/webhooks/telegram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET, ...headers },
    body,
  });
const pressOf = (messageId: string, id = '77') =>
  JSON.stringify({
    update_id: 5,
    callback_query: { id, from: { id: 1234, first_name: 'D' }, data: `a:${messageId}:0` },
  });

describe('a press', () => {
  test('is kept as an acknowledgement of whom the policy knows, and whoever pressed is told', async () => {
    const { page, press } = await button();
    await press();
    expect(world.actions()).toEqual([
      { do: 'acknowledge', incidentId: page.incidentId, by: 'Dana', person: 'dana', via: 'telegram' },
    ]);
    await told();
    expect(telegram.alerts()).toEqual(['Noted: you have WD-42.']);
  });

  test('of somebody in a group whom the policy does not know is kept under their name', async () => {
    const { press } = await button({}, '-100123');
    await press('555');
    expect(world.actions()).toMatchObject([{ by: 'Member 555 (Telegram)' }]);
    expect(world.actions()[0]).not.toHaveProperty('person');
  });

  test('of what was taken is kept, and says so honestly', async () => {
    const { press } = await button({ taken: { by: 'Sam', at: new Date('2026-03-02T01:20:00Z') } });
    await press();
    await told();
    expect(telegram.alerts()).toEqual(['WD-42 was taken by Sam already, at 02:20 (Europe/Zurich).']);
    expect(world.kept).toHaveLength(1);
  });

  test('that cannot be answered is kept all the same', async () => {
    const { press } = await button();
    telegram.faults.next({ kind: 'status', status: 500, match: { pathPattern: /answerCallbackQuery/ } });
    await press();
    expect(world.kept).toHaveLength(1);
    await vi.waitFor(() => expect(world.logged).toHaveLength(1), { interval: 5 });
  });

  test('P2 that Telegram repeats counts once', async () => {
    const { messageId } = world.addPage();
    expect((await post(pressOf(messageId))).status).toBe(200);
    expect((await post(pressOf(messageId))).status).toBe(200);
    expect(world.kept).toHaveLength(1);
  });

  test('on a message that is not known says so', async () => {
    await telegram.write({ id: 1234, name: 'Dana' }, '/start');
    const { press } = await button();
    world.parts.answers.pagesOfMessage = async () => [];
    await press();
    await told();
    expect(telegram.alerts()[0]).toMatch(/knows this message no more/);
    expect(world.kept).toEqual([]);
  });

  test('P1 that cannot be stored comes again', async () => {
    const { press } = await button();
    world.store.isAway = true;
    await expect(press()).rejects.toThrow(/503/);
    world.store.isAway = false;
    await telegram.write({ id: 1234, name: 'Dana' }, 'hello'); // whatever is next, what waits comes first
    expect(world.kept).toHaveLength(1);
  });
});

test('who writes to the bot is remembered, so that the chat’s id can be found', async () => {
  await telegram.write({ id: 4711, name: 'Jo Moss' }, '/start');
  expect(chats).toEqual([{ id: 4711, name: 'Jo Moss', at: world.clock.now() }]);
  expect(world.kept).toEqual([]);
});

test.each(['{}', '[]', '1', 'null', '{"update_id":1,"poll":{}}', '{"callback_query":{"id":7}}'])(
  'what is nothing for us is taken and forgotten: %s',
  async (body) => {
    expect((await post(body)).status).toBe(200);
    expect(world.kept).toEqual([]);
  },
);

describe('P10 the secret', () => {
  test.each([
    ['none', ''],
    ['another', 'guess'],
    ['a beginning of it', SECRET.slice(0, -1)],
    ['more than it', `${SECRET}x`],
  ])('refused with 401: %s', async (_, secret) => {
    const answer = await post(pressOf(world.addPage().messageId), {
      'x-telegram-bot-api-secret-token': secret,
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(SECRET);
    expect(world.kept).toEqual([]);
  });

  test('is not set: 503 that says what happens instead', async () => {
    await server.close();
    const take = async () => async () => {};
    server = await world.serve(telegramWebhook({ ...world.parts, webhookSecret: undefined, take }));
    const answer = await post('{}');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      remedy: expect.stringMatching(/asks Telegram for answers itself/),
    });
  });
});

test.each([
  [400, '{', {}],
  [415, '{}', { 'content-type': 'text/plain' }],
  [413, 'x'.repeat(300_000), {}],
])('%i for what cannot be read', async (status, body, headers) =>
  expect((await post(body, headers)).status).toBe(status),
);
