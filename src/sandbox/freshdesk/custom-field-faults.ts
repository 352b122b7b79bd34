import { fieldFaults } from './body-rules.ts';
import { type FieldFault, notOneOf, unexpectedField } from './refusal.ts';
import type { World } from './world.ts';

/** What is wrong with the `custom_fields` of a request: names that the account lacks, and values of another type. */
export function customFieldFaults(world: World, given: unknown): FieldFault[] {
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    const field = world.data.customFields.find((one) => one.name === name);
    if (!field) return [unexpectedField(name)];
    if (value === null) return [];
    if (field.type === 'custom_dropdown') {
      return field.choices.includes(String(value)) ? [] : [notOneOf(name, field.choices)];
    }
    if (field.type === 'custom_number') return fieldFaults(name, value, { type: 'Integer' });
    if (field.type === 'custom_date' && !/^\d{4}-\d{2}-\d{2}$/.test(String(value))) {
      return [{ field: name, message: "It should be in the 'YYYY-MM-DD' format", code: 'invalid_value' }];
    }
    if (field.type === 'custom_checkbox') return fieldFaults(name, value, { type: 'Boolean' });
    return fieldFaults(name, value, {
      type: 'String',
      ...(field.type === 'custom_text' ? { lengthMax: 255 } : {}),
    });
  });
}
