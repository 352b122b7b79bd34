import { randomUUID } from 'node:crypto';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSmsChannel } from '../../src/connectors/twilio/sms.ts';
import { createVoiceChannel } from '../../src/connectors/twilio/voice.ts';
import type { AnsweredPage } from '../../src/http/message-answers.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { problemHandler } from '../../src/http/problem.ts';
import { readSmsAnswer } from '../../src/http/sms-answer.ts';
import { twilioSignature } from '../../src/http/twilio-signature.ts';
import { twilioWebhook } from '../../src/http/twilio-webhook.ts';
import type { NewDelivery } from '../../src/model/delivery.ts';
import { createSandboxTwilio, type SandboxTwilio } from '../../src/sandbox/messages/twilio.ts';
import { aMessage, aPage } from '../connectors/messages/message.ts';
import { type FakeServer, startHttpServer } from '../fakes/http-server.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const account = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'token-very-secret', from: '+41445550000' };
const DANA = '+41791234567';
/** Not where the server is: behind a proxy, the signature covers the public address. */
const publicUrl = 'https://wd.example.com/desk';
const MESSAGE = randomUUID();

const answered = (number: number, changes: Partial<AnsweredPage> = {}): AnsweredPage => ({
  incidentId: `incident-${number}`,
  reference: `WD-${number}`,
  recipient: 'dana',
  recipientName: 'Dana Reyes',
  messageId: MESSAGE,
  subject: `WD-${number} Urgent: web0${number % 10} is DOWN`,
  sentence: 'You are on call.',
  ...changes,
});

let clock: ManualClock;
let side: SandboxTwilio;
let server: FakeServer;
let kept: NewDelivery[];
let open: AnsweredPage[];
let inMessage: AnsweredPage[];
let isStoreAway: boolean;
let isDatabaseAway: boolean;

beforeEach(async () => {
  clock = manualClock();
  kept = [];
  open = [answered(42)];
  inMessage = [answered(42)];
  isStoreAway = false;
  isDatabaseAway = false;
  const app = express();
  app.use(
    twilioWebhook({
      keep: async (delivery) => {
        if (isStoreAway) throw new Error('the store is away');
        if (kept.some(({ deliveryId }) => deliveryId === delivery.deliveryId)) return 'duplicate';
        kept.push(delivery);
        return 'kept';
      },
      clock,
      answers: {
        async pagesOfMessage(id) {
          if (isDatabaseAway) throw new Error('the database is away');
          return id === MESSAGE ? inMessage : [];
        },
        async pagesToAddress({ address, channel }) {
          if (isDatabaseAway) throw new Error('the database is away');
          return address === DANA && channel === 'sms' ? open : [];
        },
      },
      authToken: account.authToken,
      publicUrl,
      metrics: createMetrics().metrics,
      log: { error: () => {} },
    }),
  );
  side = createSandboxTwilio({
    clock,
    ...account,
    publicUrl: () => publicUrl,
    reachableUrl: () => server.url,
  });
  app.use('/twilio', side.router);
  app.use(problemHandler({ error: () => {} }));
  server = await startHttpServer(app);
});
afterEach(() => server.close());

const actions = () => kept.map(({ body }) => (JSON.parse(body) as { action: unknown }).action);
const acknowledge = (number: number, via: 'sms' | 'voice') => ({
  do: 'acknowledge',
  incidentId: `incident-${number}`,
  by: 'Dana Reyes',
  person: 'dana',
  via,
});

describe('text messages', () => {
  test.each([
    '1',
    'ok',
    'OK!',
    ' Ack ',
    'WD-42',
    'wd 42',
    'wd42 ok',
    '42',
    'yes',
    'ja',
    'Übernehme',
    'oui',
    "je m'en occupe",
    'sì',
    'sí',
    'ik neem het',
    'I’ve got it'.replace('’ve', ' have'),
  ])('the only open issue is taken by "%s"', async (text) => {
    expect(await side.write(DANA, text)).toEqual(['You have WD-42.']);
    expect(actions()).toEqual([acknowledge(42, 'sms')]);
    expect(kept[0]).toMatchObject({
      source: 'person',
      deliveryId: expect.stringMatching(/^SM[0-9a-f]{32}:0$/),
    });
  });

  test.each([
    'not WD-42',
    'WD-42 is not mine',
    'ok?',
    'no',
    'nein',
    'what?',
    '',
    'still broken',
    'ok but later',
    'WD-42 kann ich nicht',
  ])('nothing is taken by "%s", and it asks back', async (text) => {
    expect(await side.write(DANA, text)).toEqual(['Not understood. Reply WD-42 to take it.']);
    expect(kept).toEqual([]);
  });

  test.each(['STOP', 'unsubscribe', 'Help', 'START'])('"%s" is left to Twilio', async (text) => {
    expect(await side.write(DANA, text)).toEqual([]);
    expect(kept).toEqual([]);
  });

  test('strangers learn nothing, and customers cannot take', async () => {
    expect(await side.write('+41790000000', '1')).toEqual([]);
    open = [answered(42, { recipient: 'customer:acme:0' })];
    expect(await side.write(DANA, '1')).toEqual([]);
    expect(kept).toEqual([]);
  });

  test('several open and no number: it asks which', async () => {
    open = [answered(43), answered(42)];
    inMessage = [answered(42), answered(43)];
    expect(await side.write(DANA, 'ok')).toEqual(['Which one? Reply WD-43 or WD-42 to take one.']);
    expect(await side.write(DANA, 'WD-99')).toEqual([
      'WD-99 is not open among your messages. Reply WD-43 or WD-42 to take one.',
    ]);
    expect(kept).toEqual([]);
  });

  test('digits mean the order in the newest message, references any that is open', async () => {
    open = [answered(43), answered(42), answered(7, { messageId: randomUUID() })];
    inMessage = [answered(42), answered(42, { ladder: 'duty' }), answered(43)];
    expect(await side.write(DANA, '2')).toEqual(['You have WD-43.']);
    expect(await side.write(DANA, 'WD-7')).toEqual(['You have WD-7.']);
    expect(actions()).toEqual([acknowledge(43, 'sms'), acknowledge(7, 'sms')]);
    kept = [];
    expect(await side.write(DANA, '1 and 2')).toEqual(['You have WD-42 and WD-43.']);
    expect(actions()).toEqual([
      acknowledge(42, 'sms'),
      { ...acknowledge(42, 'sms'), ladder: 'duty' },
      acknowledge(43, 'sms'),
    ]);
  });

  test('the store is away: the person is told, nothing is lost without a word', async () => {
    isStoreAway = true;
    expect(await side.write(DANA, '1')).toEqual([expect.stringContaining('could not store')]);
  });

  test('nothing can be looked up: the person is told that too', async () => {
    isDatabaseAway = true;
    expect(await side.write(DANA, '1')).toEqual([expect.stringContaining('could not store')]);
  });

  test('what the channel offers is what the reply means', async () => {
    inMessage = [answered(42), answered(43)];
    open = [answered(42), answered(43)];
    const twilio = { url: `${server.url}/twilio`, ...account };
    const pages = [aPage(), aPage({ reference: 'WD-43' })] as const;
    await createSmsChannel({ twilio, clock }).send(aMessage({ id: MESSAGE, pages }));
    await side.sms
      .messages()[0]
      ?.buttons.find(({ label }) => label === 'Reply 2')
      ?.press();
    expect(actions()).toEqual([acknowledge(43, 'sms')]);
  });
});

describe('keys in a call', () => {
  const call = async () => {
    const twilio = { url: `${server.url}/twilio`, ...account };
    return (await createVoiceChannel({ twilio, publicUrl, clock }).send(aMessage({ id: MESSAGE })))
      .externalId;
  };

  test('1 takes everything the message names', async () => {
    inMessage = [answered(42), answered(43)];
    const heard = await side.press(await call(), '1');
    expect(heard).toMatchObject({ said: ['Thank you. You have W D 42 and W D 43. Goodbye.'], hangsUp: true });
    expect(actions()).toEqual([acknowledge(42, 'voice'), acknowledge(43, 'voice')]);
  });

  test.each(['2', '7'])('%s says it again and takes nothing', async (digit) => {
    const heard = await side.press(await call(), digit);
    expect(
      heard.said.filter((text) => text.includes('W D 42 Urgent: web02 is DOWN. You are on call.')),
    ).toHaveLength(2);
    expect(heard.gatherUrl).toBe(`${publicUrl}/webhooks/twilio/voice/${MESSAGE}`);
    expect(kept).toEqual([]);
  });

  test('pressed twice it counts once', async () => {
    const sid = await call();
    await side.press(sid, '1');
    await side.press(sid, '1');
    expect(kept.map(({ deliveryId }) => deliveryId)).toEqual([`${sid}:1:0`]);
  });

  test('a message that nobody knows any more, and a store that is away', async () => {
    const sid = await call();
    isStoreAway = true;
    expect((await side.press(sid, '1')).said[0]).toContain('could not be stored');
    inMessage = [];
    expect((await side.press(sid, '1')).said).toEqual(['There is nothing to take. Goodbye.']);
  });
});

describe('signature', () => {
  const params = { From: DANA, To: account.from, Body: '1', MessageSid: `SM${'1b'.repeat(16)}` };
  const post = (
    headers: Record<string, string>,
    body: Record<string, string> = params,
    path = '/webhooks/twilio/sms',
  ) => fetch(`${server.url}${path}`, { method: 'POST', headers, body: new URLSearchParams(body) });
  const good = (url = `${publicUrl}/webhooks/twilio/sms`, of: Record<string, string> = params) =>
    twilioSignature(account.authToken, url, Object.entries(of));

  test('Twilio’s own example', () => {
    const example = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+12349013030',
      Digits: '1234',
      From: '+12349013030',
      To: '+18005551212',
    };
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    expect(twilioSignature('12345', url, Object.entries(example))).toBe('0/KCTR6DLpKmkAf8muzZqo1nDgQ=');
  });

  test('a good one is taken, once however often it is sent', async () => {
    for (let times = 0; times < 3; times += 1) {
      open = times === 0 ? [answered(42)] : [answered(7)];
      expect((await post({ 'X-Twilio-Signature': good() })).status).toBe(200);
    }
    expect(actions()).toEqual([acknowledge(42, 'sms')]);
  });

  test.each([
    ['none', {}],
    ['nonsense', { 'X-Twilio-Signature': 'hello' }],
    ['of another address', { 'X-Twilio-Signature': good('http://127.0.0.1/webhooks/twilio/sms') }],
    ['of other words', { 'X-Twilio-Signature': good(undefined, { ...params, Body: '2' }) }],
    ['of another token', { 'X-Twilio-Signature': twilioSignature('x', publicUrl, Object.entries(params)) }],
  ])('refused: %s', async (_, headers) => {
    const answer = await post(headers as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(account.authToken);
    expect(kept).toEqual([]);
  });

  test('one for texts does not press keys, and a SID is needed', async () => {
    const path = `/webhooks/twilio/voice/${MESSAGE}`;
    expect((await post({ 'X-Twilio-Signature': good() }, params, path)).status).toBe(401);
    const { MessageSid: _, ...without } = params;
    expect((await post({ 'X-Twilio-Signature': good(undefined, without) }, without)).status).toBe(400);
    expect((await fetch(`${server.url}/webhooks/twilio/sms`)).status).toBe(405);
  });
});

test.each([
  ['1, 2', { kind: 'take_these', digits: [1, 2], references: [] }],
  ['ok WD-0042 und 3', { kind: 'take_these', digits: [3], references: ['WD-42'] }],
  ['stop it', { kind: 'unclear' }],
  ['and', { kind: 'unclear' }],
])('"%s" is read', (text, meaning) => expect(readSmsAnswer(text)).toEqual(meaning));
