import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WORDS_LENGTH_MAX } from '../../src/http/answer-form.ts';
import type { Escalating } from '../../src/http/answer-page-data.ts';
import { understand } from '../../src/intake/understand.ts';
import { type DirectorRung, type LadderRun, NO_ESCALATION } from '../../src/model/escalation.ts';
import {
  ANNOUNCED,
  ackToken,
  confirmToken,
  INCIDENT,
  linkToken,
  minutesAgo,
  OTHER,
  RUN,
  startPages,
  stopToken,
} from './answer-world.ts';
import { NOW } from './harness.ts';

type Running = Awaited<ReturnType<typeof startPages>>;
let running: Running;
beforeEach(async () => {
  running = await startPages();
});
afterEach(async () => {
  await running.stop();
});

const get = (path: string) => supertest(running.url).get(path);
const send = (path: string, fields: Record<string, string>) =>
  supertest(running.url).post(path).type('form').send(fields);
const ack = () => `/ack/${ackToken()}`;
const stop = () => `/stop/${stopToken()}`;
const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

/** What only people who were told may see. */
const PRIVATE = /WD-4|web shop|Dana|Jo Moss|Urgent|Nobody takes it/;

const isNow = (changes: Partial<Escalating>): void => {
  if (running.world.escalating) running.world.escalating = { ...running.world.escalating, ...changes };
};
const withRun = (changes: Partial<LadderRun>): void =>
  isNow({ escalation: { ...NO_ESCALATION, ladders: [{ ...RUN, ...changes }] } });
const withDirector = (changes: Partial<DirectorRung> = {}): void =>
  withRun({ director: { ...ANNOUNCED, ...changes } });

const actions = () => running.kept.map((delivery) => understand(delivery));

describe('I have it', () => {
  test('the page says what, how bad, since when and who has it; the button is kept and thanked for', async () => {
    const page = await get(ack()).expect(200).expect('Content-Type', /html/);
    expect(plain(page.text)).toMatch(
      /Do you have WD-42\? WD-42 The web shop is down Priority Urgent Since Fri 20 Nov, 17:54 CET|Since Fri 20 Nov, 17:54 GMT\+1/,
    );
    expect(plain(page.text)).toContain('46 min ago');
    expect(plain(page.text)).toContain('Who has it nobody yet');
    expect(page.text).toContain('<button class="yes">I have it</button>');
    expect(page.text).not.toMatch(/<script|textarea/);
    const thanks = await send(ack(), { answer: 'have' }).expect(200);
    expect(thanks.text).toContain('<h1>You have it</h1>');
    expect(running.kept).toMatchObject([{ source: 'person', receivedAt: NOW }]);
    expect(actions()).toEqual([
      {
        event: {
          kind: 'person',
          at: NOW,
          action: { do: 'acknowledge', incidentId: INCIDENT, by: 'Dana Ott', person: 'dana', via: 'link' },
        },
      },
    ]);
  });

  test('of one ladder alone', async () => {
    const path = `/ack/${ackToken({ ladder: 'unattended' })}`;
    expect((await get(path).expect(200)).text).toContain('“Nobody takes it”');
    await send(path, { answer: 'have' }).expect(200);
    expect(actions()).toMatchObject([{ event: { action: { ladder: 'unattended' } } }]);
  });

  test('the Director is asked to read it, not to take it', async () => {
    const told = { recipient: 'dana', name: 'Dana Ott', channels: ['email'], attempts: [] } as const;
    const rung = { rung: ANNOUNCED.rung, level: 3, round: 1, dueAt: NOW, at: NOW, told: [told] };
    withRun({ director: { ...ANNOUNCED, toldAt: NOW }, rungs: [rung] });
    const path = `/ack/${ackToken({ ladder: 'unattended' })}`;
    const page = (await get(path).expect(200)).text;
    expect(page).toContain('Have you read about WD-42?');
    expect(page).toContain('<button class="yes">I have read it</button>');
    expect(page).not.toContain('I have it');
    expect((await send(path, { answer: 'have' }).expect(200)).text).toContain('has read about WD-42');
    expect(actions()).toMatchObject([{ event: { action: { do: 'acknowledge', ladder: 'unattended' } } }]);
  });

  test('from a room it is somebody there, no person of the policy', async () => {
    await send(`/ack/${ackToken({ person: 'room:ops' })}`, { answer: 'have' }).expect(200);
    expect(actions()).toMatchObject([{ event: { action: { by: 'room:ops' } } }]);
    expect(JSON.stringify(actions())).not.toContain('"person":');
  });

  test('P2 a double click is one, before and after it is decided', async () => {
    await Promise.all([1, 2, 3].map(() => send(ack(), { answer: 'have' }).expect(200)));
    expect(running.kept).toHaveLength(1);
    isNow({
      status: 'acknowledged',
      version: 8,
      escalation: {
        ...NO_ESCALATION,
        ladders: [{ ...RUN, state: 'paused' }],
        acknowledged: { by: 'Dana Ott', person: 'dana', via: 'link', at: NOW },
      },
    });
    for (const answer of [await get(ack()), await send(ack(), { answer: 'have' })]) {
      expect(answer.text).toContain('<h1>You have it</h1>');
      expect(answer.text).not.toContain('<form');
    }
    expect(running.kept).toHaveLength(1);
  });

  test('somebody else has it: said with name, way and time, and it can be taken over', async () => {
    isNow({
      status: 'acknowledged',
      escalation: {
        ...NO_ESCALATION,
        acknowledged: { by: 'Jo Moss', person: 'jo', via: 'telegram', at: minutesAgo(5) },
      },
    });
    const page = await get(ack()).expect(200);
    expect(page.text).toContain('<h1>Jo Moss has WD-42</h1>');
    expect(plain(page.text)).toMatch(/Who has it Jo Moss, by Telegram, Fri 20 Nov, 18:35/);
    expect(page.text).toContain('You need not do anything.');
    await send(ack(), { answer: 'have' }).expect(200);
    expect(running.kept).toHaveLength(1);
  });

  test('taken in Freshdesk, where only the owner is known', async () => {
    isNow({ status: 'acknowledged', owner: 'Sam Lind', acknowledgedAt: minutesAgo(3) });
    expect(plain((await get(ack()).expect(200)).text)).toMatch(/Who has it Sam Lind, Fri 20 Nov, 18:37/);
  });

  test('who took it and was told again because nothing was seen is asked again', async () => {
    const acknowledged = { by: 'Dana Ott', person: 'dana', via: 'link', at: minutesAgo(42) } as const;
    isNow({ status: 'acknowledged', escalation: { ...NO_ESCALATION, ladders: [RUN], acknowledged } });
    expect((await get(ack()).expect(200)).text).toContain('<h1>Do you still have WD-42?</h1>');
    await send(ack(), { answer: 'have' }).expect(200);
    expect(running.kept).toHaveLength(1);
  });

  test.each([
    ['resolved', 'is resolved and waits for proof'],
    ['closed', 'is closed'],
  ] as const)('%s: nothing is left to do', async (status, words) => {
    isNow({ status });
    for (const answer of [await get(ack()), await send(ack(), { answer: 'have' })]) {
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('<h1>It is over</h1>');
      expect(answer.text).toContain(words);
    }
    expect(running.kept).toEqual([]);
  });

  test('a ladder that ended says why; one that never ran is over', async () => {
    withRun({ state: 'ended', endedAt: NOW, endedWhy: 'The priority was lowered.' });
    const ended = await get(`/ack/${ackToken({ ladder: 'unattended' })}`).expect(200);
    expect(ended.text).toContain('The priority was lowered.');
    await get(`/ack/${ackToken({ ladder: 'other' })}`).expect(410);
    expect(running.kept).toEqual([]);
  });

  test.each([
    ['told', { toldAt: minutesAgo(1) }, /Director told, Fri 20 Nov, 18:39/],
    ['announced', {}, /Director is told at Fri 20 Nov, 18:48 .* unless somebody stops it/],
    [
      'stopped',
      { stopped: { by: 'Jo Moss', reason: 'x', at: NOW } },
      /Director not told: Jo Moss stopped it/,
    ],
    ['withheld', { withheldWhy: 'x' }, /Director not told: a step before reached nobody/],
  ])('how it stands with the Director: %s', async (_, director, words) => {
    withDirector(director);
    expect(plain((await get(ack()).expect(200)).text)).toMatch(words);
  });
});

describe('stop the Director', () => {
  beforeEach(() => withDirector());

  test('with a reason', async () => {
    const page = await get(stop()).expect(200);
    expect(page.text).toContain('<h1>Stop telling the Director?</h1>');
    expect(page.text).toMatch(/The Director is told Fri 20 Nov, 18:48/);
    expect(page.text).toContain(`maxlength="${WORDS_LENGTH_MAX}"`);
    const thanks = await send(stop(), { answer: 'stop', words: ' Known, back in 5 min ' }).expect(200);
    expect(thanks.text).toContain('<h1>Stopped</h1>');
    await send(stop(), { answer: 'stop', words: 'Known, back in 5 min' }).expect(200);
    expect(actions()).toEqual([
      {
        event: {
          kind: 'person',
          at: NOW,
          action: {
            do: 'stop_director',
            incidentId: INCIDENT,
            ladder: 'unattended',
            reason: 'Known, back in 5 min',
            by: 'Dana Ott',
          },
        },
      },
    ]);
  });

  test.each([{ answer: 'stop' }, { answer: 'stop', words: ' \n ' }])(
    'not without one: %j',
    async (fields) => {
      const answer = await send(stop(), fields).expect(422);
      expect(answer.text).toContain('role="alert"');
      expect(answer.text).toContain('<form');
      expect(running.kept).toEqual([]);
    },
  );

  test.each<[string, () => void, RegExp]>([
    [
      'told already',
      () => withDirector({ toldAt: minutesAgo(1) }),
      /The Director has been told .* it cannot be taken back/,
    ],
    [
      'stopped already',
      () => withDirector({ stopped: { by: 'Jo Moss', reason: 'Known', at: minutesAgo(1) } }),
      /It is stopped Jo Moss stopped it Fri 20 Nov, 18:39 \S+: Known/,
    ],
    ['withheld', () => withDirector({ withheldWhy: 'no manager' }), /not told .*no manager/],
    ['resolved', () => isNow({ status: 'resolved' }), /The Director is not told WD-42 is resolved/],
    [
      'ended',
      () => withRun({ state: 'ended', endedWhy: 'Lowered.', director: ANNOUNCED }),
      /The Director is not told Lowered/,
    ],
    ['taken meanwhile', () => withRun({ state: 'paused' }), /Somebody has it meanwhile/],
  ])('%s: said, and nothing is kept', async (_, change, words) => {
    change();
    for (const answer of [await get(stop()), await send(stop(), { answer: 'stop', words: 'x' })]) {
      expect(answer.status).toBe(200);
      expect(plain(answer.text)).toMatch(words);
      expect(answer.text).not.toContain('<form');
    }
    expect(running.kept).toEqual([]);
  });

  test('a link of an earlier run is over', async () => {
    withRun({ run: 2, director: ANNOUNCED });
    await get(stop()).expect(410);
  });
});

describe.each([
  ['/ack/', ackToken, { answer: 'have' }],
  ['/stop/', stopToken, { answer: 'stop', words: 'x' }],
] as const)('%s', (path, token, form) => {
  beforeEach(() => withDirector());

  test.each(['get', 'head'] as const)('%s changes nothing, however often', async (method) => {
    for (let i = 0; i < 100; i += 1) {
      const asked = supertest(running.url)[method](`${path}${token()}?answer=have&answer=stop&words=x`);
      await asked.set({ Purpose: 'prefetch', 'User-Agent': 'SafeLinks' }).expect(200);
    }
    expect(running.kept).toEqual([]);
  });

  test.each([
    ['nonsense', () => 'hello', 404],
    ['a reporter’s', () => confirmToken(), 404],
    ['of a suggestion', () => linkToken(), 404],
    ['of the other purpose', () => (path === '/ack/' ? stopToken() : ackToken()), 404],
    ['of an incident that is not there', () => token({ incidentId: OTHER }), 404],
    ['tampered', () => token().replace(/^../, 'AA'), 404],
    ['expired', () => token({ expiresAt: NOW }), 410],
  ])('P10 a token that is %s tells nothing', async (_, made, status) => {
    for (const answer of [await get(path + made()), await send(path + made(), form)]) {
      expect(answer.status).toBe(status);
      expect(answer.text).toMatch(/<h1>This link (does not work|is no longer valid)<\/h1>/);
      expect(answer.text).not.toMatch(PRIVATE);
      expect(answer.text).not.toContain('<form');
    }
    expect(running.kept).toEqual([]);
    expect(JSON.stringify([running.pageLog, running.logged])).not.toContain(token().slice(0, 20));
  });

  test.each([{}, { answer: 'yes' }, { words: 'x' }])(
    'a form that our page did not send: %j',
    async (fields) => {
      const answer = await send(path + token(), fields).expect(409);
      expect(answer.text).toContain('Your answer could not be read');
      expect(running.kept).toEqual([]);
    },
  );

  test('P1 when the store is away nobody is thanked, and the log has no token', async () => {
    await running.stop();
    running = await startPages({ keep: () => Promise.reject(new Error('away')) });
    withDirector();
    const answer = await send(path + token(), form)
      .expect(503)
      .expect('Retry-After', '60');
    expect(answer.text).toContain('Try again in a moment');
    expect(running.pageLog).toHaveLength(1);
    expect(JSON.stringify([running.pageLog, running.logged])).not.toContain(token().slice(0, 20));
  });
});
