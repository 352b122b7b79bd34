import express from 'express';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSlackChannel } from '../../../src/connectors/slack/slack.ts';
import { slackMessage } from '../../../src/connectors/slack/slack-message.ts';
import { createSandboxSlack, type SandboxSlack } from '../../../src/sandbox/messages/slack.ts';
import { whyRefused } from '../../../src/sandbox/messages/slack-blocks.ts';
import { type FakeServer, startHttpServer } from '../../fakes/http-server.ts';
import { everythingIn } from '../../fakes/leaks.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { aContent, aMessage, anyMessage, aPage, NOW } from '../sample-message.ts';

const TOKEN = 'xoxb-the-token-of-this-test';
const ROOM = 'C0OPS0001';

let slack: SandboxSlack;
let server: FakeServer;
const clock = manualClock(NOW);

beforeEach(async () => {
  slack = createSandboxSlack({
    clock,
    token: TOKEN,
    signingSecret: 'unused',
    webhookUrl: 'http://127.0.0.1:9/',
    url: () => server.url,
    unknown: ['U0NOBODY', 'C0NOWHERE'],
  });
  server = await startHttpServer(express().use(slack.router));
});
afterEach(async () => {
  await server.close();
});

const channelWith = (extra: Partial<Parameters<typeof createSlackChannel>[0]> = {}) =>
  createSlackChannel({ url: `${server.url}/api`, token: TOKEN, clock, hasButtons: true, ...extra });

describe('sending', () => {
  test('a person gets a direct message with all that it says, and buttons', async () => {
    const sent = await channelWith().send(aMessage());
    const [message] = slack.messages();
    expect(sent).toEqual({ externalId: `D0DANA01:${message?.id}`, state: 'delivered' });
    expect(message).toMatchObject({ channel: 'slack', to: 'U0DANA01', at: NOW, isUpdated: false });
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
    expect(slack.stored()[0]?.text).toMatch(/^WD-42 Urgent: web01 is DOWN\nNobody/);
  });

  test('a room is its own address', async () => {
    const sent = await channelWith().send(aMessage({ address: ROOM }));
    expect(sent.externalId).toMatch(/^C0OPS0001:\d+\.\d{6}$/);
  });

  test('without a signing secret “I have it” opens its page', async () => {
    await channelWith({ hasButtons: false }).send(aMessage());
    expect(slack.messages()[0]?.buttons[0]).toMatchObject({
      label: 'I have it',
      url: 'https://desk.example.com/ack/token',
    });
  });

  test('stopping the Director opens a page, since it wants a reason', async () => {
    const links = { stop: 'https://desk.example.com/stop/token' };
    await channelWith().send(
      aMessage({ pages: [aPage({ kind: 'announcement', content: aContent({ links }) })] }),
    );
    expect(slack.messages()[0]?.buttons).toMatchObject([{ label: 'Stop', url: links.stop }]);
  });

  test('many pages are one message, each with its own button', async () => {
    const id = '4a7cbe0e-32a2-4f2a-8a4f-0c9e3d0b1a11';
    const fault = aPage({ kind: 'fault' });
    const { incidentId: _, reference: __, ...about } = fault;
    await channelWith().send(aMessage({ id, pages: [aPage(), about, aPage({ reference: 'WD-43' })] }));
    const values = slack
      .stored()[0]
      ?.blocks.flatMap(({ elements = [] }) =>
        elements.flatMap((one) => ('value' in one && one.value ? [one.value] : [])),
      );
    expect(values).toEqual([`a:${id}:0`, `a:${id}:1`]);
    expect(slack.messages()[0]?.buttons.map(({ label }) => label)).toContain('I have WD-43');
  });

  test('what may be a repetition says so', async () => {
    await channelWith().send(aMessage({ mayBeRepeat: true }));
    expect(slack.messages()[0]?.text).toMatch(/may be a repetition/);
  });

  test('what others wrote stays text', async () => {
    const content = aContent({ subject: '<!channel> & <https://evil.example|click>', sentence: '*_~`<@U1>' });
    await channelWith().send(aMessage({ pages: [aPage({ content })] }));
    expect(slack.messages()[0]?.text).toContain('<!channel> & <https://evil.example|click>');
    expect(JSON.stringify(slack.stored()[0])).not.toContain('<!channel>');
    expect(slack.stored()[0]?.text).not.toMatch(/[<>]/);
  });

  test('P10 any message at all is within the limits and escaped', () =>
    fc.assert(
      fc.property(anyMessage, fc.boolean(), (message, hasButtons) => {
        const { text, blocks } = slackMessage(message, { hasButtons });
        expect(whyRefused(JSON.parse(JSON.stringify(blocks)))).toBeUndefined();
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/[<>\0]/);
        expect(text.length).toBeLessThanOrEqual(3_000);
      }),
      { numRuns: 150 },
    ));

  test('the longest message arrives', async () => {
    const long = 'ä<&>'.repeat(5_000);
    const facts = Array.from({ length: 40 }, () => ({ label: long, value: long }));
    const page = aPage({ content: aContent({ subject: long, sentence: long, ask: long, facts }) });
    await channelWith().send(aMessage({ pages: [page, ...Array.from({ length: 80 }, () => page)] }));
    expect(slack.stored()[0]?.blocks.length).toBeLessThanOrEqual(50);
    expect(slack.messages()[0]?.text).toContain('And 61 more');
  });
});

describe('a repeat', () => {
  test('hangs in the thread of the first and is shown to all, however many there are', async () => {
    const channel = channelWith();
    const first = await channel.send(aMessage());
    const second = await channel.send(aMessage({ earlier: first.externalId }));
    await channel.send(aMessage({ earlier: second.externalId }));
    const [root, ...replies] = slack.stored();
    expect(replies.map(({ threadTs, isBroadcast }) => [threadTs, isBroadcast])).toEqual([
      [root?.ts, true],
      [root?.ts, true],
    ]);
    expect(slack.messages().every(({ isUpdated }) => !isUpdated)).toBe(true);
  });

  test('is a message of its own when the first was deleted', async () => {
    const channel = channelWith();
    const first = await channel.send(aMessage());
    slack.remove(slack.stored()[0]?.ts ?? '');
    await channel.send(aMessage({ earlier: first.externalId }));
    expect(slack.stored()).toMatchObject([{ isBroadcast: false }]);
  });

  test('in another conversation hangs nowhere', async () => {
    const channel = channelWith();
    const { externalId } = await channel.send(aMessage({ address: ROOM }));
    await channel.send(aMessage({ earlier: externalId }));
    expect(slack.stored()[1]?.threadTs).toBeUndefined();
  });
});

describe('bringing up to date', () => {
  const status = aMessage({
    pages: [
      aPage({
        kind: 'status',
        content: aContent({ sentence: 'Dana has it since 02:31.', facts: [], ask: '' }),
      }),
    ],
  });

  test('edits the earlier message and the first of its thread; nothing asks for anything any more', async () => {
    const channel = channelWith();
    const first = await channel.send(aMessage());
    const second = await channel.send(aMessage({ earlier: first.externalId }));
    await channel.update?.(second.externalId, status);
    const messages = slack.messages();
    expect(messages).toHaveLength(2);
    for (const { text, buttons, isUpdated } of messages) {
      expect(isUpdated).toBe(true);
      expect(text).toContain('Dana has it since 02:31.');
      expect(buttons.map(({ label }) => label)).toEqual(['Ticket', 'Watchdesk']);
    }
  });

  test('a deleted message is not found', async () => {
    await expect(channelWith().update?.('C0OPS0001:1.000001', status)).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  test('an id that is none of ours is refused', async () => {
    await expect(channelWith().update?.('12:34', status)).rejects.toMatchObject({ kind: 'rejected' });
  });
});

describe('P2 a message whose outcome is unknown', () => {
  test('is found by its id when it arrived', async () => {
    const channel = channelWith();
    const message = aMessage();
    await channel.send(aMessage());
    slack.faults.next({ kind: 'cut_after', match: { pathPattern: /postMessage/ } });
    await expect(channel.send(message)).rejects.toMatchObject({ kind: 'outcome_unknown' });
    const [, arrived] = slack.stored();
    expect(await channel.find?.(message)).toEqual({
      externalId: `D0DANA01:${arrived?.ts}`,
      state: 'delivered',
    });
  });

  test('is found in a thread, with what it hangs on', async () => {
    const channel = channelWith();
    const first = await channel.send(aMessage());
    const message = aMessage({ earlier: first.externalId });
    const sent = await channel.send(message);
    expect(await channel.find?.(message)).toEqual(sent);
  });

  test('is not found when it did not arrive', async () => {
    const channel = channelWith();
    const message = aMessage();
    slack.faults.next({ kind: 'cut_before', match: { pathPattern: /postMessage/ } });
    await expect(channel.send(message)).rejects.toMatchObject({ kind: 'outcome_unknown' });
    expect(await channel.find?.(message)).toBeUndefined();
  });

  test('is found behind hundreds of others', async () => {
    const channel = channelWith();
    const message = aMessage();
    const sent = await channel.send(message);
    const others = Array.from({ length: 250 }, () => channel.send(aMessage()));
    await Promise.all(others);
    expect(await channel.find?.(message)).toEqual(sent);
  });
});

describe('refusals', () => {
  const failing = async (address = 'U0DANA01') =>
    channelWith()
      .send(aMessage({ address }))
      .catch((error: unknown) => error);

  test.each([
    ['channel_not_found', 'not_found'],
    ['user_not_found', 'not_found'],
    ['invalid_auth', 'unauthorised'],
    ['missing_scope', 'unauthorised'],
    ['is_archived', 'rejected'],
    ['invalid_blocks', 'rejected'],
    ['internal_error', 'outcome_unknown'],
    ['ratelimited', 'rate_limited'],
    ['<html>not Slack</html>', 'unexpected_response'],
  ])('%s is %s', async (word, kind) => {
    slack.faults.next({
      kind: 'status',
      status: 200,
      body: { ok: false, error: word, needed: 'chat:write' },
      match: { pathPattern: /postMessage/ },
    });
    const error = await failing();
    expect(error).toMatchObject({ name: 'ConnectorError', kind });
    expect(String(error)).toMatch(/: .+/);
  });

  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{}, 30_000],
  ])('429 with %j is waited for by whoever sends', async (headers, retryAfterMs) => {
    slack.faults.next({ kind: 'status', status: 429, headers, match: { pathPattern: /postMessage/ } });
    expect(await failing()).toMatchObject({ kind: 'rate_limited', retryAfterMs });
    expect(slack.stored()).toEqual([]);
  });

  test.each([
    ['a 500', { kind: 'status', status: 500 }],
    ['a page of an edge server', { kind: 'html_502' }],
    ['a connection that breaks', { kind: 'cut_after' }],
  ] as const)('%s leaves the outcome unknown, and is tried once', async (_, fault) => {
    slack.faults.next({ ...fault, match: { pathPattern: /postMessage/ } });
    expect(await failing()).toMatchObject({ kind: 'outcome_unknown' });
    expect(slack.stored().length).toBe(fault.kind === 'cut_after' ? 1 : 0);
  });

  test('before the message itself, a lost answer means that it was not sent', async () => {
    slack.faults.next({ kind: 'cut_after', match: { pathPattern: /conversations\.open/ } });
    expect(await failing()).toMatchObject({ kind: 'not_sent' });
  });

  test('nobody has the address', async () => {
    expect(await failing('U0NOBODY')).toMatchObject({
      kind: 'not_found',
      message: expect.stringMatching(/policy/),
    });
    expect(await failing('C0NOWHERE')).toMatchObject({ kind: 'not_found' });
  });

  test('no connection: it was not sent', async () => {
    const { url } = server;
    await server.close();
    const channel = channelWith({ url: `${url}/api` });
    await expect(channel.send(aMessage())).rejects.toMatchObject({ kind: 'not_sent', code: 'ECONNREFUSED' });
    server = await startHttpServer(express());
  });

  test('an answer that does not come in time leaves the outcome unknown', async () => {
    slack.faults.next({ kind: 'slow', ms: 2_000, match: { pathPattern: /postMessage/ } });
    await expect(channelWith({ timeoutMs: 50 }).send(aMessage())).rejects.toMatchObject({
      kind: 'outcome_unknown',
      code: 'ETIMEDOUT',
    });
  });

  test('P10 no error holds the token', async () => {
    const faults = [
      { kind: 'status', status: 500, body: { token: TOKEN } },
      { kind: 'status', status: 200, body: { ok: false, error: TOKEN } },
      {
        kind: 'status',
        status: 200,
        body: { ok: false, error: 'odd', response_metadata: { messages: [TOKEN] } },
      },
      { kind: 'cut_before' },
      { kind: 'html_502' },
    ] as const;
    for (const fault of faults) {
      slack.faults.next({ ...fault, match: { pathPattern: /postMessage/ } });
      expect(everythingIn(await failing())).not.toContain(TOKEN);
    }
  });
});

describe('the probe', () => {
  test('tells who the token belongs to', async () =>
    expect(await channelWith().probe?.()).toBe('Slack knows the app as watchdesk in Sandbox.'));

  test('a wrong token is refused with the setting that holds it', async () =>
    await expect(channelWith({ token: 'xoxb-wrong' }).probe?.()).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringMatching(/SLACK_BOT_TOKEN/),
    }));

  test('a scope that is missing is named', async () => {
    slack.faults.next({
      kind: 'status',
      status: 200,
      headers: { 'x-oauth-scopes': 'chat:write,im:write,im:history,channels:history' },
      body: { ok: true, user: 'watchdesk', team: 'Acme' },
    });
    await expect(channelWith().probe?.()).rejects.toThrow(/lacks the scope groups:history/);
  });
});
