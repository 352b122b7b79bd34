import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adaptiveCard } from '../../../src/connectors/adaptive-card.ts';
import type { Channel } from '../../../src/connectors/channel.ts';
import { chatHtml, createGoogleChatChannel } from '../../../src/connectors/google-chat/google-chat.ts';
import { createTeamsChannel } from '../../../src/connectors/teams/teams.ts';
import { createWebexChannel, webexMarkdown } from '../../../src/connectors/webex/webex.ts';
import type { Page } from '../../../src/model/page.ts';
import {
  createSandboxGoogleChat,
  type SandboxGoogleChat,
} from '../../../src/sandbox/messages/google-chat.ts';
import { createSandboxTeams, type SandboxTeams } from '../../../src/sandbox/messages/teams.ts';
import { createSandboxWebex, type SandboxWebex } from '../../../src/sandbox/messages/webex.ts';
import type { FakeServer } from '../../fakes/http-server.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { aMessage, aPage, expectRefused, START, serve } from './message.ts';

let clock: ManualClock;
let server: FakeServer;
afterEach(() => server.close());

const TEAMS_SIG = 'sig-of-the-workflow-Zm9vYmFy';
const CHAT_TOKEN = 'token-of-the-space-Zm9vYmFy';
const WEBEX_TOKEN = 'webex-bot-token-secret';

/** More than any limit, and everything that markup could trip over. */
const long = (): Page =>
  aPage({
    content: {
      sentence: '*bold* <@all> & `x` '.repeat(1_000),
      facts: Array.from({ length: 40 }, (_, n) => ({ label: `Fact ${n}`, value: 'ü<>'.repeat(500) })),
      history: Array.from({ length: 60 }, (_, n) => ({ at: START, text: `step ${n} ${'z'.repeat(900)}` })),
    },
  });
const many = Array.from({ length: 30 }, (_, n) => ({ ...long(), reference: `WD-${n}` })) as unknown as [
  Page,
  ...Page[],
];

describe('Teams', () => {
  let side: SandboxTeams;
  let teams: Channel;
  beforeEach(async () => {
    clock = manualClock(START);
    side = createSandboxTeams({ clock, workflows: { ops: TEAMS_SIG } });
    const served = await serve(side.router);
    server = served;
    teams = createTeamsChannel({
      clock,
      timeoutMs: 2_000,
      teams: {
        ops: served.base + side.pathOf('ops'),
        wrong: (served.base + side.pathOf('ops')).replace(TEAMS_SIG, 'another-signature-secret'),
        gone: `${served.base}/workflows/very-secret-path/triggers/manual/paths/invoke?sig=${TEAMS_SIG}`,
      },
    });
  });
  const toOps = (changes = {}) => aMessage({ address: 'ops', recipientName: 'Operations', ...changes });

  test('a card with everything that is known, and buttons that open pages', async () => {
    expect(await teams.send(toOps())).toMatchObject({ state: 'delivered' });
    const [card] = side.messages();
    expect(card?.text).toBe(
      'WD-42 Urgent: web01 is DOWN\nYou are on call and nobody has taken it for 15 minutes.\n' +
        'Who is hit: ACME, <b>all</b> sites & shops\nSince: 02:00\nPlease take it.\n21 Nov 03:00 The incident was opened.',
    );
    expect(card?.buttons.map(({ label }) => label)).toEqual(['Take it', 'Watchdesk']);
  });

  test('whatever is in it, it stays below what Teams takes', async () => {
    await teams.send(toOps({ pages: [long()] }));
    await teams.send(toOps({ pages: many, mayBeRepeat: true }));
    expect(side.messages()[1]?.text).toContain('(and 29 more)');
    expect(side.messages()[1]?.text).toContain('already');
  });

  test('refusals: name, address, signature, too many, in words; the address stays secret', async () => {
    const secrets = [TEAMS_SIG, 'another-signature-secret', 'very-secret-path'];
    await expectRefused(
      teams.send(toOps({ address: 'board' })),
      'not_found',
      /add board=https:\/\/… to TEAMS_WEBHOOKS/,
      secrets,
    );
    await expectRefused(teams.send(toOps({ address: 'gone' })), 'not_found', /TEAMS_WEBHOOKS/, secrets);
    await expectRefused(teams.send(toOps({ address: 'wrong' })), 'unauthorised', /TEAMS_WEBHOOKS/, secrets);
    side.tooMany(9);
    const busy = await expectRefused(teams.send(toOps()), 'rate_limited', /./, secrets);
    expect(busy.retryAfterMs).toBe(9_000);
    side.refuseInWords(429);
    await expectRefused(teams.send(toOps()), 'rate_limited', /no more cards/, secrets);
    side.refuseInWords(404);
    await expectRefused(teams.send(toOps()), 'rejected', /with 404/, secrets);
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(teams.send(toOps()), 'outcome_unknown', /./, secrets);
    side.faults.next({ kind: 'html_502' });
    await expectRefused(teams.send(toOps()), 'outcome_unknown', /./, secrets);
    expect(await teams.probe?.()).toMatch(/^Teams: addresses for ops, wrong, gone;/);
  });
});

test('P10 untrusted words stand in text runs alone, as they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (words) => {
      const message = aMessage({ pages: [aPage({ content: { sentence: words, ask: words } })] });
      const card = adaptiveCard(message, words) as {
        body: { type: string; inlines: { type: string; text: string }[] }[];
      };
      expect(new Set(card.body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
      const runs = card.body.flatMap(({ inlines }) => inlines);
      expect(new Set(runs.map(({ type }) => type))).toEqual(new Set(['TextRun']));
      expect(runs.filter(({ text }) => text === words).length).toBeGreaterThanOrEqual(3);
    }),
  );
});

describe('Google Chat', () => {
  let side: SandboxGoogleChat;
  let chat: Channel;
  beforeEach(async () => {
    clock = manualClock(START);
    side = createSandboxGoogleChat({ clock, spaces: { AAA: CHAT_TOKEN } });
    const served = await serve(side.router);
    server = served;
    const ops = served.base + side.pathOf('AAA');
    chat = createGoogleChatChannel({
      clock,
      timeoutMs: 2_000,
      googleChat: {
        ops,
        wrong: ops.replace(CHAT_TOKEN, 'another-token-secret'),
        gone: ops.replace('AAA', 'SECRETSPACE'),
      },
    });
  });
  const toOps = (changes = {}) => aMessage({ address: 'ops', recipientName: 'Operations', ...changes });

  test('a card in the thread of its incident', async () => {
    const { externalId, state } = await chat.send(toOps());
    expect(state).toBe('delivered');
    expect(side.threadOf(externalId)).toBe('WD-42');
    const [card] = side.messages();
    expect(card?.text).toContain('Who is hit: ACME, <b>all</b> sites & shops');
    expect(card?.buttons.map(({ label }) => label)).toEqual(['Take it', 'Watchdesk']);
  });

  test('P2 sent again after a lost answer it is the same card', async () => {
    const message = toOps();
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(chat.send(message), 'outcome_unknown', /./, [CHAT_TOKEN]);
    expect(await chat.find?.(message)).toBeUndefined();
    const { externalId } = await chat.send(message);
    expect(side.messages().map(({ id }) => id)).toEqual([externalId]);
  });

  test('whatever is in it, it stays below what Chat takes', async () => {
    await chat.send(toOps({ pages: [long()] }));
    await chat.send(toOps({ pages: many }));
    expect(side.messages()).toHaveLength(2);
  });

  test('refusals, and the address stays secret', async () => {
    const secrets = [CHAT_TOKEN, 'another-token-secret', 'SECRETSPACE', 'AIzaSyStandIn-Key'];
    await expectRefused(
      chat.send(toOps({ address: 'board' })),
      'not_found',
      /to GOOGLE_CHAT_WEBHOOKS/,
      secrets,
    );
    await expectRefused(
      chat.send(toOps({ address: 'gone' })),
      'not_found',
      /space or its webhook is gone/,
      secrets,
    );
    await expectRefused(
      chat.send(toOps({ address: 'wrong' })),
      'unauthorised',
      /GOOGLE_CHAT_WEBHOOKS/,
      secrets,
    );
    side.tooMany();
    const busy = await expectRefused(chat.send(toOps()), 'rate_limited', /exhausted/, secrets);
    expect(busy.retryAfterMs).toBe(60_000);
  });

  test('P10 no words become a tag', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        const html = chatHtml(words);
        expect(html).not.toMatch(/[<>]|&(?!(lt|gt|amp);)/);
        const back = html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
        expect(back).toBe(words.toWellFormed());
      }),
    );
  });
});

describe('Webex', () => {
  let side: SandboxWebex;
  let webex: Channel;
  beforeEach(async () => {
    clock = manualClock(START);
    side = createSandboxWebex({ clock, token: WEBEX_TOKEN, rooms: ['ROOM1'], unknown: ['gone@example.com'] });
    const served = await serve(side.router);
    server = served;
    webex = createWebexChannel({ webex: { url: served.base, token: WEBEX_TOKEN }, clock, timeoutMs: 2_000 });
  });
  const toDana = (changes = {}) => aMessage({ address: 'dana@example.com', ...changes });

  test('to a person and to a room, as a card', async () => {
    await webex.send(toDana());
    await webex.send(toDana({ address: 'ROOM1' }));
    expect(side.messages().map(({ to }) => to)).toEqual(['dana@example.com', 'ROOM1']);
    expect(side.messages()[0]?.buttons.map(({ label }) => label)).toEqual(['Take it', 'Watchdesk']);
  });

  test('brought up to date instead of repeated', async () => {
    const { externalId } = await webex.send(toDana());
    const news = aPage({ kind: 'status', content: { subject: 'WD-42: Sam has it', links: {} } });
    await webex.update?.(externalId, toDana({ pages: [news] }));
    expect(side.messages()).toMatchObject([
      { isUpdated: true, text: expect.stringMatching(/^WD-42: Sam has it/), buttons: [] },
    ]);
    await expectRefused(
      webex.update?.('gone room', toDana()) ?? Promise.resolve(),
      'not_found',
      /member of the room/,
    );
  });

  test('whatever is in it, it stays below what Webex takes', async () => {
    await webex.send(toDana({ pages: [long()] }));
    await webex.send(toDana({ pages: many }));
    expect(side.messages()).toHaveLength(2);
  });

  test('refusals: address, room, token, too many, lost answer', async () => {
    const secrets = [WEBEX_TOKEN];
    await expectRefused(
      webex.send(toDana({ address: 'gone@example.com' })),
      'not_found',
      /address of the person/,
      secrets,
    );
    await expectRefused(webex.send(toDana({ address: 'ROOM2' })), 'not_found', /./, secrets);
    side.tooMany(11);
    const busy = await expectRefused(webex.send(toDana()), 'rate_limited', /Too Many/, secrets);
    expect(busy.retryAfterMs).toBe(11_000);
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(webex.send(toDana()), 'outcome_unknown', /./, secrets);
    const wrong = createWebexChannel({
      webex: { url: `${server.url}/sandbox/side`, token: 'wrong-secret' },
      clock,
    });
    await expectRefused(wrong.send(toDana()), 'unauthorised', /WEBEX_BOT_TOKEN/, ['wrong-secret']);
    expect(await webex.probe?.()).toBe('Webex knows the token as the bot "Watchdesk".');
  });

  test('P10 no words become markdown, a tag or a mention', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'*_`[]()<>&\\#@a!-+.~|{}') }), (words) => {
        const markdown = webexMarkdown(words);
        expect(markdown).not.toMatch(/[<>]/);
        const plain = markdown.replaceAll(/\\([\s\S])/g, '');
        expect(plain).not.toMatch(/[*_`[\]()#~|]/);
      }),
    );
  });
});
