import { checkBody } from './body-rules.ts';
import type { CustomField } from './state.ts';
import {
  CUSTOMER_STATUS_LABELS,
  codes,
  PRIORITY_LABELS,
  SOURCE_LABELS,
  STATUS_LABELS,
  TYPES,
} from './vocabulary.ts';
import { nowOf, takeId, type World } from './world.ts';

const CUSTOM_TYPES =
  'custom_text custom_paragraph custom_checkbox custom_number custom_decimal custom_date custom_dropdown'.split(
    ' ',
  );

const byLabel = (labels: Readonly<Record<number, string>>): Record<string, number> =>
  Object.fromEntries(codes(labels).map((code) => [labels[code] ?? '', code]));

/** `GET /ticket_fields`: `choices` comes in the four shapes of the real answer. */
export function ticketFields(world: World): Record<string, unknown>[] {
  const ids = (all: readonly { id: number; name: string }[]): Record<string, number> =>
    Object.fromEntries(all.map(({ id, name }) => [name, id]));
  const statuses = Object.fromEntries(
    codes(STATUS_LABELS).map((code) => [code, [STATUS_LABELS[code], CUSTOMER_STATUS_LABELS[code]]]),
  );
  const defaults: [name: string, label: string, type: string, choices?: unknown][] = [
    ['requester', 'Search a requester', 'default_requester'],
    ['subject', 'Subject', 'default_subject'],
    ['ticket_type', 'Type', 'default_ticket_type', TYPES],
    ['source', 'Source', 'default_source', byLabel(SOURCE_LABELS)],
    ['status', 'Status', 'default_status', statuses],
    ['priority', 'Priority', 'default_priority', byLabel(PRIORITY_LABELS)],
    ['group', 'Group', 'default_group', ids(world.data.groups)],
    ['agent', 'Agent', 'default_agent', ids(world.data.agents)],
    ['description', 'Description', 'default_description'],
  ];
  return [
    ...defaults.map(([name, label, type, choices], index) => ({
      ...fieldView({ id: 158018400001 + index, name, label, type, position: index + 1, isDefault: true }),
      ...(choices === undefined ? {} : { choices }),
      ...(name === 'requester' ? { portal_cc: false, portal_cc_to: 'company' } : {}),
    })),
    ...world.data.customFields.map((field, index) => customFieldView(field, defaults.length + index + 1)),
  ];
}

export const customFieldView = (field: CustomField, position: number): Record<string, unknown> => ({
  ...fieldView({ ...field, position, isDefault: false }),
  ...(field.type === 'custom_dropdown' ? { choices: field.choices } : {}),
});

function fieldView(field: {
  id: number;
  name: string;
  label: string;
  type: string;
  position: number;
  isDefault: boolean;
}): Record<string, unknown> {
  return {
    id: field.id,
    name: field.name,
    label: field.label,
    description: null,
    position: field.position,
    required_for_closure: false,
    required_for_agents: field.isDefault && field.name !== 'agent' && field.name !== 'group',
    type: field.type,
    default: field.isDefault,
    customers_can_edit: false,
    customers_can_filter: false,
    label_for_customers: field.label,
    required_for_customers: false,
    displayed_to_customers: field.isDefault,
  };
}

/** `POST /admin/ticket_fields`. The name is derived from the label; digits follow when the label was used before. */
export function createTicketField(world: World, input: unknown): CustomField {
  const flag = { type: 'Boolean' } as const;
  const body = checkBody(input, {
    label: { type: 'String', required: true },
    label_for_customers: { type: 'String' },
    type: { type: 'String', required: true, oneOf: CUSTOM_TYPES },
    position: { type: 'Integer' },
    required_for_closure: flag,
    required_for_agents: flag,
    required_for_customers: flag,
    customers_can_edit: flag,
    customers_can_filter: flag,
    displayed_to_customers: flag,
    choices: { type: 'Array of Hash' },
  });
  const id = takeId(world, 'nextOtherId');
  const label = body.label as string;
  const plainName = `cf_${label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')}`;
  const isUsed =
    world.data.customFields.some(({ name }) => name === plainName) ||
    (world.data.formerFieldNames?.includes(plainName) ?? false);
  const field: CustomField = {
    id,
    name: isUsed ? `${plainName}${String(id).slice(-6)}` : plainName,
    label,
    type: body.type as string,
    choices: ((body.choices ?? []) as { value: unknown }[]).map(({ value }) => String(value)),
    created_at: nowOf(world),
  };
  world.data.customFields.push(field);
  for (const ticket of world.data.tickets) ticket.custom_fields[field.name] = null;
  return field;
}
