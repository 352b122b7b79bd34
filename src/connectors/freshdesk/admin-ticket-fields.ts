import { z } from 'zod';
import type { DeskField } from '../../model/desk-field.ts';
import { DESK_FIELDS } from '../../model/desk-field.ts';
import type { FreshdeskCall } from './freshdesk.ts';

/** Custom fields of tickets, as an administrator makes and deletes them. */

export const WIRE_TYPES = {
  text: 'custom_text',
  paragraph: 'custom_paragraph',
  dropdown: 'custom_dropdown',
  checkbox: 'custom_checkbox',
  date: 'custom_date',
} as const;

const CreatedWire = z.object({ id: z.int().positive(), name: z.string().min(1) });
export type CreatedField = Readonly<z.output<typeof CreatedWire>>;

/**
 * Makes the field for agents only. Its name is Freshdesk's choice: derived from the label, with digits where the label was
 * used before, so take it from the answer or from `readTicketFields`.
 */
export async function createDeskField(
  { ask }: Pick<FreshdeskCall, 'ask'>,
  key: DeskField,
): Promise<CreatedField> {
  const spec = DESK_FIELDS[key];
  const choices = 'choices' in spec ? spec.choices : [];
  const { body } = await ask({
    method: 'POST',
    path: '/admin/ticket_fields',
    body: {
      label: spec.label,
      label_for_customers: spec.label,
      type: WIRE_TYPES[spec.type],
      required_for_agents: false,
      required_for_closure: false,
      required_for_customers: false,
      customers_can_edit: false,
      displayed_to_customers: false,
      ...(choices.length === 0
        ? {}
        : { choices: choices.map((value, index) => ({ value, position: index + 1 })) }),
    },
    kind: 'other',
    verb: 'create_ticket_field',
    what: `create the ticket field “${spec.label}”`,
    schema: CreatedWire,
  });
  return body;
}

/** Deletes what tickets hold in it too, for good. */
export async function deleteTicketField({ ask }: Pick<FreshdeskCall, 'ask'>, id: number): Promise<void> {
  await ask({
    method: 'DELETE',
    path: `/admin/ticket_fields/${id}`,
    kind: 'other',
    verb: 'delete_ticket_field',
    what: `delete the ticket field ${id}`,
    schema: z.unknown(),
  });
}
