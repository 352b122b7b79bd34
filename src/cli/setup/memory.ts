import { z } from 'zod';
import { DESK_FIELDS_MEMO } from '../../engine/learn-desk-fields.ts';
import { DESK_FIELD_KEYS, type DeskField } from '../../model/desk-field.ts';
import type { Database } from '../../store/database.ts';
import { loadMemo, saveMemo } from '../../store/memos.ts';

export const RULE_KEYS = ['created', 'updated'] as const;
export type RuleKey = (typeof RULE_KEYS)[number];

export const SETUP_MEMO = 'freshdesk_setup';

/**
 * What set-up made in one account, so that it never touches anything else and undo finds it again.
 *
 * Absent: `pending` names what was about to be made when the last run ended without knowing whether it was.
 */
export const SetupMemory = z.object({
  /** Freshdesk's host: ids of one account mean other things in another. */
  account: z.string(),
  fields: z.partialRecord(z.enum(DESK_FIELD_KEYS), z.object({ id: z.int(), name: z.string() })),
  rules: z.partialRecord(z.enum(RULE_KEYS), z.object({ id: z.int(), secretMark: z.string() })),
  pending: z
    .union([z.object({ field: z.enum(DESK_FIELD_KEYS) }), z.object({ rule: z.enum(RULE_KEYS) })])
    .optional(),
});
export type SetupMemory = Readonly<z.output<typeof SetupMemory>>;

export const nothingMade = (account: string): SetupMemory => ({ account, fields: {}, rules: {} });

/** What is remembered of this account; nothing when another account was set up before. */
export async function loadMemory(database: Database, account: string): Promise<SetupMemory> {
  const memory = await loadMemo(database.prisma, SETUP_MEMO, SetupMemory);
  return memory?.account === account ? memory : nothingMade(account);
}

export const saveMemory = (database: Database, memory: SetupMemory, now: Date): Promise<void> =>
  saveMemo(database.prisma, SETUP_MEMO, memory, now);

/** For the server: under which names the account has our fields, whoever made them. */
export const saveNames = (
  database: Database,
  account: string,
  names: Readonly<Partial<Record<DeskField, string>>>,
  now: Date,
): Promise<void> => saveMemo(database.prisma, DESK_FIELDS_MEMO, { account, names: { ...names } }, now);
