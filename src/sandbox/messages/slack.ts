import { createHmac, randomUUID } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import type { SandboxButton, SandboxMessage, SandboxMessages } from './sandbox-message.ts';
import { blocksText, buttonsIn, unescapeSlack, type WireBlock, whyRefused } from './slack-blocks.ts';

/** A message as Slack stores it. `pressedBy` is who sees it in a direct message. */
export type SlackStored = {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly isBroadcast: boolean;
  readonly metadata?: unknown;
  text: string;
  blocks: readonly WireBlock[];
  isUpdated: boolean;
};

export type SandboxSlack = SandboxMessages &
  Readonly<{
    faults: Faults;
    /** As stored, replies in threads too, oldest first. */
    stored(): readonly SlackStored[];
    /** What only whoever pressed a button saw, oldest first. */
    whispers(): readonly string[];
    remove(ts: string): void;
  }>;

export type SandboxSlackOptions = Readonly<{
  clock: Clock;
  token: string;
  /** What a press is signed with, and where it goes. */
  signingSecret: string;
  webhookUrl: string;
  /** Where `router` is mounted: `http://127.0.0.1:8080/sandbox/slack`; its API is below, at /api. */
  url(): string;
  /** Ids that nobody has, members or channels. */
  unknown?: readonly string[];
  /** Of the token; what the real app's scopes are. */
  scopes?: readonly string[];
}>;

const SCOPES = ['chat:write', 'im:write', 'im:history', 'channels:history', 'groups:history'];
const MESSAGES_KEPT = 1_000;
const TEXT_CHARS_MAX = 40_000;
const MEMBER_OF_ROOMS = 'U0SANDBOX1';

type Args = Readonly<Record<string, string>>;
/** Slack’s answers are 200 whatever happened; `ok` tells. */
type Answer = Readonly<{ ok: boolean } & Record<string, unknown>>;
const refused = (error: string, details: readonly string[] = []): Answer => ({
  ok: false,
  error,
  ...(details.length > 0 && { response_metadata: { messages: details } }),
});

/**
 * Behaves like Slack’s Web API (docs.slack.dev/reference/methods) in what Watchdesk uses of it: form bodies, a bearer token,
 * answers with `ok`, limits of Block Kit, threads with broadcasts, metadata, and presses that are signed.
 */
export function createSandboxSlack(options: SandboxSlackOptions): SandboxSlack {
  const { clock, token, unknown = [], scopes = SCOPES } = options;
  const faults = createFaults();
  const directMessages = new Map<string, string>();
  const responses = new Set<string>();
  const whispers: string[] = [];
  let stored: SlackStored[] = [];
  let lastTs = 0;

  /** Seconds with six digits, never the same twice. */
  function newTs(): string {
    lastTs = Math.max(clock.now().getTime() * 1_000, lastTs + 1);
    return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
  }
  const find = (channel: string | undefined, ts: string | undefined) =>
    stored.find((one) => one.channel === channel && one.ts === ts);
  const isChannel = (id: string): boolean =>
    /^[CDG][A-Z0-9]{5,}$/.test(id) &&
    !unknown.includes(id) &&
    (!id.startsWith('D') || [...directMessages.values()].includes(id));

  function contentOf(args: Args): Answer | Readonly<{ text: string; blocks: readonly WireBlock[] }> {
    const text = args.text ?? '';
    if (text.length > TEXT_CHARS_MAX) return refused('msg_too_long');
    let blocks: readonly WireBlock[] = [];
    if (args.blocks !== undefined) {
      const read = JSON.parse(args.blocks) as unknown;
      const why = whyRefused(read);
      if (why !== undefined) return refused('invalid_blocks', [`[ERROR] ${why}`]);
      blocks = read as readonly WireBlock[];
    }
    return text === '' && blocks.length === 0 ? refused('no_text') : { text, blocks };
  }

  const methods: Readonly<Record<string, (args: Args) => Answer>> = {
    'auth.test': () => ({
      ok: true,
      url: 'https://sandbox.slack.example/',
      team: 'Sandbox',
      user: 'watchdesk',
    }),

    'conversations.open': ({ users = '' }) => {
      if (!/^[UW][A-Z0-9]{5,}$/.test(users) || unknown.includes(users)) return refused('user_not_found');
      const id = directMessages.get(users) ?? `D${users.slice(1)}`;
      directMessages.set(users, id);
      return { ok: true, channel: { id } };
    },

    'chat.postMessage': (args) => {
      const channel = args.channel ?? '';
      if (!isChannel(channel)) return refused('channel_not_found');
      const content = contentOf(args);
      if ('ok' in content) return content;
      const threadTs = args.thread_ts;
      if (threadTs !== undefined && !find(channel, threadTs)) return refused('thread_not_found');
      const message: SlackStored = {
        channel,
        ts: newTs(),
        ...content,
        ...(threadTs !== undefined && { threadTs }),
        ...(args.metadata !== undefined && { metadata: JSON.parse(args.metadata) as unknown }),
        isBroadcast: args.reply_broadcast === 'true',
        isUpdated: false,
      };
      stored = [...stored, message].slice(-MESSAGES_KEPT);
      return { ok: true, channel, ts: message.ts, message: wire(message, false) };
    },

    'chat.update': (args) => {
      const message = find(args.channel, args.ts);
      if (!message) return refused('message_not_found');
      const content = contentOf(args);
      if ('ok' in content) return content;
      Object.assign(message, content, { isUpdated: true });
      return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
    },

    'conversations.history': (args) => {
      const channel = args.channel ?? '';
      if (!isChannel(channel)) return refused('channel_not_found');
      const limit = Number(args.limit ?? 100);
      const from = Number(args.cursor ?? 0);
      const all = stored
        .filter((one) => one.channel === channel && (one.threadTs === undefined || one.isBroadcast))
        .filter(({ ts }) => Number(ts) > Number(args.oldest ?? 0))
        .toReversed();
      const next = from + limit < all.length ? String(from + limit) : '';
      const messages = all
        .slice(from, from + limit)
        .map((one) => wire(one, args.include_all_metadata === 'true'));
      return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } };
    },
  };

  async function press(
    message: SlackStored,
    actionId: string,
    value: string | undefined,
    by?: string,
  ): Promise<void> {
    const [owner] = [...directMessages].find(([, id]) => id === message.channel) ?? [MEMBER_OF_ROOMS];
    const user = by ?? owner;
    const response = randomUUID();
    responses.add(response);
    const payload = JSON.stringify({
      type: 'block_actions',
      user: { id: user, username: user.toLowerCase(), name: user.toLowerCase() },
      trigger_id: randomUUID(),
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
      channel: { id: message.channel },
      message: wire(message, true),
      response_url: `${options.url()}/actions/${response}`,
      actions: [
        { type: 'button', action_id: actionId, ...(value !== undefined && { value }), action_ts: newTs() },
      ],
    });
    const body = new URLSearchParams({ payload }).toString();
    const at = String(Math.floor(clock.now().getTime() / 1_000));
    const signature = createHmac('sha256', options.signingSecret).update(`v0:${at}:${body}`).digest('hex');
    const answer = await fetch(options.webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': at,
        'x-slack-signature': `v0=${signature}`,
      },
      body,
    });
    if (!answer.ok) throw new Error(`Slack shows a warning sign: the button was answered ${answer.status}`);
  }

  const shown = (message: SlackStored): SandboxMessage => ({
    id: message.ts,
    channel: 'slack',
    to: [...directMessages].find(([, id]) => id === message.channel)?.[0] ?? message.channel,
    at: new Date(Number(message.ts) * 1_000),
    text: message.blocks.length > 0 ? blocksText(message.blocks) : unescapeSlack(message.text),
    buttons: buttonsIn(message.blocks).map(
      ({ action_id, text, url, value }): SandboxButton => ({
        label: unescapeSlack(text.text),
        ...(url !== undefined && { url }),
        press: (by) => press(message, action_id, value, by),
      }),
    ),
    isUpdated: message.isUpdated,
  });

  const router = Router();
  router.use('/api', faults.middleware, express.urlencoded({ extended: false, limit: '1mb' }));
  router.post('/api/:method', (req: Request<{ method: string }>, res: Response) => {
    const sent = /^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1];
    res.set('x-oauth-scopes', scopes.join(','));
    if (sent === undefined) return void res.json(refused('not_authed'));
    if (sent !== token) return void res.json(refused('invalid_auth'));
    const method = Object.hasOwn(methods, req.params.method) ? methods[req.params.method] : undefined;
    res.json(method ? method(req.body as Args) : refused('unknown_method'));
  });
  router.post(
    '/actions/:id',
    express.json({ limit: '100kb' }),
    (req: Request<{ id: string }>, res: Response) => {
      if (!responses.has(req.params.id)) return void res.status(404).json(refused('used_url'));
      whispers.push(unescapeSlack(String((req.body as { text?: unknown }).text)));
      res.json({ ok: true });
    },
  );

  return {
    name: 'slack',
    router,
    faults,
    messages: () => stored.map(shown),
    stored: () => stored,
    whispers: () => whispers,
    remove: (ts) => {
      stored = stored.filter((one) => one.ts !== ts);
    },
  };
}

const wire = (message: SlackStored, withMetadata: boolean) => ({
  type: 'message',
  ts: message.ts,
  ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
  ...(message.isBroadcast && { subtype: 'thread_broadcast' }),
  text: message.text,
  blocks: message.blocks,
  ...(withMetadata && message.metadata !== undefined && { metadata: message.metadata }),
});
