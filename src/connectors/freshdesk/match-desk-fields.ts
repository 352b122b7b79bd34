import { DESK_FIELD_KEYS, DESK_FIELDS, type DeskField } from '../../model/desk-field.ts';
import { WIRE_TYPES } from './admin-ticket-fields.ts';
import type { TicketField } from './read-ticket-fields.ts';

/** What an account has of our ticket fields. */
export type MatchedFields = Readonly<{
  /** By our keys, those that can be used. */
  found: ReadonlyMap<DeskField, TicketField>;
  /** Those that exist and cannot be used, each with the reason in a sentence for the administrator. */
  unfit: ReadonlyMap<DeskField, string>;
  missing: readonly DeskField[];
  /** Dropdowns that can be used but lack choices. */
  lackingChoices: ReadonlyMap<DeskField, readonly string[]>;
}>;

/** A text also fits into a paragraph, and the other way round as far as it is not long. */
const FITTING = {
  ...Object.fromEntries(Object.values(WIRE_TYPES).map((type) => [type, [type]])),
  custom_text: ['custom_text', 'custom_paragraph'],
  custom_paragraph: ['custom_paragraph', 'custom_text'],
} as Readonly<Record<string, readonly string[]>>;

/**
 * Pure. Finds our fields by the names that `setup` stored, else by label; letter case and blanks around do not count.
 * One field of the account serves one of our keys only.
 */
export function matchDeskFields(
  fields: readonly TicketField[],
  storedNames: Readonly<Partial<Record<DeskField, string>>>,
): MatchedFields {
  const custom = fields.filter(({ type }) => !type.startsWith('default_'));
  const found = new Map<DeskField, TicketField>();
  const unfit = new Map<DeskField, string>();
  const missing: DeskField[] = [];
  const lackingChoices = new Map<DeskField, readonly string[]>();
  const namesTaken = new Set(Object.values(storedNames));

  for (const key of DESK_FIELD_KEYS) {
    const spec = DESK_FIELDS[key];
    const stored = custom.find(({ name }) => name === storedNames[key]);
    const alike = custom.filter(
      (field) => !namesTaken.has(field.name) && plain(field.label) === plain(spec.label),
    );
    const candidates = stored ? [stored] : alike;
    const fitting = candidates.find(({ type }) => FITTING[WIRE_TYPES[spec.type]]?.includes(type));
    const [other] = candidates;
    if (!fitting) {
      if (other) unfit.set(key, unfitReason(other, spec.type));
      else missing.push(key);
      continue;
    }
    found.set(key, fitting);
    const choices: readonly string[] = 'choices' in spec ? spec.choices : [];
    const lacking = choices.filter((choice) => !fitting.choices.some(({ label }) => label === choice));
    if (lacking.length > 0) lackingChoices.set(key, lacking);
  }
  return { found, unfit, missing, lackingChoices };
}

const plain = (label: string): string => label.trim().toLowerCase();

const unfitReason = ({ name, label, type }: TicketField, wanted: keyof typeof WIRE_TYPES): string =>
  `the field “${label}” (${name}) is of type ${type.replace('custom_', '')}, Watchdesk needs ${wanted}: ` +
  'rename or delete it, then run setup again; until then Watchdesk goes without it';
