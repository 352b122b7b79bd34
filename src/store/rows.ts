import type { z } from 'zod';
import { Prisma } from './generated/client.ts';

/**
 * Rows as one parameter, for statements over any number of rows:
 * `INSERT … SELECT … FROM ${recordset(rows, 'name text, due_at timestamptz')}`; the alias is `r`.
 * An undefined value is null. What PostgreSQL cannot store in text (NUL, half a surrogate pair) becomes U+FFFD.
 */
export function recordset(rows: readonly object[], columns: string): Prisma.Sql {
  const plain = JSON.stringify(rows);
  const json = /\\u(?:0000|d[89a-f])/i.test(plain) ? JSON.stringify(rows, storable) : plain;
  return Prisma.sql`json_to_recordset(${json}::json) AS r(${Prisma.raw(columns)})`;
}

const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;

/** Rows read from the database, checked like any other input; a null column is an absent field. */
export function parseRows<Schema extends z.ZodType>(schema: Schema, rows: unknown): z.output<Schema>[] {
  return (rows as Record<string, unknown>[]).map((row) =>
    schema.parse(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))),
  );
}

/** The last of those with one key; a statement may touch each row once. */
export function lastOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
