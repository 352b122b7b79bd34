import request from 'supertest';
import { describe, expect, test } from 'vitest';
import {
  FORM_FAULTS,
  ISSUE_FORMS,
  type IssueForm,
  readSuggestionForm,
} from '../../src/console/person-forms.ts';
import { NOW, sampleData, TOLD_ID } from './sample-data.ts';
import { consoleApp } from './serve.ts';

const HERE = { 'sec-fetch-site': 'same-origin', host: '127.0.0.1' };
const RECORD = { who: ' Ann ', how: 'Phone', when: '2026-11-21T09:10' };

async function tokenOf(app: ReturnType<typeof consoleApp>): Promise<string> {
  const { text } = await request(app).get('/incidents/151').expect(200);
  return /name="token" value="([^"]+)"/.exec(text)?.[1] as string;
}

test.each<[IssueForm, object, object]>([
  [
    'confirmation',
    RECORD,
    { do: 'record_confirmation', number: 151, who: 'Ann', how: 'Phone', when: '2026-11-21T09:10:00.000Z' },
  ],
  ['link', { reference: 'wd-142', as: 'child' }, { do: 'link', parent: 142, child: 151, answer: 'accept' }],
  ['link', { reference: ' 142 ', as: 'parent' }, { do: 'link', parent: 151, child: 142, answer: 'accept' }],
  ['unlink', {}, { do: 'unlink', number: 151 }],
  [
    'problem',
    { what: 'How to restart\r\nthe <b>worker</b>' },
    { do: 'create_problem', number: 151, what: 'How to restart\nthe <b>worker</b>' },
  ],
  ['article', {}, { do: 'draft_article', number: 151 }],
  ['have', { by: ' Dana Ott ', ladder: '' }, { do: 'acknowledge', number: 151, by: 'Dana Ott' }],
  [
    'have',
    { by: 'Dana Ott', ladder: 'duty' },
    { do: 'acknowledge', number: 151, by: 'Dana Ott', ladder: 'duty' },
  ],
  [
    'escalate',
    { by: 'Jo', reason: 'They called.' },
    { do: 'escalate', number: 151, by: 'Jo', reason: 'They called.' },
  ],
  [
    'stop-director',
    { by: 'Jo', reason: 'Known.', ladder: 'unattended' },
    { do: 'stop_director', number: 151, by: 'Jo', reason: 'Known.', ladder: 'unattended' },
  ],
])('the form %s tells what it says and leads back to the issue', async (form, fields, wish) => {
  const data = sampleData();
  const app = consoleApp({ data });
  const token = await tokenOf(app);
  const answer = await request(app)
    .post(`/incidents/151/${form}`)
    .set(HERE)
    .type('form')
    .send({ ...fields, token })
    .expect(303);
  expect(answer.headers.location).toBe(`/incidents/151?told=done&id=${TOLD_ID}`);
  expect(data.asked.map((text) => JSON.parse(text))).toEqual([wish]);
  const shown = await request(app).get(`/incidents/151?told=done&id=${TOLD_ID}`).expect(200);
  expect(shown.text).toContain('Told; the page shows what came of it in a moment.');
});

test.each([
  ['/suggestions', `/suggestions?told=done&id=${TOLD_ID}`],
  ['/suggestions?from=151', `/incidents/151?told=done&id=${TOLD_ID}`],
  ['/suggestions?from=//evil.example', `/suggestions?told=done&id=${TOLD_ID}`],
])('a suggested link answered at %s leads to %s', async (path, location) => {
  const data = sampleData();
  const app = consoleApp({ data });
  const fields = { parent: '151', child: '154', answer: 'decline', token: await tokenOf(app) };
  const answer = await request(app).post(path).set(HERE).type('form').send(fields).expect(303);
  expect(answer.headers.location).toBe(location);
  expect(data.asked).toEqual([JSON.stringify({ do: 'link', parent: 151, child: 154, answer: 'decline' })]);
});

test.each<[IssueForm, object, keyof typeof FORM_FAULTS]>([
  ['confirmation', { ...RECORD, who: '  ' }, 'who'],
  ['confirmation', { ...RECORD, how: undefined }, 'who'],
  ['confirmation', { ...RECORD, who: ['a', 'b'] }, 'who'],
  ['confirmation', { ...RECORD, who: 'x'.repeat(201) }, 'who'],
  ['confirmation', { ...RECORD, when: 'yesterday' }, 'when'],
  ['confirmation', { ...RECORD, when: '2026-13-40T99:99' }, 'when'],
  ['confirmation', { ...RECORD, when: '2026-11-21T09:30' }, 'when'],
  ['link', { reference: 'ticket 7', as: 'child' }, 'reference'],
  ['link', { reference: 'WD-0', as: 'child' }, 'reference'],
  ['link', { reference: 'WD-7', as: 'sibling' }, 'reference'],
  ['link', { reference: 'WD-151', as: 'child' }, 'self'],
  ['problem', { what: '\0 ' }, 'what'],
  ['have', { by: ' ' }, 'by'],
  ['have', { by: 'Jo', ladder: '<x>' }, 'by'],
  ['escalate', { by: 'Jo', reason: ' ' }, 'reason'],
  ['escalate', { reason: 'x' }, 'reason'],
  ['stop-director', { by: 'Jo', reason: 'x' }, 'reason'],
  ['stop-director', { by: 'Jo', reason: '', ladder: 'unattended' }, 'reason'],
])('the form %s with %j tells nothing but what is wrong', (form, fields, fault) => {
  expect(ISSUE_FORMS[form](fields, { number: 151, now: NOW })).toBe(fault);
});

test.each([
  [undefined],
  [{}],
  [{ parent: '1', child: 'x', answer: 'accept' }],
  [{ parent: '1', child: '2', answer: 'perhaps' }],
])('a suggestion answered with %j is not readable', (form) =>
  expect(readSuggestionForm(form)).toBe('unreadable'),
);

test('what a form lacked is said on the page, and an issue that is not there too', async () => {
  const data = sampleData({ tell: async () => undefined });
  const app = consoleApp({ data });
  const token = await tokenOf(app);
  const send = (fields: object) =>
    request(app)
      .post('/incidents/151/link')
      .set(HERE)
      .type('form')
      .send({ ...fields, token })
      .expect(303);
  for (const [fields, sentence] of [
    [{ reference: 'nonsense', as: 'child' }, FORM_FAULTS.reference],
    [{ reference: 'WD-999', as: 'child' }, 'No issue has this number; nothing was done.'],
  ] as const) {
    const { headers } = await send(fields);
    const shown = await request(app).get(String(headers.location)).expect(200);
    expect(shown.text).toContain(sentence);
  }
  for (const query of ['told=done', 'told=done&id=1', `told[]=done&id=${TOLD_ID}`]) {
    const { text } = await request(app).get(`/incidents/151?${query}`).expect(200);
    expect(text).not.toContain('class="told');
  }
  const odd = await request(app).get('/incidents/151?told=constructor').expect(200);
  expect(odd.text).not.toContain('class="told');
});

test.each(['/incidents/151', '/suggestions'])(
  'P6 %s says what was decided, also when that was nothing',
  async (path) => {
    const decided = 'Somebody wants to link <i>WD-3</i>, which cannot be: it is a question.';
    const data = sampleData({ cameOf: async (id) => (id === TOLD_ID ? decided : undefined) });
    const { text } = await request(consoleApp({ data })).get(`${path}?told=done&id=${TOLD_ID}`).expect(200);
    expect(text).toContain(
      'Somebody wants to link &lt;i&gt;WD-3&lt;/i&gt;, which cannot be: it is a question.',
    );
    expect(text).not.toContain('load delay');
    const early = await request(consoleApp()).get(`${path}?told=done&id=${TOLD_ID}`).expect(200);
    expect(early.text).toContain('load delay');
  },
);

describe('P10 what people tell', () => {
  const paths = [...Object.keys(ISSUE_FORMS).map((form) => `/incidents/151/${form}`), '/suggestions'];

  test.each(paths)('%s takes nothing from another site, nor without the token of the page', async (path) => {
    const data = sampleData();
    const app = consoleApp({ data });
    const token = await tokenOf(app);
    const fields = {
      ...RECORD,
      reference: 'WD-142',
      as: 'child',
      what: 'x',
      parent: '1',
      child: '2',
      answer: 'accept',
      by: 'Jo',
      reason: 'x',
      ladder: 'y',
    };
    const post = (headers: Record<string, string>, more: object) =>
      request(app)
        .post(path)
        .set({ host: '127.0.0.1', ...headers })
        .type('form')
        .send({ ...fields, ...more });
    await post({ 'sec-fetch-site': 'cross-site' }, { token }).expect(403);
    await post({ origin: 'https://evil.example' }, { token }).expect(403);
    await post({}, { token }).expect(403);
    await post({ 'sec-fetch-site': 'same-origin' }, {}).expect(403);
    await post({ 'sec-fetch-site': 'same-origin' }, { token: 'guess' }).expect(403);
    expect(data.asked).toEqual([]);
  });

  test.each(paths)('%s is only for those who are signed in', async (path) => {
    const data = sampleData();
    const app = consoleApp({ data, mode: 'connected', password: 'nine lives' });
    const answer = await request(app).post(path).set(HERE).type('form').send({}).expect(303);
    expect(answer.headers.location).toBe('/sign-in?next=%2F');
    expect(data.asked).toEqual([]);
  });

  test('a form that is not ours is not found, and one that is too large is refused', async () => {
    const data = sampleData();
    const app = consoleApp({ data });
    const token = await tokenOf(app);
    await request(app).post('/incidents/151/constructor').set(HERE).type('form').send({ token }).expect(404);
    await request(app).post('/incidents/0/unlink').set(HERE).type('form').send({ token }).expect(404);
    const what = 'x'.repeat(40_000);
    await request(app)
      .post('/incidents/151/problem')
      .set(HERE)
      .type('form')
      .send({ what, token })
      .expect(413);
    expect(data.asked).toEqual([]);
  });
});
