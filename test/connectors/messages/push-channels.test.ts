import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../src/connectors/channel.ts';
import { createNtfyChannel } from '../../../src/connectors/ntfy/ntfy.ts';
import { createPushoverChannel } from '../../../src/connectors/pushover/pushover.ts';
import { createWebhookChannel } from '../../../src/connectors/webhook/webhook.ts';
import type { Page } from '../../../src/model/page.ts';
import { createSandboxNtfy, type SandboxNtfy } from '../../../src/sandbox/messages/ntfy.ts';
import { createSandboxPushover, type SandboxPushover } from '../../../src/sandbox/messages/pushover.ts';
import { createSandboxWebhook, type SandboxWebhook } from '../../../src/sandbox/messages/webhook.ts';
import type { FakeServer } from '../../fakes/http-server.ts';
import { HOUR, type ManualClock, MINUTE, manualClock, SECOND } from '../../support/manual-clock.ts';
import { aMessage, aPage, expectRefused, START, serve } from './message.ts';

let clock: ManualClock;
let server: FakeServer;
afterEach(() => server.close());

const long = (reference = 'WD-42'): Page =>
  aPage({
    reference,
    content: {
      sentence: '🔥é'.repeat(2_000),
      history: Array.from({ length: 60 }, (_, n) => ({ at: START, text: `step ${n} ${'ж'.repeat(900)}` })),
    },
  });
const many = Array.from({ length: 30 }, (_, n) => long(`WD-${n}`)) as unknown as [Page, ...Page[]];

describe('ntfy', () => {
  const TOKEN = 'tk_very_secret_token';
  const TOPIC = 'watchdesk-dana-7f3c9a';
  let side: SandboxNtfy;
  let ntfy: Channel;
  beforeEach(async () => {
    clock = manualClock(START);
    side = createSandboxNtfy({ clock, token: TOKEN, forbidden: ['forbidden-topic'] });
    const served = await serve(side.router);
    server = served;
    ntfy = createNtfyChannel({ ntfy: { url: served.base, token: TOKEN }, clock, timeoutMs: 2_000 });
  });
  const toDana = (changes = {}) => aMessage({ address: TOPIC, ...changes });

  test('loud by priority, with actions', async () => {
    expect(await ntfy.send(toDana())).toMatchObject({ state: 'delivered' });
    await ntfy.send(toDana({ pages: [aPage({ priority: 'low' })] }));
    await ntfy.send(toDana({ pages: [aPage({ kind: 'status' })] }));
    expect(side.published().map(({ priority }) => priority)).toEqual([5, 2, 1]);
    expect(side.published()[0]).toMatchObject({ topic: TOPIC, title: 'WD-42 Urgent: web01 is DOWN' });
    expect(side.messages()[0]?.buttons.map(({ label }) => label)).toEqual(['Take it', 'Watchdesk']);
  });

  test('whatever is in it, it stays a message', async () => {
    await ntfy.send(toDana({ pages: [long()] }));
    await ntfy.send(toDana({ pages: many }));
    expect(side.messages()).toHaveLength(2);
  });

  test('a lost answer: it is found, and nothing else is', async () => {
    const message = toDana();
    expect(await ntfy.find?.(message)).toBeUndefined();
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(ntfy.send(message), 'outcome_unknown', /./, [TOKEN, TOPIC]);
    clock.advance(MINUTE);
    expect(await ntfy.find?.(message)).toEqual({ externalId: side.published()[0]?.id, state: 'delivered' });
    expect(await ntfy.find?.({ ...message, id: randomUUID() })).toBeUndefined();
  });

  test('refusals; neither token nor topic is told', async () => {
    const secrets = [TOKEN, TOPIC, 'forbidden-topic'];
    await expectRefused(
      ntfy.send(toDana({ address: 'forbidden-topic' })),
      'unauthorised',
      /NTFY_TOKEN/,
      secrets,
    );
    await expectRefused(
      ntfy.send(toDana({ address: 'no topic!' })),
      'rejected',
      /topic in the policy/,
      secrets,
    );
    side.tooMany();
    expect(
      (await expectRefused(ntfy.send(toDana()), 'rate_limited', /limit reached/, secrets)).retryAfterMs,
    ).toBe(60_000);
    const wrong = createNtfyChannel({
      ntfy: { url: `${server.url}/sandbox/side`, token: 'tk_wrong_secret' },
      clock,
    });
    await expectRefused(wrong.send(toDana()), 'unauthorised', /NTFY_TOKEN/, ['tk_wrong_secret', TOPIC]);
    const none = createNtfyChannel({ ntfy: { url: `${server.url}/sandbox/side` }, clock });
    expect(await none.probe?.()).toBe('ntfy is well.');
    expect(await ntfy.probe?.()).toBe('ntfy is well and knows the token as that of watchdesk.');
    await expectRefused(wrong.probe?.() ?? Promise.resolve(), 'unauthorised', /./, ['tk_wrong_secret']);
  });
});

describe('Pushover', () => {
  const TOKEN = 'azGDORePK8gMaC0QOYAMyEEuzJnyUi';
  const DANA = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG';
  const OFF = 'uOFFzpo4DXghDmr9QzzfQu27cmVRsG';
  let side: SandboxPushover;
  let pushover: Channel;
  beforeEach(async () => {
    clock = manualClock(START);
    side = createSandboxPushover({ clock, token: TOKEN, users: [DANA, OFF], off: [OFF] });
    const served = await serve(side.router);
    server = served;
    pushover = createPushoverChannel({
      pushover: { url: served.base, token: TOKEN },
      clock,
      timeoutMs: 2_000,
    });
  });
  const toDana = (changes = {}) => aMessage({ address: DANA, ...changes });

  test('urgent is an emergency: accepted, delivered by its receipt, silenced when somebody has it', async () => {
    const { externalId, state } = await pushover.send(toDana());
    expect(state).toBe('accepted');
    expect(await pushover.check?.(externalId)).toEqual({ state: 'accepted' });
    clock.advance(5 * SECOND);
    expect(await pushover.check?.(externalId)).toEqual({ state: 'delivered' });
    await pushover.update?.(externalId, toDana());
    expect(side.receipts()).toMatchObject([{ receipt: externalId, isCancelled: true }]);
  });

  test('a telephone that is off until it expires: failed', async () => {
    const { externalId } = await pushover.send(toDana({ address: OFF }));
    clock.advance(30 * MINUTE);
    expect(await pushover.check?.(externalId)).toEqual({ state: 'accepted' });
    clock.advance(HOUR);
    expect(await pushover.check?.(externalId)).toEqual({
      state: 'failed',
      why: 'the push message reached no device before it expired',
    });
  });

  test('less than urgent has no receipt, and nothing to silence', async () => {
    const { externalId, state } = await pushover.send(toDana({ pages: [aPage({ priority: 'high' })] }));
    expect(state).toBe('delivered');
    await pushover.update?.(externalId, toDana());
    expect(side.receipts()).toEqual([]);
    expect(side.messages()[0]?.buttons.map(({ label }) => label)).toEqual(['Take it']);
  });

  test('whatever is in it, it fits 1,024 characters', async () => {
    await pushover.send(toDana({ pages: [long()] }));
    await pushover.send(toDana({ pages: many }));
    const endless = aPage({
      content: { links: { acknowledge: `https://wd.example.com/${'x'.repeat(600)}` } },
    });
    await pushover.send(toDana({ pages: [endless] }));
    expect(side.messages()).toHaveLength(3);
  });

  test('refusals; neither token nor key is told', async () => {
    const unknown = 'uXXXzpo4DXghDmr9QzzfQu27cmVRsG';
    const secrets = [TOKEN, DANA, unknown];
    await expectRefused(
      pushover.send(toDana({ address: unknown })),
      'not_found',
      /`pushover` of this person/,
      secrets,
    );
    side.useUp(new Date(clock.now().getTime() + 10 * MINUTE));
    const busy = await expectRefused(pushover.send(toDana()), 'rate_limited', /month/, secrets);
    expect(busy.retryAfterMs).toBe(10 * MINUTE);
    clock.advance(HOUR);
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(pushover.send(toDana()), 'outcome_unknown', /./, secrets);
    const wrong = createPushoverChannel({
      pushover: { url: `${server.url}/sandbox/side`, token: 'aWrongRePK8gMaC0QOYAMyEEuzJnyUi' },
      clock,
    });
    await expectRefused(wrong.send(toDana()), 'unauthorised', /PUSHOVER_APP_TOKEN/, [
      'aWrongRePK8gMaC0QOYAMyEEuzJnyUi',
    ]);
    await expectRefused(
      pushover.check?.('r'.repeat(30)) ?? Promise.resolve(),
      'not_found',
      /PUSHOVER_API_URL/,
      secrets,
    );
    expect(await pushover.probe?.()).toBe(
      'Pushover knows the application; 9000 of 10000 messages are left this month.',
    );
  });
});

describe('webhook', () => {
  const SECRET = 'signing-secret-of-ours';
  let side: SandboxWebhook;
  let webhook: Channel;
  beforeEach(async () => {
    clock = manualClock(START);
    side = createSandboxWebhook({ clock, secret: SECRET });
    const served = await serve(side.router);
    server = served;
    webhook = createWebhookChannel({
      clock,
      timeoutMs: 2_000,
      webhook: {
        secret: SECRET,
        addresses: {
          board: `${served.base}/hook/board?key=very-secret-key`,
          gone: `${served.base}/secret-nowhere`,
        },
      },
    });
  });
  const toBoard = (changes = {}) => aMessage({ address: 'board', recipientName: 'Dashboard', ...changes });

  test('everything that is known, signed', async () => {
    const message = toBoard();
    expect(await webhook.send(message)).toEqual({ externalId: message.id, state: 'delivered' });
    const { content, ...page } = message.pages[0];
    expect(side.bodies()).toEqual([
      {
        version: 1,
        id: message.id,
        sent_at: '2026-11-21T02:00:00.000Z',
        pages: [
          {
            kind: 'escalation',
            priority: 'urgent',
            recipient: 'dana',
            recipient_name: 'Dana Reyes',
            incident_id: page.incidentId,
            reference: 'WD-42',
            ladder: 'main',
            rung: 'On call',
            level: 1,
            subject: content.subject,
            sentence: content.sentence,
            facts: content.facts,
            ask: content.ask,
            history: [{ at: '2026-11-21T02:00:00.000Z', text: 'The incident was opened.' }],
            links: content.links,
          },
        ],
      },
    ]);
  });

  test('P2 a repetition hours later is signed anew and known by its id', async () => {
    const message = toBoard();
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(webhook.send(message), 'outcome_unknown', /./, [SECRET, 'very-secret-key']);
    clock.advance(3 * HOUR);
    expect(await webhook.find?.(message)).toBeUndefined();
    await webhook.send(message);
    expect(side.messages()).toHaveLength(1);
  });

  test('a user and password in an address are sent as such, and not told', async () => {
    const address = `${server.url}/sandbox/side/hook/board`.replace('//', '//desk:per%cent-secret@');
    const signed = { secret: 'another-secret-of-ours', addresses: { board: address } };
    const channel = createWebhookChannel({ clock, webhook: signed });
    await expectRefused(channel.send(toBoard()), 'unauthorised', /./, [
      'per%cent-secret',
      btoa('desk:per%cent-secret'),
    ]);
  });

  test('refusals; neither address nor secret is told', async () => {
    const secrets = [SECRET, 'very-secret-key', 'secret-nowhere', 'another-secret-of-ours'];
    await expectRefused(
      webhook.send(toBoard({ address: 'other' })),
      'not_found',
      /to WEBHOOK_ADDRESSES/,
      secrets,
    );
    await expectRefused(
      webhook.send(toBoard({ address: 'gone' })),
      'not_found',
      /WEBHOOK_ADDRESSES/,
      secrets,
    );
    side.faults.next({ kind: 'status', status: 429, headers: { 'Retry-After': '3' } });
    expect((await expectRefused(webhook.send(toBoard()), 'rate_limited', /./, secrets)).retryAfterMs).toBe(
      3_000,
    );
    side.faults.next({ kind: 'status', status: 400, body: { error: 'very-secret-key' } });
    await expectRefused(webhook.send(toBoard()), 'rejected', /docs\/messages\.md/, secrets);
    const wrong = createWebhookChannel({
      clock,
      webhook: {
        secret: 'another-secret-of-ours',
        addresses: { board: `${server.url}/sandbox/side/hook/board?key=very-secret-key` },
      },
    });
    await expectRefused(wrong.send(toBoard()), 'unauthorised', /WEBHOOK_SIGNING_SECRET/, secrets);
  });

  test('nobody listens: certainly not sent, and only the host is named', async () => {
    await server.close();
    await expectRefused(
      webhook.send(toBoard()),
      'not_sent',
      /did not answer "tell Dashboard" at 127\.0\.0\.1/,
      [SECRET, 'very-secret-key'],
    );
    server = await serve(side.router);
  });
});
