import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ConnectorError } from '../../src/connectors/connector-error.ts';
import type { TicketField } from '../../src/connectors/freshdesk/read-ticket-fields.ts';
import { createLearntDeskFields, DESK_FIELDS_MEMO } from '../../src/engine/learn-desk-fields.ts';
import { saveMemo } from '../../src/store/memos.ts';
import { openTestDatabase } from '../support/database.ts';
import { HOUR, MINUTE, manualClock } from '../support/manual-clock.ts';

const ACCOUNT = 'acme.freshdesk.com';
const custom = (name: string, label: string, type = 'custom_text'): TicketField => ({
  id: 1,
  name,
  label,
  type,
  isRequiredForAgents: false,
  isRequiredForClosure: false,
  choices: [],
});

let store: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  store = await openTestDatabase('postgresql');
});
afterAll(() => store.close());
beforeEach(async () => void (await store.database.prisma.memo.deleteMany()));

function learner(first: readonly TicketField[] | Error) {
  const clock = manualClock();
  const account = { fields: first, reads: 0 };
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const desk = createLearntDeskFields({
    database: store.database,
    account: ACCOUNT,
    clock,
    log: { debug: log, info: log, warn: log, error: log },
    readTicketFields: async () => {
      account.reads += 1;
      if (account.fields instanceof Error) throw account.fields;
      return account.fields;
    },
  });
  return { desk, clock, account, logged };
}

const remember = (names: Record<string, string>, account = ACCOUNT) =>
  saveMemo(store.database.prisma, DESK_FIELDS_MEMO, { account, names }, manualClock().now());

test('nothing is known before the first look', () => {
  const { desk } = learner([custom('cf_impact', 'Impact')]);
  expect([desk.names().size, desk.deskFields().size]).toEqual([0, 0]);
});

test.each([
  ['by label', {}, ACCOUNT, [custom('cf_impact', 'Impact')], [['impact', 'cf_impact']]],
  [
    'by the stored name, of several with the label',
    { impact: 'cf_impact123456' },
    ACCOUNT,
    [custom('cf_impact', 'Impact'), custom('cf_impact123456', 'Impact')],
    [['impact', 'cf_impact123456']],
  ],
  [
    'by the stored name, though the label was changed',
    { impact: 'cf_impact' },
    ACCOUNT,
    [custom('cf_impact', 'How bad')],
    [['impact', 'cf_impact']],
  ],
  [
    'a stored name that the account has no more gives way to the label',
    { impact: 'cf_impact123456' },
    ACCOUNT,
    [custom('cf_impact', 'Impact')],
    [['impact', 'cf_impact']],
  ],
  [
    'names of another account mean nothing',
    { impact: 'cf_impact123456' },
    'other.freshdesk.com',
    [custom('cf_impact123456', 'Floor'), custom('cf_impact', 'Impact')],
    [['impact', 'cf_impact']],
  ],
  [
    'a field of the wrong type is left out',
    {},
    ACCOUNT,
    [custom('cf_impact', 'Impact', 'custom_dropdown')],
    [],
  ],
])('%s', async (_, stored, account, fields, names) => {
  await remember(stored, account);
  const { desk } = learner(fields);
  await desk.learn();
  expect([...desk.names()]).toEqual(names);
  expect([...desk.deskFields()]).toEqual(names.map(([key]) => key));
});

test('the account is asked at most hourly, and news are told once', async () => {
  const { desk, clock, account, logged } = learner([]);
  await desk.learn();
  account.fields = [custom('cf_impact', 'Impact'), custom('cf_urgency', 'Urgency', 'custom_date')];
  clock.advance(HOUR - 1);
  await desk.learn();
  expect([account.reads, desk.names().size]).toEqual([1, 0]);
  clock.advance(1);
  await desk.learn();
  clock.advance(HOUR);
  await desk.learn();
  expect(account.reads).toBe(3);
  expect(desk.names().get('impact')).toBe('cf_impact');
  expect(logged).toEqual([
    expect.stringContaining('0 of 27'),
    expect.stringContaining('1 of 27'),
    expect.stringContaining('“Urgency”'),
  ]);
});

test('a Freshdesk that does not answer is asked again after a minute; what was known stays', async () => {
  const { desk, clock, account, logged } = learner([custom('cf_impact', 'Impact')]);
  await desk.learn();
  const known = account.fields;
  account.fields = new ConnectorError('not_sent', 'Freshdesk did not answer');
  clock.advance(HOUR);
  await desk.learn();
  expect(desk.names().get('impact')).toBe('cf_impact');
  expect(logged.at(-1)).toContain('Freshdesk did not answer');
  account.fields = known;
  await desk.learn();
  expect(account.reads).toBe(2);
  clock.advance(MINUTE);
  await desk.learn();
  expect(account.reads).toBe(3);
});

test('a fault of ours is not swallowed', async () => {
  const { desk } = learner(new TypeError('ours'));
  await expect(desk.learn()).rejects.toThrow('ours');
});
