import { createHmac, randomBytes } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Clock } from '../../model/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import { keptMessages } from './kept-messages.ts';
import type { SandboxMessages } from './sandbox-message.ts';
import { type Heard, readTwiml } from './twilio-twiml.ts';
import { type Sent, type TelephoneState, twilioViews } from './twilio-views.ts';

export type SandboxTwilioOptions = Readonly<{
  clock: Clock;
  accountSid: string;
  authToken: string;
  from: string;
  /** Watchdesk's PUBLIC_URL: there answers and keys go. */
  publicUrl: () => string;
  /** Where Watchdesk really is when PUBLIC_URL is not reachable from here. */
  reachableUrl?: () => string;
}>;

export type SandboxTwilio = Readonly<{
  router: Router;
  sms: SandboxMessages;
  voice: SandboxMessages;
  faults: Faults;
  setTelephone(number: string, state: TelephoneState): void;
  /** Somebody writes a text message to our number; what comes back by text. */
  write(from: string, text: string): Promise<readonly string[]>;
  /** The key is pressed in a call that is answered; what is heard then. */
  press(callSid: string, digit: string): Promise<Heard>;
  /** What was heard in a call so far. */
  heard(callSid: string): readonly string[];
  /** Twilio's answer to too many calls. */
  tooMany(times?: number): void;
}>;

const TWIML_CHARS_MAX = 4_000;
const BODY_CHARS_MAX = 1_600;

type Params = Readonly<Record<string, string | undefined>>;
type Answer = Readonly<{ status: number; body: object }>;
type Fault = Readonly<{ code: number; message: string }>;

const refusal = (status: number, fault: Fault): Answer => ({
  status,
  body: { ...fault, more_info: `https://www.twilio.com/docs/errors/${fault.code}`, status },
});
const GONE = refusal(404, { code: 20404, message: 'The requested resource was not found' });
const answer = (res: Response, { status, body }: Answer): void => void res.status(status).json(body);

const INVALID_NUMBER = { code: 21211, message: "Invalid 'To' Phone Number" };
const NOT_A_NUMBER = /^\+1500555000[19]$/;

/** Behaves like Twilio's interface (2010-04-01) in what Watchdesk uses of it, and like the telephones behind it. */
export function createSandboxTwilio(options: SandboxTwilioOptions): SandboxTwilio {
  const { clock, accountSid, authToken, from } = options;
  const faults = createFaults();
  const sms = keptMessages('sms');
  const voice = keptMessages('voice');
  const telephones = new Map<string, TelephoneState>();
  const sent: Sent[] = [];
  const sidOf = (prefix: string) => `${prefix}${randomBytes(16).toString('hex')}`;
  const stateOf = (to: string): TelephoneState => telephones.get(to) ?? 'reachable';

  const { smsView, callView } = twilioViews({ clock, from, stateOf });

  function createSms(params: Params): Answer {
    const { To: to = '', Body: body = '', From: sender } = params;
    if (!isNumber(to)) return refusal(400, INVALID_NUMBER);
    if (sender !== from) return refusal(400, { code: 21606, message: 'The From number is not yours' });
    if (body === '') return refusal(400, { code: 21602, message: 'Message body is required.' });
    if (body.length > BODY_CHARS_MAX) return refusal(400, { code: 21617, message: 'Body exceeds the limit' });
    if (stateOf(to) === 'stopped') {
      return refusal(400, { code: 21610, message: 'Attempt to send to unsubscribed recipient' });
    }
    const one: Sent = { sid: sidOf('SM'), kind: 'sms', to, text: body, at: clock.now(), said: [] };
    sent.push(one);
    const buttons = [...body.matchAll(/\b(\d{1,2}) (?:to take it|for WD-\d+)/g)].map(([, digit = '']) => ({
      label: `Reply ${digit}`,
      press: async () => void (await write(to, digit)),
    }));
    sms.add({ id: one.sid, to, at: one.at, text: body, buttons });
    return { status: 201, body: smsView(one) };
  }

  function createCall(params: Params): Answer {
    const { To: to = '', Twiml: twiml = '', From: sender } = params;
    if (!isNumber(to)) return refusal(400, { ...INVALID_NUMBER, code: 21217 });
    if (sender !== from) return refusal(400, { code: 21210, message: 'The source number is not verified' });
    if (twiml.length > TWIML_CHARS_MAX) return refusal(400, { code: 21218, message: 'Invalid Twiml' });
    const heard = readTwiml(twiml);
    if (typeof heard === 'string') return refusal(400, { code: 12100, message: heard });
    const { said, gatherUrl } = heard;
    const one: Sent = {
      sid: sidOf('CA'),
      kind: 'voice',
      to,
      text: said.join('\n'),
      at: clock.now(),
      said: [...said],
    };
    if (gatherUrl !== undefined) one.gatherUrl = gatherUrl;
    sent.push(one);
    const keys = gatherUrl === undefined ? [] : ['1', '2'];
    const buttons = keys.map((digit) => ({
      label: `Press ${digit}`,
      press: async () => void (await press(one.sid, digit)),
    }));
    voice.add({ id: one.sid, to, at: one.at, text: one.text, buttons });
    return { status: 201, body: callView(one) };
  }

  /** Twilio calls us: a form, signed over the public address and the sorted parameters. */
  async function callBack(url: string, params: Readonly<Record<string, string>>): Promise<Heard> {
    const whole = { ...params, AccountSid: accountSid, ApiVersion: '2010-04-01' };
    const signed = url + Object.entries(whole).sort(byName).flat().join('');
    const publicUrl = options.publicUrl();
    const answer = await fetch(url.replace(publicUrl, options.reachableUrl?.() ?? publicUrl), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
        'X-Twilio-Signature': createHmac('sha1', authToken).update(signed).digest('base64'),
      },
      body: new URLSearchParams(whole),
    });
    const heard = answer.ok ? readTwiml(await answer.text()) : `HTTP ${answer.status}`;
    if (typeof heard === 'string')
      throw new Error(`Twilio got no TwiML from ${new URL(url).pathname}: ${heard}`);
    return heard;
  }

  async function write(sender: string, text: string): Promise<readonly string[]> {
    const params = { MessageSid: sidOf('SM'), From: sender, To: from, Body: text, NumMedia: '0' };
    return (await callBack(`${options.publicUrl()}/webhooks/twilio/sms`, params)).reply;
  }

  async function press(callSid: string, digit: string): Promise<Heard> {
    const call = sent.find(({ sid }) => sid === callSid);
    if (call?.gatherUrl === undefined) throw new Error('This call waits for no key.');
    const params = { CallSid: callSid, From: from, To: call.to, CallStatus: 'in-progress', Digits: digit };
    const heard = await callBack(call.gatherUrl, params);
    call.said.push(...heard.said);
    return heard;
  }

  const router = Router();
  const account = `/2010-04-01/Accounts/${accountSid}`;
  const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  router.use(faults.middleware, express.urlencoded({ extended: false, limit: '64kb' }), (req, res, next) => {
    if (req.headers.authorization === basic) return next();
    answer(res, refusal(401, { code: 20003, message: 'Authenticate' }));
  });
  router.get(`${account}.json`, (_req, res) => {
    res.json({ sid: accountSid, friendly_name: 'Stand-in', status: 'active' });
  });
  router.post(`${account}/Messages.json`, (req, res) => answer(res, createSms(req.body)));
  router.post(`${account}/Calls.json`, (req, res) => answer(res, createCall(req.body)));
  const listed = (kind: Sent['kind'], req: Request): readonly Sent[] =>
    sent
      .filter((one) => one.kind === kind && (req.query.To === undefined || one.to === req.query.To))
      .toReversed()
      .slice(0, Number(req.query.PageSize ?? 50));
  router.get(`${account}/Messages.json`, (req, res) => {
    res.json({ messages: listed('sms', req).map(smsView) });
  });
  router.get(`${account}/Calls.json`, (req, res) => {
    res.json({ calls: listed('voice', req).map(callView) });
  });
  router.get(`${account}/:kind/:file`, (req, res) => {
    const one = sent.find(({ sid }) => `${sid}.json` === req.params.file);
    if (one) return void res.json(one.kind === 'sms' ? smsView(one) : callView(one));
    answer(res, GONE);
  });
  router.use((_req, res) => answer(res, GONE));

  return {
    router,
    sms: { name: 'sms', router, messages: sms.all },
    voice: { name: 'voice', router, messages: voice.all },
    faults,
    setTelephone: (number, state) => void telephones.set(number, state),
    write,
    press,
    heard: (callSid) => sent.find(({ sid }) => sid === callSid)?.said ?? [],
    tooMany: (times = 1) =>
      faults.next({
        kind: 'status',
        status: 429,
        body: { code: 20429, message: 'Too Many Requests' },
        times,
      }),
  };
}

const isNumber = (to: string): boolean => /^\+[1-9]\d{6,14}$/.test(to) && !NOT_A_NUMBER.test(to);

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);
