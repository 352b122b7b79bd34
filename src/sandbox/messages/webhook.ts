import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { keptMessages, linkButton } from './kept-messages.ts';
import type { SandboxMessages } from './sandbox-message.ts';

export type SandboxWebhookOptions = Readonly<{ clock: Clock; secret: string }>;

export type SandboxWebhook = SandboxMessages &
  Readonly<{
    faults: Faults;
    /** Bodies as they came, each once however often it was sent, oldest first. */
    bodies(): readonly unknown[];
  }>;

const TOLERANCE_SECONDS = 300;

type Body = Readonly<{
  id: string;
  pages: readonly Readonly<{ subject: string; sentence: string; links: Readonly<Record<string, string>> }>[];
}>;

/** Another program that is told by signed JSON: it checks the signature and the time, and knows repetitions by their id. */
export function createSandboxWebhook({ clock, secret }: SandboxWebhookOptions): SandboxWebhook {
  const faults = createFaults();
  const kept = keptMessages('webhook');
  const bodies: unknown[] = [];

  function isVerified(header: string | undefined, body: Buffer): boolean {
    const [, timestamp = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
    const ageSeconds = Math.abs(clock.now().getTime() / 1000 - Number(timestamp));
    if (signature === '' || ageSeconds > TOLERANCE_SECONDS) return false;
    const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
    return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
  }

  const router = Router();
  router.use(faults.middleware, express.raw({ type: 'application/json', limit: '1mb' }));
  router.post('/hook/:name', (req, res) => {
    const raw: unknown = req.body;
    const header = req.headers['x-watchdesk-signature'];
    const isGood = Buffer.isBuffer(raw) && typeof header === 'string' && isVerified(header, raw);
    if (!isGood) return void res.status(401).json({ error: `bad signature at ${req.originalUrl}` });
    const body = JSON.parse(raw.toString('utf8')) as Body;
    if (kept.find(body.id)) return void res.status(200).end();
    bodies.push(body);
    const links = body.pages.flatMap((page) => Object.entries(page.links));
    kept.add({
      id: body.id,
      to: req.params.name,
      at: clock.now(),
      text: body.pages.map(({ subject, sentence }) => `${subject}\n${sentence}`).join('\n\n'),
      buttons: links.map(([label, url]) => linkButton(label, url)),
    });
    res.status(204).end();
  });
  router.use((req, res) => void res.status(404).json({ error: `nothing at ${req.originalUrl}` }));
  return { name: 'webhook', router, messages: kept.all, faults, bodies: () => bodies };
}
