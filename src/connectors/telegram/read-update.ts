import { z } from 'zod';

/** What we use of an update: a button was pressed, or somebody wrote to the bot. */
export type TelegramNews =
  | Readonly<{ kind: 'press'; id: string; from: Readonly<{ id: number; name: string }>; data: string }>
  | Readonly<{ kind: 'written'; chat: Readonly<{ id: number; name: string }> }>;

const Party = z.object({
  id: z.int(),
  title: z.string().optional().catch(undefined),
  first_name: z.string().catch(''),
  last_name: z.string().catch(''),
  username: z.string().optional().catch(undefined),
});
const Pressed = z.object({
  callback_query: z.object({ id: z.string().min(1), from: Party, data: z.string().catch('') }),
});
const Written = z.object({ message: z.object({ chat: Party }) });

const named = ({ id, title, first_name, last_name, username }: z.output<typeof Party>) => ({
  id,
  name: title || `${first_name} ${last_name}`.trim() || (username ?? String(id)),
});

/** Undefined for everything else that Telegram may tell a bot (core.telegram.org/bots/api#update). */
export function readTelegramUpdate(update: unknown): TelegramNews | undefined {
  const written = Written.safeParse(update).data;
  if (written) return { kind: 'written', chat: named(written.message.chat) };
  const pressed = Pressed.safeParse(update).data?.callback_query;
  return pressed && { kind: 'press', id: pressed.id, from: named(pressed.from), data: pressed.data };
}
