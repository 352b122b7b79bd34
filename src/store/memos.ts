import type { z } from 'zod';
import type { Prisma } from './generated/client.ts';
import type { TxOrClient } from './transaction.ts';

/** A small fact that outlives a restart; undefined when it was never saved, or has another shape by now. */
export async function loadMemo<Schema extends z.ZodType>(
  client: TxOrClient,
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const row = await client.memo.findUnique({ where: { key } });
  return row === null ? undefined : schema.safeParse(row.value).data;
}

export async function saveMemo(
  client: TxOrClient,
  key: string,
  value: Prisma.InputJsonValue,
  now: Date,
): Promise<void> {
  await client.memo.upsert({
    where: { key },
    create: { key, value, updatedAt: now },
    update: { value, updatedAt: now },
  });
}

/** The fact as whoever came first wrote it; `first` when nobody did. Processes that ask at once agree. */
export async function memoOnce<Schema extends z.ZodType>(
  client: TxOrClient,
  {
    key,
    schema,
    first,
    now,
  }: Readonly<{ key: string; schema: Schema; first: Prisma.InputJsonValue; now: Date }>,
): Promise<z.output<Schema>> {
  await client.memo.createMany({ data: [{ key, value: first, updatedAt: now }], skipDuplicates: true });
  const row = await client.memo.findUniqueOrThrow({ where: { key } });
  return schema.parse(row.value);
}
