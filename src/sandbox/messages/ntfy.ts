import { randomBytes } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { keptMessages, linkButton } from './kept-messages.ts';
import type { SandboxMessages } from './sandbox-message.ts';

export type SandboxNtfyOptions = Readonly<{
  clock: Clock;
  /** Absent: everybody may publish. */
  token?: string;
  /** Topics that the token may not write to. */
  forbidden?: readonly string[];
}>;

export type NtfyPublished = Readonly<{
  id: string;
  time: number;
  event: 'message';
  topic: string;
  title?: string;
  message: string;
  priority: number;
  tags: readonly string[];
}>;

export type SandboxNtfy = SandboxMessages &
  Readonly<{ faults: Faults; published(): readonly NtfyPublished[]; tooMany(): void }>;

type Action = Readonly<{ action: string; label: string; url: string }>;
type Body = Partial<Omit<NtfyPublished, 'id' | 'time' | 'event'>> &
  Readonly<{ actions?: readonly Action[]; click?: string }>;

const MESSAGE_BYTES_MAX = 4_096;
const ACTIONS_MAX = 3;
const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;

/** Behaves like an ntfy server: publishing as JSON, its cache by `poll`, access by token. */
export function createSandboxNtfy({ clock, token, forbidden = [] }: SandboxNtfyOptions): SandboxNtfy {
  const faults = createFaults();
  const kept = keptMessages('ntfy');
  const published: NtfyPublished[] = [];
  const refuse = (res: Response, http: number, code: number, error: string): void =>
    void res.status(http).json({ code, http, error });

  function whyNot(body: Body): string | undefined {
    if (!TOPIC.test(body.topic ?? '')) return 'invalid request: topic invalid';
    if (Buffer.byteLength(body.message ?? '') > MESSAGE_BYTES_MAX) return 'invalid request: message too long';
    if ((body.actions?.length ?? 0) > ACTIONS_MAX)
      return 'invalid request: actions invalid, only 3 actions allowed';
    const hasBadPriority = ![1, 2, 3, 4, 5].includes(body.priority ?? 3);
    return hasBadPriority ? 'invalid request: priority parameter invalid' : undefined;
  }
  const isKnown = (req: Request): boolean =>
    token === undefined || req.headers.authorization === `Bearer ${token}`;

  const router = Router();
  router.use(faults.middleware, express.json({ limit: '64kb' }));
  router.get('/v1/health', (_req, res) => void res.json({ healthy: true }));
  router.use((req, res, next) => (isKnown(req) ? next() : refuse(res, 401, 40101, 'unauthorized')));
  router.get('/v1/account', (_req, res) => void res.json({ username: 'watchdesk', role: 'user' }));
  router.post('/', (req, res) => {
    const body = req.body as Body;
    const { topic = '', title, message = 'triggered', priority = 3, tags = [], actions = [] } = body;
    const why = whyNot(body);
    if (why !== undefined) return refuse(res, 400, 40024, why);
    if (forbidden.includes(topic)) return refuse(res, 403, 40301, `forbidden: no write access to ${topic}`);
    const id = randomBytes(6).toString('hex');
    const time = Math.floor(clock.now().getTime() / 1000);
    const one: NtfyPublished = {
      id,
      time,
      event: 'message',
      topic,
      message,
      priority,
      tags,
      ...(title && { title }),
    };
    published.push(one);
    const text = [title, message].filter((part) => part !== undefined && part !== '').join('\n');
    const buttons = actions.map(({ label, url }) => linkButton(label, url));
    kept.add({ id, to: topic, at: clock.now(), text, buttons });
    res.json(one);
  });
  router.get('/:topic/json', (req, res) => {
    const since = Number(req.query.since);
    const cached = published.filter(({ topic, time }) => topic === req.params.topic && time >= since);
    res.type('application/x-ndjson').send(cached.map((one) => `${JSON.stringify(one)}\n`).join(''));
  });
  router.use((_req, res) => refuse(res, 404, 40401, 'page not found'));

  return {
    name: 'ntfy',
    router,
    messages: kept.all,
    faults,
    published: () => published,
    tooMany: () =>
      faults.next({
        kind: 'status',
        status: 429,
        body: { code: 42901, http: 429, error: 'limit reached: too many requests' },
      }),
  };
}
