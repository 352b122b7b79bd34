import { afterEach, describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../src/connectors/connector-error.ts';
import { createCallBudget } from '../../../src/connectors/freshdesk/call-budget.ts';
import { PLAN_LIMITS } from '../../../src/connectors/freshdesk/call-limits.ts';
import { createFreshdesk, type Freshdesk } from '../../../src/connectors/freshdesk/freshdesk.ts';
import type { Metrics } from '../../../src/model/metrics.ts';
import { uncounted } from '../../../src/model/metrics.ts';
import { type CannedAnswer, startCannedServer } from '../../fakes/http-server.ts';
import { everythingIn } from '../../fakes/leaks.ts';
import { memoryBudgetStore } from '../../fakes/memory-budget-store.ts';
import { manualClock } from '../../support/manual-clock.ts';

const API_KEY = 'kG7verySecretKey20xx';
const BASIC = Buffer.from(`${API_KEY}:X`).toString('base64');
const HTML = '<!DOCTYPE html><html><body>Error 502</body></html>';

let close = async (): Promise<void> => {};
afterEach(() => close());

function connect(url: string, metrics: Metrics = uncounted): Freshdesk {
  const clock = manualClock();
  const budget = createCallBudget({
    store: memoryBudgetStore(),
    account: 'acme',
    limits: PLAN_LIMITS.pro,
    clock,
    random: () => 0,
  });
  return createFreshdesk({ url, apiKey: API_KEY, budget, clock, metrics });
}

async function against(answer: CannedAnswer, metrics?: Metrics): Promise<Freshdesk> {
  const server = await startCannedServer(() => answer);
  close = server.close;
  return connect(server.url, metrics);
}

const CALLS: Readonly<Record<string, (freshdesk: Freshdesk) => Promise<unknown>>> = {
  createTicket: (freshdesk) =>
    freshdesk.createTicket({
      fields: { subject: 's', status: 'open', priority: 'low', type: 'Incident', tags: [] },
      descriptionHtml: '<p>d</p>',
      requesterEmail: 'ops@example.com',
    }),
  readTicket: (freshdesk) => freshdesk.readTicket(1),
  updateTicket: (freshdesk) => freshdesk.updateTicket(1, { status: 'closed' }),
  addPrivateNote: (freshdesk) => freshdesk.addPrivateNote(1, '<p>n</p>'),
  findTicketByTag: (freshdesk) =>
    freshdesk.findTicketByTag({ tag: 'wd-1', requesterEmail: 'ops@example.com', since: new Date(0) }),
  findMessageByMark: (freshdesk) => freshdesk.findMessageByMark(1, 'mark'),
  listUpdatedSince: (freshdesk) => freshdesk.listUpdatedSince(new Date(0)).next(),
  readSelf: (freshdesk) => freshdesk.readSelf(),
  readTicketFields: (freshdesk) => freshdesk.readTicketFields(),
  readTicketInFull: (freshdesk) => freshdesk.readTicketInFull(1),
  addPublicReply: (freshdesk) => freshdesk.addPublicReply(1, '<p>r</p>'),
  listMessages: (freshdesk) => freshdesk.listMessages(1, { afterId: 0, known: 0 }),
  readAssociation: (freshdesk) => freshdesk.readAssociation(1),
  listAgents: (freshdesk) => freshdesk.listAgents(),
  listGroups: (freshdesk) => freshdesk.listGroups(),
  searchSolutions: (freshdesk) => freshdesk.searchSolutions('disk'),
  createArticle: (freshdesk) => freshdesk.createArticle({ folderId: 1, title: 'title', html: '<p>text</p>' }),
};

/** Shapes of the reference, section 1.4 and 1.5. */
const REFUSALS: readonly (readonly [string, CannedAnswer, object])[] = [
  [
    'validation with several fields',
    {
      status: 400,
      body: {
        description: 'Validation failed',
        errors: [
          { field: 'status', message: "It should be one of these values: '2,3,4,5'", code: 'invalid_value' },
          { field: 'foo', message: 'Unexpected/invalid field in request', code: 'invalid_field' },
        ],
      },
    },
    {
      kind: 'rejected',
      status: 400,
      fieldErrors: [
        { field: 'status', message: "It should be one of these values: '2,3,4,5'", code: 'invalid_value' },
        { field: 'foo', message: 'Unexpected/invalid field in request', code: 'invalid_field' },
      ],
    },
  ],
  [
    'broken JSON',
    { status: 400, body: { code: 'invalid_json', message: 'Request body has invalid json' } },
    { kind: 'rejected', code: 'invalid_json' },
  ],
  [
    'wrong key',
    {
      status: 401,
      body: { code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' },
    },
    { kind: 'unauthorised', code: 'invalid_credentials' },
  ],
  [
    'no right',
    {
      status: 403,
      body: { code: 'access_denied', message: 'You are not authorized to perform this action.' },
    },
    { kind: 'unauthorised', code: 'access_denied' },
  ],
  [
    'plan lacks it',
    { status: 403, body: { code: 'require_feature', message: 'x' } },
    { kind: 'rejected', code: 'require_feature' },
  ],
  ['suspended', { status: 403, body: { code: 'account_suspended', message: 'x' } }, { kind: 'unauthorised' }],
  [
    '403 of the edge',
    { status: 403, body: HTML, headers: { 'content-type': 'text/html' } },
    { kind: 'unauthorised' },
  ],
  ['empty 404', { status: 404 }, { kind: 'not_found', status: 404 }],
  ['wrong verb', { status: 405, body: { message: 'POST method is not allowed.' } }, { kind: 'rejected' }],
  [
    'conflict',
    {
      status: 409,
      body: {
        description: 'Validation failed',
        errors: [{ field: 'email', message: 'x', code: 'duplicate_value' }],
      },
    },
    { kind: 'rejected', fieldErrors: [{ field: 'email', code: 'duplicate_value' }] },
  ],
  [
    'too many calls',
    { status: 429, headers: { 'retry-after': '7' }, body: { message: 'x' } },
    { kind: 'rate_limited', retryAfterMs: 7000 },
  ],
  ['too many calls, bare', { status: 429 }, { kind: 'rate_limited', retryAfterMs: 60_000 }],
  [
    'server error',
    { status: 500, body: { code: 'internal_error', message: 'x' } },
    { kind: 'outcome_unknown' },
  ],
  [
    'HTML 502',
    { status: 502, body: HTML, headers: { 'content-type': 'text/html' } },
    { kind: 'outcome_unknown', status: 502 },
  ],
  [
    'maintenance',
    { status: 503, headers: { 'retry-after': '120' } },
    { kind: 'outcome_unknown', retryAfterMs: 120_000 },
  ],
  [
    'moved',
    { status: 301, headers: { location: 'https://other.freshdesk.com/x?secret=1' } },
    { kind: 'unexpected_response' },
  ],
  ['HTML 200', { status: 200, body: HTML }, { kind: 'unexpected_response' }],
  ['empty 200', { status: 200 }, { kind: 'unexpected_response' }],
  ['another shape', { status: 200, body: { id: 'many', status: null } }, { kind: 'unexpected_response' }],
  [
    'odd error body',
    { status: 400, body: { errors: 'none', message: 5, code: null } },
    { kind: 'rejected', fieldErrors: [] },
  ],
  ['a list as error body', { status: 400, body: [] }, { kind: 'rejected' }],
];

describe.each(REFUSALS)('%s', (_name, answer, expected) => {
  test.each(Object.keys(CALLS))('%s says so', async (name) => {
    const freshdesk = await against(answer);
    const thrown = await CALLS[name]?.(freshdesk).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(ConnectorError);
    expect(thrown).toMatchObject(expected);
    expect((thrown as Error).message).toMatch(/^Freshdesk/);
  });
});

test('P2 a requester unknown to Freshdesk, told as a 400 about the address, has no tickets; search is asked all the same', async () => {
  const fieldError = {
    field: 'email',
    message: 'There is no contact matching the given email',
    code: 'invalid_value',
  };
  const paths: string[] = [];
  const server = await startCannedServer(({ path }) => {
    paths.push(path);
    return path.endsWith('/search/tickets')
      ? { body: { total: 0, results: [] } }
      : { status: 400, body: { description: 'Validation failed', errors: [fieldError] } };
  });
  close = server.close;
  expect(await CALLS.findTicketByTag?.(connect(server.url))).toBeUndefined();
  expect(paths).toEqual(['/api/v2/tickets', '/api/v2/search/tickets']);
});

describe('P10', () => {
  const echo = `you sent Authorization: Basic ${BASIC} with key ${API_KEY}`;
  test.each([
    ['single', { status: 401, body: { code: API_KEY, message: echo } }],
    [
      'validation',
      { status: 400, body: { description: echo, errors: [{ field: API_KEY, message: echo, code: BASIC }] } },
    ],
    ['moved', { status: 302, headers: { location: `https://${API_KEY}.example.com/` } }],
    ['garbage', { status: 200, body: { [API_KEY]: echo } }],
    ['server error', { status: 500, body: echo }],
  ])('an answer that echoes the key (%s) does not carry it into an error', async (_name, answer) => {
    for (const call of Object.values(CALLS)) {
      const thrown = await call(await against(answer)).catch((error: unknown) => error);
      await close();
      const shown = everythingIn(thrown);
      expect(shown).not.toContain(BASIC);
      expect(shown.toLowerCase()).not.toContain(API_KEY.toLowerCase());
    }
  });

  test('plain http is refused unless on loopback', async () => {
    const freshdesk = () =>
      createFreshdesk({
        url: 'http://acme.freshdesk.com',
        apiKey: API_KEY,
        clock: manualClock(),
        budget: createCallBudget({ store: memoryBudgetStore(), account: 'a', clock: manualClock() }),
      });
    expect(freshdesk).toThrow('FRESHDESK_URL must begin with https://');
  });
});

test('every call is counted by verb and outcome', async () => {
  const counted: string[] = [];
  const metrics: Metrics = {
    ...uncounted,
    connectorCall: (connector, kind, outcome) => void counted.push(`${connector} ${kind} ${outcome}`),
  };
  await CALLS.readTicket?.(await against({ body: { id: 1, status: 2 } }, metrics));
  await close();
  await CALLS.readTicket?.(await against({ status: 404 }, metrics)).catch(() => {});
  expect(counted).toEqual(['freshdesk read_ticket ok', 'freshdesk read_ticket not_found']);
});
