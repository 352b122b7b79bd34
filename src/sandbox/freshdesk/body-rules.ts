import { type FieldFault, invalid, notOneOf, unexpectedField } from './refusal.ts';

export type FieldType =
  | 'String'
  | 'Integer'
  | 'Boolean'
  | 'Hash'
  | 'Array of String'
  | 'Array of Integer'
  | 'Array of Hash'
  | 'DateTime';

/** What one key of a request may hold. */
export type FieldRule = Readonly<{
  type: FieldType;
  required?: boolean;
  nullable?: boolean;
  oneOf?: readonly (string | number)[];
  lengthMax?: number;
  format?: 'email';
}>;

export type BodyRules = Readonly<Record<string, FieldRule>>;
export type Body = Readonly<Record<string, unknown>>;

/** Refuses with every fault at once, like Freshdesk: unknown keys, wrong JSON types, missing and forbidden values. */
export function checkBody(body: unknown, rules: BodyRules, more: readonly FieldFault[] = []): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid({ field: 'request', message: 'It should be a/an Hash', code: 'datatype_mismatch' });
  }
  const given = body as Record<string, unknown>;
  const faults = [
    ...Object.keys(given)
      .filter((key) => !Object.hasOwn(rules, key))
      .map(unexpectedField),
    ...Object.entries(rules).flatMap(([field, rule]) => fieldFaults(field, given[field], rule)),
    ...more,
  ];
  if (faults.length > 0) throw invalid(...faults);
  return given;
}

export function fieldFaults(field: string, value: unknown, rule: FieldRule): FieldFault[] {
  if (value === undefined) {
    if (!rule.required) return [];
    return [{ field, message: `It should be a/an ${rule.type}`, code: 'missing_field' }];
  }
  if (value === null && rule.nullable) return [];
  if (!hasType(value, rule.type)) {
    const message = `Value set is of type ${typeName(value)}.It should be a/an ${rule.type}`;
    return [{ field, message, code: 'datatype_mismatch' }];
  }
  if (rule.required && typeof value === 'string' && value.trim() === '') {
    return [{ field, message: "It can't be blank", code: 'invalid_value' }];
  }
  if (rule.oneOf && !rule.oneOf.includes(value as string | number)) return [notOneOf(field, rule.oneOf)];
  if (rule.lengthMax !== undefined && tooLong(value, rule.lengthMax)) {
    const message = `It should have a maximum of ${rule.lengthMax} characters`;
    return [{ field, message, code: 'invalid_value' }];
  }
  if (rule.format === 'email' && !/^[^\s@<>]+@[^\s@<>]+$/.test(value as string)) {
    return [{ field, message: "It should be in the 'valid email address' format", code: 'invalid_value' }];
  }
  return [];
}

function tooLong(value: unknown, lengthMax: number): boolean {
  const texts = Array.isArray(value) ? value : [value];
  return texts.some((text) => typeof text === 'string' && text.length > lengthMax);
}

function hasType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'String':
      return typeof value === 'string';
    case 'Integer':
      return Number.isInteger(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Hash':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'Array of String':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    case 'Array of Integer':
      return Array.isArray(value) && value.every((entry) => Number.isInteger(entry));
    case 'Array of Hash':
      return Array.isArray(value) && value.every((entry) => hasType(entry, 'Hash'));
    case 'DateTime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float';
  return { string: 'String', boolean: 'Boolean', object: 'Hash' }[typeof value as string] ?? 'Unknown';
}
