import { z } from 'zod';
import type { KeyPath } from './fault.ts';
import { policySchema } from './schema.ts';

/** The parts of JSON Schema that our schema uses. */
export type JsonSchema = Readonly<{
  type?: string;
  $comment?: string;
  description?: string;
  examples?: readonly unknown[];
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
}>;

/** What an author may write, as JSON Schema draft 7, which YAML editors understand best. */
export const policyJsonSchema = (): JsonSchema =>
  ({
    ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-07', override: keepWhatAuthorsWrite }),
    title: 'Watchdesk policy',
  }) as JsonSchema;

/** zod leaves out defaults and examples of values that it transforms; ours are given as an author writes them. */
const keepWhatAuthorsWrite: NonNullable<z.core.ToJSONSchemaParams['override']> = ({
  zodSchema,
  jsonSchema,
}) => {
  const { def } = zodSchema._zod;
  if (def.type === 'default') {
    jsonSchema.default = def.defaultValue;
    if (isBuiltInList(def.defaultValue)) {
      delete jsonSchema.default;
      jsonSchema.$comment = BUILT_IN;
    }
  }
  const { example, ...rest } = jsonSchema;
  if (example === undefined) return;
  delete jsonSchema.example;
  Object.assign(jsonSchema, rest, { examples: [example] });
};

/** A default that is too long to be read beside its key. */
export const BUILT_IN = 'built in';
const DEFAULT_ENTRIES_MAX = 20;
const isBuiltInList = (value: unknown): boolean => Array.isArray(value) && value.length > DEFAULT_ENTRIES_MAX;

/** Made once, when the first unknown key asks for it. */
let wholeSchema: JsonSchema | undefined;

/** The keys that the format knows at a path; none where the keys are the author's own. */
export function knownKeysAt(path: KeyPath): readonly string[] {
  wholeSchema ??= policyJsonSchema();
  let schema: JsonSchema | undefined = wholeSchema;
  for (const key of path) {
    if (typeof key === 'number') schema = schema?.items;
    else schema = schema?.properties?.[key] ?? additional(schema);
  }
  return Object.keys(schema?.properties ?? {});
}

const additional = (schema: JsonSchema | undefined): JsonSchema | undefined =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
