import type { Clock } from '../../model/clock.ts';
import { type WireBlock, whyRefused } from './slack-blocks.ts';

/** A message as Slack stores it. */
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

export type SlackArgs = Readonly<Record<string, string>>;
/** Slack’s answers are 200 whatever happened; `ok` tells. */
export type SlackAnswer = Readonly<{ ok: boolean } & Record<string, unknown>>;

export const slackRefusal = (error: string, details: readonly string[] = []): SlackAnswer => ({
  ok: false,
  error,
  ...(details.length > 0 && { response_metadata: { messages: details } }),
});

export type SlackWorkspace = ReturnType<typeof createSlackWorkspace>;

const MESSAGES_KEPT = 1_000;
const TEXT_CHARS_MAX = 40_000;

/** Conversations and messages, and what the methods of the Web API do with them. */
export function createSlackWorkspace({
  clock,
  unknown,
}: Readonly<{ clock: Clock; unknown: readonly string[] }>) {
  const directMessages = new Map<string, string>();
  let stored: readonly SlackStored[] = [];
  let lastTs = 0;

  /** Seconds with six digits, never the same twice. */
  function newTs(): string {
    lastTs = Math.max(clock.now().getTime() * 1_000, lastTs + 1);
    return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
  }
  const find = (channel: string | undefined, ts: string | undefined) =>
    stored.find((one) => one.channel === channel && one.ts === ts);
  const memberOf = (channel: string): string | undefined =>
    [...directMessages].find(([, id]) => id === channel)?.[0];
  const isChannel = (id: string): boolean =>
    /^[CDG][A-Z0-9]{5,}$/.test(id) &&
    !unknown.includes(id) &&
    (!id.startsWith('D') || memberOf(id) !== undefined);

  function open({ users = '' }: SlackArgs): SlackAnswer {
    if (!/^[UW][A-Z0-9]{5,}$/.test(users) || unknown.includes(users)) return slackRefusal('user_not_found');
    const id = directMessages.get(users) ?? `D${users.slice(1)}`;
    directMessages.set(users, id);
    return { ok: true, channel: { id } };
  }

  function post(args: SlackArgs): SlackAnswer {
    const channel = args.channel ?? '';
    if (!isChannel(channel)) return slackRefusal('channel_not_found');
    const content = contentOf(args);
    if ('ok' in content) return content;
    const threadTs = args.thread_ts;
    if (threadTs !== undefined && !find(channel, threadTs)) return slackRefusal('thread_not_found');
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
    return { ok: true, channel, ts: message.ts, message: slackWire(message, false) };
  }

  function update(args: SlackArgs): SlackAnswer {
    const message = find(args.channel, args.ts);
    if (!message) return slackRefusal('message_not_found');
    const content = contentOf(args);
    if ('ok' in content) return content;
    Object.assign(message, content, { isUpdated: true });
    return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
  }

  /** The newest first; replies only where they were shown to all. */
  function history(args: SlackArgs): SlackAnswer {
    const channel = args.channel ?? '';
    if (!isChannel(channel)) return slackRefusal('channel_not_found');
    const limit = Number(args.limit ?? 100);
    const from = Number(args.cursor ?? 0);
    const all = stored
      .filter((one) => one.channel === channel && (one.threadTs === undefined || one.isBroadcast))
      .filter(({ ts }) => Number(ts) > Number(args.oldest ?? 0))
      .toReversed();
    const next = from + limit < all.length ? String(from + limit) : '';
    const messages = all
      .slice(from, from + limit)
      .map((one) => slackWire(one, args.include_all_metadata === 'true'));
    return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } };
  }

  const methods: Readonly<Record<string, (args: SlackArgs) => SlackAnswer>> = {
    'auth.test': () => ({
      ok: true,
      url: 'https://sandbox.slack.example/',
      team: 'Sandbox',
      user: 'watchdesk',
    }),
    'conversations.open': open,
    'chat.postMessage': post,
    'chat.update': update,
    'conversations.history': history,
  };

  return {
    newTs,
    /** Whose direct message it is; undefined for a room. */
    memberOf,
    /** Oldest first, replies in threads too. */
    stored: () => stored,
    remove: (ts: string): void => {
      stored = stored.filter((one) => one.ts !== ts);
    },
    call: (method: string, args: SlackArgs): SlackAnswer =>
      Object.hasOwn(methods, method)
        ? (methods[method]?.(args) ?? slackRefusal('unknown_method'))
        : slackRefusal('unknown_method'),
  };
}

function contentOf(args: SlackArgs): SlackAnswer | Readonly<{ text: string; blocks: readonly WireBlock[] }> {
  const text = args.text ?? '';
  if (text.length > TEXT_CHARS_MAX) return slackRefusal('msg_too_long');
  if (args.blocks === undefined) return text === '' ? slackRefusal('no_text') : { text, blocks: [] };
  const blocks: unknown = JSON.parse(args.blocks);
  const why = whyRefused(blocks);
  if (why !== undefined) return slackRefusal('invalid_blocks', [`[ERROR] ${why}`]);
  return { text, blocks: blocks as readonly WireBlock[] };
}

/** A message as Slack shows it to apps. */
export const slackWire = (message: SlackStored, withMetadata: boolean) => ({
  type: 'message',
  ts: message.ts,
  ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
  ...(message.isBroadcast && { subtype: 'thread_broadcast' }),
  text: message.text,
  blocks: message.blocks,
  ...(withMetadata && message.metadata !== undefined && { metadata: message.metadata }),
});
