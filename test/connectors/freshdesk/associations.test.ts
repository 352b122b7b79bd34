import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../src/connectors/connector-error.ts';
import { associationRefusal } from '../../../src/connectors/freshdesk/association-refusal.ts';
import { STOCK_ASSOCIATIONS } from '../../../src/connectors/freshdesk/associations.ts';
import type { FreshdeskSettings } from '../../../src/sandbox/freshdesk/settings.ts';
import { freshdeskAtSandbox } from './at-sandbox.ts';

let at: Awaited<ReturnType<typeof freshdeskAtSandbox>>;
beforeEach(async () => {
  at = await freshdeskAtSandbox();
});
afterEach(() => at.close());

const raise = (count: number): void => {
  for (let n = 0; n < count; n += 1)
    at.account.customers.raise({ email: 'kim@example.com', subject: 'help', text: 'help' });
};
const meaningOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'done',
    (error: unknown) => associationRefusal(error),
  );

test('parent and children: made, made again, read, released, released again', async () => {
  raise(3);
  const { freshdesk } = at;
  for (const child of [2, 3, 3]) await freshdesk.makeChild(child, 1);
  expect(await freshdesk.readAssociation(1)).toEqual({ kind: 'parent', memberIds: [2, 3] });
  expect(await freshdesk.readAssociation(2)).toEqual({ kind: 'child', memberIds: [], primeId: 1 });
  await freshdesk.releaseChild(2);
  await freshdesk.releaseChild(2);
  expect(await freshdesk.readAssociation(2)).toEqual({ memberIds: [] });
  expect(await freshdesk.readAssociation(1)).toEqual({ kind: 'parent', memberIds: [3] });
});

test('tracker and related tickets, both ways', async () => {
  raise(3);
  const { freshdesk } = at;
  for (const ticket of [2, 3, 2]) await freshdesk.relate(1, ticket);
  expect(await freshdesk.readAssociation(1)).toEqual({ kind: 'tracker', memberIds: [2, 3] });
  expect(await freshdesk.readAssociation(3)).toEqual({ kind: 'related', memberIds: [], primeId: 1 });
  await freshdesk.unrelate(3, 1);
  await freshdesk.unrelate(3, 1);
  await freshdesk.unrelate(2, 99);
  expect(await freshdesk.readAssociation(1)).toEqual({ kind: 'tracker', memberIds: [2] });
});

test('a tie costs two calls', async () => {
  raise(2);
  expect(await at.callsOf(() => at.freshdesk.makeChild(2, 1))).toEqual(['PUT /tickets/2', 'GET /tickets/2']);
});

describe('refusals are told apart', () => {
  test.each<[string, Partial<FreshdeskSettings>, string]>([
    ['the feature is off', { associationsEnabled: false }, 'feature_off'],
    ['the parent is full, and it says so', { childrenMax: 1 }, 'limit'],
    ['the account knows no such key', { unknownAssociationKeys: ['parent_id'] }, 'feature_off'],
    [
      'the verb is not allowed',
      { unknownAssociationKeys: ['parent_id'], unknownKeyAnswer: 'method_not_allowed' },
      'feature_off',
    ],
    [
      'the plan lacks it',
      { unknownAssociationKeys: ['parent_id'], unknownKeyAnswer: 'require_feature' },
      'feature_off',
    ],
    [
      'the value is not liked',
      { unknownAssociationKeys: ['parent_id'], unknownKeyAnswer: 'invalid_value' },
      'not_possible',
    ],
    [
      'there is no such thing',
      { unknownAssociationKeys: ['parent_id'], unknownKeyAnswer: 'not_found' },
      'not_possible',
    ],
    [
      'it is taken and nothing happens',
      { unknownAssociationKeys: ['parent_id'], unknownKeyAnswer: 'ignored' },
      'not_possible',
    ],
  ])('%s', async (_name, settings, meaning) => {
    raise(3);
    await at.freshdesk.makeChild(2, 1);
    Object.assign(at.account.settings, settings);
    expect(await meaningOf(at.freshdesk.makeChild(3, 1))).toBe(meaning);
  });

  test('a full parent that is refused in other words is counted', async () => {
    raise(12);
    at.account.settings.tellsAssociationLimit = false;
    for (let child = 2; child <= 11; child += 1) await at.freshdesk.makeChild(child, 1);
    expect(await meaningOf(at.freshdesk.makeChild(12, 1))).toBe('limit');
  });

  test.each<[string, (freshdesk: typeof at.freshdesk) => Promise<void>]>([
    ['of a child', (freshdesk) => freshdesk.makeChild(3, 2)],
    ['of itself', (freshdesk) => freshdesk.makeChild(3, 3)],
    ['of nothing', (freshdesk) => freshdesk.makeChild(3, 99)],
    ['by nothing', (freshdesk) => freshdesk.makeChild(99, 3)],
    ['of a parent that is no tracker', (freshdesk) => freshdesk.relate(1, 3)],
    ['of a deleted one', (freshdesk) => freshdesk.makeChild(3, 4)],
  ])('not possible: member %s', async (_name, run) => {
    raise(4);
    await at.freshdesk.makeChild(2, 1);
    at.account.agent().trash(4);
    expect(await meaningOf(run(at.freshdesk))).toBe('not_possible');
    expect(await at.freshdesk.readAssociation(3)).toEqual({ memberIds: [] });
  });

  test('what is no refusal stays what it was', async () => {
    raise(2);
    at.account.faults.next({ kind: 'cut_after' });
    await expect(at.freshdesk.makeChild(2, 1)).rejects.toMatchObject({ kind: 'outcome_unknown' });
    await at.freshdesk.makeChild(2, 1);
    expect(associationRefusal(new ConnectorError('rate_limited', 'x'))).toBeUndefined();
    expect(associationRefusal(new ConnectorError('unauthorised', 'x', { status: 403 }))).toBeUndefined();
    expect(associationRefusal(new TypeError('x'))).toBeUndefined();
  });
});

describe('ways to ask', () => {
  test.each(['invalid_field', 'invalid_value', 'not_found', 'method_not_allowed', 'ignored'] as const)(
    'the second way is tried when the first is answered with %s',
    async (unknownKeyAnswer) => {
      raise(2);
      Object.assign(at.account.settings, { unknownAssociationKeys: ['tracker_id'], unknownKeyAnswer });
      await at.freshdesk.relate(1, 2);
      expect(await at.freshdesk.readAssociation(2)).toMatchObject({ kind: 'related', primeId: 1 });
    },
  );

  test('by bulk job: seen when it is done', async () => {
    raise(2);
    const freshdesk = at.connect({ associations: { ...STOCK_ASSOCIATIONS, makeChild: ['bulk_parent_id'] } });
    expect(await meaningOf(freshdesk.makeChild(2, 1))).toBe('not_possible');
    at.clock.advance(2000);
    await freshdesk.makeChild(2, 1);
    expect(await freshdesk.readAssociation(1)).toMatchObject({ memberIds: [2] });
  });
});
