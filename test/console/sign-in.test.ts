import express from 'express';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { isSameOrigin, localPath } from '../../src/console/same-origin.ts';
import { createSessionKeys, newSession, SESSION_MS } from '../../src/console/session.ts';
import { FAILURES_MAX, FAILURES_PER_ADDRESS_MAX, SIGN_IN_WINDOW_MS } from '../../src/console/sign-in.ts';
import { manualClock } from '../support/manual-clock.ts';
import { COMMAND_ID, NOW, sampleData } from './sample-data.ts';
import { consoleApp } from './serve.ts';

const password = 'correct horse battery staple';
const OWN = { 'Sec-Fetch-Site': 'same-origin' };
const connected = (parts: Parameters<typeof consoleApp>[0] = {}) =>
  consoleApp({ mode: 'connected', password, ...parts });

const signIn = (app: express.Express, guess = password, next = '/') =>
  request(app).post('/sign-in').set(OWN).type('form').send({ password: guess, next });

async function signedIn(app: express.Express) {
  const answer = await signIn(app);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] as string;
  const page = await request(app).get('/failed').set('Cookie', cookie);
  const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1] as string;
  return { cookie, token };
}

describe('P10 strangers stay out', () => {
  test.each(['/', '/incidents/142', '/incidents/99999', '/parked', '/failed'])(
    '%s asks for a sign-in and tells nothing',
    async (path) => {
      const answer = await request(connected()).get(path).expect(303);
      expect(answer.headers.location).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
      expect(answer.text).not.toMatch(/db-prod|0\.1\.0|sandbox/i);
      const form = await request(connected()).get('/sign-in').expect(200);
      expect(form.text).not.toMatch(/db-prod|0\.1\.0|policy|48213/i);
    },
  );

  test('open only in the sandbox, to a loopback peer, under a loopback name, through no proxy', async () => {
    const app = consoleApp({ mode: 'sandbox' });
    await request(app).get('/').expect(200);
    await request(app).get('/').set('Host', 'rebound.example').expect(303);
    await request(app).get('/').set('X-Forwarded-For', '203.0.113.9').expect(303);
    await request(connected()).get('/').expect(303);
    const far = express().use((req, _res, next) => {
      Object.defineProperty(req.socket, 'remoteAddress', { value: '203.0.113.9' });
      next();
    }, app);
    await request(far).get('/').expect(303);
  });

  test('without CONSOLE_PASSWORD nobody gets in, also not with an empty one', async () => {
    const app = consoleApp({ mode: 'connected' });
    await signIn(app, '').expect(401);
    await signIn(app, 'undefined').expect(401);
    expect((await request(app).get('/sign-in')).text).toContain('CONSOLE_PASSWORD');
  });

  test('the cookie is strict, HttpOnly, and Secure under https', async () => {
    const [plain, secure] = [connected(), connected({ publicUrl: 'https://watch.example' })];
    expect(String((await signIn(plain)).headers['set-cookie'])).toMatch(
      /^watchdesk=.*HttpOnly; SameSite=Strict$/,
    );
    expect(String((await signIn(secure)).headers['set-cookie'])).toMatch(
      /^__Host-watchdesk=.*HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test('a cookie ends by time, by a change of the password and by forgery', () => {
    const keys = createSessionKeys(password);
    const sealed = keys.seal(newSession(NOW));
    const later = (ms: number) => new Date(NOW.getTime() + ms);
    expect(keys.open(sealed, later(SESSION_MS - 1))).toBeDefined();
    expect(keys.open(sealed, later(SESSION_MS))).toBeUndefined();
    expect(createSessionKeys(password).open(sealed, NOW)).toBeDefined();
    expect(createSessionKeys('another').open(sealed, NOW)).toBeUndefined();
    const [id, expires, signature] = sealed.split('.') as [string, string, string];
    for (const forged of [
      `${id}.${Number(expires) + 1}.${signature}`,
      `${id}.${expires}.`,
      '',
      'a.b.c',
      `${sealed}.x`,
    ]) {
      expect(keys.open(forged, NOW)).toBeUndefined();
    }
  });

  test('wrong passwords are throttled per address until the window has passed; the right one then works', async () => {
    const clock = manualClock(NOW);
    const app = connected({ clock });
    for (let guess = 0; guess < FAILURES_PER_ADDRESS_MAX; guess += 1) await signIn(app, 'wrong').expect(401);
    const stopped = await signIn(app).expect(429);
    expect(stopped.headers['retry-after']).toBe(String(SIGN_IN_WINDOW_MS / 1_000));
    clock.advance(SIGN_IN_WINDOW_MS - 1_000);
    await signIn(app).expect(429);
    clock.advance(1_000);
    await signIn(app).expect(303);
  });

  test('right passwords are not counted, so a shared address is not stopped by its own people', async () => {
    const app = connected();
    for (let round = 0; round < FAILURES_PER_ADDRESS_MAX + 2; round += 1) await signIn(app).expect(303);
  });

  test('many addresses together are throttled too', async () => {
    const app = express().set('trust proxy', true).use(connected());
    const from = (address: string) => signIn(app, 'wrong').set('X-Forwarded-For', address);
    for (let guess = 0; guess < FAILURES_MAX; guess += 1) await from(`10.1.1.${guess}`).expect(401);
    await from('10.2.2.2').expect(429);
  });
});

describe('changes come from our own pages only', () => {
  test('with session, token and same origin a message is sent again and a delivery replayed', async () => {
    const data = sampleData();
    const app = connected({ data });
    const { cookie, token } = await signedIn(app);
    const post = (path: string) =>
      request(app).post(path).set(OWN).set('Cookie', cookie).type('form').send({ token });
    expect((await post(`/failed/${COMMAND_ID}/resend`).expect(303)).headers.location).toBe(
      '/failed?outcome=done',
    );
    await post('/parked/9071/replay').expect(303);
    await post('/failed/tickets/131/retry').expect(303);
    expect((await post('/parked/9071;x/replay').expect(303)).headers.location).toBe('/parked?outcome=gone');
    expect(data.asked).toEqual([`resend ${COMMAND_ID}`, 'replay 9071', 'retry 131']);
  });

  test.each([
    ['no token', OWN, {}],
    ['a wrong token', OWN, { token: 'x' }],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 'own'],
    ['a sibling host', { 'Sec-Fetch-Site': 'same-site' }, 'own'],
    ['a foreign origin', { Origin: 'https://evil.example' }, 'own'],
    ['no origin at all', {}, 'own'],
    ['an opaque origin', { Origin: 'null' }, 'own'],
  ])('%s is refused', async (_name, headers, form) => {
    const data = sampleData();
    const app = connected({ data });
    const { cookie, token } = await signedIn(app);
    const send = form === 'own' ? { token } : form;
    await request(app)
      .post('/parked/9071/replay')
      .set(headers)
      .set('Cookie', cookie)
      .type('form')
      .send(send)
      .expect(403);
    expect(data.asked).toEqual([]);
  });

  test('the open sandbox asks for the token as well', async () => {
    const data = sampleData();
    await request(consoleApp({ data }))
      .post('/parked/9071/replay')
      .set(OWN)
      .type('form')
      .send({})
      .expect(403);
    expect(data.asked).toEqual([]);
  });

  test('signing out takes the cookie away', async () => {
    const app = connected();
    const { cookie, token } = await signedIn(app);
    const out = await request(app)
      .post('/sign-out')
      .set(OWN)
      .set('Cookie', cookie)
      .type('form')
      .send({ token })
      .expect(303);
    expect(String(out.headers['set-cookie'])).toMatch(/^watchdesk=; .*Expires=Thu, 01 Jan 1970/);
  });

  test('a proxy that rewrites Host is known by PUBLIC_URL', () => {
    const req = {
      get: (name: string) => ({ host: 'inner:8080', origin: 'https://watch.example' })[name],
    } as express.Request;
    expect(isSameOrigin(req, 'https://watch.example/')).toBe(true);
    expect(isSameOrigin(req, 'https://other.example/')).toBe(false);
  });
});

test.each([
  ['/incidents/142', '/incidents/142'],
  ['/?status=new&q=a%20b', '/?status=new&q=a%20b'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['/%09/evil.example', '/%09/evil.example'],
  ['/\t/evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in', '/'],
  [['/a'], '/'],
  [undefined, '/'],
])('after signing in, %j leads to %s', async (wanted, path) => {
  expect(localPath(wanted)).toBe(path);
  if (typeof wanted !== 'string') return;
  expect((await signIn(connected(), password, wanted).expect(303)).headers.location).toBe(path);
});

test('a link from another site bounces once so that the strict cookie is sent', async () => {
  const app = connected();
  const { cookie } = await signedIn(app);
  const bounce = await request(app).get('/incidents/142?x=1').set('Sec-Fetch-Site', 'cross-site').expect(200);
  expect(bounce.headers.refresh).toBe('0; url=/incidents/142?x=1');
  await request(app)
    .get('/incidents/142')
    .set('Sec-Fetch-Site', 'same-origin')
    .set('Cookie', cookie)
    .expect(200);
  await request(app).get('/incidents/142').set('Sec-Fetch-Site', 'same-origin').expect(303);
});

test('a refresh after the session ended leads to the sign-in', async () => {
  const answer = await request(connected()).get('/').set('HX-Request', 'true').expect(401);
  expect(answer.headers['hx-redirect']).toBe('/sign-in');
});
