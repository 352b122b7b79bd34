import { expect, test } from 'vitest';
import { faultsOf } from '../../src/engine/greet-other-sides.ts';

const field = { id: 1, label: 'x', isRequiredForAgents: false, isRequiredForClosure: false, choices: [] };
const typeField = (...labels: string[]) => ({
  ...field,
  name: 'ticket_type',
  type: 'default_ticket_type',
  choices: labels.map((label) => ({ label })),
});

test.each([
  ['the stock types', [typeField('Question', 'Incident')], 0],
  ['no answer about types', [], 0],
  ['a renamed type', [typeField('Question', 'Störung')], 1],
  [
    'a mandatory field of the account',
    [{ ...field, name: 'cf_floor', type: 'custom_text', isRequiredForAgents: true }],
    1,
  ],
  [
    'a mandatory stock field, which is always filled',
    [{ ...field, name: 'subject', type: 'default_subject', isRequiredForAgents: true }],
    0,
  ],
])('%s', (_, fields, faults) => expect(faultsOf(fields)).toHaveLength(faults));
