import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSlackChannel } from '../../src/connectors/slack/slack.ts';
import { createWhisper } from '../../src/connectors/slack/whisper.ts';
import { SLACK_BODY_BYTES_MAX, slackWebhook } from '../../src/http/slack-webhook.ts';
import { FAILED_ATTEMPTS_PER_MINUTE_MAX } from '../../src/http/webhook-answers.ts';
import { createSandboxSlack, type SandboxSlack } from '../../src/sandbox/messages/slack.ts';
import { aMessage, aPage } from '../connectors/sample-message.ts';
import type { FakeServer } from '../fakes/http-server.ts';
import { MINUTE } from '../support/manual-clock.ts';
import { pressWorld } from './press-world.ts';

const SECRET = 'the-signing-secret-of-this-test';
const TOKEN = 'xoxb-token';

let world: ReturnType<typeof pressWorld>;
let server: FakeServer;
let slack: SandboxSlack;
let whisper: (url: string, text: string) => Promise<void>;

beforeEach(async () => {
  world = pressWorld();
  whisper = (url, text) => createWhisper(server.url)(url, text);
  slack = createSandboxSlack({
    clock: world.clock,
    token: TOKEN,
    signingSecret: SECRET,
    get webhookUrl() {
      return `${server.url}/webhooks/slack`;
    },
    url: () => server.url,
  });
  const webhook = slackWebhook({
    ...world.parts,
    signingSecret: SECRET,
    whisper: (url, text) => whisper(url, text),
  });
  server = await world.serve(webhook, slack.router);
});
afterEach(async () => {
  await server.close();
});

/** Sends a message about an incident and returns its button “I have it”. */
async function button(extra: Parameters<typeof world.addPage>[0] = {}, address = 'U0DANA01') {
  const channel = createSlackChannel({
    url: `${server.url}/api`,
    token: TOKEN,
    clock: world.clock,
    hasButtons: true,
  });
  const page = world.addPage(extra);
  await channel.send(
    aMessage({ id: page.messageId, address, pages: [aPage({ incidentId: page.incidentId })] }),
  );
  const found = slack
    .messages()
    .at(-1)
    ?.buttons.find(({ label }) => label === 'I have it');
  if (!found) throw new Error('The message has no such button.');
  return { page, press: found.press };
}

const told = () => vi.waitFor(() => expect(slack.whispers()).not.toEqual([]), { interval: 5 });

const payloadOf = (value: string, extra: Record<string, unknown> = {}) => ({
  type: 'block_actions',
  user: { id: 'U0DANA01', name: 'dana.m' },
  actions: [{ type: 'button', action_id: 'acknowledge', action_ts: '1772415060.000001', value }],
  ...extra,
});

type Sent = Readonly<{
  payload?: unknown;
  body?: string;
  at?: Date;
  secret?: string;
  headers?: Record<string, string>;
}>;

function send({
  payload,
  body,
  at = world.clock.now(),
  secret = SECRET,
  headers = {},
}: Sent): Promise<Response> {
  const text = body ?? new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${text}`).digest('hex');
  return fetch(`${server.url}/webhooks/slack`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...headers,
    },
    body: text,
  });
}

describe('a press', () => {
  test('is kept as an acknowledgement of whom the policy knows, and whoever pressed is told', async () => {
    const { page, press } = await button();
    await press();
    expect(world.actions()).toEqual([
      { do: 'acknowledge', incidentId: page.incidentId, by: 'Dana', person: 'dana', via: 'slack' },
    ]);
    expect(world.kept[0]).toMatchObject({ source: 'person', receivedAt: world.clock.now() });
    await told();
    expect(slack.whispers()).toEqual(['Noted: you have WD-42.']);
  });

  test('of somebody whom the policy does not know is kept under their name in Slack', async () => {
    const { press } = await button({}, 'C0OPS0001');
    await press('U0STRANGER');
    const [action] = world.actions();
    expect(action).toMatchObject({ by: 'u0stranger (Slack)', via: 'slack' });
    expect(action).not.toHaveProperty('person');
  });

  test('says for which ladder, where the page asks for it', async () => {
    const { press } = await button({ ladder: 'director' });
    await press();
    expect(world.actions()).toMatchObject([{ ladder: 'director' }]);
  });

  test.each([
    [
      'by somebody else',
      { by: 'Sam', at: new Date('2026-03-02T01:20:00Z') },
      false,
      'WD-42 was taken by Sam already, at 02:20 (Europe/Zurich).',
    ],
    [
      'by the same person',
      { by: 'Dana', at: new Date('2026-03-02T01:20:00Z') },
      false,
      'You have WD-42 already, since 02:20 (Europe/Zurich).',
    ],
    [
      'and resolved',
      { by: 'Sam', at: new Date('2026-03-02T01:20:00Z') },
      true,
      'WD-42 is resolved already; nothing has to be done.',
    ],
  ])('of what was taken %s is kept, and says so honestly', async (_, taken, isOver, text) => {
    const { press } = await button({ taken, ...(isOver && { isOver }) });
    await press();
    await told();
    expect(slack.whispers()).toEqual([text]);
    expect(world.kept).toHaveLength(1);
  });

  test('on the second of several pages means that one', async () => {
    const messageId = world.addPage().messageId;
    const second = world.addPage({ messageId, reference: 'WD-43' });
    await send({ payload: payloadOf(`a:${messageId}:1`) });
    expect(world.actions()).toMatchObject([{ incidentId: second.incidentId }]);
  });

  test('P2 that Slack repeats counts once; two presses count twice', async () => {
    const { messageId } = world.addPage();
    const payload = payloadOf(`a:${messageId}:0`);
    expect([(await send({ payload })).status, (await send({ payload })).status]).toEqual([200, 200]);
    expect(world.kept).toHaveLength(1);
    const { press } = await button();
    await press();
    await press();
    expect(world.kept).toHaveLength(3);
  });

  test('on a message that is not known says so', async () => {
    const { press } = await button({ messageId: '00000000-0000-4000-8000-000000000000' });
    world.parts.answers.pagesOfMessage = async () => [];
    await press();
    await told();
    expect(slack.whispers()[0]).toMatch(/knows this message no more/);
    expect(world.kept).toEqual([]);
  });

  test('that cannot be answered is kept all the same', async () => {
    const { press } = await button();
    whisper = () => Promise.reject(new Error('away'));
    await press();
    expect(world.kept).toHaveLength(1);
    await vi.waitFor(() => expect(world.logged).toHaveLength(1), { interval: 5 });
  });

  test('P1 is answered only after it was stored', async () => {
    const { press } = await button();
    const asked = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<'kept'>();
    world.parts.keep = () => {
      asked.resolve();
      return stored.promise;
    };
    await server.close();
    server = await world.serve(
      slackWebhook({ ...world.parts, signingSecret: SECRET, whisper }),
      slack.router,
    );
    let isAnswered = false;
    const pressed = press().then(() => {
      isAnswered = true;
    });
    await asked.promise;
    await fetch(`${server.url}/nowhere`); // the server had every chance to answer too early
    expect(isAnswered).toBe(false);
    stored.resolve('kept');
    await pressed;
  });

  test('P1 that cannot be stored is refused, without the reason of the store', async () => {
    const { press } = await button();
    world.store.isAway = true;
    await expect(press()).rejects.toThrow(/503/);
    const answer = await send({ payload: payloadOf(`a:${world.addPage().messageId}:0`) });
    expect(await answer.text()).not.toContain('hunter2');
    expect(world.logged).toHaveLength(1);
  });
});

describe('what is no answer of ours is answered and forgotten', () => {
  test.each([
    ['a link that was opened', { payload: payloadOf('', { actions: [{ action_id: 'ticket' }] }) }],
    ['a button of another app', { payload: payloadOf('a:1:0') }],
    [
      'a button of another name',
      {
        payload: payloadOf('', {
          actions: [{ action_id: 'buy', value: 'a:4a7cbe0e-32a2-4f2a-8a4f-0c9e3d0b1a11:0' }],
        }),
      },
    ],
    ['a form', { payload: { type: 'view_submission', user: { id: 'U1' } } }],
    ['no payload', { body: 'ssl_check=1' }],
  ])('%s', async (_, sent) => {
    expect((await send(sent)).status).toBe(200);
    expect(world.kept).toEqual([]);
  });
});

describe('P10 the signature', () => {
  const good = () => ({ payload: payloadOf(`a:${world.addPage().messageId}:0`) });

  test('of another secret is refused, and names the setting', async () => {
    const answer = await send({ ...good(), secret: 'another' });
    expect(answer.status).toBe(401);
    const text = await answer.text();
    expect(text).toContain('SLACK_SIGNING_SECRET');
    expect(text).not.toContain(SECRET);
    expect(world.kept).toEqual([]);
    expect(world.refused).toEqual([401]);
  });

  test.each([
    ['none', { 'x-slack-signature': '' }],
    ['of another version', { 'x-slack-signature': `v1=${'0'.repeat(64)}` }],
    ['too short', { 'x-slack-signature': 'v0=00' }],
    ['of another body', { 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
    ['without a time', { 'x-slack-request-timestamp': '' }],
    ['with another time', { 'x-slack-request-timestamp': '1772415061' }],
    ['with an odd time', { 'x-slack-request-timestamp': '1e9' }],
  ])('%s is refused', async (_, headers) => {
    expect((await send({ ...good(), headers })).status).toBe(401);
    expect(world.kept).toEqual([]);
  });

  test('counts for five minutes, also of a request that somebody recorded', async () => {
    const recorded = { ...good(), at: world.clock.now() };
    world.clock.advance(5 * MINUTE);
    expect((await send(recorded)).status).toBe(200);
    world.clock.advance(1_000);
    const answer = await send(recorded);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringMatching(/^The signature was made 301 s in the past/),
    });
    expect(world.kept).toHaveLength(1);
  });

  test('from the future is refused too', async () => {
    const at = new Date(world.clock.now().getTime() + 6 * MINUTE);
    expect((await send({ ...good(), at })).status).toBe(401);
  });

  test('that keeps failing is answered 429, while good ones are taken', async () => {
    const statuses: number[] = [];
    for (let i = 0; i <= FAILED_ATTEMPTS_PER_MINUTE_MAX; i += 1)
      statuses.push((await send({ ...good(), secret: 'guess' })).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await send(good())).status).toBe(200);
  });
});

describe('what cannot be read', () => {
  test('another content type is 415', async () =>
    expect((await send({ body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(415));
  test('a payload that is not JSON is 400', async () =>
    expect((await send({ body: 'payload=%7B' })).status).toBe(400));
  test('more than any message is 413', async () =>
    expect((await send({ body: 'x'.repeat(SLACK_BODY_BYTES_MAX + 1) })).status).toBe(413));
  test('another method is 405', async () =>
    expect((await fetch(`${server.url}/webhooks/slack`)).status).toBe(405));
});

test('without a signing secret buttons are off, and that is said', async () => {
  await server.close();
  server = await world.serve(slackWebhook({ ...world.parts, signingSecret: undefined, whisper }));
  const answer = await send({ payload: payloadOf('') });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    detail: expect.stringMatching(/^SLACK_SIGNING_SECRET is not set/),
  });
});

test('P10 an answer goes to Slack alone', async () => {
  const whisperTo = createWhisper('https://slack.com/api');
  for (const url of [
    'https://evil.example/x',
    'http://hooks.slack.com/x',
    'https://slack.com.evil.example/',
    'x',
  ])
    await expect(whisperTo(url, 'Noted')).rejects.toMatchObject({ kind: 'rejected' });
});
