import { DESK_FIELD_KEYS, DESK_FIELDS } from '../../model/desk-field.ts';
import { createTicketField } from './ticket-fields.ts';
import { nowOf, takeId, type World } from './world.ts';

const WIRE_TYPES = {
  text: 'custom_text',
  paragraph: 'custom_paragraph',
  dropdown: 'custom_dropdown',
  checkbox: 'custom_checkbox',
  date: 'custom_date',
} as const;

/** The customers of policy/sandbox.yaml. */
const COMPANIES = [
  { name: 'Northwind Retail', domain: 'northwind.example' },
  { name: 'Helvetia Payroll', domain: 'helvetia.example' },
];

/**
 * Gives an account what trying out needs and it lacks: the ticket fields that `watchdesk setup freshdesk` would make, and
 * two companies whose people raise tickets.
 */
export function furnish(world: World): void {
  const { customFields, companies } = world.data;
  for (const key of DESK_FIELD_KEYS) {
    const { label, type, ...rest } = DESK_FIELDS[key];
    if (customFields.some((field) => field.label === label)) continue;
    const choices = 'choices' in rest ? { choices: rest.choices.map((value) => ({ value })) } : {};
    createTicketField(world, { label, type: WIRE_TYPES[type], ...choices });
  }
  for (const { name, domain } of COMPANIES) {
    if (companies.some((company) => company.name === name)) continue;
    companies.push({
      id: takeId(world, 'nextOtherId'),
      name,
      domains: [domain],
      created_at: nowOf(world),
    });
  }
  world.unsaved = true;
}
