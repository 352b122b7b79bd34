import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LadderView } from '../../src/escalation/describe-ladders.ts';
import { type ApiParts, apiRoutes } from '../../src/http/api.ts';
import { API_INCIDENTS_MAX, type ApiIncident } from '../../src/http/api-data.ts';
import { FAILED_ATTEMPTS_PER_MINUTE_MAX } from '../../src/http/webhook-answers.ts';
import { understand } from '../../src/intake/understand.ts';
import type { NewDelivery } from '../../src/model/delivery.ts';
import type { Incident } from '../../src/model/incident.ts';
import { uncounted } from '../../src/model/metrics.ts';
import { ANNOUNCED, INCIDENT, minutesAgo, RUN } from './answer-world.ts';
import { NOW, startApp } from './harness.ts';

const TOKEN = 'the-token-of-this-test';

const LADDER: LadderView = {
  ...RUN,
  name: 'Nobody takes it',
  next: { name: 'Team lead', level: 2, at: minutesAgo(-4) },
  director: ANNOUNCED,
  rungs: [
    {
      ...{ rung: 'On call', level: 1, round: 1, dueAt: minutesAgo(41), at: minutesAgo(41) },
      told: [
        {
          ...{ recipient: 'dana', name: 'Dana Ott', channels: ['telegram', 'email'] },
          attempts: [
            {
              ...{ channel: 'telegram', intent: 'a', at: minutesAgo(41), outcome: 'failed' },
              ...{ outcomeAt: minutesAgo(40), why: 'The bot was blocked.' },
            },
            { channel: 'email', intent: 'b', at: minutesAgo(40) },
          ],
        },
      ],
    },
  ],
};

const incident: Incident = {
  ...{ id: INCIDENT, number: 42, version: 7, status: 'new', type: 'Incident', origin: 'alert' },
  ...{ title: 'web01 is DOWN', impact: 'high', urgency: 'high', priority: 'urgent' },
  ...{ priorityRule: 'matrix', priorityWhy: 'Both are high.', policyVersion: 'abc' },
  ...{
    openChildCount: 0,
    childCount: 0,
    badAlertCount: 1,
    alertCount: 1,
    memberCount: 1,
    undigestedCount: 0,
  },
  ...{ startedAt: minutesAgo(46), openedAt: minutesAgo(46), lastJoinedAt: minutesAgo(46), reopenCount: 0 },
  desk: { statusTurn: 0 },
  proofs: [],
};

const FOUND: ApiIncident = {
  ...{ incident, ladders: [LADDER], level: 1, customer: 'Acme' },
  next: { name: 'Team lead', level: 2, at: minutesAgo(-4) },
  ticket: { number: 4711, url: 'https://desk.example/a/tickets/4711' },
};

async function startApi(changes: Partial<ApiParts> = {}, { isOff = false } = {}) {
  const kept: NewDelivery[] = [];
  const offsets: number[] = [];
  const routes = apiRoutes({
    ...(isOff ? {} : { token: TOKEN }),
    data: {
      openIncidents: async (offset) => {
        offsets.push(offset);
        return offset === 0 ? Array.from({ length: API_INCIDENTS_MAX + 1 }, () => FOUND) : [FOUND];
      },
      incident: async (number) => (number === 42 ? FOUND : undefined),
      onCall: () => [
        {
          ...{ id: 'platform', name: 'Platform on call', timeZone: 'Europe/Zurich', turns: [] },
          now: { person: 'dana', name: 'Dana Ott', from: minutesAgo(60), to: minutesAgo(-60), why: 'turn' },
        },
      ],
      person: (by) => (by === 'dana' ? { key: 'dana', name: 'Dana Ott' } : undefined),
      hasLadder: (_, ladder) => ladder === 'unattended',
    },
    async keep(delivery) {
      if (kept.some(({ deliveryId }) => deliveryId === delivery.deliveryId)) return 'duplicate';
      kept.push(delivery);
      return 'kept';
    },
    clock: { now: () => NOW },
    newId: () => crypto.randomUUID(),
    metrics: uncounted,
    log: { error: () => undefined },
    ...changes,
  });
  return { ...(await startApp({ routers: [routes], trustProxy: 1 })), kept, offsets };
}

let running: Awaited<ReturnType<typeof startApi>>;
beforeEach(async () => {
  running = await startApi();
});
afterEach(() => running.stop());

const bearer = { Authorization: `Bearer ${TOKEN}` };
const get = (path: string) => supertest(running.url).get(path).set(bearer);
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  supertest(running.url)
    .post(path)
    .set({ ...bearer, ...headers })
    .send(body);
const actions = () => running.kept.map((delivery) => understand(delivery));

describe('reading', () => {
  test('open incidents, so many at a time', async () => {
    const { body } = await get('/api/incidents?status=open').expect(200);
    expect(body.incidents).toHaveLength(API_INCIDENTS_MAX);
    expect(body.next_offset).toBe(API_INCIDENTS_MAX);
    expect(body.incidents[0]).toEqual({
      ...{ reference: 'WD-42', number: 42, title: 'web01 is DOWN', status: 'new', type: 'Incident' },
      ...{ priority: 'urgent', customer: 'Acme', level: 1 },
      ticket: { number: 4711, url: 'https://desk.example/a/tickets/4711' },
      ...{ started_at: minutesAgo(46).toISOString(), opened_at: minutesAgo(46).toISOString() },
      next_step: { name: 'Team lead', level: 2, at: minutesAgo(-4).toISOString() },
    });
    const last = await get(`/api/incidents?offset=${API_INCIDENTS_MAX}`).expect(200);
    expect(last.body).not.toHaveProperty('next_offset');
    expect(running.offsets).toEqual([0, API_INCIDENTS_MAX]);
  });

  test.each(['42', 'WD-42', 'wd-42'])('one incident with its ladders, as %s', async (number) => {
    const { body } = await get(`/api/incidents/${number}`).expect(200);
    expect(body).toMatchObject({
      reference: 'WD-42',
      priority_why: 'Both are high.',
      ladders: [
        {
          ...{ ladder: 'unattended', name: 'Nobody takes it', state: 'running', run: 1 },
          next_step: { name: 'Team lead' },
          director: { fires_at: minutesAgo(-8).toISOString() },
          rungs: [
            {
              name: 'On call',
              told: [
                {
                  recipient: 'dana',
                  attempts: [
                    { channel: 'telegram', outcome: 'failed', why: 'The bot was blocked.' },
                    { channel: 'email', outcome: 'waiting' },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  test('who is on call', async () => {
    const { body } = await get('/api/oncall').expect(200);
    expect(body).toMatchObject({
      at: NOW.toISOString(),
      rotations: [
        {
          ...{ rotation: 'platform', time_zone: 'Europe/Zurich' },
          now: { person: 'dana', name: 'Dana Ott', until: minutesAgo(-60).toISOString() },
          next: null,
        },
      ],
    });
  });

  test.each([
    ['/api/incidents?status=closed', 400],
    ['/api/incidents?offset=-1', 400],
    ['/api/incidents?limit=1', 400],
    ['/api/incidents/7', 404],
    ['/api/incidents/x', 404],
    ['/api/incidents/0', 404],
    ['/api/nothing', 404],
  ])('%s: %i', async (path, status) => {
    const answer = await get(path).expect(status);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, remedy: expect.any(String) });
  });
});

describe('telling', () => {
  test.each([
    [
      'acknowledge',
      { by: 'dana' },
      { do: 'acknowledge', incidentId: INCIDENT, by: 'Dana Ott', person: 'dana', via: 'api' },
    ],
    [
      'acknowledge',
      { by: ' the robot ', ladder: 'unattended' },
      { do: 'acknowledge', incidentId: INCIDENT, by: 'the robot', via: 'api', ladder: 'unattended' },
    ],
    [
      'escalate',
      { by: 'dana', reason: 'The customer called.' },
      { do: 'escalate', incidentId: INCIDENT, by: 'Dana Ott', reason: 'The customer called.' },
    ],
    [
      'stop-director',
      { by: 'dana', ladder: 'unattended', reason: 'Known.' },
      { do: 'stop_director', incidentId: INCIDENT, ladder: 'unattended', by: 'Dana Ott', reason: 'Known.' },
    ],
  ])('%s %j', async (verb, body, action) => {
    const answer = await post(`/api/incidents/42/${verb}`, body).expect(202);
    expect(answer.body).toEqual({ id: expect.any(String), outcome: 'kept' });
    expect(actions()).toEqual([{ event: { kind: 'person', at: NOW, action } }]);
  });

  test('P2 an Idempotency-Key names a request at its address', async () => {
    const key = { 'Idempotency-Key': 'a-b-c' };
    const first = await post('/api/incidents/42/acknowledge', { by: 'dana' }, key).expect(202);
    const again = await post('/api/incidents/42/acknowledge', { by: 'jo' }, key).expect(202);
    expect(again.body).toEqual({ id: first.body.id, outcome: 'duplicate' });
    await post('/api/incidents/42/escalate', { by: 'dana', reason: 'x' }, key).expect(202);
    await post('/api/incidents/42/acknowledge', { by: 'dana' }).expect(202);
    await post('/api/incidents/42/acknowledge', { by: 'dana' }).expect(202);
    expect(running.kept).toHaveLength(4);
  });

  test.each([
    ['acknowledge', {}],
    ['acknowledge', { by: ' ' }],
    ['acknowledge', { by: 'x'.repeat(201) }],
    ['acknowledge', { by: 'dana', leader: 'x' }],
    ['acknowledge', { by: 'dana', ladder: 'other' }],
    ['escalate', { by: 'dana' }],
    ['stop-director', { by: 'dana', reason: 'x' }],
    ['stop-director', { by: 'dana', reason: ' ', ladder: 'unattended' }],
  ])('%s refuses %j and keeps nothing', async (verb, body) => {
    const answer = await post(`/api/incidents/42/${verb}`, body).expect(400);
    expect(answer.body).toMatchObject({ type: 'urn:watchdesk:problem:malformed' });
    expect(running.kept).toEqual([]);
  });

  test('what is no JSON, too much, or about no incident', async () => {
    const send = (type: string, body: string) =>
      supertest(running.url)
        .post('/api/incidents/42/acknowledge')
        .set({ ...bearer, 'Content-Type': type })
        .send(body);
    await send('application/x-www-form-urlencoded', 'by=dana').expect(415);
    await send('application/json', '{').expect(400);
    await send('application/json', `{"by":"${'x'.repeat(20_000)}"}`).expect(413);
    await post('/api/incidents/7/acknowledge', { by: 'dana' }).expect(404);
    await post(
      '/api/incidents/42/acknowledge',
      { by: 'dana' },
      { 'Idempotency-Key': 'x'.repeat(300) },
    ).expect(400);
    expect(running.kept).toEqual([]);
  });

  test.each(['get', 'head', 'put', 'patch', 'delete'] as const)('%s tells nothing', async (method) => {
    for (let i = 0; i < 20; i += 1) {
      const answer = await supertest(running.url)
        [method]('/api/incidents/42/acknowledge?by=dana')
        .set(bearer);
      expect(answer.status).toBe(405);
    }
    expect(running.kept).toEqual([]);
  });

  test('P1 202 follows the commit; a store that is away is said so', async () => {
    await running.stop();
    running = await startApi({ keep: () => Promise.reject(new Error('password=hunter2')) });
    const answer = await post('/api/incidents/42/acknowledge', { by: 'dana' }).expect(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('hunter2');
  });
});

describe('P10 only with the token', () => {
  const paths = ['/api/incidents', '/api/incidents/42', '/api/oncall'];

  test.each(paths)('%s', async (path) => {
    for (const header of [
      undefined,
      '',
      'Bearer',
      `Bearer ${TOKEN}x`,
      `Basic ${TOKEN}`,
      `Bearer  ${TOKEN}`,
    ]) {
      const answer = await supertest(running.url)
        .get(path)
        .set(header === undefined ? {} : { Authorization: header })
        .expect(401)
        .expect('WWW-Authenticate', 'Bearer');
      expect(answer.text).not.toMatch(/WD-|Dana|web01/);
    }
    const told = await supertest(running.url).post('/api/incidents/42/acknowledge').send({ by: 'dana' });
    expect(told.status).toBe(401);
    expect(running.kept).toEqual([]);
  });

  test('without API_TOKEN there is nothing at these addresses', async () => {
    await running.stop();
    running = await startApi({}, { isOff: true });
    for (const path of paths) {
      await get(path).expect(404);
      await supertest(running.url).get(path).expect(404);
    }
    await post('/api/incidents/42/acknowledge', { by: 'dana' }).expect(404);
  });

  test('guessing ends; who has the token is never throttled', async () => {
    const from = (token: string) =>
      supertest(running.url)
        .get('/api/oncall')
        .set({ Authorization: `Bearer ${token}`, 'X-Forwarded-For': '192.0.2.1' });
    for (let i = 0; i < FAILED_ATTEMPTS_PER_MINUTE_MAX; i += 1) await from(`guess-${i}`).expect(401);
    await from('guess').expect(429).expect('Retry-After', '60');
    await from(TOKEN).expect(200);
  });
});
