import {
  DESK_FIELDS,
  type DeskField,
  type DeskFieldValue,
  type DeskFieldValues,
} from '../../model/desk-field.ts';
import type { TextLimits } from './ticket-wire.ts';

/** Our key → the name that the account gave the field, such as `cf_watchdesk_incident`. What is missing is not there. */
export type DeskFieldNames = ReadonlyMap<DeskField, string>;

/** The fields that the account has, without the empty ones: no text, null, and a box that is not ticked are all absent. */
export function customFromWire(
  names: DeskFieldNames,
  wire: Readonly<Record<string, unknown>>,
): DeskFieldValues {
  const seen = [...names].flatMap(([key, name]) => {
    const value = valueFromWire(key, wire[name]);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(seen);
}

function valueFromWire(key: DeskField, value: unknown): DeskFieldValue | undefined {
  if (DESK_FIELDS[key].type === 'checkbox') return value === true ? true : undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  // Whether Freshdesk adds a time to a date is not known.
  return DESK_FIELDS[key].type === 'date' ? (/^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? value) : value;
}

/**
 * Only what the account has; an empty value clears. A text that is too long is cut, never refused, since it is for
 * reading: compare what was written with what is read by `fittedCustom`.
 */
export function customToWire(
  names: DeskFieldNames,
  values: DeskFieldValues,
  limits: TextLimits,
): Record<string, DeskFieldValue> {
  const fitted = fittedCustom(values, limits);
  const wire = [...names].flatMap(([key, name]) => {
    const value = fitted[key];
    return value === undefined ? [] : [[name, valueToWire(key, value)] as const];
  });
  return Object.fromEntries(wire);
}

function valueToWire(key: DeskField, value: DeskFieldValue): DeskFieldValue {
  if (DESK_FIELDS[key].type === 'checkbox') return value === true;
  return value === '' ? null : value;
}

/** The values as Freshdesk will show them once written: single-line texts on one line and no longer than it takes. */
export function fittedCustom(values: DeskFieldValues, { customTextCharsMax }: TextLimits): DeskFieldValues {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, fitted(key as DeskField, value, customTextCharsMax)]),
  );
}

function fitted(key: DeskField, value: DeskFieldValue, charsMax: number): DeskFieldValue {
  if (typeof value !== 'string' || DESK_FIELDS[key].type !== 'text') return value;
  const line = value.replace(/\s*[\r\n]+\s*/g, ' ').trim();
  if (line.length <= charsMax) return line;
  // Half of a character that takes two units would be no text.
  return `${line.slice(0, charsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
