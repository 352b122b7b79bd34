import { z } from 'zod';
import type { FreshdeskCall } from './freshdesk.ts';

/** `code` is a number for status, priority, source, groups and agents; absent where the label itself is the value. */
export type FieldChoice = Readonly<{ label: string; code?: number }>;
export type TicketField = Readonly<{
  id: number;
  /** The key in a ticket: `cf_…` for custom ones; never derive it from the label, read it here. */
  name: string;
  label: string;
  type: string;
  isRequiredForAgents: boolean;
  isRequiredForClosure: boolean;
  choices: readonly FieldChoice[];
}>;

const flag = z.boolean().nullish().catch(null);
const FieldsWire = z.array(
  z.object({
    id: z.int().positive(),
    name: z.string(),
    label: z.string().nullish().catch(null),
    type: z.string().nullish().catch(null),
    required_for_agents: flag,
    required_for_closure: flag,
    choices: z.unknown().optional(),
  }),
);

export async function readTicketFields({ ask }: Pick<FreshdeskCall, 'ask'>): Promise<readonly TicketField[]> {
  const { body } = await ask({
    method: 'GET',
    path: '/ticket_fields',
    kind: 'other',
    verb: 'read_ticket_fields',
    what: 'read the ticket fields',
    schema: FieldsWire,
  });
  return body.map((field) => ({
    id: field.id,
    name: field.name,
    label: field.label ?? field.name,
    type: field.type ?? '',
    isRequiredForAgents: field.required_for_agents ?? false,
    isRequiredForClosure: field.required_for_closure ?? false,
    choices: choicesOf(field.choices),
  }));
}

/**
 * Four recorded shapes: a list of texts; label → code; code text → [agent's label, customer's label]; nested objects,
 * of which the first level is read.
 */
export function choicesOf(choices: unknown): FieldChoice[] {
  if (Array.isArray(choices))
    return choices.filter((each) => typeof each === 'string').map((label) => ({ label }));
  if (typeof choices !== 'object' || choices === null) return [];
  return Object.entries(choices).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'number') return { label: key, code: value };
    if (Array.isArray(value) && /^\d+$/.test(key) && typeof value[0] === 'string') {
      return { label: value[0], code: Number(key) };
    }
    return { label: key };
  });
}
