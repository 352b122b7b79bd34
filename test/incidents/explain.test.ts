import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { explainAlert, explainQuestion } from '../../src/cli/explain.ts';
import { explain, type Question } from '../../src/incidents/explain.ts';
import { aPolicy } from '../support/policy.ts';
import { NOON } from './world.ts';

const policy = aPolicy({
  teams: { web: { name: 'Web operations', freshdesk_group_id: 9 } },
  customers: { acme: { name: 'Acme', requester_email: 'it@acme.example' } },
  services: {
    shop: {
      name: 'Web shop',
      customers: ['acme'],
      criticality: 'high',
      owner: 'web',
      match: [{ host: 'shop*' }],
    },
  },
});
const question: Question = { host: 'shop1', check: 'HTTP', state: 'CRITICAL', hashtags: [] };

describe('explain', () => {
  test('P6 names service, customer, team, priority and why, and shows the ticket', () => {
    const text = explain(question, policy, NOON);
    for (const part of [
      'Web shop (shop)',
      'Acme',
      'Web operations (Freshdesk group 9)',
      'urgent (impact high, urgency high)',
      'priority_matrix',
      'it@acme.example',
      '[WD-1] Acme: shop1 HTTP is CRITICAL',
      'healthy for 10 min',
      '| shop1 HTTP is CRITICAL since',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/<\w+|&amp;/);
  });

  test('says why nothing would be opened', () => {
    const quiet = aPolicy({ alerts: { open_from: ['DOWN'] } });
    expect(explain(question, quiet, NOON)).toContain(
      'Nothing is opened: shop1 HTTP is CRITICAL, which opens nothing',
    );
    expect(explain({ ...question, state: 'OK' }, policy, NOON)).toContain('Nothing is opened');
  });
});

describe('watchdesk explain', () => {
  const file = fileURLToPath(new URL('../../policy/default.yaml', import.meta.url));
  const ask = (given: object) =>
    explainAlert(
      { host: 'web01', check: 'HTTP', state: 'critical', hashtag: [], policy: file, ...given },
      NOON,
    );

  test('answers from the policy file', async () => {
    expect(await ask({})).toMatchObject({
      isGood: true,
      text: expect.stringContaining('web01 HTTP CRITICAL'),
    });
  });

  test.each([
    [{ state: 'DOWN' }, 'give one of OK, WARNING, CRITICAL, UNKNOWN'],
    [{ check: undefined }, 'give one of UP, DOWN, UNREACHABLE'],
    [{ policy: 'nowhere.yaml' }, 'nowhere.yaml'],
  ])('says what is wrong with %j', async (given, part) => {
    expect(await ask(given)).toMatchObject({ isGood: false, text: expect.stringContaining(part) });
  });
});

test.each([
  [{ host: 'web01' }, 'Give --host and --state for an alert, or --ticket for a ticket.'],
  [{ ticket: 'a.json', host: 'web01' }, 'give one or the other'],
  [{ ticket: 'missing.json' }, 'missing.json cannot be read'],
])('%j: %s', async (given, message) => {
  const policyFile = fileURLToPath(new URL('../../policy/default.yaml', import.meta.url));
  const { text, isGood } = await explainQuestion({ hashtag: [], policy: policyFile, ...given }, NOON);
  expect(isGood).toBe(false);
  expect(text).toContain(message);
});
