import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import type { SandboxButton, SandboxMessage, SandboxMessages } from './sandbox-message.ts';
import { blocksText, buttonsIn, unescapeSlack } from './slack-blocks.ts';
import { sendSlackPress } from './slack-press.ts';
import { createSlackWorkspace, type SlackArgs, type SlackStored, slackRefusal } from './slack-workspace.ts';

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
}>;

const SCOPES = 'chat:write,im:write,im:history,channels:history,groups:history';
const MEMBER_OF_ROOMS = 'U0SANDBOX1';
const KEPT = 1_000;

/**
 * Behaves like Slack’s Web API (docs.slack.dev/reference/methods) in what Watchdesk uses of it: form bodies, a bearer token,
 * answers with `ok`, limits of Block Kit, threads with broadcasts, metadata, and presses that are signed.
 */
export function createSandboxSlack(options: SandboxSlackOptions): SandboxSlack {
  const faults = createFaults();
  const workspace = createSlackWorkspace({ clock: options.clock, unknown: options.unknown ?? [] });
  let responses: readonly string[] = [];
  let whispers: readonly string[] = [];

  function shown(message: SlackStored): SandboxMessage {
    const member = workspace.memberOf(message.channel);
    const press = async (button: ReturnType<typeof buttonsIn>[number], by?: string): Promise<void> => {
      const response = randomUUID();
      responses = [...responses, response].slice(-KEPT);
      const responseUrl = `${options.url()}/actions/${response}`;
      const user = by ?? member ?? MEMBER_OF_ROOMS;
      await sendSlackPress({ message, button, user, actionTs: workspace.newTs(), responseUrl }, options);
    };
    return {
      id: message.ts,
      channel: 'slack',
      to: member ?? message.channel,
      at: new Date(Number(message.ts) * 1_000),
      text: message.blocks.length > 0 ? blocksText(message.blocks) : unescapeSlack(message.text),
      buttons: buttonsIn(message.blocks).map(
        (button): SandboxButton => ({
          label: unescapeSlack(button.text.text),
          ...(button.url !== undefined && { url: button.url }),
          press: (by) => press(button, by),
        }),
      ),
      isUpdated: message.isUpdated,
    };
  }

  const router = Router();
  router.use('/api', faults.middleware, express.urlencoded({ extended: false, limit: '1mb' }));
  router.post('/api/:method', (req: Request<{ method: string }>, res: Response) => {
    const sent = /^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1];
    res.set('x-oauth-scopes', SCOPES);
    if (sent === undefined) res.json(slackRefusal('not_authed'));
    else if (sent !== options.token) res.json(slackRefusal('invalid_auth'));
    else res.json(workspace.call(req.params.method, (req.body ?? {}) as SlackArgs));
  });
  const json = express.json({ limit: '100kb' });
  router.post('/actions/:id', json, (req: Request<{ id: string }>, res: Response) => {
    if (!responses.includes(req.params.id)) return void res.status(404).json(slackRefusal('used_url'));
    const text = unescapeSlack(String((req.body as { text?: unknown }).text));
    whispers = [...whispers, text].slice(-KEPT);
    res.json({ ok: true });
  });

  return {
    name: 'slack',
    router,
    faults,
    messages: () => workspace.stored().map(shown),
    stored: workspace.stored,
    whispers: () => whispers,
    remove: workspace.remove,
  };
}
