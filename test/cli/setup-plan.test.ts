import { describe, expect, test } from 'vitest';
import { nothingMade, type SetupMemory } from '../../src/cli/setup/memory.ts';
import { planSetup, settlePending } from '../../src/cli/setup/plan.ts';
import { planUndo } from '../../src/cli/setup/undo.ts';
import type { AutomationRule } from '../../src/connectors/freshdesk/automation-rules.ts';
import type { TicketField } from '../../src/connectors/freshdesk/read-ticket-fields.ts';
import { DESK_FIELD_KEYS } from '../../src/model/desk-field.ts';

const URL_ = 'https://watchdesk.example.com/webhooks/freshdesk';
const webhook = { url: URL_, secretMark: 'aaaaaaaa' };
const memory = nothingMade('acme.freshdesk.com');

const field = (label: string, type: string, more: Partial<TicketField> = {}): TicketField => ({
  id: 7,
  name: 'cf_x',
  label,
  type,
  isRequiredForAgents: false,
  isRequiredForClosure: false,
  choices: [],
  ...more,
});
const choices = (...labels: string[]) => labels.map((label) => ({ label }));
const rule = (more: Partial<AutomationRule> = {}): AutomationRule => ({
  id: 9,
  trigger: 'creation',
  name: 'Watchdesk: ticket created',
  isActive: true,
  webhookUrls: [URL_],
  setsStatuses: [],
  ...more,
});
const madeRule = (secretMark = 'aaaaaaaa'): SetupMemory => ({
  ...memory,
  rules: { created: { id: 9, secretMark } },
});
const madeField: SetupMemory = { ...memory, fields: { impact: { id: 7, name: 'cf_x' } } };

test('an empty account gets everything', () => {
  const { steps } = planSetup({ fields: [], rules: [] }, webhook, memory);
  expect(steps.filter(({ kind }) => kind === 'create')).toHaveLength(DESK_FIELD_KEYS.length + 2);
  expect(steps.filter(({ kind }) => kind !== 'create')).toEqual([]);
});

describe('ticket fields', () => {
  test.each([
    // the account has                                     setup remembers   kind      because
    [field('Impact', 'custom_text'), memory, 'keep', /by its label as cf_x/],
    [field(' impact ', 'custom_text'), memory, 'keep', /by its label/],
    [field('Impact', 'custom_text'), madeField, 'keep', /made by setup/],
    [field('Impact (ours)', 'custom_text'), madeField, 'keep', /made by setup/],
    [field('Impact', 'custom_paragraph'), memory, 'keep', /by its label/],
    [field('Impact', 'custom_dropdown'), memory, 'manual', /type dropdown, Watchdesk needs text/],
    [field('Impact', 'custom_text', { name: 'cf_other' }), madeField, 'keep', /by its label as cf_other/],
    [field('Impact', 'default_subject'), memory, 'create', /no such field/],
  ] as const)('%o with %o: %s', (seen, remembered, kind, reason) => {
    const { steps } = planSetup({ fields: [seen], rules: [] }, webhook, remembered);
    const step = steps.find((one) => 'field' in one && one.field === 'impact');
    expect(step).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  });

  test('choices that a dropdown lacks are left to a person', () => {
    const seen = field('Is there a workaround?', 'custom_dropdown', { choices: choices('Yes') });
    const { steps } = planSetup({ fields: [seen], rules: [] }, webhook, memory);
    expect(steps.find((step) => 'choicesOf' in step)).toMatchObject({ kind: 'manual', choices: ['No'] });
  });

  test('ticket types that are missing are left to a person', () => {
    const types = field('Type', 'default_ticket_type', {
      choices: choices('Question', 'Incident', 'Defekt'),
    });
    const { steps } = planSetup({ fields: [types], rules: [] }, webhook, memory);
    const missing = steps.flatMap((step) => ('ticketType' in step ? [step.ticketType] : []));
    expect(missing).toEqual(['Problem', 'Feature Request']);
  });
});

describe('webhook rules', () => {
  test.each([
    // rules of the account                                 remembered             kinds                  because
    [[rule()], madeRule(), ['keep'], /made by setup/],
    [[rule({ isActive: false })], madeRule(), ['change'], /switched off/],
    [[rule({ webhookUrls: ['https://old.example.com'] })], madeRule(), ['change'], /calls https:\/\/old/],
    [[rule()], madeRule('bbbbbbbb'), ['change'], /secret/],
    [[rule({ name: 'ours, renamed' })], madeRule(), ['keep'], /made by setup/],
    [[rule()], memory, ['keep'], /by others/],
    [[rule({ isActive: false })], memory, ['manual'], /switch it on/],
    [[rule({ webhookUrls: ['https://old.example.com'] })], memory, ['create', 'manual'], /no rule/],
    [[rule({ trigger: 'update' })], memory, ['create'], /no rule/],
    [[], madeRule(), ['create'], /no rule/],
    ['not shown (403)', memory, ['manual'], /403/],
  ] as const)('%o with %o: %j', (rules, remembered, kinds, reason) => {
    const { steps } = planSetup({ fields: [], rules }, webhook, remembered);
    const about = steps.filter((step) => 'rule' in step && step.rule === 'created');
    expect(about.map(({ kind }) => kind)).toEqual(kinds);
    expect(about[0]?.reason).toMatch(reason);
  });

  test('without a secret or an address nothing is made', () => {
    const { steps } = planSetup({ fields: [], rules: [] }, 'PUBLIC_URL is wrong', memory);
    const about = steps.filter((step) => 'rule' in step);
    expect(about).toMatchObject([
      { kind: 'manual', byHand: 'settings' },
      { kind: 'manual', byHand: 'settings' },
    ]);
  });
});

describe('what was under way when the last run ended', () => {
  const pendingField: SetupMemory = { ...memory, pending: { field: 'impact' } };
  const pendingRule: SetupMemory = { ...memory, pending: { rule: 'created' } };
  test.each([
    [pendingField, { fields: [field('Impact', 'custom_text')], rules: [] }, madeField],
    [pendingField, { fields: [], rules: [] }, memory],
    [pendingRule, { fields: [], rules: [rule()] }, madeRule()],
    [pendingRule, { fields: [], rules: [rule({ name: 'by hand' })] }, memory],
    [pendingRule, { fields: [], rules: 'not shown' }, pendingRule],
    [madeField, { fields: [], rules: [] }, madeField],
  ])('%o in %o', (before, state, after) => {
    expect(settlePending(before, state, webhook)).toEqual(after);
  });
});

describe('undo', () => {
  const both: SetupMemory = { ...madeField, rules: madeRule().rules };
  const seen = field('Impact', 'custom_text');
  test.each([
    [both, { fields: [seen], rules: [rule()] }, false, ['delete', 'leave']],
    [both, { fields: [seen], rules: [rule()] }, true, ['delete', 'delete']],
    [both, { fields: [], rules: [rule({ id: 10 })] }, true, ['gone', 'gone']],
    [both, { fields: [{ ...seen, name: 'cf_other' }], rules: [] }, true, ['gone', 'gone']],
    [both, { fields: [seen], rules: 'not shown' }, false, ['delete', 'leave']],
    [memory, { fields: [seen], rules: [rule()] }, true, []],
  ] as const)('%o in %o, with fields %s: %j', (remembered, state, withFields, kinds) => {
    expect(planUndo(remembered, state, { withFields }).map(({ kind }) => kind)).toEqual(kinds);
  });
});
