import { z } from 'zod';
import type { KeyPath } from './fault.ts';
import { policySchema } from './schema.ts';

/** The parts of JSON Schema that our schema uses. */
export type JsonSchema = Readonly<{
  type?: string;
  description?: string;
  examples?: readonly unknown[];
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
}>;

/** What an author may write, as JSON Schema draft 7, which YAML editors understand best. */
export const policyJsonSchema = (): JsonSchema =>
  ({
    ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-07' }),
    title: 'Watchdesk policy',
  }) as JsonSchema;

/** The keys that the format knows at a path; none where the keys are the author's own. */
export function knownKeysAt(path: KeyPath): readonly string[] {
  let schema: JsonSchema | undefined = policyJsonSchema();
  for (const key of path) {
    if (typeof key === 'number') schema = schema?.items;
    else schema = schema?.properties?.[key] ?? additional(schema);
  }
  return Object.keys(schema?.properties ?? {});
}

const additional = (schema: JsonSchema | undefined): JsonSchema | undefined =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
