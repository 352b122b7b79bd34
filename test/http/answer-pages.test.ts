import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FORM_BYTES_MAX, WORDS_LENGTH_MAX } from '../../src/http/answer-form.ts';
import { PAGES_PER_MINUTE_MAX } from '../../src/http/answer-pages.ts';
import { understand } from '../../src/intake/understand.ts';
import { confirmToken, INCIDENT, linkToken, OTHER, startPages } from './answer-world.ts';
import { NOW, sendRaw } from './harness.ts';

type Running = Awaited<ReturnType<typeof startPages>>;
let running: Running;
beforeEach(async () => {
  running = await startPages();
});
afterEach(async () => {
  await running.stop();
});

const get = (path: string) => supertest(running.url).get(path);
const send = (path: string, fields: Record<string, string> | string) =>
  supertest(running.url).post(path).type('form').send(fields);
const yes = () => `/confirm/${confirmToken()}`;
const no = () => `/confirm/${confirmToken({ answer: 'no' })}`;

/** Names, numbers and words that only people of the ticket may see. */
const PRIVATE = /WD-4|Printer|paper|web shop|4711|43012345678/;

function keptAction() {
  expect(running.kept).toHaveLength(1);
  const [delivery] = running.kept;
  if (!delivery) throw new Error('nothing was kept');
  return { delivery, understood: understand(delivery) };
}

describe('the yes and the no way', () => {
  test('yes: a page with reference, subject and one button; the form is kept and thanked for', async () => {
    const page = await get(yes()).expect(200).expect('Content-Type', /html/);
    expect(page.text).toContain('WD-43');
    expect(page.text).toContain('Printer &lt;b&gt;3&lt;/b&gt; says &quot;out of paper&quot; &amp; beeps');
    expect(page.text).toContain('<button class="yes">Yes, it works again</button>');
    expect(page.text).not.toMatch(/textarea|<script|4711|43012345678/);
    const thanks = await send(yes(), { answer: 'yes', words: 'ignored' }).expect(200);
    expect(thanks.text).toContain('<h1>Thank you</h1>');
    const { delivery, understood } = keptAction();
    expect(delivery).toMatchObject({
      source: 'person',
      deliveryId: `confirm:${INCIDENT}:1:yes`,
      receivedAt: NOW,
    });
    expect(understood).toEqual({
      event: {
        kind: 'person',
        at: NOW,
        action: { do: 'confirm', incidentId: INCIDENT, round: 1, answer: 'yes', words: '' },
      },
    });
  });

  test('no: with words of one’s own', async () => {
    const page = await get(no()).expect(200);
    expect(page.text).toContain('<label for="words">');
    expect(page.text).toContain(`maxlength="${WORDS_LENGTH_MAX}"`);
    await send(no(), { answer: 'no', words: '  Still\r\nbroken: <script>, 漢字 & 😀\0 ' }).expect(200);
    expect(keptAction().understood).toMatchObject({
      event: { action: { answer: 'no', words: 'Still\nbroken: <script>, 漢字 & 😀\u{FFFD}' } },
    });
  });

  test.each([
    ['none', {}, ''],
    ['blanks', { words: ' \n ' }, ''],
    ['as many as the page allows', { words: '漢'.repeat(WORDS_LENGTH_MAX) }, '漢'.repeat(WORDS_LENGTH_MAX)],
    ['more than the page allows', { words: 'x'.repeat(5_000) }, 'x'.repeat(WORDS_LENGTH_MAX)],
  ])('no words are lost that the page allows: %s', async (_, fields, words) => {
    await send(no(), { answer: 'no', ...fields }).expect(200);
    expect(keptAction().understood).toMatchObject({ event: { action: { words } } });
  });

  test('P1 thanks come only after it was stored', async () => {
    await running.stop();
    const asked = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<'kept'>();
    running = await startPages({
      keep: () => {
        asked.resolve();
        return stored.promise;
      },
    });
    let isAnswered = false;
    const answer = send(yes(), { answer: 'yes' }).then((got) => {
      isAnswered = true;
      return got;
    });
    await asked.promise;
    await fetch(`${running.url}/healthz`); // the server had every chance to write an answer too early
    expect(isAnswered).toBe(false);
    stored.resolve('kept');
    expect(await answer).toMatchObject({ status: 200 });
  });
});

describe('looking changes nothing', () => {
  test.each(['get', 'head'] as const)(
    '%s, a hundred times, with every header of a scanner',
    async (method) => {
      for (let i = 0; i < 100; i += 1) {
        await supertest(running.url)
          [method](`${i % 2 === 0 ? yes() : no()}?answer=yes&words=x`)
          .set({ Purpose: 'prefetch', 'Sec-Purpose': 'prefetch', 'User-Agent': 'SafeLinks' })
          .expect(200);
      }
      expect(running.kept).toEqual([]);
    },
  );

  test.each(['put', 'patch', 'delete', 'options'] as const)('%s neither', async (method) => {
    const answer = await supertest(running.url)[method](yes()).send('answer=yes');
    expect([200, 405]).toContain(answer.status);
    expect(running.kept).toEqual([]);
  });

  test.each([
    ['JSON', 'application/json', '{"answer":"yes"}', 415],
    ['plain text', 'text/plain', 'answer=yes', 415],
    ['a multipart form', 'multipart/form-data; boundary=x', '--x--', 415],
    ['another alphabet', 'application/x-www-form-urlencoded; charset=utf-16', 'answer=yes', 415],
    ['an empty form', 'application/x-www-form-urlencoded', '', 409],
    ['a form without an answer', 'application/x-www-form-urlencoded', 'words=x', 409],
    ['the other answer', 'application/x-www-form-urlencoded', 'answer=no', 409],
    ['an answer in capitals', 'application/x-www-form-urlencoded', 'answer=YES', 409],
    ['a list of answers', 'application/x-www-form-urlencoded', 'answer[]=yes', 409],
    ['the other one first', 'application/x-www-form-urlencoded', 'answer=no&answer=yes', 409],
    ['too much', 'application/x-www-form-urlencoded', `answer=yes&words=${'x'.repeat(FORM_BYTES_MAX)}`, 413],
  ])('a form that our page did not send: %s', async (_, type, body, status) => {
    const answer = await supertest(running.url)
      .post(yes())
      .set('Content-Type', type)
      .send(body)
      .expect(status);
    expect(answer.type).toBe('text/html');
    expect(answer.text).toContain('Your answer could not be read');
    expect(answer.text).not.toMatch(PRIVATE);
    expect(running.kept).toEqual([]);
  });

  test('a compressed form', async () => {
    await supertest(running.url)
      .post(yes())
      .type('form')
      .set('Content-Encoding', 'gzip')
      .serialize(() => gzipSync('answer=yes') as unknown as string)
      .send({})
      .expect(415);
    expect(running.kept).toEqual([]);
  });

  test('100 MB announced are refused before they are sent', async () => {
    const head = [
      `POST ${yes()} HTTP/1.1`,
      'Host: x',
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 104857600',
      '',
      '',
    ].join('\r\n');
    expect(await sendRaw(running.port, [head])).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('P10 strangers learn nothing', () => {
  const shortly = new Date(NOW.getTime() - 1_000);
  test.each([
    ['nonsense', 'hello', 404],
    ['nothing', '', 404],
    ['escapes that are none', '%E0%A4%A', 404],
    ['a path', '..%2f..%2fetc%2fpasswd', 404],
    ['a script', '%3Cscript%3Ealert(1)%3C%2Fscript%3E', 404],
    ['10 kB', 'x'.repeat(10_000), 404],
    ['signed by somebody else', confirmToken({}, 'of-another-installation'), 404],
    ['for another ticket', confirmToken({ ticketId: 4712 }), 404],
    ['for another reporter', confirmToken({ reporter: '43012345679' }), 404],
    ['for another incident', confirmToken({ incidentId: OTHER }), 404],
    ['for another purpose', linkToken(), 404],
    ['of an older round', confirmToken({ round: 0 }), 410],
    ['of a round to come', confirmToken({ round: 2 }), 410],
    ['expired', confirmToken({ expiresAt: shortly }), 410],
    ['expired, for another ticket', confirmToken({ ticketId: 4712, expiresAt: shortly }), 410],
  ])('a token that is %s: %i', async (_, token, status) => {
    for (const answer of [
      await get(`/confirm/${token}`),
      await send(`/confirm/${token}`, { answer: 'yes' }),
    ]) {
      expect(answer.status).toBe(status);
      expect(answer.type).toBe('text/html');
      expect(answer.text).toMatch(/<h1>This link (does not work|is no longer valid)<\/h1>/);
      expect(answer.text).not.toMatch(PRIVATE);
      expect(answer.text).not.toMatch(/<script|<form/);
    }
    expect(running.kept).toEqual([]);
  });

  test('what does not exist and what is not theirs look the same', async () => {
    const [unknown, foreign] = [
      await get(`/confirm/${confirmToken({ incidentId: OTHER })}`),
      await get(`/confirm/${confirmToken({ reporter: '1' })}`),
    ];
    expect(foreign.text).toBe(unknown.text);
  });

  test('every answer is kept by nobody, indexed by nobody and runs nothing', async () => {
    for (const path of [yes(), '/confirm/hello', `/link/${linkToken()}`]) {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy':
          "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      });
      expect(headers).not.toHaveProperty('set-cookie');
    }
  });

  test('an address that asks too often waits, others do not', async () => {
    await running.stop();
    running = await startPages({ trustProxy: 1 });
    const from = (address: string) => get(yes()).set('X-Forwarded-For', address);
    for (let i = 0; i < PAGES_PER_MINUTE_MAX; i += 1) await from('192.0.2.1').expect(200);
    const limited = await from('192.0.2.1').expect(429).expect('Retry-After', '60');
    expect(limited.type).toBe('text/html');
    expect(limited.text).not.toMatch(PRIVATE);
    await from('192.0.2.2').expect(200);
  });
});

describe('answered once', () => {
  test('P2 the same answer again is thanked for again and kept once', async () => {
    const first = await send(yes(), { answer: 'yes' }).expect(200);
    const second = await send(yes(), { answer: 'yes' }).expect(200);
    expect(second.text).toBe(first.text);
    expect(running.kept).toHaveLength(1);
  });

  test.each([
    ['the issue was closed by it', { round: 1, isClosed: true }],
    ['the issue has moved on since', { round: 2, isClosed: false }],
  ])('and again when it was decided: %s', async (_, since) => {
    if (running.world.asked)
      running.world.asked = { ...running.world.asked, answered: { round: 1, said: 'yes' }, ...since };
    for (const answer of [await get(yes()), await send(yes(), { answer: 'yes' })]) {
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('<h1>Thank you</h1>');
      expect(answer.text).not.toContain('<form');
    }
    expect(running.kept).toEqual([]);
  });

  test('the other answer is refused, and how to change it is told', async () => {
    if (running.world.asked)
      running.world.asked = { ...running.world.asked, answered: { round: 1, said: 'yes' }, isClosed: true };
    for (const answer of [await get(no()), await send(no(), { answer: 'no', words: 'x' })]) {
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('To change it, please reply to our e-mail.');
      expect(answer.text).not.toMatch(PRIVATE);
    }
    expect(running.kept).toEqual([]);
  });

  test('an answer of an earlier round says nothing about this one', async () => {
    if (running.world.asked)
      running.world.asked = { ...running.world.asked, answered: { round: 0, said: 'no' } };
    await send(yes(), { answer: 'yes' }).expect(200);
    expect(running.kept).toHaveLength(1);
  });

  test('what was closed otherwise is over', async () => {
    if (running.world.asked) running.world.asked = { ...running.world.asked, isClosed: true };
    await get(yes()).expect(410);
    await send(no(), { answer: 'no' }).expect(410);
    expect(running.kept).toEqual([]);
  });
});

describe('P1 when the store is away', () => {
  const away = () => Promise.reject(new Error('password=hunter2'));
  test.each([
    ['nothing can be kept', { keep: away }],
    ['nothing can be read', { data: { confirmation: away, link: away, escalating: away } }],
  ])('%s: try again, and the log says so once, without the token', async (_, parts) => {
    await running.stop();
    running = await startPages(parts);
    for (let i = 0; i < 3; i += 1) {
      const answer = await send(yes(), { answer: 'yes' }).expect(503).expect('Retry-After', '60');
      expect(answer.text).toContain('Please try again in a moment');
      expect(answer.text).not.toMatch(PRIVATE);
      expect(answer.text).not.toContain('hunter2');
    }
    expect(running.pageLog).toHaveLength(1);
    expect(JSON.stringify([running.pageLog, running.logged])).not.toContain(confirmToken().slice(0, 20));
  });
});

describe('language', () => {
  test.each([
    // known of the reporter, told by the browser, page
    ['de', 'en-GB', 'de', 'Funktioniert es wieder?'],
    ['de-AT', undefined, 'de', 'Funktioniert es wieder?'],
    ['FR', undefined, 'fr', 'Est-ce que cela fonctionne à nouveau ?'],
    ['es', 'nl', 'es', '¿Vuelve a funcionar?'],
    ['it', undefined, 'it', 'Funziona di nuovo?'],
    ['nl', undefined, 'nl', 'Werkt het weer?'],
    ['tlh', 'nl-BE, en;q=0.5', 'nl', 'Werkt het weer?'],
    [undefined, 'fi, de;q=0.8, en;q=0.5', 'de', 'Funktioniert es wieder?'],
    [undefined, 'fi', 'en', 'Does it work again?'],
    [undefined, undefined, 'en', 'Does it work again?'],
    ['"><script>', '"><script>', 'en', 'Does it work again?'],
  ])('reporter %s, browser %s: %s', async (known, accepted, language, title) => {
    if (running.world.asked && known !== undefined)
      running.world.asked = { ...running.world.asked, language: known };
    const page = await get(yes()).set(accepted === undefined ? {} : { 'Accept-Language': accepted });
    expect(page.text).toContain(`<html lang="${language}">`);
    expect(page.text).toContain(`<h1>${title}</h1>`);
  });

  test('who has no right to the ticket is told in the browser’s language', async () => {
    if (running.world.asked) running.world.asked = { ...running.world.asked, language: 'de' };
    const page = await get(`/confirm/${confirmToken({ reporter: '1' })}`).set('Accept-Language', 'fr');
    expect(page.text).toContain('<html lang="fr">');
  });
});

describe('an agent decides about a suggested link', () => {
  test.each([
    ['accept', 'Link WD-43 to WD-42?', 'Linked'],
    ['decline', 'Do not link WD-43 to WD-42?', 'Not linked'],
  ] as const)('%s', async (answer, question, thanks) => {
    const path = `/link/${linkToken({ answer })}`;
    const page = await get(path).expect(200);
    expect(page.text).toContain(`<h1>${question}</h1>`);
    expect(page.text).toContain('The web shop is down');
    expect(running.kept).toEqual([]);
    for (let i = 0; i < 2; i += 1) {
      const told = await send(path, { answer }).expect(200);
      expect(told.text).toContain(`<h1>${thanks}</h1>`);
    }
    const { delivery, understood } = keptAction();
    expect(delivery.deliveryId).toMatch(new RegExp(`^link:${INCIDENT}:${OTHER}:${answer}:`));
    expect(understood).toEqual({
      event: {
        kind: 'person',
        at: NOW,
        action: {
          do: 'link',
          parentId: INCIDENT,
          childId: OTHER,
          answer,
          by: 'an agent, by the link in the note',
        },
      },
    });
  });

  test.each([
    // how it stands, signed answer, status
    ['linked', 'accept', 200],
    ['linked', 'decline', 409],
    ['declined', 'decline', 200],
    ['declined', 'accept', 409],
    ['unlinked', 'accept', 409],
    ['unlinked', 'decline', 409],
  ] as const)('already %s, %s: %i', async (state, answer, status) => {
    if (running.world.suggested) running.world.suggested = { ...running.world.suggested, state };
    const path = `/link/${linkToken({ answer })}`;
    await get(path).expect(status);
    await send(path, { answer }).expect(status);
    expect(running.kept).toEqual([]);
  });

  test.each([
    ['a reporter’s link', confirmToken(), 404],
    ['of other tickets', linkToken({ childId: INCIDENT, parentId: OTHER }), 404],
    ['expired', linkToken({ expiresAt: NOW }), 410],
  ])('%s is refused', async (_, token, status) => {
    const answer = await get(`/link/${token}`).expect(status);
    expect(answer.text).not.toMatch(PRIVATE);
  });

  test('the other answer is refused', async () => {
    await send(`/link/${linkToken()}`, { answer: 'decline' }).expect(409);
    expect(running.kept).toEqual([]);
  });
});
