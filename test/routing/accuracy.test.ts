import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { labelledTickets } from '../../src/cli/accuracy.ts';
import { measureAccuracy, showAccuracy } from '../../src/cli/accuracy-figures.ts';
import { factsOf, type TicketFile } from '../../src/cli/ticket-file.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';
import { readPolicyFiles } from '../../src/store/policy-files.ts';
import { aPolicy } from '../support/policy.ts';

const NOON = new Date('2026-03-02T12:00:00Z');
const inGit = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const facts = (ticket: TicketFile) => factsOf(ticket, NOON);
const policyAt = async (path: string) => {
  const loaded = loadPolicy(await readPolicyFiles(inGit(path)));
  if ('faults' in loaded) throw new Error(`${path} has faults`);
  return loaded.policy;
};
const measured = async (set: string, policy: string) =>
  measureAccuracy(await labelledTickets(inGit(`test/fixtures/tickets${set}`)), facts, await policyAt(policy));

describe('the type of labelled tickets', () => {
  test.each([
    ['', 'those that word lists were tuned with', 70],
    ['/held-out', 'those that they were not', 70],
  ])('%s (%s): at least 0.9 right, surer ones more so, and most without asking', async (set, _, count) => {
    const accuracy = await measured(set, 'policy/default.yaml');
    expect(accuracy.judged.length).toBeGreaterThan(count);
    expect(accuracy.typeShare).toBeGreaterThanOrEqual(0.9);
    expect(accuracy.rightWhenSureShare).toBeGreaterThanOrEqual(0.97);
    expect(accuracy.sureShare).toBeGreaterThanOrEqual(0.7);
  });

  test.each(
    ['', '/held-out', '/quiet'].flatMap((set) =>
      ['policy/default.yaml', 'policy/sandbox.yaml', 'policy/examples/service-provider.yaml'].map(
        (policy) => [set, policy] as const,
      ),
    ),
  )('no incident of %s is called something else without asking by %s', async (set, policy) => {
    const { silent } = await measured(set, policy);
    expect(silent.map(({ ticket }) => ticket.subject)).toEqual([]);
  });

  test('categories of the example', async () => {
    const { categoryShare } = await measured('', 'policy/examples/service-provider.yaml');
    expect(categoryShare).toBeGreaterThanOrEqual(0.9);
  });
});

test('tickets are varied: languages, types, hard ones, and none told twice', async () => {
  const all = (
    await Promise.all(['', '/held-out'].map((set) => labelledTickets(inGit(`test/fixtures/tickets${set}`))))
  ).flat();
  const count = (key: (ticket: TicketFile) => string) => Map.groupBy(all, key);
  expect(all.length).toBeGreaterThanOrEqual(140);
  expect([...count(({ language }) => language ?? '').keys()].sort()).toEqual([
    'de',
    'en',
    'es',
    'fr',
    'it',
    'mixed',
    'nl',
  ]);
  for (const [, tickets] of count(({ expect: label }) => label?.type ?? 'none'))
    expect(tickets.length).toBeGreaterThanOrEqual(20);
  expect(all.filter(({ hard }) => hard).length).toBeGreaterThanOrEqual(40);
  expect(count(({ subject, text }) => `${subject}|${text}`).size).toBe(all.length);
});

test('the figures name what is wrong and how sure it was', () => {
  const label = (subject: string, type: 'Incident' | 'Question'): TicketFile => ({
    subject,
    text: '',
    tags: [],
    source: 'email',
    answers: {},
    hard: true,
    expect: { type },
  });
  const text = showAccuracy(
    'mine',
    measureAccuracy(
      [
        label('site down', 'Incident'),
        label('How can I print?', 'Question'),
        label('How can I print it', 'Incident'),
      ],
      facts,
      aPolicy(),
    ),
  );
  expect(text).toContain('mine: 3 tickets, 3 of them hard');
  expect(text).toMatch(/Incident +1 +1 +0 +50\.0 % +100\.0 %/);
  expect(text).toMatch(/Question +0 +1 +0 +100\.0 % +50\.0 %/);
  expect(text).toContain('incidents missed silently      1');
  expect(text).toMatch(/- Incident called Question, confidence 0\.\d+: How can I print it/);
});
