import { randomBytes, randomUUID } from 'node:crypto';
import express, { type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { keptMessages, linkButton } from './kept-messages.ts';
import type { SandboxMessages } from './sandbox-message.ts';

export type SandboxPushoverOptions = Readonly<{
  clock: Clock;
  token: string;
  users: readonly string[];
  /** Whose telephones are switched off. */
  off?: readonly string[];
}>;

export type PushoverReceipt = {
  readonly receipt: string;
  readonly user: string;
  readonly at: Date;
  readonly expire: number;
  isCancelled: boolean;
};

export type SandboxPushover = SandboxMessages &
  Readonly<{
    faults: Faults;
    receipts(): readonly PushoverReceipt[];
    /** The month's messages are used up until then. */
    useUp(until: Date): void;
  }>;

type Form = Readonly<Record<string, string | undefined>>;
type Refusal = Readonly<Record<string, unknown>> & Readonly<{ errors: readonly string[] }>;

const MESSAGE_MAX = 1_024;
const DELIVERED_AFTER_MS = 1_000;
const charactersOf = (text: string | undefined): number => [...(text ?? '')].length;

function whyNot(form: Form): Refusal | undefined {
  const { message = '', title, priority = '0', retry, expire, url } = form;
  if (message === '') return { message: 'cannot be blank', errors: ['message cannot be blank'] };
  if (charactersOf(message) > MESSAGE_MAX || charactersOf(title) > 250) {
    return { message: 'is too long', errors: ['message is too long'] };
  }
  if (charactersOf(url) > 512) return { url: 'is too long', errors: ['url is too long'] };
  const isLoud = priority === '2';
  if (isLoud && (Number(retry ?? 0) < 30 || !expire || Number(expire) > 10_800)) {
    return { expire: 'must be supplied', errors: ['expire must be supplied with priority=2'] };
  }
  return ['-2', '-1', '0', '1', '2'].includes(priority)
    ? undefined
    : { priority: 'is invalid', errors: ['priority is invalid'] };
}

/** Behaves like Pushover: forms, limits in characters, receipts of emergencies, a month's allowance. */
export function createSandboxPushover(options: SandboxPushoverOptions): SandboxPushover {
  const { clock, token, users, off = [] } = options;
  const faults = createFaults();
  const kept = keptMessages('pushover');
  const receipts: PushoverReceipt[] = [];
  let usedUpUntil: Date | undefined;
  const refuse = (res: Response, status: number, why: Refusal): void =>
    void res.status(status).json({ ...why, status: 0, request: randomUUID() });

  const router = Router();
  router.use(faults.middleware, express.urlencoded({ extended: false, limit: '64kb' }), (req, res, next) => {
    const told = (req.body as Form | undefined)?.token ?? req.query.token;
    if (told === token) return next();
    refuse(res, 400, { token: 'invalid', errors: [`application token ${String(told)} is invalid`] });
  });
  router.get('/apps/limits.json', (_req, res) => {
    res.json({ limit: 10_000, remaining: 9_000, reset: 0, status: 1 });
  });
  router.post('/messages.json', (req, res) => {
    const form = req.body as Form;
    if (usedUpUntil && clock.now() < usedUpUntil) {
      res.set('X-Limit-App-Reset', String(usedUpUntil.getTime() / 1000));
      return refuse(res, 429, { errors: ['application is over its quota'] });
    }
    const { user = '', title, message = '', url, url_title: label } = form;
    if (!users.includes(user))
      return refuse(res, 400, { user: 'invalid', errors: [`user ${user} is invalid`] });
    const why = whyNot(form);
    if (why) return refuse(res, 400, why);
    const request = randomUUID();
    const buttons = url === undefined ? [] : [linkButton(label ?? url, url)];
    kept.add({ id: request, to: user, at: clock.now(), text: [title, message].join('\n'), buttons });
    if (form.priority !== '2') return void res.json({ status: 1, request });
    const receipt = randomBytes(15).toString('hex');
    receipts.push({ receipt, user, at: clock.now(), expire: Number(form.expire), isCancelled: false });
    res.json({ status: 1, request, receipt });
  });
  const receiptOf = (name: string) => receipts.find(({ receipt }) => receipt === name);
  router.get('/receipts/:file', (req, res) => {
    const one = receiptOf(req.params.file.replace(/\.json$/, ''));
    if (!one) return refuse(res, 404, { receipt: 'not found', errors: ['receipt not found'] });
    const ageMs = clock.now().getTime() - one.at.getTime();
    const isThere = ageMs >= DELIVERED_AFTER_MS && !off.includes(one.user);
    const isExpired = one.isCancelled || ageMs >= one.expire * 1000;
    res.json({
      status: 1,
      acknowledged: 0,
      last_delivered_at: isThere ? Math.floor(one.at.getTime() / 1000) + 1 : 0,
      expired: isExpired ? 1 : 0,
    });
  });
  router.post('/receipts/:receipt/cancel.json', (req, res) => {
    const one = receiptOf(req.params.receipt);
    if (!one) return refuse(res, 404, { receipt: 'not found', errors: ['receipt not found'] });
    one.isCancelled = true;
    res.json({ status: 1, request: randomUUID() });
  });

  return {
    name: 'pushover',
    router,
    messages: kept.all,
    faults,
    receipts: () => receipts,
    useUp: (until) => {
      usedUpUntil = until;
    },
  };
}
