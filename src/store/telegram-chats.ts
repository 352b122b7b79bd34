import { z } from 'zod';
import { loadMemo, saveMemo } from './memos.ts';
import type { TxOrClient } from './transaction.ts';

const KEY = 'telegram_chats';
const CHATS_MAX = 50;
const NAME_CHARS_MAX = 100;

const Chats = z.array(
  z.object({ id: z.int(), name: z.string(), at: z.iso.datetime().transform((text) => new Date(text)) }),
);
export type RecentChat = Readonly<z.output<typeof Chats>[number]>;

/** Chats that wrote to the bot, the newest first; the ids that a policy needs. */
export const recentChats = async (tx: TxOrClient): Promise<readonly RecentChat[]> =>
  (await loadMemo(tx, KEY, Chats)) ?? [];

/** Two that are remembered in the same instant may lose one; writing to the bot again brings it back. */
export async function rememberChat(tx: TxOrClient, chat: RecentChat): Promise<void> {
  const others = (await recentChats(tx)).filter(({ id }) => id !== chat.id);
  const name = chat.name
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, NAME_CHARS_MAX);
  const chats = [{ ...chat, name: name.toWellFormed() }, ...others].slice(0, CHATS_MAX);
  await saveMemo(
    tx,
    KEY,
    chats.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    chat.at,
  );
}
