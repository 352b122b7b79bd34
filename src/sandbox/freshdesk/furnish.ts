import { DESK_FIELD_KEYS, DESK_FIELDS } from '../../model/desk-field.ts';
import { accountPeople } from './account-people.ts';
import { GROUP_IDS } from './fresh-data.ts';
import { createTicketField } from './ticket-fields.ts';
import type { World } from './world.ts';

const WIRE_TYPES = {
  text: 'custom_text',
  paragraph: 'custom_paragraph',
  dropdown: 'custom_dropdown',
  checkbox: 'custom_checkbox',
  date: 'custom_date',
} as const;

/** The people of policy/sandbox.yaml who work on tickets. */
const AGENTS = [
  {
    name: 'Jo Moss',
    email: 'jo@sandbox.watchdesk.local',
    groupIds: [GROUP_IDS.serviceDesk, GROUP_IDS.applications],
  },
  {
    name: 'Ada Berg',
    email: 'ada@sandbox.watchdesk.local',
    groupIds: [GROUP_IDS.platform, GROUP_IDS.applications],
  },
];

/** The customers of policy/sandbox.yaml. */
const COMPANIES = [
  { name: 'Northwind Retail', domain: 'northwind.example' },
  { name: 'Helvetia Payroll', domain: 'helvetia.example' },
];

/**
 * Gives an account what trying out needs and it lacks: the ticket fields that `watchdesk setup freshdesk` would make, the
 * agents that policy/sandbox.yaml assigns to, and two companies whose people raise tickets.
 */
export function furnish(world: World): void {
  const { customFields, companies, agents } = world.data;
  const people = accountPeople(world);
  for (const key of DESK_FIELD_KEYS) {
    const { label, type, ...rest } = DESK_FIELDS[key];
    if (customFields.some((field) => field.label === label)) continue;
    const choices = 'choices' in rest ? { choices: rest.choices.map((value) => ({ value })) } : {};
    createTicketField(world, { label, type: WIRE_TYPES[type], ...choices });
  }
  for (const { name, domain } of COMPANIES) {
    if (!companies.some((company) => company.name === name)) people.addCompany(name, [domain]);
  }
  for (const agent of AGENTS) {
    if (!agents.some(({ email }) => email === agent.email)) people.addAgent(agent);
  }
  world.unsaved = true;
}
