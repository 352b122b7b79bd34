import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../src/connectors/channel.ts';
import { createSmsChannel } from '../../../src/connectors/twilio/sms.ts';
import { createVoiceChannel } from '../../../src/connectors/twilio/voice.ts';
import { createSandboxTwilio, type SandboxTwilio } from '../../../src/sandbox/messages/twilio.ts';
import type { FakeServer } from '../../fakes/http-server.ts';
import { type ManualClock, MINUTE, manualClock, SECOND } from '../../support/manual-clock.ts';
import { aMessage, aPage, expectRefused, START, serve } from '../messages/message.ts';

const account = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'token-very-secret', from: '+41445550000' };
const publicUrl = 'https://wd.example.com';
const basic = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
const SECRETS = [account.authToken, basic];
const DANA = '+41791234567';

let clock: ManualClock;
let side: SandboxTwilio;
let server: FakeServer;
let sms: Channel;
let voice: Channel;

beforeEach(async () => {
  clock = manualClock(START);
  side = createSandboxTwilio({ clock, ...account, publicUrl: () => publicUrl });
  const served = await serve(side.router);
  server = served;
  const twilio = { url: served.base, ...account };
  sms = createSmsChannel({ twilio, clock, timeoutMs: 2_000 });
  voice = createVoiceChannel({ twilio, clock, publicUrl, timeoutMs: 2_000 });
});
afterEach(() => server.close());

describe.each(['sms', 'voice'] as const)('%s', (kind) => {
  const channel = () => (kind === 'sms' ? sms : voice);
  const got = () => side[kind].messages();

  test('is accepted, then delivered', async () => {
    const { externalId, state } = await channel().send(aMessage());
    expect(state).toBe('accepted');
    expect(got()).toMatchObject([{ to: DANA, text: expect.stringContaining('Urgent: web01 is DOWN') }]);
    expect(await channel().check?.(externalId)).toEqual({ state: 'accepted' });
    clock.advance(5 * SECOND);
    expect(await channel().check?.(externalId)).toEqual({ state: 'delivered' });
  });

  test('a lost answer: it is found, also as a repetition, and nothing else is', async () => {
    const message = aMessage();
    expect(await channel().find?.(message)).toBeUndefined();
    side.faults.next({ kind: 'cut_after' });
    await expectRefused(channel().send(message), 'outcome_unknown', /look whether/, SECRETS);
    const [there] = got();
    expect(await channel().find?.(message)).toEqual({ externalId: there?.id, state: 'accepted' });
    expect(await channel().find?.({ ...message, mayBeRepeat: true })).toBeDefined();
    expect(await channel().find?.({ ...message, address: '+41790000000' })).toBeUndefined();
    clock.advance(10 * MINUTE);
    expect(await channel().find?.({ ...message, sentAt: clock.now() })).toBeUndefined();
  });

  test('cut before anything was done: looked for and not there', async () => {
    side.faults.next({ kind: 'cut_before' });
    await expectRefused(channel().send(aMessage()), 'outcome_unknown', /./, SECRETS);
    expect(await channel().find?.(aMessage())).toBeUndefined();
  });

  test('too many: later, after the default or what Retry-After says', async () => {
    side.tooMany();
    const first = await expectRefused(channel().send(aMessage()), 'rate_limited', /Too Many Requests/);
    expect(first.retryAfterMs).toBe(60_000);
    side.faults.next({ kind: 'status', status: 429, headers: { 'Retry-After': '7' } });
    expect((await expectRefused(channel().send(aMessage()), 'rate_limited', /./)).retryAfterMs).toBe(7_000);
    expect(got()).toEqual([]);
  });

  test('a number that is none: the policy is to be corrected', async () => {
    await expectRefused(
      channel().send(aMessage({ address: '+15005550001' })),
      'not_found',
      /correct `phone`/,
      SECRETS,
    );
  });

  test('a wrong token is refused and not told', async () => {
    const twilio = { ...account, url: `${server.url}/sandbox/side`, authToken: 'another-very-secret' };
    const wrong =
      kind === 'sms' ? createSmsChannel({ twilio, clock }) : createVoiceChannel({ twilio, clock, publicUrl });
    await expectRefused(wrong.send(aMessage()), 'unauthorised', /TWILIO_AUTH_TOKEN/, ['another-very-secret']);
  });

  test('trouble at the other side may have sent it; a page instead of an answer cannot be read', async () => {
    side.faults.next({ kind: 'html_502' });
    await expectRefused(channel().send(aMessage()), 'outcome_unknown', /trouble/, SECRETS);
    side.faults.next({ kind: 'status', status: 200, body: { hello: 1 } });
    await expectRefused(channel().send(aMessage()), 'unexpected_response', /cannot be read/, SECRETS);
  });

  test('the account is looked at without sending anything', async () => {
    expect(await channel().probe?.()).toBe('Twilio account "Stand-in" is active.');
    expect(got()).toEqual([]);
  });
});

test('a telephone that is off: the text is a failure with Twilio’s reason', async () => {
  side.setTelephone(DANA, 'off');
  const { externalId } = await sms.send(aMessage());
  clock.advance(5 * SECOND);
  expect(await sms.check?.(externalId)).toEqual({
    state: 'failed',
    why: 'text message undelivered (Twilio error 30003): Unreachable destination handset',
  });
});

test('who replied STOP gets no text; the error says what to do', async () => {
  side.setTelephone(DANA, 'stopped');
  await expectRefused(sms.send(aMessage()), 'rejected', /reply START/);
});

test.each([
  ['busy', 'the line was busy'],
  ['no-answer', 'nobody answered the call'],
  ['off', 'the call could not be connected'],
  ['voicemail', 'voicemail answered the call'],
] as const)('a call to a telephone that is %s: %s', async (state, why) => {
  side.setTelephone(DANA, state);
  const { externalId } = await voice.send(aMessage());
  clock.advance(5 * SECOND);
  expect(await voice.check?.(externalId)).toEqual({ state: 'failed', why });
});

test('keys are asked for only where something can be taken', async () => {
  await voice.send(aMessage({ pages: [aPage({ content: { links: {} } })] }));
  expect(side.voice.messages()[0]?.buttons).toEqual([]);
  await voice.send(aMessage({ id: randomUUID() }));
  expect(side.voice.messages()[1]?.buttons.map(({ label }) => label)).toEqual(['Press 1', 'Press 2']);
});
