import { afterEach, describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../src/connectors/connector-error.ts';
import { createOpsview, type Opsview } from '../../../src/connectors/opsview/opsview.ts';
import { type CannedAnswer, type SeenRequest, startCannedServer } from '../../fakes/http-server.ts';
import { everythingIn } from '../../fakes/leaks.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { acknowledged, HOST_LIST, INFO, SERVICE_LIST } from './fixtures.ts';

const PASSWORD = 'pw-Very;Secret 1';
const TOKEN = '88dffa0974c364e56431697f257564cb5524b029';
const HTML = '<html><body>502 Bad Gateway</body></html>';

let close = async (): Promise<void> => {};
afterEach(() => close());

/** Logs anybody in; everything else is answered by `answer`. */
async function against(
  answer: (request: SeenRequest, index: number) => CannedAnswer,
  login: CannedAnswer = { body: { token: TOKEN } },
): Promise<{ opsview: Opsview; calls: SeenRequest[]; pauses: number[] }> {
  const calls: SeenRequest[] = [];
  const pauses: number[] = [];
  const server = await startCannedServer((request) => {
    if (request.path === '/rest/login') return login;
    calls.push(request);
    return answer(request, calls.length - 1);
  });
  close = server.close;
  const opsview = createOpsview({
    url: server.url,
    username: 'watchdesk',
    password: PASSWORD,
    clock: manualClock(),
    pause: async (ms) => void pauses.push(ms),
  });
  return { opsview, calls, pauses };
}

const HTTP = { host: 'web01', check: 'HTTP' };
const CALLS: Readonly<Record<string, (opsview: Opsview) => Promise<unknown>>> = {
  readObjects: (opsview) => opsview.readObjects([HTTP]),
  readUnhealthy: (opsview) => opsview.readUnhealthy(),
  acknowledge: (opsview) => opsview.acknowledge(HTTP, 'Freshdesk #1'),
  readInfo: (opsview) => opsview.readInfo(),
};
const failure = (calling: Promise<unknown> | undefined): Promise<unknown> =>
  (calling ?? Promise.resolve()).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('requests', () => {
  test('carry user, token and Accept, and ask by exact pairs', async () => {
    const { opsview, calls } = await against(() => ({ body: SERVICE_LIST }));
    await opsview.readObjects([HTTP, { host: 'web01', check: 'Disk: /var/log' }]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.path).toBe('/rest/status/service');
    expect(calls[0]?.query.getAll('hs')).toEqual(['web01::HTTP', 'web01::Disk: /var/log']);
    expect(calls[0]?.headers).toMatchObject({
      accept: 'application/json',
      'x-opsview-username': 'watchdesk',
      'x-opsview-token': TOKEN,
    });
  });

  test('stay short however many objects are asked for', async () => {
    const { opsview, calls } = await against(() => ({ body: { summary: {}, list: [] } }));
    const keys = Array.from({ length: 230 }, (_, n) => ({ host: `host${n}`, check: 'é'.repeat(n % 60) }));
    const { missing } = await opsview.readObjects(keys);
    expect(missing).toHaveLength(230);
    for (const { query } of calls) {
      expect(query.toString().length).toBeLessThan(4200);
      expect(query.getAll('hs').length + query.getAll('host').length).toBeLessThanOrEqual(50);
    }
    const asked = calls.flatMap(({ query }) => [...query.getAll('hs'), ...query.getAll('host')]);
    expect(new Set(asked).size).toBe(230);
  });

  test('for all that is unhealthy are two', async () => {
    const { opsview, calls } = await against(({ path }) => ({
      body: path.endsWith('host') ? HOST_LIST : SERVICE_LIST,
    }));
    const events = await opsview.readUnhealthy();
    expect(events.map(({ host, check, state }) => [host, check, state])).toEqual([
      ['db01', '', 'DOWN'],
      ['web01', 'HTTP', 'CRITICAL'],
    ]);
    expect(calls.map(({ query }) => query.toString())).toEqual([
      'host_state=1&host_state=2',
      'state=1&state=2&state=3&includehandleddetails=1',
    ]);
  });

  test('to acknowledge are quiet and sticky', async () => {
    const { opsview, calls } = await against(() => ({ body: acknowledged('0', '1') }));
    await opsview.acknowledge(HTTP, 'Freshdesk #4711');
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/rest/acknowledge' });
    expect(calls[0]?.query.toString()).toBe('svc.hs=web01%3A%3AHTTP');
    expect(calls[0]?.body).toEqual({ comment: 'Freshdesk #4711', notify: 0, sticky: 1 });
  });
});

describe('acknowledging checks what was chosen', () => {
  test.each([
    [acknowledged(0, 1), undefined],
    [acknowledged('0', '1'), undefined],
    [acknowledged(0, 0), 'not_found'],
    [acknowledged(0, 2), 'unexpected_response'],
    [acknowledged(1, 1), 'unexpected_response'],
    [acknowledged(1, 0), 'unexpected_response'],
    [{ message: 'No objects chosen for acknowledgements', detail: 'x' }, 'not_found'],
    [
      { message: 'Errors setting acknowledgements - some objects may have been acknowledged' },
      'outcome_unknown',
    ],
    [{ message: 'Error validating acknowledge parameters', detail: 'comment' }, 'rejected'],
  ])('%j: %s', async (body, kind) => {
    for (const status of 'message' in body ? [200, 400] : [200]) {
      const { opsview } = await against(() => ({ status, body }));
      const thrown = await failure(opsview.acknowledge(HTTP, 'x'));
      await close();
      expect(thrown instanceof ConnectorError ? thrown.kind : thrown).toBe(kind);
    }
  });

  test('a comment of nothing is refused before it is sent', async () => {
    const { opsview, calls } = await against(() => ({ body: {} }));
    expect(await failure(opsview.acknowledge(HTTP, ' ;<>\n'))).toMatchObject({ kind: 'rejected' });
    expect(calls).toHaveLength(0);
  });
});

describe.each([
  [
    'message with 200',
    { status: 200, body: { message: 'Something is wrong', detail: 'here' } },
    { kind: 'rejected' },
  ],
  ['bad request', { status: 400, body: { message: 'x' } }, { kind: 'rejected', status: 400 }],
  ['no right', { status: 403, body: { message: 'x' } }, { kind: 'unauthorised' }],
  ['no such call', { status: 404, body: HTML }, { kind: 'not_found' }],
  [
    'throttled by a proxy',
    { status: 429, headers: { 'retry-after': '9' } },
    { kind: 'rate_limited', retryAfterMs: 9000 },
  ],
  ['throttled, bare', { status: 429 }, { kind: 'rate_limited', retryAfterMs: 60_000 }],
  ['server error', { status: 500, body: { message: 'x', detail: 'y' } }, { kind: 'outcome_unknown' }],
  ['HTML 502', { status: 502, body: HTML }, { kind: 'outcome_unknown' }],
  [
    'moved to https',
    { status: 302, headers: { location: 'https://opsview.example.com/rest/info' } },
    { kind: 'unexpected_response', message: expect.stringContaining('https://opsview.example.com') },
  ],
  ['Perl', { status: 200, body: "$VAR1 = {'list' => []};" }, { kind: 'unexpected_response' }],
  ['empty', { status: 200 }, { kind: 'unexpected_response' }],
  ['expired for ever', { status: 401, body: { message: 'Token expired' } }, { kind: 'unauthorised' }],
] satisfies readonly (readonly [string, CannedAnswer, object])[])('%s', (_name, answer, expected) => {
  test.each(Object.keys(CALLS))('%s says so', async (name) => {
    const { opsview, calls } = await against(() => answer);
    const thrown = await failure(CALLS[name]?.(opsview));
    expect(thrown).toBeInstanceOf(ConnectorError);
    expect(thrown).toMatchObject(expected);
    expect((thrown as Error).message).toMatch(/^Opsview/);
    expect(calls.length).toBeLessThanOrEqual(2);
  });
});

describe('retries', () => {
  test('a deadlock is tried again a few times', async () => {
    const deadlock = { status: 500, body: { message: 'DBD::mysql: Deadlock found when trying to get lock' } };
    const healing = await against((_request, index) => (index < 2 ? deadlock : { body: INFO }));
    expect(await healing.opsview.readInfo()).toEqual({ version: '6.10.0', timezone: 'Europe/Zurich' });
    expect(healing.pauses).toEqual([1000, 1000]);
    await close();
    const lasting = await against(() => deadlock);
    expect(await failure(lasting.opsview.readInfo())).toMatchObject({ kind: 'outcome_unknown' });
    expect(lasting.calls).toHaveLength(5);
  });

  test('a token is renewed once, and the call repeated once', async () => {
    const { opsview, calls } = await against((_request, index) =>
      index === 0 ? { status: 401 } : { body: acknowledged(0, 1) },
    );
    await opsview.acknowledge(HTTP, 'Freshdesk #1');
    expect(calls).toHaveLength(2);
  });

  test('no session to be had means that the call was not sent', async () => {
    const { opsview, calls } = await against(() => ({ body: INFO }), {
      status: 503,
      body: { message: 'Error creating session token after 5 attempts' },
    });
    expect(await failure(opsview.acknowledge(HTTP, 'x'))).toMatchObject({ kind: 'not_sent', status: 503 });
    expect(calls).toHaveLength(0);
  });
});

describe('P10', () => {
  const echo = `you said ${PASSWORD} and ${TOKEN} (${encodeURIComponent(PASSWORD)})`;
  test.each([
    ['rejected', { status: 400, body: { message: echo, detail: echo } }],
    ['server error', { status: 500, body: { message: echo } }],
    ['moved', { status: 302, headers: { location: `https://${TOKEN}.example.com` } }],
    ['garbage', { status: 200, body: { list: [{ [TOKEN]: echo }] } }],
  ])(
    'an answer that echoes password and token (%s) does not carry them into an error',
    async (_name, answer) => {
      for (const call of Object.values(CALLS)) {
        const { opsview } = await against(() => answer);
        const shown = everythingIn(await failure(call(opsview)));
        await close();
        expect(shown).toContain('ConnectorError');
        for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), TOKEN])
          expect(shown).not.toContain(secret);
      }
    },
  );

  test('a login that echoes the password does not carry it into an error', async () => {
    const { opsview } = await against(() => ({ body: INFO }), { status: 401, body: { message: echo } });
    const shown = everythingIn(await failure(opsview.readInfo()));
    expect(shown).toContain('OPSVIEW_PASSWORD');
    expect(shown).not.toContain(PASSWORD);
  });

  test('plain http is refused unless on loopback', () =>
    expect(() =>
      createOpsview({
        url: 'http://opsview.example.com',
        username: 'u',
        password: 'p',
        clock: manualClock(),
      }),
    ).toThrow('OPSVIEW_URL must begin with https://'));
});
